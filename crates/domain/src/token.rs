//! API tokens: what machines, and people's own programs, sign in with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{PersonId, TokenId};
use crate::problem::{Problem, Refusal};
use crate::text;

/// The most tokens that a person has at the same time.
pub const MOST_TOKENS: usize = 50;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// To ask; never to change anything.
    Read,
    /// To do all that its person may do.
    #[default]
    Write,
}

impl Access {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The access's code, as on the command line and in the database: `read`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// A bearer token. The token itself is known to its owner only; what is kept is its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// Its SHA-256, as 64 hexadecimal digits.
    pub hash: String,
    /// What it is good for.
    pub access: Access,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when it is refused; `None`: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Token {
    /// A new token. Its end must lie ahead.
    pub fn create(
        id: TokenId,
        person: PersonId,
        name: &str,
        access: Access,
        expires_at: Option<DateTime<Utc>>,
        hash: String,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let name = text::required_line("name", name).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        if expires_at.is_some_and(|end| end <= now) {
            violations.push(Problem::EndInThePast.at("expiresAt"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self { id, person, name, hash, access, created_at: now, expires_at, revoked_at: None, last_used_at: None })
    }

    /// Whether it still stands for its person.
    #[must_use]
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// What can be done with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TokenAction {
    /// Revoke it, for ever.
    Revoke,
}

impl Action for TokenAction {
    const ALL: &'static [Self] = &[Self::Revoke];

    fn permission(self) -> Permission {
        Permission::KeepOwnAccess
    }
}

impl Scoped for Token {
    const READ: Permission = Permission::KeepOwnAccess;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for Token {
    type Action = TokenAction;

    fn permits(&self, action: TokenAction, _: &Actor) -> Result<(), Problem> {
        if self.revoked_at.is_some() { Err(Problem::wrong_state("revoked", action)) } else { Ok(()) }
    }
}
