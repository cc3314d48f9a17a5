//! The waiting list (Nachrückliste): carried, but no money yet (R30, R32, R33).
//!
//! Which places are offered money is never stored: it follows from their order and from what is available now, so it can't be stale.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::committee::Proposal;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, ApplicationId, AwardId, BallotId, PersonId, PlaceId};
use crate::money::Money;
use crate::problem::{Problem, Refusal};
use crate::text;

/// A place on the waiting list of a budget year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// Counts the changes.
    pub version: i64,
    /// Whose money it waits for.
    pub year: i32,
    /// Its place, from 1, in the order in which the motions were carried.
    pub position: i64,
    /// What was carried: an award or a hardship award, with its amount.
    pub proposal: Proposal,
    /// The application.
    pub application: ApplicationId,
    /// Its applicant.
    pub applicant: ApplicantId,
    /// The ballot that carried it.
    pub ballot: BallotId,
    /// Where it stands.
    pub state: PlaceState,
    /// That it was passed over: it is offered no more money, and ends with the year.
    pub skipped: Option<Skip>,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// Why a place was passed over, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// Why.
    pub reason: String,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Where a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum PlaceState {
    /// Waiting for money.
    Waiting,
    /// Served: the award exists.
    Served {
        /// The award.
        award: AwardId,
    },
    /// The applicant withdrew.
    Withdrawn,
    /// The budget year ended (R30).
    Ended,
}

impl PlaceState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Served { .. } => "served",
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
        }
    }
}

impl Place {
    /// What it waits for.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.proposal.amount().unwrap_or_default()
    }

    /// Passes it over, with a reason: the next is offered the money.
    pub fn skip(self, reason: &str, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        Ok(Self { skipped: Some(Skip { reason, by, at: now }), ..self })
    }
}

/// The places that are offered money: in their order, each that still fits into what is left (R32).
#[must_use]
pub fn offers(places: &[Place], available: Money) -> Vec<PlaceId> {
    let mut waiting: Vec<&Place> = places.iter().filter(|place| place.state == PlaceState::Waiting && place.skipped.is_none()).collect();
    waiting.sort_by_key(|place| place.position);
    let mut left = available;
    let mut offered = Vec::new();
    for place in waiting {
        if place.amount() <= left {
            left -= place.amount();
            offered.push(place.id);
        }
    }
    offered
}

/// What can be done with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PlaceAction {
    /// Award it the money that is free.
    Serve,
    /// Pass it over, with a reason.
    Skip,
}

impl Action for PlaceAction {
    const ALL: &'static [Self] = &[Self::Serve, Self::Skip];

    fn permission(self) -> Permission {
        Permission::ServeWaitingList
    }
}

/// A place with its surroundings: what the guard needs to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The place.
    pub place: Place,
    /// What its year has available.
    pub available: Money,
    /// The places that are offered it, in order.
    pub offered: Vec<PlaceId>,
}

impl Scoped for Queue {
    const READ: Permission = Permission::ReadBudget;

    fn scope(&self) -> Scope {
        Scope::everyone().about(self.place.application)
    }
}

impl Guarded for Queue {
    type Action = PlaceAction;

    fn permits(&self, action: PlaceAction, _: &Actor) -> Result<(), Problem> {
        if self.place.state != PlaceState::Waiting {
            return Err(Problem::wrong_state(self.place.state.name(), action));
        }
        if self.place.skipped.is_some() {
            return Err(Problem::wrong_state("skipped", action));
        }
        match self.offered.first() {
            Some(first) if *first == self.place.id => Ok(()),
            Some(_) if self.place.amount() <= self.available => Err(Problem::NotNextOnWaitingList),
            _ => Err(Problem::NotEnoughMoney { available: self.available }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn place(position: i64, euro: i64) -> Place {
        let id = Uuid::from_u128(u128::try_from(position).expect("positive"));
        Place {
            id: id.into(),
            version: 1,
            year: 2020,
            position,
            proposal: Proposal::Award { amount: Money::from_cents(euro * 100) },
            application: id.into(),
            applicant: id.into(),
            ballot: id.into(),
            state: PlaceState::Waiting,
            skipped: None,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn money_is_offered_in_order_and_skips_who_does_not_fit() {
        let places = [place(2, 2_500), place(1, 9_000), place(3, 12_500)];
        let positions = |available: i64| -> Vec<i64> {
            let offered = offers(&places, Money::from_cents(available * 100));
            offered.iter().map(|id| places.iter().find(|place| place.id == *id).expect("one of them").position).collect()
        };
        assert_eq!(positions(25_000), [1, 2, 3]);
        assert_eq!(positions(9_000), [1]);
        assert_eq!(positions(5_000), [2]);
        assert_eq!(positions(21_500), [1, 2]);
        assert_eq!(positions(2_499), [0_i64; 0]);
    }

    proptest! {
        #[test]
        fn offers_never_exceed_what_is_available(amounts in prop::collection::vec(1_i64..20_000, 0..20), available in 0_i64..100_000) {
            let places: Vec<Place> = amounts.iter().zip(1..).map(|(amount, position)| place(position, *amount)).collect();
            let available = Money::from_cents(available * 100);
            let offered = offers(&places, available);
            let sum: Money = places.iter().filter(|place| offered.contains(&place.id)).map(Place::amount).sum();
            prop_assert!(sum <= available);
            let left_out_fits = places.iter().any(|place| !offered.contains(&place.id) && place.amount() <= available - sum);
            prop_assert!(!left_out_fits, "who still fits is offered it");
        }
    }
}
