//! The fund's years 2019 and 2020, through the API alone, with the clock set: every refusal names its rule, every figure of the books comes
//! out to the cent, and every e-mail that it should cause is in the mailbox of a real SMTP server, and no other.

use serde_json::{Value, json};
use testkit::{App, Backend, Client};

/// The people of the fund and what they do again and again.
struct Fund {
    app: App,
    officer: Client,
    finance: Client,
    chair: Client,
    members: Vec<Client>,
    auditor: Client,
    round: String,
}

/// An applicant, and the person who acts for it.
struct Applicant {
    person: Client,
    id: String,
    account: String,
}

/// What an application is about.
struct Project<'a> {
    city: &'a str,
    measure: &'a str,
    total: &'a str,
    asks: &'a str,
    starts: &'a str,
    ends: &'a str,
}

impl Fund {
    async fn begin(backend: Backend) -> Self {
        let app = App::with_links(backend).await;
        app.at("2018-12-13T10:00:00Z");
        let officer = app.person("Sina Sachbearbeitung", "sachbearbeitung@stadt.example", "de", &["case-officer"]).await;
        let finance = app.person("Fina Kasse", "kasse@stadt.example", "de", &["finance"]).await;
        let chair = app.person("Vera Vorsitz", "vorsitz@stadt.example", "de", &["chair"]).await;
        let mut members = Vec::new();
        for number in 1..=10 {
            let language = if number == 10 { "en" } else { "de" };
            members.push(app.person(&format!("Mitglied {number}"), &format!("mitglied{number}@rat.example"), language, &["member"]).await);
        }
        let committee: Vec<&str> = std::iter::once(&chair).chain(&members).map(|member| member.email.as_str()).collect();
        app.fill_seats(&committee).await;
        let auditor = app.person("Audrey Prüfung", "pruefung@stadt.example", "de", &["auditor"]).await;
        Self { app, officer, finance, chair, members, auditor, round: String::new() }
    }

    async fn resolve(&self, verb: &str, year: i32, amount: &str, resolution: &str) {
        let input = json!({ "year": year, "amount": amount, "resolution": resolution });
        self.finance.does(verb, input, "budgetYear { year }").await;
    }

    async fn announce(&mut self, code: &str, deadline: &str, from: &str, until: &str, year: i32) {
        let input = json!({ "code": code, "deadline": deadline, "projectsFrom": from, "projectsUntil": until, "budgetYear": year });
        self.round = self.officer.does("announceRound", input, "round { id }").await["round"]["id"].id();
    }

    async fn applicant(&self, name: &str, kind: &str) -> Applicant {
        let local: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let person = self.app.person(name, &format!("{local}@verein.example"), "de", &[]).await;
        let input = json!({ "kind": kind, "name": name, "address": "Musterweg 1\n24103 Kiel" });
        let id = person.does("registerApplicant", input, "applicant { id }").await["applicant"]["id"].id();
        let mut applicant = Applicant { person, id, account: String::new() };
        applicant.account = self.account(&applicant, "DE02120300000000202051").await;
        applicant
    }

    async fn account(&self, applicant: &Applicant, iban: &str) -> String {
        let input = json!({ "applicantId": applicant.id, "iban": iban, "holder": "Verein" });
        let id = applicant.person.does("nameBankAccount", input, "bankAccount { id }").await["bankAccount"]["id"].id();
        self.officer.does("confirmBankAccount", json!({ "bankAccountId": id }), "bankAccount { id }").await;
        id
    }

    /// A draft with everything filled in.
    async fn draft(&self, applicant: &Applicant, project: &Project<'_>, hardship: Option<&str>) -> String {
        let input = json!({ "roundId": self.round, "applicantId": applicant.id });
        let id = applicant.person.does("startApplication", input, "application { id }").await["application"]["id"].id();
        self.fill(applicant, &id, project, hardship).await;
        id
    }

    async fn fill(&self, applicant: &Applicant, id: &str, project: &Project<'_>, hardship: Option<&str>) {
        let rest = domain_money(project.total) - domain_money(project.asks);
        let form = json!({
            "title": format!("Begegnung {}", project.city),
            "summary": "Menschen aus beiden Städten treffen sich.",
            "measure": project.measure,
            "partnerOrganisation": "Musterpartner",
            "cities": [project.city],
            "objectives": [{ "objective": "global-responsibility", "reason": "Völkerverständigung" }],
            "startsOn": project.starts,
            "endsOn": project.ends,
            "costLines": [{ "category": "transport", "text": "Fahrt", "amount": project.total }],
            "financingLines": [{ "source": "own-funds", "text": "Beiträge", "amount": rest.to_string() }],
            "amountRequested": project.asks,
            "hardshipReason": hardship,
            "notBegun": true,
        });
        applicant.person.does("saveDraft", json!({ "applicationId": id, "form": form }), "application { id }").await;
    }

    async fn submit(&self, applicant: &Applicant, id: &str) -> String {
        let done = applicant.person.does("submitApplication", json!({ "applicationId": id }), "application { number }").await;
        done["application"]["number"].as_str().expect("a number").to_owned()
    }

    /// Drafts, submits and admits.
    async fn apply(&self, applicant: &Applicant, project: &Project<'_>) -> String {
        let id = self.draft(applicant, project, None).await;
        self.submit(applicant, &id).await;
        self.admit(&id).await;
        id
    }

    async fn admit(&self, id: &str) {
        self.officer.does("admitApplication", json!({ "applicationId": id }), "application { state }").await;
    }

    async fn motion(&self, application: &str, kind: &str, amount: &str) -> String {
        let input =
            json!({ "applicationId": application, "kind": kind, "amount": amount, "wording": format!("Bewilligung von {amount} €") });
        self.officer.does("proposeMotion", input, "motion { id }").await["motion"]["id"].id()
    }

    /// Whoever is not excluded votes: "8:1:2" is yes : no : abstained. Returns the application's state.
    async fn votes(&self, application: &str, kind: &str, amount: &str, tally: &str) -> String {
        let motion = self.motion(application, kind, amount).await;
        let ballot = self.chair.does("openBallot", json!({ "motionId": motion }), "ballot { id }").await["ballot"]["id"].id();
        let [yes, no, abstained] = tally.split(':').map(|count| count.parse().expect("a count")).collect::<Vec<usize>>()[..] else {
            panic!("a tally: {tally}")
        };
        let choices = [("YES", yes), ("NO", no), ("ABSTAIN", abstained)].into_iter().flat_map(|(choice, count)| vec![choice; count]);
        let mut voters = Vec::new();
        for voter in std::iter::once(&self.chair).chain(&self.members) {
            let seen = voter.asks("query($id: ID!) { ballot(id: $id) { availableActions } }", json!({ "id": ballot })).await;
            // For who is excluded there is no such ballot.
            if !seen["ballot"].is_null() {
                voters.push(voter);
            }
        }
        assert_eq!(voters.len(), yes + no + abstained, "everybody who may votes, or abstains");
        for (voter, choice) in voters.into_iter().zip(choices) {
            voter.does("castVote", json!({ "ballotId": ballot, "choice": choice }), "ballot { id }").await;
        }
        self.close(&ballot).await;
        let query = "query($id: ID!) { ballot(id: $id) { tally { yes no abstained } } }";
        let counted = self.officer.asks(query, json!({ "id": ballot })).await["ballot"]["tally"].clone();
        assert_eq!(counted, json!({ "yes": yes, "no": no, "abstained": abstained }));
        self.state(application).await
    }

    /// All members and the chair vote yes. Returns the application's state.
    async fn unanimous(&self, application: &str, amount: &str) -> String {
        let motion = self.motion(application, "AWARD", amount).await;
        let ballot = self.chair.does("openBallot", json!({ "motionId": motion }), "ballot { id }").await["ballot"]["id"].id();
        for member in self.members.iter().chain([&self.chair]) {
            member.does("castVote", json!({ "ballotId": ballot, "choice": "YES" }), "ballot { id }").await;
        }
        self.close(&ballot).await;
        self.state(application).await
    }

    async fn close(&self, ballot: &str) {
        self.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    }

    async fn state(&self, application: &str) -> String {
        let query = "query($id: ID!) { application(id: $id) { state } }";
        self.officer.asks(query, json!({ "id": application })).await["application"]["state"].as_str().expect("a state").to_owned()
    }

    async fn award(&self, application: &str) -> String {
        let query = "query($id: ID!) { application(id: $id) { award { id } } }";
        self.officer.asks(query, json!({ "id": application })).await["application"]["award"]["id"].id()
    }

    /// Letter out, accepted, appeal waived.
    async fn settle(&self, applicant: &Applicant, award: &str, dispatched: &str) {
        self.officer.does("notifyAward", json!({ "awardId": award, "dispatchedOn": dispatched }), "award { id }").await;
        applicant.person.does("acceptAward", json!({ "awardId": award }), "award { id }").await;
        applicant.person.does("waiveAppeal", json!({ "awardId": award }), "award { id }").await;
    }

    /// Requested, certified and ordered: on its way.
    async fn order(&self, applicant: &Applicant, award: &str, amount: &str, needed_by: &str) -> String {
        let input = json!({ "awardId": award, "amount": amount, "purpose": "Fahrkarten", "neededBy": needed_by });
        let payout = applicant.person.does("requestPayout", input, "payout { id }").await["payout"]["id"].id();
        self.certify(applicant, &payout).await;
        payout
    }

    async fn certify(&self, applicant: &Applicant, payout: &str) {
        let input = json!({ "payoutId": payout, "bankAccountId": applicant.account });
        self.officer.does("certifyPayout", input, "payout { id }").await;
        self.finance.does("orderPayout", json!({ "payoutId": payout }), "payout { id }").await;
    }

    async fn executed(&self, payout: &str, on: &str) {
        self.finance.does("bookPayoutExecution", json!({ "payoutId": payout, "on": on }), "payout { id }").await;
    }

    async fn pay(&self, applicant: &Applicant, award: &str, amount: &str, on: &str) {
        let payout = self.order(applicant, award, amount, on).await;
        self.executed(&payout, on).await;
    }

    /// The books of a year, in the order of the scenario's table.
    async fn books(&self, year: i32) -> String {
        let query = "query($year: Int!) { budgetYear(year: $year) { appropriated increases carriedIn repaid allotted paid committed carriedOut lapsed available } }";
        let books = self.auditor.asks(query, json!({ "year": year })).await["budgetYear"].clone();
        let fields =
            ["appropriated", "increases", "carriedIn", "repaid", "allotted", "paid", "committed", "carriedOut", "lapsed", "available"];
        fields.map(|field| books[field].as_str().expect("an amount").to_owned()).join(" ")
    }
}

fn domain_money(text: &str) -> domain::money::Money {
    text.parse().expect("an amount")
}

/// A JSON string that is an id.
trait Id {
    fn id(&self) -> String;
}

impl Id for Value {
    fn id(&self) -> String {
        self.as_str().unwrap_or_else(|| panic!("an id: {self}")).to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_years_2019_and_2020_on_sqlite() {
    the_years_2019_and_2020(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_years_2019_and_2020_on_postgresql() {
    the_years_2019_and_2020(Backend::Postgres).await;
}

async fn the_years_2019_and_2020(backend: Backend) {
    let mut fund = Fund::begin(backend).await;
    year_2019(&mut fund).await;
    year_2020(&mut fund).await;
    let report = fund.app.engine().verify().await.expect("verifies");
    assert_eq!(report.findings, [], "the books prove themselves");
    let mail = fund.app.mail_digest().await;
    insta::assert_snapshot!("scenario_mail", mail);
    let pages = crate::mail::pages_that_links_lead_to(&fund.app).await;
    let of_years = ["/finance/waiting-list?year=2019", "/finance/waiting-list?year=2020", "/finance?year=2019", "/finance?year=2020"];
    let expected = ["/applications/:id", "/committee/ballots/:id", "/desk"].into_iter().chain(of_years);
    assert_eq!(pages.iter().map(String::as_str).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

const ASSOCIATION: &str = "NON_PROFIT_ASSOCIATION";

async fn year_2019(fund: &mut Fund) {
    fund.resolve("appropriateBudget", 2019, "150000.00", "Drs. 1105/2018").await;
    fund.app.at("2019-05-20T10:00:00Z");
    fund.announce("2019", "2019-06-30", "2019-07-01", "2019-12-31", 2019).await;

    fund.app.at("2019-06-01T10:00:00Z");
    let sailing = fund.applicant("Segelverein Musterförde e. V.", ASSOCIATION).await;
    let school = fund.applicant("Schulverein Musterschule e. V.", ASSOCIATION).await;
    let choir = fund.applicant("Chor Musterklang e. V.", ASSOCIATION).await;
    let theatre = fund.applicant("Theater Musterbühne e. V.", ASSOCIATION).await;
    let art = fund.applicant("Kunstverein Musterhafen e. V.", ASSOCIATION).await;
    let youth = fund.applicant("Jugendring Musterstadtteil e. V.", ASSOCIATION).await;
    let sports = fund.applicant("Sportverein Musterkai e. V.", ASSOCIATION).await;
    let aid = fund.applicant("Musterhilfe Antakya e. V.", ASSOCIATION).await;
    let ballet = fund.applicant("Ballettschule Muster GmbH", "LEGAL_PERSON").await;

    let project = |city, measure, total, asks| Project { city, measure, total, asks, starts: "2019-09-01", ends: "2019-09-14" };
    let a1 = fund.apply(&sailing, &project("aarhus", "JOINT_PROJECT", "24000.00", "20000.00")).await;
    let a2 = fund.apply(&school, &project("tallinn", "VISIT_OUT", "10000.00", "9000.00")).await;
    let a3 = fund.apply(&choir, &project("gdynia", "VISIT_IN", "2777.78", "2500.00")).await;
    for (applicant, city, total, asks, rule) in [
        (&choir, "gdynia", "2777.77", "2500.00", "R9"),
        (&theatre, "brest", "5000.00", "2499.99", "R8"),
        (&theatre, "brest", "30000.00", "20000.01", "R8"),
    ] {
        let id = fund.draft(applicant, &project(city, "VISIT_OUT", total, asks), None).await;
        let refused = applicant.person.is_refused("submitApplication", json!({ "applicationId": id })).await;
        assert_eq!(refused, [format!("{rule} amountRequested")], "{asks} of {total}");
    }
    let a7_project = project("brest", "JOINT_PROJECT", "10000.00", "9500.00");
    let a7 = fund.draft(&art, &a7_project, None).await;
    assert_eq!(art.person.is_refused("submitApplication", json!({ "applicationId": a7 })).await, ["R9 amountRequested"]);
    fund.fill(&art, &a7, &a7_project, Some("Der Verein hat keine Rücklagen.")).await;
    fund.submit(&art, &a7).await;
    fund.admit(&a7).await;
    let a10 = fund.apply(&sports, &project("vaasa", "VISIT_OUT", "15000.00", "12000.00")).await;
    let a11 = fund.apply(&aid, &project("antakya", "JOINT_PROJECT", "8000.00", "6000.00")).await;
    let a12 = fund.apply(&ballet, &project("kaliningrad", "VISIT_OUT", "7000.00", "5000.00")).await;

    // To the end of the deadline's day in Berlin, and one second later.
    let a8 = fund.draft(&youth, &project("san-francisco", "VISIT_OUT", "22500.00", "18000.00"), None).await;
    let a9 = fund.draft(&youth, &project("san-francisco", "VISIT_IN", "6000.00", "5000.00"), None).await;
    fund.app.at("2019-06-30T21:59:59Z");
    assert_eq!(fund.submit(&youth, &a8).await, "SP-2019-008");
    fund.app.at("2019-06-30T22:00:00Z");
    assert_eq!(youth.person.is_refused("submitApplication", json!({ "applicationId": a9 })).await, ["R3 round"]);

    fund.app.at("2019-07-02T08:00:00Z");
    fund.admit(&a8).await;
    aid.person.does("withdrawApplication", json!({ "applicationId": a11 }), "application { state }").await;

    fund.app.at("2019-07-04T16:00:00Z");
    assert_eq!(fund.votes(&a1, "AWARD", "20000.00", "9:0:2").await, "AWARDED");
    assert_eq!(fund.votes(&a2, "AWARD", "9000.00", "11:0:0").await, "AWARDED");
    assert_eq!(fund.votes(&a3, "AWARD", "2500.00", "7:3:1").await, "AWARDED");
    let ordinary = json!({ "applicationId": a7, "kind": "AWARD", "amount": "9500.00", "wording": "Bewilligung" });
    assert_eq!(fund.officer.is_refused("proposeMotion", ordinary).await, ["R9 amount"], "only a vote on the hardship can grant it");
    assert_eq!(fund.votes(&a7, "HARDSHIP_AWARD", "9500.00", "6:5:0").await, "AWARDED");
    assert_eq!(fund.votes(&a8, "AWARD", "18000.00", "4:4:3").await, "REJECTED", "a tie is a rejection");
    assert_eq!(fund.votes(&a10, "AWARD", "10000.00", "10:0:1").await, "AWARDED");
    // The tenth member's sister leads the ballet school: from now on there is no such application for her.
    let seen = "query($id: ID!) { application(id: $id) { id } }";
    assert!(!fund.members[9].asks(seen, json!({ "id": a12 })).await["application"].is_null());
    fund.members[9].does("declareRecusal", json!({ "applicationId": a12 }), "recusal { applicationNumber }").await;
    assert!(fund.members[9].asks(seen, json!({ "id": a12 })).await["application"].is_null());
    assert_eq!(fund.votes(&a12, "AWARD", "5000.00", "6:2:2").await, "AWARDED");
    assert_eq!(fund.books(2019).await, "150000.00 0.00 0.00 0.00 150000.00 0.00 56000.00 0.00 0.00 94000.00");

    fund.app.at("2019-07-05T08:00:00Z");
    let (w1, w2, w3) = (fund.award(&a1).await, fund.award(&a2).await, fund.award(&a3).await);
    let (w7, w10, w12) = (fund.award(&a7).await, fund.award(&a10).await, fund.award(&a12).await);
    for (applicant, award) in [(&sailing, &w1), (&school, &w2), (&choir, &w3), (&art, &w7), (&sports, &w10)] {
        fund.settle(applicant, award, "2019-07-05").await;
    }
    fund.officer.does("notifyAward", json!({ "awardId": w12, "dispatchedOn": "2019-07-05" }), "award { id }").await;

    fund.app.at("2019-08-05T08:00:00Z");
    ballet.person.does("declineAward", json!({ "awardId": w12, "reason": "Die Reise fällt aus." }), "award { state }").await;
    assert_eq!(fund.books(2019).await, "150000.00 0.00 0.00 0.00 150000.00 0.00 51000.00 0.00 0.00 99000.00");

    fund.app.at("2019-08-12T08:00:00Z");
    fund.pay(&sailing, &w1, "12000.00", "2019-08-12").await;
    fund.pay(&school, &w2, "9000.00", "2019-08-12").await;
    fund.pay(&choir, &w3, "2500.00", "2019-08-12").await;
    fund.pay(&art, &w7, "9500.00", "2019-08-12").await;
    let too_much = json!({ "awardId": w1, "amount": "8000.01", "purpose": "Rest", "neededBy": "2019-09-01" });
    assert_eq!(sailing.person.is_refused("requestPayout", too_much).await, ["R36 amount"]);

    // A10 comes back from the bank, and is paid again to a new, confirmed account.
    let returned = fund.order(&sports, &w10, "10000.00", "2019-09-01").await;
    fund.executed(&returned, "2019-08-12").await;
    fund.app.at("2019-08-15T08:00:00Z");
    let input = json!({ "payoutId": returned, "on": "2019-08-15", "reason": "AC04" });
    fund.finance.does("bookPayoutReturn", input, "payout { state }").await;
    assert_eq!(fund.books(2019).await, "150000.00 0.00 0.00 0.00 150000.00 33000.00 18000.00 0.00 0.00 99000.00");
    let input = json!({ "applicantId": sports.id, "iban": "DE89370400440532013000", "holder": "Sportverein" });
    let account = sports.person.does("nameBankAccount", input, "bankAccount { id }").await["bankAccount"]["id"].id();
    let input = json!({ "payoutId": returned, "bankAccountId": account });
    assert_eq!(fund.officer.is_refused("certifyPayout", input).await, ["R37 bankAccountId"], "nobody confirmed the new account");
    fund.officer.does("confirmBankAccount", json!({ "bankAccountId": account }), "bankAccount { id }").await;
    fund.certify(&Applicant { account, person: sports.person.clone(), id: sports.id.clone() }, &returned).await;
    fund.executed(&returned, "2019-08-15").await;

    fund.app.at("2019-09-16T08:00:00Z");
    fund.pay(&sailing, &w1, "8000.00", "2019-09-16").await;
    assert_eq!(fund.books(2019).await, "150000.00 0.00 0.00 0.00 150000.00 51000.00 0.00 0.00 0.00 99000.00");
}

async fn year_2020(fund: &mut Fund) {
    fund.app.at("2019-09-20T08:00:00Z");
    fund.announce("2020", "2019-10-31", "2020-01-01", "2020-12-31", 2020).await;
    let plan = [
        ("san-francisco", "20000.00"),
        ("moshi-rural", "20000.00"),
        ("antakya", "18500.00"),
        ("brest", "17500.00"),
        ("coventry", "16000.00"),
        ("gdynia", "15000.00"),
        ("tallinn", "14000.00"),
        ("vaasa", "13000.00"),
        ("aarhus", "11000.00"),
        ("kaliningrad", "9000.00"),
        ("sovetsk", "5000.00"),
        ("stralsund", "2500.00"),
        ("samsun", "12500.00"),
    ];
    fund.app.at("2019-10-15T08:00:00Z");
    let mut applications = Vec::new();
    for (index, (city, amount)) in plan.iter().enumerate() {
        let applicant = fund.applicant(&format!("Musterverein B{} e. V.", index + 1), ASSOCIATION).await;
        let project = Project { city, measure: "VISIT_OUT", total: "25000.00", asks: amount, starts: "2020-06-01", ends: "2020-06-14" };
        let id = fund.apply(&applicant, &project).await;
        applications.push((applicant, id));
    }

    fund.app.at("2019-11-28T08:00:00Z");
    fund.resolve("appropriateBudget", 2020, "150000.00", "Drs. 0900/2019").await;
    fund.app.at("2019-12-05T16:00:00Z");
    let mut states = Vec::new();
    for ((_, id), (_, amount)) in applications.iter().zip(plan) {
        states.push(fund.unanimous(id, amount).await);
    }
    let waiting: Vec<usize> = (1..=13).filter(|number| states[number - 1] == "WAITING").collect();
    assert_eq!(waiting, [10, 12, 13]);
    assert!(states.iter().enumerate().all(|(index, state)| waiting.contains(&(index + 1)) || state == "AWARDED"), "{states:?}");
    assert_eq!(fund.books(2020).await, "150000.00 0.00 0.00 0.00 150000.00 0.00 150000.00 0.00 0.00 0.00");
    assert_eq!(waiting_list(fund).await, ["1 9000.00 WAITING false", "2 2500.00 WAITING false", "3 12500.00 WAITING false"]);

    // The year 2019 ends: what nobody needed lapses.
    fund.app.at("2020-01-10T08:00:00Z");
    fund.finance.does("closeBudgetYear", json!({ "year": 2019 }), "budgetYear { year }").await;
    assert_eq!(fund.books(2019).await, "150000.00 0.00 0.00 0.00 150000.00 51000.00 0.00 0.00 99000.00 0.00");

    fund.app.at("2020-01-23T18:00:00Z");
    fund.resolve("increaseBudget", 2020, "25000.00", "Drs. 0100/2020").await;
    assert_eq!(waiting_list(fund).await, ["1 9000.00 WAITING true", "2 2500.00 WAITING true", "3 12500.00 WAITING true"]);
    let places = place_ids(fund).await;
    let out_of_order = fund.officer.is_refused("serveWaitingListPlace", json!({ "placeId": places[1] })).await;
    assert_eq!(out_of_order, ["R32 -"]);
    for place in &places {
        fund.officer.does("serveWaitingListPlace", json!({ "placeId": place }), "award { id }").await;
    }
    assert_eq!(fund.books(2020).await, "150000.00 25000.00 0.00 0.00 175000.00 0.00 174000.00 0.00 0.00 1000.00");

    fund.app.at("2020-01-27T08:00:00Z");
    let mut awards = Vec::new();
    for (applicant, id) in &applications {
        let award = fund.award(id).await;
        fund.settle(applicant, &award, "2020-01-27").await;
        awards.push(award);
    }

    fund.app.at("2020-04-14T08:00:00Z");
    let called_off = json!({ "awardId": awards[0], "reason": "Die Pandemie lässt keine Reise zu." });
    applications[0].0.person.does("declineAward", called_off, "award { state }").await;
    assert_eq!(fund.books(2020).await, "150000.00 25000.00 0.00 0.00 175000.00 0.00 154000.00 0.00 0.00 21000.00");

    fund.app.at("2020-08-20T18:00:00Z");
    let affected = [&awards[1], &awards[2]];
    let without = json!({ "awardIds": affected, "until": "2021-12-31" });
    assert_eq!(fund.officer.is_refused("extendAwards", without).await, ["R40 resolution"]);
    let input = json!({ "awardIds": affected, "until": "2021-12-31", "resolution": "Drs. 0630/2020" });
    let extended = fund.officer.does("extendAwards", input, "awards { termEnd }").await;
    assert_eq!(extended["awards"], json!([{ "termEnd": "2021-12-31" }, { "termEnd": "2021-12-31" }]));
    assert_eq!(fund.books(2020).await, "150000.00 25000.00 0.00 0.00 175000.00 0.00 154000.00 0.00 0.00 21000.00");
}

const WAITING_LIST: &str = "{ budgetYear(year: 2020) { waitingList(first: 50) { nodes { id position amount state isOffered } } } }";

/// The waiting list of 2020: position, amount, state, whether money is offered to it.
async fn waiting_list(fund: &Fund) -> Vec<String> {
    let list = fund.officer.asks(WAITING_LIST, json!({})).await;
    let places = list["budgetYear"]["waitingList"]["nodes"].as_array().expect("places").clone();
    let line = |place: &Value| format!("{} {} {} {}", place["position"], place["amount"].id(), place["state"].id(), place["isOffered"]);
    places.iter().map(line).collect()
}

async fn place_ids(fund: &Fund) -> Vec<String> {
    let list = fund.officer.asks(WAITING_LIST, json!({})).await;
    list["budgetYear"]["waitingList"]["nodes"].as_array().expect("places").iter().map(|place| place["id"].id()).collect()
}
