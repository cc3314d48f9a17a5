//! E-mail over a real SMTP server with STARTTLS and AUTH: what is refused for a while is tried again, what is refused for good becomes a dead
//! letter, nothing is sent twice or before its time, and each link leads its reader to a page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testkit::{App, Backend, Browser};

use crate::stage::{Stage, id};

/// The messages in a state, as the case officer sees them.
async fn messages(stage: &Stage, in_state: &str) -> Vec<Value> {
    let query = format!("{{ messages(first: 100, state: {in_state}) {{ nodes {{ id kind state attempts failure availableActions }} }} }}");
    stage.officer.asks(&query, json!({})).await["messages"]["nodes"].as_array().expect("messages").clone()
}

/// An application of somebody with that address, submitted and admitted: two messages to them.
async fn two_messages_to(stage: &Stage, address: &str) {
    let person = stage.app.person("Empfang", address, "de", &[]).await;
    let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": format!("Verein {address}"), "address": "Musterweg 1\n24103 Kiel" });
    let applicant = id(&person.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
    let input = json!({ "roundId": stage.round, "applicantId": applicant });
    let application = id(&person.does("startApplication", input, "application { id }").await["application"]["id"]);
    person.does("saveDraft", json!({ "applicationId": application, "form": Stage::form() }), "application { id }").await;
    person.does("submitApplication", json!({ "applicationId": application }), "application { id }").await;
    stage.officer.does("admitApplication", json!({ "applicationId": application }), "application { id }").await;
}

/// Opens the page that each e-mail leads to, as who received it, and says what pages these are, with `:id` where a thing is named.
pub(crate) async fn pages_that_links_lead_to(app: &App) -> BTreeSet<String> {
    app.deliver_mail().await;
    let origin = app.origin();
    let mut led: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mail in app.mailbox().received() {
        let text = mail.text.expect("a text");
        let links = text.split(&origin).skip(1).map(|rest| rest.split_whitespace().next().unwrap_or_default().to_owned());
        led.entry(mail.to).or_default().extend(links.filter(|link| !link.starts_with("/sign-in/")));
    }
    let mut pages = BTreeSet::new();
    for (reader, links) in led {
        let mut browser = Browser::at(app);
        for link in links {
            if browser.cookie.is_none() {
                assert_eq!(browser.goes_to(&link).await.location, "/sign-in", "{reader}: {link}");
                browser.posts("/sign-in", &[("address", &reader)]).await;
                let letter = app.letter_to(&reader).await;
                assert_eq!(browser.posts("/sign-in/link", &[("token", &letter.token)]).await.location, link, "{reader}");
            }
            let mut page = browser.gets(&link).await;
            if page.status == 303 {
                // What it asks for was done meanwhile.
                page = browser.gets(&page.location).await;
            }
            assert_eq!(page.status, 200, "{reader}: {link}: {}", testkit::words(&page));
            let id = |part: &str| if uuid::Uuid::try_parse(part).is_ok() { ":id".to_owned() } else { part.to_owned() };
            pages.insert(link.split('/').map(id).collect::<Vec<_>>().join("/"));
        }
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_a_while_is_tried_again_and_what_is_refused_for_good_is_listed() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        two_messages_to(&stage, "gut@verein.example").await;
        two_messages_to(&stage, "defer-451-2+spaeter@verein.example").await;
        two_messages_to(&stage, "reject-550+nie@verein.example").await;

        stage.app.deliver_mail().await;
        assert_eq!(stage.app.received_by("gut@verein.example"), 2);
        assert_eq!((messages(&stage, "SENT").await.len(), messages(&stage, "PENDING").await.len()), (2, 2));
        let dead = messages(&stage, "DEAD").await;
        assert_eq!(dead.len(), 2);
        assert_eq!((&dead[0]["failure"], &dead[0]["attempts"]), (&json!("550"), &json!(1)), "a permanent failure is not tried again");

        // Backoff: not before a minute has passed, and then as often as the server wants.
        stage.app.deliver_mail().await;
        assert_eq!(stage.app.received_by("defer-451-2+spaeter@verein.example"), 0);
        for later in ["2019-10-01T10:01:01Z", "2019-10-01T10:05:00Z", "2019-10-01T10:15:00Z"] {
            stage.app.at(later);
            stage.app.deliver_mail().await;
        }
        assert_eq!(stage.app.received_by("defer-451-2+spaeter@verein.example"), 2);
        assert_eq!(messages(&stage, "PENDING").await, [] as [Value; 0]);

        // A dead letter is sent again by whoever may, and by nobody else.
        let letter = json!({ "messageId": dead[0]["id"] });
        assert_eq!(dead[0]["availableActions"], json!(["RESEND_MESSAGE"]));
        for (person, expected) in
            [(&stage.applicant, "NOT_FOUND"), (&stage.finance, "NOT_FOUND"), (&stage.app.anonymous(), "UNAUTHENTICATED")]
        {
            assert_eq!(person.mutates("resendMessage", letter.clone(), "message { id }").await.codes(), [expected]);
        }
        stage.officer.does("resendMessage", letter.clone(), "message { state }").await;
        stage.app.deliver_mail().await;
        assert_eq!(messages(&stage, "DEAD").await.len(), 2, "the server still refuses it");
        let sent = messages(&stage, "SENT").await;
        assert_eq!(stage.officer.is_refused("resendMessage", json!({ "messageId": sent[0]["id"] })).await, ["- -"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_authenticated_encrypted_and_marked_as_automatic() {
    let stage = Stage::begin(App::with_smtp(Backend::Sqlite).await).await;
    two_messages_to(&stage, "gut@verein.example").await;
    stage.app.deliver_mail().await;
    for message in stage.app.mailbox().received() {
        assert_eq!(message.headers["Auto-Submitted"], "auto-generated");
        assert!(message.headers["Message-ID"].ends_with("@stadt.example>"), "{}", message.headers["Message-ID"]);
        assert!(message.tls && message.user == stage.app.mailbox().user(), "encrypted and authenticated");
        for part in [message.text, message.html] {
            assert!(part.is_some_and(|part| part.contains("SP-2020-001")), "{}", message.raw);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_smtp_messages_become_files() {
    let stage = Stage::begin(App::start(Backend::Sqlite).await).await;
    two_messages_to(&stage, "gut@verein.example").await;
    stage.app.deliver_mail().await;
    let files = std::fs::read_dir(stage.app.data().join("mail")).expect("the folder").count();
    assert_eq!(files, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_officer_is_told_once_of_an_award_that_nobody_accepts() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_links(backend).await).await;
        let budget = json!({ "year": 2020, "amount": "2500.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let application = stage.admitted().await;
        let ballot = stage.ballot(&application).await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        let award = stage.officer.asks("query($id: ID!) { application(id: $id) { award { id } } }", json!({ "id": application })).await;
        let award = id(&award["application"]["award"]["id"]);
        stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;

        // Notified on the 5th, to be accepted within 28 days: to the end of 2 November in Berlin.
        stage.app.at("2019-11-02T22:59:59Z");
        assert_eq!(stage.app.engine().tell_of_overdue_acceptances().await.expect("looks"), 0);
        stage.app.at("2019-11-02T23:00:00Z");
        assert_eq!(stage.app.engine().tell_of_overdue_acceptances().await.expect("looks"), 1);
        assert_eq!(stage.app.engine().tell_of_overdue_acceptances().await.expect("looks"), 0, "once is enough");
        stage.app.deliver_mail().await;
        assert_eq!(stage.app.received_by("sachbearbeitung@stadt.example"), 1);
        stage.applicant.does("acceptAward", json!({ "awardId": award }), "award { state }").await;
        let pages = pages_that_links_lead_to(&stage.app).await;
        assert_eq!(
            pages.iter().map(String::as_str).collect::<Vec<_>>(),
            ["/applications/:id", "/finance?year=2020", "/office/applications/:id"]
        );
    }
}
