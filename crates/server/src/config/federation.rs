//! Whose accounts people can sign in with.

use std::collections::BTreeSet;

use domain::fund::ImpossibleValue;
use domain::identity::Role;
use oidc::{Provider, ProviderSettings, Providers};
use serde::Deserialize;

/// The most providers of an installation.
const MOST: usize = 10;

/// Where providers send browsers back to, below the public address.
const CALLBACK: &str = "/sign-in/callback";

/// The section `sign-in` of the configuration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Federation {
    /// The identity providers, in the order of their buttons.
    #[serde(default)]
    pub providers: Vec<ProviderSettings>,
}

impl Federation {
    /// Every value that no installation can have.
    pub(super) fn impossible_values(&self, public_url: Option<&str>) -> Vec<ImpossibleValue> {
        let mut found = Vec::new();
        if self.providers.len() > MOST {
            found.push(impossible("federation.providers".to_owned(), format!("at most {MOST} providers")));
        }
        if !self.providers.is_empty() && public_url.is_none() {
            let expected = "the installation's public address: providers send people back there";
            found.push(impossible("mail.public-url".to_owned(), expected.to_owned()));
        }
        let mut ids = BTreeSet::new();
        for (index, provider) in self.providers.iter().enumerate() {
            found.extend(provider.impossible_values().into_iter().map(|value| below(index, value)));
            if !ids.insert(provider.id.as_str()) {
                found.push(impossible(format!("federation.providers[{index}].id"), "another id for each provider".to_owned()));
            }
        }
        found
    }

    /// The providers with their secrets.
    pub(super) fn open(&self, public_url: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Providers, ImpossibleValue> {
        let redirect_url = format!("{}{CALLBACK}", public_url.trim_end_matches('/'));
        let open = |(index, settings): (usize, &ProviderSettings)| {
            let secret = settings.client_secret(&variable).map_err(|value| below(index, value))?;
            Provider::new(settings.clone(), secret, &redirect_url).map_err(|value| below(index, value))
        };
        Providers::new(self.providers.iter().enumerate().map(open).collect::<Result<_, _>>()?)
    }
}

fn impossible(key: String, expected: String) -> ImpossibleValue {
    ImpossibleValue { key, expected }
}

fn below(index: usize, value: ImpossibleValue) -> ImpossibleValue {
    impossible(format!("federation.providers[{index}].{}", value.key), value.expected)
}

/// What a provider means for people. The secret is not shown.
pub(super) fn explained(provider: &ProviderSettings) -> String {
    let secret = match (&provider.client_secret_variable, &provider.client_secret_file) {
        (Some(name), _) => format!("its secret is in the environment variable {name}, not shown"),
        (None, Some(path)) => format!("its secret is in {}, not shown", path.display()),
        (None, None) => "it has no secret".to_owned(),
    };
    let email = if provider.trusts_email {
        format!("addresses in \"{}\" are believed", provider.email_claim)
    } else {
        "addresses are believed that it says it verified".to_owned()
    };
    let codes = |roles: &BTreeSet<Role>| roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ");
    let roles: Vec<String> = provider.roles.0.iter().map(|(group, roles)| format!("{group} → {}", codes(roles))).collect();
    let roles = if roles.is_empty() {
        "it gives no roles".to_owned()
    } else {
        format!("roles by the groups in \"{}\": {}", provider.groups_claim, roles.join("; "))
    };
    format!("people can sign in with {}; this installation is {} there; {secret}; {email}; {roles}", provider.issuer, provider.client_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    const EXAMPLE: &str = include_str!("../../../../config/example.toml");

    #[test]
    fn a_provider_that_cannot_be_is_refused_with_its_place() {
        let refused = |from: &str, to: &str| {
            assert!(EXAMPLE.contains(from), "{from}");
            Settings::read("my.toml", &EXAMPLE.replace(from, to)).expect_err("refused").to_string()
        };
        let issuer = "issuer = \"https://login.example.org/realms/city\"";
        let table = [
            ("id = \"city\"", "id = \"City\"", "federation.providers[0].id: expected 1 to 40 lower-case letters"),
            (issuer, "issuer = \"http://login.example.org\"", "federation.providers[0].issuer: expected an https address"),
            (issuer, "issuer = \"https://login.example.org/?realm=city\"", "federation.providers[0].issuer: expected an https address"),
            ("# client-secret-file", "client-secret-file", "federation.providers[0].client-secret-file: expected one of"),
            ("\"CITY_CLIENT_SECRET\"", "\"very secret!\"", "federation.providers[0].client-secret-variable: expected the name of"),
            ("# email-claim = \"email\"", "email-claim = \"upn\"", "federation.providers[0]"),
            ("[\"finance\"]", "[\"treasurer\"]", "federation.providers[0].roles.fonds-kasse[0]: unknown variant `treasurer`, expected"),
            ("public-url =", "# public-url =", "mail.public-url: expected the installation's public address"),
        ];
        for (from, to, expected) in table {
            let found = refused(from, to);
            assert!(found.contains(expected), "{found}\n{expected}");
        }
    }

    #[test]
    fn the_secret_comes_from_where_the_settings_say_and_is_never_shown() {
        let settings = Settings::read("my.toml", EXAMPLE).expect("possible");
        let missing = settings.providers(|_| None).expect_err("refused").to_string();
        assert!(missing.contains("federation.providers[0].client-secret-variable"), "{missing}");
        let secret = |name: &str| (name == "CITY_CLIENT_SECRET").then(|| "hush".to_owned());
        let providers = settings.providers(secret).expect("possible");
        assert!(providers.get("city").is_some() && providers.get("village").is_none());
        assert!(!format!("{providers:?}").contains("hush"));
        let explained = explained(&settings.federation.providers[0]);
        for part in ["login.example.org", "CITY_CLIENT_SECRET, not shown", "fonds-kasse → finance"] {
            assert!(explained.contains(part), "{explained}");
        }
    }
}
