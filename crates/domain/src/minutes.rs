//! Minutes (Niederschrift, R24; GO § 41): drawn from the facts of a closed meeting, with what their keeper adds; signed by two; then
//! locked for ever, and corrected only by an addendum.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calendar::{day_of, days_after};
use crate::identity::{Action, Actor, Guarded, Permission, Role, Scope, Scoped};
use crate::ids::{AddendumId, AgendaItemId, MeetingId, MinutesId, PersonId};
use crate::problem::{Problem, Refusal};
use crate::sign_in::hex;
use crate::text;

mod content;
mod reading;

pub use content::{
    AboutApplication, Absentee, Consequence, Content, Decision, Deferral, Exclusion, Item, Matter, Opening, Participant, Presence,
};

/// Within how many days of the meeting minutes are signed (R24; GO § 41).
pub const SIGNED_WITHIN: u32 = 30;

/// The minutes of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minutes {
    /// Their id.
    pub id: MinutesId,
    /// Counts the changes.
    pub version: i64,
    /// Of which meeting.
    pub meeting: MeetingId,
    /// The last day on which they are signed in time.
    pub due: NaiveDate,
    /// What their keeper adds to the facts.
    pub remarks: Remarks,
    /// Where they stand.
    pub state: MinutesState,
}

/// What the keeper of the minutes adds to the facts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Remarks {
    /// On the meeting as a whole. Whoever may see the minutes reads it: what is about one application belongs to its item (R16).
    pub general: String,
    /// On items of its agenda.
    pub items: Vec<ItemRemark>,
}

/// What the keeper of the minutes adds to an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRemark {
    /// Which.
    pub item: AgendaItemId,
    /// What.
    pub text: String,
}

/// Where minutes stand. From the first signature on they are frozen: the second one is under the same text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum MinutesState {
    /// Being written.
    Draft,
    /// Signed by one; whoever writes again lets the signature lapse.
    HalfSigned {
        /// What was signed.
        frozen: Frozen,
        /// By whom.
        signature: Signature,
    },
    /// Signed by both, and locked.
    Signed {
        /// What was signed.
        frozen: Frozen,
        /// By whom first.
        first: Signature,
        /// By whom then.
        second: Signature,
    },
}

impl MinutesState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::HalfSigned { .. } => "half-signed",
            Self::Signed { .. } => "signed",
        }
    }

    /// What was signed.
    #[must_use]
    pub const fn frozen(&self) -> Option<&Frozen> {
        match self {
            Self::Draft => None,
            Self::HalfSigned { frozen, .. } | Self::Signed { frozen, .. } => Some(frozen),
        }
    }

    /// By whom, the first one first.
    #[must_use]
    pub fn signatures(&self) -> Vec<Signature> {
        match self {
            Self::Draft => Vec::new(),
            Self::HalfSigned { signature, .. } => vec![*signature],
            Self::Signed { first, second, .. } => vec![*first, *second],
        }
    }

    /// When the second signature made them final.
    #[must_use]
    pub const fn signed_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Signed { second, .. } => Some(second.at),
            _ => None,
        }
    }
}

/// What is signed: the minutes' content as one text, and that text's hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The content as JSON. It is kept as the text that was hashed, byte for byte.
    pub text: String,
    /// The text's SHA-256, as 64 hexadecimal digits.
    pub hash: String,
}

impl Frozen {
    /// The content as it is signed.
    pub fn of(content: &Content) -> serde_json::Result<Self> {
        let text = serde_json::to_string(content)?;
        Ok(Self { hash: hash(&text), text })
    }

    /// The content that was signed.
    pub fn content(&self) -> serde_json::Result<Content> {
        serde_json::from_str(&self.text)
    }

    /// Whether the text is still the one that was hashed.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        hash(&self.text) == self.hash
    }
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// As what somebody signs minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signatory {
    /// Who presides.
    Chair,
    /// Who keeps the minutes.
    Keeper,
}

impl Signatory {
    const ALL: [Self; 2] = [Self::Chair, Self::Keeper];

    /// The role that signs as this.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Chair => Role::Chair,
            Self::Keeper => Role::CaseOfficer,
        }
    }
}

/// A signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Whose.
    pub by: PersonId,
    /// As what.
    pub signatory: Signatory,
    /// When.
    pub at: DateTime<Utc>,
}

/// A correction of signed minutes. It stands beside them; they stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addendum {
    /// Its id.
    pub id: AddendumId,
    /// Of which minutes.
    pub minutes: MinutesId,
    /// Its number, from 1.
    pub number: u32,
    /// The item that it is about, if it is about one.
    pub item: Option<AgendaItemId>,
    /// What it says.
    pub text: String,
    /// Who wrote it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What can be done with minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MinutesAction {
    /// Write what they say besides the facts.
    Write,
    /// Sign them.
    Sign,
    /// Correct them.
    AddAddendum,
}

impl Action for MinutesAction {
    const ALL: &'static [Self] = &[Self::Write, Self::Sign, Self::AddAddendum];

    fn permission(self) -> Permission {
        match self {
            Self::Write => Permission::WriteMinutes,
            Self::Sign => Permission::SignMinutes,
            Self::AddAddendum => Permission::AddAddendum,
        }
    }
}

impl Scoped for Minutes {
    const READ: Permission = Permission::ReadMinutes;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for Minutes {
    type Action = MinutesAction;

    fn permits(&self, action: MinutesAction, actor: &Actor) -> Result<(), Problem> {
        match (action, &self.state) {
            (MinutesAction::AddAddendum, MinutesState::Signed { .. })
            | (MinutesAction::Write, MinutesState::Draft | MinutesState::HalfSigned { .. }) => Ok(()),
            (MinutesAction::Sign, MinutesState::Draft | MinutesState::HalfSigned { .. }) => {
                self.signatory(actor).map(drop).ok_or(Problem::AlreadySigned)
            }
            (_, state) => Err(Problem::wrong_state(state.name(), action)),
        }
    }
}

impl Minutes {
    /// Those of a meeting that is over: a draft that holds the facts alone.
    #[must_use]
    pub fn begin(id: MinutesId, meeting: MeetingId, now: DateTime<Utc>) -> Self {
        let due = days_after(day_of(now), SIGNED_WITHIN);
        Self { id, version: 1, meeting, due, remarks: Remarks::default(), state: MinutesState::Draft }
    }

    /// As what the actor signs: as what nobody has signed yet, and as a person who has not. Two signatures are of two persons.
    #[must_use]
    pub fn signatory(&self, actor: &Actor) -> Option<Signatory> {
        let signatures = self.state.signatures();
        if signatures.iter().any(|signature| Some(signature.by) == actor.person) {
            return None;
        }
        let missing = |signatory: &Signatory| signatures.iter().all(|signature| signature.signatory != *signatory);
        Signatory::ALL.into_iter().filter(missing).find(|signatory| actor.is(signatory.role()))
    }

    /// As what nobody has signed yet.
    #[must_use]
    pub fn unsigned(&self) -> Vec<Signatory> {
        let signatures = self.state.signatures();
        let missing = |signatory: &Signatory| signatures.iter().all(|signature| signature.signatory != *signatory);
        Signatory::ALL.into_iter().filter(missing).collect()
    }

    /// Writes what they say besides the facts; a remark is on an item of `agenda`. A signature that is there lapses: it was under another
    /// text.
    pub fn write(self, general: &str, items: &[(AgendaItemId, String)], agenda: &[AgendaItemId]) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let mut clean = |field: &str, text: &str| {
            text::paragraphs(field, text).unwrap_or_else(|violation| {
                violations.push(violation);
                String::new()
            })
        };
        let general = clean("general", general);
        let remarks: Vec<ItemRemark> = items
            .iter()
            .enumerate()
            .map(|(index, (item, text))| ItemRemark { item: *item, text: clean(&format!("items[{index}].text"), text) })
            .collect();
        for (index, remark) in remarks.iter().enumerate() {
            if !agenda.contains(&remark.item) {
                violations.push(Problem::NotAnItem.at(format!("items[{index}].agendaItemId").as_str()));
            }
            if remarks[..index].iter().any(|other| other.item == remark.item) {
                violations.push(Problem::NamedTwice.at(format!("items[{index}].agendaItemId").as_str()));
            }
        }
        Refusal::unless_empty(violations)?;
        let items = remarks.into_iter().filter(|remark| !remark.text.is_empty()).collect();
        Ok(Self { remarks: Remarks { general, items }, state: MinutesState::Draft, ..self })
    }

    /// Signs them. `read` is the hash of what the signatory has read: what was changed since is not signed. The first signature freezes
    /// `current`, the second one is under the same.
    pub fn sign(self, read: &str, current: Frozen, actor: &Actor, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let (Some(signatory), Some(by)) = (self.signatory(actor), actor.person) else {
            return Err(Problem::AlreadySigned.into());
        };
        let frozen = self.state.frozen().cloned().unwrap_or(current);
        if frozen.hash != read {
            return Err(Problem::MinutesChanged.at("hash").into());
        }
        let signature = Signature { by, signatory, at: now };
        let state = match self.state {
            MinutesState::Draft => MinutesState::HalfSigned { frozen, signature },
            MinutesState::HalfSigned { signature: first, .. } => MinutesState::Signed { frozen, first, second: signature },
            signed @ MinutesState::Signed { .. } => return Err(Problem::wrong_state(signed.name(), MinutesAction::Sign).into()),
        };
        Ok(Self { state, ..self })
    }

    /// Corrects them: beside what was signed stands what was wrong with it. `earlier` is how many addenda there are.
    pub fn amend(
        &self,
        id: AddendumId,
        text: &str,
        item: Option<AgendaItemId>,
        agenda: &[AgendaItemId],
        earlier: u32,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Addendum, Refusal> {
        let mut violations = Vec::new();
        let text = text::required_paragraphs("text", text).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        if item.is_some_and(|item| !agenda.contains(&item)) {
            violations.push(Problem::NotAnItem.at("agendaItemId"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Addendum { id, minutes: self.id, number: earlier + 1, item, text, by, at: now })
    }
}
