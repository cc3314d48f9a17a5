//! The clock of the story.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// A clock that the story sets, and that runs with the computer's when the story is over.
#[derive(Debug, Default)]
pub(crate) struct StoryClock(AtomicI64);

impl StoryClock {
    pub(super) fn set(&self, instant: DateTime<Utc>) {
        self.0.store(instant.timestamp_micros(), Ordering::SeqCst);
    }

    /// From now on it is now.
    pub(super) fn release(&self) {
        self.0.store(0, Ordering::SeqCst);
    }
}

impl engine::Clock for StoryClock {
    fn now(&self) -> DateTime<Utc> {
        match self.0.load(Ordering::SeqCst) {
            0 => engine::SystemClock.now(),
            micros => DateTime::from_timestamp_micros(micros).unwrap_or_default(),
        }
    }
}
