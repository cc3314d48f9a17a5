//! What all mutations have in common: one input, one payload, `userErrors`, and the idempotency key.

use async_graphql::SimpleObject;
use domain::language::Language;
use domain::problem::Refusal;

use crate::error::Result;
use crate::session::Session;

/// One reason for which the fund's rules refused a mutation, and which a person can mend. A refused mutation changed nothing; all reasons
/// are reported at once (R13).
#[derive(Debug, Clone, SimpleObject)]
pub struct UserError {
    /// A stable code for programs: `AMOUNT_BELOW_MINIMUM`.
    code: &'static str,
    /// The number of the fund's rule: `R8`. Null if it is no rule of the fund, such as a text that is too long.
    rule: Option<String>,
    /// The input's field that it is about, such as `amount`; within a form as `costLines[2].amount`. Null if it is about no single field.
    field: Option<String>,
    /// What is wrong and what to do, in the language of the person who asks.
    message: String,
}

impl UserError {
    pub(crate) fn all(refusal: Refusal, language: Language) -> Vec<Self> {
        let violations = refusal.0.into_iter();
        let error = |violation: domain::problem::Violation| Self {
            code: violation.problem.code(),
            rule: violation.problem.rule().map(|number| format!("R{number}")),
            field: violation.field,
            message: violation.problem.message(language),
        };
        violations.map(error).collect()
    }
}

/// What a mutation answers.
pub(crate) trait Payload: Sized {
    /// The thing that it was done to.
    type Object: Loaded;

    /// Done: the thing as it is now, if the person may see it.
    fn done(object: Option<Self::Object>) -> Self;

    /// Refused by the fund's rules.
    fn refused(errors: Vec<UserError>) -> Self;
}

/// A thing that is read by its id with the person's permissions.
pub(crate) trait Loaded: Sized + Send {
    /// Its id.
    type Id: Send;

    /// The thing, if it exists and the person may see it.
    fn load(session: &Session, id: Self::Id) -> impl Future<Output = Result<Option<Self>>> + Send;
}

/// The input of a mutation: its fields and the idempotency key.
macro_rules! input {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, async_graphql::InputObject)]
        pub struct $name {
            $($(#[$field_doc])* $field: $type,)*
            /// A key of your choice, at most 100 bytes, such as a UUID. The same person sending the same input with the same key again is
            /// answered as the first time, and nothing is done twice.
            idempotency_key: Option<String>,
        }
    };
}

/// The payload of a mutation: the thing that it was done to, and the user errors.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            $field: Option<$type>,
            /// Why the fund's rules refused it; empty if it was done.
            user_errors: Vec<$crate::mutation::UserError>,
        }

        impl $crate::mutation::Payload for $name {
            type Object = $type;

            fn done(object: Option<$type>) -> Self {
                Self { $field: object, user_errors: Vec::new() }
            }

            fn refused(errors: Vec<$crate::mutation::UserError>) -> Self {
                Self { $field: None, user_errors: errors }
            }
        }
    };
}

pub(crate) use {input, payload};
