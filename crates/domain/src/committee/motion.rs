//! Motions: what is voted on, in writing (R20).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::fund::Fund;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, ApplicationId, MotionId, PersonId, RecusalId};
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
    /// Find that a person is excluded from the application, which is disputed (R16).
    Exclude {
        /// The recusal that is disputed.
        recusal: RecusalId,
    },
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
    Exclude,
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
            (ProposalKind::Exclude, _) => Err(Problem::RecusalNotDisputed.at("kind")),
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
            Self::Exclude { .. } => ProposalKind::Exclude,
        }
    }

    /// What would be awarded.
    #[must_use]
    pub const fn amount(self) -> Option<Money> {
        match self {
            Self::Award { amount } | Self::HardshipAward { amount } => Some(amount),
            Self::Reject | Self::Defer | Self::Exclude { .. } => None,
        }
    }

    /// The disputed recusal that it is about.
    #[must_use]
    pub const fn recusal(self) -> Option<RecusalId> {
        match self {
            Self::Exclude { recusal } => Some(recusal),
            _ => None,
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
            Self::Exclude { .. } => "exclude",
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
        Scope::everyone().about(self.application)
    }
}

impl Guarded for Motion {
    type Action = MotionAction;

    fn permits(&self, action: MotionAction, _: &Actor) -> Result<(), Problem> {
        if action == MotionAction::Withdraw && self.proposal.recusal().is_some() {
            return Err(Problem::RecusalIsDisputed);
        }
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
