//! A clock that tests set.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// Stands still until it is set. One for each app; cheap to share.
#[derive(Debug, Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// Sets the instant, given as RFC 3339: `2019-06-30T21:59:59Z`.
    ///
    /// # Panics
    /// If it is no instant.
    pub fn set(&self, instant: &str) {
        let instant = DateTime::parse_from_rfc3339(instant).expect("an instant in RFC 3339");
        self.0.store(instant.timestamp_micros(), Ordering::SeqCst);
    }
}

impl engine::Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}
