//! Several things at once in a meeting, in one process and in several on one database: one truth (R17, R22, R25, R26).

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::{Answer, App, Backend, Client, Process};

use super::house::{House, person};
use crate::stage::id;

/// How often everything happens at once.
const ROUNDS: usize = 6;

/// A house whose people reach it through several processes where the database is good for that.
struct Crowd {
    house: House,
    /// They run as long as this value lives.
    _processes: Vec<Process>,
    addresses: Vec<String>,
}

impl Crowd {
    async fn gather(backend: Backend) -> Self {
        let house = House::begin(App::start(backend).await).await;
        let mut processes = Vec::new();
        if backend == Backend::Postgres {
            for _ in 0..2 {
                processes.push(Process::serve(&house.stage.app).await);
            }
        }
        let mut addresses: Vec<String> = processes.iter().map(Process::address).collect();
        if addresses.is_empty() {
            addresses.push(house.stage.app.address());
        }
        Self { house, _processes: processes, addresses }
    }

    /// The same person at one process or another.
    fn at(&self, client: &Client, index: usize) -> Client {
        client.at(self.addresses[index % self.addresses.len()].clone())
    }
}

/// Whether it was done, and not refused, in conflict, or unavailable.
fn is_done(answer: &Answer, verb: &str) -> bool {
    let codes = answer.codes();
    assert!(codes.iter().all(|code| code == "CONFLICT" || code == "UNAVAILABLE"), "{verb}: {codes:?} {}", answer.body);
    codes.is_empty() && answer.body["data"][verb]["userErrors"] == json!([])
}

/// The processes live in the computer's time, so the meeting is today.
async fn open_meeting(house: &House, motions: &[String]) -> String {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    let at = |hours: i64| json!((now + chrono::TimeDelta::hours(hours)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    house.stage.app.at(&(now - chrono::TimeDelta::minutes(5)).to_rfc3339());
    let input = json!({ "beginsAt": at(0), "endsAt": at(3), "place": "Rathaus" });
    let meeting = id(&house.stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"]);
    for (index, motion) in motions.iter().enumerate() {
        house.item_on(&meeting, &format!("Antrag {}", index + 1), motion).await;
    }
    let input = json!({ "meetingId": meeting, "shortNoticeReason": "Eilt." });
    house.stage.officer.does("inviteToMeeting", input, "meeting { id }").await;
    let present: Vec<&Client> = house.seats.iter().collect();
    house.open(&meeting, &present).await;
    meeting
}

/// The ballot as everybody reads it afterwards, and what became of its application.
async fn outcome(house: &House, ballot: &str) -> Value {
    let query = "query($id: ID!) { ballot(id: $id) { state carried votesCast votes { member { id } choice } tally { yes no abstained } \
        computation { inWords(language: EN) } motion { state application { state award { amount } } } } }";
    house.stage.officer.asks(query, json!({ "id": ballot })).await["ballot"].clone()
}

fn count(tally: &Value) -> u64 {
    ["yes", "no", "abstained"].iter().map(|kind| tally[kind].as_u64().expect("a count")).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_chairs_close_while_votes_arrive_from_two_devices_and_the_budget_grows() {
    for backend in Backend::ALL {
        let crowd = Crowd::gather(backend).await;
        let house = &crowd.house;
        let stage = &house.stage;
        // The year has money for three of six: the increases that land meanwhile pay for others.
        let budget = json!({ "year": 2020, "amount": "7500.00", "resolution": "Drs. 1/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let mut motions = Vec::new();
        for _ in 0..ROUNDS {
            motions.push(house.motion(&stage.admitted().await, "2500.00").await);
        }
        let second_chair = stage.app.person("Vito Vorsitz", "vorsitz2@stadt.example", "de", &["chair"]).await;
        let meeting = open_meeting(house, &motions).await;
        for (round, motion) in motions.iter().enumerate() {
            let ballot = house.ballot(motion).await;
            for voter in &house.seats[..7] {
                voter.does("castVote", json!({ "ballotId": ballot, "choice": "YES" }), "ballot { id }").await;
            }
            // Four members vote at the same time, each on two devices, yes on one and no on the other.
            let vote = async |index: usize| {
                let voter = crowd.at(&house.seats[7 + index / 2], index);
                let choice = if index.is_multiple_of(2) { "YES" } else { "NO" };
                is_done(&voter.mutates("castVote", json!({ "ballotId": ballot, "choice": choice }), "ballot { id }").await, "castVote")
            };
            let close = async |chair: &Client, index: usize| {
                let answer = crowd.at(chair, index).mutates("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
                is_done(&answer, "closeBallot")
            };
            let increase = async {
                let input = json!({ "year": 2020, "amount": "1000.00", "resolution": format!("Drs. {round}/2020") });
                is_done(&crowd.at(&stage.finance, round).mutates("increaseBudget", input, "budgetYear { year }").await, "increaseBudget")
            };
            let votes = join_all((0..8).map(vote));
            let (_, first, second, increased) = tokio::join!(votes, close(&stage.chair, round), close(&second_chair, round + 1), increase);
            assert!(!(first && second), "one closes it");
            if !first && !second {
                crowd.at(&stage.chair, round).does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
            }
            if !increased {
                let input = json!({ "year": 2020, "amount": "1000.00", "resolution": format!("Drs. {round}/2020") });
                stage.finance.does("increaseBudget", input, "budgetYear { year }").await;
            }
            let result = outcome(house, &ballot).await;
            assert_eq!((&result["state"], &result["carried"]), (&json!("CLOSED"), &json!(true)), "seven of eleven said yes: {result}");
            assert_eq!(Some(count(&result["tally"])), result["votesCast"].as_u64(), "what was counted is what was cast: {result}");
            let mut people: Vec<String> = result["votes"].as_array().expect("votes").iter().map(|vote| id(&vote["member"]["id"])).collect();
            people.sort_unstable();
            people.dedup();
            assert_eq!(Some(people.len() as u64), result["votesCast"].as_u64(), "a person has one vote on however many devices");
            assert!(id(&result["computation"]["inWords"]).contains("present 11;"), "{result}");
            let application = &result["motion"]["application"];
            assert_eq!(application["state"] == "AWARDED", !application["award"].is_null(), "{result}");
            assert!(application["state"] == "AWARDED" || application["state"] == "WAITING", "{result}");
            let late = stage.chair.mutates("castVote", json!({ "ballotId": ballot, "choice": "NO" }), "ballot { id }").await;
            assert!(!is_done(&late, "castVote"), "no vote comes after the end");
        }
        house.close(&meeting).await;
        let books = stage.officer.asks("{ budgetYear(year: 2020) { allotted } }", json!({})).await;
        assert_eq!(books["budgetYear"]["allotted"], "13500.00");
        let report = stage.app.engine().verify().await.expect("verifies");
        assert_eq!(report.findings, [], "nothing was spent twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_while_a_ballot_closes_was_there_or_was_not() {
    for backend in Backend::ALL {
        let crowd = Crowd::gather(backend).await;
        let house = &crowd.house;
        let stage = &house.stage;
        let mut motions = Vec::new();
        for _ in 0..5 {
            let input = json!({ "applicationId": stage.admitted().await, "kind": "DEFER", "wording": "Der Antrag wird vertagt." });
            motions.push(id(&stage.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"]));
        }
        let meeting = open_meeting(house, &motions).await;
        let began = stage.app.engine().now();
        for (round, motion) in motions.iter().enumerate() {
            // Of the clock that is set; the processes' own runs by itself.
            stage.app.at(&(began + chrono::TimeDelta::seconds(1 + i64::try_from(round).expect("few"))).to_rfc3339());
            let (officer, chair) = (crowd.at(&stage.officer, round), crowd.at(&stage.chair, round + 1));
            let input = json!({ "motionId": motion, "form": "RECORDED" });
            let ballot = id(&officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
            let hands = json!({ "ballotId": ballot, "yes": 4, "no": 0, "abstained": 0 });
            officer.does("recordTally", hands, "ballot { id }").await;
            let leaver = person(&house.seats[10 - round]).await;
            let leave = async {
                let input = json!({ "meetingId": meeting, "personId": leaver });
                is_done(&officer.mutates("recordDeparture", input, "meeting { id }").await, "recordDeparture")
            };
            let close = async {
                let input = json!({ "ballotId": ballot });
                is_done(&chair.mutates("closeBallot", input, "ballot { id }").await, "closeBallot")
            };
            let (_, closed) = tokio::join!(leave, close);
            if !closed {
                chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
            }
            let query = "query($meeting: ID!, $ballot: ID!) { meeting(id: $meeting) { attendance { arrivedAt leftAt } } \
                ballot(id: $ballot) { closedAt computation { inWords(language: EN) } } }";
            let seen = stage.officer.asks(query, json!({ "meeting": meeting, "ballot": ballot })).await;
            let instant = |value: &Value| value.as_str().map(|text| text.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant"));
            let end = instant(&seen["ballot"]["closedAt"]).expect("it is closed");
            let was_there =
                |there: &&Value| instant(&there["arrivedAt"]) <= Some(end) && instant(&there["leftAt"]).is_none_or(|left| end < left);
            let present = seen["meeting"]["attendance"].as_array().expect("attendance").iter().filter(was_there).count();
            let words = id(&seen["ballot"]["computation"]["inWords"]);
            assert!(words.contains(&format!("present {present};")), "the attendance says {present}: {words} {seen}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_ballot_is_open_in_a_meeting_that_is_over() {
    for backend in Backend::ALL {
        let crowd = Crowd::gather(backend).await;
        let house = &crowd.house;
        let stage = &house.stage;
        let motion = house.motion(&stage.admitted().await, "2500.00").await;
        let meeting = open_meeting(house, std::slice::from_ref(&motion)).await;
        let open = async {
            let input = json!({ "motionId": motion, "form": "RECORDED" });
            is_done(&crowd.at(&stage.officer, 0).mutates("openBallot", input, "ballot { id }").await, "openBallot")
        };
        let end = async |index: usize| {
            let input = json!({ "meetingId": meeting });
            is_done(&crowd.at(&stage.chair, index).mutates("closeMeeting", input, "meeting { id }").await, "closeMeeting")
        };
        let (opened, first, second) = tokio::join!(open, end(0), end(1));
        assert!(!(first && second), "it ends once");
        let query = "query($id: ID!) { meeting(id: $id) { state minutes { id } agenda { ballots { state } } } }";
        let seen = stage.officer.asks(query, json!({ "id": meeting })).await["meeting"].clone();
        let under_it = seen["agenda"][0]["ballots"].as_array().expect("ballots").len();
        let over = first || second;
        assert_eq!((seen["state"] == "CLOSED", seen["minutes"].is_null()), (over, !over), "{seen}");
        assert!(!over || under_it == 0, "opened: {opened}; {seen}");
        // A ballot that opened after the end is one without a meeting.
        assert!(over || opened, "somebody was first");
        assert_eq!(under_it == 1, opened && !over, "{seen}");
    }
}
