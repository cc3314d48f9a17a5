//! The use cases. Each one reads from top to bottom: begin, load, authorise, decide, save, post, record, enqueue, commit, announce.
//!
//! The faces (GraphQL, portal, command line) call [`Engine`] and nothing else. A command is a method that takes a [`Call`]; it commits
//! everything or nothing. A question is a method that takes an [`Actor`]; it answers only what that actor may see, and to a thing that they
//! may not see it says what it says of a thing that does not exist: nothing.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::day_of;
use domain::fund::Fund;
use domain::identity::{Actor, Permission, Scope, Scoped};
use store::Database;
use tokio::sync::{Mutex, Notify, broadcast};

mod access;
mod address;
mod applicant;
mod application;
mod award;
mod briefing;
mod budget;
mod change;
mod committee;
mod desk;
mod digest;
mod error;
mod event;
mod export;
mod federation;
mod identity;
mod ids;
mod meeting;
mod membership;
mod minutes;
mod office;
mod outbox;
mod paper;
mod payout;
mod project;
mod proposal;
mod role;
mod round;
mod session;
mod sign_in;
mod spending;
mod throttle;
mod token;
mod verify;
mod waiting_list;
mod what_if;
mod work;

pub use application::{ApplicationQuery, RequestChanges, SaveDraft, StartApplication};
pub use award::{AwardQuery, BookRepayment, ExtendAwards, NotifyAward};
pub use briefing::{BriefingQuery, CorrectBriefing};
pub use budget::{ChangeBudget, CloseBudgetYear};
pub use change::{Change, Changes};
pub use committee::{
    AssignSeat, DeclareRecusal, DisputeRecusal, Matter, NewBallotForm, OpenBallot, OpenBallots, ProposeMotion, RecordRecusal, RecordTally,
    VacateSeat,
};
pub use error::{Error, Result};
pub use event::{EventQuery, Happened};
pub use identity::NewPerson;
pub use ids::Ids;
pub use meeting::{AddAgendaItem, DeferAgendaItem, InviteToMeeting, RecordArrival, RecordDeparture, ReorderAgenda, RescheduleMeeting};
pub use membership::{AppointOwner, HandOverApplicant};
pub use minutes::{AddAddendum, MinutesView, SignMinutes, WriteMinutes};
pub use office::{CaseFile, Checked, Exclusions};
pub use paper::{BallotPaper, Item, Paper, Papers};
pub use payout::{BookReturn, CertifyPayout, RequestPayout};
pub use project::FundedProject;
pub use proposal::PrepareProposal;
pub use round::RoundView;
pub use sign_in::{AskSignIn, Browser, Proof, SignedIn};
pub use spending::{PayoutCase, Share, Spending};
pub use store::application::Version;
pub use store::desk::Counts;
pub use store::page::{Count, Key, Page, Window};
pub use throttle::Rates;
pub use token::{CreateToken, IssuedToken, NewToken};
pub use verify::{Finding, Report};
pub use what_if::{SaveWhatIf, WhatIfLine};
pub use work::Call;

/// Where the time comes from. Tests set it.
pub trait Clock: Send + Sync {
    /// The instant, in UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the computer's clock is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The engine: a database, a fund, a clock. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    database: Database,
    fund: Arc<Fund>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
    changes: broadcast::Sender<Change>,
    mail: Arc<Notify>,
    access: Arc<access::Access>,
    /// Held while the books are proven for somebody.
    proof: Arc<Mutex<()>>,
}

impl Engine {
    /// An engine over a migrated database.
    #[must_use]
    pub fn new(database: Database, fund: Arc<Fund>, clock: Arc<dyn Clock>) -> Self {
        let (changes, _) = broadcast::channel(1024);
        Self {
            database,
            fund,
            clock,
            ids: Arc::default(),
            changes,
            mail: Arc::default(),
            access: Arc::new(access::Access::new()),
            proof: Arc::default(),
        }
    }

    /// The fund's rules.
    #[must_use]
    pub fn fund(&self) -> &Fund {
        &self.fund
    }

    /// The database, for wiring: the mail worker, readiness.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Rung after each commit that put messages into the outbox.
    #[must_use]
    pub fn mail_bell(&self) -> Arc<Notify> {
        self.mail.clone()
    }

    /// Now, in UTC, to the microsecond: what both databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = self.clock.now();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// Today, in Europe/Berlin.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        day_of(self.now())
    }
}

/// The thing, if it exists and the actor may see it.
fn visible<T: Scoped>(actor: &Actor, thing: Option<T>) -> Option<T> {
    thing.filter(|thing| actor.may(T::READ, thing.scope()))
}

/// Lets the actor through to a question that is not about one thing.
fn require(actor: &Actor, permission: Permission) -> Result<()> {
    if actor.may(permission, Scope::everyone()) {
        return Ok(());
    }
    Err(if actor.person.is_none() { Error::Unauthenticated } else { Error::Forbidden })
}
