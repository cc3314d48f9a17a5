//! Signing in with a real OpenID provider: what it takes, and what does not pass.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::federation::Identity;
use domain::identity::Role;
use oidc::{Answer, Pending, Provider, Secret, SignInError};
use serde_json::{Value, json};
use testkit::IdentityProvider;

mod pages;
mod people;

/// When these stories happen.
fn noon() -> DateTime<Utc> {
    "2019-01-02T12:00:00Z".parse().expect("an instant")
}

fn later(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

fn anna() -> Value {
    let groups = ["kantine", "fonds-sachbearbeitung"];
    json!({ "sub": "anna-1", "name": "Anna Adler", "email": "Anna.Adler@stadt.example", "email_verified": true, "groups": groups })
}

/// A provider where Anna has an account, and the fund's side of it.
async fn town_hall() -> (IdentityProvider, Provider) {
    let mut theirs = IdentityProvider::start(noon()).await;
    theirs.set(json!({ "account": anna() })).await;
    let ours = relying_on(&theirs);
    (theirs, ours)
}

fn relying_on(theirs: &IdentityProvider) -> Provider {
    let secret = Secret::from(theirs.client_secret().to_owned());
    Provider::new(theirs.settings(), Some(secret), theirs.redirect_url()).expect("possible")
}

fn answer(parameters: &BTreeMap<String, String>) -> Answer {
    let get = |name: &str| parameters.get(name).cloned();
    Answer { code: get("code"), state: get("state"), iss: get("iss"), error: get("error") }
}

/// Begins a sign-in and goes to the provider, up to the answer that it sends the browser back with.
async fn up_to_the_answer(theirs: &IdentityProvider, ours: &Provider, now: DateTime<Utc>) -> (Pending, Answer) {
    let redirect = ours.begin(now).await.expect("begun");
    let parameters = theirs.visit(&redirect.url).await;
    (redirect.pending, answer(&parameters))
}

async fn sign_in(theirs: &IdentityProvider, ours: &Provider, now: DateTime<Utc>) -> Result<Identity, SignInError> {
    let (pending, answer) = up_to_the_answer(theirs, ours, now).await;
    ours.finish(pending, answer, now).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_account_is_who_the_provider_says_with_the_roles_of_their_groups() {
    let (mut theirs, ours) = town_hall().await;
    for in_token in [false, true] {
        theirs.set(json!({ "inToken": in_token })).await;
        let identity = sign_in(&theirs, &ours, noon()).await.expect("signed in");
        let expected = Identity {
            provider: "rathaus".to_owned(),
            subject: "anna-1".to_owned(),
            email: Some("Anna.Adler@stadt.example".to_owned()),
            name: Some("Anna Adler".to_owned()),
            roles: BTreeSet::from([Role::CaseOfficer]),
        };
        assert!(identity == expected, "claims in the token: {in_token}: {:?} {:?}", identity.email, identity.roles);
    }
    let mut unverified = anna();
    unverified["email_verified"] = json!(false);
    theirs.set(json!({ "account": unverified })).await;
    assert_eq!(sign_in(&theirs, &ours, noon()).await.expect("signed in").email, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_is_sent_off_with_all_that_protects_the_code() {
    let (_theirs, ours) = town_hall().await;
    let (one, other) = (ours.begin(noon()).await.expect("begun"), ours.begin(noon()).await.expect("begun"));
    let url = reqwest::Url::parse(&one.url).expect("an address");
    let sent: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let names: Vec<&str> = sent.keys().map(String::as_str).collect();
    let all = ["client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_type", "scope", "state"];
    assert_eq!(names, all);
    assert_eq!((sent["response_type"].as_str(), sent["code_challenge_method"].as_str()), ("code", "S256"));
    assert_eq!((&sent["state"], &sent["nonce"]), (&one.pending.state, &one.pending.nonce));
    assert!(!one.url.contains(&one.pending.pkce_verifier));
    for (a, b) in [
        (&one.pending.state, &other.pending.state),
        (&one.pending.nonce, &other.pending.nonce),
        (&one.pending.pkce_verifier, &other.pending.pkce_verifier),
    ] {
        assert!(a != b && a.len() >= 43, "new each time, 256 bits");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_hold_signs_nobody_in() {
    let (mut theirs, ours) = town_hall().await;
    let at = |seconds: i64| later(seconds).timestamp();
    let flaws = [
        ("for another audience", json!({ "claims": { "aud": "another" } })),
        ("for another audience besides", json!({ "claims": { "aud": ["sonderfonds", "another"] } })),
        ("for another party", json!({ "claims": { "azp": "another" } })),
        ("another issuer's", json!({ "claims": { "iss": "https://login.example.org" } })),
        ("expired", json!({ "claims": { "exp": at(0) } })),
        ("issued long before", json!({ "claims": { "iat": at(-3_600) } })),
        ("issued in the future", json!({ "claims": { "iat": at(3_600), "exp": at(7_200) } })),
        ("with another nonce", json!({ "claims": { "nonce": "another" } })),
        ("without a nonce", json!({ "claims": { "nonce": null } })),
        ("for another access token", json!({ "claims": { "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" } })),
        ("about nobody", json!({ "claims": { "sub": null } })),
        ("not signed", json!({ "alg": "none" })),
        ("signed by the secret that both have", json!({ "alg": "HS256" })),
        ("signed by a stranger in the provider's name", json!({ "strangersKey": true })),
    ];
    for (flaw, spoil) in flaws {
        theirs.set(json!({ "spoil": spoil })).await;
        let signed_in = sign_in(&theirs, &ours, noon()).await;
        assert_eq!(signed_in.map(|_| ()), Err(SignInError::InvalidToken), "a token {flaw}");
    }
    theirs.set(json!({ "spoil": { "claims": {} } })).await;
    sign_in(&theirs, &ours, noon()).await.expect("it is not the test's own signing that is refused");

    theirs.set(json!({ "spoil": null, "userInfo": { "sub": "boris-2" } })).await;
    let signed_in = sign_in(&theirs, &ours, noon()).await;
    assert_eq!(signed_in.map(|_| ()), Err(SignInError::InvalidToken), "what is said of another is not taken for hers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_finished_once_in_time_and_by_its_own_answer() {
    let (theirs, ours) = town_hall().await;
    let (pending, answer) = up_to_the_answer(&theirs, &ours, noon()).await;
    ours.finish(pending.clone(), answer.clone(), noon()).await.expect("signed in");
    let replayed = |by| {
        let (pending, answer) = (pending.clone(), answer.clone());
        async move { Provider::finish(by, pending, answer, noon()).await.map(|_| ()) }
    };
    assert_eq!(replayed(&ours).await, Err(SignInError::Foreign), "the state was spent");
    assert_eq!(replayed(&relying_on(&theirs)).await, Err(SignInError::Foreign), "another process does not know, but the code was spent");

    let (pending, answer) = up_to_the_answer(&theirs, &ours, noon()).await;
    let (other, _) = up_to_the_answer(&theirs, &ours, noon()).await;
    let refused = |pending: &Pending, answer: Answer| {
        let pending = pending.clone();
        async { relying_on(&theirs).finish(pending, answer, noon()).await.map(|_| ()) }
    };
    assert_eq!(refused(&other, answer.clone()).await, Err(SignInError::Foreign), "another sign-in's state");
    assert_eq!(refused(&pending, Answer { state: None, ..answer.clone() }).await, Err(SignInError::Foreign), "no state");
    assert_eq!(refused(&pending, Answer { code: None, ..answer.clone() }).await, Err(SignInError::Foreign), "no code");
    assert_eq!(refused(&pending, Answer { iss: None, ..answer.clone() }).await, Err(SignInError::Foreign), "nobody's answer");
    let mixed_up = Answer { iss: Some("https://login.example.org".to_owned()), ..answer.clone() };
    assert_eq!(refused(&pending, mixed_up).await, Err(SignInError::Foreign), "another provider's answer");
    let elsewhere = Pending { provider: "elsewhere".to_owned(), ..pending.clone() };
    assert_eq!(refused(&elsewhere, answer.clone()).await, Err(SignInError::Foreign), "begun with another provider");
    let without_verifier = Pending { pkce_verifier: other.pkce_verifier.clone(), ..pending.clone() };
    assert_eq!(refused(&without_verifier, answer.clone()).await, Err(SignInError::Foreign), "a code without its verifier is worth nothing");

    let (pending, answer) = up_to_the_answer(&theirs, &ours, noon()).await;
    let too_late = ours.finish(pending, answer, later(600)).await.map(|_| ());
    assert_eq!(too_late, Err(SignInError::Expired));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_at_the_provider_is_not_signed_in() {
    let (mut theirs, ours) = town_hall().await;
    theirs.set(json!({ "account": null })).await;
    assert_eq!(sign_in(&theirs, &ours, noon()).await.map(|_| ()), Err(SignInError::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_refuses_sign_ins_until_it_is_up_again() {
    let (mut theirs, ours) = town_hall().await;
    theirs.stop().await;
    assert_eq!(ours.begin(noon()).await.map(|_| ()), Err(SignInError::Unavailable));
    theirs.start_again().await;
    assert_eq!(ours.begin(later(4)).await.map(|_| ()), Err(SignInError::Unavailable), "left in peace for a moment");
    sign_in(&theirs, &ours, later(5)).await.expect("signed in");

    let (pending, answer) = up_to_the_answer(&theirs, &ours, later(10)).await;
    theirs.stop().await;
    assert_eq!(ours.finish(pending, answer, later(10)).await.map(|_| ()), Err(SignInError::Unavailable), "between the two halves");
    assert!(ours.begin(later(11)).await.is_ok(), "what it is, is known for an hour");
    assert_eq!(ours.begin(later(4_000)).await.map(|_| ()), Err(SignInError::Unavailable), "and no longer");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_of_the_provider_are_asked_for_when_they_are_met_and_at_most_once_a_minute() {
    let (mut theirs, ours) = town_hall().await;
    sign_in(&theirs, &ours, noon()).await.expect("signed in");
    theirs.set(json!({ "rotate": true })).await;
    sign_in(&theirs, &ours, later(1)).await.expect("signed in by the new key");
    theirs.set(json!({ "rotate": true })).await;
    assert_eq!(sign_in(&theirs, &ours, later(30)).await.map(|_| ()), Err(SignInError::InvalidToken), "asked a moment ago");
    theirs.set(json!({ "now": later(61).timestamp_millis() })).await;
    sign_in(&theirs, &ours, later(61)).await.expect("signed in by the newest key");
}
