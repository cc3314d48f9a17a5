//! The committee's decision, R16 to R25: seats and who holds them, who votes on what, who is excluded, when there is a quorum, how it is
//! voted, and the result, computed in steps that stay with it.

pub mod ballot;
pub mod circular;
pub mod computation;
pub mod electorate;
pub mod en_bloc;
pub mod motion;
pub mod outcome;
pub mod quorum;
pub mod recusal;
pub mod seat;

pub use ballot::{Ballot, BallotAction, BallotBox, BallotForm, BallotFormKind, BallotState, Choice, Tally, Vote};
pub use circular::Deadlines;
pub use computation::{Computation, Step, Verdict};
pub use electorate::{Electorate, ElectorateSeat, Sitting};
pub use en_bloc::{EnBloc, Purse};
pub use motion::{Motion, MotionAction, MotionState, Proposal, ProposalKind};
pub use outcome::{Outcome, is_decidable};
pub use quorum::{Composition, Quorum, QuorumBasis};
pub use recusal::{Recusal, RecusalAction, RecusalState};
pub use seat::{Capacity, Holding, HoldingAction};
