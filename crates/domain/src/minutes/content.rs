//! What minutes hold (GO § 41 Abs. 1): time, place, who took part, the agenda, the wording of every motion, and its result with the
//! computation. Names are written out, for they are to be read as they were, whatever a person is called later.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::committee::{BallotFormKind, Capacity, Computation, Proposal, Quorum, Tally};
use crate::identity::Actor;
use crate::ids::{AgendaItemId, ApplicationId, BallotId, MeetingId};
use crate::meeting::Publicity;
use crate::money::Money;

/// The minutes' content: the facts, and what the keeper adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Content {
    /// What the committee is called.
    pub committee: String,
    /// Which meeting.
    pub meeting: MeetingId,
    /// Where.
    pub place: String,
    /// Whether it could be attended from afar (GO § 34a).
    pub remote: bool,
    /// When the invitation first went out.
    pub invited_at: DateTime<Utc>,
    /// Why the notice was short, if it was (GO § 34).
    pub short_notice: Option<String>,
    /// For when it was called.
    pub begins_at: DateTime<Utc>,
    /// When it was opened, by whom, and with how many.
    pub opening: Opening,
    /// When it was closed.
    pub closed_at: DateTime<Utc>,
    /// When the agenda was last put into another order during the meeting.
    pub reordered_at: Option<DateTime<Utc>>,
    /// Who took part, by seat.
    pub present: Vec<Participant>,
    /// The members who did not come at all, by seat.
    pub absent: Vec<Absentee>,
    /// The agenda, in the order in which it was dealt with.
    pub items: Vec<Item>,
    /// What the keeper adds on the whole.
    pub remarks: String,
}

/// How the meeting was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Opening {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom: who presided.
    pub by: String,
    /// For how many seats somebody was there.
    pub present: u32,
    /// How many had to be, nobody being excluded (R17).
    pub quorum: Quorum,
}

/// Somebody who was there, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Participant {
    /// Who.
    pub name: String,
    /// For which seat.
    pub seat: u32,
    /// As what.
    pub capacity: Capacity,
    /// From when to when; without an end, to the meeting's end.
    pub times: Vec<Presence>,
}

/// A time for which somebody was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Presence {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
    /// Whether from afar (GO § 34a).
    pub remote: bool,
}

/// A member who did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Absentee {
    /// Who.
    pub name: String,
    /// Whose seat.
    pub seat: u32,
    /// The substitute who came.
    pub represented_by: Option<String>,
}

/// An item of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Item {
    /// Which.
    pub id: AgendaItemId,
    /// Its place.
    pub position: u32,
    /// Who could listen.
    pub publicity: Publicity,
    /// What it was about; `None` for who is excluded from it (R16).
    pub matter: Option<Matter>,
}

/// An application, as it was named then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutApplication {
    /// `SP-2020-017`.
    pub number: String,
    /// The project's title.
    pub title: String,
    /// Who applies.
    pub applicant: String,
}

/// What an item was about, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Matter {
    /// What it is called.
    pub title: String,
    /// The application, if it is about one.
    pub application: Option<ApplicationId>,
    /// The application, as it is named.
    pub about: Option<AboutApplication>,
    /// Who had no part in the debate (R16).
    pub excluded: Vec<String>,
    /// That it was taken off for this time.
    pub deferred: Option<Deferral>,
    /// What was voted on, in the order of the votes.
    pub decisions: Vec<Decision>,
    /// What the keeper adds.
    pub remarks: String,
}

/// That an item was taken off for this time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deferral {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// To the meeting that begins then, if it is known.
    pub to: Option<DateTime<Utc>>,
}

/// A ballot, as minutes tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Decision {
    /// Which.
    pub ballot: BallotId,
    /// The motion, word for word.
    pub wording: String,
    /// What it proposed.
    pub proposal: Proposal,
    /// How was voted.
    pub form: BallotFormKind,
    /// Who could not vote (R16).
    pub excluded: Vec<Exclusion>,
    /// The other items that were voted on in the same vote (en bloc).
    pub together_with: Vec<u32>,
    /// When the vote ended.
    pub at: DateTime<Utc>,
    /// What was counted; `None` if a member objected to the form.
    pub tally: Option<Tally>,
    /// How the result came about.
    pub computation: Option<Computation>,
    /// What followed for the application.
    pub consequence: Option<Consequence>,
}

/// Somebody who could not vote on a motion (R16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exclusion {
    /// Who.
    pub name: String,
    /// The substitute who was there and could vote for the seat instead.
    pub represented_by: Option<String>,
}

/// What followed from a decision in the same instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "consequence", rename_all = "kebab-case")]
pub enum Consequence {
    /// The money is committed.
    Awarded {
        /// How much.
        amount: Money,
    },
    /// There was not enough money: on the waiting list.
    Waiting {
        /// How much it waits for.
        amount: Money,
        /// Its place.
        position: i64,
    },
    /// The application is rejected.
    Rejected,
    /// Who was excluded stays excluded.
    ExclusionUpheld,
    /// Who was excluded takes part from now on.
    ExclusionDismissed,
}

impl Content {
    /// As the actor sees it: of items from which they are excluded, that there was one (R16).
    #[must_use]
    pub fn as_seen_by(mut self, actor: &Actor) -> Self {
        for item in &mut self.items {
            let hidden = |application: ApplicationId| actor.recused_from.contains(&application);
            if item.matter.as_ref().is_some_and(|matter| matter.application.is_some_and(hidden)) {
                item.matter = None;
            }
        }
        self
    }

    /// Whether nothing is hidden from whoever reads this.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.items.iter().all(|item| item.matter.is_some())
    }
}
