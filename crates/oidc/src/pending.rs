//! A sign-in between its two halves.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A sign-in that was begun: what its end is checked against. It belongs to one browser and serves once; the caller keeps it on the server,
/// under a session of that browser, or in a sealed cookie, and takes it away as it hands it to [`Provider::finish`](crate::Provider::finish).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The provider's id.
    pub provider: String,
    /// Comes back with the provider's answer.
    pub state: String,
    /// Comes back inside the token.
    pub nonce: String,
    /// What the code is worth nothing without (PKCE).
    pub pkce_verifier: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

impl Pending {
    /// How long a sign-in may take.
    pub const MINUTES: i64 = 10;

    /// When it can no longer be finished.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.created_at + TimeDelta::minutes(Self::MINUTES)
    }

    /// Whether it can no longer be finished.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at() || now < self.created_at
    }
}

/// Without its secrets.
impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("provider", &self.provider).field("created_at", &self.created_at).finish_non_exhaustive()
    }
}

/// What the provider's answer said, as the parameters of the address that it sent the browser to. Others are ignored.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// The code, if the provider consents.
    #[serde(default)]
    pub code: Option<String>,
    /// Which sign-in it belongs to.
    #[serde(default)]
    pub state: Option<String>,
    /// Which provider says so (RFC 9207).
    #[serde(default)]
    pub iss: Option<String>,
    /// Why not.
    #[serde(default)]
    pub error: Option<String>,
}

/// Without its secrets.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("has_code", &self.code.is_some()).field("error", &self.error).finish_non_exhaustive()
    }
}
