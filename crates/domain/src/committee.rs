//! The committee's decision: a motion, a ballot on it, votes or a recorded tally, and the computed result (R19, R20, R22, R23, R25).
//!
//! Quorum, recusal and meetings (R16 to R18, R21, R24) are not here yet: the electorate that a ballot is opened with is where they attach.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::application::{Application, State};
use crate::fund::{CommitteeRules, Fund};
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, ApplicationId, BallotId, MotionId, PersonId};
use crate::money::Money;
use crate::problem::{Problem, Refusal, Violation};
use crate::text;

/// A written motion that names the application and what is to be decided (R20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Motion {
    /// Its id.
    pub id: MotionId,
    /// Counts the changes.
    pub version: i64,
    /// What it is about.
    pub application: ApplicationId,
    /// The application's applicant, whom the motion's result concerns.
    pub applicant: ApplicantId,
    /// What is to be decided.
    pub proposal: Proposal,
    /// The wording that is voted on.
    pub wording: String,
    /// Where it stands.
    pub state: MotionState,
    /// Who put it.
    pub proposed_by: PersonId,
    /// When.
    pub proposed_at: DateTime<Utc>,
}

/// What a motion proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Proposal {
    /// Award this much.
    Award {
        /// Euro.
        amount: Money,
    },
    /// Award this much although it is above the highest rate (R9).
    HardshipAward {
        /// Euro.
        amount: Money,
    },
    /// Reject the application.
    Reject,
    /// Decide later.
    Defer,
}

/// What a motion can propose, without the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is the proposal of the same name")]
pub enum ProposalKind {
    Award,
    HardshipAward,
    Reject,
    Defer,
}

impl Proposal {
    /// A proposal of that kind: an award names its amount, a refusal or a deferral none (R20).
    pub fn new(kind: ProposalKind, amount: Option<Money>) -> Result<Self, Violation> {
        match (kind, amount) {
            (ProposalKind::Award, Some(amount)) => Ok(Self::Award { amount }),
            (ProposalKind::HardshipAward, Some(amount)) => Ok(Self::HardshipAward { amount }),
            (ProposalKind::Reject, None) => Ok(Self::Reject),
            (ProposalKind::Defer, None) => Ok(Self::Defer),
            (ProposalKind::Award | ProposalKind::HardshipAward, None) => Err(Problem::MotionNeedsAmount.at("amount")),
            (ProposalKind::Reject | ProposalKind::Defer, Some(_)) => Err(Problem::MotionHasNoAmount.at("amount")),
        }
    }

    /// What it proposes, without the amount.
    #[must_use]
    pub const fn kind(self) -> ProposalKind {
        match self {
            Self::Award { .. } => ProposalKind::Award,
            Self::HardshipAward { .. } => ProposalKind::HardshipAward,
            Self::Reject => ProposalKind::Reject,
            Self::Defer => ProposalKind::Defer,
        }
    }

    /// What would be awarded.
    #[must_use]
    pub const fn amount(self) -> Option<Money> {
        match self {
            Self::Award { amount } | Self::HardshipAward { amount } => Some(amount),
            Self::Reject | Self::Defer => None,
        }
    }

    /// The proposal's name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Award { .. } => "award",
            Self::HardshipAward { .. } => "hardship-award",
            Self::Reject => "reject",
            Self::Defer => "defer",
        }
    }
}

impl MotionState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Balloting => "balloting",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Where a motion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// What can be done with a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MotionAction {
    /// Take it back.
    Withdraw,
    /// Open the ballot on it.
    OpenBallot,
}

impl Action for MotionAction {
    const ALL: &'static [Self] = &[Self::Withdraw, Self::OpenBallot];

    fn permission(self) -> Permission {
        match self {
            Self::Withdraw => Permission::WithdrawMotion,
            Self::OpenBallot => Permission::OpenBallot,
        }
    }
}

impl Scoped for Motion {
    const READ: Permission = Permission::ReadBallots;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for Motion {
    type Action = MotionAction;

    fn permits(&self, action: MotionAction, _: &Actor) -> Result<(), Problem> {
        if self.state == MotionState::Pending {
            return Ok(());
        }
        Err(Problem::wrong_state(self.state.name(), action))
    }
}

impl Motion {
    /// Puts a motion on an application that the guard has found admitted and without another motion.
    pub fn propose(
        id: MotionId,
        application: &Application,
        proposal: Proposal,
        wording: &str,
        fund: &Fund,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let wording = text::required_paragraphs("wording", wording).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        if let Some(amount) = proposal.amount() {
            violations.extend(amount_problem(application, proposal, amount, fund).map(|problem| problem.at("amount")));
        }
        if matches!(proposal, Proposal::HardshipAward { .. }) && application.form.hardship_reason.is_none() {
            violations.push(Problem::NoHardshipClaimed.at("kind"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self {
            id,
            version: 1,
            application: application.id,
            applicant: application.applicant,
            proposal,
            wording,
            state: MotionState::Pending,
            proposed_by: by,
            proposed_at: now,
        })
    }
}

fn amount_problem(application: &Application, proposal: Proposal, amount: Money, fund: &Fund) -> Option<Problem> {
    let requested = application.amount_requested();
    if let Err(problem) = fund.amount_within_limits(amount) {
        return Some(problem);
    }
    if amount > requested {
        return Some(Problem::AwardAboveRequest { requested });
    }
    let ordinary = matches!(proposal, Proposal::Award { .. });
    (ordinary && application.is_above_rate(amount, fund)).then_some(Problem::HardshipNeedsItsOwnVote)
}

/// A ballot on one motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Its id.
    pub id: BallotId,
    /// Counts the changes.
    pub version: i64,
    /// What is voted on.
    pub motion: MotionId,
    /// Who may vote: the members of the committee when it was opened, in the order of their ids.
    pub electorate: Vec<PersonId>,
    /// How many seats the committee had when it was opened.
    pub seats: u32,
    /// The tally of a show of hands, if one was recorded instead of votes (R23).
    pub recorded_tally: Option<Tally>,
    /// Where it stands.
    pub state: BallotState,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
}

/// Where a ballot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum BallotState {
    /// Votes are taken.
    Open,
    /// Closed, with the computed result.
    Closed {
        /// When.
        at: DateTime<Utc>,
        /// What was counted.
        tally: Tally,
        /// What follows from it.
        carried: bool,
    },
}

/// A member's vote. A member has one for each motion and can change it until the ballot closes (R22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The ballot.
    pub ballot: BallotId,
    /// The member.
    pub member: PersonId,
    /// How they voted.
    pub choice: Choice,
    /// When they last did.
    pub cast_at: DateTime<Utc>,
}

/// What a member can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// For the motion.
    Yes,
    /// Against it.
    No,
    /// Neither; counts for the quorum only (R19).
    Abstain,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// For the motion.
    pub yes: u32,
    /// Against it.
    pub no: u32,
    /// Neither.
    pub abstained: u32,
    /// Excluded from this item (R16).
    pub excluded: u32,
}

impl Tally {
    /// Counts votes.
    #[must_use]
    pub fn count(votes: &[Vote]) -> Self {
        let of = |choice| u32::try_from(votes.iter().filter(|vote| vote.choice == choice).count()).unwrap_or(u32::MAX);
        Self { yes: of(Choice::Yes), no: of(Choice::No), abstained: of(Choice::Abstain), excluded: 0 }
    }

    /// How many took part or were excluded.
    #[must_use]
    pub const fn total(self) -> u32 {
        self.yes.saturating_add(self.no).saturating_add(self.abstained).saturating_add(self.excluded)
    }

    /// Whether the motion is carried: only yes and no count, and a tie is a rejection (R19). `chair` is the chair's own vote, which decides a
    /// tie where the fund's rules give it that weight.
    #[must_use]
    pub fn is_carried(self, rules: &CommitteeRules, chair: Option<Choice>) -> bool {
        self.yes > self.no || rules.casting_vote_of_chair && self.yes == self.no && chair == Some(Choice::Yes)
    }
}

/// What can be done with a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BallotAction {
    /// Vote, or vote otherwise.
    CastVote,
    /// Record the tally of a show of hands.
    RecordTally,
    /// Close it.
    Close,
}

impl Action for BallotAction {
    const ALL: &'static [Self] = &[Self::CastVote, Self::RecordTally, Self::Close];

    fn permission(self) -> Permission {
        match self {
            Self::CastVote => Permission::CastVote,
            Self::RecordTally => Permission::RecordTally,
            Self::Close => Permission::CloseBallot,
        }
    }
}

/// A ballot with the votes cast on it so far: what the guard needs to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotBox {
    /// The ballot.
    pub ballot: Ballot,
    /// The votes, one a member.
    pub votes: Vec<Vote>,
}

impl Scoped for BallotBox {
    const READ: Permission = Permission::ReadBallots;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for BallotBox {
    type Action = BallotAction;

    fn permits(&self, action: BallotAction, actor: &Actor) -> Result<(), Problem> {
        let ballot = &self.ballot;
        if matches!(ballot.state, BallotState::Closed { .. }) {
            return Err(Problem::wrong_state("closed", action));
        }
        match action {
            BallotAction::CastVote if ballot.recorded_tally.is_some() => Err(Problem::TallyAlreadyRecorded),
            BallotAction::CastVote if !actor.person.is_some_and(|person| ballot.electorate.contains(&person)) => {
                Err(Problem::wrong_state("not in the electorate", action))
            }
            BallotAction::RecordTally if !self.votes.is_empty() => Err(Problem::VotesAlreadyCast),
            BallotAction::Close if ballot.recorded_tally.is_none() && self.votes.is_empty() => Err(Problem::NobodyVoted),
            _ => Ok(()),
        }
    }
}

impl Ballot {
    /// Opens the ballot on a motion, with the committee as it is now.
    #[must_use]
    pub fn open(id: BallotId, motion: &Motion, mut electorate: Vec<PersonId>, rules: &CommitteeRules, now: DateTime<Utc>) -> Self {
        electorate.sort_unstable();
        electorate.dedup();
        Self {
            id,
            version: 1,
            motion: motion.id,
            electorate,
            seats: rules.seats,
            recorded_tally: None,
            state: BallotState::Open,
            opened_at: now,
        }
    }

    /// Records the tally of a show of hands (R23). It may be recorded again until the ballot closes.
    pub fn record_tally(self, tally: Tally) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if tally.total() > self.seats {
            violations.push(Problem::TallyAboveSeats { seats: self.seats }.at("yes"));
        }
        if tally.yes == 0 && tally.no == 0 && tally.abstained == 0 {
            violations.push(Problem::NobodyVoted.at("yes"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self { recorded_tally: Some(tally), ..self })
    }
}

impl BallotBox {
    /// Closes the ballot and computes its result (R19, R25). `chair` is whose vote may decide a tie.
    #[must_use]
    pub fn close(self, rules: &CommitteeRules, chair: Option<PersonId>, now: DateTime<Utc>) -> Ballot {
        let tally = self.ballot.recorded_tally.unwrap_or_else(|| Tally::count(&self.votes));
        let chairs_vote = self.votes.iter().find(|vote| Some(vote.member) == chair).map(|vote| vote.choice);
        let carried = tally.is_carried(rules, chairs_vote);
        Ballot { state: BallotState::Closed { at: now, tally, carried }, ..self.ballot }
    }
}

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
    /// Nothing changes: it was deferred, or a motion to reject or defer was not carried.
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
            (Proposal::Defer, _) | (Proposal::Reject, false) => Self::Undecided,
        }
    }
}

/// Whether the application can still be decided on: a ballot may be open when the applicant withdraws (R15).
#[must_use]
pub fn is_decidable(application: &Application) -> bool {
    application.state == State::Admitted
}
