//! Meetings of the committee: called, invited to in time, opened and closed (R24; GO §§ 34, 34a). The agenda and who attends have files of
//! their own.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{day_of, days_after};
use crate::fund::CommitteeRules;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{MeetingId, PersonId};
use crate::problem::{Problem, Refusal};
use crate::text;

pub mod agenda;
pub mod attendance;

pub use agenda::{AgendaEntry, AgendaItem, AgendaItemAction, ItemOn, ItemState, Publicity};
pub use attendance::Attendance;

/// The longest meeting.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// A meeting of the committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its id; the calendar's UID too, so it stays the same for ever.
    pub id: MeetingId,
    /// Counts the changes.
    pub version: i64,
    /// When it is to begin.
    pub begins_at: DateTime<Utc>,
    /// When it is to end, for people's calendars.
    pub ends_at: DateTime<Utc>,
    /// Where.
    pub place: String,
    /// Whether it can be attended from afar (GO § 34a).
    pub remote: bool,
    /// How often its invitation was sent: the calendar's SEQUENCE of the next one.
    pub invitations: u32,
    /// When its agenda was last put into another order while it took place.
    pub reordered_at: Option<DateTime<Utc>>,
    /// Why the invitation went out later than the rules ask for (GO § 34), if it did.
    pub short_notice: Option<String>,
    /// Where it stands.
    pub state: MeetingState,
    /// Who called it.
    pub called_by: PersonId,
    /// When it was called.
    pub called_at: DateTime<Utc>,
}

/// Where a meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum MeetingState {
    /// Called; its agenda is being made.
    Called,
    /// The invitation is out.
    Invited {
        /// When it first went out.
        at: DateTime<Utc>,
    },
    /// It takes place.
    Open {
        /// When the invitation first went out.
        invited_at: DateTime<Utc>,
        /// Since when.
        at: DateTime<Utc>,
        /// Who opened it.
        by: PersonId,
    },
    /// It is over.
    Closed {
        /// When the invitation first went out.
        invited_at: DateTime<Utc>,
        /// When it was opened.
        opened_at: DateTime<Utc>,
        /// Who opened it.
        opened_by: PersonId,
        /// When it was closed.
        at: DateTime<Utc>,
    },
}

impl MeetingState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Invited { .. } => "invited",
            Self::Open { .. } => "open",
            Self::Closed { .. } => "closed",
        }
    }

    /// When the invitation first went out.
    #[must_use]
    pub const fn invited_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Invited { at } => Some(*at),
            Self::Open { invited_at, .. } | Self::Closed { invited_at, .. } => Some(*invited_at),
            Self::Called => None,
        }
    }

    /// When it was opened.
    #[must_use]
    pub const fn opened_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Open { at, .. } => Some(*at),
            Self::Closed { opened_at, .. } => Some(*opened_at),
            Self::Called | Self::Invited { .. } => None,
        }
    }

    /// When it was closed.
    #[must_use]
    pub const fn closed_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Closed { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Whether it has not begun.
    #[must_use]
    pub const fn is_ahead(&self) -> bool {
        matches!(self, Self::Called | Self::Invited { .. })
    }
}

/// What can be done with a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MeetingAction {
    /// Put an item on its agenda.
    AddItem,
    /// Move it to another time or place.
    Reschedule,
    /// Invite to it, or invite again.
    Invite,
    /// Put the agenda into another order.
    Reorder,
    /// Record that somebody came.
    RecordArrival,
    /// Record that somebody left.
    RecordDeparture,
    /// Open it.
    Open,
    /// Close it.
    Close,
}

impl Action for MeetingAction {
    const ALL: &'static [Self] = &[
        Self::AddItem,
        Self::Reschedule,
        Self::Invite,
        Self::Reorder,
        Self::RecordArrival,
        Self::RecordDeparture,
        Self::Open,
        Self::Close,
    ];

    fn permission(self) -> Permission {
        match self {
            Self::AddItem | Self::Reschedule | Self::Invite => Permission::CallMeeting,
            Self::Reorder => Permission::ArrangeAgenda,
            Self::RecordArrival | Self::RecordDeparture => Permission::RecordAttendance,
            Self::Open | Self::Close => Permission::PresideMeeting,
        }
    }
}

/// A meeting with what its guard needs to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingOn {
    /// The meeting.
    pub meeting: Meeting,
    /// Its agenda, in its order.
    pub agenda: Vec<AgendaItem>,
    /// Who attended from when to when, in the order in which they came.
    pub attendance: Vec<Attendance>,
    /// How many ballots on its items are open.
    pub open_ballots: u32,
    /// Today, in Europe/Berlin.
    pub today: NaiveDate,
}

impl Scoped for MeetingOn {
    const READ: Permission = Permission::ReadMeetings;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for MeetingOn {
    type Action = MeetingAction;

    fn permits(&self, action: MeetingAction, _: &Actor) -> Result<(), Problem> {
        let state = &self.meeting.state;
        let wrong = || Err(Problem::wrong_state(state.name(), action));
        match (action, state) {
            (MeetingAction::Invite, _) if state.is_ahead() && self.agenda.is_empty() => Err(Problem::AgendaEmpty),
            (MeetingAction::AddItem | MeetingAction::Reschedule | MeetingAction::Invite, _) if state.is_ahead() => Ok(()),
            (MeetingAction::Reorder, _) if state.closed_at().is_none() => Ok(()),
            (MeetingAction::RecordDeparture, _) if self.attendance.iter().all(|attendance| attendance.left_at.is_some()) => {
                Err(Problem::wrong_state("nobody present", action))
            }
            (MeetingAction::RecordArrival | MeetingAction::RecordDeparture, MeetingState::Invited { .. } | MeetingState::Open { .. }) => {
                Ok(())
            }
            (MeetingAction::Open, MeetingState::Invited { .. }) if self.today < self.meeting.day() => {
                Err(Problem::MeetingAhead { day: self.meeting.day() })
            }
            (MeetingAction::Close, MeetingState::Open { .. }) if self.open_ballots > 0 => {
                Err(Problem::BallotsOpen { ballots: self.open_ballots })
            }
            (MeetingAction::Open, MeetingState::Invited { .. }) | (MeetingAction::Close, MeetingState::Open { .. }) => Ok(()),
            _ => wrong(),
        }
    }
}

/// When and where a meeting is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    /// When it begins.
    pub begins_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where.
    pub place: String,
    /// Whether it can be attended from afar (GO § 34a).
    pub remote: bool,
}

impl Venue {
    /// The same, checked: it lies ahead, ends on the day or in the night, has a place, and is open to attendance from afar only where the
    /// rules allow that.
    fn checked(self, rules: &CommitteeRules, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if self.begins_at <= now {
            violations.push(Problem::MeetingNotAhead.at("beginsAt"));
        }
        if self.ends_at <= self.begins_at || self.ends_at - self.begins_at > LONGEST {
            violations.push(Problem::MeetingLength.at("endsAt"));
        }
        let place = text::required_line("place", &self.place).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        if self.remote && !rules.remote_attendance {
            violations.push(Problem::RemoteNotAllowed.at("remote"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self { place, ..self })
    }
}

impl Meeting {
    /// Calls a meeting. Nobody is told before the invitation.
    pub fn call(id: MeetingId, venue: Venue, rules: &CommitteeRules, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let Venue { begins_at, ends_at, place, remote } = venue.checked(rules, now)?;
        Ok(Self {
            id,
            version: 1,
            begins_at,
            ends_at,
            place,
            remote,
            invitations: 0,
            reordered_at: None,
            short_notice: None,
            state: MeetingState::Called,
            called_by: by,
            called_at: now,
        })
    }

    /// Moves it. Whoever was invited is invited anew: [`Meeting::invite`] follows.
    pub fn reschedule(self, venue: Venue, rules: &CommitteeRules, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let Venue { begins_at, ends_at, place, remote } = venue.checked(rules, now)?;
        Ok(Self { begins_at, ends_at, place, remote, ..self })
    }

    /// The day on which it begins, in Europe/Berlin.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        day_of(self.begins_at)
    }

    /// Invites to it, in time (GO § 34): the days of the notice lie between today and the meeting's day. `short_notice` says why it has to be
    /// sooner. The invitation that goes out has the number [`Meeting::invitations`] before this call.
    pub fn invite(self, short_notice: Option<&str>, rules: &CommitteeRules, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = short_notice.filter(|reason| !reason.trim().is_empty());
        let reason = reason.map(|reason| text::required_paragraphs("shortNoticeReason", reason)).transpose()?;
        let late = days_after(day_of(now), rules.invitation_days) >= self.day() && rules.invitation_days > 0;
        if late && reason.is_none() {
            let latest = self.day().checked_sub_days(chrono::Days::new(u64::from(rules.invitation_days) + 1)).unwrap_or(NaiveDate::MIN);
            return Err(Problem::InvitedTooLate { latest }.at("shortNoticeReason").into());
        }
        let state = match self.state {
            MeetingState::Called => MeetingState::Invited { at: now },
            other => other,
        };
        let short_notice = if late { reason } else { None };
        Ok(Self { invitations: self.invitations + 1, short_notice, state, ..self })
    }

    /// Its agenda is put into another order; once it has begun, the minutes say so.
    #[must_use]
    pub fn reordered(self, now: DateTime<Utc>) -> Self {
        let reordered_at = if self.state.is_ahead() { self.reordered_at } else { Some(now) };
        Self { reordered_at, ..self }
    }

    /// Opens it; the guard has found it invited to.
    #[must_use]
    pub fn open(self, by: PersonId, now: DateTime<Utc>) -> Self {
        let state = match self.state {
            MeetingState::Invited { at: invited_at } => MeetingState::Open { invited_at, at: now, by },
            other => other,
        };
        Self { state, ..self }
    }

    /// Closes it; the guard has found it open.
    #[must_use]
    pub fn close(self, now: DateTime<Utc>) -> Self {
        let state = match self.state {
            MeetingState::Open { invited_at, at, by } => MeetingState::Closed { invited_at, opened_at: at, opened_by: by, at: now },
            other => other,
        };
        Self { state, ..self }
    }
}
