//! The electorate: who could vote on an item, by the rules of then. Frozen when a ballot opens, and readable for ever.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::committee::{Capacity, Choice, Composition, Holding, Quorum, Tally, Vote};
use crate::fund::CommitteeRules;
use crate::ids::PersonId;

/// The committee as it was when a ballot opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Electorate {
    /// Every seat, by number.
    pub seats: Vec<ElectorateSeat>,
    /// Whose vote decides a tie, where the rules give it that weight (R19).
    pub chair: Option<PersonId>,
    /// The rules in force then.
    pub rules: CommitteeRules,
}

/// A seat, as it was when the ballot opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElectorateSeat {
    /// Its number, from 1.
    pub number: u32,
    /// Its member; without one the seat is empty.
    pub member: Option<Sitting>,
    /// Who votes where the member does not.
    pub substitute: Option<Sitting>,
}

/// A person on a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// Who.
    pub person: PersonId,
    /// Whether they are excluded from this item (R16).
    pub excluded: bool,
}

impl ElectorateSeat {
    /// Whether nobody holds it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.member.is_none()
    }

    /// Whether it is held, and nobody may vote for it: the member is excluded, and there is no substitute, or that one is excluded too.
    #[must_use]
    pub fn is_excluded(&self) -> bool {
        !self.is_empty() && self.voters().next().is_none()
    }

    /// Who may vote for it: the member first.
    pub fn voters(&self) -> impl Iterator<Item = (Capacity, PersonId)> {
        let of = |sitting: Option<Sitting>, capacity| sitting.filter(|sitting| !sitting.excluded).map(|sitting| (capacity, sitting.person));
        let substitute = if self.is_empty() { None } else { self.substitute };
        of(self.member, Capacity::Member).into_iter().chain(of(substitute, Capacity::Substitute))
    }

    /// The vote that counts for it: the member's, and only where there is none the substitute's (R22).
    #[must_use]
    pub fn vote<'a>(&self, votes: &'a [Vote]) -> Option<&'a Vote> {
        self.voters().find_map(|(_, person)| votes.iter().find(|vote| vote.member == person))
    }
}

impl Electorate {
    /// The committee on a day: who holds its seats, less whom the item excludes (R16). `chairs` are those who preside.
    #[must_use]
    pub fn on(day: NaiveDate, holdings: &[Holding], excluded: &[PersonId], chairs: &[PersonId], rules: &CommitteeRules) -> Self {
        let sitting = |seat: u32, capacity: Capacity| {
            let holding = holdings.iter().find(|held| held.seat == seat && held.capacity == capacity && held.holds_on(day))?;
            Some(Sitting { person: holding.person, excluded: excluded.contains(&holding.person) })
        };
        let seat = |number| ElectorateSeat {
            number,
            member: sitting(number, Capacity::Member),
            substitute: sitting(number, Capacity::Substitute),
        };
        let seats: Vec<ElectorateSeat> = (1..=rules.seats).map(seat).collect();
        let members = seats.iter().filter_map(|seat| seat.member.map(|member| member.person));
        let chair = members.into_iter().find(|member| chairs.contains(member));
        Self { seats, chair, rules: rules.clone() }
    }

    /// The seat for which a person may vote, and as what.
    #[must_use]
    pub fn seat_of(&self, person: PersonId) -> Option<(&ElectorateSeat, Capacity)> {
        let voter = |seat: &ElectorateSeat| seat.voters().find(|(_, voter)| *voter == person).map(|(capacity, _)| capacity);
        self.seats.iter().find_map(|seat| voter(seat).map(|capacity| (seat, capacity)))
    }

    /// Everybody who may vote, each once.
    pub fn voters(&self) -> impl Iterator<Item = PersonId> {
        self.seats.iter().flat_map(ElectorateSeat::voters).map(|(_, person)| person)
    }

    /// Those for whose seat no vote counts yet: whom a reminder reaches.
    #[must_use]
    pub fn silent(&self, votes: &[Vote]) -> Vec<PersonId> {
        let silent = self.seats.iter().filter(|seat| seat.vote(votes).is_none());
        silent.flat_map(ElectorateSeat::voters).map(|(_, person)| person).collect()
    }

    /// How the committee is composed on this item.
    #[must_use]
    pub fn composition(&self) -> Composition {
        let count = |is: fn(&ElectorateSeat) -> bool| u32::try_from(self.seats.iter().filter(|seat| is(seat)).count()).unwrap_or(u32::MAX);
        Composition { seats: count(|_| true), empty: count(ElectorateSeat::is_empty), excluded: count(ElectorateSeat::is_excluded) }
    }

    /// The quorum on this item (R17, R18).
    #[must_use]
    pub fn quorum(&self) -> Quorum {
        self.composition().quorum()
    }

    /// Counts votes: one a seat (R22).
    #[must_use]
    pub fn count(&self, votes: &[Vote]) -> Tally {
        let mut tally = Tally { excluded: self.composition().excluded, ..Tally::default() };
        for vote in self.seats.iter().filter_map(|seat| seat.vote(votes)) {
            match vote.choice {
                Choice::Yes => tally.yes += 1,
                Choice::No => tally.no += 1,
                Choice::Abstain => tally.abstained += 1,
            }
        }
        tally
    }

    /// The same without a person whose conflict of interest came to light while the ballot was open (R16).
    #[must_use]
    pub fn without(mut self, person: PersonId) -> Self {
        for sitting in self.seats.iter_mut().flat_map(|seat| [&mut seat.member, &mut seat.substitute]).flatten() {
            sitting.excluded |= sitting.person == person;
        }
        if self.chair == Some(person) {
            self.chair = None;
        }
        self
    }

    /// That of a ballot from before seats had numbers: its voters as members, and no other rule than the number of seats.
    #[must_use]
    pub fn before_seats(voters: &[PersonId], seats: u32) -> Self {
        let member = |number: u32| {
            let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
            voters.get(index).map(|person| Sitting { person: *person, excluded: false })
        };
        let most = seats.max(u32::try_from(voters.len()).unwrap_or(u32::MAX));
        let seat = |number| ElectorateSeat { number, member: member(number), substitute: None };
        let name = crate::language::Bilingual { de: String::new(), en: String::new() };
        let rules = CommitteeRules { name, seats, casting_vote_of_chair: false, remote_attendance: false, invitation_days: 0 };
        Self { seats: (1..=most).map(seat).collect(), chair: None, rules }
    }
}
