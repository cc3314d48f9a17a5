//! From the button on the sign-in page to a session, through HTTP and a real provider; and what comes of it when something does not hold.

use testkit::{App, Backend, Browser, Shown};

use super::*;

/// A provider where Anna has an account, and an app that relies on it, at noon.
async fn at_the_town_hall(backend: Backend) -> (IdentityProvider, App) {
    let mut theirs = IdentityProvider::start(noon()).await;
    theirs.set(json!({ "account": anna() })).await;
    let app = App::with_provider(backend, &theirs).await;
    app.at("2019-01-02T12:00:00Z");
    (theirs, app)
}

/// Who the browser's cookie stands for, and as what.
async fn who(browser: &Browser) -> Value {
    let answer = browser.asks_api("{ viewer { name email roles } }").await;
    if answer.status == 200 { answer.body["data"]["viewer"].clone() } else { json!(answer.status) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_leads_to_the_provider_and_back_into_a_session_with_the_roles_of_the_groups() {
    for backend in Backend::ALL {
        let (mut theirs, app) = at_the_town_hall(backend).await;
        let mut first = Browser::at(&app);
        let page = first.gets("/sign-in").await.body;
        assert!(page.contains("href=\"/sign-in/with?provider=rathaus\"") && page.contains("Anmelden mit Rathaus"), "{page}");

        let back = first.goes_off_to(&theirs).await;
        assert!(first.cookie.is_none() && first.pending.is_some(), "what is kept meanwhile signs nobody in");
        let shown = first.goes_to(&back).await;
        assert_eq!((shown.status, shown.location.as_str()), (303, "/desk"), "{}", shown.body);
        assert!(first.cookie.is_some() && first.pending.is_none(), "{}", shown.set_cookie);
        for cookie in shown.set_cookie.lines() {
            assert!(["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"].iter().all(|part| cookie.contains(part)), "{cookie}");
        }
        let as_officer = json!({ "name": "Anna Adler", "email": "anna.adler@stadt.example", "roles": ["CASE_OFFICER"] });
        assert_eq!(who(&first).await, as_officer);
        let account = first.gets("/account").await;
        assert!(account.status == 200 && account.body.contains("Firefox, Linux"), "{}", account.body);

        // Signed in once more, in the same browser and in another: the session before ends, the group's role is gone everywhere.
        let before = first.clone();
        let mut left = anna();
        left["groups"] = json!(["kantine"]);
        theirs.set(json!({ "account": left })).await;
        assert_eq!(first.signs_in_with(&theirs).await.status, 303);
        assert_eq!((who(&before).await, &who(&first).await["roles"]), (json!(401), &json!([])));
        theirs.set(json!({ "account": anna() })).await;
        assert_eq!(Browser::at(&app).signs_in_with(&theirs).await.status, 303);
        assert_eq!(who(&first).await, as_officer, "the same person, by the account");

        assert_eq!(first.posts_own("/sign-out", &[]).await.location, "/sign-in");
        assert_eq!(first.gets("/account").await.location, "/sign-in");
        app.at("2019-01-03T00:00:00Z");
        theirs.set(json!({ "now": later(43_200).timestamp_millis() })).await;
        assert_eq!(first.signs_in_with(&theirs).await.status, 303);
        let report = app.engine().verify().await.expect("verified");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

/// Nobody was signed in, kindly, and nothing is said of why but what helps.
async fn came_to_nothing(browser: &Browser, shown: &Shown, status: u16, words: &str) {
    assert_eq!(shown.status, status, "{words}: {}", shown.body);
    assert!(shown.body.contains("Die Anmeldung hat nicht geklappt") && shown.body.contains(words), "{words}: {}", shown.body);
    assert!(shown.body.contains("href=\"/sign-in\""), "{words}: there is a way on");
    assert!(!shown.set_cookie.contains("__Host-sonderfonds="), "{words}: {}", shown.set_cookie);
    assert!(browser.cookie.is_none() && browser.pending.is_none(), "{words}: nothing is kept");
    let page = shown.body.to_lowercase();
    for detail in ["anna", "nonce", "audience", "token", "pkce", "state=", "code=", "127.0.0.1", "client", "secret"] {
        assert!(!page.contains(detail), "{words}: says {detail}: {page}");
    }
    assert_eq!(browser.gets("/account").await.location, "/sign-in");
}

/// The address without one of its parameters, or with another value for it.
fn with(address: &str, name: &str, value: Option<&str>) -> String {
    let (path, query) = address.split_once('?').expect("parameters");
    let is_it = |pair: &&str| pair.split_once('=').is_some_and(|(of, _)| of == name);
    assert_eq!(query.split('&').filter(is_it).count(), 1, "{name} in {query}");
    let others = query.split('&').filter(|pair| !is_it(pair)).map(str::to_owned);
    let pairs: Vec<String> = others.chain(value.map(|value| format!("{name}={value}"))).collect();
    format!("{path}?{}", pairs.join("&"))
}

/// Why sign-ins with the provider were refused, as the auditor reads it; nothing of it names a person.
async fn refusals(app: &App) -> Vec<String> {
    let auditor = app.person("Rosa Prüf", "rpa@stadt.example", "de", &["auditor"]).await;
    let events = auditor.asks("{ events(first: 100) { nodes { kind details subjectKind by { name } } } }", json!({})).await;
    let events = events["events"]["nodes"].as_array().expect("a list").clone();
    let refused = events.iter().filter(|event| event["kind"] == "sign-in-with-provider-refused");
    let reason = |event: &Value| {
        assert_eq!((&event["by"], &event["subjectKind"]), (&Value::Null, &json!("SIGN_IN")), "{event}");
        let details: Value = serde_json::from_str(event["details"].as_str().expect("a text")).expect("JSON");
        let names: Vec<&str> = details.as_object().expect("details").keys().map(String::as_str).collect();
        assert_eq!((names, &details["provider"]), (vec!["provider", "reason"], &json!("rathaus")));
        details["reason"].as_str().expect("a reason").to_owned()
    };
    refused.map(reason).collect()
}

const FOREIGN: &str = "nicht in diesem Browser begonnen";
const INVALID: &str = "Die Antwort des Anmeldedienstes ist nicht gültig";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_and_only_in_the_browser_that_asked() {
    for backend in Backend::ALL {
        let (theirs, app) = at_the_town_hall(backend).await;
        let mut mine = Browser::at(&app);
        let back = mine.goes_off_to(&theirs).await;
        let kept = mine.clone();

        // Whoever is lured to another's answer, with or without a sign-in of their own under way, or with what they made up.
        let mut lured = Browser::at(&app);
        let shown = lured.goes_to(&back).await;
        came_to_nothing(&lured, &shown, 422, FOREIGN).await;
        lured.goes_off_to(&theirs).await;
        let shown = lured.goes_to(&back).await;
        came_to_nothing(&lured, &shown, 422, FOREIGN).await;
        let sealed = kept.pending.clone().expect("a cookie");
        let last = if sealed.ends_with('d') { "e" } else { "d" };
        for forged in
            [format!("{}{last}", &sealed[..sealed.len() - 1]), format!("0{}", &sealed[1..]), sealed[2..].to_owned(), "x".to_owned()]
        {
            lured.pending = Some(forged);
            let shown = lured.goes_to(&back).await;
            came_to_nothing(&lured, &shown, 422, FOREIGN).await;
        }

        for state in [Some("another"), None] {
            let mut spoilt = kept.clone();
            let shown = spoilt.goes_to(&with(&back, "state", state)).await;
            came_to_nothing(&spoilt, &shown, 422, FOREIGN).await;
        }
        let elsewhere = lured.goes_off_to(&theirs).await;
        let shown = lured.goes_to(&with(&elsewhere, "iss", Some("https%3A%2F%2Fx.example"))).await;
        came_to_nothing(&lured, &shown, 422, FOREIGN).await;
        assert_eq!(mine.goes_to(&back).await.location, "/desk", "nobody else has spoilt it");

        // The same answer once more, with what the browser kept of it; and its code in another sign-in.
        let mut replayed = kept.clone();
        let shown = replayed.goes_to(&back).await;
        came_to_nothing(&replayed, &shown, 422, FOREIGN).await;
        let spent = back.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).expect("a code").to_owned();
        let own = replayed.goes_off_to(&theirs).await;
        let shown = replayed.goes_to(&with(&own, "code", Some(&spent))).await;
        came_to_nothing(&replayed, &shown, 422, FOREIGN).await;

        assert_eq!(Browser::at(&app).gets("/sign-in/with?provider=kirche").await.status, 404, "a provider that there is not");
        assert_eq!(refusals(&app).await, ["foreign"; 6], "of sign-ins that were begun here, and no others");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_does_not_vouch_for_signs_nobody_in() {
    for backend in Backend::ALL {
        let (mut theirs, app) = at_the_town_hall(backend).await;
        let table = [
            (json!({ "spoil": { "claims": { "exp": noon().timestamp() } } }), INVALID),
            (json!({ "spoil": { "claims": { "aud": "another" } } }), INVALID),
            (json!({ "spoil": { "claims": { "nonce": "another" } } }), INVALID),
            (json!({ "spoil": { "strangersKey": true } }), INVALID),
            (json!({ "spoil": null, "account": null }), "Der Anmeldedienst hat die Anmeldung abgelehnt"),
        ];
        for (flaw, words) in table {
            theirs.set(flaw).await;
            let mut browser = Browser::at(&app);
            let shown = browser.signs_in_with(&theirs).await;
            came_to_nothing(&browser, &shown, 422, words).await;
        }
        theirs.set(json!({ "account": anna() })).await;
        let mut slow = Browser::at(&app);
        let back = slow.goes_off_to(&theirs).await;
        app.at("2019-01-02T12:10:00Z");
        let shown = slow.goes_to(&back).await;
        came_to_nothing(&slow, &shown, 422, "Die Anmeldung hat zu lange gedauert").await;
        assert_eq!(refusals(&app).await, ["invalid-token", "invalid-token", "invalid-token", "invalid-token", "refused", "expired"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_is_said_to_be_and_people_sign_in_by_e_mail() {
    for backend in Backend::ALL {
        let (mut theirs, app) = at_the_town_hall(backend).await;
        let mut anna = Browser::at(&app);
        assert_eq!(anna.signs_in_with(&theirs).await.status, 303);

        app.at("2019-01-02T12:30:00Z");
        assert_eq!(who(&anna).await["name"], "Anna Adler");
        theirs.set(json!({ "now": later(1_800).timestamp_millis() })).await;
        let mut between = Browser::at(&app);
        let back = between.goes_off_to(&theirs).await;
        theirs.stop().await;
        let shown = between.goes_to(&back).await;
        came_to_nothing(&between, &shown, 503, "gerade nicht erreichbar").await;
        app.at("2019-01-02T13:00:01Z");
        let shown = between.goes_to("/sign-in/with?provider=rathaus").await;
        came_to_nothing(&between, &shown, 503, "gerade nicht erreichbar").await;
        assert_eq!(who(&anna).await["name"], "Anna Adler", "who is signed in stays so");

        assert_eq!(between.posts("/sign-in", &[("address", "anna.adler@stadt.example")]).await.location, "/sign-in/sent");
        let letter = app.letter_to("anna.adler@stadt.example").await;
        assert_eq!(between.posts("/sign-in/link", &[("token", &letter.token)]).await.location, "/desk");
        assert_eq!(who(&between).await, who(&anna).await);

        theirs.start_again().await;
        theirs.set(json!({ "now": later(3_606).timestamp_millis() })).await;
        app.at("2019-01-02T13:00:06Z");
        assert_eq!(Browser::at(&app).signs_in_with(&theirs).await.status, 303);
        assert_eq!(refusals(&app).await, ["unavailable"], "where it was not even begun, there was nobody to refuse");
    }
}
