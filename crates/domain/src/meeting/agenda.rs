//! The agenda: items in an order, public or not, each of them free or about an application and the motion on it. Who is excluded from the
//! application sees that there is an item, and nothing else of it (R16).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::committee::{Motion, MotionState};
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{AgendaItemId, ApplicationId, MeetingId, MotionId};
use crate::meeting::MeetingState;
use crate::problem::{Problem, Refusal};
use crate::text;

/// The most items on one agenda.
pub const MOST_ITEMS: usize = 200;

/// Who may listen to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publicity {
    /// Everybody (GO § 35).
    Public,
    /// The committee and the office.
    NonPublic,
}

/// An item on a meeting's agenda (Tagesordnungspunkt).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaItem {
    /// Its id.
    pub id: AgendaItemId,
    /// Counts the changes.
    pub version: i64,
    /// On whose agenda.
    pub meeting: MeetingId,
    /// Its place, from 1.
    pub position: u32,
    /// Who may listen.
    pub publicity: Publicity,
    /// What it is called.
    pub title: String,
    /// The application that it is about; its file is the item's papers.
    pub application: Option<ApplicationId>,
    /// The motion that is to be voted on.
    pub motion: Option<MotionId>,
    /// Where it stands.
    pub state: ItemState,
}

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ItemState {
    /// On the agenda.
    Listed,
    /// Taken off for this time.
    Deferred {
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
        /// To which meeting's agenda, if it is known.
        to: Option<MeetingId>,
    },
}

impl ItemState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Deferred { .. } => "deferred",
        }
    }
}

/// What can be done with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AgendaItemAction {
    /// Take it off for this time.
    Defer,
}

impl Action for AgendaItemAction {
    const ALL: &'static [Self] = &[Self::Defer];

    fn permission(self) -> Permission {
        Permission::ArrangeAgenda
    }
}

/// An item with what its guard needs to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemOn {
    /// The item.
    pub item: AgendaItem,
    /// Where its meeting stands.
    pub meeting: MeetingState,
    /// Whether a ballot was opened on it that did not end without a result.
    pub voted_on: bool,
}

impl Scoped for ItemOn {
    const READ: Permission = Permission::ReadMeetings;

    fn scope(&self) -> Scope {
        self.item.scope()
    }
}

impl Guarded for ItemOn {
    type Action = AgendaItemAction;

    fn permits(&self, action: AgendaItemAction, _: &Actor) -> Result<(), Problem> {
        if self.meeting.closed_at().is_some() {
            return Err(Problem::wrong_state(self.meeting.name(), action));
        }
        if self.voted_on {
            return Err(Problem::wrong_state("voted on", action));
        }
        match self.item.state {
            ItemState::Listed => Ok(()),
            ItemState::Deferred { .. } => Err(Problem::wrong_state(self.item.state.name(), action)),
        }
    }
}

/// An item as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaEntry {
    /// Its id.
    pub id: AgendaItemId,
    /// On whose agenda.
    pub meeting: MeetingId,
    /// Its place, from 1.
    pub position: u32,
    /// Who may listen.
    pub publicity: Publicity,
    /// The item itself; `None` for whoever is excluded from it (R16).
    pub seen: Option<ItemOn>,
}

/// What an item is to be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem<'a> {
    /// Who may listen.
    pub publicity: Publicity,
    /// What it is called.
    pub title: &'a str,
    /// The application that it is about.
    pub application: Option<ApplicationId>,
    /// The motion that is to be voted on.
    pub motion: Option<&'a Motion>,
}

impl AgendaItem {
    /// Puts an item at the end of an agenda. A motion that is on it is still to be decided.
    pub fn add(id: AgendaItemId, meeting: MeetingId, new: &NewItem<'_>, agenda: &[Self]) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let title = text::required_line("title", new.title).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        if agenda.len() >= MOST_ITEMS {
            violations.push(Problem::TooMany { most: MOST_ITEMS }.at("meetingId"));
        }
        if let Some(motion) = new.motion {
            if motion.state != MotionState::Pending {
                violations.push(Problem::wrong_state(motion.state.name(), "AddItem").at("motionId"));
            }
            if agenda.iter().any(|item| item.motion == Some(motion.id) && item.state == ItemState::Listed) {
                violations.push(Problem::MotionOnAgenda.at("motionId"));
            }
            if new.application.is_some_and(|application| application != motion.application) {
                violations.push(Problem::MotionOnAnother.at("motionId"));
            }
        }
        Refusal::unless_empty(violations)?;
        let last = agenda.iter().map(|item| item.position).max().unwrap_or_default();
        Ok(Self {
            id,
            version: 1,
            meeting,
            position: last + 1,
            publicity: new.publicity,
            title,
            application: new.application.or(new.motion.map(|motion| motion.application)),
            motion: new.motion.map(|motion| motion.id),
            state: ItemState::Listed,
        })
    }

    /// Whose it is: about its application, if it has one.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope { application: self.application, ..Scope::everyone() }
    }

    /// Whether the actor may know what it is about.
    #[must_use]
    pub fn is_seen_by(&self, actor: &Actor) -> bool {
        actor.may(Permission::ReadMeetings, self.scope())
    }

    /// Takes it off for this time.
    pub fn defer(self, reason: &str, to: Option<MeetingId>, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        Ok(Self { state: ItemState::Deferred { at: now, reason, to }, ..self })
    }

    /// The same item on another agenda, at its end.
    #[must_use]
    pub fn moved(&self, id: AgendaItemId, meeting: MeetingId, agenda: &[Self]) -> Self {
        let last = agenda.iter().map(|item| item.position).max().unwrap_or_default();
        Self { id, version: 1, meeting, position: last + 1, state: ItemState::Listed, ..self.clone() }
    }
}

impl ItemOn {
    /// As the actor sees it.
    #[must_use]
    pub fn as_seen_by(self, actor: &Actor) -> AgendaEntry {
        let AgendaItem { id, meeting, position, publicity, .. } = self.item;
        let seen = self.item.is_seen_by(actor).then_some(self);
        AgendaEntry { id, meeting, position, publicity, seen }
    }
}

/// The agenda in another order: those items whose place is another one.
pub fn reorder(agenda: Vec<AgendaItem>, order: &[AgendaItemId]) -> Result<Vec<AgendaItem>, Refusal> {
    let place = |item: &AgendaItem| order.iter().position(|id| *id == item.id).and_then(|index| u32::try_from(index + 1).ok());
    if agenda.len() != order.len() || agenda.iter().any(|item| place(item).is_none()) {
        return Err(Problem::AgendaIncomplete.at("itemIds").into());
    }
    let moved = agenda
        .into_iter()
        .filter_map(|item| place(&item).filter(|place| *place != item.position).map(|position| AgendaItem { position, ..item }));
    Ok(moved.collect())
}
