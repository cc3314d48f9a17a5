//! `sonderfonds schema`

use std::process::ExitCode;

use super::{Failure, say};

/// As the file `schema.graphql` holds it, to the byte.
pub(super) fn run() -> Result<ExitCode, Failure> {
    say(graphql::sdl().trim_end())?;
    Ok(ExitCode::SUCCESS)
}
