//! The record, for the auditor.

use domain::event::{Event, SubjectKind};
use domain::identity::{Actor, Permission};
use store::event::EventFilter;

use crate::{Engine, Page, Result, Window};

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

    /// A page of what the person who asks did, and of what was done about them as a person: sign-ins, refusals, roles.
    pub async fn own_events(&self, actor: &Actor, window: &Window) -> Result<Page<Event>> {
        let of = Some(actor.person.ok_or(crate::Error::Unauthenticated)?);
        let except = self.things_recused_from(actor).await?;
        let filter = EventFilter { of, except, ..EventFilter::default() };
        Ok(store::event::page(self.database.reader(), &filter, window).await?)
    }
}
