//! An installation with so many of everything that a page can list.

use serde_json::json;
use testkit::{App, Client};

use crate::meetings::house::person;
use crate::permissions::{Everybody, Row, Visitor};
use crate::portal::in_address;
use crate::stage::{Stage, id};

/// Everybody, with so many of everything besides.
pub(crate) struct Installation {
    all: Everybody,
    /// A meeting that is under way, with ballots of both kinds.
    meeting: String,
    /// An open ballot in it, alone, and one that is voted on with others.
    ballots: [String; 2],
    /// An application with all its decisions, its award and the minutes of a meeting that is over.
    awarded: String,
    award: String,
    minutes: String,
    /// A what-if with many lines.
    what_if: String,
}

impl Installation {
    pub(crate) async fn with(all: Everybody, of_each: usize) -> Self {
        let stage = &all.stage;
        everybody_has_much(&all, of_each).await;
        let mut last = (String::new(), String::new());
        let mut minutes = String::new();
        let mut motions = Vec::new();
        for _ in 0..2 * of_each {
            motions.push(motion(stage).await);
        }
        let what_if = what_if(stage, of_each).await;
        for number in 0..of_each {
            applications(stage).await;
            last = award(stage, &all.award).await;
            of_the_office(stage, number).await;
            let items = if number + 1 == of_each { of_each } else { 1 };
            minutes = meetings(stage, &all.meeting, number, items).await;
        }
        let (meeting, ballots) = under_way(stage, &motions).await;
        let (awarded, award) = last;
        Self { all, meeting, ballots, awarded, award, minutes, what_if }
    }

    /// Every page, on what it was tried on and on what it has more to show of.
    pub(crate) fn pages(&self) -> Vec<Row> {
        let rows = self.all.pages();
        let [alone, together] = &self.ballots;
        let others = [
            (&self.all.ballot, alone),
            (&self.all.ballot, together),
            (&self.all.meeting, &self.meeting),
            (&self.all.minutes, &self.minutes),
            (&self.all.application, &self.awarded),
            (&self.all.award, &self.award),
            (&self.all.what_if, &self.what_if),
        ];
        let with_others = |row: &Row| {
            let mut several = vec![row.clone()];
            let named = others.iter().filter(|(thing, _)| row.things.contains(thing));
            several.extend(named.map(|(thing, other)| row.exchanged(thing, other)));
            several
        };
        rows.iter().flat_map(with_others).chain(self.filtered()).collect()
    }

    /// Lists, narrowed down by their address.
    fn filtered(&self) -> Vec<Row> {
        let list = |door: &'static str, filter: &[(&str, &str)]| {
            filter.iter().fold(Row::page(door, "", &[]), |row, (name, value)| row.with(name, value))
        };
        let (round, award) = (in_address(&self.all.stage.round), in_address(&self.award));
        vec![
            list("/projects", &[("year", "2020"), ("city", "tallinn")]),
            list("/office/applications", &[("state", "admitted"), ("city", "tallinn"), ("order", "newest")]),
            list("/office/applications", &[("round", &round), ("state", "awarded")]),
            list("/office/applications", &[("q", "Chor")]),
            list("/office/awards", &[("state", "notified")]),
            list("/office/motions", &[("state", "decided")]),
            list("/office/ballots", &[("state", "closed")]),
            list("/office/meetings", &[("state", "closed")]),
            list("/office/briefings", &[("city", "tallinn"), ("year", "2019"), ("kind", "event")]),
            list("/office/messages", &[("state", "sent")]),
            list("/committee/ballots", &[("state", "closed")]),
            list("/briefings", &[("city", "tallinn"), ("year", "2019")]),
            list("/briefings", &[("unread", "yes")]),
            list("/finance", &[("year", "2020")]),
            list("/finance/journal", &[("year", "2020"), ("movement", "commitment")]),
            list("/finance/waiting-list", &[("year", "2020")]),
            list("/finance/payouts", &[("state", "executed")]),
            list("/audit", &[("kind", "award"), ("id", &award)]),
            list("/administration", &[("search", "e")]),
        ]
    }

    /// Everybody, and somebody who has every part in the fund at once that one can have.
    pub(crate) async fn visitors(&self) -> Vec<Visitor> {
        let mut visitors = self.all.visitors().await;
        visitors.push(self.all.visitor("chair with every office", &self.all.stage.chair.email).await);
        visitors
    }
}

/// Roles, an application of her own, tokens and sessions for the chair; members, guests and accounts for the applicant; people.
async fn everybody_has_much(all: &Everybody, of_each: usize) {
    let stage = &all.stage;
    let chair = &stage.chair;
    for role in ["CASE_OFFICER", "FINANCE", "ADMINISTRATOR"] {
        let input = json!({ "personId": person(chair).await, "role": role, "from": "2019-10-01", "reason": "Vertretung" });
        all.administrator().does("grantRole", input, "person { id }").await;
    }
    let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Verein der Vorsitzenden", "address": "Weg 2" });
    let applicant_id = id(&chair.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
    for number in 0..of_each {
        let input = json!({ "roundId": stage.round, "applicantId": applicant_id });
        let draft = id(&chair.does("startApplication", input, "application { id }").await["application"]["id"]);
        chair.does("saveDraft", json!({ "applicationId": draft, "form": Stage::form() }), "application { id }").await;
        chair.does("submitApplication", json!({ "applicationId": draft }), "application { id }").await;
        stage.joins(&format!("Leserin {number}"), &format!("leserin{number}@matrix.example"), "READER").await;
        stage.invites(&format!("gast{number}@matrix.example"), "READER").await;
        // An address gets no more than a few e-mails in an hour.
        let minutes = 20 * number;
        stage.app.at(&format!("2019-10-01T{}:{:02}:00Z", 10 + minutes / 60, minutes % 60));
        stage.app.signed_in(&chair.email).await;
        for who in [chair, &stage.applicant] {
            let input = json!({ "name": format!("Zugang {number}"), "access": "READ" });
            who.does("createToken", input, "issuedToken { token { id } }").await;
        }
        let other = stage.app.person(&format!("Neue {number}"), &format!("neue{number}@verein.example"), "de", &[]).await;
        let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": format!("Verein {number}"), "address": "Weg 3" });
        let new = id(&other.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
        for (who, applicant, account) in [(&other, &new, number), (&stage.applicant, &stage.applicant_id, 100 + number)] {
            let input = json!({ "applicantId": applicant, "iban": iban(account), "holder": "Verein" });
            who.does("nameBankAccount", input, "bankAccount { id }").await;
        }
        role(all, &stage.app, number).await;
    }
    let seats = stage.officer.asks("{ seatHoldings { person { id } } }", json!({})).await;
    for seat in seats["seatHoldings"].as_array().expect("seats").iter().skip(1).take(of_each) {
        let input = json!({ "applicationId": all.recused, "personId": seat["person"]["id"], "reason": "Vorstand" });
        stage.officer.does("recordRecusal", input, "recusal { id }").await;
    }
}

/// A role that somebody had, and a round.
async fn role(all: &Everybody, app: &App, number: usize) {
    let somebody = app.person("Jemand", &format!("jemand{number}@stadt.example"), "de", &["finance"]).await;
    let input = json!({ "personId": all.person, "role": "FINANCE", "from": "2019-10-01", "reason": "Vertretung" });
    let granted = all.administrator().does("grantRole", input, "person { roles { id role } }").await;
    let roles = granted["person"]["roles"].as_array().expect("roles").clone();
    let finance = roles.iter().rfind(|role| role["role"] == "FINANCE").expect("the new one");
    let input = json!({ "roleGrantId": finance["id"], "reason": "Vorbei" });
    all.administrator().does("endRole", input, "person { id }").await;
    assert!(!somebody.email.is_empty());
}

/// A German account number with its check digits.
fn iban(number: usize) -> String {
    let account = format!("21050170{number:010}");
    let digits = format!("{account}131400");
    let rest = digits.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}

/// One application in each state before the decision.
async fn applications(stage: &Stage) {
    stage.draft().await;
    for what in ["submitted", "changes", "refused"] {
        let draft = stage.draft().await;
        let application = json!({ "applicationId": draft });
        stage.applicant.does("submitApplication", application, "application { id }").await;
        match what {
            "changes" => {
                let input = json!({ "applicationId": draft, "fields": ["TITLE"], "due": "2019-10-20", "remark": "Bitte kürzer." });
                stage.officer.does("requestChanges", input, "application { id }").await;
            }
            "refused" => {
                let input = json!({ "applicationId": draft, "reason": "Kein Bezug." });
                stage.officer.does("refuseApplication", input, "application { id }").await;
            }
            _ => {}
        }
    }
    let admitted = stage.admitted().await;
    let input = json!({ "applicationId": admitted, "kind": "REJECT", "reasons": "Kein Bezug." });
    stage.officer.does("prepareProposal", input, "proposal { id }").await;
}

/// An award to the first on the waiting list, with an instalment, and another place on it. Returns the application and its award.
async fn award(stage: &Stage, first: &str) -> (String, String) {
    let more = json!({ "year": 2020, "amount": "2500.00", "resolution": "Drs. 2/2019" });
    stage.finance.does("increaseBudget", more, "budgetYear { year }").await;
    let list = "{ budgetYear(year: 2020) { waitingList(first: 50) { nodes { id state application { id } } } } }";
    let list = stage.officer.asks(list, json!({})).await;
    let places = list["budgetYear"]["waitingList"]["nodes"].as_array().expect("places").clone();
    let place = places.iter().find(|place| place["state"] == "WAITING").expect("somebody waits");
    let served = stage.officer.does("serveWaitingListPlace", json!({ "placeId": place["id"] }), "award { id }").await;
    let award = id(&served["award"]["id"]);
    stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;
    stage.applicant.does("acceptAward", json!({ "awardId": award }), "award { id }").await;
    stage.applicant.does("waiveAppeal", json!({ "awardId": award }), "award { id }").await;
    for award in [award.as_str(), first] {
        let input = json!({ "awardId": award, "amount": "10.00", "purpose": "Fähre", "neededBy": "2019-11-01" });
        stage.applicant.does("requestPayout", input, "payout { id }").await;
    }
    let next = stage.admitted().await;
    let ballot = stage.ballot(&next).await;
    stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    (id(&place["application"]["id"]), award)
}

/// What the office writes, and years and rounds.
async fn of_the_office(stage: &Stage, number: usize) {
    let news = json!({ "on": "2019-09-02", "cities": ["brest"], "kind": "EVENT", "title": format!("Fest {number}"), "text": "Ein Fest." });
    stage.officer.does("postBriefing", news, "briefing { id }").await;
    let year = 2021 + number;
    let budget = json!({ "year": year, "amount": "1000.00", "resolution": "Drs. 3/2019" });
    stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
    let input = json!({
        "code": format!("{year}"), "deadline": format!("{}-10-31", year - 1), "projectsFrom": format!("{year}-01-01"),
        "projectsUntil": format!("{year}-12-31"), "budgetYear": year,
    });
    stage.officer.does("announceRound", input, "round { id }").await;
}

/// An item with a motion for that meeting, a motion outside, a meeting that is called, and one that is over. Returns the minutes of that.
async fn meetings(stage: &Stage, meeting: &str, number: usize, items: usize) -> String {
    motion(stage).await;
    let input = json!({ "meetingId": meeting, "publicity": "NON_PUBLIC", "title": "Chorreise", "motionId": motion(stage).await });
    stage.officer.does("addAgendaItem", input, "agendaItem { id }").await;
    let call = async |begins: String, ends: String| {
        let input = json!({ "beginsAt": begins, "endsAt": ends, "place": "Rathaus" });
        id(&stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"])
    };
    call(format!("2019-10-{:02}T16:00:00Z", 5 + number), format!("2019-10-{:02}T18:00:00Z", 5 + number)).await;
    let over = call("2019-10-01T14:00:00Z".to_owned(), "2019-10-01T15:00:00Z".to_owned()).await;
    let (mut motions, mut to_defer) = (Vec::new(), Vec::new());
    for _ in 0..items {
        motions.push(motion(stage).await);
        let item = json!({ "meetingId": over, "publicity": "NON_PUBLIC", "title": "Antrag", "motionId": motions.last() });
        stage.officer.does("addAgendaItem", item, "agendaItem { id }").await;
        let item = json!({ "meetingId": over, "publicity": "PUBLIC", "title": "Bericht" });
        to_defer.push(id(&stage.officer.does("addAgendaItem", item, "agendaItem { id }").await["agendaItem"]["id"]));
    }
    let input = json!({ "meetingId": over, "shortNoticeReason": "Eilt." });
    stage.officer.does("inviteToMeeting", input, "meeting { id }").await;
    everybody_comes(stage, &over).await;
    stage.chair.does("openMeeting", json!({ "meetingId": over }), "meeting { id }").await;
    for motion in motions {
        let input = json!({ "motionId": motion, "form": "RECORDED" });
        let ballot = id(&stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
        let input = json!({ "ballotId": ballot, "yes": 8, "no": 1, "abstained": 2 });
        stage.officer.does("recordTally", input, "ballot { id }").await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    }
    for item in to_defer {
        let input = json!({ "agendaItemId": item, "reason": "Es fehlt Zeit.", "toMeetingId": meeting });
        stage.officer.does("deferAgendaItem", input, "agendaItem { id }").await;
    }
    let closed = stage.chair.does("closeMeeting", json!({ "meetingId": over }), "meeting { minutes { id } }").await;
    id(&closed["meeting"]["minutes"]["id"])
}

async fn motion(stage: &Stage) -> String {
    let input =
        json!({ "applicationId": stage.admitted().await, "kind": "AWARD", "amount": "2500.00", "wording": "Bewilligung von 2.500,00 €" });
    id(&stage.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"])
}

/// What-ifs, the last one with so many lines.
async fn what_if(stage: &Stage, of_each: usize) -> String {
    let mut lines = Vec::new();
    let mut last = String::new();
    for number in 0..of_each {
        lines.push(json!({ "applicationId": stage.admitted().await, "kind": "REJECT" }));
        let input = json!({ "roundId": stage.round, "name": format!("Fall {number}"), "lines": lines });
        last = id(&stage.officer.does("saveWhatIf", input, "whatIf { id }").await["whatIf"]["id"]);
    }
    last
}

async fn everybody_comes(stage: &Stage, meeting: &str) {
    let seats = stage.officer.asks("{ seatHoldings { person { id } } }", json!({})).await;
    for seat in seats["seatHoldings"].as_array().expect("seats") {
        let input = json!({ "meetingId": meeting, "personId": seat["person"]["id"] });
        stage.officer.does("recordArrival", input, "meeting { id }").await;
    }
}

/// A meeting under way, with an open ballot on each of the motions: on the first half alone, on the others together. Returns one of each.
async fn under_way(stage: &Stage, motions: &[String]) -> (String, [String; 2]) {
    let input = json!({ "beginsAt": "2019-10-01T13:30:00Z", "endsAt": "2019-10-01T18:00:00Z", "place": "Rathaus" });
    let meeting = id(&stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"]);
    for (number, motion) in motions.iter().enumerate() {
        let title = format!("Antrag {number}");
        let input = json!({ "meetingId": meeting, "publicity": "NON_PUBLIC", "title": title, "motionId": motion });
        stage.officer.does("addAgendaItem", input, "agendaItem { id }").await;
    }
    let input = json!({ "meetingId": meeting, "shortNoticeReason": "Eilt." });
    stage.officer.does("inviteToMeeting", input, "meeting { id }").await;
    everybody_comes(stage, &meeting).await;
    stage.chair.does("openMeeting", json!({ "meetingId": meeting }), "meeting { id }").await;
    let (alone, together) = motions.split_at(motions.len() / 2);
    let mut last = String::new();
    for motion in alone {
        last = open(&stage.chair, motion).await;
    }
    let input = json!({ "motionIds": together, "purse": "ALL_OR_NONE" });
    let opened = stage.chair.does("openBallots", input, "ballots { id }").await;
    (meeting, [last, id(&opened["ballots"][0]["id"])])
}

async fn open(chair: &Client, motion: &str) -> String {
    id(&chair.does("openBallot", json!({ "motionId": motion }), "ballot { id }").await["ballot"]["id"])
}
