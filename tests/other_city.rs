//! A made-up city runs a lifecycle with its own sums, rate, cities, objectives and seats, and without a line of code for it.

use serde_json::json;
use testkit::{App, Backend};

use crate::stage::{Stage, id};

#[tokio::test(flavor = "multi_thread")]
async fn musterstadt_awards_by_its_own_rules() {
    for backend in Backend::ALL {
        let text = include_str!("../config/musterstadt.toml");
        let fund = server::config::fund_of("config/musterstadt.toml", text).expect("a fund");
        let stage = Stage::begin(App::for_fund(backend, fund.clone()).await).await;
        let rules = &fund.application;
        let (total, asks) = (rules.maximum + rules.maximum, rules.maximum);
        let form = json!({
            "title": "Austausch",
            "summary": "Eine Klasse fährt in die Partnerstadt.",
            "measure": "VISIT_OUT",
            "cities": [fund.partner_cities[0].code],
            "objectives": fund.objectives.iter().map(|objective| json!({ "objective": objective.code, "reason": "passt" })).collect::<Vec<_>>(),
            "startsOn": "2020-06-01",
            "endsOn": "2020-06-14",
            "costLines": [{ "category": rules.cost_categories[0].code, "text": "Bus", "amount": total.to_string() }],
            "financingLines": [{ "source": rules.financing_sources[0].code, "text": "Eltern", "amount": (total - asks).to_string() }],
            "amountRequested": asks.to_string(),
            "notBegun": true,
        });
        let input = json!({ "roundId": stage.round, "applicantId": stage.applicant_id });
        let application = id(&stage.applicant.does("startApplication", input, "application { id }").await["application"]["id"]);
        let named = json!({ "applicationId": application });
        let save = async |amount: &str| {
            let mut form = form.clone();
            form["amountRequested"] = json!(amount);
            form["costLines"][0]["amount"] = json!((total - asks + amount.parse().expect("an amount")).to_string());
            stage.applicant.does("saveDraft", json!({ "applicationId": application, "form": form }), "application { id }").await;
        };
        save(&(asks + "0.01".parse().expect("an amount")).to_string()).await;
        assert_eq!(stage.applicant.is_refused("submitApplication", named.clone()).await, ["R8 amountRequested"]);
        save(&asks.to_string()).await;
        let number = stage.applicant.does("submitApplication", named.clone(), "application { number }").await;
        assert_eq!(number["application"]["number"], format!("{}-2020-001", fund.number_prefix));
        stage.officer.does("admitApplication", named, "application { id }").await;
        let budget = json!({ "year": 2020, "amount": asks.to_string(), "resolution": "Beschluss 1" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;

        let input = json!({ "applicationId": application, "kind": "AWARD", "amount": asks.to_string(), "wording": "Bewilligung" });
        let motion = id(&stage.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"]);
        let ballot = stage.chair.does("openBallot", json!({ "motionId": motion, "form": "RECORDED" }), "ballot { id }").await;
        let ballot = id(&ballot["ballot"]["id"]);
        let seats = fund.committee.seats;
        let tally = |yes: u32| json!({ "ballotId": ballot, "yes": yes, "no": 0, "abstained": 0, "excluded": 0 });
        assert_eq!(stage.officer.is_refused("recordTally", tally(seats + 1)).await, ["R23 yes"], "it has {seats} seats");
        stage.officer.does("recordTally", tally(seats), "ballot { id }").await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { carried }").await;
        let books = stage.finance.asks("{ budgetYear(year: 2020) { committed available } }", json!({})).await;
        assert_eq!(books, json!({ "budgetYear": { "committed": asks.to_string(), "available": "0.00" } }));
    }
}
