//! New ids: version 7 UUIDs, so that they sort in the order in which they were made, even within a millisecond.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Makes ids. One for each engine: the order holds within it.
#[derive(Default)]
pub struct Ids(Mutex<Context>);

struct Context(ContextV7);

impl Default for Context {
    fn default() -> Self {
        Self(ContextV7::new())
    }
}

impl Ids {
    /// A new id, made at `now`.
    pub fn next<T: From<Uuid>>(&self, now: DateTime<Utc>) -> T {
        let context = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(&context.0, seconds, now.timestamp_subsec_nanos())).into()
    }
}
