//! GraphQL over HTTP, as an independent auditor sees it, and what every answer carries.

use std::process::Stdio;

use serde_json::json;
use testkit::{App, Backend};

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn the_graphql_http_audits_pass() {
    let stage = Stage::begin(App::start(Backend::Sqlite).await).await;
    let output = tokio::process::Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/graphql-http/audit.mjs"))
        .arg(format!("{}/graphql", stage.app.address()))
        .arg(stage.officer.token().expect("a token"))
        .stdin(Stdio::null())
        .output()
        .await
        .expect("node runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_token_or_a_wrong_one_is_told_so() {
    let stage = Stage::begin(App::start(Backend::Sqlite).await).await;
    let nobody = stage.app.anonymous();
    let answer = nobody.send("{ applications { nodes { id } } }", json!({})).await;
    assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
    let answer = nobody.with_token("sonderfonds_0000").send("{ fund { city } }", json!({})).await;
    assert_eq!((answer.status, answer.codes()), (401, vec!["UNAUTHENTICATED".to_owned()]));
    assert_eq!(nobody.asks("{ fund { city } }", json!({})).await, json!({ "fund": { "city": "Kiel" } }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_mutation_answers_as_the_first_and_does_nothing() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::start(backend).await).await;
        let input = json!({ "roundId": stage.round, "applicantId": stage.applicant_id, "idempotencyKey": "begin-1" });
        let first = stage.applicant.does("startApplication", input.clone(), "application { id }").await;
        let again = stage.applicant.does("startApplication", input, "application { id }").await;
        assert_eq!(first, again);
        let count = stage.applicant.asks("{ applications { totalCount } }", json!({})).await;
        assert_eq!(count["applications"]["totalCount"], 1);

        // A refusal is an answer too: mended meanwhile, the same call must not become a deed.
        let id = &first["application"]["id"];
        let submit = json!({ "applicationId": id, "idempotencyKey": "submit-1" });
        let refused = stage.applicant.is_refused("submitApplication", submit.clone()).await;
        stage.applicant.does("saveDraft", json!({ "applicationId": id, "form": Stage::form() }), "application { id }").await;
        assert_eq!(stage.applicant.is_refused("submitApplication", submit).await, refused);
        stage.applicant.does("submitApplication", json!({ "applicationId": id, "idempotencyKey": "submit-2" }), "application { id }").await;

        let another = json!({ "applicationId": id, "idempotencyKey": "begin-1" });
        assert_eq!(stage.applicant.is_refused("withdrawApplication", another).await, ["- idempotencyKey"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_not_kept_and_say_nothing_of_the_inside() {
    let app = App::start(Backend::Sqlite).await;
    let response = reqwest::get(format!("{}/health", app.address())).await.expect("answers");
    assert_eq!(response.status(), 200);
    for (header, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin")] {
        assert_eq!(response.headers().get(header).and_then(|value| value.to_str().ok()), Some(value), "{header}");
    }
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(reqwest::get(format!("{}/ready", app.address())).await.expect("answers").status(), 200);
    assert_eq!(reqwest::get(format!("{}/graphiql", app.address())).await.expect("answers").status(), 404, "GraphiQL is for the demo");
}
