//! Who may do what: each operation of the API, tried by everybody against the real server, and compared with the committed matrix in
//! `docs/permissions.md`. A new operation without a row fails.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use crate::stage::{Stage, id};

mod forms;
mod pages;
mod portal;
mod queries;

pub(crate) use portal::{Row, Visitor};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/permissions.md");

/// Everybody who is tried, and the things that they are tried on.
pub(crate) struct Everybody {
    pub(crate) stage: Stage,
    pub(crate) people: Vec<(&'static str, Client)>,
    pub(crate) application: String,
    pub(crate) draft: String,
    pub(crate) account: String,
    pub(crate) motion: String,
    pub(crate) ballot: String,
    pub(crate) place: String,
    pub(crate) award: String,
    pub(crate) payout: String,
    pub(crate) membership: String,
    pub(crate) invitation: String,
    pub(crate) person: String,
    pub(crate) grant: String,
    pub(crate) year: String,
    pub(crate) message: String,
    pub(crate) token: String,
    pub(crate) session: String,
    pub(crate) member: String,
    pub(crate) officer: String,
    pub(crate) holding: String,
    pub(crate) recused: String,
    pub(crate) recusal: String,
    pub(crate) briefing: String,
    pub(crate) proposal: String,
    pub(crate) what_if: String,
    pub(crate) meeting: String,
    pub(crate) item: String,
    /// The meeting that they are of.
    pub(crate) over: String,
    pub(crate) minutes: String,
}

/// What the office prepares for the committee: a briefing, a proposal, a what-if.
async fn preparing(stage: &Stage, application: &str) -> (String, String, String) {
    let news = json!({ "on": "2019-09-02", "cities": ["brest"], "kind": "EVENT", "title": "Fest", "text": "Ein Fest." });
    let briefing = id(&stage.officer.does("postBriefing", news, "briefing { id }").await["briefing"]["id"]);
    let input = json!({ "applicationId": application, "kind": "REJECT", "reasons": "Kein Bezug." });
    let proposal = id(&stage.officer.does("prepareProposal", input, "proposal { id }").await["proposal"]["id"]);
    let lines = json!([{ "applicationId": application, "kind": "REJECT" }]);
    let input = json!({ "roundId": stage.round, "name": "Matrix", "lines": lines });
    let what_if = id(&stage.officer.does("saveWhatIf", input, "whatIf { id }").await["whatIf"]["id"]);
    (briefing, proposal, what_if)
}

/// An award to an application, accepted and not to be appealed; after it another application waits.
async fn awarded(stage: &Stage) -> String {
    let awarded = stage.admitted().await;
    let ballot = stage.ballot(&awarded).await;
    stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    let waiting = stage.admitted().await;
    let ballot = stage.ballot(&waiting).await;
    stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    let award = stage.officer.asks("query($id: ID!) { application(id: $id) { award { id } } }", json!({ "id": awarded })).await;
    let award = id(&award["application"]["award"]["id"]);
    stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;
    stage.applicant.does("acceptAward", json!({ "awardId": award }), "award { id }").await;
    stage.applicant.does("waiveAppeal", json!({ "awardId": award }), "award { id }").await;
    award
}

impl Everybody {
    pub(crate) async fn begin(backend: Backend) -> Self {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        let mut people = vec![
            ("nobody", stage.app.anonymous()),
            ("stranger", stage.app.person("Fremd", "fremd@verein.example", "de", &[]).await),
            ("reader", stage.joins("Rena", "reader@matrix.example", "READER").await),
            ("editor", stage.joins("Edda", "editor@matrix.example", "EDITOR").await),
            ("owner", stage.applicant.clone()),
        ];
        for role in ["case-officer", "member", "excluded member", "chair", "finance", "auditor", "administrator"] {
            let code = role.rsplit(' ').next().expect("a role");
            let email = format!("{}@matrix.example", role.replace(' ', "-"));
            people.push((role, stage.app.person(role, &email, "de", &[code]).await));
        }
        let input =
            json!({ "applicantId": stage.applicant_id, "name": "Chor", "address": "Weg 1", "language": "DE", "contactName": "Cora" });
        stage.applicant.does("correctApplicant", input, "applicant { id }").await;
        // The invitation is the stranger's to answer.
        let invitation = stage.invites("fremd@verein.example", "READER").await;
        let membership = stage.membership_of(&stage.applicant).await;
        let somebody = stage.app.person("Irgendwer", "irgendwer@stadt.example", "de", &["member"]).await;
        let seen = somebody.asks("{ viewer { id } }", json!({})).await;
        let person = id(&seen["viewer"]["id"]);
        let (_, administrator) = people.last().expect("the administrator");
        let seen =
            administrator.asks("query($id: ID!) { node(id: $id) { ... on Person { roles { id } } } }", json!({ "id": person })).await;
        let grant = id(&seen["node"]["roles"][0]["id"]);
        let budget = json!({ "year": 2020, "amount": "2500.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let input = json!({ "applicantId": stage.applicant_id, "iban": "DE02120300000000202051", "holder": "Chor" });
        let account = id(&stage.applicant.does("nameBankAccount", input, "bankAccount { id }").await["bankAccount"]["id"]);
        // One application has an award with a payout, one waits, one has an open ballot, one a motion, one is admitted, one a draft.
        let award = awarded(&stage).await;
        let input = json!({ "awardId": award, "amount": "1000.00", "purpose": "Fähre", "neededBy": "2019-11-01" });
        let payout = id(&stage.applicant.does("requestPayout", input, "payout { id }").await["payout"]["id"]);
        let list = stage.officer.asks("{ budgetYear(year: 2020) { waitingList(first: 1) { nodes { id } } } }", json!({})).await;
        let place = id(&list["budgetYear"]["waitingList"]["nodes"][0]["id"]);
        let balloting = stage.admitted().await;
        let ballot = stage.ballot(&balloting).await;
        let moved = stage.admitted().await;
        let input = json!({ "applicationId": moved, "kind": "REJECT", "wording": "Ablehnung" });
        let motion = id(&stage.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"]);
        let application = stage.admitted().await;
        let draft = stage.draft().await;
        let seen = stage.officer.asks("{ budgetYear(year: 2020) { id } messages(first: 1) { nodes { id } } }", json!({})).await;
        let (year, message) = (id(&seen["budgetYear"]["id"]), id(&seen["messages"]["nodes"][0]["id"]));
        let input = json!({ "name": "matrix", "access": "WRITE" });
        let issued = stage.applicant.does("createToken", input, "issuedToken { token { id } }").await;
        let token = id(&issued["issuedToken"]["token"]["id"]);
        let signed_in = stage.app.signed_in("cora@chor.example").await;
        let session = id(&signed_in.asks_api("{ viewer { sessions { id } } }").await.body["data"]["viewer"]["sessions"][0]["id"]);
        let viewer = async |person: &Client| id(&person.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]);
        let (officer, member) = (viewer(&stage.officer).await, viewer(&stage.chair).await);
        let holding = id(&stage.officer.asks("{ seatHoldings { id } }", json!({})).await["seatHoldings"][0]["id"]);
        let recused = stage.admitted().await;
        let (_, excluded) = people.iter().find(|(who, _)| *who == "excluded member").expect("is tried");
        let input = json!({ "applicationId": recused });
        let recusal = id(&excluded.does("declareRecusal", input, "recusal { id }").await["recusal"]["id"]);
        let (briefing, proposal, what_if) = preparing(&stage, &application).await;
        let (meeting, item, over, minutes) = Self::meetings(&stage, &recused).await;
        Self {
            stage,
            people,
            application,
            draft,
            account,
            motion,
            ballot,
            place,
            award,
            payout,
            membership,
            invitation,
            person,
            grant,
            year,
            message,
            token,
            session,
            member,
            officer,
            holding,
            recused,
            recusal,
            briefing,
            proposal,
            what_if,
            meeting,
            item,
            over,
            minutes,
        }
    }

    /// A meeting that is over, so that it has minutes, and one that is called, with an item about the application.
    async fn meetings(stage: &Stage, application: &str) -> (String, String, String, String) {
        let call = async |begins: &str, ends: &str| {
            let input = json!({ "beginsAt": begins, "endsAt": ends, "place": "Rathaus" });
            id(&stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"])
        };
        let over = call("2019-10-01T16:00:00Z", "2019-10-01T18:00:00Z").await;
        let item = json!({ "meetingId": over, "publicity": "PUBLIC", "title": "Bericht" });
        stage.officer.does("addAgendaItem", item, "agendaItem { id }").await;
        let input = json!({ "meetingId": over, "shortNoticeReason": "Eilt." });
        stage.officer.does("inviteToMeeting", input, "meeting { id }").await;
        stage.chair.does("openMeeting", json!({ "meetingId": over }), "meeting { id }").await;
        let closed = stage.chair.does("closeMeeting", json!({ "meetingId": over }), "meeting { minutes { id } }").await;
        let minutes = id(&closed["meeting"]["minutes"]["id"]);
        let meeting = call("2019-10-04T16:00:00Z", "2019-10-04T18:00:00Z").await;
        let item = json!({ "meetingId": meeting, "publicity": "NON_PUBLIC", "title": "Chorreise", "applicationId": application });
        let item = id(&stage.officer.does("addAgendaItem", item, "agendaItem { id }").await["agendaItem"]["id"]);
        (meeting, item, over, minutes)
    }

    /// Every mutation with an input that names an existing thing. Permission comes before state, so a thing in a wrong state serves as well.
    pub(crate) fn mutations(&self) -> Vec<(&'static str, Value)> {
        [self.most_mutations(), self.preparing_mutations(), self.meeting_mutations(), self.last_mutations()].concat()
    }

    fn preparing_mutations(&self) -> Vec<(&'static str, Value)> {
        let news = json!({ "on": "2019-09-02", "cities": [], "kind": "EVENT", "title": "", "text": "" });
        let proposed = json!({ "applicationId": self.application, "kind": "REJECT", "reasons": "" });
        vec![
            ("postBriefing", news.clone()),
            ("correctBriefing", with(&news, &json!({ "briefingId": self.briefing }))),
            ("withdrawBriefing", json!({ "briefingId": self.briefing, "reason": "" })),
            ("markBriefingsRead", json!({ "briefingIds": [self.briefing] })),
            ("chooseDigest", json!({ "frequency": "NEVER" })),
            ("prepareProposal", proposed),
            ("saveWhatIf", json!({ "roundId": self.stage.round, "name": "", "lines": [] })),
            ("putMotions", json!({ "whatIfId": self.what_if })),
            ("discardWhatIf", json!({ "whatIfId": self.what_if })),
        ]
    }

    fn meeting_mutations(&self) -> Vec<(&'static str, Value)> {
        let (meeting, minutes) = (json!({ "meetingId": self.meeting }), json!({ "minutesId": self.minutes }));
        vec![
            ("callMeeting", json!({ "beginsAt": "2019-01-01T00:00:00Z", "endsAt": "2019-01-01T00:00:00Z", "place": "" })),
            (
                "rescheduleMeeting",
                with(&meeting, &json!({ "beginsAt": "2019-01-01T00:00:00Z", "endsAt": "2019-01-01T00:00:00Z", "place": "" })),
            ),
            (
                "addAgendaItem",
                with(&meeting, &json!({ "publicity": "PUBLIC", "title": "", "applicationId": self.application, "motionId": self.motion })),
            ),
            ("reorderAgenda", with(&meeting, &json!({ "agendaItemIds": [self.item, self.item] }))),
            ("deferAgendaItem", json!({ "agendaItemId": self.item, "reason": "", "toMeetingId": self.meeting })),
            ("inviteToMeeting", meeting.clone()),
            ("openMeeting", meeting.clone()),
            ("recordArrival", with(&meeting, &json!({ "personId": self.person }))),
            ("recordDeparture", with(&meeting, &json!({ "personId": self.person }))),
            ("closeMeeting", meeting),
            ("writeMinutes", with(&minutes, &json!({ "general": "\u{7}", "items": [] }))),
            ("signMinutes", with(&minutes, &json!({ "hash": "" }))),
            ("addAddendum", with(&minutes, &json!({ "text": "", "agendaItemId": self.item }))),
        ]
    }

    /// Whoever can does these; from the last on the members see nothing of it.
    fn last_mutations(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("leaveApplicant", json!({ "applicantId": self.stage.applicant_id })),
            ("createToken", json!({ "name": "", "access": "READ" })),
            ("revokeToken", json!({ "tokenId": self.token })),
            ("endSession", json!({ "sessionId": self.session })),
            ("endAllSessions", json!({})),
            ("signOut", json!({})),
            ("declareRecusal", json!({ "applicationId": self.recused })),
        ]
    }

    fn most_mutations(&self) -> Vec<(&'static str, Value)> {
        let application = json!({ "applicationId": self.application });
        let reason = json!({ "reason": "" });
        let budget = json!({ "year": 2019, "amount": "0.00", "resolution": "" });
        let (award, payout, ballot) =
            (json!({ "awardId": self.award }), json!({ "payoutId": self.payout }), json!({ "ballotId": self.ballot }));
        let day = json!({ "on": "2099-01-01" });
        let (invitation, applicant) = (json!({ "invitationId": self.invitation }), json!({ "applicantId": self.stage.applicant_id }));
        let membership = json!({ "membershipId": self.membership });
        vec![
            ("correctMyself", json!({ "name": "", "language": "DE" })),
            ("requestNewAddress", json!({ "address": "" })),
            ("confirmNewAddress", json!({ "token": "" })),
            ("addPerson", json!({ "name": "", "email": "", "language": "DE" })),
            ("grantRole", json!({ "personId": self.person, "role": "MEMBER", "from": "2019-10-01", "reason": "" })),
            ("endRole", json!({ "roleGrantId": self.grant, "reason": "" })),
            ("correctApplicant", with(&applicant, &json!({ "name": "", "address": "", "language": "DE" }))),
            ("requireJointRepresentation", with(&applicant, &json!({ "required": false }))),
            ("inviteMember", with(&applicant, &json!({ "name": "", "email": "", "level": "READER" }))),
            ("declineInvitation", invitation.clone()),
            ("acceptInvitation", invitation.clone()),
            ("withdrawInvitation", invitation),
            ("changeMembership", with(&membership, &json!({ "level": "OWNER" }))),
            ("endMembership", with(&membership, &reason)),
            ("handOverApplicant", with(&applicant, &membership)),
            ("appointOwner", with(&applicant, &json!({ "personId": self.person, "reason": "" }))),
            ("registerApplicant", json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "", "address": "" })),
            ("nameBankAccount", json!({ "applicantId": self.stage.applicant_id, "iban": "", "holder": "" })),
            ("confirmBankAccount", json!({ "bankAccountId": self.account })),
            (
                "announceRound",
                json!({ "code": "", "deadline": "2020-01-01", "projectsFrom": "2020-01-01", "projectsUntil": "2020-01-01", "budgetYear": 1 }),
            ),
            ("startApplication", json!({ "roundId": self.stage.round, "applicantId": self.stage.applicant_id })),
            ("saveDraft", with(&application, &json!({ "form": {} }))),
            ("submitApplication", application.clone()),
            ("confirmSubmission", application.clone()),
            ("withdrawApplication", application.clone()),
            ("requestChanges", with(&application, &json!({ "fields": [], "due": "2020-01-01", "remark": "" }))),
            ("admitApplication", application.clone()),
            ("refuseApplication", with(&application, &reason)),
            ("permitLateSubmission", with(&application, &reason)),
            ("consentToEarlyStart", with(&application, &reason)),
            ("proposeMotion", with(&application, &json!({ "kind": "REJECT", "wording": "" }))),
            ("openBallot", json!({ "motionId": self.motion, "form": "RECORDED" })),
            ("openBallots", json!({ "motionIds": [self.motion], "purse": "ALL_OR_NONE" })),
            ("assignSeat", json!({ "seat": 0, "personId": self.member, "capacity": "MEMBER", "since": "2020-01-01" })),
            ("vacateSeat", json!({ "seatHoldingId": self.holding, "until": "1999-01-01" })),
            ("disputeRecusal", json!({ "recusalId": self.recusal, "reason": "" })),
            ("recordRecusal", with(&application, &json!({ "personId": self.officer, "reason": "" }))),
            ("objectToCircularVote", ballot.clone()),
            ("objectToEnBloc", ballot.clone()),
            ("withdrawMotion", json!({ "motionId": self.motion })),
            ("castVote", with(&ballot, &json!({ "choice": "YES" }))),
            ("recordTally", with(&ballot, &json!({ "yes": 0, "no": 0, "abstained": 0, "excluded": 0 }))),
            ("closeBallot", ballot),
            ("appropriateBudget", budget.clone()),
            ("increaseBudget", budget.clone()),
            ("cutBudget", budget),
            ("closeBudgetYear", json!({ "year": 2020 })),
            ("serveWaitingListPlace", json!({ "placeId": self.place })),
            ("skipWaitingListPlace", json!({ "placeId": self.place, "reason": "" })),
            ("notifyAward", with(&award, &json!({ "dispatchedOn": "2099-01-01" }))),
            ("acceptAward", award.clone()),
            ("waiveAppeal", award.clone()),
            ("recordObjection", award.clone()),
            ("settleObjection", award.clone()),
            ("extendAwards", json!({ "awardIds": [self.award], "until": "2000-01-01" })),
            ("bookRepayment", with(&award, &json!({ "amount": "0.00", "receivedOn": "2019-10-01" }))),
            ("requestPayout", with(&award, &json!({ "amount": "0.00", "purpose": "", "neededBy": "2019-11-01" }))),
            ("certifyPayout", with(&payout, &json!({ "bankAccountId": self.account }))),
            ("orderPayout", payout.clone()),
            ("bookPayoutExecution", with(&payout, &day.clone())),
            ("bookPayoutReturn", with(&payout, &with(&day, &json!({ "reason": "" })))),
            ("refusePayout", with(&payout, &reason)),
            ("revokeAward", with(&award, &reason)),
            ("declineAward", with(&award, &json!({}))),
        ]
    }
}

/// An input with more fields.
fn with(base: &Value, more: &Value) -> Value {
    let mut input = base.clone();
    input.as_object_mut().expect("an input").extend(more.as_object().expect("fields").clone());
    input
}

/// What came back, in one word.
fn word(answer: &testkit::Answer) -> &'static str {
    match answer.codes().first().map(String::as_str) {
        None if is_empty(&answer.body["data"]) => "nothing",
        None => "yes",
        Some("UNAUTHENTICATED") => "sign in",
        Some("FORBIDDEN") => "no",
        Some("NOT_FOUND") => "hidden",
        Some(other) => panic!("{other}: {}", answer.body),
    }
}

/// Whether an answer holds nothing: null, or empty lists alone.
fn is_empty(data: &Value) -> bool {
    match data {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(fields) => fields.values().all(is_empty),
        _ => false,
    }
}

async fn matrix(backend: Backend) -> String {
    let all = Everybody::begin(backend).await;
    let mut page = String::from(
        "# Who may do what\n\nTried against the real server by `tests/permissions.rs`. *yes*: permitted, so far as the rules allow it; *no*: refused (`FORBIDDEN`);\n\
         *hidden*: there is no such thing for this person (`NOT_FOUND`); *nothing*: an empty answer; *sign in*: `UNAUTHENTICATED`. The *reader*, *editor* and\n\
         *owner* act for the organisation that the thing belongs to, the *stranger* for none, but is invited to. *excluded member*: of the committee, with a\n\
         conflict of interest.\n\n",
    );
    let names: Vec<&str> = all.people.iter().map(|(name, _)| *name).collect();
    let header = |title: &str| format!("| {title} | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()));

    page += &header("query");
    for (name, query) in all.queries() {
        let _ = write!(page, "| {name} |");
        for (_, person) in &all.people {
            let _ = write!(page, " {} |", word(&person.send(&query, json!({})).await));
        }
        page.push('\n');
    }
    page += "\n";
    page += &header("mutation");
    let mutations = all.mutations();
    for (verb, input) in &mutations {
        let _ = write!(page, "| {verb} |");
        for (_, person) in &all.people {
            let _ = write!(page, " {} |", word(&person.mutates(verb, input.clone(), "__typename").await));
        }
        page.push('\n');
    }
    assert_no_operation_is_missing(&all, &mutations).await;
    page
}

/// Every operation of the schema has its row, besides those that are tried elsewhere.
async fn assert_no_operation_is_missing(all: &Everybody, mutations: &[(&str, Value)]) {
    let query = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
    let schema = all.stage.officer.asks(query, json!({})).await;
    let names = |kind: &str| -> BTreeSet<String> {
        schema["__schema"][kind]["fields"].as_array().expect("fields").iter().map(|field| id(&field["name"])).collect()
    };
    let tried: BTreeSet<String> = mutations.iter().map(|(verb, _)| (*verb).to_owned()).chain(["resendMessage".to_owned()]).collect();
    assert_eq!(names("mutationType"), tried, "`resendMessage` is tried in mail.rs, where there is a dead letter");
    let tried: BTreeSet<String> = all.queries().iter().map(|(name, _)| name.split(['.', ',']).next().expect("a name").to_owned()).collect();
    let missing: Vec<String> = names("queryType").difference(&tried).filter(|name| *name != "node").cloned().collect();
    assert_eq!(missing, [""; 0], "`node` is tried with each type");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_is_what_the_server_does() {
    for backend in Backend::ALL {
        let matrix = Box::pin(matrix(backend)).await;
        if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
            std::fs::write(PAGE, &matrix).expect("written");
        }
        let page = std::fs::read_to_string(PAGE).expect("docs/permissions.md");
        assert_eq!(matrix, page, "{backend:?}: look at the difference; if it is meant, run with UPDATE_PERMISSIONS=1");
    }
}
