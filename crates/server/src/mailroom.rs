//! The mail worker's wiring: where e-mails go, under whose name, and when they have to stop.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::fund::ImpossibleValue;
use engine::Engine;
use mail::{Letterhead, Links, Transport, Worker};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Settings;

/// Makes workers for one engine.
#[derive(Clone)]
pub(crate) struct Mailroom {
    engine: Engine,
    settings: mail::Settings,
    letterhead: Letterhead,
    folder: PathBuf,
}

/// A worker at work.
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Mailroom {
    pub(crate) fn new(engine: Engine, settings: &Settings, port: u16) -> Result<Self, ImpossibleValue> {
        // Without an address of its own, only a browser on this machine can follow the link: the demo's.
        let origin = settings.origin().unwrap_or_else(|| format!("http://localhost:{port}"));
        let links = Links { secret: engine.secret().clone(), origin };
        let letterhead = Letterhead::new(Arc::new(engine.fund().clone()), &settings.mail, links)?;
        Ok(Self { engine, settings: settings.mail.clone(), letterhead, folder: settings.data.join("mail") })
    }

    pub(crate) async fn worker(&self) -> Result<Worker, ImpossibleValue> {
        let transport = Transport::open(&self.settings, &self.folder).await?;
        let clock = self.engine.clone();
        Ok(Worker::new(self.engine.database().clone(), self.letterhead.clone(), transport, Arc::new(move || clock.now())))
    }

    /// Delivers from now on what the outbox gets.
    pub(crate) async fn run(&self) -> Result<Running, ImpossibleValue> {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(self.worker().await?.run(self.engine.mail_bell(), stopped));
        Ok(Running { stop, task })
    }
}

impl Running {
    /// Lets the e-mails in hand finish, for so long. What does not finish is sent again by the next worker, as the same message.
    pub(crate) async fn stop(mut self, grace: Duration) {
        self.stop.send_replace(true);
        match tokio::time::timeout(grace, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the mail worker failed"),
            Err(_) => {
                tracing::warn!("an e-mail took too long to finish; it will be sent again");
                self.task.abort();
            }
        }
    }
}
