//! The append-only record (R45).

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::event::{Subject, SubjectKind as Kind};
use domain::identity::Permission;

use crate::connection::{Connection, Listed, Paging};
use crate::error::{Fault, Nullable, Result};
use crate::identity::Person;
use crate::node::{Which, decode, encode};
use crate::scalar::DateTime;
use crate::session::Session;

/// What kind of thing an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::event::SubjectKind")]
pub enum SubjectKind {
    /// A person.
    Person,
    /// An applicant.
    Applicant,
    /// A bank account.
    BankAccount,
    /// A round.
    Round,
    /// An application.
    Application,
    /// A motion.
    Motion,
    /// A ballot.
    Ballot,
    /// A time on a seat of the committee.
    #[graphql(name = "SEAT_HOLDING")]
    Holding,
    /// A recusal.
    Recusal,
    /// A budget year.
    BudgetYear,
    /// A place on the waiting list.
    #[graphql(name = "WAITING_LIST_PLACE")]
    Place,
    /// An award.
    Award,
    /// A payout.
    Payout,
    /// A message.
    Message,
    /// A wish to sign in by an address that nobody is known by yet.
    SignIn,
    /// A session.
    Session,
    /// An API token.
    Token,
    /// A briefing.
    Briefing,
    /// A proposal.
    Proposal,
    /// A what-if.
    WhatIf,
    /// A meeting.
    Meeting,
    /// An item of an agenda.
    AgendaItem,
    /// Minutes.
    Minutes,
}

/// The GraphQL type of a kind of thing.
const fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "Person",
        Kind::Applicant => "Applicant",
        Kind::BankAccount => "BankAccount",
        Kind::Round => "Round",
        Kind::Application => "Application",
        Kind::Motion => "Motion",
        Kind::Ballot => "Ballot",
        Kind::Holding => "SeatHolding",
        Kind::Recusal => "Recusal",
        Kind::BudgetYear => "BudgetYear",
        Kind::Place => "WaitingListPlace",
        Kind::Award => "Award",
        Kind::Payout => "Payout",
        Kind::Message => "Message",
        Kind::SignIn => "SignIn",
        Kind::Session => "Session",
        Kind::Token => "Token",
        Kind::Briefing => "Briefing",
        Kind::Proposal => "Proposal",
        Kind::WhatIf => "WhatIf",
        Kind::Meeting => "Meeting",
        Kind::AgendaItem => "AgendaItem",
        Kind::Minutes => "Minutes",
    }
}

const KINDS: [Kind; 23] = [
    Kind::Person,
    Kind::Applicant,
    Kind::BankAccount,
    Kind::Round,
    Kind::Application,
    Kind::Motion,
    Kind::Ballot,
    Kind::Holding,
    Kind::Recusal,
    Kind::BudgetYear,
    Kind::Place,
    Kind::Award,
    Kind::Payout,
    Kind::Message,
    Kind::SignIn,
    Kind::Session,
    Kind::Token,
    Kind::Briefing,
    Kind::Proposal,
    Kind::WhatIf,
    Kind::Meeting,
    Kind::AgendaItem,
    Kind::Minutes,
];

/// An entry of the append-only record (R45): who did what, when, on which version. Each carries the hash of the one before.
#[derive(Description)]
pub struct Event(pub(crate) domain::event::Event);

#[Object(use_type_description)]
impl Event {
    /// Its place in the record, from 1, without gaps.
    async fn sequence(&self) -> i64 {
        self.0.sequence
    }

    /// When, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// Who; null for the program itself, and for whoever may not see names.
    async fn by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.by?, Permission::ReadEvents).await
    }

    /// What happened: `application-submitted`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// To what kind of thing.
    async fn subject_kind(&self) -> SubjectKind {
        self.0.subject.kind.into()
    }

    /// The thing's id, for `node`.
    async fn subject_id(&self) -> Option<ID> {
        let Subject { kind, id, .. } = &self.0.subject;
        let which = match kind {
            Kind::BudgetYear => Which::Year(id.parse().ok()?),
            _ => Which::Uuid(id.parse().ok()?),
        };
        Some(encode(type_of(*kind), which))
    }

    /// The thing's version after it.
    async fn subject_version(&self) -> i64 {
        self.0.subject.version
    }

    /// What else is to be known, and the journal entries that were made, as the JSON text that was hashed.
    async fn details(&self) -> &str {
        &self.0.details
    }

    /// The hash of the event before, 64 hexadecimal digits.
    async fn previous_hash(&self) -> &str {
        &self.0.previous.0
    }

    /// The hash of this event, SHA-256 as 64 hexadecimal digits. `sonderfonds verify` recomputes it.
    async fn hash(&self) -> &str {
        &self.0.hash.0
    }
}

impl Listed for Event {
    const NUMBERED: bool = true;

    fn key(&self) -> engine::Key {
        engine::Key::Number(self.0.sequence)
    }
}

/// Questions about the record.
#[derive(Default)]
pub struct EventQueries;

#[Object]
impl EventQueries {
    /// The record in its order: all of it for the auditor, their own deeds for everybody else (R45).
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events about the thing with that id; left out: about all.")] subject: Option<ID>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Event>> {
        let found = async {
            let session = Session::of(ctx);
            let query = engine::EventQuery { subject: subject.as_ref().map(subject_of).transpose()? };
            let window = Paging { first, after, last, before }.window::<Event>(ctx, "events")?;
            let page = session.engine().events(&session.actor(), query, &window).await?;
            Ok(Connection::new("events", page, Event, None))
        };
        Some(found.await)
    }
}

fn subject_of(id: &ID) -> Result<(Kind, String)> {
    let unknown = || Fault::bad_input("subject", "this is not the id of a thing");
    let (of, which) = decode(id).ok_or_else(unknown)?;
    let kind = KINDS.into_iter().find(|kind| type_of(*kind) == of).ok_or_else(unknown)?;
    let id = match which {
        Which::Uuid(id) => id.to_string(),
        Which::Year(year) => year.to_string(),
    };
    Ok((kind, id))
}
