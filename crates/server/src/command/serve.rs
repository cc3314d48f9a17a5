//! `sonderfonds serve`

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use engine::SystemClock;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, say};
use crate::config::Settings;

/// Serve the API and send e-mail, until SIGTERM or Ctrl-C.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Leave the database as it is, and don't start unless it has the newest schema.
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub(super) async fn run(self, mut settings: Settings) -> Result<ExitCode, Failure> {
        settings.no_migrate = self.no_migrate;
        crate::log::begin(&settings.log);
        let stop = stop_signal()?;
        let fund = Arc::new(settings.fund()?);
        let server = crate::start(settings, fund, Arc::new(SystemClock)).await?;
        say(format_args!("sonderfonds listens on http://{}", server.address))?;
        server.run_until(stop).await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Completes at the first SIGTERM or SIGINT. Listened to before the start, so that one that comes early is not missed.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let listen = |kind| signal(kind).map_err(|error| Failure::Other(format!("can't listen to signals: {error}")));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
