//! The log: one line for each request and for each thing that went wrong, on standard error, with the request's id and without personal data.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Begins to log. A second call changes nothing: tests start many servers in one process.
pub(crate) fn begin(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    // These say the same again, or more than a log should hold.
    let filter = ["poem=warn", "sqlx=warn", "sea_orm_migration=warn", "hyper=warn"]
        .into_iter()
        .filter_map(|quiet| quiet.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let outcome = match log.format {
        LogFormat::Pretty => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    drop(outcome);
}

/// Whether the text says what to log: the filter itself takes any word for a part of the program.
pub(crate) fn is_level(level: &str) -> bool {
    let one = |part: &str| {
        let level = part.rsplit_once('=').map_or(part, |(_, level)| level).trim();
        ["off", "error", "warn", "info", "debug", "trace"].contains(&level)
    };
    level.split(',').all(one) && EnvFilter::try_new(level).is_ok()
}
