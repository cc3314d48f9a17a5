//! The outbox: what people are told by e-mail, one message to one person, and where each stands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{MessageId, PersonId};
use crate::language::Language;
use crate::problem::Problem;

mod excluded;
mod notice;

pub use notice::{About, AgendaLine, Notice, Offer};

/// One message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id; the Message-ID header is made of it, so that a message that was sent twice is seen to be one.
    pub id: MessageId,
    /// Counts the changes.
    pub version: i64,
    /// What makes it the same message: the notice, its cause and the recipient. Unique.
    pub dedup_key: String,
    /// To whom. The address is looked up when it is sent. `None`: to the address of a sign-in request that is nobody's yet.
    pub recipient: Option<PersonId>,
    /// What it says.
    pub notice: Notice,
    /// Where it stands.
    pub state: MessageState,
    /// How many times delivery was tried.
    pub attempts: u32,
    /// When it was put here.
    pub created_at: DateTime<Utc>,
}

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum MessageState {
    /// To be sent, at this time or later.
    Pending {
        /// Not before.
        due: DateTime<Utc>,
    },
    /// Taken by the mail server's client.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// Given up: refused for good, or tried too often.
    Dead {
        /// When.
        at: DateTime<Utc>,
        /// Why, without address or content: the server's reply code, or what was missing.
        reason: String,
    },
}

impl MessageState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Sent { .. } => "sent",
            Self::Dead { .. } => "dead",
        }
    }
}

/// How often a message is tried before it is given up: over about three days.
pub const MOST_ATTEMPTS: u32 = 12;

impl Message {
    /// After a temporary failure: later, twice as much later each time, and not for ever.
    #[must_use]
    pub fn failed_for_now(self, reason: &str, now: DateTime<Utc>) -> Self {
        let attempts = self.attempts + 1;
        let state = if attempts >= MOST_ATTEMPTS {
            MessageState::Dead { at: now, reason: reason.to_owned() }
        } else {
            // 1, 2, 4 … 1,024 minutes, then 1,024 each.
            let minutes = 1_i64 << (attempts - 1).min(10);
            MessageState::Pending { due: now + chrono::TimeDelta::minutes(minutes) }
        };
        Self { state, attempts, ..self }
    }

    /// After a permanent failure.
    #[must_use]
    pub fn failed_for_good(self, reason: &str, now: DateTime<Utc>) -> Self {
        Self { attempts: self.attempts + 1, state: MessageState::Dead { at: now, reason: reason.to_owned() }, ..self }
    }

    /// After the server took it.
    #[must_use]
    pub fn sent(self, now: DateTime<Utc>) -> Self {
        Self { attempts: self.attempts + 1, state: MessageState::Sent { at: now }, ..self }
    }

    /// A dead letter, once more.
    #[must_use]
    pub fn again(self, now: DateTime<Utc>) -> Self {
        Self { attempts: 0, state: MessageState::Pending { due: now }, ..self }
    }
}

/// What can be done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MessageAction {
    /// Send a dead letter again.
    Resend,
}

impl Action for MessageAction {
    const ALL: &'static [Self] = &[Self::Resend];

    fn permission(self) -> Permission {
        Permission::ResendMessage
    }
}

impl Scoped for Message {
    const READ: Permission = Permission::ReadOutbox;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for Message {
    type Action = MessageAction;

    fn permits(&self, action: MessageAction, _: &Actor) -> Result<(), Problem> {
        match self.state {
            MessageState::Dead { .. } => Ok(()),
            _ => Err(Problem::wrong_state(self.state.name(), action)),
        }
    }
}

/// What an e-mail is written in and to whom: looked up when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// The person's name.
    pub name: String,
    /// Where e-mail reaches them; a machine has none.
    pub email: Option<String>,
    /// What they are spoken to in.
    pub language: Language,
}
