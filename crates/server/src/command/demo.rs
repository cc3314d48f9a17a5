//! `sonderfonds demo`

use std::process::ExitCode;
use std::sync::Arc;

use engine::SystemClock;

use super::serve::stop_signal;
use super::{Failure, say};
use crate::config::Settings;

pub(super) async fn run(mut settings: Settings) -> Result<ExitCode, Failure> {
    settings.graphiql = true;
    settings.data = settings.data.join("demo");
    crate::log::begin(&settings.log);
    let stop = stop_signal()?;
    let fund = Arc::new(settings.fund()?);
    let server = crate::start(settings, fund, Arc::new(SystemClock)).await?;
    say(format_args!("sonderfonds listens on http://{}", server.address))?;
    server.run_until(stop).await;
    Ok(ExitCode::SUCCESS)
}
