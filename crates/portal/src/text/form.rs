//! What forms say.

use super::{Filled, Named, Words, texts};

texts! {
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
