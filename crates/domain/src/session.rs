//! Sessions: who has signed in with a browser, for how long, and on which device.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{Action, Actor, Guarded, Permission, Role, Scope, Scoped};
use crate::ids::{PersonId, SessionId};
use crate::problem::Problem;
use crate::sign_in::Policy;

/// The cookie's name. `__Host-`: browsers take it from this host alone, over TLS (or on localhost), for every path.
pub const COOKIE: &str = "__Host-sonderfonds";

/// The longest cookie value that is looked at, in bytes.
const LONGEST: usize = 128;

/// The session's secret in the value of a `Cookie` header, if it holds one.
#[must_use]
pub fn in_cookies(header: &str) -> Option<&str> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.into_iter().find(|(name, _)| *name == COOKIE)?.1;
    (!value.is_empty() && value.len() <= LONGEST).then_some(value)
}

/// A sign-in with a browser. What the browser holds is a secret; what is kept is its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub person: PersonId,
    /// The secret's SHA-256, as 64 hexadecimal digits.
    pub hash: String,
    /// Browser and system, as far as they say: `Firefox, Linux`. Empty if they don't.
    pub device: String,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// When the session was last used, to the minute or so.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends however much it is used.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before its time.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Session {
    /// A new session.
    #[must_use]
    pub fn begin(id: SessionId, person: PersonId, hash: String, user_agent: &str, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { id, person, hash, device: device(user_agent), created_at: now, last_seen_at: now, expires_at, ended_at: None }
    }

    /// When it ends if it is not used any more, by a person with these roles.
    #[must_use]
    pub fn idle_until(&self, roles: &BTreeSet<Role>, policy: &Policy) -> DateTime<Utc> {
        (self.last_seen_at + policy.idle(roles)).min(self.expires_at)
    }

    /// Whether it still stands for its person, who has these roles.
    #[must_use]
    pub fn is_valid(&self, now: DateTime<Utc>, roles: &BTreeSet<Role>, policy: &Policy) -> bool {
        self.ended_at.is_none() && now < self.idle_until(roles, policy)
    }
}

/// What can be done with a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SessionAction {
    /// End it.
    End,
}

impl Action for SessionAction {
    const ALL: &'static [Self] = &[Self::End];

    fn permission(self) -> Permission {
        Permission::KeepOwnAccess
    }
}

impl Scoped for Session {
    const READ: Permission = Permission::KeepOwnAccess;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for Session {
    type Action = SessionAction;

    fn permits(&self, action: SessionAction, _: &Actor) -> Result<(), Problem> {
        if self.ended_at.is_some() { Err(Problem::wrong_state("ended", action)) } else { Ok(()) }
    }
}

/// Browser and system of a `User-Agent`, in two words of our own: what else it says could tell people apart, and is not kept.
fn device(user_agent: &str) -> String {
    // What comes first goes before: Edge says that it is Chrome too, and all say that they are Safari.
    const BROWSERS: [(&str, &str); 6] =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 6] =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];
    let named = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    [named(&BROWSERS), named(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(in_cookies("a=1; __Host-sonderfonds=x; b=2"), Some("x"));
        let long = format!("{COOKIE}={}", "x".repeat(LONGEST + 1));
        for header in ["", "a=1", "__Host-sonderfonds", "__Host-sonderfonds=", "x__Host-sonderfonds=1", "sonderfonds=1", &long] {
            assert_eq!(in_cookies(header), None, "{header}");
        }
    }

    #[test]
    fn a_device_is_two_words() {
        let table = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36 Edg/143.0", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604.1", "Safari, iPhone"),
            ("<script>", ""),
        ];
        for (user_agent, expected) in table {
            assert_eq!(device(user_agent), expected);
        }
    }
}
