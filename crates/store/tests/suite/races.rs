//! Two at once.

use domain::application::{Application, State};
use store::StoreError;
use tokio::task::JoinSet;

use crate::world::{World, euro, now};

crate::on_both![
    the_slower_of_two_saves_is_a_conflict,
    numbers_have_no_gaps_and_no_twins,
    a_locked_year_is_never_overspent,
    chains_never_fork,
    processes_on_one_database_wait_for_each_other,
    the_same_key_is_remembered_once,
];

async fn the_slower_of_two_saves_is_a_conflict(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    tx.commit().await.expect("commits");
    let seen = store::application::find(world.database.reader(), application.id).await.expect("reads").expect("it is there");
    let tx = world.begin().await;
    store::application::save(&tx, &Application { state: State::Withdrawn, ..seen.clone() }).await.expect("saves");
    tx.commit().await.expect("commits");
    let tx = world.begin().await;
    let slower = store::application::save(&tx, &seen).await;
    assert!(matches!(slower, Err(StoreError::Conflict)), "{slower:?}");
    let stored = store::application::find(&tx, application.id).await.expect("reads").expect("it is there");
    assert_eq!((stored.version, stored.state), (2, State::Withdrawn));
}

async fn numbers_have_no_gaps_and_no_twins(world: &World) {
    let tx = world.begin().await;
    let round = world.round(&tx).await;
    tx.commit().await.expect("commits");
    let mut submitting = JoinSet::new();
    for number in 0..30 {
        let (database, round) = (world.database.clone(), round.id);
        submitting.spawn(async move {
            let tx = database.begin().await.expect("begins");
            let ordinal = store::round::next_ordinal(&tx, round).await.expect("counts");
            if number % 3 == 0 {
                tx.rollback().await.expect("it is undone");
                return None;
            }
            tx.commit().await.expect("commits");
            Some(ordinal)
        });
    }
    let mut given: Vec<i64> = submitting.join_all().await.into_iter().flatten().collect();
    given.sort_unstable();
    assert_eq!(given, (1..=20).collect::<Vec<_>>());
    let tx = world.begin().await;
    assert!(store::round::next_ordinal(&tx, world.id()).await.is_err(), "there is no such round");
}

async fn a_locked_year_is_never_overspent(world: &World) {
    let tx = world.begin().await;
    world.year(&tx, 2020).await;
    tx.commit().await.expect("commits");
    let mut committing = JoinSet::new();
    for _ in 0..40 {
        let database = world.database.clone();
        committing.spawn(async move {
            let tx = database.begin().await.expect("begins");
            let mut year = store::budget::lock_year(&tx, 2020).await.expect("locks").expect("it is there");
            if year.available() < euro(9_000) {
                return 0;
            }
            year.balances.committed += euro(9_000);
            store::budget::save_year(&tx, &year).await.expect("nobody was in between");
            tx.commit().await.expect("commits");
            1
        });
    }
    let granted: i64 = committing.join_all().await.into_iter().sum();
    assert_eq!(granted, 16, "150,000 € are sixteen times 9,000 €");
    let year = store::budget::find_year(world.database.reader(), 2020).await.expect("reads").expect("it is there");
    assert_eq!(year.balances.committed, euro(16 * 9_000));
}

async fn chains_never_fork(world: &World) {
    let record = async || {
        let tx = world.begin().await;
        world.events(&tx, 2, None).await;
        tx.commit().await.expect("commits");
    };
    for _ in 0..5 {
        tokio::join!(record(), record(), record(), record());
    }
    let events = store::event::after(world.database.reader(), 0, 100).await.expect("reads");
    assert_eq!(events.len(), 40);
    for pair in events.windows(2) {
        assert_eq!(pair[1].previous, pair[0].hash);
        assert_eq!(pair[1].sequence, pair[0].sequence + 1);
    }
}

/// The server, and the command line beside it. A transaction that reads first and writes later must have what it read to itself.
async fn processes_on_one_database_wait_for_each_other(world: &World) {
    let tx = world.begin().await;
    world.year(&tx, 2020).await;
    tx.commit().await.expect("commits");
    let mut committing = JoinSet::new();
    for _ in 0..4 {
        let other = store::Database::open(&world.url).await.expect("it opens");
        committing.spawn(async move {
            for _ in 0..10 {
                let tx = other.begin().await.expect("begins");
                let mut year = store::budget::lock_year(&tx, 2020).await.expect("locks").expect("it is there");
                year.balances.committed += euro(1);
                store::budget::save_year(&tx, &year).await.expect("nobody was in between");
                tx.commit().await.expect("commits");
            }
            other.close().await;
        });
    }
    committing.join_all().await;
    let year = store::budget::find_year(world.database.reader(), 2020).await.expect("reads").expect("it is there");
    assert_eq!(year.balances.committed, euro(40));
}

async fn the_same_key_is_remembered_once(world: &World) {
    let tx = world.begin().await;
    let person = world.person(&tx).await;
    tx.commit().await.expect("commits");
    let mut asking = JoinSet::new();
    for _ in 0..10 {
        let database = world.database.clone();
        asking.spawn(async move {
            let tx = database.begin().await.expect("begins");
            let remembered = store::idempotency::Remembered {
                operation: "submit".to_owned(),
                request_hash: "a".repeat(64),
                outcome: serde_json::Value::Null,
            };
            match store::idempotency::remember(&tx, person, "key", &remembered, now()).await {
                Ok(()) => {
                    tx.commit().await.expect("commits");
                    1
                }
                Err(StoreError::Conflict) => 0,
                Err(error) => panic!("{error}"),
            }
        });
    }
    assert_eq!(asking.join_all().await.into_iter().sum::<i32>(), 1);
}
