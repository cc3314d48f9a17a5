//! The append-only record (R45): who did what, when, on which version, and why. Each event carries the hash of the one before, so that
//! none can be changed, left out or slipped in without breaking every hash after it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::budget::{Basis, Entry, Posting};
use crate::ids::PersonId;

/// What kind of thing an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is the domain's type of the same name")]
pub enum SubjectKind {
    Person,
    Applicant,
    BankAccount,
    Round,
    Application,
    Motion,
    Ballot,
    Holding,
    Recusal,
    BudgetYear,
    Place,
    Award,
    Payout,
    Message,
    SignIn,
    Session,
    Token,
    Briefing,
    Proposal,
    WhatIf,
    Meeting,
    AgendaItem,
    Minutes,
}

impl SubjectKind {
    /// The kind's name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Applicant => "applicant",
            Self::BankAccount => "bank-account",
            Self::Round => "round",
            Self::Application => "application",
            Self::Motion => "motion",
            Self::Ballot => "ballot",
            Self::Holding => "holding",
            Self::Recusal => "recusal",
            Self::BudgetYear => "budget-year",
            Self::Place => "place",
            Self::Award => "award",
            Self::Payout => "payout",
            Self::Message => "message",
            Self::SignIn => "sign-in",
            Self::Session => "session",
            Self::Token => "token",
            Self::Briefing => "briefing",
            Self::Proposal => "proposal",
            Self::WhatIf => "what-if",
            Self::Meeting => "meeting",
            Self::AgendaItem => "agenda-item",
            Self::Minutes => "minutes",
        }
    }
}

/// What an event is about: a thing and the version that the command left it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What kind of thing.
    pub kind: SubjectKind,
    /// Its id; a budget year's is the year.
    pub id: String,
    /// Its version after the command.
    pub version: i64,
}

impl Subject {
    /// A thing with a version.
    #[must_use]
    pub fn new(kind: SubjectKind, id: impl fmt::Display, version: i64) -> Self {
        Self { kind, id: id.to_string(), version }
    }
}

/// What happened, before it has its place in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// What happened, as a verb of the domain in the past: `application-submitted`.
    pub kind: &'static str,
    /// To what.
    pub subject: Subject,
    /// What else is to be known: reasons, amounts, numbers of resolutions. Never addresses or accounts.
    pub details: serde_json::Value,
}

/// The chain's hash: SHA-256, as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(pub String);

impl Hash {
    /// What the first event carries as the hash of the one before.
    #[must_use]
    pub fn genesis() -> Self {
        Self("0".repeat(64))
    }
}

/// An event in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place, from 1, without gaps.
    pub sequence: i64,
    /// When, in UTC, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who; `None` is the program itself.
    pub by: Option<PersonId>,
    /// What happened.
    pub kind: String,
    /// To what.
    pub subject: Subject,
    /// What else is to be known, and the postings that the command made, as JSON text: kept as it was hashed.
    pub details: String,
    /// The hash of the event before.
    pub previous: Hash,
    /// The hash of this one.
    pub hash: Hash,
}

impl Event {
    /// Puts a happening into the record after `previous`. `postings` are the journal entries that the same command made; with them in the
    /// hash, an entry can't be changed unnoticed either.
    #[must_use]
    pub fn seal(
        sequence: i64,
        previous: Hash,
        happening: Happening,
        postings: &[(i64, Posting)],
        by: Option<PersonId>,
        at: DateTime<Utc>,
    ) -> Self {
        let mut details = happening.details;
        if !postings.is_empty()
            && let Some(object) = details.as_object_mut()
        {
            object.insert("postings".to_owned(), postings.iter().map(|(ordinal, posting)| posting_json(*ordinal, posting)).collect());
        }
        let details = details.to_string();
        let mut event = Self {
            sequence,
            at,
            by,
            kind: happening.kind.to_owned(),
            subject: happening.subject,
            details,
            previous,
            hash: Hash::genesis(),
        };
        event.hash = event.computed_hash();
        event
    }

    /// The hash that the event's contents have: equal to [`Event::hash`] unless somebody changed it.
    #[must_use]
    pub fn computed_hash(&self) -> Hash {
        let by = self.by.map_or(Uuid::nil(), |person| person.0);
        // A JSON array is unambiguous: no content can pass for a separator.
        let contents = serde_json::json!([
            self.sequence,
            self.at.timestamp_micros(),
            by,
            self.kind,
            self.subject.kind.name(),
            self.subject.id,
            self.subject.version,
            self.details,
            self.previous.0,
        ]);
        let digest = Sha256::digest(contents.to_string());
        Hash(digest.iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}")))
    }

    /// The postings that the event proves, as JSON.
    #[must_use]
    pub fn proven_postings(&self) -> Vec<serde_json::Value> {
        let details: serde_json::Value = serde_json::from_str(&self.details).unwrap_or_default();
        details.get("postings").and_then(serde_json::Value::as_array).cloned().unwrap_or_default()
    }
}

impl Entry {
    /// The entry as its event holds it: to compare with [`Event::proven_postings`].
    #[must_use]
    pub fn as_proven(&self) -> serde_json::Value {
        posting_json(self.ordinal, &self.posting)
    }
}

fn posting_json(ordinal: i64, posting: &Posting) -> serde_json::Value {
    let basis = match &posting.basis {
        Basis::Resolution { number } => number.clone(),
        Basis::Award { award } => award.to_string(),
        Basis::YearEnd => "year-end".to_owned(),
    };
    serde_json::json!({
        "year": posting.year,
        "ordinal": ordinal,
        "movement": posting.movement.name(),
        "amount": posting.amount,
        "basis": basis,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        let happening = Happening {
            kind: "application-submitted",
            subject: Subject::new(SubjectKind::Application, Uuid::nil(), 2),
            details: serde_json::json!({ "number": "SP-2020-017" }),
        };
        Event::seal(1, Hash::genesis(), happening, &[], None, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn every_part_of_an_event_is_in_its_hash() {
        let event = event();
        assert_eq!(event.hash, event.computed_hash());
        let mut changed = vec![event.clone(); 8];
        changed[0].sequence = 2;
        changed[1].at += chrono::TimeDelta::microseconds(1);
        changed[2].by = Some(PersonId(Uuid::from_u128(1)));
        changed[3].kind = "application-withdrawn".to_owned();
        changed[4].subject.version = 3;
        changed[5].subject.id = "another".to_owned();
        changed[6].details.push(' ');
        changed[7].previous = Hash("1".repeat(64));
        for event in changed {
            assert_ne!(event.hash, event.computed_hash(), "{event:?}");
        }
    }
}
