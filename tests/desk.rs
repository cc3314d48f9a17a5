//! A member's desk: what waits for them, what was decided, what the year looks like.

use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use crate::stage::{Stage, id};

const DESK: &str = "{ viewer { desk { ballotsToVote { id } papersUnread { title isRead } unreadBriefings conflictsToDeclare { id }
    recentDecisions { id carried } budgetYear { year available } } } }";

async fn desk(member: &Client) -> Value {
    member.asks(DESK, json!({})).await["viewer"]["desk"].clone()
}

async fn post(stage: &Stage, on: &str, title: &str) -> String {
    let input = json!({ "on": on, "cities": ["brest"], "kind": "EVENT", "title": title, "text": "Ein Fest." });
    id(&stage.officer.does("postBriefing", input, "briefing { id }").await["briefing"]["id"])
}

/// An open ballot in a meeting on a new application of the applicant.
async fn open(stage: &Stage) -> String {
    let input = json!({ "applicationId": stage.admitted().await, "kind": "AWARD", "amount": "2500.00", "wording": "Bewilligung" });
    let motion = id(&stage.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"]);
    id(&stage.officer.does("openBallot", json!({ "motionId": motion }), "ballot { id }").await["ballot"]["id"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_shows_what_waits_for_its_member_and_what_was_decided() {
    for backend in Backend::ALL {
        let app = App::start(backend).await;
        let mut members = Vec::new();
        for number in 2..=11 {
            members.push(app.person(&format!("Mitglied {number}"), &format!("mitglied{number}@rat.example"), "de", &["member"]).await);
        }
        let addresses: Vec<&str> = members.iter().map(|member| member.email.as_str()).collect();
        let stage = Stage::begin_with(app, &addresses).await;
        let member = &members[0];
        let nothing = json!({ "ballotsToVote": [], "papersUnread": [], "unreadBriefings": 0, "conflictsToDeclare": [],
            "recentDecisions": [], "budgetYear": null });
        assert_eq!(desk(member).await, nothing);
        for other in [&stage.officer, &stage.finance, &stage.applicant] {
            assert_eq!(desk(other).await, Value::Null, "who doesn't vote has none");
        }

        for year in [2019, 2020] {
            let budget = json!({ "year": year, "amount": "2500.00", "resolution": "Drs. 1/2019" });
            stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        }
        let first = post(&stage, "2019-05-01", "Früher").await;
        post(&stage, "2019-09-01", "Später").await;
        let ballots = [open(&stage).await, open(&stage).await];
        let now = desk(member).await;
        assert_eq!(now["papersUnread"], json!([{ "title": "Später", "isRead": false }, { "title": "Früher", "isRead": false }]));
        assert_eq!(now["ballotsToVote"], json!([{ "id": ballots[0] }, { "id": ballots[1] }]), "the oldest first");
        assert_eq!(now["budgetYear"], json!({ "year": 2019, "available": "2500.00" }), "today's");

        member.does("markBriefingsRead", json!({ "briefingIds": [first] }), "viewer { id }").await;
        for voter in &members {
            voter.does("castVote", json!({ "ballotId": ballots[0], "choice": "YES" }), "ballot { id }").await;
        }
        let now = desk(member).await;
        assert_eq!((&now["papersUnread"][0]["title"], &now["unreadBriefings"]), (&json!("Später"), &json!(1)));
        assert_eq!((&now["ballotsToVote"], &now["recentDecisions"]), (&json!([{ "id": ballots[1] }]), &json!([])), "voted, not decided");
        stage.chair.does("closeBallot", json!({ "ballotId": ballots[0] }), "ballot { id }").await;
        assert_eq!(desk(member).await["recentDecisions"], json!([{ "id": ballots[0], "carried": true }]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_to_be_declared_from_submission_on_until_it_is() {
    for backend in Backend::ALL {
        let app = App::start(backend).await;
        let member = app.person("Mia Mitglied", "mia@rat.example", "de", &["member"]).await;
        let stage = Stage::begin_with(app, &["mia@rat.example"]).await;
        let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Kunstverein", "address": "Musterweg 2" });
        let applicant_id = id(&member.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
        stage.admitted().await;
        let own = Stage { applicant: member.clone(), applicant_id, ..stage };
        let conflicts = async || desk(&member).await["conflictsToDeclare"].clone();
        let draft = own.draft().await;
        assert_eq!(conflicts().await, json!([]), "a draft is nothing that the committee knows of, and another's is no conflict");
        own.applicant.does("submitApplication", json!({ "applicationId": draft }), "application { id }").await;
        let second = own.admitted().await;
        assert_eq!(conflicts().await, json!([{ "id": draft }, { "id": second }]));
        own.applicant.does("withdrawApplication", json!({ "applicationId": draft }), "application { id }").await;
        assert_eq!(conflicts().await, json!([{ "id": second }]), "there is nothing to decide any more");
        member.does("declareRecusal", json!({ "applicationId": second }), "recusal { id }").await;
        assert_eq!(conflicts().await, json!([]));
        assert_eq!(desk(&own.chair).await["conflictsToDeclare"], json!([]), "who acts for nobody");
    }
}
