//! Seats of the committee, and who holds them from when to when: a member, and a substitute who votes where the member does not (R22).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::days_after;
use crate::fund::CommitteeRules;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{HoldingId, PersonId};
use crate::problem::{Problem, Refusal};

/// As what somebody holds a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// The member whose seat it is.
    Member,
    /// Who votes where the member does not (R22).
    Substitute,
}

/// That a person holds a seat from one day on, and until another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Its id.
    pub id: HoldingId,
    /// Counts the changes.
    pub version: i64,
    /// The seat's number, from 1.
    pub seat: u32,
    /// Who.
    pub person: PersonId,
    /// As what.
    pub capacity: Capacity,
    /// The first day.
    pub since: NaiveDate,
    /// The last day; `None`: it goes on.
    pub until: Option<NaiveDate>,
}

/// What can be done with a holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HoldingAction {
    /// End it.
    Vacate,
}

impl Action for HoldingAction {
    const ALL: &'static [Self] = &[Self::Vacate];

    fn permission(self) -> Permission {
        Permission::AssignSeat
    }
}

impl Scoped for Holding {
    const READ: Permission = Permission::ReadSeats;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for Holding {
    type Action = HoldingAction;

    fn permits(&self, action: HoldingAction, _: &Actor) -> Result<(), Problem> {
        match self.until {
            None => Ok(()),
            Some(_) => Err(Problem::wrong_state("vacated", action)),
        }
    }
}

impl Holding {
    /// Whether it holds on that day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Gives a seat to a person from a day on. `others` are all holdings; the seat must be free in this capacity from that day on, and the
    /// person must hold no other seat: nobody has two votes (R22).
    pub fn assign(
        id: HoldingId,
        seat: u32,
        person: PersonId,
        capacity: Capacity,
        since: NaiveDate,
        others: &[Self],
        rules: &CommitteeRules,
    ) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if !(1..=rules.seats).contains(&seat) {
            violations.push(Problem::NoSuchSeat { seats: rules.seats }.at("seat"));
        }
        let later = |other: &&Self| other.until.is_none_or(|until| since <= until);
        if others.iter().filter(later).any(|other| other.seat == seat && other.capacity == capacity) {
            violations.push(Problem::SeatTaken.at("seat"));
        }
        if others.iter().filter(later).any(|other| other.person == person) {
            violations.push(Problem::HoldsAnotherSeat.at("personId"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self { id, version: 1, seat, person, capacity, since, until: None })
    }

    /// Ends it: `until` is its last day, or the day before its first, if it never began.
    pub fn vacate(self, until: NaiveDate) -> Result<Self, Refusal> {
        if days_after(until, 1) < self.since {
            return Err(Problem::DateTooEarly { earliest: self.since }.at("until").into());
        }
        Ok(Self { until: Some(until), ..self })
    }
}
