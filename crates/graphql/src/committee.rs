//! The committee's decision: motions, ballots, votes. What is done with them is in [`mutation`]; seats and recusals have files of their own.

use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};
use domain::committee::BallotState as State;
use domain::identity::{Permission, available_actions};
use domain::ids::{BallotId, MotionId};
use futures_util::future::try_join_all;

use crate::application::Application;
use crate::connection::{Connection, Listed, Paging};
use crate::error::{Fault, Nullable, Result};
use crate::fund::Language;
use crate::identity::Person;
use crate::meeting::agenda::AgendaItem;
use crate::mutation::Loaded;
use crate::node::{id_of, read_id};
use crate::scalar::{Date, DateTime, Money};
use crate::session::Session;

pub mod mutation;
pub mod recusal;
pub mod seat;

use seat::BallotSeat;

/// What a motion proposes (R20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::ProposalKind")]
pub enum ProposalKind {
    /// Award an amount.
    Award,
    /// Award an amount although it is above the highest rate (R9).
    HardshipAward,
    /// Reject the application.
    Reject,
    /// Decide later.
    Defer,
    /// Find that a person is excluded from the application; put by `disputeRecusal` (R16).
    Exclude,
}

/// Where a motion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::MotionState")]
pub enum MotionState {
    /// Put, and not yet voted on.
    Pending,
    /// Being voted on.
    Balloting,
    /// Decided.
    Decided,
    /// Taken back before a ballot.
    Withdrawn,
}

/// Where a ballot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum BallotState {
    /// Votes are taken.
    Open,
    /// Closed, with the computed result (R25).
    Closed,
    /// Ended without a result, for too few were present (R17): the motion is pending again.
    Inquorate,
    /// Ended without a result, for a member objected to the form: the motion is pending again (R21).
    Objected,
}

impl BallotState {
    /// The state's name in the domain.
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Inquorate => "inquorate",
            Self::Objected => "objected",
        }
    }
}

/// How is voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::BallotFormKind")]
pub enum BallotForm {
    /// In a meeting, each member by device.
    Meeting,
    /// In a meeting, by a show of hands whose tally is recorded (R23).
    Recorded,
    /// In writing (Umlaufverfahren), with deadlines and the right to object (R21).
    Circular,
}

/// What happens where the money does not suffice for all that a vote en bloc carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::Purse")]
pub enum Purse {
    /// All or none: if the money does not suffice for all, all wait.
    AllOrNone,
    /// In their order, up to where the money ends; from there on all wait.
    UntilItEnds,
}

/// What comes out of a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::Verdict")]
pub enum Verdict {
    /// There were too few: nothing is decided (R17, R18).
    Inquorate,
    /// More yes than no (R19).
    Carried,
    /// Not carried; a tie is a rejection (R19).
    NotCarried,
}

/// What a member can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::Choice")]
pub enum Choice {
    /// For the motion.
    Yes,
    /// Against it.
    No,
    /// Neither; counts for the quorum only (R19).
    Abstain,
}

/// What can be done with a motion. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::MotionAction")]
pub enum MotionAction {
    /// `withdrawMotion`: take it back.
    #[graphql(name = "WITHDRAW_MOTION")]
    Withdraw,
    /// `openBallot`: open the ballot on it.
    OpenBallot,
}

/// What can be done with a ballot. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::BallotAction")]
pub enum BallotAction {
    /// `castVote`: vote, or vote otherwise (R22).
    CastVote,
    /// `objectToCircularVote`: object to a vote in writing (R21).
    ObjectToCircularVote,
    /// `objectToEnBloc`: object to a vote en bloc.
    ObjectToEnBloc,
    /// `recordTally`: record the tally of a show of hands (R23).
    RecordTally,
    /// `closeBallot`: close it (R25).
    #[graphql(name = "CLOSE_BALLOT")]
    Close,
}

/// A written motion (Beschlussvorschlag) that names the application and what is to be decided (R20).
#[derive(Description)]
pub struct Motion(pub(crate) domain::committee::Motion);

#[Object(use_type_description)]
impl Motion {
    /// The motion's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Where it stands.
    async fn state(&self) -> MotionState {
        self.0.state.into()
    }

    /// What it is about.
    async fn application(&self, ctx: &Context<'_>) -> Result<Application> {
        Session::of(ctx).application(self.0.application).await?.map(Application).ok_or_else(Fault::not_found)
    }

    /// What is to be decided.
    async fn kind(&self) -> ProposalKind {
        self.0.proposal.kind().into()
    }

    /// What would be awarded, in euro; null for a refusal or a deferral.
    async fn amount(&self) -> Option<Money> {
        self.0.proposal.amount().map(Money)
    }

    /// The wording that is voted on.
    async fn wording(&self) -> &str {
        &self.0.wording
    }

    /// Who put it.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.proposed_by, Permission::ReadBallots).await
    }

    /// When it was put, in UTC.
    async fn proposed_at(&self) -> DateTime {
        self.0.proposed_at.into()
    }

    /// The latest ballot on it; null while there is none.
    async fn ballot(&self, ctx: &Context<'_>) -> Nullable<Ballot> {
        let session = Session::of(ctx);
        let found = session.engine().ballot_of_motion(&session.actor(), self.0.id).await;
        found.map(|found| found.map(Ballot)).map_err(Into::into).transpose()
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<MotionAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Motion {
    type Id = MotionId;

    async fn load(session: &Session, id: MotionId) -> Result<Option<Self>> {
        Ok(session.motion(id).await?.map(Self))
    }
}

/// A ballot (Abstimmung) on one motion. Its result is computed, never typed in (R25).
#[derive(Description)]
pub struct Ballot(pub(crate) domain::committee::BallotBox);

#[Object(use_type_description)]
impl Ballot {
    /// The ballot's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.ballot.id)
    }

    /// Where it stands.
    async fn state(&self) -> BallotState {
        match self.0.ballot.state {
            State::Open => BallotState::Open,
            State::Closed { .. } => BallotState::Closed,
            State::Inquorate { .. } => BallotState::Inquorate,
            State::Objected { .. } => BallotState::Objected,
        }
    }

    /// What is voted on.
    async fn motion(&self, ctx: &Context<'_>) -> Result<Motion> {
        Session::of(ctx).motion(self.0.ballot.motion).await?.map(Motion).ok_or_else(Fault::not_found)
    }

    /// How many seats the committee had when it was opened; no tally is larger (R23).
    async fn seats(&self) -> u32 {
        self.0.ballot.electorate.composition().seats
    }

    /// The item of a meeting's agenda under which it is voted; null in writing, and where no meeting was open.
    async fn agenda_item(&self, ctx: &Context<'_>) -> Nullable<AgendaItem> {
        AgendaItem::load(&Session::of(ctx), self.0.ballot.agenda_item?).await.transpose()
    }

    /// How is voted.
    async fn form(&self) -> BallotForm {
        self.0.ballot.form.kind().into()
    }

    /// The last day to object to a vote in writing (R21); null in a meeting.
    async fn objections_until(&self) -> Option<Date> {
        self.0.ballot.form.deadlines().map(|deadlines| deadlines.objections_until.into())
    }

    /// The last day of a vote in writing (R21); null in a meeting.
    async fn votes_until(&self) -> Option<Date> {
        self.0.ballot.form.deadlines().map(|deadlines| deadlines.votes_until.into())
    }

    /// Its place among the ballots of one vote (en bloc), from 1; null if it is voted on by itself.
    async fn en_bloc_position(&self) -> Option<u32> {
        self.0.ballot.en_bloc.map(|en_bloc| en_bloc.position)
    }

    /// What happens where the money does not suffice for all of a vote en bloc; null if it is voted on by itself.
    async fn purse(&self) -> Option<Purse> {
        self.0.ballot.en_bloc.map(|en_bloc| en_bloc.purse.into())
    }

    /// The committee as it was when the ballot was opened, seat by seat, and who was excluded.
    async fn electorate_seats(&self) -> Vec<BallotSeat> {
        self.0.ballot.electorate.seats.iter().cloned().map(BallotSeat).collect()
    }

    /// How many have to be present: more than half of the seats that can vote, never fewer than three (R17, R18).
    async fn quorum(&self) -> u32 {
        self.0.ballot.electorate.quorum().needed
    }

    /// How the result came about, step by step; null while it is open, and after an objection.
    async fn computation(&self) -> Option<Computation> {
        self.0.ballot.computation.clone().map(Computation)
    }

    /// Who may vote: the members of the committee when it was opened, and their substitutes, without those who are excluded.
    async fn electorate(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        let session = Session::of(ctx);
        let electorate = self.0.ballot.electorate.voters();
        let found = try_join_all(electorate.map(|member| session.person(member, Permission::ReadBallots))).await?;
        Ok(found.into_iter().flatten().map(Person).collect())
    }

    /// How many seats have voted: all that anybody sees while it is open (R25).
    async fn votes_cast(&self) -> u32 {
        self.0.votes_cast()
    }

    /// Who voted how: while it is open, the vote of the person who asks and no other; after it closed, all (R25).
    async fn votes(&self, ctx: &Context<'_>) -> Vec<Vote> {
        let session = Session::of(ctx);
        session.engine().votes(&session.actor(), &self.0).into_iter().map(Vote).collect()
    }

    /// What was counted: the recorded tally of a show of hands, or, once it is closed, the votes. Null before.
    async fn tally(&self) -> Option<Tally> {
        let counted = match self.0.ballot.state {
            State::Open => self.0.ballot.recorded_tally?,
            State::Closed { tally, .. } | State::Inquorate { tally, .. } => tally,
            State::Objected { .. } => return None,
        };
        Some(counted.into())
    }

    /// Whether the motion was carried: only yes and no count, a tie is a rejection (R19). Null while it is open, and if it ended without a result.
    async fn carried(&self) -> Option<bool> {
        let State::Closed { carried, .. } = self.0.ballot.state else { return None };
        Some(carried)
    }

    /// When it was opened, in UTC.
    async fn opened_at(&self) -> DateTime {
        self.0.ballot.opened_at.into()
    }

    /// When it was closed, in UTC. Null while it is open.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.ballot.state.ended_at().map(Into::into)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<BallotAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Ballot {
    type Id = BallotId;

    async fn load(session: &Session, id: BallotId) -> Result<Option<Self>> {
        Ok(session.engine().ballot(&session.actor(), id).await?.map(Self))
    }
}

impl Loaded for Vec<Ballot> {
    type Id = Vec<BallotId>;

    async fn load(session: &Session, ids: Vec<BallotId>) -> Result<Option<Self>> {
        let mut found = Self::with_capacity(ids.len());
        for id in ids {
            found.extend(Ballot::load(session, id).await?);
        }
        Ok(Some(found))
    }
}

impl Listed for Ballot {
    fn key(&self) -> engine::Key {
        engine::Key::Id(self.0.ballot.id.0)
    }
}

/// A member's vote (R22).
#[derive(Description)]
pub struct Vote(domain::committee::Vote);

#[Object(use_type_description)]
impl Vote {
    /// The member.
    async fn member(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.member, Permission::ReadBallots).await
    }

    /// How they voted.
    async fn choice(&self) -> Choice {
        self.0.choice.into()
    }

    /// When they last did, in UTC.
    async fn cast_at(&self) -> DateTime {
        self.0.cast_at.into()
    }
}

/// How a result came about. It was computed when the ballot ended, by the rules of then, and stays as it is.
#[derive(Description)]
pub struct Computation(pub(crate) domain::committee::Computation);

#[Object(use_type_description)]
impl Computation {
    /// What came out.
    async fn verdict(&self) -> Verdict {
        self.0.verdict.into()
    }

    /// Each step in words: `more than half of 9 is 5`.
    async fn steps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; left out: that of the person who asks.")] language: Option<Language>,
    ) -> Vec<String> {
        let language = language.map_or_else(|| Session::of(ctx).actor().language, Into::into);
        self.0.steps.iter().map(|step| step.in_words(language)).collect()
    }

    /// All steps in one sentence.
    async fn in_words(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; left out: that of the person who asks.")] language: Option<Language>,
    ) -> String {
        self.0.in_words(language.map_or_else(|| Session::of(ctx).actor().language, Into::into))
    }
}

/// What was counted in a ballot.
#[derive(SimpleObject)]
pub struct Tally {
    /// For the motion.
    yes: u32,
    /// Against it.
    no: u32,
    /// Neither; counts for the quorum only (R19).
    abstained: u32,
    /// Excluded from this item (R16).
    excluded: u32,
}

impl From<domain::committee::Tally> for Tally {
    fn from(counted: domain::committee::Tally) -> Self {
        Self { yes: counted.yes, no: counted.no, abstained: counted.abstained, excluded: counted.excluded }
    }
}

/// Questions about ballots.
#[derive(Default)]
pub struct CommitteeQueries;

#[Object]
impl CommitteeQueries {
    /// The ballot with that id; null if there is none, or none that the person who asks may see.
    async fn ballot(&self, ctx: &Context<'_>, #[graphql(desc = "The ballot's id.")] id: ID) -> Nullable<Ballot> {
        let found = async { Ballot::load(&Session::of(ctx), read_id(&id, "id")?).await };
        found.await.transpose()
    }

    /// The ballots, in the order in which they were opened; for the committee, case officers and the auditor.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn ballots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in that state; left out: all.")] state: Option<BallotState>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Ballot>> {
        let found = async {
            let session = Session::of(ctx);
            let window = Paging { first, after, last, before }.window::<Ballot>(ctx, "ballots")?;
            let page = session.engine().ballots(&session.actor(), state.map(BallotState::name), &window).await?;
            Ok(Connection::new("ballots", page, Ballot, None))
        };
        Some(found.await)
    }
}
