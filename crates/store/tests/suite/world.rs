//! A database of its own for each test, and the rows that other rows refer to.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::applicant::{Applicant, ApplicantKind, BankAccount};
use domain::application::{Application, CostLine, FinancingLine, Form, Measure, ObjectiveClaim, State};
use domain::award::{Award, AwardState};
use domain::budget::BudgetYear;
use domain::committee::{Ballot, BallotForm, BallotState, Capacity, Electorate, Holding, Motion, MotionState, Proposal};
use domain::event::{Event, Happening, Subject, SubjectKind};
use domain::fund::CommitteeRules;
use domain::identity::Person;
use domain::ids::PersonId;
use domain::language::{Bilingual, Language};
use domain::money::Money;
use domain::round::Round;
use domain::waiting_list::{Place, PlaceState};
use sea_orm::ConnectionTrait as _;
use store::{Database, Tx};
use uuid::Uuid;

/// A migrated database without rows, and the means to make some.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) url: String,
    numbers: AtomicU64,
    _whereabouts: Whereabouts,
}

/// Where the database is; dropped with it.
enum Whereabouts {
    File { _folder: tempfile::TempDir },
    Server { url: String, name: String },
}

impl Drop for Whereabouts {
    /// Best effort: what stays behind is on a server for tests.
    fn drop(&mut self) {
        let Self::Server { url, name } = self else { return };
        let (url, drop) = (url.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // A drop can't await.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async { sea_orm::Database::connect(url).await.ok()?.execute_unprepared(&drop).await.ok() })
        });
        let _ = dropping.join();
    }
}

impl World {
    pub(crate) async fn on_sqlite() -> Self {
        let world = Self::empty_on_sqlite().await;
        world.database.migrate().await.expect("it migrates");
        world
    }

    pub(crate) async fn on_postgres() -> Self {
        let world = Self::empty_on_postgres().await;
        world.database.migrate().await.expect("it migrates");
        world
    }

    pub(crate) async fn empty_on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a moment");
        let url = format!("sqlite://{}/fund.db", folder.path().display());
        Self::open(url, Whereabouts::File { _folder: folder }).await
    }

    pub(crate) async fn empty_on_postgres() -> Self {
        let server = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL is not set: run the tests with `cargo xtask test`");
        let name = format!("store_{}", Uuid::from_u128(rand()).simple());
        let session = sea_orm::Database::connect(&server).await.expect("the server answers");
        session.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("databases can be made");
        session.close().await.expect("it closes");
        let (address, parameters) = server.split_once('?').unwrap_or((&server, ""));
        let (host, _) = address.rsplit_once('/').expect("the URL names a database");
        let url = format!("{host}/{name}?{parameters}");
        Self::open(url, Whereabouts::Server { url: server, name }).await
    }

    async fn open(url: String, place: Whereabouts) -> Self {
        let database = Database::open(&url).await.expect("it opens");
        Self { database, url, numbers: AtomicU64::new(1), _whereabouts: place }
    }

    pub(crate) async fn begin(&self) -> Tx {
        self.database.begin().await.expect("it begins")
    }

    /// Runs SQL that the store would never run, and says how it was refused.
    pub(crate) async fn refusal(&self, sql: &str) -> String {
        let tx = self.begin().await;
        let refused = tx.execute_unprepared(sql).await.expect_err("it is refused");
        store::StoreError::from(refused).to_string()
    }

    /// A new id, later than all before it.
    pub(crate) fn id<T: From<Uuid>>(&self) -> T {
        Uuid::from_u128(self.numbers.fetch_add(1, Ordering::Relaxed).into()).into()
    }

    pub(crate) async fn person(&self, tx: &Tx) -> PersonId {
        let id: PersonId = self.id();
        let email = Some(format!("Person.{id}@Example.org"));
        let person = Person { id, version: 1, name: "Ada".to_owned(), email, language: Language::En, created_at: now() };
        store::identity::insert_person(tx, &person).await.expect("inserts");
        id
    }

    pub(crate) async fn applicant(&self, tx: &Tx) -> Applicant {
        let applicant = Applicant {
            id: self.id(),
            version: 1,
            kind: ApplicantKind::NonProfitAssociation,
            name: "Chor e. V.".to_owned(),
            address: "Am Markt 1\n24103 Kiel".to_owned(),
            details: domain::applicant::Details::default(),
            joint_representation: false,
            registered_at: now(),
        };
        store::applicant::insert(tx, &applicant).await.expect("inserts");
        applicant
    }

    pub(crate) async fn account(&self, tx: &Tx, applicant: &Applicant) -> BankAccount {
        let by = self.person(tx).await;
        let account = BankAccount::name(self.id(), applicant.id, "DE02 1203 0000 0000 2020 51", "Chor Köln", by, now());
        let account = account.expect("it is one");
        store::applicant::insert_account(tx, &account).await.expect("inserts");
        account
    }

    pub(crate) async fn round(&self, tx: &Tx) -> Round {
        let id: Uuid = self.id();
        let round = Round {
            id: id.into(),
            version: 1,
            code: format!("2020-{}", id.as_u128()),
            deadline: date("2019-10-31"),
            projects_from: date("2020-01-01"),
            projects_until: date("2020-12-31"),
            budget_year: 2020,
            announced_at: now(),
        };
        store::round::insert(tx, &round).await.expect("inserts");
        round
    }

    /// An application that was submitted and admitted, with an applicant and a round of its own.
    pub(crate) async fn application(&self, tx: &Tx) -> Application {
        let (applicant, round, by) = (self.applicant(tx).await, self.round(tx).await, self.person(tx).await);
        let draft = Application::start(self.id(), round.id, applicant.id, by, now());
        let number = Some(format!("SP-{}-001", round.code));
        let application = Application { form: form(), number, received_at: Some(now()), state: State::Admitted, ..draft };
        store::application::insert(tx, &application).await.expect("inserts");
        application
    }

    pub(crate) async fn motion(&self, tx: &Tx, application: &Application) -> Motion {
        let motion = Motion {
            id: self.id(),
            version: 1,
            application: application.id,
            applicant: application.applicant,
            proposal: Proposal::Award { amount: euro(9_000) },
            wording: "Bewilligen".to_owned(),
            state: MotionState::Pending,
            proposed_by: application.created_by,
            proposed_at: now(),
        };
        store::committee::insert_motion(tx, &motion).await.expect("inserts");
        motion
    }

    pub(crate) async fn ballot(&self, tx: &Tx) -> (Application, Motion, Ballot) {
        let application = self.application(tx).await;
        let motion = self.motion(tx, &application).await;
        let ballot = Ballot {
            id: self.id(),
            version: 1,
            motion: motion.id,
            application: application.id,
            form: BallotForm::Meeting,
            electorate: self.electorate(&[application.created_by, self.person(tx).await]),
            en_bloc: None,
            agenda_item: None,
            recorded_tally: None,
            state: BallotState::Open,
            computation: None,
            opened_at: now(),
        };
        store::committee::insert_ballot(tx, &ballot).await.expect("inserts");
        (application, motion, ballot)
    }

    /// These on the first of eleven seats.
    pub(crate) fn electorate(&self, members: &[PersonId]) -> Electorate {
        let name = Bilingual { de: "Arbeitskreis".to_owned(), en: "Committee".to_owned() };
        let rules = CommitteeRules { name, seats: 11, casting_vote_of_chair: true, remote_attendance: true, invitation_days: 7 };
        let holding = |(seat, person): (u32, &PersonId)| Holding {
            id: self.id(),
            version: 1,
            seat,
            person: *person,
            capacity: Capacity::Member,
            since: date("2019-01-01"),
            until: None,
        };
        let holdings: Vec<Holding> = (1..).zip(members).map(holding).collect();
        Electorate::on(date("2020-01-15"), &holdings, &[], members, &rules)
    }

    /// The year, with 150,000 €, unless it exists.
    pub(crate) async fn year(&self, tx: &Tx, year: i32) -> BudgetYear {
        if let Some(year) = store::budget::find_year(tx, year).await.expect("reads") {
            return year;
        }
        let mut year = BudgetYear::new(year).expect("a year");
        year.balances.appropriated = euro(150_000);
        store::budget::insert_year(tx, &year).await.expect("inserts");
        year
    }

    pub(crate) async fn award(&self, tx: &Tx) -> Award {
        let (application, _, ballot) = self.ballot(tx).await;
        let year = self.year(tx, 2020).await;
        let award = Award {
            id: self.id(),
            version: 1,
            application: application.id,
            applicant: application.applicant,
            ballot: ballot.id,
            year: year.year,
            amount: euro(9_000),
            hardship: true,
            released: Money::ZERO,
            paid: Money::ZERO,
            repaid: Money::ZERO,
            term_start: date("2020-03-01"),
            term_end: date("2020-08-31"),
            state: AwardState::Granted,
            granted_at: now(),
        };
        store::award::insert(tx, &award).await.expect("inserts");
        award
    }

    pub(crate) async fn place(&self, tx: &Tx) -> Place {
        let (application, motion, ballot) = self.ballot(tx).await;
        let year = self.year(tx, 2020).await;
        let place = Place {
            id: self.id(),
            version: 1,
            year: year.year,
            position: store::waiting_list::next_position(tx, year.year).await.expect("reads"),
            proposal: motion.proposal,
            application: application.id,
            applicant: application.applicant,
            ballot: ballot.id,
            state: PlaceState::Waiting,
            skipped: None,
            created_at: now(),
        };
        store::waiting_list::insert(tx, &place).await.expect("inserts");
        place
    }

    /// So many more events in the record.
    pub(crate) async fn events(&self, tx: &Tx, count: i64, by: Option<PersonId>) -> Vec<Event> {
        let (head, mut previous) = store::event::head(tx).await.expect("reads");
        let mut events = Vec::new();
        for sequence in head + 1..=head + count {
            let subject = Subject::new(SubjectKind::Application, Uuid::nil(), sequence);
            let details = serde_json::json!({ "z": "zuerst", "a": 1 });
            let happening = Happening { kind: "application-submitted", subject, details };
            let event = Event::seal(sequence, previous, happening, &[], by, now());
            previous = event.hash.clone();
            events.push(event);
        }
        store::event::append(tx, &events).await.expect("appends");
        events
    }
}

/// A random number without another library: the standard library seeds its hash maps with one.
fn rand() -> u128 {
    use std::hash::BuildHasher as _;
    let state = std::collections::hash_map::RandomState::new();
    u128::from(state.hash_one(1)) << 64 | u128::from(state.hash_one(2))
}

pub(crate) fn now() -> DateTime<Utc> {
    "2020-01-15T10:00:00.123456Z".parse().expect("an instant")
}

pub(crate) fn minutes(count: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(count)
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub(crate) fn euro(euro: i64) -> Money {
    Money::from_cents(euro * 100)
}

/// A form with everything in it.
pub(crate) fn form() -> Form {
    Form {
        title: Some("Chorreise „Nord“".to_owned()),
        summary: Some("Zwei\nZeilen 🎶".to_owned()),
        measure: Some(Measure::VisitOut),
        partner_organisation: Some("Koor".to_owned()),
        cities: vec!["tallinn".to_owned()],
        objectives: vec![ObjectiveClaim { objective: "europe".to_owned(), reason: "Begegnung".to_owned() }],
        starts_on: Some(date("2020-03-01")),
        ends_on: Some(date("2020-08-31")),
        participants: None,
        cost_lines: vec![CostLine {
            category: "transport".to_owned(),
            text: "Fähre".to_owned(),
            amount: Money::from_cents(1_000_001),
            reason: Some("weit".to_owned()),
        }],
        financing_lines: vec![FinancingLine { source: "own-funds".to_owned(), text: "Beiträge".to_owned(), amount: euro(1_000) }],
        amount_requested: Some(Money::from_cents(900_001)),
        hardship_reason: Some("Härte".to_owned()),
        not_begun: true,
    }
}
