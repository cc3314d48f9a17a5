//! What the committee does: motions, ballots, votes, tallies (R19 to R25).

use async_graphql::{Context, ID, Object};
use domain::committee::Tally;

use crate::committee::{Ballot, Choice, Motion, ProposalKind};
use crate::error::Nullable;
use crate::mutation::{input, payload};
use crate::node::read_id;
use crate::scalar::{Money, Raw};
use crate::session::Session;

input! {
    /// A motion to put.
    ProposeMotionInput {
        /// On which application.
        application_id: ID,
        /// What is to be decided.
        kind: ProposalKind,
        /// What is to be awarded, in euro; for `AWARD` and `HARDSHIP_AWARD` only (R20).
        amount: Option<Raw<Money>>,
        /// The wording that is voted on (R20).
        wording: String,
    }
}

input! {
    /// A motion to take back.
    WithdrawMotionInput {
        /// Which motion.
        motion_id: ID,
    }
}

input! {
    /// A ballot to open.
    OpenBallotInput {
        /// On which motion.
        motion_id: ID,
        /// Whether hands are shown in a meeting and the tally is recorded (R23): then nobody is invited by e-mail. Left out: the members are
        /// invited to vote.
        show_of_hands: Option<bool>,
    }
}

input! {
    /// A vote.
    CastVoteInput {
        /// On which ballot.
        ballot_id: ID,
        /// How.
        choice: Choice,
    }
}

input! {
    /// The tally of a show of hands (R23).
    RecordTallyInput {
        /// Of which ballot.
        ballot_id: ID,
        /// How many for the motion.
        yes: u32,
        /// How many against it.
        no: u32,
        /// How many abstained; they count for the quorum only (R19).
        abstained: u32,
        /// How many were excluded from this item (R16); left out: none.
        excluded: Option<u32>,
    }
}

input! {
    /// A ballot to close.
    CloseBallotInput {
        /// Which ballot.
        ballot_id: ID,
    }
}

payload! {
    /// The answer to `proposeMotion`.
    ProposeMotionPayload {
        /// The new motion; null if it was refused.
        motion: Motion
    }
}

payload! {
    /// The answer to `withdrawMotion`.
    WithdrawMotionPayload {
        /// The motion as it is now; null if it was refused.
        motion: Motion
    }
}

payload! {
    /// The answer to `openBallot`.
    OpenBallotPayload {
        /// The new ballot; null if it was refused.
        ballot: Ballot
    }
}

payload! {
    /// The answer to `castVote`.
    CastVotePayload {
        /// The ballot as it is now; null if it was refused.
        ballot: Ballot
    }
}

payload! {
    /// The answer to `recordTally`.
    RecordTallyPayload {
        /// The ballot as it is now; null if it was refused.
        ballot: Ballot
    }
}

payload! {
    /// The answer to `closeBallot`.
    CloseBallotPayload {
        /// The ballot as it is now; null if it was refused.
        ballot: Ballot
    }
}

/// What the committee does, and what is done for it.
#[derive(Default)]
pub struct CommitteeMutations;

#[Object]
impl CommitteeMutations {
    /// Puts a motion on an admitted application, by a case officer (R20).
    async fn propose_motion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The motion.")] input: ProposeMotionInput,
    ) -> Nullable<ProposeMotionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::ProposeMotion {
                application: read_id(&input.application_id, "applicationId")?,
                kind: input.kind.into(),
                amount: input.amount.map(|amount| amount.read("amount")).transpose()?,
                wording: input.wording,
            };
            Ok(session.engine().propose_motion(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Takes a motion back before it is voted on, by a case officer.
    async fn withdraw_motion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which motion.")] input: WithdrawMotionInput,
    ) -> Nullable<WithdrawMotionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let motion = read_id(&input.motion_id, "motionId")?;
            Ok(session.engine().withdraw_motion(&session.call(input.idempotency_key), motion).await?)
        };
        session.answer(outcome).await
    }

    /// Opens the ballot on a motion, by the chair or a case officer, with the committee as it is now. Its members are
    /// invited to vote, unless hands are shown in a meeting.
    async fn open_ballot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On which motion.")] input: OpenBallotInput,
    ) -> Nullable<OpenBallotPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let motion = read_id(&input.motion_id, "motionId")?;
            let command = engine::OpenBallot { motion, show_of_hands: input.show_of_hands.unwrap_or_default() };
            Ok(session.engine().open_ballot(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Votes, by a member of the committee; a vote can be changed until the ballot closes (R22).
    async fn cast_vote(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On which ballot, and how.")] input: CastVoteInput,
    ) -> Nullable<CastVotePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let ballot = read_id(&input.ballot_id, "ballotId")?;
            Ok(session.engine().cast_vote(&session.call(input.idempotency_key), ballot, input.choice.into()).await?)
        };
        session.answer(outcome).await
    }

    /// Records the tally of a show of hands instead of votes, by a case officer (R23). It can be recorded again until the ballot closes.
    async fn record_tally(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was counted.")] input: RecordTallyInput,
    ) -> Nullable<RecordTallyPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let tally = Tally { yes: input.yes, no: input.no, abstained: input.abstained, excluded: input.excluded.unwrap_or_default() };
            let command = engine::RecordTally { ballot: read_id(&input.ballot_id, "ballotId")?, tally };
            Ok(session.engine().record_tally(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Closes a ballot, by the chair, and computes its result (R25). In the same instant a carried award commits the money (R33); where there
    /// is not enough, the application goes on the waiting list. The applicant is told.
    async fn close_ballot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ballot.")] input: CloseBallotInput,
    ) -> Nullable<CloseBallotPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let ballot = read_id(&input.ballot_id, "ballotId")?;
            Ok(session.engine().close_ballot(&session.call(input.idempotency_key), ballot).await?)
        };
        session.answer(outcome).await
    }
}
