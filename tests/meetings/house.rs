//! A committee of eleven with two substitutes, and what it does again and again.

use serde_json::{Value, json};
use testkit::{App, Client};

use crate::stage::{Stage, id};

/// A stage whose committee has the chair on the first seat, ten members on the others, and substitutes for the seats 2 and 3.
pub(crate) struct House {
    pub(crate) stage: Stage,
    /// Who holds the seats, the chair first.
    pub(crate) seats: Vec<Client>,
    pub(crate) substitutes: Vec<Client>,
}

impl House {
    pub(crate) async fn begin(app: App) -> Self {
        let mut members = Vec::new();
        for number in 2..=11 {
            members.push(app.person(&format!("Mitglied {number}"), &format!("mitglied{number}@rat.example"), "de", &["member"]).await);
        }
        let addresses: Vec<&str> = members.iter().map(|member| member.email.as_str()).collect();
        let stage = Stage::begin_with(app, &addresses).await;
        let mut substitutes = Vec::new();
        for seat in [2, 3] {
            let name = format!("Vertretung {seat}");
            let substitute = stage.app.person(&name, &format!("vertretung{seat}@rat.example"), "de", &["member"]).await;
            let input = json!({ "seat": seat, "personId": person(&substitute).await, "capacity": "SUBSTITUTE", "since": "2019-10-01" });
            stage.officer.does("assignSeat", input, "seatHolding { id }").await;
            substitutes.push(substitute);
        }
        let seats = std::iter::once(stage.chair.clone()).chain(members).collect();
        Self { stage, seats, substitutes }
    }

    /// A motion to award that much.
    pub(crate) async fn motion(&self, application: &str, amount: &str) -> String {
        let written =
            domain::language::Say::say(&amount.parse::<domain::money::Money>().expect("an amount"), domain::language::Language::De);
        let wording = format!("Der Arbeitskreis bewilligt für das Projekt eine Zuwendung von {written}.");
        let input = json!({ "applicationId": application, "kind": "AWARD", "amount": amount, "wording": wording });
        id(&self.stage.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"])
    }

    /// A meeting of two hours from that instant on.
    pub(crate) async fn meeting(&self, day: &str) -> String {
        let input = json!({
            "beginsAt": format!("{day}T16:00:00Z"), "endsAt": format!("{day}T18:00:00Z"), "place": "Rathaus, Magistratssaal",
        });
        id(&self.stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"])
    }

    /// A public item with nothing to vote on.
    pub(crate) async fn item(&self, meeting: &str, title: &str) -> String {
        let input = json!({ "meetingId": meeting, "publicity": "PUBLIC", "title": title });
        id(&self.stage.officer.does("addAgendaItem", input, "agendaItem { id }").await["agendaItem"]["id"])
    }

    /// A non-public item with a motion to vote on.
    pub(crate) async fn item_on(&self, meeting: &str, title: &str, motion: &str) -> String {
        let input = json!({ "meetingId": meeting, "publicity": "NON_PUBLIC", "title": title, "motionId": motion });
        id(&self.stage.officer.does("addAgendaItem", input, "agendaItem { id }").await["agendaItem"]["id"])
    }

    pub(crate) async fn invite(&self, meeting: &str) {
        self.stage.officer.does("inviteToMeeting", json!({ "meetingId": meeting }), "meeting { state }").await;
    }

    /// Opens a meeting at which those are there.
    pub(crate) async fn open(&self, meeting: &str, present: &[&Client]) {
        for who in present {
            self.arrives(meeting, who).await;
        }
        self.stage.chair.does("openMeeting", json!({ "meetingId": meeting }), "meeting { state }").await;
    }

    pub(crate) async fn arrives(&self, meeting: &str, who: &Client) {
        let input = json!({ "meetingId": meeting, "personId": person(who).await });
        self.stage.officer.does("recordArrival", input, "meeting { id }").await;
    }

    pub(crate) async fn leaves(&self, meeting: &str, who: &Client) {
        let input = json!({ "meetingId": meeting, "personId": person(who).await });
        self.stage.officer.does("recordDeparture", input, "meeting { id }").await;
    }

    /// An open ballot by device.
    pub(crate) async fn ballot(&self, motion: &str) -> String {
        id(&self.stage.chair.does("openBallot", json!({ "motionId": motion }), "ballot { id }").await["ballot"]["id"])
    }

    /// A ballot by device, in which those say yes and those no, closed. Returns its state.
    pub(crate) async fn votes(&self, motion: &str, yes: &[&Client], no: &[&Client]) -> String {
        let ballot = self.ballot(motion).await;
        for (voters, choice) in [(yes, "YES"), (no, "NO")] {
            for voter in voters {
                voter.does("castVote", json!({ "ballotId": ballot, "choice": choice }), "ballot { id }").await;
            }
        }
        self.closes(&ballot).await
    }

    /// A show of hands, closed: "8:1:2" is yes : no : abstained. Returns the ballot's state.
    pub(crate) async fn shows_hands(&self, motion: &str, tally: &str) -> String {
        let input = json!({ "motionId": motion, "form": "RECORDED" });
        let ballot = id(&self.stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
        let [yes, no, abstained] = tally.split(':').map(|count| count.parse().expect("a count")).collect::<Vec<u32>>()[..] else {
            panic!("a tally: {tally}")
        };
        let input = json!({ "ballotId": ballot, "yes": yes, "no": no, "abstained": abstained });
        self.stage.officer.does("recordTally", input, "ballot { id }").await;
        self.closes(&ballot).await
    }

    pub(crate) async fn closes(&self, ballot: &str) -> String {
        id(&self.stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { state }").await["ballot"]["state"])
    }

    /// Closes a meeting. Returns its minutes.
    pub(crate) async fn close(&self, meeting: &str) -> String {
        let closed = self.stage.chair.does("closeMeeting", json!({ "meetingId": meeting }), "meeting { minutes { id } }").await;
        id(&closed["meeting"]["minutes"]["id"])
    }

    /// Minutes, as that person reads them.
    pub(crate) async fn minutes(&self, reader: &Client, minutes: &str) -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on Minutes { state due hash text content { inWords } \
            signatures { signatory person { name } at } addenda { number text person { name } agendaItem { position } } } } }";
        reader.asks(query, json!({ "id": minutes })).await["node"].clone()
    }

    /// Signs minutes as they are.
    pub(crate) async fn signs(&self, who: &Client, minutes: &str) {
        let hash = self.minutes(who, minutes).await["hash"].clone();
        who.does("signMinutes", json!({ "minutesId": minutes, "hash": hash }), "minutes { state }").await;
    }
}

/// A client's own id.
pub(crate) async fn person(client: &Client) -> String {
    id(&client.asks("{ viewer { id } }", json!({})).await["viewer"]["id"])
}
