//! Who is excluded from an application meets no trace of it (R16): every query, list, search, subscription and thing with an id is tried
//! with all that the schema offers, by somebody who is of the committee, of the office and of finance, before and after; so is every page that
//! links lead to, and every e-mail. What stays theirs is the recusal itself, with the application's number and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testkit::Backend;

use crate::everything::{Everything, type_of, uuid_of};
use crate::stage::id;
use crate::subscriptions::{Socket, WATCH};

mod case;
mod mail;
mod pages;

use case::{Case, Secrets, amount, told, word};

/// An answer without what Eva may know: that she is excluded, from the application of which number.
fn but_recusals(mut answer: Value) -> Value {
    match &mut answer {
        Value::Array(items) => {
            for item in items {
                *item = but_recusals(item.take());
            }
        }
        Value::Object(fields) => {
            if fields.get("__typename") == Some(&json!("Recusal")) {
                fields.remove("applicationNumber");
            }
            if fields.get("subjectKind") == Some(&json!("RECUSAL")) {
                fields.remove("details");
            }
            if let Some(Value::String(export)) = fields.get_mut("export") {
                let mut parts: Value = serde_json::from_str(export).expect("JSON");
                parts.as_object_mut().expect("parts").remove("recusals");
                *export = parts.to_string();
            }
            for field in fields.values_mut() {
                *field = but_recusals(field.take());
            }
        }
        _ => {}
    }
    answer
}

/// What is kept from Eva in the first test, and with what it is asked for.
struct Kept {
    applications: Vec<String>,
    numbers: Vec<String>,
    /// The ids of the applications and of all that follows from them.
    ids: Vec<String>,
    ballots: Vec<String>,
    meeting: String,
    voting: String,
    secrets: Secrets,
}

/// One of the divers' applications is awarded with a payout, one waits, one is voted on in writing, one has a proposal and a what-if; Eva
/// did a part of that.
async fn kept(case: &Case) -> Kept {
    let Case { stage, eva, .. } = case;
    case.others().await;
    let (awarded, first) = case.admitted("8123.45").await;
    let (motion, ballot) = case.decided(&awarded, "8123.45").await;
    let award = case.award_of(&awarded).await;
    let payout = case.paid(&case.diver, &award, "1111.11", &case.account).await;
    let (waiting, second) = case.admitted("7654.32").await;
    let (waiting_motion, waiting_ballot) = case.decided(&waiting, "7654.32").await;
    let list = stage.officer.asks("{ budgetYear(year: 2020) { waitingList(first: 1) { nodes { id } } } }", json!({})).await;
    let place = id(&list["budgetYear"]["waitingList"]["nodes"][0]["id"]);
    let (voting, third) = case.admitted("2777.77").await;
    let input = json!({ "applicationId": voting, "kind": "AWARD", "amount": "2777.77", "reasons": "Ein Vorschlagsgrund." });
    let put = id(&eva.does("prepareProposal", input, "proposal { id }").await["proposal"]["id"]);
    let open_motion = case.motion(eva, &voting, "2777.77").await;
    let input = json!({ "motionId": open_motion, "form": "CIRCULAR", "objectionsUntil": "2019-10-04", "votesUntil": "2019-10-08" });
    let open = id(&stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
    eva.does("castVote", json!({ "ballotId": open, "choice": "YES" }), "ballot { id }").await;
    let (planned, fourth) = case.admitted("3333.33").await;
    let input = json!({ "applicationId": planned, "kind": "AWARD", "amount": "3222.22", "reasons": "Ein Vorschlagsgrund." });
    let proposal = id(&eva.does("prepareProposal", input, "proposal { id }").await["proposal"]["id"]);
    let lines = json!([{ "applicationId": planned, "kind": "AWARD", "amount": "3111.11" }]);
    let input = json!({ "roundId": stage.round, "name": "Planspielname", "lines": lines });
    let what_if = id(&eva.does("saveWhatIf", input, "whatIf { id }").await["whatIf"]["id"]);
    let otto = id(&case.otto.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]);
    let input = json!({ "applicationId": planned, "personId": otto, "reason": "Kassenwart" });
    let another = id(&stage.officer.does("recordRecusal", input, "recusal { id }").await["recusal"]["id"]);

    let input = json!({ "beginsAt": "2019-10-20T16:00:00Z", "endsAt": "2019-10-20T18:00:00Z", "place": "Rathaus" });
    let meeting = id(&eva.does("callMeeting", input, "meeting { id }").await["meeting"]["id"]);
    let input = json!({ "meetingId": meeting, "publicity": "NON_PUBLIC", "title": "Tagesordnungswort", "applicationId": planned });
    let item = id(&eva.does("addAgendaItem", input, "agendaItem { id }").await["agendaItem"]["id"]);

    let applications = vec![awarded, waiting, voting.clone(), planned];
    let numbers = vec![first, second, third, fourth];
    let ballots = vec![ballot, waiting_ballot, open];
    let mut ids = applications.clone();
    ids.extend([motion, award, payout, waiting_motion, place, put, open_motion, proposal, what_if, another]);
    ids.extend(ballots.clone());
    let mut secrets: Secrets =
        ["8123.45", "1111.11", "7654.32", "2777.77", "3333.33", "3222.22", "3111.11"].map(amount).into_iter().collect();
    secrets.extend(
        ["Tiefsee", "Tauchverein", "Bewilligungswort", "Vorschlagsgrund", "Planspielname", "Druckluft", "Kassenwart", "Tagesordnungswort"]
            .map(word),
    );
    secrets.extend(numbers.iter().map(|number| word(number)));
    secrets.extend(ids.iter().map(|id| (format!("{} {id}", type_of(id)), vec![id.clone(), uuid_of(id)])));
    // That there is an item, everybody knows: it is what the item is about that is kept.
    ids.push(item);
    Kept { applications, numbers, ids, ballots, meeting, voting, secrets }
}

/// Asks for all that there is, and says what of the secrets each query told.
async fn asked(case: &Case, kept: &Kept, everything: &Everything) -> BTreeMap<String, BTreeSet<String>> {
    let with = |name: &str, values: &[String]| values.iter().map(|value| format!("({name}: {value:?})")).collect::<Vec<_>>();
    let arguments = BTreeMap::from([
        ("round", with("id", std::slice::from_ref(&case.stage.round))),
        ("applicant", with("id", std::slice::from_ref(&case.divers))),
        ("application", with("id", &kept.applications)),
        ("applicationByNumber", with("number", &kept.numbers)),
        ("ballot", with("id", &kept.ballots)),
        ("meeting", with("id", std::slice::from_ref(&kept.meeting))),
        ("budgetYear", vec!["(year: 2020)".to_owned()]),
        ("briefing", with("id", std::slice::from_ref(&case.stage.round))),
        ("events", {
            let about = kept.ids.iter().map(|id| format!("(first: 50, subject: {id:?})"));
            about.chain(["(first: 50)".to_owned(), "(last: 50)".to_owned()]).collect()
        }),
        ("persons", vec!["(first: 50, search: \"Tauchverein\")".to_owned(), "(first: 50)".to_owned()]),
        ("proposals", vec![format!("(first: 50, roundId: {:?})", case.stage.round)]),
        ("whatIfs", with("roundId", std::slice::from_ref(&case.stage.round))),
    ]);
    let mut nodes = kept.ids.clone();
    let year = id(&case.eva.asks("{ budgetYear(year: 2020) { id } }", json!({})).await["budgetYear"]["id"]);
    nodes.extend([case.divers.clone(), case.account.clone(), case.stage.round.clone(), year]);
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, query) in everything.queries(&arguments, &nodes) {
        let answer = but_recusals(case.eva.send(&query, json!({})).await.body);
        let codes = answer["errors"].as_array().cloned().unwrap_or_default();
        assert!(codes.iter().all(|error| error["extensions"]["code"] != "INTERNAL"), "{name}: {codes:?}");
        let mut found = told(&answer.to_string(), &kept.secrets);
        if name == "applicant" || name.ends_with(", Applicant") || name.ends_with(", BankAccount") {
            // Who applies is no secret to who knows their id; that they applied is.
            found.remove("Tauchverein");
        }
        all.entry(name).or_default().extend(found);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_tells_who_is_excluded() {
    for backend in Backend::ALL {
        let case = Case::begin(backend, "eva@rat.example").await;
        let kept = kept(&case).await;
        let everything = Everything::of(&case.eva).await;

        // The same questions tell all of it before: so they can tell it.
        let before = asked(&case, &kept, &everything).await;
        let told_before: BTreeSet<&String> = before.values().flatten().collect();
        let missing: Vec<&str> =
            kept.secrets.iter().map(|(what, _)| what).filter(|what| !told_before.contains(what)).map(String::as_str).collect();
        assert_eq!(missing, [""; 0], "{before:#?}");
        for query in
            ["rounds", "viewer", "application", "applications", "ballots", "budgetYear", "budgetYears", "events", "proposals", "whatIfs"]
        {
            assert!(!before[query].is_empty(), "{query} tells nothing");
        }
        let of_nobody = ["node, Applicant", "node, BankAccount"];
        let nodes = before.iter().filter(|(name, _)| name.starts_with("node, ") && !of_nobody.contains(&name.as_str()));
        for (name, found) in nodes {
            assert!(!found.is_empty(), "{name} tells nothing");
        }

        for application in &kept.applications {
            case.eva.does("declareRecusal", json!({ "applicationId": application }), "recusal { id }").await;
        }
        for (query, found) in asked(&case, &kept, &everything).await {
            assert_eq!(found, BTreeSet::new(), "{query}");
        }
        nothing_is_watched(&case, &kept, &everything).await;
        // Nor can she plan with it, or prepare what she may not see.
        let lines = json!([{ "applicationId": kept.voting, "kind": "REJECT" }]);
        let input = json!({ "roundId": case.stage.round, "name": "X", "lines": lines });
        assert_eq!(case.eva.mutates("saveWhatIf", input, "__typename").await.codes(), ["NOT_FOUND"]);
        for (verb, more) in [("prepareProposal", json!({ "reasons": "X" })), ("proposeMotion", json!({ "wording": "X" }))] {
            let mut input = json!({ "applicationId": kept.applications[3], "kind": "REJECT" });
            input.as_object_mut().expect("an input").extend(more.as_object().expect("fields").clone());
            assert_eq!(case.eva.mutates(verb, input, "__typename").await.codes(), ["NOT_FOUND"], "{verb}");
        }
        let what_if = kept.ids.iter().find(|id| type_of(id) == "WhatIf").expect("a what-if");
        for verb in ["putMotions", "discardWhatIf"] {
            assert_eq!(case.eva.mutates(verb, json!({ "whatIfId": what_if }), "__typename").await.codes(), ["NOT_FOUND"], "{verb}");
        }
    }
}

/// What can't be asked can't be watched either; and what is watched of the year tells nothing.
async fn nothing_is_watched(case: &Case, kept: &Kept, everything: &Everything) {
    assert_eq!(everything.names("Subscription"), ["applicationChanged", "ballotChanged", "budgetYearChanged"], "all are tried");
    let address = case.stage.app.address();
    for (field, ids) in [("applicationChanged", &kept.applications), ("ballotChanged", &kept.ballots)] {
        for id in ids {
            let mut socket = Socket::open(&address, &case.eva).await;
            let all = everything.all_of("Subscription", field);
            socket.subscribe(&format!("subscription($id: ID!) {{ {field}(id: $id) {all} }}"), json!({ "id": id })).await;
            let message = socket.hear().await;
            let error = if message["type"] == "error" { &message["payload"][0] } else { &message["payload"]["errors"][0] };
            assert_eq!(error["extensions"]["code"], "NOT_FOUND", "{message}");
        }
    }
    let mut socket = Socket::open(&address, &case.eva).await;
    let all = everything.all_of("Subscription", "budgetYearChanged");
    socket.subscribe(&format!("subscription {{ budgetYearChanged(year: 2020) {all} }}"), json!({})).await;
    let changed = async {
        loop {
            // It doesn't say when it has begun, so something is changed until it was heard.
            let more = json!({ "year": 2020, "amount": "0.01", "resolution": "Drs. 2/2019" });
            case.stage.finance.does("increaseBudget", more, "budgetYear { year }").await;
        }
    };
    let message = tokio::select! {
        message = socket.hear() => message,
        () = changed => unreachable!("it goes on for ever"),
    };
    assert_eq!(message["payload"]["data"]["budgetYearChanged"]["year"], 2020, "{message}");
    assert_eq!(told(&but_recusals(message.clone()).to_string(), &kept.secrets), BTreeSet::new(), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_hears_no_more_from_the_recusal_on() {
    for backend in Backend::ALL {
        let case = Case::begin(backend, "eva@rat.example").await;
        let (application, _) = case.admitted("2777.77").await;
        let mut socket = Socket::open(&case.stage.app.address(), &case.eva).await;
        socket.subscribe(WATCH, json!({ "id": application })).await;
        let changed = async {
            loop {
                let input = json!({ "applicationId": application, "reason": "Fähre" });
                case.stage.officer.does("consentToEarlyStart", input, "application { id }").await;
            }
        };
        let message = tokio::select! {
            message = socket.hear() => message,
            () = changed => unreachable!("it goes on for ever"),
        };
        assert_eq!(message["type"], "next", "heard while she may: {message}");
        case.eva.does("declareRecusal", json!({ "applicationId": application }), "recusal { id }").await;
        // What was said before she declared may still come; then it ends.
        while socket.hear().await["type"] != "complete" {}
    }
}
