//! Every e-mail that tells the committee, the office or finance of an application.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use testkit::Backend;

use super::case::{Case, Secrets, amount, told, word};
use crate::stage::id;

/// The kinds of the e-mails to somebody, as the office's list has them.
async fn kinds_to(case: &Case, name: &str) -> BTreeSet<String> {
    let query = "{ messages(first: 100) { nodes { kind recipient { name } } } }";
    let all = case.stage.officer.asks(query, json!({})).await["messages"]["nodes"].clone();
    let to = all.as_array().expect("messages").iter().filter(|message| message["recipient"]["name"] == name);
    to.map(|message| id(&message["kind"])).collect()
}

/// Everything that is told of an application to the committee, the office and finance.
const TOLD: [&str; 7] = [
    "acceptance-overdue",
    "ballot-opened",
    "ballot-without-result",
    "circular-vote-opened",
    "money-freed",
    "payout-returned",
    "vote-reminder",
];

/// Has every e-mail sent that tells the committee, the office or finance of the divers' applications.
async fn everything_is_told(case: &Case, applications: &[String]) {
    let Case { stage, diver, .. } = case;
    let engine = stage.app.engine();
    let [awarded, waiting, voting, meeting] = applications else { panic!("four applications") };
    case.decided(awarded, "8123.45").await;
    case.decided(waiting, "7654.32").await;
    let award = case.award_of(awarded).await;
    let payout = case.paid(diver, &award, "1111.11", &case.account).await;
    let input = json!({ "payoutId": payout, "on": "2019-10-01", "reason": "AC04" });
    stage.finance.does("bookPayoutReturn", input, "payout { id }").await;
    let motion = case.motion(&stage.officer, meeting, "3333.33").await;
    stage.officer.does("openBallot", json!({ "motionId": motion }), "ballot { id }").await;
    let motion = case.motion(&stage.officer, voting, "2777.77").await;
    let circular = json!({ "motionId": motion, "form": "CIRCULAR", "objectionsUntil": "2019-10-04", "votesUntil": "2019-10-08" });
    stage.officer.does("openBallot", circular, "ballot { id }").await;
    stage.app.at("2019-10-06T10:00:00Z");
    assert_eq!(engine.remind_of_votes().await.expect("reminds"), 1);
    stage.app.at("2019-10-09T10:00:00Z");
    assert_eq!(engine.close_votes_that_are_over().await.expect("closes"), 1, "nobody voted");
    // Called off: the rest of the first is free, and the second is offered it.
    stage.app.at("2019-10-10T10:00:00Z");
    diver.does("declineAward", json!({ "awardId": award, "reason": "Sturm" }), "award { id }").await;
    let query = "{ budgetYear(year: 2020) { waitingList(first: 9) { nodes { id isOffered } } } }";
    let list = stage.officer.asks(query, json!({})).await["budgetYear"]["waitingList"]["nodes"].clone();
    assert_eq!(list[0]["isOffered"], true);
    stage.officer.does("serveWaitingListPlace", json!({ "placeId": list[0]["id"] }), "award { id }").await;
    let award = case.award_of(waiting).await;
    stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-10" }), "award { id }").await;
    stage.app.at("2019-12-20T10:00:00Z");
    assert_eq!(engine.tell_of_overdue_acceptances().await.expect("tells"), 1);
    engine.send_digests().await.expect("sends");
}

async fn four(case: &Case) -> (Vec<String>, Secrets) {
    let (mut applications, mut secrets) = (Vec::new(), vec![word("Tiefsee"), word("Tauchverein"), word("Bewilligungswort")]);
    for asks in ["8123.45", "7654.32", "2777.77", "3333.33"] {
        let (application, number) = case.admitted(asks).await;
        applications.push(application);
        secrets.extend([word(&number), amount(asks)]);
    }
    secrets.push(amount("1111.11"));
    (applications, secrets)
}

/// What the e-mails to an address tell.
fn told_by_mail(case: &Case, address: &str, secrets: &Secrets) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for mail in case.stage.app.mailbox().received().into_iter().filter(|mail| mail.to == address) {
        let text = [mail.subject.clone(), mail.text.unwrap_or_default(), mail.html.unwrap_or_default()].join("\n");
        all.entry(mail.subject).or_insert_with(BTreeSet::new).extend(told(&text, secrets));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_e_mail_tells_who_is_excluded() {
    for backend in Backend::ALL {
        let case = Case::begin(backend, "eva@rat.example").await;
        for reader in [&case.eva, &case.olga] {
            reader.does("chooseDigest", json!({ "frequency": "AT_ONCE" }), "viewer { digest }").await;
        }
        case.others().await;
        let (applications, secrets) = four(&case).await;
        for application in &applications {
            case.eva.does("declareRecusal", json!({ "applicationId": application }), "recusal { id }").await;
        }
        everything_is_told(&case, &applications).await;
        let news = json!({ "on": "2019-12-01", "cities": ["brest"], "kind": "EVENT", "title": "Fest", "text": "Ein Fest." });
        case.stage.officer.does("postBriefing", news, "briefing { id }").await;
        case.stage.app.at("2019-12-20T10:05:00Z");
        case.stage.app.engine().send_digests().await.expect("sends");
        case.stage.app.deliver_mail().await;

        let olga = kinds_to(&case, "Olga Offen").await;
        let missing: Vec<&str> = TOLD.into_iter().filter(|kind| !olga.contains(*kind)).collect();
        assert_eq!(missing, [""; 0], "each was caused: {olga:?}");
        let told_olga: BTreeSet<String> = told_by_mail(&case, "olga@rat.example", &secrets).into_values().flatten().collect();
        let all: BTreeSet<String> = secrets.iter().map(|(what, _)| what.clone()).collect();
        assert_eq!(told_olga, all, "who is not excluded is told all of it");

        let eva = kinds_to(&case, "Eva Befangen").await;
        assert!(eva.contains("digest") && eva.contains("budget-changed"), "she is told of the rest: {eva:?}");
        for (subject, found) in told_by_mail(&case, "eva@rat.example", &secrets) {
            assert_eq!(found, BTreeSet::new(), "{subject}");
        }
    }
}

/// What the outbox holds for Eva: kind and content.
async fn held_for_eva(case: &Case) -> Vec<(String, String)> {
    let database = sea_orm::Database::connect(case.stage.app.database_url()).await.expect("the database");
    let query = "SELECT m.kind, CAST(m.notice AS TEXT) AS notice FROM outbox_message m JOIN person p ON p.id = m.recipient_id \
        WHERE p.name = 'Eva Befangen' ORDER BY m.id";
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), query)).await.expect("rows");
    rows.iter().map(|row| (row.try_get("", "kind").expect("a kind"), row.try_get("", "notice").expect("a notice"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_sent_when_somebody_was_excluded_is_taken_back() {
    for backend in Backend::ALL {
        // Her mail server puts everything off.
        let case = Case::begin(backend, "defer-451-1000+eva@rat.example").await;
        case.others().await;
        let (applications, secrets) = four(&case).await;
        everything_is_told(&case, &applications).await;
        case.stage.app.deliver_mail().await;
        let held = held_for_eva(&case).await;
        let missing: Vec<&str> = TOLD.into_iter().filter(|kind| held.iter().all(|(held, _)| held != kind)).collect();
        assert_eq!((missing, case.stage.app.received_by(&case.eva.email)), (vec![], 0), "told, and not sent");

        let person = id(&case.eva.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]);
        let mut recused = BTreeSet::new();
        for application in &applications {
            let input = json!({ "applicationId": application, "personId": person });
            let done = case.stage.officer.does("recordRecusal", input, "recusal { applicationNumber }").await;
            recused.insert(id(&done["recusal"]["applicationNumber"]));
        }
        let mut named = BTreeSet::new();
        let held = held_for_eva(&case).await;
        assert!(held.iter().any(|(kind, _)| kind == "budget-changed"), "the rest stays");
        for (kind, notice) in held {
            let found = told(&notice, &secrets);
            if kind == "recusal-recorded" {
                named.extend(found);
            } else {
                assert_eq!(found, BTreeSet::new(), "{kind}");
            }
        }
        assert_eq!(named, recused, "that she is excluded she is told, with the number");
    }
}
