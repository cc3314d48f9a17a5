//! Items of agendas, as somebody may see them: who is excluded from one sees that there is one, and nothing else of it (R16).

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::available_actions;
use domain::ids::AgendaItemId;
use domain::meeting::{AgendaEntry, ItemState as State};

use crate::application::Application;
use crate::committee::{Ballot, Motion};
use crate::error::{Nullable, Result};
use crate::meeting::Meeting;
use crate::mutation::Loaded;
use crate::node::id_of;
use crate::scalar::DateTime;
use crate::session::Session;

/// Who may listen to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::meeting::Publicity")]
pub enum Publicity {
    /// Everybody (GO § 35).
    Public,
    /// The committee and the office.
    NonPublic,
}

/// Where an item of an agenda stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AgendaItemState {
    /// On the agenda.
    Listed,
    /// Taken off for this time.
    Deferred,
}

/// What can be done with an item of an agenda. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::meeting::AgendaItemAction")]
pub enum AgendaItemAction {
    /// `deferAgendaItem`: take it off for this time.
    #[graphql(name = "DEFER_AGENDA_ITEM")]
    Defer,
}

/// An item on a meeting's agenda (Tagesordnungspunkt).
#[derive(Description)]
pub struct AgendaItem(pub(crate) AgendaEntry);

#[Object(use_type_description)]
impl AgendaItem {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// On whose agenda it is.
    async fn meeting(&self, ctx: &Context<'_>) -> Nullable<Meeting> {
        Meeting::load(&Session::of(ctx), self.0.meeting).await.transpose()
    }

    /// Its place, from 1.
    async fn position(&self) -> u32 {
        self.0.position
    }

    /// Who may listen.
    async fn publicity(&self) -> Publicity {
        self.0.publicity.into()
    }

    /// Whether the person who asks is excluded from it (R16): everything else is null or empty then.
    async fn is_excluded(&self) -> bool {
        self.0.seen.is_none()
    }

    /// What it is called.
    async fn title(&self) -> Option<&str> {
        self.0.seen.as_ref().map(|on| on.item.title.as_str())
    }

    /// Where it stands.
    async fn state(&self) -> Option<AgendaItemState> {
        self.0.seen.as_ref().map(|on| match on.item.state {
            State::Listed => AgendaItemState::Listed,
            State::Deferred { .. } => AgendaItemState::Deferred,
        })
    }

    /// The application that it is about; its file is the item's papers.
    async fn application(&self, ctx: &Context<'_>) -> Nullable<Application> {
        let application = self.0.seen.as_ref()?.item.application?;
        Session::of(ctx).application(application).await.map(|found| found.map(Application)).transpose()
    }

    /// The motion that is to be voted on.
    async fn motion(&self, ctx: &Context<'_>) -> Nullable<Motion> {
        let motion = self.0.seen.as_ref()?.item.motion?;
        Session::of(ctx).motion(motion).await.map(|found| found.map(Motion)).transpose()
    }

    /// The ballots under it, in the order in which they were opened.
    async fn ballots(&self, ctx: &Context<'_>) -> Result<Vec<Ballot>> {
        let session = Session::of(ctx);
        let found = session.engine().ballots_on(&session.actor(), self.0.id).await?;
        Ok(found.into_iter().map(Ballot).collect())
    }

    /// Why it was taken off for this time. Null unless the state is `DEFERRED`.
    async fn deferred_because(&self) -> Option<&str> {
        match &self.0.seen.as_ref()?.item.state {
            State::Deferred { reason, .. } => Some(reason),
            State::Listed => None,
        }
    }

    /// When it was taken off, in UTC. Null unless the state is `DEFERRED`.
    async fn deferred_at(&self) -> Option<DateTime> {
        match self.0.seen.as_ref()?.item.state {
            State::Deferred { at, .. } => Some(at.into()),
            State::Listed => None,
        }
    }

    /// To which meeting it was deferred; null unless it was, and that is known.
    async fn deferred_to(&self, ctx: &Context<'_>) -> Nullable<Meeting> {
        match self.0.seen.as_ref()?.item.state {
            State::Deferred { to, .. } => Meeting::load(&Session::of(ctx), to?).await.transpose(),
            State::Listed => None,
        }
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AgendaItemAction> {
        let actor = Session::of(ctx).actor();
        let actions = self.0.seen.as_ref().map(|on| available_actions(&actor, on));
        actions.unwrap_or_default().into_iter().map(Into::into).collect()
    }
}

impl Loaded for AgendaItem {
    type Id = AgendaItemId;

    async fn load(session: &Session, id: AgendaItemId) -> Result<Option<Self>> {
        Ok(session.engine().agenda_item(&session.actor(), id).await?.map(Self))
    }
}
