//! Several motions in one vote (en bloc): one vote counts for each, and each has its own result and its own commitment, in their order.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::money::Money;

/// A ballot's place in a vote en bloc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnBloc {
    /// What the ballots of one vote have in common.
    pub group: Uuid,
    /// The ballot's place, from 1: in that order money is committed.
    pub position: u32,
    /// What happens where the money does not suffice for all.
    pub purse: Purse,
}

/// What happens where the money does not suffice for all that a vote en bloc carries: chosen before, by whoever opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purse {
    /// All or none: if the money does not suffice for all, all wait.
    AllOrNone,
    /// In their order, up to where the money ends; from there on all wait, also who would fit.
    UntilItEnds,
}

impl Purse {
    /// Which of the carried amounts, in their order, are committed from what is available.
    #[must_use]
    pub fn grants(self, amounts: &[Money], available: Money) -> Vec<bool> {
        let mut left = available;
        let mut ended = self == Self::AllOrNone && amounts.iter().copied().sum::<Money>() > available;
        let mut grant = |amount: Money| {
            ended |= amount > left;
            if !ended {
                left -= amount;
            }
            !ended
        };
        amounts.iter().map(|amount| grant(*amount)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_purse_gives_all_or_up_to_where_it_ends() {
        let euro = |amounts: &[i64]| -> Vec<Money> { amounts.iter().map(|amount| Money::from_cents(amount * 100)).collect() };
        let amounts = euro(&[5_000, 9_000, 2_500]);
        let grants = |purse: Purse, available: i64| purse.grants(&amounts, Money::from_cents(available * 100));
        assert_eq!(grants(Purse::AllOrNone, 16_500), [true, true, true]);
        assert_eq!(grants(Purse::AllOrNone, 16_499), [false, false, false]);
        assert_eq!(grants(Purse::UntilItEnds, 16_500), [true, true, true]);
        assert_eq!(grants(Purse::UntilItEnds, 14_000), [true, true, false]);
        assert_eq!(grants(Purse::UntilItEnds, 8_000), [true, false, false], "the third would fit, and waits");
    }
}
