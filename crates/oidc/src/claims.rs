//! What a provider says of a person: the claims of the token, and of its user-info endpoint for those that the token leaves out.

use std::collections::BTreeMap;

use domain::federation::{Identity, LONGEST_SUBJECT};
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::settings::ProviderSettings;

/// The most groups of one person that are looked at.
const MOST_GROUPS: usize = 2_000;
/// The longest name of a person that is taken over, in characters.
const LONGEST_NAME: usize = 200;

/// The claims that OpenID Connect doesn't name: groups, and what else a provider has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Further {
    #[serde(flatten)]
    pub(crate) all: BTreeMap<String, Value>,
}

impl AdditionalClaims for Further {}

/// All claims from one source, by their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    /// The claims of a checked token, or of a checked answer.
    pub(crate) fn of(claims: &impl Serialize) -> Self {
        match serde_json::to_value(claims) {
            Ok(Value::Object(claims)) => Self(claims),
            _ => Self::default(),
        }
    }

    /// The claim of that name, else what lies at that path.
    fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.get(name).or_else(|| {
            let (first, rest) = name.split_once('.')?;
            rest.split('.').try_fold(self.0.get(first)?, |value, part| value.get(part))
        });
        found.filter(|value| !value.is_null())
    }

    /// Whether nothing that the sign-in needs is left out.
    pub(crate) fn are_complete(&self, settings: &ProviderSettings) -> bool {
        let needs_groups = !settings.roles.0.is_empty();
        self.get(&settings.email_claim).is_some()
            && self.get("name").is_some()
            && (!needs_groups || self.get(&settings.groups_claim).is_some())
    }
}

/// Who that is. Each claim is the token's, or if the token has none of that name, the user-info endpoint's; whether an address is verified
/// is asked of the source that the address is from. Nothing if the subject can't be one.
pub(crate) fn identity(settings: &ProviderSettings, subject: &str, sources: &[Claims]) -> Option<Identity> {
    if !(1..=LONGEST_SUBJECT).contains(&subject.len()) || subject.chars().any(char::is_control) {
        return None;
    }
    let groups = sources.iter().find_map(|claims| claims.get(&settings.groups_claim)).map(groups).unwrap_or_default();
    Some(Identity {
        provider: settings.id.clone(),
        subject: subject.to_owned(),
        email: sources.iter().find(|claims| claims.get(&settings.email_claim).is_some()).and_then(|claims| email(settings, claims)),
        name: sources.iter().find_map(|claims| claims.get("name")).and_then(Value::as_str).and_then(name),
        roles: settings.roles.of(groups),
    })
}

/// A provider lists several groups, and some name a single one.
fn groups(claim: &Value) -> Vec<&str> {
    match claim {
        Value::String(group) => vec![group],
        Value::Array(groups) => groups.iter().take(MOST_GROUPS).filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn email(settings: &ProviderSettings, claims: &Claims) -> Option<String> {
    let verified = settings.email_claim == "email" && claims.get("email_verified") == Some(&Value::Bool(true));
    let address = claims.get(&settings.email_claim).and_then(Value::as_str).map(str::trim);
    address.filter(|address| (verified || settings.trusts_email) && !address.is_empty()).map(str::to_owned)
}

fn name(claim: &str) -> Option<String> {
    let name: String = claim.trim().chars().filter(|character| !character.is_control()).take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::federation::GroupRoles;
    use domain::identity::Role;
    use domain::language::Bilingual;
    use serde_json::json;

    use super::*;

    fn settings() -> ProviderSettings {
        ProviderSettings {
            id: "rathaus".to_owned(),
            name: Bilingual { de: "Rathaus".to_owned(), en: "Town hall".to_owned() },
            issuer: "https://login.example.org".to_owned(),
            client_id: "sonderfonds".to_owned(),
            client_secret_variable: None,
            client_secret_file: None,
            scopes: Vec::new(),
            groups_claim: "groups".to_owned(),
            email_claim: "email".to_owned(),
            trusts_email: false,
            roles: GroupRoles(BTreeMap::from([("fonds".to_owned(), BTreeSet::from([Role::CaseOfficer]))])),
            ca_file: None,
        }
    }

    fn who(settings: &ProviderSettings, sources: &[Value]) -> Identity {
        let sources: Vec<Claims> = sources.iter().map(Claims::of).collect();
        identity(settings, "1", &sources).expect("an identity")
    }

    #[test]
    fn an_address_counts_only_if_its_own_source_verified_it() {
        let address = |value: Value| who(&settings(), &[value]).email;
        assert_eq!(address(json!({ "email": "a@x.example", "email_verified": true })).as_deref(), Some("a@x.example"));
        assert_eq!(address(json!({ "email": "a@x.example", "email_verified": false })), None);
        assert_eq!(address(json!({ "email": "a@x.example" })), None);
        let mixed = [json!({ "email": "a@x.example" }), json!({ "email": "b@x.example", "email_verified": true })];
        assert_eq!(who(&settings(), &mixed).email, None, "the token's address is not verified by what is said of another");
        let trusting = ProviderSettings { trusts_email: true, email_claim: "upn".to_owned(), ..settings() };
        assert_eq!(who(&trusting, &[json!({ "upn": "a@x.example" })]).email.as_deref(), Some("a@x.example"));
    }

    #[test]
    fn groups_are_a_list_or_one_or_lie_at_a_path_and_what_the_token_leaves_out_is_taken_from_the_other_source() {
        let office = BTreeSet::from([Role::CaseOfficer]);
        assert_eq!(who(&settings(), &[json!({ "groups": ["x", "fonds", 7] })]).roles, office);
        assert_eq!(who(&settings(), &[json!({ "groups": "fonds" })]).roles, office);
        assert_eq!(who(&settings(), &[json!({}), json!({ "groups": ["fonds"] })]).roles, office);
        assert_eq!(who(&settings(), &[json!({ "groups": [] }), json!({ "groups": ["fonds"] })]).roles, BTreeSet::new());
        assert_eq!(who(&settings(), &[json!({ "groups": { "fonds": true } })]).roles, BTreeSet::new());
        let nested = ProviderSettings { groups_claim: "realm_access.roles".to_owned(), ..settings() };
        assert_eq!(who(&nested, &[json!({ "realm_access": { "roles": ["fonds"] } })]).roles, office);
    }

    #[test]
    fn a_subject_that_cannot_be_one_is_nobody() {
        for subject in [String::new(), "a\n".to_owned(), "x".repeat(256)] {
            assert_eq!(identity(&settings(), &subject, &[]), None);
        }
        let named = who(&settings(), &[json!({ "name": "  Anna\u{7} Adler " })]);
        assert_eq!(named.name.as_deref(), Some("Anna Adler"));
    }
}
