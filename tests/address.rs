//! What people say of themselves: name and language at once, another address once it is confirmed from there, by the person who asked and in
//! a session of theirs. Nothing tells whether somebody has it.

use serde_json::{Value, json};
use testkit::{App, Backend, Browser};

const CORA: &str = "cora@chor.example";
const NEW: &str = "cora@neu.example";
const OTHER: &str = "uwe@verein.example";

async fn app(backend: Backend) -> App {
    let app = App::with_smtp(backend).await;
    app.at("2019-10-01T10:00:00Z");
    app.person("Cora Chor", CORA, "de", &[]).await;
    app.person("Uwe Anders", OTHER, "de", &[]).await;
    app
}

async fn who(browser: &Browser) -> Value {
    let answer = browser.asks_api("{ viewer { name email language } }").await;
    if answer.status == 200 { answer.body["data"]["viewer"].clone() } else { json!(answer.status) }
}

/// The latest e-mail to an address, and the token of the link in it.
async fn wish_at(app: &App, address: &str) -> (String, String) {
    app.deliver_mail().await;
    let mails = app.mailbox().received();
    let text = mails.iter().rev().find(|mail| mail.to == address).and_then(|mail| mail.text.clone()).expect("an e-mail");
    let (_, rest) = text.split_once("/account/address/link?token=").expect("a link");
    let token = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    (text, token)
}

async fn asks(browser: &mut Browser, address: &str) -> String {
    let shown = browser.posts_own("/account/address", &[("address", address)]).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("Sehen Sie in das neue Postfach"), "{}", shown.body);
    shown.body
}

async fn confirms(browser: &mut Browser, token: &str) -> (u16, String) {
    let shown = browser.posts_own("/account/address/link", &[("token", token)]).await;
    (shown.status, if shown.status == 303 { shown.location } else { shown.body })
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_language_are_corrected_on_the_page() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut cora = app.signed_in(CORA).await;
        let account = cora.gets("/account").await.body;
        assert!(account.contains("Cora Chor") && account.contains(CORA), "{account}");
        assert!(account.contains("value=\"Cora Chor\""));
        let wrong = cora.posts_own("/account/person", &[("person-name", "a\u{202E}b"), ("language", "de")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("href=\"#person-name\""), "{}", wrong.body);
        let done = cora.posts_own("/account/person", &[("person-name", " Cora Neuname "), ("language", "en")]).await;
        assert_eq!((done.status, done.location.as_str()), (303, "/account?saved=yes"));
        assert_eq!(who(&cora).await, json!({ "name": "Cora Neuname", "email": CORA, "language": "EN" }));
        assert!(cora.gets("/account").await.body.contains("<html lang=\"en\">"), "spoken to in English from now on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_holds_once_it_is_confirmed_from_there_by_who_asked() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let (mut cora, elsewhere) = (app.signed_in(CORA).await, app.signed_in(CORA).await);
        let mut uwe = app.signed_in(OTHER).await;
        let mut before = Browser::at(&app);
        before.posts("/sign-in", &[("address", CORA)]).await;
        let on_its_way = app.letter_to(CORA).await;
        asks(&mut cora, " Cora@Neu.example ").await;
        let (text, token) = wish_at(&app, NEW).await;
        assert!(!text.contains("Cora Chor"), "it may be a stranger's by mistake: {text}");

        // A mail scanner, and somebody who was talked into opening it.
        let link = format!("/account/address/link?token={token}");
        assert_eq!(Browser::at(&app).gets(&link).await.status, 403);
        assert_eq!(uwe.gets(&link).await.status, 410);
        assert_eq!(confirms(&mut uwe, &token).await.0, 410);
        assert_eq!(Browser::at(&app).posts("/account/address/link", &[("token", &token)]).await.status, 403);
        assert_eq!(Browser::at(&app).posts("/sign-in/link", &[("token", &token)]).await.status, 410, "it signs nobody in");
        for _ in 0..2 {
            assert_eq!(cora.heads(&link).await.status, 200);
            assert!(cora.gets(&link).await.body.contains(NEW));
        }
        assert_eq!(who(&cora).await["email"], CORA, "to look at it changes nothing");

        assert_eq!(confirms(&mut cora, &token).await, (303, "/account".to_owned()));
        assert_eq!(who(&cora).await["email"], NEW);
        assert_eq!(who(&elsewhere).await, 401, "signed out everywhere else");
        assert_eq!((cora.gets(&link).await.status, confirms(&mut cora, &token).await.0), (410, 410), "once");
        app.deliver_mail().await;
        let told: Vec<(String, String)> = app
            .mailbox()
            .received()
            .into_iter()
            .filter(|mail| mail.subject.contains("wurde geändert"))
            .map(|mail| (mail.to, mail.subject))
            .collect();
        assert_eq!(told, [(CORA.to_owned(), "Ihre E-Mail-Adresse wurde geändert".to_owned())], "the address before is told");
        assert_eq!(before.posts("/sign-in/link", &[("token", &on_its_way.token)]).await.status, 410, "its links have ended");
        assert_eq!(who(&app.signed_in(NEW).await).await["name"], "Cora Chor");
        before.posts("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        assert!(before.gets(&letter.link).await.body.contains("name=\"name\""), "nobody has the old one");

        let events = cora.asks_api("{ viewer { events(last: 50) { nodes { kind details } } } }").await.body;
        let events = events["data"]["viewer"]["events"]["nodes"].as_array().expect("events").clone();
        assert!(events.iter().all(|event| !event["details"].as_str().expect("a text").contains('@')), "{events:?}");
        let kinds: Vec<&str> = events.iter().filter_map(|event| event["kind"].as_str()).filter(|kind| kind.contains("address")).collect();
        assert_eq!(kinds, ["address-change-asked", "address-changed", "address-change-refused"]);
        let report = app.engine().verify().await.expect("proved");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_somebody_has_the_address_shows_only_to_who_has_it_too() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut cora = app.signed_in(CORA).await;
        let answers = [asks(&mut cora, NEW).await, asks(&mut cora, OTHER).await];
        assert_eq!(answers[0], answers[1]);
        let (free, taken) = (wish_at(&app, NEW).await, wish_at(&app, OTHER).await);
        let plain = |(text, token): &(String, String)| text.replace(token, "…");
        assert_eq!(plain(&free), plain(&taken), "the e-mails don't differ either");
        let (status, page) = confirms(&mut cora, &taken.1).await;
        assert!(status == 422 && page.contains("Unter dieser Adresse ist schon jemand bekannt"), "{page}");
        assert_eq!(who(&cora).await["email"], CORA);
        assert_eq!(confirms(&mut cora, &free.1).await.0, 303);
        assert_eq!(who(&app.signed_in(OTHER).await).await["name"], "Uwe Anders");

        // Two want the same one: the later one is told.
        let mut uwe = app.signed_in(OTHER).await;
        for browser in [&mut cora, &mut uwe] {
            asks(browser, "beide@chor.example").await;
        }
        let mails = {
            app.deliver_mail().await;
            app.mailbox().received()
        };
        let tokens: Vec<String> = mails
            .iter()
            .filter(|mail| mail.to == "beide@chor.example")
            .filter_map(|mail| mail.text.as_ref()?.split_once("link?token=").map(|(_, rest)| rest[..64].to_owned()))
            .collect();
        assert_eq!(confirms(&mut cora, &tokens[0]).await.0, 303);
        assert_eq!(confirms(&mut uwe, &tokens[1]).await.0, 422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_another_address_is_good_for_a_while_and_asked_for_only_by_who_has_just_signed_in() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut cora = app.signed_in(CORA).await;
        for (address, words) in [("cora", "Geben Sie eine E-Mail-Adresse ein"), (" CORA@chor.example", "Das ist schon Ihre Adresse")] {
            let shown = cora.posts_own("/account/address", &[("address", address)]).await;
            assert!(shown.status == 422 && shown.body.contains(words), "{}", shown.body);
        }
        asks(&mut cora, "erste@chor.example").await;
        asks(&mut cora, "zweite@chor.example").await;
        let (first, second) = (wish_at(&app, "erste@chor.example").await.1, wish_at(&app, "zweite@chor.example").await.1);
        assert_eq!(confirms(&mut cora, &second).await.0, 303);
        assert_eq!(confirms(&mut cora, &first).await.0, 410, "an earlier wish is void");
        for number in 0..5 {
            asks(&mut cora, &format!("n{number}@chor.example")).await;
        }
        app.deliver_mail().await;
        let sent = app.mailbox().received().iter().filter(|mail| mail.subject.contains("Bestätigen Sie Ihre neue")).count();
        assert_eq!(sent, 5, "so many e-mails an hour, whatever the addresses");
        let late = wish_at(&app, "n0@chor.example").await.1;
        app.at("2019-10-01T10:10:00Z");
        assert!(!cora.gets("/account/address").await.body.contains("name=\"address\""));
        let again = cora.posts_own("/account/address", &[("address", NEW)]).await;
        assert!(again.status == 422 && again.body.contains("Melden Sie sich neu an"), "{}", again.body);
        app.at("2019-10-01T10:15:00Z");
        assert_eq!(confirms(&mut cora, &late).await.0, 410, "too late");

        // By the API in a session; a token takes over no account.
        app.at("2019-10-01T12:00:00Z");
        let cora = app.signed_in("zweite@chor.example").await;
        let request =
            format!("mutation {{ requestNewAddress(input: {{ address: {NEW:?} }}) {{ person {{ email }} userErrors {{ code }} }} }}");
        let asked = cora.asks_api(&request).await.body["data"]["requestNewAddress"].clone();
        assert_eq!(asked, json!({ "person": { "email": "zweite@chor.example" }, "userErrors": [] }));
        let token = wish_at(&app, NEW).await.1;
        let confirm =
            format!("mutation {{ confirmNewAddress(input: {{ token: {token:?} }}) {{ person {{ email }} userErrors {{ code }} }} }}");
        let person = app.engine().person_by_email("zweite@chor.example").await.expect("asked").expect("known");
        let new = engine::NewToken { person: person.id, name: "x".to_owned(), access: domain::token::Access::Write, expires_at: None };
        let program = app.anonymous().with_token(&app.engine().issue_token(new).await.expect("a token"));
        for (verb, input) in [("requestNewAddress", json!({ "address": NEW })), ("confirmNewAddress", json!({ "token": token }))] {
            let answer = program.mutates(verb, input, "__typename").await;
            assert_eq!(answer.body["data"][verb]["userErrors"][0]["code"], "NOT_IN_A_SESSION", "{}", answer.body);
        }
        let confirmed = cora.asks_api(&confirm).await.body["data"]["confirmNewAddress"].clone();
        assert_eq!(confirmed, json!({ "person": { "email": NEW }, "userErrors": [] }));
        app.at("2019-10-08T12:15:01Z");
        app.engine().forget_ended_access().await.expect("forgotten");
        assert_eq!(app.engine().verify().await.expect("proved").findings.len(), 0);
    }
}
