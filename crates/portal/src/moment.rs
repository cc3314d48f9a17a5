//! Days and times as pages say them, in Europe/Berlin.

use chrono::{DateTime, Utc};
use domain::calendar::{day_of, local_time};
use domain::language::{Language, Say as _};

/// The day of an instant.
pub(crate) fn day(instant: DateTime<Utc>, language: Language) -> String {
    day_of(instant).say(language)
}

/// Day and time of an instant.
pub(crate) fn time(instant: DateTime<Utc>, language: Language) -> String {
    let clock = local_time(instant).format("%H:%M");
    match language {
        Language::De => format!("{}, {clock}\u{a0}Uhr", day(instant, language)),
        Language::En => format!("{}, {clock}", day(instant, language)),
    }
}
