//! Bad input gets a clear error with code and field, and changes nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::{App, Backend, Client};
use tokio::io::AsyncWriteExt as _;

use crate::stage::Stage;

async fn on_both(test: impl AsyncFn(Stage)) {
    for backend in Backend::ALL {
        test(Stage::begin(App::start(backend).await).await).await;
    }
}

/// The errors of an answer, as `CODE field`.
async fn refused(client: &Client, verb: &str, input: Value) -> Vec<String> {
    let answer = client.mutates(verb, input, "__typename").await;
    let payload = answer.body["data"][verb]["userErrors"].as_array().cloned().unwrap_or_default();
    let rules = payload.iter().map(|error| format!("{} {}", error["code"].as_str().unwrap_or("-"), error["field"].as_str().unwrap_or("-")));
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let codes = errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("(no code)").to_owned());
    rules.chain(codes).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_its_field_and_changes_nothing() {
    on_both(async |stage| {
        let id = stage.draft().await;
        let before = stage.app.engine().verify().await.expect("verifies").events;
        let form = |changes: Value| {
            let mut form = Stage::form();
            for (field, value) in changes.as_object().expect("fields") {
                form[field] = value.clone();
            }
            json!({ "applicationId": id, "form": form })
        };
        let line = |amount: &str| json!([{ "category": "transport", "text": "Fahrt", "amount": amount }]);
        let applicant = &stage.applicant;
        for (changes, expected) in [
            (json!({ "title": "Chor\u{0}reise" }), "FORBIDDEN_CHARACTER title"),
            (json!({ "title": "a\u{202E}b" }), "FORBIDDEN_CHARACTER title"),
            (json!({ "title": "x".repeat(201) }), "TOO_LONG title"),
            (json!({ "summary": "x".repeat(6_000) }), "TOO_LONG summary"),
            (json!({ "cities": vec!["tallinn"; 101] }), "TOO_MANY cities"),
            (json!({ "startsOn": "2019-02-30" }), "BAD_USER_INPUT"),
            (json!({ "costLines": line("NaN") }), "BAD_USER_INPUT"),
            (json!({ "costLines": line("1e5") }), "BAD_USER_INPUT"),
            (json!({ "costLines": line("1,50") }), "BAD_USER_INPUT"),
            (json!({ "costLines": line("99999999999999999999.00") }), "BAD_USER_INPUT"),
            (json!({ "measure": "FLIGHT" }), "BAD_USER_INPUT"),
            (json!({ "nonsense": 1 }), "BAD_USER_INPUT"),
        ] {
            assert_eq!(refused(applicant, "saveDraft", form(changes.clone())).await, [expected], "{changes}");
        }
        let after = stage.app.engine().verify().await.expect("verifies").events;
        assert_eq!(before, after, "nothing was recorded, so nothing was changed");

        // What a draft may hold and a submission may not.
        let changes = json!({ "cities": ["atlantis"], "costLines": line("-1.00") });
        applicant.does("saveDraft", form(changes), "application { id }").await;
        let found = refused(applicant, "submitApplication", json!({ "applicationId": id })).await;
        for expected in ["UNKNOWN_PARTNER_CITY cities[0]", "NEGATIVE_LINE costLines[0].amount"] {
            assert!(found.contains(&expected.to_owned()), "{expected}: {found:?}");
        }
    })
    .await;
}

/// An id that is as well made as that one, and belongs to nothing.
fn id_of_nothing(id: &str) -> String {
    let mut text = URL_SAFE_NO_PAD.decode(id).expect("an id");
    let last = text.last_mut().expect("an id");
    *last = if *last == b'0' { b'1' } else { b'0' };
    URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_other_things_and_of_nothing_are_not_told_apart() {
    on_both(async |stage| {
        let id = stage.draft().await;
        let stranger = stage.app.person("Fremde Person", "fremd@verein.example", "de", &[]).await;
        let nothing = id_of_nothing(&id);
        for foreign in [&id, &nothing] {
            let seen =
                stranger.asks("query($id: ID!) { application(id: $id) { id } node(id: $id) { id } }", json!({ "id": foreign })).await;
            assert_eq!(seen, json!({ "application": null, "node": null }));
            for verb in ["submitApplication", "withdrawApplication", "admitApplication"] {
                assert_eq!(refused(&stranger, verb, json!({ "applicationId": foreign })).await, ["NOT_FOUND"], "{verb}");
            }
        }
        let malformed = refused(&stage.applicant, "submitApplication", json!({ "applicationId": "12" })).await;
        assert_eq!(malformed, ["BAD_USER_INPUT"]);
        let of_another_type = refused(&stage.applicant, "submitApplication", json!({ "applicationId": stage.applicant_id })).await;
        assert_eq!(of_another_type, ["BAD_USER_INPUT"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_refuse_cursors_of_other_lists_and_clamp_their_size() {
    on_both(async |stage| {
        stage.draft().await;
        stage
            .finance
            .does("appropriateBudget", json!({ "year": 2030, "amount": "1.00", "resolution": "Drs. 1" }), "budgetYear { year }")
            .await;
        let page = stage.officer.asks("{ applications(first: 1) { pageInfo { endCursor } } }", json!({})).await;
        let cursor = page["applications"]["pageInfo"]["endCursor"].clone();
        let query = "query($after: String) { budgetYear(year: 2030) { entries(first: 10, after: $after) { nodes { amount } } } }";
        assert_eq!(stage.officer.send(query, json!({ "after": cursor })).await.codes(), ["BAD_USER_INPUT"]);
        assert_eq!(stage.officer.send(query, json!({ "after": "💥" })).await.codes(), ["BAD_USER_INPUT"]);
        for first in [-1, 0, 1_000_000_000] {
            let answer =
                stage.officer.send("query($first: Int) { applications(first: $first) { nodes { id } } }", json!({ "first": first })).await;
            assert!(answer.status < 500 && !answer.codes().contains(&"INTERNAL".to_owned()), "{first}: {}", answer.body);
        }
        assert_eq!(stage.officer.asks("{ budgetYear(year: 1999) { year } }", json!({})).await, json!({ "budgetYear": null }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_in_one_request_is_refused_before_it_costs_anything() {
    let stage = Stage::begin(App::start(Backend::Sqlite).await).await;
    let deep = format!("{}a{}", "{ rounds ".repeat(2_000), "}".repeat(2_000));
    assert_eq!(stage.applicant.send(&deep, json!({})).await.codes(), ["BAD_USER_INPUT"]);

    let aliases: Vec<String> = (0..2_000).map(|number| format!("a{number}: fund {{ city }}")).collect();
    let query = format!("{{ {} }}", aliases.join(" "));
    assert_eq!(stage.applicant.send(&query, json!({})).await.codes(), ["BAD_USER_INPUT"]);

    let ten_megabytes = "x".repeat(10_000_000);
    let answer =
        stage.applicant.send("query($text: String!) { applicationByNumber(number: $text) { id } }", json!({ "text": ten_megabytes })).await;
    assert_eq!((answer.status, answer.codes()), (413, vec!["BAD_USER_INPUT".to_owned()]));
}

/// Where nobody reads a body to its end: the answer would be lost if the line were closed on whoever is still sending.
#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_much_reads_the_answer_every_time() {
    let app = App::start(Backend::Sqlite).await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let ten_megabytes = bytes_of(10_000_000);
    for (path, media_type, status) in [
        ("/graphql", "application/json", 413),
        ("/graphql", "text/plain", 415),
        ("/sign-in", "application/x-www-form-urlencoded", 403),
        ("/nowhere", "text/plain", 404),
        ("/health", "text/plain", 405),
    ] {
        for _ in 0..5 {
            let request = http.post(format!("{}{path}", app.address())).header("content-type", media_type);
            let answer = request.body(ten_megabytes.clone()).send().await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
            assert_eq!(answer.status(), status, "{path}");
        }
    }
}

/// So many bytes of nothing.
fn bytes_of(length: usize) -> Vec<u8> {
    vec![b' '; length]
}

/// Of what has no end no more is taken in than the bound, and nobody waits for who sends slowly for ever.
#[tokio::test(flavor = "multi_thread")]
async fn who_never_stops_sending_is_cut_off() {
    let app = App::start(Backend::Sqlite).await;
    let mut line = tokio::net::TcpStream::connect(app.address().trim_start_matches("http://")).await.expect("connected");
    let head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n";
    line.write_all(head.as_bytes()).await.expect("sent");
    let (chunk, mut sent) = (bytes_of(1 << 20), 0_usize);
    while line.write_all(&chunk).await.is_ok() {
        sent += chunk.len();
        assert!(sent < 200 << 20, "it takes in everything");
    }
    assert!(sent >= 10_000_000, "it took in {sent} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_without_a_budget_awards_nothing() {
    on_both(async |stage| {
        let application = stage.admitted().await;
        let ballot = stage.ballot(&application).await;
        let refusal = stage.chair.is_refused("closeBallot", json!({ "ballotId": ballot })).await;
        assert_eq!(refusal, ["R26 -"]);
        let query = "query($application: ID!, $ballot: ID!) { application(id: $application) { state } ballot(id: $ballot) { state } }";
        let after = stage.officer.asks(query, json!({ "application": application, "ballot": ballot })).await;
        assert_eq!(after, json!({ "application": { "state": "ADMITTED" }, "ballot": { "state": "OPEN" } }));
    })
    .await;
}
