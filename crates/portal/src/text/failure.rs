//! What is said where there is no page.

use super::{Said, Words, texts};

texts! {
    /// What is said where there is no page.
    Failures {
        method: Said,
        foreign_form: Said,
        unreadable_form: Said,
        session_over: Said,
        forbidden: Said,
        not_found: Said,
        conflict: Said,
        too_many: Said,
        unavailable: Said,
        internal: Said,
        again_in: Words,
        minutes: Words,
        kept: Said,
        kept_sign_in: Words,
        kept_then: Words,
        kept_send: Words,
        kept_copy: Words,
        ways_on: Words,
        help: Words,
        help_how: Words,
    }
}
