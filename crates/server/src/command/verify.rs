//! `sonderfonds verify`

use std::process::ExitCode;

use super::{Failure, say};
use crate::config::Settings;

/// Proves the books as they are: the schema is not touched. The exit code is 0 only if nothing is wrong.
pub(super) async fn run(mut settings: Settings) -> Result<ExitCode, Failure> {
    settings.no_migrate = true;
    let report = super::engine(&settings).await?.verify().await?;
    for finding in &report.findings {
        say(format_args!("{}: {}", finding.record, finding.what))?;
    }
    say(format_args!(
        "checked: {} events, {} journal entries, {} budget years, {} awards",
        report.events, report.entries, report.years, report.awards
    ))?;
    say(format_args!("last hash: {}", report.head))?;
    if report.findings.is_empty() {
        say(format_args!("nothing is wrong"))?;
        return Ok(ExitCode::SUCCESS);
    }
    say(format_args!("WRONG: {}", report.findings.len()))?;
    Ok(ExitCode::FAILURE)
}
