//! Quorum (Beschlussfähigkeit): how many voting members must be present (R17, R18; GO § 38).

use serde::{Deserialize, Serialize};

/// Fewer than three voting members never make a quorum (R18).
pub const FEWEST: u32 = 3;

/// How the committee is composed on one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// All seats.
    pub seats: u32,
    /// Seats that nobody holds.
    pub empty: u32,
    /// Seats for which nobody may vote on this item (R16).
    pub excluded: u32,
}

/// Why that many must be present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuorumBasis {
    /// More than half of the seats, less the empty and the excluded ones (R17).
    MoreThanHalf,
    /// The excluded ones are more than half of the seats: three suffice (R18).
    ThreeSuffice,
}

/// How many voting members must be present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quorum {
    /// Why.
    pub basis: QuorumBasis,
    /// Of how many seats: those that can vote on this item.
    pub voting: u32,
    /// How many must be present; never fewer than three.
    pub needed: u32,
}

impl Composition {
    /// How many seats can vote on this item.
    #[must_use]
    pub const fn voting(self) -> u32 {
        self.seats.saturating_sub(self.empty).saturating_sub(self.excluded)
    }

    /// The quorum on this item (R17, R18).
    #[must_use]
    pub fn quorum(self) -> Quorum {
        let voting = self.voting();
        if self.excluded > self.seats / 2 {
            return Quorum { basis: QuorumBasis::ThreeSuffice, voting, needed: FEWEST };
        }
        Quorum { basis: QuorumBasis::MoreThanHalf, voting, needed: (voting / 2 + 1).max(FEWEST) }
    }
}

impl Quorum {
    /// Whether that many voting members are enough.
    #[must_use]
    pub const fn is_reached_by(self, present: u32) -> bool {
        present >= self.needed
    }
}
