//! The proposal (Entscheidungsvorschlag): what the administration proposes to the committee for an application, before a motion is put.

use chrono::{DateTime, Utc};

use crate::application::Application;
use crate::committee::{Motion, Proposal};
use crate::fund::Fund;
use crate::identity::{Actor, Permission, Scope};
use crate::ids::{ApplicationId, MotionId, PersonId, ProposalId, RoundId};
use crate::problem::{Refusal, Violation};
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
    /// motion, the applicant never, and nobody who is excluded from the application (R16).
    #[must_use]
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        let permission = if self.motion.is_some() { Permission::ReadBallots } else { Permission::ReadProposals };
        actor.may(permission, Scope::everyone().about(self.application))
    }
}

impl Prepared {
    /// Prepares the proposal for an application that the guard has found undecided and without a motion. Everything that would be wrong with
    /// a motion of it is wrong with it too (R8, R9).
    pub fn new(
        id: ProposalId,
        application: &Application,
        proposal: Proposal,
        reasons: &str,
        fund: &Fund,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut violations = violations_of(application, proposal, fund);
        let reasons = text::required_paragraphs("reasons", reasons).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        Refusal::unless_empty(violations)?;
        let Application { id: application, round, .. } = *application;
        Ok(Self { id, version: 1, application, round, proposal, reasons, motion: None, prepared_by: by, prepared_at: now })
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
