//! Another e-mail address for somebody who is known.
//!
//! It counts once the link that was sent there is used, by the person who asked and in a session of theirs. The link alone would not do: it
//! goes to whoever has the address, who might be talked into making somebody else's account their own.

use chrono::{DateTime, TimeDelta, Utc};

use crate::identity::Person;
use crate::ids::{AddressChangeId, PersonId};
use crate::problem::{Problem, Violation};
use crate::sign_in::{Policy, Rejection, Secret, hash, is_address};

/// Somebody's wish to be reached by another address, from the asking to the link's use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressChange {
    /// Its id; the link is derived from it.
    pub id: AddressChangeId,
    /// Whose wish it is.
    pub person: PersonId,
    /// The new address, in lower case.
    pub address: String,
    /// The one before, if there was one.
    pub former: Option<String>,
    /// The new address's keyed hash.
    pub address_hash: String,
    /// The link's SHA-256.
    pub link_hash: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// From when the link is not good.
    pub expires_at: DateTime<Utc>,
    /// When the link was used, or another change made it void.
    pub used_at: Option<DateTime<Utc>>,
    /// When a use was first refused: the record is told once.
    pub refused_at: Option<DateTime<Utc>>,
}

impl AddressChange {
    /// A new wish of that person's.
    pub fn ask(
        id: AddressChangeId,
        person: &Person,
        address: &str,
        secret: &Secret,
        now: DateTime<Utc>,
        policy: &Policy,
    ) -> Result<Self, Violation> {
        let address = address.trim().to_lowercase();
        if !is_address(&address) {
            return Err(Problem::AddressWrong.at("address"));
        }
        if person.email.as_deref() == Some(address.as_str()) {
            return Err(Problem::AddressIsYours.at("address"));
        }
        Ok(Self {
            id,
            person: person.id,
            former: person.email.clone(),
            address_hash: secret.address_hash(&address),
            address,
            link_hash: hash(&secret.address_link(id)),
            created_at: now,
            expires_at: now + TimeDelta::minutes(policy.link_minutes.into()),
            used_at: None,
            refused_at: None,
        })
    }

    /// Whether the link can be used now.
    pub fn usable(&self, now: DateTime<Utc>) -> Result<(), Rejection> {
        if self.used_at.is_some() {
            Err(Rejection::Used)
        } else if now >= self.expires_at {
            Err(Rejection::Expired)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn ask(address: &str) -> Result<AddressChange, Violation> {
        let cora = Person {
            id: PersonId(uuid::Uuid::from_u128(1)),
            version: 1,
            name: "Cora".to_owned(),
            email: Some("cora@chor.example".to_owned()),
            language: Language::De,
            created_at: DateTime::UNIX_EPOCH,
        };
        let (id, secret) = (AddressChangeId(uuid::Uuid::from_u128(2)), Secret::new([7; 32]));
        AddressChange::ask(id, &cora, address, &secret, DateTime::UNIX_EPOCH, &Policy::default())
    }

    #[test]
    fn a_link_is_good_once_and_for_a_quarter_of_an_hour() {
        let mut change = ask(" Cora@Neu.example ").expect("possible");
        assert_eq!((change.address.as_str(), change.former.as_deref()), ("cora@neu.example", Some("cora@chor.example")));
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        assert_eq!((change.usable(at(14)), change.usable(at(15))), (Ok(()), Err(Rejection::Expired)));
        change.used_at = Some(at(1));
        assert_eq!(change.usable(at(2)), Err(Rejection::Used));
        let secret = Secret::new([7; 32]);
        assert_eq!(change.link_hash, hash(&secret.address_link(change.id)));
        let as_sign_in = secret.link(crate::ids::SignInId(change.id.0));
        assert_ne!(as_sign_in, secret.address_link(change.id), "it signs nobody in");
    }

    #[test]
    fn what_is_no_address_or_no_other_one_is_refused() {
        assert_eq!(ask("cora"), Err(Problem::AddressWrong.at("address")));
        assert_eq!(ask("CORA@chor.example"), Err(Problem::AddressIsYours.at("address")));
    }
}
