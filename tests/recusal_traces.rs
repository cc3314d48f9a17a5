//! Who is excluded from an application meets no trace of it (R16): every query, list, search, subscription and thing with an id is tried
//! with all that the schema offers, by somebody who is of the committee, of the office and of finance, before and after; and every e-mail.
//! What stays theirs is the recusal itself, with the application's number and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use crate::everything::{Everything, type_of, uuid_of};
use crate::stage::{Stage, id};
use crate::subscriptions::{Socket, WATCH};

const ROLES: [&str; 3] = ["member", "case-officer", "finance"];

/// What is to be kept from somebody: what it is, and the words that would tell.
type Secrets = Vec<(String, Vec<String>)>;

/// A stage with an applicant whose applications are kept from Eva.
struct Case {
    stage: Stage,
    eva: Client,
    /// Who is all that Eva is, and excluded from nothing.
    olga: Client,
    otto: Client,
    diver: Client,
    divers: String,
    account: String,
}

/// An amount in both the ways in which one is written.
fn amount(amount: &str) -> (String, Vec<String>) {
    let (euro, cents) = amount.split_once('.').expect("two places");
    let (thousands, rest) = euro.split_at(euro.len() - 3);
    (amount.to_owned(), vec![amount.to_owned(), format!("{thousands}.{rest},{cents}"), format!("{thousands},{rest}.{cents}")])
}

fn word(word: &str) -> (String, Vec<String>) {
    (word.to_owned(), vec![word.to_owned()])
}

/// Which of the secrets a text tells.
fn told(text: &str, secrets: &Secrets) -> BTreeSet<String> {
    secrets.iter().filter(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(what, _)| what.clone()).collect()
}

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

impl Case {
    async fn begin(backend: Backend, eva: &str) -> Self {
        let app = App::with_settings(backend, |settings| {
            // Asked for everything at once, more than any client should be able to.
            let limits = &mut settings.limits;
            (limits.complexity, limits.tokens, limits.depth, limits.body_bytes) = (usize::MAX / 4, 10_000_000, 100, 50_000_000);
            limits.request_seconds = 120;
        })
        .await;
        let eva = app.person("Eva Befangen", eva, "de", &ROLES).await;
        let olga = app.person("Olga Offen", "olga@rat.example", "de", &ROLES).await;
        let otto = app.person("Otto Oben", "otto@rat.example", "de", &["member"]).await;
        let diver = app.person("Dora", "dora@tauchen.example", "de", &[]).await;
        let stage = Stage::begin_with(app, &[eva.email.as_str(), "olga@rat.example", "otto@rat.example"]).await;
        let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Tauchverein Musterflosse e. V.", "address": "Musterkai 1" });
        let divers = id(&diver.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
        let budget = json!({ "year": 2020, "amount": "15000.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let input = json!({ "applicantId": divers, "iban": "DE02120300000000202051", "holder": "Tauchverein" });
        let account = id(&diver.does("nameBankAccount", input, "bankAccount { id }").await["bankAccount"]["id"]);
        stage.officer.does("confirmBankAccount", json!({ "bankAccountId": account }), "bankAccount { id }").await;
        Self { stage, eva, olga, otto, diver, divers, account }
    }

    /// An admitted application of the divers, for this much; its id and number.
    async fn admitted(&self, asks: &str) -> (String, String) {
        let mut form = Stage::form();
        let asked: domain::money::Money = asks.parse().expect("an amount");
        form["title"] = json!("Fahrt in die Tiefsee");
        form["amountRequested"] = json!(asks);
        form["costLines"][0]["amount"] = json!((asked + "2500.00".parse().expect("an amount")).to_string());
        form["financingLines"][0]["amount"] = json!("2500.00");
        let input = json!({ "roundId": self.stage.round, "applicantId": self.divers });
        let application = id(&self.diver.does("startApplication", input, "application { id }").await["application"]["id"]);
        self.diver.does("saveDraft", json!({ "applicationId": application, "form": form }), "application { id }").await;
        let input = json!({ "applicationId": application });
        let number = self.diver.does("submitApplication", input.clone(), "application { number }").await["application"]["number"].clone();
        self.stage.officer.does("admitApplication", input, "application { id }").await;
        (application, id(&number))
    }

    /// A motion on it, put by Eva.
    async fn motion(&self, by: &Client, application: &str, amount: &str) -> String {
        let input = json!({ "applicationId": application, "kind": "AWARD", "amount": amount, "wording": "Der Antrag: Bewilligungswort." });
        id(&by.does("proposeMotion", input, "motion { id }").await["motion"]["id"])
    }

    /// Decides on it with a show of hands.
    async fn decided(&self, application: &str, amount: &str) -> (String, String) {
        let motion = self.motion(&self.stage.officer, application, amount).await;
        let input = json!({ "motionId": motion, "form": "RECORDED" });
        let ballot = id(&self.stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
        let input = json!({ "ballotId": ballot, "yes": 8, "no": 0, "abstained": 1 });
        self.stage.officer.does("recordTally", input, "ballot { id }").await;
        self.stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        (motion, ballot)
    }

    async fn award_of(&self, application: &str) -> String {
        let query = "query($id: ID!) { application(id: $id) { award { id } } }";
        id(&self.stage.officer.asks(query, json!({ "id": application })).await["application"]["award"]["id"])
    }

    /// Notified, accepted, final, and an instalment paid to that account.
    async fn paid(&self, by: &Client, award: &str, amount: &str, account: &str) -> String {
        let only = json!({ "awardId": award });
        self.stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;
        by.does("acceptAward", only.clone(), "award { id }").await;
        by.does("waiveAppeal", only, "award { id }").await;
        let input = json!({ "awardId": award, "amount": amount, "purpose": "Druckluft", "neededBy": "2019-11-01" });
        let payout = id(&by.does("requestPayout", input, "payout { id }").await["payout"]["id"]);
        self.olga.does("certifyPayout", json!({ "payoutId": payout, "bankAccountId": account }), "payout { id }").await;
        self.stage.finance.does("orderPayout", json!({ "payoutId": payout }), "payout { id }").await;
        let input = json!({ "payoutId": payout, "on": "2019-10-01" });
        self.stage.finance.does("bookPayoutExecution", input, "payout { id }").await;
        payout
    }

    /// Somebody else's award with a payout, so that no sum of the year is the divers' alone.
    async fn others(&self) {
        let application = self.stage.admitted().await;
        let ballot = self.stage.ballot(&application).await;
        self.stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        let input = json!({ "applicantId": self.stage.applicant_id, "iban": "DE89370400440532013000", "holder": "Chor" });
        let account = id(&self.stage.applicant.does("nameBankAccount", input, "bankAccount { id }").await["bankAccount"]["id"]);
        self.stage.officer.does("confirmBankAccount", json!({ "bankAccountId": account }), "bankAccount { id }").await;
        self.paid(&self.stage.applicant, &self.award_of(&application).await, "1000.00", &account).await;
    }
}

/// What is kept from Eva in the first test, and with what it is asked for.
struct Kept {
    applications: Vec<String>,
    numbers: Vec<String>,
    /// The ids of the applications and of all that follows from them.
    ids: Vec<String>,
    ballots: Vec<String>,
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

    let applications = vec![awarded, waiting, voting.clone(), planned];
    let numbers = vec![first, second, third, fourth];
    let ballots = vec![ballot, waiting_ballot, open];
    let mut ids = applications.clone();
    ids.extend([motion, award, payout, waiting_motion, place, put, open_motion, proposal, what_if, another]);
    ids.extend(ballots.clone());
    let mut secrets: Secrets =
        ["8123.45", "1111.11", "7654.32", "2777.77", "3333.33", "3222.22", "3111.11"].map(amount).into_iter().collect();
    secrets.extend(["Tiefsee", "Tauchverein", "Bewilligungswort", "Vorschlagsgrund", "Planspielname", "Druckluft", "Kassenwart"].map(word));
    secrets.extend(numbers.iter().map(|number| word(number)));
    secrets.extend(ids.iter().map(|id| (format!("{} {id}", type_of(id)), vec![id.clone(), uuid_of(id)])));
    Kept { applications, numbers, ids, ballots, voting, secrets }
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
        let nodes = before.iter().filter(|(name, _)| name.starts_with("node, "));
        for (name, found) in nodes.filter(|(name, _)| !name.ends_with("BankAccount")) {
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
