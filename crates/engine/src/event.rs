//! The record, for the auditor.

use chrono::{DateTime, Utc};
use domain::application::Application;
use domain::event::{Event, SubjectKind};
use domain::identity::{Actor, Permission};
use domain::money::Money;
use store::event::EventFilter;

use crate::{Engine, Error, Page, Result, Window, visible};

/// The most entries of a history. Who wants more is the auditor, and has the record.
const LONGEST_HISTORY: u64 = 200;

/// What those who apply may know of the record: what they did, and what became of it. Not: who proposed, voted, certified.
const TOLD: &[&str] = &[
    "application-started",
    "submission-signed",
    "application-submitted",
    "changes-requested",
    "application-admitted",
    "application-refused",
    "application-withdrawn",
    "late-submission-permitted",
    "early-start-consented",
    "award-notified",
    "award-accepted",
    "award-declined",
    "award-revoked",
    "award-extended",
    "appeal-waived",
    "objection-recorded",
    "objection-settled",
    "payout-requested",
    "payout-refused",
    "payout-executed",
    "payout-returned",
    "repayment-booked",
];

/// Something that happened to an application, as its applicant may know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// When.
    pub at: DateTime<Utc>,
    /// What: `application-submitted`.
    pub kind: String,
    /// Whether the person who asks did it.
    pub by_oneself: bool,
    /// How much money it was about, in euro.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<String>,
}

/// Which events are asked for.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// About that thing.
    pub subject: Option<(SubjectKind, String)>,
}

impl Engine {
    /// A page of the record, in its order: all of it for the auditor, their own deeds for everybody else.
    pub async fn events(&self, actor: &Actor, query: EventQuery, window: &Window) -> Result<Page<Event>> {
        let Some(person) = actor.person else {
            return Err(crate::Error::Unauthenticated);
        };
        let all = actor.may(Permission::ReadEvents, domain::identity::Scope::everyone());
        // Of what they are excluded from they don't even see what they did themselves (R16).
        let except = self.things_recused_from(actor).await?;
        let filter = EventFilter { subject: query.subject, by: (!all).then_some(person), except, ..EventFilter::default() };
        Ok(store::event::page(self.database.reader(), &filter, window).await?)
    }

    async fn things_recused_from(&self, actor: &Actor) -> Result<Vec<String>> {
        let recused: Vec<_> = actor.recused_from.iter().copied().collect();
        Ok(store::recusal::things_of(self.database.reader(), &recused).await?)
    }

    /// What happened to an application, its award and its payouts, the latest first: as far as whoever sees the application may know it.
    pub async fn history_of(&self, actor: &Actor, application: &Application) -> Result<Vec<Happened>> {
        let db = self.database.reader();
        if visible(actor, Some(application.clone())).is_none() {
            return Err(Error::NotFound);
        }
        let mut subjects = vec![application.id.to_string()];
        if let Some(award) = store::award::of_application(db, application.id).await? {
            subjects.push(award.id.to_string());
            subjects.extend(store::payout::of_award(db, award.id).await?.iter().map(|payout| payout.id.to_string()));
        }
        let filter = EventFilter { subjects, kinds: TOLD, ..EventFilter::default() };
        let mut events = store::event::page(db, &filter, &Window::last(LONGEST_HISTORY)).await?.items;
        events.reverse();
        Ok(events.into_iter().map(|event| told(event, actor)).collect())
    }

    /// A page of what the person who asks did, and of what was done about them as a person: sign-ins, refusals, roles.
    pub async fn own_events(&self, actor: &Actor, window: &Window) -> Result<Page<Event>> {
        let of = Some(actor.person.ok_or(crate::Error::Unauthenticated)?);
        let except = self.things_recused_from(actor).await?;
        let filter = EventFilter { of, except, ..EventFilter::default() };
        Ok(store::event::page(self.database.reader(), &filter, window).await?)
    }
}

fn told(event: Event, actor: &Actor) -> Happened {
    let details: serde_json::Value = serde_json::from_str(&event.details).unwrap_or_default();
    let said = |name: &str| details.get(name).and_then(|value| value.as_str());
    let reason = said("reason").or_else(|| said("remark")).filter(|reason| !reason.is_empty()).map(str::to_owned);
    let amount = said("amount").or_else(|| said("amountRequested")).and_then(|amount| amount.parse().ok());
    Happened { at: event.at, by_oneself: event.by.is_some() && event.by == actor.person, amount, reason, kind: event.kind }
}
