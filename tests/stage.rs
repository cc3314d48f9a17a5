//! People, a round and an applicant, ready to play: what most suites begin with.

use serde_json::{Value, json};
use testkit::{App, Client};

/// An app with a person of every role, an open round for the budget year 2020, and an applicant.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) officer: Client,
    pub(crate) finance: Client,
    pub(crate) chair: Client,
    pub(crate) applicant: Client,
    pub(crate) applicant_id: String,
    pub(crate) round: String,
}

/// The id at that path of an answer.
pub(crate) fn id(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("an id: {value}")).to_owned()
}

impl Stage {
    pub(crate) async fn begin(app: App) -> Self {
        Self::begin_with(app, &[]).await
    }

    /// As [`Stage::begin`], with the people with these addresses on the seats after the chair's.
    pub(crate) async fn begin_with(app: App, members: &[&str]) -> Self {
        app.at("2019-10-01T10:00:00Z");
        let officer = app.person("Sina Sachbearbeitung", "sachbearbeitung@stadt.example", "de", &["case-officer"]).await;
        let finance = app.person("Fina Kasse", "kasse@stadt.example", "de", &["finance"]).await;
        let chair = app.person("Vera Vorsitz", "vorsitz@stadt.example", "de", &["chair"]).await;
        let seats: Vec<&str> = ["vorsitz@stadt.example"].iter().chain(members).copied().collect();
        app.fill_seats(&seats).await;
        let applicant = app.person("Cora Chor", "cora@chor.example", "de", &[]).await;
        let input = json!({ "code": "2020", "deadline": "2019-10-31", "projectsFrom": "2020-01-01", "projectsUntil": "2020-12-31", "budgetYear": 2020 });
        let round = id(&officer.does("announceRound", input, "round { id }").await["round"]["id"]);
        let input = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Chor Musterklang e. V.", "address": "Musterweg 1\n24103 Kiel" });
        let applicant_id = id(&applicant.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"]);
        Self { app, officer, finance, chair, applicant, applicant_id, round }
    }

    /// Somebody new who acts for the applicant at that level: invited by its owner, and accepted.
    pub(crate) async fn joins(&self, name: &str, email: &str, level: &str) -> Client {
        let person = self.app.person(name, email, "de", &[]).await;
        let invitation = self.invites(email, level).await;
        person.does("acceptInvitation", json!({ "invitationId": invitation }), "invitation { id }").await;
        person
    }

    /// An invitation by the applicant's owner to that address.
    pub(crate) async fn invites(&self, email: &str, level: &str) -> String {
        let input = json!({ "applicantId": self.applicant_id, "name": "Neu", "email": email, "level": level });
        id(&self.applicant.does("inviteMember", input, "invitation { id }").await["invitation"]["id"])
    }

    /// The id of somebody's membership at the applicant, as its owner sees it.
    pub(crate) async fn membership_of(&self, person: &Client) -> String {
        let person = id(&person.asks("{ viewer { id } }", json!({})).await["viewer"]["id"]);
        let query = "query($id: ID!) { applicant(id: $id) { members { id person { id } } } }";
        let members = self.officer.asks(query, json!({ "id": self.applicant_id })).await;
        let members = members["applicant"]["members"].as_array().expect("members").clone();
        members.iter().find(|member| member["person"]["id"] == person.as_str()).map(|member| id(&member["id"])).expect("a member")
    }

    /// A form that breaks no rule: 3,000.00 in cost, 2,500.00 asked for.
    pub(crate) fn form() -> Value {
        Self::form_for("2500.00")
    }

    /// A form that asks for this much, besides 500.00 of its own, or 2,500.00 where that is too little.
    fn form_for(asks: &str) -> Value {
        let asked: domain::money::Money = asks.parse().expect("an amount");
        // The highest rate is 90 % (R9): more needs more of one's own.
        let own = if asked.cents() > 450_000 { "2500.00" } else { "500.00" };
        let total = asked + own.parse().expect("an amount");
        json!({
            "title": "Chorreise",
            "summary": "Ein Chor fährt nach Tallinn.",
            "measure": "VISIT_OUT",
            "cities": ["tallinn"],
            "objectives": [{ "objective": "global-responsibility", "reason": "Begegnung" }],
            "startsOn": "2020-06-01",
            "endsOn": "2020-06-14",
            "costLines": [{ "category": "transport", "text": "Fähre", "amount": total.to_string() }],
            "financingLines": [{ "source": "own-funds", "text": "Beiträge", "amount": own }],
            "amountRequested": asks,
            "notBegun": true,
        })
    }

    /// A draft with everything filled in.
    pub(crate) async fn draft(&self) -> String {
        self.draft_for("2500.00").await
    }

    async fn draft_for(&self, asks: &str) -> String {
        let input = json!({ "roundId": self.round, "applicantId": self.applicant_id });
        let id = id(&self.applicant.does("startApplication", input, "application { id }").await["application"]["id"]);
        self.applicant.does("saveDraft", json!({ "applicationId": id, "form": Self::form_for(asks) }), "application { id }").await;
        id
    }

    /// A submitted and admitted application.
    pub(crate) async fn admitted(&self) -> String {
        self.admitted_for("2500.00").await
    }

    /// As [`Stage::admitted`], asking for this much.
    pub(crate) async fn admitted_for(&self, asks: &str) -> String {
        let id = self.draft_for(asks).await;
        self.applicant.does("submitApplication", json!({ "applicationId": id }), "application { id }").await;
        self.officer.does("admitApplication", json!({ "applicationId": id }), "application { id }").await;
        id
    }

    /// An open ballot on 2,500.00 for an admitted application, with a recorded tally that carries it: all but closed.
    pub(crate) async fn ballot(&self, application: &str) -> String {
        self.ballot_for(application, "2500.00").await
    }

    /// As [`Stage::ballot`], on this much.
    pub(crate) async fn ballot_for(&self, application: &str, amount: &str) -> String {
        let input =
            json!({ "applicationId": application, "kind": "AWARD", "amount": amount, "wording": format!("Bewilligung von {amount} €") });
        let motion = id(&self.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"]);
        let input = json!({ "motionId": motion, "form": "RECORDED" });
        let ballot = id(&self.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
        let input = json!({ "ballotId": ballot, "yes": 8, "no": 1, "abstained": 2, "excluded": 0 });
        self.officer.does("recordTally", input, "ballot { id }").await;
        ballot
    }
}
