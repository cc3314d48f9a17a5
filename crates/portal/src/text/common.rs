//! The frame, failures and forms.

use super::{Filled, Named, Said, Words, texts};

texts! {
    /// What stands around every page.
    Frame {
        skip: Words,
        official: Words,
        navigation: Words,
        crumbs: Words,
        footer: Words,
        account: Words,
        sign_in: Words,
        sign_out: Words,
        start: Words,
        desk: Words,
        conditions: Words,
        cities: Words,
        projects: Words,
        imprint: Words,
        privacy: Words,
        accessibility: Words,
        barrier: Words,
        plain_language: Words,
        licences: Words,
        session_ends: Words,
        session_extend: Words,
    }

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

    /// What forms say.
    Form {
        error: Words,
        one_error: Words,
        errors: Filled,
        optional: Words,
        row: Filled,
        day: Words,
        month: Words,
        year: Words,
        amount_unclear: Words,
        amount_size: Words,
        date_incomplete: Words,
        date_none: Words,
        date_year: Words,
        number: Words,
        missing: Named,
        choose: Words,
        save: Words,
        cancel: Words,
        change: Words,
        none_yet: Words,
        previous: Words,
        pages: Words,
    }
}
