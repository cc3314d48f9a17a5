//! The outbox: claimed with a lease, sent by one, recorded by whoever holds it.

use std::collections::BTreeMap;

use domain::language::Language;
use domain::outbox::{About, Message, MessageState, Notice};
use sea_orm::ConnectionTrait as _;
use store::StoreError;
use store::outbox::{claim, counts, enqueue, find, lock, next_due, page, record, save};
use store::page::Window;

use crate::world::{World, minutes, now};

crate::on_both![
    messages_are_kept_once,
    what_is_taken_back_is_not_sent,
    a_message_in_every_state,
    a_claim_is_a_lease,
    workers_never_share_a_message,
    whoever_lost_the_lease_is_told,
    a_message_that_cannot_be_read_stops_no_other,
];

async fn messages(world: &World, keys: &[&str]) -> Vec<Message> {
    let tx = world.begin().await;
    let recipient = world.person(&tx).await;
    let about = About { application: None, number: "SP-2020-001".to_owned(), title: "Chor".to_owned(), applicant: "Chor e. V.".to_owned() };
    let messages: Vec<Message> = keys
        .iter()
        .map(|key| Message {
            id: world.id(),
            version: 1,
            dedup_key: (*key).to_owned(),
            recipient: Some(recipient),
            notice: Notice::ApplicationAdmitted { about: about.clone() },
            state: MessageState::Pending { due: now() },
            attempts: 0,
            created_at: now(),
        })
        .collect();
    enqueue(&tx, &messages).await.expect("enqueues");
    tx.commit().await.expect("commits");
    messages
}

async fn messages_are_kept_once(world: &World) {
    assert_eq!(next_due(world.database.reader()).await.expect("reads"), None);
    let first = messages(world, &["a", "b"]).await;
    messages(world, &["a", "b"]).await;
    messages(world, &[]).await;
    let stored = page(world.database.reader(), None, &Window::first(10)).await.expect("reads");
    assert_eq!(stored.items, first);
    assert_eq!(next_due(world.database.reader()).await.expect("reads"), Some(now()));
}

async fn what_is_taken_back_is_not_sent(world: &World) {
    let [taken, sent, kept] = &messages(world, &["taken", "sent", "kept"]).await[..] else { panic!("three") };
    let tx = world.begin().await;
    save(&tx, &sent.clone().sent(minutes(1))).await.expect("saves");
    store::outbox::take_back(&tx, &["taken".to_owned(), "sent".to_owned()]).await.expect("takes back");
    tx.commit().await.expect("commits");
    let db = world.database.reader();
    assert_eq!(find(db, taken.id).await.expect("reads"), None);
    assert!(find(db, sent.id).await.expect("reads").is_some(), "what was sent was sent");
    assert_eq!(find(db, kept.id).await.expect("reads").as_ref(), Some(kept));
}

async fn a_message_in_every_state(world: &World) {
    let mut message = messages(world, &["a"]).await.remove(0);
    for state in [
        MessageState::Pending { due: minutes(7) },
        MessageState::Sent { at: minutes(8) },
        MessageState::Dead { at: minutes(9), reason: "550".to_owned() },
    ] {
        let tx = world.begin().await;
        message = Message { state, attempts: message.attempts + 1, ..message };
        save(&tx, &message).await.expect("saves");
        message.version += 1;
        assert_eq!(lock(&tx, message.id).await.expect("reads"), Some(message.clone()));
        tx.commit().await.expect("commits");
        assert_eq!(find(world.database.reader(), message.id).await.expect("reads"), Some(message.clone()));
        let name = message.state.name();
        let listed = page(world.database.reader(), Some(name), &Window::first(1)).await.expect("reads");
        assert_eq!(listed.items, [message.clone()]);
        assert_eq!(
            counts(world.database.reader(), &["pending", "sent", "dead"]).await.expect("counts"),
            BTreeMap::from([(name.to_owned(), 1.into())])
        );
    }
}

async fn a_claim_is_a_lease(world: &World) {
    let stored = messages(world, &["a", "b", "c"]).await;
    let db = &world.database;
    assert_eq!(claim(db, minutes(-1), minutes(5), 10).await.expect("claims"), [], "nothing is due");
    let claimed = claim(db, now(), minutes(5), 2).await.expect("claims");
    let ids: Vec<_> = claimed.iter().map(|claimed| claimed.message.id).collect();
    assert_eq!(ids, [stored[0].id, stored[1].id]);
    assert_eq!(claimed[0].addressee.language, Language::En);
    assert!(claimed[0].addressee.email.as_ref().is_some_and(|email| email.ends_with("@Example.org")));
    assert_eq!(claim(db, minutes(4), minutes(9), 10).await.expect("claims").len(), 1, "two are leased");
    assert_eq!(next_due(db.reader()).await.expect("reads"), Some(minutes(5)), "when the first lease runs out");
    let again = claim(db, minutes(5), minutes(10), 10).await.expect("claims");
    assert_eq!(again.len(), 2, "the lease ran out");

    let later = again[0].message.clone().failed_for_now("421", minutes(5));
    record(db, &later).await.expect("records");
    record(db, &again[1].message.clone().sent(minutes(5))).await.expect("records");
    assert_eq!(next_due(db.reader()).await.expect("reads"), Some(minutes(6)));
    let retried = claim(db, minutes(6), minutes(11), 10).await.expect("claims");
    assert_eq!(retried.len(), 1);
    assert_eq!((retried[0].message.id, retried[0].message.attempts), (later.id, 1));
}

async fn workers_never_share_a_message(world: &World) {
    let keys: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    messages(world, &keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let database = world.database.clone();
        workers.spawn(async move {
            let mut claimed = Vec::new();
            loop {
                let batch = match claim(&database, now(), minutes(5), 7).await {
                    Ok(batch) => batch,
                    Err(StoreError::Busy) => continue,
                    Err(error) => panic!("{error}"),
                };
                if batch.is_empty() {
                    return claimed;
                }
                claimed.extend(batch.into_iter().map(|claimed| claimed.message.id));
            }
        });
    }
    let mut claimed: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    let all = claimed.len();
    claimed.sort_unstable();
    claimed.dedup();
    assert_eq!(claimed.len(), all, "none was claimed twice");
    // A worker that found others' claims in its way may have stopped early; what is left is still to be had.
    let rest = claim(&world.database, now(), minutes(5), 100).await.expect("claims").len();
    assert_eq!(all + rest, 60);
}

async fn whoever_lost_the_lease_is_told(world: &World) {
    messages(world, &["a"]).await;
    let db = &world.database;
    let slow = claim(db, now(), minutes(1), 1).await.expect("claims").remove(0).message;
    let fast = claim(db, minutes(1), minutes(2), 1).await.expect("claims").remove(0).message;
    let late = record(db, &slow.sent(minutes(1))).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    record(db, &fast.sent(minutes(1))).await.expect("records");
}

async fn a_message_that_cannot_be_read_stops_no_other(world: &World) {
    let stored = messages(world, &["a", "b"]).await;
    let tx = world.begin().await;
    let nonsense = r#"UPDATE outbox_message SET notice = '{"notice":"nonsense"}' WHERE dedup_key = 'a'"#;
    tx.execute_unprepared(nonsense).await.expect("no CHECK sees it");
    tx.commit().await.expect("commits");
    let claimed = claim(&world.database, now(), minutes(1), 10).await.expect("claims");
    assert_eq!(claimed.iter().map(|claimed| claimed.message.id).collect::<Vec<_>>(), [stored[1].id]);
    assert_eq!(
        counts(world.database.reader(), &["pending", "sent", "dead"]).await.expect("counts"),
        BTreeMap::from([("dead".to_owned(), 1.into()), ("pending".to_owned(), 1.into())])
    );
}
