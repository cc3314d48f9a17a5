//! What stands around every page.

use super::{Words, texts};

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
}
