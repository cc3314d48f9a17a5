//! The whole program in one process: the real wiring with a set clock, a database of its own, and where asked a real SMTP server.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use domain::committee::Capacity;
use domain::fund::Fund;
use domain::identity::{Actor, Role};
use domain::language::Language;
use domain::token::Access;
use engine::{AssignSeat, Call, Engine, NewPerson, NewToken};

use crate::client::Client;
use crate::clock::SetClock;
use crate::mailbox::Mailbox;
use crate::postgres::TestDatabase;

/// Which database an app runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, in a file.
    Sqlite,
    /// A database of the test's own in the run's cluster.
    Postgres,
}

impl Backend {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// A running program. It stops, and its database is dropped, with the value: in the order of the fields.
pub struct App {
    server: server::RunningServer,
    settings: Box<server::config::Settings>,
    fund: Arc<Fund>,
    clock: Arc<SetClock>,
    mailbox: Option<Mailbox>,
    folder: tempfile::TempDir,
    database: Option<TestDatabase>,
}

impl App {
    /// A program on that database. Its e-mail goes into files.
    pub async fn start(backend: Backend) -> Self {
        Self::with(backend, None, server::config::kiel()).await
    }

    /// As [`App::start`], with a fund of another city.
    pub async fn for_fund(backend: Backend, fund: Fund) -> Self {
        Self::with(backend, None, fund).await
    }

    /// As [`App::start`], with its e-mail going to a real SMTP server with STARTTLS and AUTH.
    pub async fn with_smtp(backend: Backend) -> Self {
        Self::with(backend, Some(Mailbox::start().await), server::config::kiel()).await
    }

    /// As [`App::with_smtp`], with a public address, so that its e-mails lead to its pages.
    pub async fn with_links(backend: Backend) -> Self {
        Self::with_settings(backend, |settings| settings.mail.public_url = Some("https://sonderfonds.example.org".to_owned())).await
    }

    /// As [`App::with_smtp`], with settings of the test's own.
    pub async fn with_settings(backend: Backend, change: impl FnOnce(&mut server::config::Settings)) -> Self {
        Self::set_up(backend, Some(Mailbox::start().await), server::config::kiel(), change).await
    }

    async fn with(backend: Backend, mailbox: Option<Mailbox>, fund: Fund) -> Self {
        Self::set_up(backend, mailbox, fund, |_| {}).await
    }

    async fn set_up(backend: Backend, mailbox: Option<Mailbox>, fund: Fund, change: impl FnOnce(&mut server::config::Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(TestDatabase::create().await),
        };
        let mut settings = server::config::Settings::defaults();
        settings.data = folder.path().to_owned();
        settings.port = 0;
        settings.database_url = database.as_ref().map(TestDatabase::url);
        // The clock stands still, so nothing that was used up would ever grow back.
        let plenty = NonZeroU32::new(10_000_000).expect("some");
        settings.limits.source_per_minute = plenty;
        settings.limits.person_per_minute = plenty;
        settings.limits.sign_ins_per_hour = plenty;
        "sonderfonds@stadt.example".clone_into(&mut settings.mail.from);
        if let Some(mailbox) = &mailbox {
            settings.mail.host = Some(mailbox.host().to_owned());
            settings.mail.port = Some(mailbox.port());
            settings.mail.user = Some(mailbox.user().to_owned());
            settings.mail.password = Some(mailbox.password().to_owned().into());
            settings.mail.ca_file = Some(mailbox.certificate().to_owned());
        }
        settings.no_digests = true;
        change(&mut settings);
        let clock = Arc::new(SetClock::default());
        clock.set("2019-01-02T10:00:00Z");
        let fund = Arc::new(fund);
        let settings = Box::new(settings);
        let server = server::start(settings.as_ref().clone(), fund.clone(), clock.clone()).await.expect("the server starts");
        Self { server, settings, fund, clock, mailbox, folder, database }
    }

    /// Stops the program, lets something happen to the database with that URL, and starts it again, on another port.
    pub async fn restarted_after(self, happens: impl AsyncFnOnce(&str)) -> Self {
        let url = self.database_url();
        let Self { server, settings, fund, clock, mailbox, folder, database } = self;
        server.shutdown().await;
        happens(&url).await;
        let server = server::start(settings.as_ref().clone(), fund.clone(), clock.clone()).await.expect("the server starts");
        Self { server, settings, fund, clock, mailbox, folder, database }
    }

    /// Sets the clock.
    pub fn at(&self, instant: &str) {
        self.clock.set(instant);
    }

    /// The engine, for what no face does: persons, tokens, the proof.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.server.engine
    }

    /// Where the server listens: `http://127.0.0.1:40001`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Where people find it: at its public address, or where it listens.
    #[must_use]
    pub fn origin(&self) -> String {
        self.settings.origin().unwrap_or_else(|| self.address())
    }

    /// The folder that holds the program's data.
    #[must_use]
    pub fn data(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The URL of its database.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.database.as_ref().map_or_else(|| server::config::sqlite_url(self.folder.path()), TestDatabase::url)
    }

    /// Nobody in particular.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.address(), None, "")
    }

    /// A person with a token; `roles` by their codes.
    pub async fn person(&self, name: &str, email: &str, language: &str, roles: &[&str]) -> Client {
        let role = |code: &&str| Role::ALL.into_iter().find(|role| role.code() == *code).expect("a role");
        let new = NewPerson {
            name: name.to_owned(),
            email: Some(email.to_owned()),
            language: if language == "en" { Language::En } else { Language::De },
            roles: roles.iter().map(role).collect(),
        };
        let person = self.engine().add_person(new).await.expect("a person");
        let token = self
            .engine()
            .issue_token(NewToken { person, name: "test".to_owned(), access: Access::Write, expires_at: None })
            .await
            .expect("a token");
        Client::new(&self.address(), Some(token), email)
    }

    /// Gives the committee's seats, from the first on, to the people with these addresses, and the rest to members of whom nothing else is
    /// known, from the fund's beginning on.
    pub async fn fill_seats(&self, addresses: &[&str]) {
        let engine = self.engine();
        let administrator = engine.role_account(Role::Administrator).await.expect("an account");
        let administrator = Actor { person: Some(administrator), ..Actor::default() };
        let call = Call::by(&engine.refreshed(&administrator).await.expect("an actor"));
        let mut addresses = addresses.iter();
        for seat in 1..=engine.fund().committee.seats {
            let person = if let Some(address) = addresses.next() {
                engine.person_by_email(address).await.expect("the database answers").expect("a person").id
            } else {
                let new = NewPerson { name: format!("Sitz {seat}"), email: None, language: Language::De, roles: vec![Role::Member] };
                engine.add_person(new).await.expect("a person")
            };
            let since = "2018-12-13".parse().expect("a date");
            let seat = AssignSeat { seat, person, capacity: Capacity::Member, since };
            engine.assign_seat(&call, seat).await.expect("a seat");
        }
    }

    /// Delivers every message that is due, and returns when nothing is any more.
    pub async fn deliver_mail(&self) {
        self.server.drain_mail().await;
    }

    /// The SMTP server's mailbox.
    #[must_use]
    pub fn mailbox(&self) -> &Mailbox {
        self.mailbox.as_ref().expect("an app with SMTP")
    }

    /// How many messages an address has received.
    #[must_use]
    pub fn received_by(&self, address: &str) -> usize {
        self.mailbox().received().iter().filter(|message| message.to == address).count()
    }

    /// Every e-mail that the SMTP server has, once all that is due was delivered: a line for each subject and day, with its recipients.
    ///
    /// # Panics
    /// If the app has no SMTP server, or something could not be delivered.
    pub async fn mail_digest(&self) -> String {
        let mailbox = self.mailbox.as_ref().expect("an app with SMTP");
        self.server.drain_mail().await;
        let mut lines: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for message in mailbox.received() {
            let day =
                chrono::DateTime::parse_from_rfc2822(&message.headers["Date"]).expect("a date").to_utc().format("%Y-%m-%d").to_string();
            lines.entry((day, message.subject.clone())).or_default().push(message.to.clone());
        }
        let line = |((day, subject), mut recipients): ((String, String), Vec<String>)| {
            recipients.sort();
            format!("{day} | {subject} | {}\n", recipients.join(", "))
        };
        lines.into_iter().map(line).collect()
    }
}
