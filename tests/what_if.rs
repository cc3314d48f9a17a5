//! Proposals and what-ifs: tried against the money that there is, compared, and put as motions in one step, all or none.

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use crate::stage::{Stage, id};

/// How many rows each table has, and the sum of their versions.
async fn fingerprint(stage: &Stage) -> Vec<i64> {
    let database = sea_orm::Database::connect(stage.app.database_url()).await.expect("the database");
    let mut fingerprint = Vec::new();
    for table in ["application", "motion", "ballot", "budget_year", "waiting_place", "award", "proposal", "round"] {
        let query = format!("SELECT CAST(COUNT(*) * 1000000 + COALESCE(SUM(version), 0) AS BIGINT) AS n FROM {table}");
        let statement = Statement::from_string(database.get_database_backend(), query);
        fingerprint.push(database.query_one_raw(statement).await.expect("a row").expect("a row").try_get("", "n").expect("a number"));
    }
    for table in ["journal_entry", "vote", "outbox_message"] {
        let statement = Statement::from_string(database.get_database_backend(), format!("SELECT COUNT(*) AS n FROM {table}"));
        fingerprint.push(database.query_one_raw(statement).await.expect("a row").expect("a row").try_get("", "n").expect("a number"));
    }
    fingerprint
}

const OUTCOME: &str = "whatIf { id state availableActions outcome { available left endsAt { amount }
    lines { result place left userErrors { code field } } perCity { code awards amount } perObjective { code amount } } }";

fn award(application: &str, amount: &str) -> Value {
    json!({ "applicationId": application, "kind": "AWARD", "amount": amount })
}

/// Whether `prepareProposal` is among what the person can do with the application.
async fn can_prepare(person: &Client, application: &str) -> bool {
    let query = "query($id: ID!) { application(id: $id) { availableActions } }";
    let seen = person.asks(query, json!({ "id": application })).await;
    seen["application"]["availableActions"].as_array().expect("actions").contains(&json!("PREPARE_PROPOSAL"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_what_if_is_tried_without_a_trace_and_put_all_or_none() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::start(backend).await).await;
        let officer = &stage.officer;
        let budget = json!({ "year": 2020, "amount": "7000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let (a, b, c) = (stage.admitted_for("4500.00").await, stage.admitted_for("3000.00").await, stage.admitted_for("2500.00").await);
        let before = fingerprint(&stage).await;

        let lines = json!([award(&a, "4500.00"), award(&b, "3000.00"), award(&c, "2500.00")]);
        let input = json!({ "roundId": stage.round, "name": "Alle", "lines": lines });
        let saved = officer.does("saveWhatIf", input, OUTCOME).await["whatIf"].clone();
        let outcome = &saved["outcome"];
        let of = |field: &str| outcome["lines"].as_array().expect("lines").iter().map(|line| line[field].clone()).collect::<Vec<_>>();
        assert_eq!(of("result"), ["AWARDED", "WAITING", "AWARDED"], "in the committee's order, each that fits");
        assert_eq!(of("place"), [Value::Null, json!(1), Value::Null]);
        assert_eq!(of("left"), ["2500.00", "2500.00", "0.00"]);
        assert_eq!(
            (&outcome["available"], &outcome["left"], &outcome["endsAt"]["amount"]),
            (&json!("7000.00"), &json!("0.00"), &json!("3000.00"))
        );
        assert_eq!(outcome["perCity"], json!([{ "code": "tallinn", "awards": 2, "amount": "7000.00" }]));
        assert_eq!(outcome["perObjective"], json!([{ "code": "global-responsibility", "amount": "7000.00" }]));

        // Another one, with what the rules forbid: shown, line by line, and refused only when it is to be put.
        let lines = json!([award(&a, "4500.00"), award(&b, "2499.99"), award(&c, "2500.01")]);
        let input = json!({ "roundId": stage.round, "name": "Unmöglich", "lines": lines });
        let wrong = officer.does("saveWhatIf", input, OUTCOME).await["whatIf"].clone();
        assert_eq!(wrong["outcome"]["lines"][1]["userErrors"], json!([{ "code": "AMOUNT_BELOW_MINIMUM", "field": "amount" }]));
        assert_eq!(wrong["outcome"]["lines"][2]["userErrors"], json!([{ "code": "AWARD_ABOVE_REQUEST", "field": "amount" }]));
        let refused = officer.is_refused("putMotions", json!({ "whatIfId": wrong["id"] })).await;
        assert_eq!(refused, ["R8 lines[1].amount", "R8 lines[2].amount"]);

        // Compared side by side, against the money that there is now.
        let query = "query($id: ID!) { whatIfs(roundId: $id) { name outcome { left } } }";
        let compared = officer.asks(query, json!({ "id": stage.round })).await["whatIfs"].clone();
        assert_eq!(compared[0]["outcome"]["left"], "0.00");
        assert_eq!(compared[1]["outcome"]["left"], "2500.00", "what can't be put takes nothing");
        assert_eq!(fingerprint(&stage).await, before, "nothing but what-ifs was made");

        let proposal = json!({ "applicationId": a, "kind": "AWARD", "amount": "4500.00", "reasons": "Ein gutes Projekt." });
        assert!(can_prepare(officer, &a).await && !can_prepare(&stage.chair, &a).await && !can_prepare(&stage.applicant, &a).await);
        officer.does("prepareProposal", proposal.clone(), "proposal { id }").await;
        assert!(can_prepare(officer, &a).await, "and prepare it anew");
        let query = "query($id: ID!) { application(id: $id) { proposal { reasons } motions { amount wording } } }";
        assert_eq!(
            stage.chair.asks(query, json!({ "id": a })).await["application"]["proposal"],
            Value::Null,
            "the office's, until it is put"
        );

        let put =
            officer.does("putMotions", json!({ "whatIfId": saved["id"] }), "whatIf { state motions { amount } }").await["whatIf"].clone();
        let expected = json!({ "state": "PUT", "motions": [{ "amount": "4500.00" }, { "amount": "3000.00" }, { "amount": "2500.00" }] });
        assert_eq!(put, expected, "in the order of the lines");
        let seen = stage.chair.asks(query, json!({ "id": a })).await["application"].clone();
        assert_eq!(seen["proposal"]["reasons"], "Ein gutes Projekt.");
        assert!(id(&seen["motions"][0]["wording"]).contains("4.500,00 € bewilligt"), "{seen}");
        assert!(!can_prepare(officer, &a).await, "it is the committee's turn");
        assert_eq!(officer.is_refused("prepareProposal", proposal).await, ["R20 -"]);
        let applicants = stage.applicant.asks(query, json!({ "id": a })).await["application"].clone();
        assert_eq!(applicants["proposal"], Value::Null, "never the applicant's");
        assert_eq!(officer.is_refused("putMotions", json!({ "whatIfId": saved["id"] })).await, ["- -"], "once");

        // An application of nobody's, of another type, or a draft is none of this round's.
        let draft = json!({ "roundId": stage.round, "name": "X", "lines": [award(&stage.draft().await, "2500.00")] });
        assert_eq!(officer.mutates("saveWhatIf", draft, "whatIf { id }").await.codes(), ["NOT_FOUND"]);
    }
}
