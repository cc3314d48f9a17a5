//! A year of meetings: six of them, sixty applications, eleven seats with substitutes, five conflicts of interest, two votes in writing of
//! which one is objected to, one vote en bloc, and a waiting list that is served. The minutes are snapshots: they are to be read.

use std::fmt::Write as _;

use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use super::house::{House, person};
use crate::stage::{Stage, id};

const CITIES: [(&str, &str); 6] =
    [("tallinn", "Tallinn"), ("gdynia", "Gdynia"), ("brest", "Brest"), ("vaasa", "Vaasa"), ("coventry", "Coventry"), ("aarhus", "Aarhus")];
const APPLICATIONS: usize = 60;

/// The house, with sixty applications and a motion to award 2,500.00 on each.
struct Year {
    house: House,
    applications: Vec<String>,
    motions: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_meetings_on_sqlite() {
    a_year_of_meetings(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_meetings_on_postgresql() {
    a_year_of_meetings(Backend::Postgres).await;
}

async fn a_year_of_meetings(backend: Backend) {
    let year = Year::begin(backend).await;
    year.november().await;
    year.january().await;
    year.march().await;
    year.may().await;
    year.in_writing_and_more_money().await;
    year.august().await;
    year.october().await;
    year.assert_whole().await;
}

impl Year {
    async fn begin(backend: Backend) -> Self {
        let mut fund = server::config::kiel();
        fund.committee.remote_attendance = true;
        let house = House::begin(App::for_fund(backend, fund).await).await;
        let stage = &house.stage;
        let budget = json!({ "year": 2020, "amount": "102500.00", "resolution": "Drs. 0900/2019" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
        let mut applicants = vec![stage.applicant_id.clone()];
        for name in ["Segelverein Musterförde e. V.", "Theater Musterbühne e. V.", "Schulverein Musterschule e. V."] {
            let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": name, "address": "Musterweg 2\n24103 Kiel" });
            applicants.push(id(&stage.applicant.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]));
        }
        let (mut applications, mut motions) = (Vec::new(), Vec::new());
        for number in 0..APPLICATIONS {
            let (city, name) = CITIES[number % CITIES.len()];
            let input = json!({ "roundId": stage.round, "applicantId": applicants[number % applicants.len()] });
            let application = id(&stage.applicant.does("startApplication", input, "application { id }").await["application"]["id"]);
            let mut form = Stage::form();
            form["title"] = json!(format!("Begegnung {} in {name}", number + 1));
            form["cities"] = json!([city]);
            let input = json!({ "applicationId": application, "form": form });
            stage.applicant.does("saveDraft", input, "application { id }").await;
            stage.applicant.does("submitApplication", json!({ "applicationId": application }), "application { id }").await;
            stage.officer.does("admitApplication", json!({ "applicationId": application }), "application { id }").await;
            motions.push(house.motion(&application, "2500.00").await);
            applications.push(application);
        }
        Self { house, applications, motions }
    }

    /// A meeting with a report and those motions on its agenda, invited to three weeks before.
    async fn called(&self, invited_on: &str, day: &str, motions: &[usize]) -> (String, Vec<String>) {
        let house = &self.house;
        house.stage.app.at(&format!("{invited_on}T08:00:00Z"));
        let input = json!({
            "beginsAt": format!("{day}T16:00:00Z"), "endsAt": format!("{day}T19:00:00Z"), "place": "Rathaus, Magistratssaal", "remote": true,
        });
        let meeting = id(&house.stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"]);
        let mut items = vec![house.item(&meeting, "Bericht aus den Partnerstädten").await];
        for motion in motions {
            items.push(house.item_on(&meeting, &format!("Antrag auf Förderung: Begegnung {}", motion + 1), &self.motions[*motion]).await);
        }
        house.invite(&meeting).await;
        (meeting, items)
    }

    fn at(&self, day: &str, time: &str) {
        self.house.stage.app.at(&format!("{day}T{time}:00Z"));
    }

    fn seats(&self, numbers: &[usize]) -> Vec<&Client> {
        numbers.iter().map(|number| &self.house.seats[number - 1]).collect()
    }

    /// Written, signed by the keeper and then by the chair a week later.
    async fn sign(&self, minutes: &str, day: &str, general: &str) {
        let house = &self.house;
        self.at(day, "09:00");
        if !general.is_empty() {
            let input = json!({ "minutesId": minutes, "general": general, "items": [] });
            house.stage.officer.does("writeMinutes", input, "minutes { id }").await;
        }
        house.signs(&house.stage.officer, minutes).await;
        self.at(day, "10:30");
        house.signs(&house.stage.chair, minutes).await;
    }

    /// The signed minutes with their signatures and addenda, as a member of the public would be given them.
    async fn read(&self, minutes: &str) -> String {
        let read = self.house.minutes(&self.house.seats[1], minutes).await;
        assert_eq!(read["state"], "SIGNED");
        let mut text = id(&read["content"]["inWords"]);
        text.push('\n');
        for signature in read["signatures"].as_array().expect("signatures") {
            let (person, signatory) = (id(&signature["person"]["name"]), id(&signature["signatory"]));
            let _ = writeln!(text, "[{signatory}] {person}, {}", id(&signature["at"]));
        }
        for addendum in read["addenda"].as_array().expect("addenda") {
            let _ = writeln!(text, "[ADDENDUM {}] {}: {}", addendum["number"], id(&addendum["person"]["name"]), id(&addendum["text"]));
        }
        text
    }

    async fn states(&self, states: &str) -> Value {
        let query = format!("{{ applications(filter: {{ states: [{states}] }}) {{ totalCount }} }}");
        self.house.stage.officer.asks(&query, json!({})).await["applications"]["totalCount"].clone()
    }

    /// All are there. Ten applications by device; a member is excluded from one; a tie rejects another.
    async fn november(&self) {
        let house = &self.house;
        let motions: Vec<usize> = (0..10).collect();
        let declare = json!({ "applicationId": self.applications[2], "reason": "Meine Schwester leitet den Verein." });
        house.seats[4].does("declareRecusal", declare, "recusal { id }").await;
        let (meeting, _) = self.called("2019-10-24", "2019-11-14", &motions).await;
        self.at("2019-11-14", "15:55");
        let all: Vec<&Client> = house.seats.iter().collect();
        for who in &all {
            house.arrives(&meeting, who).await;
        }
        self.at("2019-11-14", "16:00");
        house.open(&meeting, &[]).await;
        for motion in motions {
            self.at("2019-11-14", &format!("16:{:02}", 10 + 3 * motion));
            let (yes, no) = match motion {
                2 => (self.seats(&[1, 2, 3, 4, 6, 7, 8]), self.seats(&[9])),
                7 => (self.seats(&[1, 2, 3, 4, 5]), self.seats(&[6, 7, 8, 9, 10])),
                _ => (all.clone(), Vec::new()),
            };
            assert_eq!(house.votes(&self.motions[motion], &yes, &no).await, "CLOSED");
        }
        self.at("2019-11-14", "17:10");
        let minutes = house.close(&meeting).await;
        self.sign(&minutes, "2019-11-21", "Die Verwaltung berichtete über die Reise nach Tallinn.\nZuhörende: keine.").await;
        insta::assert_snapshot!("year_1_november", self.read(&minutes).await);
        assert_eq!((self.states("AWARDED").await, self.states("REJECTED").await), (json!(9), json!(1)));
    }

    /// A show of hands. A member leaves and comes back; a substitute votes for an excluded one; a dispute is decided by the others.
    async fn january(&self) {
        let house = &self.house;
        let officer = &house.stage.officer;
        let motions: Vec<usize> = (10..22).collect();
        let record = async |motion: usize, member: &Client| {
            let input =
                json!({ "applicationId": self.applications[motion], "personId": person(member).await, "reason": "Beisitz im Vorstand" });
            id(&officer.does("recordRecusal", input, "recusal { id }").await["recusal"]["id"])
        };
        record(12, &house.seats[1]).await;
        let disputed = record(15, &house.seats[6]).await;
        let input = json!({ "recusalId": disputed, "reason": "Das Amt endete 2018." });
        house.seats[6].does("disputeRecusal", input, "recusal { state }").await;
        let (meeting, _) = self.called("2019-12-19", "2020-01-16", &motions).await;
        self.at("2020-01-16", "15:50");
        let mut there = self.seats(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        there.push(&house.substitutes[0]);
        house.open(&meeting, &there).await;
        let exclude = {
            let query = "query($id: ID!) { application(id: $id) { motions { id kind } } }";
            let motions = officer.asks(query, json!({ "id": self.applications[15] })).await["application"]["motions"].clone();
            id(&motions.as_array().expect("motions").iter().find(|motion| motion["kind"] == "EXCLUDE").expect("a motion")["id"])
        };
        for motion in motions {
            self.at("2020-01-16", &format!("16:{:02}", 3 * (motion - 9)));
            if motion == 15 {
                assert_eq!(house.shows_hands(&exclude, "2:5:1").await, "CLOSED");
                self.at("2020-01-16", "16:19");
            }
            if motion == 18 {
                house.leaves(&meeting, &house.seats[8]).await;
                self.at("2020-01-16", "16:28");
            }
            if motion == 20 {
                house.arrives(&meeting, &house.seats[8]).await;
                self.at("2020-01-16", "16:34");
            }
            let tally = if (18..20).contains(&motion) { "7:1:0" } else { "8:0:1" };
            assert_eq!(house.shows_hands(&self.motions[motion], tally).await, "CLOSED");
        }
        self.at("2020-01-16", "17:00");
        let minutes = house.close(&meeting).await;
        self.sign(&minutes, "2020-01-30", "").await;
        insta::assert_snapshot!("year_2_january", self.read(&minutes).await);
        assert_eq!(self.states("AWARDED").await, 21);
    }

    /// At short notice. Eight applications in one vote, four by themselves; some attend from afar; a member is excluded from one.
    async fn march(&self) {
        let house = &self.house;
        let motions: Vec<usize> = (22..34).collect();
        house.seats[2].does("declareRecusal", json!({ "applicationId": self.applications[32] }), "recusal { id }").await;
        house.stage.app.at("2020-03-09T08:00:00Z");
        let input =
            json!({ "beginsAt": "2020-03-12T16:00:00Z", "endsAt": "2020-03-12T18:00:00Z", "place": "Rathaus, Ratssaal", "remote": true });
        let meeting = id(&house.stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"]);
        for motion in &motions {
            house.item_on(&meeting, &format!("Antrag auf Förderung: Begegnung {}", motion + 1), &self.motions[*motion]).await;
        }
        let input = json!({ "meetingId": meeting, "shortNoticeReason": "Die Reisen müssen bis Monatsende gebucht werden." });
        house.stage.officer.does("inviteToMeeting", input, "meeting { id }").await;
        self.at("2020-03-12", "16:05");
        for who in self.seats(&[1, 2, 3, 4, 5]) {
            house.arrives(&meeting, who).await;
        }
        for who in self.seats(&[6, 7, 8]) {
            let input = json!({ "meetingId": meeting, "personId": person(who).await, "remote": true });
            house.stage.officer.does("recordArrival", input, "meeting { id }").await;
        }
        house.open(&meeting, &[]).await;
        self.at("2020-03-12", "16:20");
        let together: Vec<&String> = motions[..8].iter().map(|motion| &self.motions[*motion]).collect();
        let input = json!({ "motionIds": together, "purse": "ALL_OR_NONE" });
        let opened = house.stage.chair.does("openBallots", input, "ballots { id }").await;
        let ballot = id(&opened["ballots"][0]["id"]);
        for who in self.seats(&[1, 2, 3, 4, 5, 6, 7, 8]) {
            who.does("castVote", json!({ "ballotId": ballot, "choice": "YES" }), "ballot { id }").await;
        }
        self.at("2020-03-12", "16:30");
        assert_eq!(house.closes(&ballot).await, "CLOSED");
        for motion in 30..34 {
            self.at("2020-03-12", &format!("16:{}", 35 + 4 * (motion - 30)));
            let yes = if motion == 32 { self.seats(&[1, 2, 4, 5, 6, 7, 8]) } else { self.seats(&[1, 2, 3, 4, 5, 6, 7, 8]) };
            assert_eq!(house.votes(&self.motions[motion], &yes, &[]).await, "CLOSED");
        }
        self.at("2020-03-12", "17:00");
        let minutes = house.close(&meeting).await;
        self.sign(&minutes, "2020-03-20", "").await;
        insta::assert_snapshot!("year_3_march", self.read(&minutes).await);
        assert_eq!(self.states("AWARDED").await, 33);
    }

    /// The order is changed, one item is deferred; for one there is no quorum at first; the money ends.
    async fn may(&self) {
        let house = &self.house;
        let motions: Vec<usize> = (34..46).collect();
        let (meeting, items) = self.called("2020-04-20", "2020-05-14", &motions).await;
        self.at("2020-05-14", "16:00");
        house.open(&meeting, &self.seats(&[1, 3, 4, 5, 6])).await;
        self.at("2020-05-14", "16:05");
        assert_eq!(house.shows_hands(&self.motions[34], "5:0:0").await, "INQUORATE");
        self.at("2020-05-14", "16:20");
        for who in self.seats(&[7, 8]) {
            house.arrives(&meeting, who).await;
        }
        let order: Vec<&String> = [&items[2]].into_iter().chain([&items[0], &items[1]]).chain(&items[3..]).collect();
        let input = json!({ "meetingId": meeting, "agendaItemIds": order });
        house.stage.chair.does("reorderAgenda", input, "meeting { id }").await;
        let input = json!({ "agendaItemId": items[12], "reason": "Der Kosten- und Finanzierungsplan wird noch einmal geprüft." });
        house.stage.chair.does("deferAgendaItem", input, "agendaItem { id }").await;
        for motion in std::iter::once(35).chain([34]).chain(36..45) {
            self.at("2020-05-14", &format!("16:{}", 25 + 3 * (motion - 34)));
            if motion == 34 {
                self.at("2020-05-14", "16:29");
            }
            assert_eq!(house.shows_hands(&self.motions[motion], "6:1:0").await, "CLOSED");
        }
        self.at("2020-05-14", "17:30");
        let minutes = house.close(&meeting).await;
        self.sign(&minutes, "2020-05-28", "").await;
        insta::assert_snapshot!("year_4_may", self.read(&minutes).await);
        assert_eq!((self.states("AWARDED").await, self.states("WAITING").await), (json!(41), json!(3)));
    }

    /// Between the meetings: one is decided in writing, one objected to. The council gives more money, and the waiting list is served.
    async fn in_writing_and_more_money(&self) {
        let house = &self.house;
        let stage = &house.stage;
        stage.app.at("2020-06-02T08:00:00Z");
        let mut ballots = Vec::new();
        for motion in [46, 47] {
            let input = json!({ "motionId": self.motions[motion], "form": "CIRCULAR", "objectionsUntil": "2020-06-09", "votesUntil": "2020-06-16" });
            ballots.push(id(&stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]));
        }
        stage
            .finance
            .does("increaseBudget", json!({ "year": 2020, "amount": "60000.00", "resolution": "Drs. 0500/2020" }), "budgetYear { year }")
            .await;
        let list = "{ budgetYear(year: 2020) { waitingList(first: 9) { nodes { id state } } } }";
        let places = stage.officer.asks(list, json!({})).await["budgetYear"]["waitingList"]["nodes"].clone();
        for place in places.as_array().expect("places") {
            stage.officer.does("serveWaitingListPlace", json!({ "placeId": place["id"] }), "award { id }").await;
        }
        assert_eq!((self.states("AWARDED").await, self.states("WAITING").await), (json!(44), json!(0)));
        for who in self.seats(&[1, 2, 3, 4, 5, 6, 7, 8]) {
            who.does("castVote", json!({ "ballotId": ballots[0], "choice": "YES" }), "ballot { id }").await;
        }
        house.seats[9].does("objectToCircularVote", json!({ "ballotId": ballots[1] }), "ballot { state }").await;
        stage.app.at("2020-06-17T08:00:00Z");
        assert_eq!(stage.app.engine().close_votes_that_are_over().await.expect("closes"), 1);
        assert_eq!(self.states("AWARDED").await, 45);
    }

    /// What was objected to and what was deferred, with eight more; a member declares while a ballot is open. Corrected by an addendum.
    async fn august(&self) {
        let house = &self.house;
        let motions: Vec<usize> = [47, 45].into_iter().chain(48..56).collect();
        let (meeting, items) = self.called("2020-08-06", "2020-08-27", &motions).await;
        self.at("2020-08-27", "16:00");
        house.open(&meeting, &self.seats(&[1, 2, 3, 4, 5, 6, 7, 8, 9])).await;
        for (index, motion) in motions.iter().enumerate() {
            self.at("2020-08-27", &format!("16:{}", 10 + 4 * index));
            if *motion == 50 {
                let ballot = house.ballot(&self.motions[50]).await;
                for who in self.seats(&[1, 2, 3, 4, 5, 6, 7, 8, 9]) {
                    who.does("castVote", json!({ "ballotId": ballot, "choice": "YES" }), "ballot { id }").await;
                }
                house.seats[8].does("declareRecusal", json!({ "applicationId": self.applications[50] }), "recusal { id }").await;
                assert_eq!(house.closes(&ballot).await, "CLOSED");
                continue;
            }
            assert_eq!(house.shows_hands(&self.motions[*motion], "7:2:0").await, "CLOSED");
        }
        self.at("2020-08-27", "17:15");
        let minutes = house.close(&meeting).await;
        self.sign(&minutes, "2020-09-10", "").await;
        let text = "Der Bericht handelte auch von der Reise nach Gdynia.";
        let input = json!({ "minutesId": minutes, "text": text, "agendaItemId": items[0] });
        house.stage.officer.does("addAddendum", input, "minutes { id }").await;
        insta::assert_snapshot!("year_5_august", self.read(&minutes).await);
        assert_eq!(self.states("AWARDED").await, 55);
    }

    /// The rest.
    async fn october(&self) {
        let house = &self.house;
        let motions: Vec<usize> = (56..60).collect();
        let (meeting, _) = self.called("2020-10-01", "2020-10-22", &motions).await;
        self.at("2020-10-22", "15:58");
        let mut there = self.seats(&[1, 4, 5, 6, 7, 8, 10]);
        there.extend(&house.substitutes);
        house.open(&meeting, &there).await;
        for motion in motions {
            self.at("2020-10-22", &format!("16:{}", 10 + (motion - 56) * 10));
            let (yes, no) = if motion == 58 { (self.seats(&[1, 4]), there[2..].to_vec()) } else { (there.clone(), Vec::new()) };
            assert_eq!(house.votes(&self.motions[motion], &yes, &no).await, "CLOSED");
        }
        self.at("2020-10-22", "17:00");
        let minutes = house.close(&meeting).await;
        self.sign(&minutes, "2020-11-05", "").await;
        insta::assert_snapshot!("year_6_october", self.read(&minutes).await);
    }

    async fn assert_whole(&self) {
        assert_eq!((self.states("AWARDED").await, self.states("REJECTED").await), (json!(58), json!(2)));
        let stage = &self.house.stage;
        let books = stage.officer.asks("{ budgetYear(year: 2020) { committed available } }", json!({})).await;
        assert_eq!(books["budgetYear"], json!({ "committed": "145000.00", "available": "17500.00" }));
        let report = stage.app.engine().verify().await.expect("verifies");
        assert_eq!(report.findings, []);
    }
}
