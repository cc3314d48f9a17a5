//! The vote in writing (Umlaufverfahren, R21).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Refusal};

/// Until when members may object to a vote in writing, and until when they may vote. Both to the end of the day in Europe/Berlin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlines {
    /// The last day to object.
    pub objections_until: NaiveDate,
    /// The last day to vote.
    pub votes_until: NaiveDate,
}

impl Deadlines {
    /// The longest time that a vote in writing may take, in days.
    const LONGEST: u32 = 92;

    /// Deadlines that a ballot opened `today` can have: an objection is possible today at least, and voting ends no earlier than objecting.
    pub fn new(objections_until: NaiveDate, votes_until: NaiveDate, today: NaiveDate) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if objections_until < today {
            violations.push(Problem::DateTooEarly { earliest: today }.at("objectionsUntil"));
        }
        if votes_until < objections_until {
            violations.push(Problem::DateTooEarly { earliest: objections_until }.at("votesUntil"));
        }
        let latest = crate::calendar::days_after(today, Self::LONGEST);
        if votes_until > latest {
            violations.push(Problem::VoteTooLong { latest }.at("votesUntil"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self { objections_until, votes_until })
    }

    /// Whether voting is over on that day.
    #[must_use]
    pub fn are_over(&self, today: NaiveDate) -> bool {
        today > self.votes_until
    }
}
