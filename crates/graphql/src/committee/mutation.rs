//! What the committee does: motions, ballots, votes, tallies (R19 to R25).

use async_graphql::{Context, ID, Object};

use crate::committee::{Ballot, BallotForm, Choice, Motion, ProposalKind, Purse};
use crate::error::{Nullable, Result};
use crate::mutation::{input, payload};
use crate::node::read_id;
use crate::scalar::{Date, Money, Raw};
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
        /// How is voted; left out: in a meeting, by device. Where hands are shown, nobody is invited by e-mail.
        form: Option<BallotForm>,
        /// The last day to object to a vote in writing; for `CIRCULAR` only (R21).
        objections_until: Option<Raw<Date>>,
        /// The last day to vote in writing; for `CIRCULAR` only (R21).
        votes_until: Option<Raw<Date>>,
    }
}

input! {
    /// Several ballots to open as one vote (en bloc).
    OpenBallotsInput {
        /// On which motions, at most 50, in the order in which the money is committed.
        motion_ids: Vec<ID>,
        /// What happens where the money does not suffice for all.
        purse: Purse,
        /// How is voted; left out: in a meeting, by device.
        form: Option<BallotForm>,
        /// The last day to object to a vote in writing; for `CIRCULAR` only (R21).
        objections_until: Option<Raw<Date>>,
        /// The last day to vote in writing; for `CIRCULAR` only (R21).
        votes_until: Option<Raw<Date>>,
    }
}

input! {
    /// A vote in writing to object to.
    ObjectToCircularVoteInput {
        /// Which ballot.
        ballot_id: ID,
    }
}

input! {
    /// A vote en bloc to object to.
    ObjectToEnBlocInput {
        /// Any of its ballots.
        ballot_id: ID,
    }
}

/// How is voted, as it was asked for.
fn form(kind: Option<BallotForm>, objections_until: Option<Raw<Date>>, votes_until: Option<Raw<Date>>) -> Result<engine::NewBallotForm> {
    Ok(engine::NewBallotForm {
        kind: kind.unwrap_or(BallotForm::Meeting).into(),
        objections_until: objections_until.map(|day| day.read("objectionsUntil")).transpose()?,
        votes_until: votes_until.map(|day| day.read("votesUntil")).transpose()?,
    })
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
        /// How many seats were excluded from this item (R16); it must be those whose recusal stands, and left out it is they.
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
    /// The answer to `openBallots`.
    OpenBallotsPayload {
        /// The new ballots, in the order of the motions; null if they were refused.
        ballots: Vec<Ballot>
    }
}

payload! {
    /// The answer to `objectToCircularVote`.
    ObjectToCircularVotePayload {
        /// The ballot as it is now; null if it was refused.
        ballot: Ballot
    }
}

payload! {
    /// The answer to `objectToEnBloc`.
    ObjectToEnBlocPayload {
        /// The ballot as it is now; null if it was refused.
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
            let command = engine::OpenBallot { motion, form: form(input.form, input.objections_until, input.votes_until)? };
            Ok(session.engine().open_ballot(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Opens ballots on several motions as one vote (en bloc), by the chair or a case officer: whoever votes on one votes on each, and each has
    /// its own result. Refused where somebody is excluded from one of them (R16).
    async fn open_ballots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On which motions.")] input: OpenBallotsInput,
    ) -> Nullable<OpenBallotsPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let motions = input.motion_ids.iter().enumerate();
            let command = engine::OpenBallots {
                motions: motions.map(|(index, id)| read_id(id, &format!("motionIds[{index}]"))).collect::<Result<_>>()?,
                form: form(input.form, input.objections_until, input.votes_until)?,
                purse: input.purse.into(),
            };
            Ok(session.engine().open_ballots(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Objects to a vote in writing, by a member: it ends, and the motion is pending again and goes to a meeting (R21).
    async fn object_to_circular_vote(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ballot.")] input: ObjectToCircularVoteInput,
    ) -> Nullable<ObjectToCircularVotePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let ballot = read_id(&input.ballot_id, "ballotId")?;
            Ok(session.engine().object_to_circular_vote(&session.call(input.idempotency_key), ballot).await?)
        };
        session.answer(outcome).await
    }

    /// Objects to a vote en bloc, by a member: it ends, and each motion is pending again and is voted on by itself.
    async fn object_to_en_bloc(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any of its ballots.")] input: ObjectToEnBlocInput,
    ) -> Nullable<ObjectToEnBlocPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let ballot = read_id(&input.ballot_id, "ballotId")?;
            Ok(session.engine().object_to_en_bloc(&session.call(input.idempotency_key), ballot).await?)
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
            let ballot = read_id(&input.ballot_id, "ballotId")?;
            let (yes, no, abstained, excluded) = (input.yes, input.no, input.abstained, input.excluded);
            let command = engine::RecordTally { ballot, yes, no, abstained, excluded };
            Ok(session.engine().record_tally(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Closes a ballot, by the chair, and computes its result (R25); a vote en bloc as a whole, and one in writing before its deadline only when
    /// all have voted (R21). Without a quorum it ends without a result, and the motion is pending again (R17). In the same instant a carried award commits the money (R33); where there
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
