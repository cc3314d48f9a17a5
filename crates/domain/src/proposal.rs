//! The proposal (Entscheidungsvorschlag): what the administration proposes to the committee for an application, before a motion is put.

use chrono::{DateTime, Utc};

use crate::application::{Application, State};
use crate::committee::{Motion, Proposal};
use crate::fund::Fund;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicationId, MotionId, PersonId, ProposalId, RoundId};
use crate::problem::{Problem, Refusal, Violation};
use crate::text;

/// What the office proposes for one application. There is one for each; preparing it again replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its id.
    pub id: ProposalId,
    /// Counts the changes.
    pub version: i64,
    /// For which application.
    pub application: ApplicationId,
    /// The application's round.
    pub round: RoundId,
    /// What is proposed.
    pub proposal: Proposal,
    /// Why.
    pub reasons: String,
    /// The motion that it was put as; until then it is the office's.
    pub motion: Option<MotionId>,
    /// Who prepared it last.
    pub prepared_by: PersonId,
    /// When.
    pub prepared_at: DateTime<Utc>,
}

impl Prepared {
    /// Whether somebody who may see the application may see this too: the office and the auditor always, the committee once it was put as a
    /// motion, the applicant never.
    #[must_use]
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        let permission = if self.motion.is_some() { Permission::ReadBallots } else { Permission::ReadProposals };
        actor.may(permission, Scope::everyone())
    }
}

/// What can be done for the proposal on an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProposalAction {
    /// Prepare it, or prepare it anew.
    PrepareProposal,
}

impl Action for ProposalAction {
    const ALL: &'static [Self] = &[Self::PrepareProposal];

    fn permission(self) -> Permission {
        Permission::PrepareProposal
    }
}

/// An application for which a proposal is prepared: what the guard needs to see.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposalCase {
    /// The application.
    pub application: Application,
    /// Whether a motion on it is not decided (R20): then it is the committee's turn.
    pub motion_pending: bool,
}

impl Scoped for ProposalCase {
    const READ: Permission = Application::READ;

    fn scope(&self) -> Scope {
        self.application.scope()
    }
}

impl Guarded for ProposalCase {
    type Action = ProposalAction;

    fn permits(&self, action: ProposalAction, _: &Actor) -> Result<(), Problem> {
        match self.application.state {
            State::Admitted if self.motion_pending => Err(Problem::MotionPending),
            State::Submitted | State::ChangesRequested(_) | State::Admitted => Ok(()),
            _ => Err(Problem::wrong_state(self.application.state.name(), action)),
        }
    }
}

impl ProposalCase {
    /// Prepares the proposal. Everything that would be wrong with a motion of it is wrong with it too (R8, R9).
    pub fn prepare(
        &self,
        id: ProposalId,
        proposal: Proposal,
        reasons: &str,
        fund: &Fund,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Prepared, Refusal> {
        let mut violations = violations_of(&self.application, proposal, fund);
        let reasons = text::required_paragraphs("reasons", reasons).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        Refusal::unless_empty(violations)?;
        let Application { id: application, round, .. } = self.application;
        Ok(Prepared { id, version: 1, application, round, proposal, reasons, motion: None, prepared_by: by, prepared_at: now })
    }
}

/// What the rules say against a motion of that proposal on an application: `amount` and `kind` are the fields. The motion itself is asked, so
/// that nothing is allowed here that is refused there.
#[must_use]
pub fn violations_of(application: &Application, proposal: Proposal, fund: &Fund) -> Vec<Violation> {
    let tried =
        Motion::propose(MotionId(uuid::Uuid::nil()), application, proposal, "-", fund, PersonId(uuid::Uuid::nil()), DateTime::UNIX_EPOCH);
    tried.err().map(|refusal| refusal.0).unwrap_or_default()
}
