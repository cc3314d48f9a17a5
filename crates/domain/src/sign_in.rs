//! Signing in by e-mail: a link for the device at hand and a short code for another one, both good once and for a few minutes.
//!
//! Neither is kept anywhere. Both are derived from the installation's [`Secret`] and the request's id when the e-mail is written, so the
//! outbox and the database hold nothing that signs anybody in; the database has their hashes, to compare with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::identity::Role;
use crate::ids::{AddressChangeId, PersonId, SessionId, SignInId, TokenId};
use crate::language::Language;
use crate::token::Access;

/// How many signs a code has.
pub const CODE_LENGTH: usize = 8;

/// What codes are written with: no sign that can be taken for another one. 32 of them, so five bits each.
const ALPHABET: [char; 32] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4',
    '5', '6', '7', '8', '9',
];

/// The installation's parameters of sign-in: section `sign-in` of its settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// How long a link and its code can be used, in minutes.
    pub link_minutes: u32,
    /// How many wrong codes end a request's code. Its link stays good.
    pub code_attempts: u32,
    /// How many e-mails an address is sent within an hour.
    pub mails_per_hour: u32,
    /// After how many hours without use a session ends.
    pub session_idle_hours: u32,
    /// After how many minutes it ends for who has one of these roles: who works here all day leaves a screen behind, and may do more.
    pub staff_idle_minutes: BTreeMap<Role, u32>,
    /// After how many days a session ends, however much it is used.
    pub session_days: u32,
    /// For how many minutes after a sign-in a session can make tokens.
    pub fresh_minutes: u32,
}

impl Default for Policy {
    fn default() -> Self {
        let staff = [(Role::CaseOfficer, 60), (Role::Finance, 30), (Role::Auditor, 60), (Role::Administrator, 30)];
        Self {
            link_minutes: 15,
            code_attempts: 5,
            mails_per_hour: 5,
            session_idle_hours: 12,
            staff_idle_minutes: staff.into(),
            session_days: 30,
            fresh_minutes: 10,
        }
    }
}

impl Policy {
    /// How long a session of somebody with these roles may lie idle: of several times the shortest.
    #[must_use]
    pub fn idle(&self, roles: &BTreeSet<Role>) -> TimeDelta {
        let of_roles = roles.iter().filter_map(|role| self.staff_idle_minutes.get(role)).min();
        let usual = TimeDelta::hours(self.session_idle_hours.into());
        of_roles.map_or(usual, |minutes| usual.min(TimeDelta::minutes((*minutes).into())))
    }
}

/// By what somebody was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A browser's cookie.
    Session {
        /// Which session.
        id: SessionId,
        /// Since when: the sign-in.
        since: DateTime<Utc>,
    },
    /// A bearer token.
    Token {
        /// Which token.
        id: TokenId,
        /// What it is good for.
        access: Access,
    },
}

impl Credential {
    /// The session's or token's id.
    #[must_use]
    pub const fn id(&self) -> uuid::Uuid {
        match self {
            Self::Session { id, .. } => id.0,
            Self::Token { id, .. } => id.0,
        }
    }
}

/// Where a request came from, as far as the server could make sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The address: of the peer, or what a trusted proxy says. `None` where there is none, as in a test without a network.
    pub source: Option<IpAddr>,
    /// Whether a browser says that a page of this installation sent it. Only then a cookie counts.
    pub same_origin: bool,
}

/// The installation's secret: 256 random bits, from which links, codes and form tokens are derived.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// From 256 bits that nobody else knows.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A text that a browser keeps for us and can't change: the text, a point, and a code over purpose and text.
    #[must_use]
    pub fn seal(&self, purpose: &str, text: &str) -> String {
        format!("{}.{text}", hex(&self.derive("seal", purpose.as_bytes(), text.as_bytes())))
    }

    /// The text that was sealed for that purpose, if nobody changed it.
    #[must_use]
    pub fn open<'a>(&self, purpose: &str, sealed: &'a str) -> Option<&'a str> {
        let (code, text) = sealed.split_once('.')?;
        let bytes = unhex(code)?;
        self.mac("seal", purpose.as_bytes(), text.as_bytes()).verify_slice(&bytes).ok().map(|()| text)
    }

    /// A message authentication code (HMAC-SHA-256). Each purpose has its own, so that one can't be passed off as another.
    fn mac(&self, purpose: &str, of: &[u8], and: &[u8]) -> Hmac<Sha256> {
        // A key of any length will do, so the other arm is never taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { unreachable!("HMAC takes keys of any length") };
        for part in [purpose.as_bytes(), of, and] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }

    fn derive(&self, purpose: &str, of: &[u8], and: &[u8]) -> [u8; 32] {
        self.mac(purpose, of, and).finalize().into_bytes().into()
    }

    /// What the link of a request carries: 256 bits, as 64 hexadecimal digits.
    #[must_use]
    pub fn link(&self, request: SignInId) -> String {
        hex(&self.derive("sign-in link", request.0.as_bytes(), &[]))
    }

    /// What the link carries by which another address is confirmed: 256 bits, as 64 hexadecimal digits.
    #[must_use]
    pub fn address_link(&self, change: AddressChangeId) -> String {
        hex(&self.derive("address link", change.0.as_bytes(), &[]))
    }

    /// The code of a request, in two groups: `K7QM-4XHD`.
    #[must_use]
    pub fn code(&self, request: SignInId) -> String {
        let bits = self.derive("sign-in code", request.0.as_bytes(), &[]);
        let mut code: String = bits.iter().take(CODE_LENGTH).map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
        code.insert(CODE_LENGTH / 2, '-');
        code
    }

    /// The hash by which a code is compared. It is keyed: 40 bits could be tried out by whoever finds a backup.
    #[must_use]
    pub fn code_hash(&self, request: SignInId, typed: &str) -> String {
        hex(&self.derive("sign-in code hash", request.0.as_bytes(), plain_code(typed).as_bytes()))
    }

    /// The hash by which requests for one address are counted: an address of somebody unknown is forgotten sooner than its count.
    #[must_use]
    pub fn address_hash(&self, address: &str) -> String {
        hex(&self.derive("sign-in address", address.to_lowercase().as_bytes(), &[]))
    }

    /// What every form of a session carries, so that no other page can send it.
    #[must_use]
    pub fn form_token(&self, session: SessionId) -> String {
        hex(&self.derive("form", session.0.as_bytes(), &[]))
    }

    /// Whether a form carries what this session's forms carry. It takes as long for a wrong token as for a right one.
    #[must_use]
    pub fn is_form_token(&self, session: SessionId, given: &str) -> bool {
        unhex(given).is_some_and(|bytes| self.mac("form", session.0.as_bytes(), &[]).verify_slice(&bytes).is_ok())
    }
}

/// 256 bits from 64 hexadecimal digits.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// SHA-256, as 64 hexadecimal digits: by which links, sessions and tokens are found.
#[must_use]
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |hex, byte| hex + &format!("{byte:02x}"))
}

/// A typed code without what people put between its signs, in capitals.
fn plain_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).take(CODE_LENGTH + 1).map(|sign| sign.to_ascii_uppercase()).collect()
}

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// By the link.
    Link,
    /// By the code.
    Code,
    /// With an account of an identity provider's.
    Provider,
}

impl Means {
    /// When a session that begins now ends at the latest. What a provider said of somebody is not believed longer than a session may idle:
    /// who lost an account there is out on the same day.
    #[must_use]
    pub fn session_ends(self, policy: &Policy, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Link | Self::Code => now + TimeDelta::days(policy.session_days.into()),
            Self::Provider => now + TimeDelta::hours(policy.session_idle_hours.into()),
        }
    }

    /// The name, in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Code => "code",
            Self::Provider => "provider",
        }
    }
}

/// Why a link or code was refused. Only the record says which; to whoever tries it is all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// Used before.
    Used,
    /// Too late.
    Expired,
    /// Another code than the request's.
    WrongCode,
    /// Too many wrong codes: not even the right one counts any more.
    CodeBurnt,
    /// The person's address is another one by now.
    AddressChanged,
}

impl Rejection {
    /// The name, in the record.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Expired => "expired",
            Self::WrongCode => "wrong-code",
            Self::CodeBurnt => "code-burnt",
            Self::AddressChanged => "address-changed",
        }
    }
}

/// Whose address it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A person's.
    Known(PersonId),
    /// Nobody's yet: who spends the link registers with it.
    Unknown {
        /// The address, to send the e-mail to and to register with.
        address: String,
    },
}

/// Somebody's wish to sign in, from the asking to the link's or code's use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRequest {
    /// Its id; link and code are derived from it.
    pub id: SignInId,
    /// Whose address was given.
    pub whom: Whom,
    /// The address's keyed hash.
    pub address_hash: String,
    /// What the e-mail is written in.
    pub language: Language,
    /// The link's SHA-256.
    pub link_hash: String,
    /// The code's keyed hash.
    pub code_hash: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// From when neither is good.
    pub expires_at: DateTime<Utc>,
    /// When one of both was used.
    pub used_at: Option<DateTime<Utc>>,
    /// How many wrong codes were tried.
    pub wrong_codes: u32,
    /// When a use was first refused: the record is told once.
    pub refused_at: Option<DateTime<Utc>>,
}

impl SignInRequest {
    /// A new request for the address.
    #[must_use]
    pub fn ask(
        id: SignInId,
        address: &str,
        known: Option<(PersonId, Language)>,
        language: Language,
        secret: &Secret,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Self {
        let (whom, language) = match known {
            Some((person, language)) => (Whom::Known(person), language),
            None => (Whom::Unknown { address: address.to_owned() }, language),
        };
        Self {
            id,
            whom,
            address_hash: secret.address_hash(address),
            language,
            link_hash: hash(&secret.link(id)),
            code_hash: secret.code_hash(id, &secret.code(id)),
            created_at: now,
            expires_at: now + TimeDelta::minutes(policy.link_minutes.into()),
            used_at: None,
            wrong_codes: 0,
            refused_at: None,
        }
    }

    /// The person, if the address is known.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self.whom {
            Whom::Known(person) => Some(person),
            Whom::Unknown { .. } => None,
        }
    }

    /// Whether it can be used now by that means, if the link or code is right.
    pub fn usable(&self, means: Means, now: DateTime<Utc>, policy: &Policy) -> Result<(), Rejection> {
        if self.used_at.is_some() {
            Err(Rejection::Used)
        } else if now >= self.expires_at {
            Err(Rejection::Expired)
        } else if means == Means::Code && self.wrong_codes >= policy.code_attempts {
            Err(Rejection::CodeBurnt)
        } else {
            Ok(())
        }
    }

    /// Whether that is its code.
    #[must_use]
    pub fn is_code(&self, typed: &str, secret: &Secret) -> bool {
        secret.code_hash(self.id, typed) == self.code_hash
    }
}

/// A plain address: the mail server judges the rest. What could end a header or an address list is refused here.
#[must_use]
pub fn is_address(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return false;
    };
    let plain = |character: char| !character.is_whitespace() && !character.is_control() && !"<>,;:\"()[]\\".contains(character);
    (3..=254).contains(&email.len()) && !local.is_empty() && !local.contains('@') && !domain.is_empty() && email.chars().all(plain)
}
