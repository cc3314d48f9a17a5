//! Recusal (Befangenheit, R16): a person with a conflict of interest has no part in an application: neither file nor debate nor vote.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::committee::{Motion, MotionState, Proposal};
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicationId, BallotId, MotionId, PersonId, RecusalId};
use crate::problem::{Problem, Refusal};
use crate::text;

/// That a person is excluded from an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recusal {
    /// Its id.
    pub id: RecusalId,
    /// Counts the changes.
    pub version: i64,
    /// From which application.
    pub application: ApplicationId,
    /// The application's number: all of it that the excluded person sees.
    pub number: String,
    /// Who is excluded.
    pub person: PersonId,
    /// Why, if it was said: nobody has to.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: RecusalState,
    /// Who declared or recorded it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Where a recusal stands. In every state but the last the person is excluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum RecusalState {
    /// The person declared it.
    Declared,
    /// A case officer recorded it.
    Recorded,
    /// Disputed: the others decide, without the person.
    Disputed {
        /// Who disputes it.
        by: PersonId,
        /// Why.
        reason: String,
        /// The motion that they vote on.
        motion: MotionId,
    },
    /// Disputed, and the others found that the person is excluded.
    Upheld {
        /// By that ballot.
        ballot: BallotId,
    },
    /// Disputed, and the others found that the person is not.
    Dismissed {
        /// By that ballot.
        ballot: BallotId,
    },
}

impl RecusalState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Recorded => "recorded",
            Self::Disputed { .. } => "disputed",
            Self::Upheld { .. } => "upheld",
            Self::Dismissed { .. } => "dismissed",
        }
    }
}

/// What can be done with a recusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RecusalAction {
    /// Say that there is no conflict: the others decide.
    Dispute,
}

impl Action for RecusalAction {
    const ALL: &'static [Self] = &[Self::Dispute];

    fn permission(self) -> Permission {
        Permission::DisputeRecusal
    }
}

impl Scoped for Recusal {
    const READ: Permission = Permission::ReadRecusals;

    fn scope(&self) -> Scope {
        Scope { concerns: Some(self.person), ..Scope::everyone() }.about(self.application)
    }
}

impl Guarded for Recusal {
    type Action = RecusalAction;

    fn permits(&self, action: RecusalAction, _: &Actor) -> Result<(), Problem> {
        match self.state {
            RecusalState::Declared | RecusalState::Recorded => Ok(()),
            _ => Err(Problem::wrong_state(self.state.name(), action)),
        }
    }
}

impl Recusal {
    /// Excludes a person from an application: by their own word, or because a case officer records it.
    pub fn new(
        id: RecusalId,
        application: &Application,
        person: PersonId,
        reason: Option<&str>,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let reason = reason.filter(|reason| !reason.trim().is_empty());
        let reason = reason.map(|reason| text::required_paragraphs("reason", reason)).transpose()?;
        let state = if person == by { RecusalState::Declared } else { RecusalState::Recorded };
        let number = application.number.clone().unwrap_or_default();
        Ok(Self { id, version: 1, application: application.id, number, person, reason, state, by, at: now })
    }

    /// Whether the person is excluded.
    #[must_use]
    pub const fn stands(&self) -> bool {
        !matches!(self.state, RecusalState::Dismissed { .. })
    }

    /// Disputes it: returns it, and the motion on which the others vote (R16).
    pub fn dispute(
        self,
        motion: MotionId,
        application: &Application,
        reason: &str,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<(Self, Motion), Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        let wording =
            format!("Der Ausschluss von der Beratung und Entscheidung über den Antrag {} bleibt bestehen (§ 22 GO).", self.number);
        let motion = Motion {
            id: motion,
            version: 1,
            application: self.application,
            applicant: application.applicant,
            proposal: Proposal::Exclude { recusal: self.id },
            wording,
            state: MotionState::Pending,
            proposed_by: by,
            proposed_at: now,
        };
        Ok((Self { state: RecusalState::Disputed { by, reason, motion: motion.id }, ..self }, motion))
    }

    /// What the others decided.
    #[must_use]
    pub fn decided(self, excluded: bool, ballot: BallotId) -> Self {
        let state = if excluded { RecusalState::Upheld { ballot } } else { RecusalState::Dismissed { ballot } };
        Self { state, ..self }
    }
}
