//! What a closed ballot means for the application.

use serde::{Deserialize, Serialize};

use crate::application::{Application, State};
use crate::committee::Proposal;
use crate::money::Money;

/// What a closed ballot means for the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Awarded: the money was there and is committed.
    Awarded,
    /// Carried, but the money was not there: on the waiting list.
    Waiting,
    /// Rejected: a motion to reject was carried, or one to award was not (a tie is a rejection, R19).
    Rejected,
    /// Nothing changes for it: it was deferred, a motion to reject or defer was not carried, or it was about a recusal.
    Undecided,
}

impl Outcome {
    /// What follows for the application from a motion's result and the money that is available.
    #[must_use]
    pub fn of(proposal: Proposal, carried: bool, available: Money) -> Self {
        match (proposal, carried) {
            (Proposal::Award { amount } | Proposal::HardshipAward { amount }, true) if amount <= available => Self::Awarded,
            (Proposal::Award { .. } | Proposal::HardshipAward { .. }, true) => Self::Waiting,
            (Proposal::Award { .. } | Proposal::HardshipAward { .. }, false) | (Proposal::Reject, true) => Self::Rejected,
            (Proposal::Defer | Proposal::Exclude { .. }, _) | (Proposal::Reject, false) => Self::Undecided,
        }
    }
}

/// Whether the application can still be decided on: a ballot may be open when the applicant withdraws (R15).
#[must_use]
pub fn is_decidable(application: &Application) -> bool {
    application.state == State::Admitted
}
