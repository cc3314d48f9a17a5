//! `sonderfonds migrate`

use std::process::ExitCode;

use super::{Failure, say};
use crate::config::Settings;
use crate::config::explain::without_secrets;

pub(super) async fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let engine = super::engine(settings).await?;
    engine.database().clone().close().await;
    say(format_args!("{} has the newest schema", without_secrets(&settings.database())))?;
    Ok(ExitCode::SUCCESS)
}
