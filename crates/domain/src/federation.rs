//! People who sign in with an account of somebody else's identity provider, and the roles that its groups stand for.
//!
//! What the provider says today holds: a role that rests on a group is gone at the first sign-in after the group is. Roles that the
//! administrator gave are not the provider's to take.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identity::Role;

/// The longest id of an account, in bytes: what OpenID Connect Core 1.0, section 2, allows for `sub`.
pub const LONGEST_SUBJECT: usize = 255;

/// The roles that each of a provider's groups stands for; a group that is not named stands for none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupRoles(pub BTreeMap<String, BTreeSet<Role>>);

impl GroupRoles {
    /// The roles of somebody in these groups. Names are compared to the letter.
    #[must_use]
    pub fn of<'g>(&self, groups: impl IntoIterator<Item = &'g str>) -> BTreeSet<Role> {
        groups.into_iter().filter_map(|group| self.0.get(group)).flatten().copied().collect()
    }
}

/// Who somebody is, as a provider vouches for it: made from a token that was checked, and from nothing else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider's id in the configuration.
    pub provider: String,
    /// The account's id at the provider, which it never gives to another: at most [`LONGEST_SUBJECT`] bytes.
    pub subject: String,
    /// The e-mail address: only if the provider verified it, or is trusted to know.
    pub email: Option<String>,
    /// What the provider calls the person.
    pub name: Option<String>,
    /// The roles that the person's groups stand for now.
    pub roles: BTreeSet<Role>,
}

/// Without the person: a log may show it.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("provider", &self.provider).field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// What a sign-in changes about the roles that rest on a provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleChange {
    /// Roles that the person did not have by this provider before.
    pub given: BTreeSet<Role>,
    /// Roles that the provider no longer vouches for.
    pub taken: BTreeSet<Role>,
}

impl RoleChange {
    /// From what the provider gave before to what it gives now.
    #[must_use]
    pub fn between(before: &BTreeSet<Role>, now: &BTreeSet<Role>) -> Self {
        Self { given: now - before, taken: before - now }
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.taken.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> GroupRoles {
        GroupRoles(BTreeMap::from([
            ("fonds".to_owned(), BTreeSet::from([Role::CaseOfficer])),
            ("kasse".to_owned(), BTreeSet::from([Role::Finance, Role::Auditor])),
        ]))
    }

    #[test]
    fn groups_stand_for_the_roles_that_the_configuration_names_and_no_others() {
        assert_eq!(map().of(["kasse", "fonds", "fonds", "kantine"]), BTreeSet::from([Role::CaseOfficer, Role::Finance, Role::Auditor]));
        assert_eq!(map().of(["Fonds", "fonds ", "administrator", ""]), BTreeSet::new(), "names are compared to the letter");
        assert_eq!(map().of([]), BTreeSet::new());
        assert_eq!(GroupRoles::default().of(["fonds"]), BTreeSet::new());
    }

    #[test]
    fn a_change_of_roles_names_what_is_given_and_what_is_taken() {
        let (before, now) = (BTreeSet::from([Role::CaseOfficer, Role::Member]), BTreeSet::from([Role::Member, Role::Chair]));
        let change = RoleChange::between(&before, &now);
        assert_eq!(change, RoleChange { given: BTreeSet::from([Role::Chair]), taken: BTreeSet::from([Role::CaseOfficer]) });
        assert!(RoleChange::between(&now, &now).is_empty());
    }

    #[test]
    fn an_identity_in_a_log_does_not_name_the_person() {
        let identity = Identity {
            provider: "rathaus".to_owned(),
            subject: "anna-1".to_owned(),
            email: Some("anna@stadt.example".to_owned()),
            name: Some("Anna Adler".to_owned()),
            roles: BTreeSet::from([Role::Member]),
        };
        let shown = format!("{identity:?}").to_lowercase();
        assert!(shown.contains("rathaus") && !shown.contains("anna"), "{shown}");
    }
}
