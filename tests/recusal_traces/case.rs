//! The stage: an applicant whose applications are kept from Eva, and what would tell of them.

use std::collections::BTreeSet;

use serde_json::json;
use testkit::{App, Backend, Client};

use crate::stage::{Stage, id};

const ROLES: [&str; 3] = ["member", "case-officer", "finance"];

/// What is to be kept from somebody: what it is, and the words that would tell.
pub(super) type Secrets = Vec<(String, Vec<String>)>;

/// A stage with an applicant whose applications are kept from Eva.
pub(super) struct Case {
    pub(super) stage: Stage,
    pub(super) eva: Client,
    /// Who is all that Eva is, and excluded from nothing.
    pub(super) olga: Client,
    pub(super) otto: Client,
    pub(super) diver: Client,
    pub(super) divers: String,
    pub(super) account: String,
}

/// An amount in both the ways in which one is written.
pub(super) fn amount(amount: &str) -> (String, Vec<String>) {
    let (euro, cents) = amount.split_once('.').expect("two places");
    let (thousands, rest) = euro.split_at(euro.len() - 3);
    (amount.to_owned(), vec![amount.to_owned(), format!("{thousands}.{rest},{cents}"), format!("{thousands},{rest}.{cents}")])
}

pub(super) fn word(word: &str) -> (String, Vec<String>) {
    (word.to_owned(), vec![word.to_owned()])
}

/// Which of the secrets a text tells.
pub(super) fn told(text: &str, secrets: &Secrets) -> BTreeSet<String> {
    secrets.iter().filter(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(what, _)| what.clone()).collect()
}

impl Case {
    pub(super) async fn begin(backend: Backend, eva: &str) -> Self {
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
    pub(super) async fn admitted(&self, asks: &str) -> (String, String) {
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

    /// A motion on it.
    pub(super) async fn motion(&self, by: &Client, application: &str, amount: &str) -> String {
        let wording = format!("Bewilligungswort: {amount} €.");
        let input = json!({ "applicationId": application, "kind": "AWARD", "amount": amount, "wording": wording });
        id(&by.does("proposeMotion", input, "motion { id }").await["motion"]["id"])
    }

    /// Decides on it with a show of hands.
    pub(super) async fn decided(&self, application: &str, amount: &str) -> (String, String) {
        let motion = self.motion(&self.stage.officer, application, amount).await;
        let input = json!({ "motionId": motion, "form": "RECORDED" });
        let ballot = id(&self.stage.officer.does("openBallot", input, "ballot { id }").await["ballot"]["id"]);
        let input = json!({ "ballotId": ballot, "yes": 8, "no": 0, "abstained": 1 });
        self.stage.officer.does("recordTally", input, "ballot { id }").await;
        self.stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        (motion, ballot)
    }

    pub(super) async fn award_of(&self, application: &str) -> String {
        let query = "query($id: ID!) { application(id: $id) { award { id } } }";
        id(&self.stage.officer.asks(query, json!({ "id": application })).await["application"]["award"]["id"])
    }

    /// Notified, accepted, final, and an instalment paid to that account.
    pub(super) async fn paid(&self, by: &Client, award: &str, amount: &str, account: &str) -> String {
        let purpose = if by.email == self.diver.email { "Druckluft" } else { "Fähre" };
        let only = json!({ "awardId": award });
        self.stage.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": "2019-10-01" }), "award { id }").await;
        by.does("acceptAward", only.clone(), "award { id }").await;
        by.does("waiveAppeal", only, "award { id }").await;
        let input = json!({ "awardId": award, "amount": amount, "purpose": purpose, "neededBy": "2019-11-01" });
        let payout = id(&by.does("requestPayout", input, "payout { id }").await["payout"]["id"]);
        self.olga.does("certifyPayout", json!({ "payoutId": payout, "bankAccountId": account }), "payout { id }").await;
        self.stage.finance.does("orderPayout", json!({ "payoutId": payout }), "payout { id }").await;
        let input = json!({ "payoutId": payout, "on": "2019-10-01" });
        self.stage.finance.does("bookPayoutExecution", input, "payout { id }").await;
        payout
    }

    /// Somebody else's award with a payout, so that no sum of the year is the divers' alone.
    pub(super) async fn others(&self) {
        let application = self.stage.admitted().await;
        let ballot = self.stage.ballot(&application).await;
        self.stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        let input = json!({ "applicantId": self.stage.applicant_id, "iban": "DE89370400440532013000", "holder": "Chor" });
        let account = id(&self.stage.applicant.does("nameBankAccount", input, "bankAccount { id }").await["bankAccount"]["id"]);
        self.stage.officer.does("confirmBankAccount", json!({ "bankAccountId": account }), "bankAccount { id }").await;
        self.paid(&self.stage.applicant, &self.award_of(&application).await, "1000.00", &account).await;
    }
}
