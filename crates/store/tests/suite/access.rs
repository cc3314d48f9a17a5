//! Tokens, sessions and sign-in requests.

use domain::ids::{PersonId, SessionId, SignInId, TokenId};
use domain::language::Language;
use domain::session::Session;
use domain::sign_in::{Means, Policy, Secret, SignInRequest, Whom};
use domain::token::{Access, Token};
use store::{StoreError, session, sign_in, token};

use crate::world::{World, minutes, now};

crate::on_both![
    tokens_are_found_by_their_hash,
    sessions_are_listed_and_end_once,
    requests_are_counted_and_spent_once,
    what_has_ended_is_forgotten
];

async fn tokens_are_found_by_their_hash(world: &World) {
    let tx = world.begin().await;
    let person = world.person(&tx).await;
    let make = |hash: &str, expires_at, revoked_at| Token {
        id: TokenId(world.id()),
        person,
        name: "CI".to_owned(),
        hash: hash.repeat(64),
        access: Access::Read,
        created_at: now(),
        expires_at,
        revoked_at,
        last_used_at: None,
    };
    let (endless, ending, revoked) = (make("a", None, None), make("b", Some(minutes(1)), None), make("c", None, Some(minutes(-1))));
    for token in [&endless, &ending, &revoked] {
        token::insert(&tx, token).await.expect("inserts");
        assert_eq!(token::find_by_hash(&tx, &token.hash).await.expect("reads").as_ref(), Some(token));
    }
    assert_eq!(token::find_by_hash(&tx, &"d".repeat(64)).await.expect("reads"), None);
    assert_eq!(token::valid_of(&tx, person, now()).await.expect("reads"), [endless.clone(), ending.clone()]);
    assert_eq!(token::valid_of(&tx, person, minutes(1)).await.expect("reads"), std::slice::from_ref(&endless));
    token::revoke(&tx, endless.id, now()).await.expect("revokes");
    assert!(matches!(token::revoke(&tx, endless.id, now()).await, Err(StoreError::Conflict)), "once");
    let twice = token::insert(&tx, &make("a", None, None)).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "{twice:?}");
    drop(tx);

    let tx = world.begin().await;
    let person = world.person(&tx).await;
    token::insert(&tx, &Token { person, ..ending.clone() }).await.expect("inserts");
    tx.commit().await.expect("commits");
    for (at, kept) in [(5, 5), (9, 9), (7, 9)] {
        token::used(&world.database, ending.id, minutes(at)).await.expect("keeps");
        let found = token::find(world.database.reader(), ending.id).await.expect("reads").expect("it is there");
        assert_eq!(found.last_used_at, Some(minutes(kept)), "the latest");
    }
}

async fn sessions_are_listed_and_end_once(world: &World) {
    let tx = world.begin().await;
    let person = world.person(&tx).await;
    let make = |hash: &str| {
        Session::begin(
            SessionId(world.id()),
            person,
            hash.repeat(64),
            "Firefox/1 Linux",
            Means::Link.session_ends(&Policy::default(), now()),
            now(),
        )
    };
    let (one, two) = (make("a"), make("b"));
    for session in [&one, &two] {
        session::insert(&tx, session).await.expect("inserts");
    }
    assert_eq!(session::open_of(&tx, person, now()).await.expect("reads"), [one.clone(), two.clone()]);
    session::end(&tx, one.id, minutes(1)).await.expect("ends");
    assert!(matches!(session::end(&tx, one.id, minutes(2)).await, Err(StoreError::Conflict)), "once");
    assert_eq!(session::open_of(&tx, person, now()).await.expect("reads"), std::slice::from_ref(&two));
    assert_eq!(session::open_of(&tx, PersonId(world.id()), now()).await.expect("reads"), []);
    let ended = Session { ended_at: Some(minutes(1)), ..one.clone() };
    assert_eq!(session::find_by_hash(&tx, &one.hash).await.expect("reads"), Some(ended));
    tx.commit().await.expect("commits");
    for (at, kept) in [(5, 5), (3, 5)] {
        session::seen(&world.database, two.id, minutes(at)).await.expect("keeps");
        let found = session::find(world.database.reader(), two.id).await.expect("reads").expect("it is there");
        assert_eq!(found.last_seen_at, minutes(kept), "the latest");
    }
}

fn request(world: &World, address: &str) -> SignInRequest {
    let secret = Secret::new([5; 32]);
    SignInRequest::ask(SignInId(world.id()), address, None, Language::En, &secret, now(), &Policy::default())
}

async fn requests_are_counted_and_spent_once(world: &World) {
    let tx = world.begin().await;
    let person = world.person(&tx).await;
    let (one, two, other) = (request(world, "a@b.example"), request(world, "A@b.example"), request(world, "c@b.example"));
    for request in [&one, &two, &other] {
        sign_in::insert(&tx, request).await.expect("inserts");
        assert_eq!(sign_in::find_by_link(&tx, &request.link_hash).await.expect("reads").as_ref(), Some(request));
    }
    let count = async |since| sign_in::count_since(&tx, &one.address_hash, since).await.expect("counts");
    assert_eq!((count(minutes(-1)).await, count(now()).await), (2, 0), "however it is spelled, and only what came since");
    sign_in::count_wrong_code(&tx, &[one.id, two.id]).await.expect("counts");
    let asked = sign_in::lock_for_address(&tx, &one.address_hash).await.expect("reads");
    assert_eq!(asked.iter().map(|request| (request.id, request.wrong_codes)).collect::<Vec<_>>(), [(two.id, 1), (one.id, 1)]);
    sign_in::spend(&tx, one.id, minutes(1)).await.expect("spends");
    assert!(matches!(sign_in::spend(&tx, one.id, minutes(1)).await, Err(StoreError::Conflict)), "once");
    sign_in::belongs_to(&tx, one.id, person).await.expect("becomes somebody's");
    sign_in::refused(&tx, one.id, minutes(2)).await.expect("is kept");
    let found = sign_in::lock_by_link(&tx, &one.link_hash).await.expect("reads").expect("it is there");
    assert_eq!((found.whom, found.used_at, found.refused_at), (Whom::Known(person), Some(minutes(1)), Some(minutes(2))));
}

async fn what_has_ended_is_forgotten(world: &World) {
    let tx = world.begin().await;
    let (request, person) = (request(world, "a@b.example"), world.person(&tx).await);
    let session =
        Session::begin(SessionId(world.id()), person, "a".repeat(64), "", Means::Link.session_ends(&Policy::default(), now()), now());
    sign_in::insert(&tx, &request).await.expect("inserts");
    session::insert(&tx, &session).await.expect("inserts");
    tx.commit().await.expect("commits");
    for (before, requests, sessions) in [(minutes(15), 0, 0), (minutes(16), 1, 0), (minutes(60 * 24 * 30 + 1), 0, 1)] {
        assert_eq!(sign_in::forget(&world.database, before).await.expect("forgets"), requests);
        assert_eq!(session::forget(&world.database, before).await.expect("forgets"), sessions);
    }
}
