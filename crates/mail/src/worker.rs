//! Delivers what the outbox holds: claims with a lease, sends outside any transaction, records what became of it.
//!
//! A crash between sending and recording leaves the lease to run out; the message is sent again with the same Message-ID and the same
//! bytes. That is the worst that can happen: none is lost, and a repeated one can be seen to be one.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::outbox::Message;
use futures_util::future::join_all;
use store::Database;
use store::outbox::Claimed;
use tokio::sync::{Notify, watch};

use crate::letterhead::Letterhead;
use crate::message::build;
use crate::transport::{AT_ONCE, Failure, Transport};

/// How long nobody else takes a claimed message; longer than sending and recording may take.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// How often the outbox is looked at without being woken: another process may have filled it.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Between two looks when a message is due but somebody else holds it, or the database doesn't answer.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The worker. Any number of them, in any number of processes, may share one outbox.
pub struct Worker {
    database: Database,
    letterhead: Letterhead,
    transport: Transport,
    clock: Clock,
}

impl Worker {
    /// A worker that writes under `letterhead` and sends by `transport`.
    #[must_use]
    pub fn new(database: Database, letterhead: Letterhead, transport: Transport, clock: Clock) -> Self {
        Self { database, letterhead, transport, clock }
    }

    /// Works until `shutdown` says true, or its sender is gone; then finishes the e-mails in hand. `wake` is called after a commit that
    /// put something into the outbox.
    pub async fn run(self, wake: Arc<Notify>, mut shutdown: watch::Receiver<bool>) {
        loop {
            let pause = self.work(&shutdown).await;
            tokio::select! {
                _ = shutdown.wait_for(|stop| *stop) => break,
                () = wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.transport.close().await;
    }

    /// Delivers everything that is due now, and says how many were tried.
    ///
    /// # Errors
    /// If the database doesn't answer.
    pub async fn drain(&self) -> store::Result<usize> {
        let mut tried = 0;
        loop {
            match self.deliver_some().await? {
                0 => return Ok(tried),
                some => tried += some,
            }
        }
    }

    /// Delivers what is due, and says how long there is nothing more to do.
    async fn work(&self, shutdown: &watch::Receiver<bool>) -> Duration {
        while !*shutdown.borrow() {
            match self.deliver_some().await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the outbox can't be read");
                    return SHORTEST_PAUSE;
                }
            }
        }
        self.pause().await.unwrap_or_else(|error| {
            tracing::error!(%error, "the outbox can't be read");
            SHORTEST_PAUSE
        })
    }

    /// Until the next message is due.
    async fn pause(&self) -> store::Result<Duration> {
        let due = store::outbox::next_due(self.database.reader()).await?;
        let until = due.map_or(LONGEST_PAUSE, |due| (due - (self.clock)()).to_std().unwrap_or_default());
        Ok(until.clamp(SHORTEST_PAUSE, LONGEST_PAUSE))
    }

    /// Claims no more than are sent at once: who shuts down waits for these only, and leaves none with a lease on it.
    async fn deliver_some(&self) -> store::Result<usize> {
        let now = (self.clock)();
        let claimed = store::outbox::claim(&self.database, now, now + LEASE, AT_ONCE.into()).await?;
        let count = claimed.len();
        join_all(claimed.into_iter().map(|claimed| self.deliver(claimed))).await;
        Ok(count)
    }

    /// Sends one and records what became of it. If that can't be recorded, the lease runs out and it is sent again.
    async fn deliver(&self, Claimed { message, addressee }: Claimed) {
        // The message's own date: what is sent again must be the same to the byte.
        let result = if message.notice.is_over((self.clock)()) {
            Err(Failure::ForGood("expired".to_owned()))
        } else {
            match build(&self.letterhead, &message, &addressee, message.created_at) {
                Ok(email) => self.transport.send(message.id, email).await,
                Err(unsendable) => Err(Failure::ForGood(unsendable.to_string())),
            }
        };
        let (id, notice) = (message.id, message.notice.name());
        let reason = result.as_ref().err().map(|failure| failure.reason().to_owned());
        let message = outcome(message, result, (self.clock)());
        tracing::info!(%id, notice, attempt = message.attempts, outcome = message.state.name(), reason, "tried to send an e-mail");
        if let Err(error) = store::outbox::record(&self.database, &message).await {
            tracing::error!(%id, %error, "what became of an e-mail can't be recorded; it will be sent again");
        }
    }
}

/// What a message is after it was tried.
fn outcome(message: Message, result: Result<(), Failure>, now: DateTime<Utc>) -> Message {
    match result {
        Ok(()) => message.sent(now),
        Err(Failure::ForNow(reason)) => message.failed_for_now(&reason, now),
        Err(Failure::ForGood(reason)) => message.failed_for_good(&reason, now),
    }
}
