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
        let recused: Vec<_> = actor.recused_from.iter().copied().collect();
        let except = store::recusal::things_of(self.database.reader(), &recused).await?;
        let filter = EventFilter { subject: query.subject, by: (!all).then_some(person), except };
        Ok(store::event::page(self.database.reader(), &filter, window).await?)
    }
}
