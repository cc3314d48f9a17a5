//! What a client is told when something was not answered: a code, and nothing of the inside.

use async_graphql::ErrorExtensions as _;
use domain::language::Language;
use domain::problem::{Refusal, Violation};

/// The result of a resolver.
pub type Result<T> = std::result::Result<T, Fault>;

/// The value of a nullable field that may fail: its error nulls this field and no more.
pub type Nullable<T> = Option<Result<T>>;

/// The codes under which errors are known, in `extensions.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Nobody is signed in.
    Unauthenticated,
    /// The thing is visible, but this is not this person's to do.
    Forbidden,
    /// There is no such thing, or none that this person may see.
    NotFound,
    /// Somebody else was faster.
    Conflict,
    /// The request itself is wrong: an id, an amount, a date, a cursor.
    BadUserInput,
    /// Too many requests at once: again later.
    RateLimited,
    /// The database can't be reached now.
    Unavailable,
    /// A fault of the program.
    Internal,
}

impl Code {
    /// As it is written in an answer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// Why a resolver has no answer. It doesn't print itself, so that no other error can pass for one and get out without a code.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The fund's rules refuse it: a mutation answers with `userErrors`.
    Refused(Refusal),
    /// Everything else: a GraphQL error with a code.
    Failed {
        /// Which code.
        code: Code,
        /// What a developer reads.
        message: String,
        /// The argument or input field that is wrong.
        field: Option<String>,
    },
}

impl Fault {
    /// A field of the request that can't be read.
    #[must_use]
    pub fn bad_input(field: &str, message: impl Into<String>) -> Self {
        Self::Failed { code: Code::BadUserInput, message: message.into(), field: Some(field.to_owned()) }
    }

    /// There is no such thing, or none that this person may see.
    #[must_use]
    pub fn not_found() -> Self {
        engine::Error::NotFound.into()
    }
}

impl From<engine::Error> for Fault {
    fn from(error: engine::Error) -> Self {
        let code = match &error {
            engine::Error::Refused(_) => Code::BadUserInput,
            engine::Error::Unauthenticated => Code::Unauthenticated,
            engine::Error::Forbidden => Code::Forbidden,
            engine::Error::NotFound => Code::NotFound,
            engine::Error::Conflict => Code::Conflict,
            engine::Error::TooMany { .. } => Code::RateLimited,
            engine::Error::Unavailable => Code::Unavailable,
            engine::Error::Internal(source) => {
                tracing::error!(error = %source, "a question or command failed");
                Code::Internal
            }
        };
        match error {
            engine::Error::Refused(refusal) => Self::Refused(refusal),
            other => Self::Failed { code, message: other.to_string(), field: None },
        }
    }
}

impl From<Violation> for Fault {
    fn from(violation: Violation) -> Self {
        Self::Refused(violation.into())
    }
}

impl From<Fault> for async_graphql::Error {
    fn from(fault: Fault) -> Self {
        let (code, message, field) = match fault {
            Fault::Failed { code, message, field } => (code, message, field),
            // Questions are not refused by rules; should one be, its first violation says why.
            Fault::Refused(refusal) => {
                let first = refusal.0.into_iter().next();
                let message = first.as_ref().map_or_else(String::new, |violation| violation.problem.message(Language::En));
                (Code::BadUserInput, message, first.and_then(|violation| violation.field))
            }
        };
        Self::new(message).extend_with(|_, extensions| {
            extensions.set("code", code.as_str());
            if let Some(field) = field {
                extensions.set("field", field);
            }
        })
    }
}
