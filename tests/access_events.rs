//! Every sign-in, refusal, role, token and session change is an event (R45): the person sees their own, the auditor all, and strangers
//! leave nothing of themselves.

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::{App, Backend, Browser, Client, IdentityProvider};

use crate::stage::id;

const CORA: &str = "cora@chor.example";

/// The record, as the auditor and the person that it is about read it.
struct Record {
    auditor: Client,
    person: Client,
    bystander: Client,
    /// The last event that was read.
    last: i64,
}

impl Record {
    async fn events(of: &Client, query: &str) -> Vec<Value> {
        let data = of.asks(query, json!({})).await;
        let nodes = data["viewer"]["events"]["nodes"].as_array().or(data["events"]["nodes"].as_array());
        nodes.expect("events").clone()
    }

    async fn own(of: &Client) -> Vec<i64> {
        let events = Self::events(of, "{ viewer { events(last: 20) { nodes { sequence } } } }").await;
        events.iter().filter_map(|event| event["sequence"].as_i64()).collect()
    }

    /// Goes over what [`set_up`] made.
    fn has_made_known(&mut self) {
        self.last += 2;
    }

    /// After a deed: each new event as `kind SUBJECT`, with `(own)` behind it if the person sees it. Nobody else but the auditor does.
    async fn has(&mut self, deed: &str, expected: &[&str]) {
        let events = Self::events(&self.auditor, "{ events(last: 20) { nodes { sequence kind subjectKind details } } }").await;
        let (own, others) = (Self::own(&self.person).await, Self::own(&self.bystander).await);
        let mut found = Vec::new();
        for event in events.iter().filter(|event| event["sequence"].as_i64() > Some(self.last)) {
            let sequence = event["sequence"].as_i64().expect("a number");
            let details = event["details"].as_str().expect("a text");
            assert!(!details.contains('@') && !details.to_lowercase().contains("cora"), "{deed}: {details}");
            assert!(!others.contains(&sequence), "{deed}: somebody else sees {event}");
            let seen = if own.contains(&sequence) { " (own)" } else { "" };
            let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
            found.push(format!("{} {}{seen}", text("kind"), text("subjectKind")));
        }
        assert_eq!(found, expected, "{deed}");
        self.last = events.last().and_then(|event| event["sequence"].as_i64()).expect("an event");
    }
}

/// An app where a provider has an account with Cora's address, whose clock goes on by hours.
struct Place {
    app: App,
    theirs: IdentityProvider,
    hours: i64,
}

impl Place {
    async fn begin(backend: Backend) -> Self {
        let begun = "2019-10-01T10:00:00Z".parse().expect("an instant");
        let mut theirs = IdentityProvider::start(begun).await;
        theirs.set(json!({ "account": account(&["fonds-kasse"]) })).await;
        let app = App::with_provider(backend, &theirs).await;
        app.at("2019-10-01T10:00:00Z");
        Self { app, theirs, hours: 0 }
    }

    /// The next hour, so that there are e-mails to be had again, and so many minutes of it.
    async fn next(&mut self, minutes: i64) {
        self.hours += 1;
        let now = chrono::DateTime::parse_from_rfc3339("2019-10-01T10:00:00Z").expect("an instant").to_utc()
            + TimeDelta::hours(self.hours)
            + TimeDelta::minutes(minutes);
        self.app.at(&now.to_rfc3339());
        self.theirs.set(json!({ "now": now.timestamp_millis() })).await;
    }

    fn browser(&self) -> Browser {
        Browser::at(&self.app).from_origin("https://sonderfonds.example.org")
    }

    async fn asks(&self, address: &str) {
        assert_eq!(self.browser().posts("/sign-in", &[("address", address)]).await.location, "/sign-in/sent");
    }

    async fn signs_in(&self, browser: &mut Browser, address: &str) {
        self.asks(address).await;
        let letter = self.app.letter_to(address).await;
        assert_eq!(browser.posts("/sign-in/link", &[("token", &letter.token)]).await.location, "/desk");
    }
}

fn account(groups: &[&str]) -> Value {
    json!({ "sub": "cora-1", "name": "Cora Chor", "email": CORA, "email_verified": true, "groups": groups })
}

async fn set_up(backend: Backend) -> (Place, Record, Client) {
    let place = Place::begin(backend).await;
    let app = &place.app;
    let auditor = app.person("Rosa Prüf", "rpa@stadt.example", "de", &["auditor"]).await;
    let administrator = app.person("Adam", "adam@stadt.example", "de", &["administrator"]).await;
    let bystander = app.person("Uwe Unbeteiligt", "uwe@verein.example", "de", &[]).await;
    let last = Record::events(&auditor, "{ events(last: 1) { nodes { sequence } } }").await[0]["sequence"].as_i64().expect("a number");
    let person = app.person("Cora Chor", CORA, "de", &[]).await;
    (place, Record { auditor, person, bystander, last }, administrator)
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_by_e_mail_and_their_refusals_are_on_record() {
    for backend in Backend::ALL {
        let (mut place, mut record, _) = set_up(backend).await;
        record.has("made known at the console, with a token", &["person-added PERSON (own)", "token-created PERSON (own)"]).await;

        place.signs_in(&mut place.browser(), CORA).await;
        record.has("signed in by the link", &["sign-in-asked PERSON (own)", "signed-in SESSION (own)"]).await;
        let used = place.app.letter_to(CORA).await;
        place.browser().posts("/sign-in/link", &[("token", &used.token)]).await;
        record.has("the link once more", &["sign-in-refused PERSON (own)"]).await;
        place.browser().posts("/sign-in/link", &[("token", &used.token)]).await;
        record.has("and again: told once, so that nobody fills the record by trying", &[]).await;

        place.asks(CORA).await;
        let guess = [("address", CORA), ("code", "AAAA-AAAA")];
        place.browser().posts("/sign-in/code", &guess).await;
        record.has("a code was guessed at", &["sign-in-asked PERSON (own)", "sign-in-refused PERSON (own)"]).await;
        place.asks(CORA).await;
        let code = place.app.letter_to(CORA).await.code;
        place.browser().posts("/sign-in/code", &[("address", CORA), ("code", &code)]).await;
        record.has("signed in by the code", &["sign-in-asked PERSON (own)", "signed-in SESSION (own)"]).await;

        for by_code in [true, false] {
            place.next(0).await;
            place.asks(CORA).await;
            let late = place.app.letter_to(CORA).await;
            place.app.at(&format!("2019-10-01T{}:15:00Z", 10 + place.hours));
            if by_code {
                place.browser().posts("/sign-in/code", &[("address", CORA), ("code", &late.code)]).await;
            } else {
                place.browser().posts("/sign-in/link", &[("token", &late.token)]).await;
            }
            record.has("too late", &["sign-in-asked PERSON (own)", "sign-in-refused PERSON (own)"]).await;
        }

        let stranger = [("address", "niemand@verein.example"), ("code", "AAAA-AAAA")];
        place.browser().posts("/sign-in/code", &stranger).await;
        record.has("guessed at nothing", &[]).await;
        place.asks("niemand@verein.example").await;
        place.browser().posts("/sign-in/code", &stranger).await;
        record.has("somebody who is not known", &["sign-in-asked SIGN_IN", "sign-in-refused SIGN_IN"]).await;
        let letter = place.app.letter_to("niemand@verein.example").await;
        place.browser().posts("/sign-in/link", &[("token", &letter.token), ("name", "Nina Neu")]).await;
        record.has("registered", &["person-registered PERSON", "signed-in SESSION"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_tokens_and_roles_are_on_record() {
    for backend in Backend::ALL {
        let (mut place, mut record, administrator) = set_up(backend).await;
        let signed_in = ["sign-in-asked PERSON (own)", "signed-in SESSION (own)"];
        let (mut one, mut two) = (place.browser(), place.browser());
        place.signs_in(&mut one, CORA).await;
        place.signs_in(&mut two, CORA).await;
        record.has_made_known();
        record.has("signed in twice", &[signed_in, signed_in].concat()).await;
        one.posts_own("/sign-out", &[]).await;
        record.has("signed out", &["session-ended SESSION (own)"]).await;
        let session = two.gets("/account").await.hidden("session");
        two.posts_own("/account/sessions/end", &[("session", &session)]).await;
        record.has("ended a session", &["session-ended SESSION (own)"]).await;
        place.signs_in(&mut one, CORA).await;
        place.signs_in(&mut two, CORA).await;
        record.has("signed in again", &[signed_in, signed_in].concat()).await;
        one.posts_own("/account/sessions/end-all", &[]).await;
        record.has("ended all", &["session-ended SESSION (own)"; 2]).await;

        place.next(0).await;
        place.signs_in(&mut one, CORA).await;
        record.has("signed in", &signed_in).await;
        one.posts_own("/sign-in", &[("address", CORA)]).await;
        let letter = place.app.letter_to(CORA).await;
        one.posts_own("/sign-in/link", &[("token", &letter.token)]).await;
        let anew = ["sign-in-asked PERSON (own)", "session-ended SESSION (own)", "signed-in SESSION (own)"];
        record.has("once more in the same browser", &anew).await;
        one.posts_own("/sign-in", &[("address", "adam@stadt.example")]).await;
        let letter = place.app.letter_to("adam@stadt.example").await;
        one.posts_own("/sign-in/link", &[("token", &letter.token)]).await;
        let other = ["sign-in-asked PERSON", "session-ended PERSON (own)", "signed-in SESSION"];
        record.has("somebody else in the same browser", &other).await;

        let create = json!({ "name": "Auswertung", "access": "READ" });
        let issued = record.person.does("createToken", create, "issuedToken { token { id } }").await;
        record.has("made a token", &["token-created TOKEN (own)"]).await;
        record.person.does("revokeToken", json!({ "tokenId": issued["issuedToken"]["token"]["id"] }), "token { id }").await;
        record.has("revoked it", &["token-revoked TOKEN (own)"]).await;

        let person = id(&record.person.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]);
        let grant = json!({ "personId": person, "role": "MEMBER", "from": "2019-10-01", "reason": "Wahl" });
        let granted = administrator.does("grantRole", grant, "person { roles { id } }").await;
        record.has("given a role", &["role-granted PERSON (own)"]).await;
        let end = json!({ "roleGrantId": granted["person"]["roles"][0]["id"], "reason": "Rücktritt" });
        administrator.does("endRole", end, "person { id }").await;
        record.has("a role ended", &["role-ended PERSON (own)"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_with_a_provider_their_roles_and_refusals_are_on_record() {
    for backend in Backend::ALL {
        let (mut place, mut record, _) = set_up(backend).await;
        record.has_made_known();
        let signed_in = "signed-in-with-provider PERSON (own)";
        let changed = "roles-changed-by-provider PERSON (own)";
        let session = "signed-in SESSION (own)";
        place.browser().signs_in_with(&place.theirs).await;
        let first = ["account-of-provider-linked PERSON (own)", changed, signed_in, session];
        record.has("signed in for the first time", &first).await;
        place.browser().signs_in_with(&place.theirs).await;
        record.has("and again", &[signed_in, session]).await;
        place.theirs.set(json!({ "account": account(&[]) })).await;
        place.browser().signs_in_with(&place.theirs).await;
        record.has("without the group", &[changed, signed_in, session]).await;

        let mut successor = account(&["fonds-kasse"]);
        successor["sub"] = json!("cora-2");
        place.theirs.set(json!({ "account": successor })).await;
        let shown = place.browser().signs_in_with(&place.theirs).await;
        assert_eq!(shown.status, 422, "{}", shown.body);
        record.has("another account with the person's address", &["sign-in-with-provider-refused PERSON (own)"]).await;
        place.theirs.set(json!({ "account": account(&[]), "spoil": { "claims": { "aud": "another" } } })).await;
        place.browser().signs_in_with(&place.theirs).await;
        record.has("a token that does not hold names nobody", &["sign-in-with-provider-refused SIGN_IN"]).await;
        place.browser().goes_to("/sign-in/callback?code=x&state=y").await;
        record.has("an answer to nothing", &[]).await;
    }
}
