//! Which sign-ins were brought to an end: each is, at most once, whoever keeps it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::pending::Pending;

/// How many are remembered; with more, those that would be forgotten first are.
const MOST: usize = 10_000;

/// The states of the sign-ins that were finished, and until when each could have been finished again.
#[derive(Debug, Default)]
pub(crate) struct Spent(Mutex<HashMap<String, DateTime<Utc>>>);

impl Spent {
    /// Spends a sign-in. Whether it had not been spent before.
    pub(crate) fn spend(&self, pending: &Pending, now: DateTime<Utc>) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.contains_key(&pending.state) {
            return false;
        }
        if spent.len() >= MOST {
            spent.retain(|_, until| *until > now);
        }
        if spent.len() >= MOST
            && let Some(first) = spent.iter().min_by_key(|(_, until)| **until).map(|(state, _)| state.clone())
        {
            spent.remove(&first);
        }
        spent.insert(pending.state.clone(), pending.expires_at());
        true
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn pending(state: usize, created_at: DateTime<Utc>) -> Pending {
        let text = String::new;
        Pending { provider: text(), state: state.to_string(), nonce: text(), pkce_verifier: text(), created_at }
    }

    #[test]
    fn a_sign_in_is_spent_once_and_the_memory_is_bounded() {
        let (spent, begun) = (Spent::default(), DateTime::UNIX_EPOCH);
        assert!(spent.spend(&pending(0, begun), begun));
        assert!(!spent.spend(&pending(0, begun), begun));
        for state in 1..=MOST {
            assert!(spent.spend(&pending(state, begun + TimeDelta::seconds(1)), begun));
        }
        assert_eq!(spent.0.lock().expect("sound").len(), MOST);
        assert!(!spent.spend(&pending(MOST, begun + TimeDelta::seconds(1)), begun), "the newest are remembered");
        let later = begun + TimeDelta::hours(1);
        assert!(spent.spend(&pending(MOST + 1, later), later));
        assert_eq!(spent.0.lock().expect("sound").len(), 1, "what is over is forgotten");
    }
}
