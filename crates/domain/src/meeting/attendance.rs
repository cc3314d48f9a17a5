//! Who attends a meeting, from when to when. A ballot in a meeting counts for its quorum who is there (R17).

use chrono::{DateTime, Utc};

use crate::committee::{Capacity, Electorate, Holding};
use crate::ids::{AttendanceId, MeetingId, PersonId};
use crate::meeting::Meeting;
use crate::problem::{Problem, Refusal};

/// That a person was at a meeting, from one instant on and until another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// Its id.
    pub id: AttendanceId,
    /// Counts the changes.
    pub version: i64,
    /// At which meeting.
    pub meeting: MeetingId,
    /// Who.
    pub person: PersonId,
    /// For which seat.
    pub seat: u32,
    /// As its member, or as the substitute.
    pub capacity: Capacity,
    /// Whether from afar (GO § 34a).
    pub remote: bool,
    /// When they came.
    pub arrived_at: DateTime<Utc>,
    /// When they left; `None`: not before the end.
    pub left_at: Option<DateTime<Utc>>,
}

/// That somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether from afar.
    pub remote: bool,
}

impl Attendance {
    /// Records that somebody came, who holds a seat on the meeting's day. `earlier` is all of the meeting's attendance so far; until
    /// `settled`, when the last ballot in the meeting ended, nobody comes or leaves any more.
    pub fn arrive(
        id: AttendanceId,
        meeting: &Meeting,
        arrival: Arrival,
        holdings: &[Holding],
        earlier: &[Self],
        settled: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let Arrival { person, at, remote } = arrival;
        let mut violations = Vec::new();
        let holding = holdings.iter().find(|held| held.person == person && held.holds_on(meeting.day()));
        if holding.is_none() {
            violations.push(Problem::NotOnASeat.at("personId"));
        }
        let own = earlier.iter().filter(|attendance| attendance.person == person);
        if own.clone().any(|attendance| attendance.left_at.is_none()) {
            violations.push(Problem::AlreadyPresent.at("personId"));
        }
        let last = own.filter_map(|attendance| attendance.left_at).max();
        if at > now || last.is_some_and(|last| at < last) {
            violations.push(Problem::AttendanceOrder.at("at"));
        }
        if settled.is_some_and(|settled| at <= settled) {
            violations.push(Problem::AttendanceBeforeBallot.at("at"));
        }
        if remote && !meeting.remote {
            violations.push(Problem::RemoteNotAllowed.at("remote"));
        }
        Refusal::unless_empty(violations)?;
        let Some(Holding { seat, capacity, .. }) = holding.cloned() else {
            return Err(Problem::NotOnASeat.at("personId").into());
        };
        Ok(Self { id, version: 1, meeting: meeting.id, person, seat, capacity, remote, arrived_at: at, left_at: None })
    }

    /// Records that they left, after `settled`, when the last ballot in the meeting ended.
    pub fn leave(self, at: DateTime<Utc>, settled: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if settled.is_some_and(|settled| at <= settled) {
            return Err(Problem::AttendanceBeforeBallot.at("at").into());
        }
        if at > now || at < self.arrived_at {
            return Err(Problem::AttendanceOrder.at("at").into());
        }
        Ok(Self { left_at: Some(at), ..self })
    }

    /// Whether they are there at that instant.
    #[must_use]
    pub fn covers(&self, instant: DateTime<Utc>) -> bool {
        self.arrived_at <= instant && self.left_at.is_none_or(|left| instant < left)
    }
}

/// Who is there at an instant.
#[must_use]
pub fn present_at(attendance: &[Attendance], instant: DateTime<Utc>) -> Vec<PersonId> {
    attendance.iter().filter(|attendance| attendance.covers(instant)).map(|attendance| attendance.person).collect()
}

/// For how many seats somebody is there who may vote on an item: the member, or the substitute where the member is not (R17, R22).
#[must_use]
pub fn seats_present(electorate: &Electorate, present: &[PersonId]) -> u32 {
    let is_present = |seat: &&crate::committee::ElectorateSeat| seat.voters().any(|(_, person)| present.contains(&person));
    u32::try_from(electorate.seats.iter().filter(is_present).count()).unwrap_or(u32::MAX)
}
