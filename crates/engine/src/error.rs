//! Why a command or a question was not answered.

use domain::identity::Denial;
use domain::problem::{Problem, Refusal, Violation};
use store::StoreError;

/// What a caller is told. Everything but [`Error::Internal`] is expected and says enough to act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in.
    #[error("sign in first")]
    Unauthenticated,
    /// The thing is visible, but this is not this person's to do.
    #[error("not permitted")]
    Forbidden,
    /// There is no such thing, or none that this person may see: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// Somebody else was faster. Look again, then decide again.
    #[error("changed by somebody else in the meantime")]
    Conflict,
    /// The fund's rules refuse it. Nothing was changed.
    #[error("refused by the rules")]
    Refused(Refusal),
    /// More than one source, person or address may ask for.
    #[error("too many requests; try again in {} seconds", again_after.as_secs())]
    TooMany {
        /// After how long it will be answered.
        again_after: std::time::Duration,
    },
    /// The database can't be reached now.
    #[error("temporarily unavailable")]
    Unavailable,
    /// A fault of the program or its surroundings. Logged where it is handled; a caller learns nothing of it.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The result of a command or a question.
pub type Result<T> = std::result::Result<T, Error>;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict | StoreError::Duplicate { .. } => Self::Conflict,
            StoreError::Busy | StoreError::Unavailable => Self::Unavailable,
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem.into())
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::Refused(violation.into())
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Permission => Self::Forbidden,
            Denial::State(problem) => problem.into(),
        }
    }
}
