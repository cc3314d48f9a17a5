//! What an installation says about a provider.

use std::fmt;
use std::path::{Path, PathBuf};

use domain::federation::GroupRoles;
use domain::fund::ImpossibleValue;
use domain::language::Bilingual;
use openidconnect::url::{Host, Url};
use serde::Deserialize;

/// The longest file with a secret, in bytes.
const LONGEST_SECRET: u64 = 4_096;

/// One entry of `federation.providers` in the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProviderSettings {
    /// Its name in addresses and in the record: lower-case letters, digits, hyphens. It must not change once people have signed in.
    pub id: String,
    /// What people read on the button.
    pub name: Bilingual,
    /// Its issuer identifier, to the letter. Below it lies `.well-known/openid-configuration`.
    pub issuer: String,
    /// Who this installation is to the provider.
    pub client_id: String,
    /// The environment variable that holds the client's secret. Neither this nor a file: a public client, protected by PKCE alone.
    #[serde(default)]
    pub client_secret_variable: Option<String>,
    /// The file that holds the client's secret.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for besides `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// The claim with the person's groups: its name, or the path to it, such as `realm_access.roles`.
    #[serde(default = "usual_groups_claim")]
    pub groups_claim: String,
    /// The claim with the person's e-mail address.
    #[serde(default = "usual_email_claim")]
    pub email_claim: String,
    /// Whether the provider is believed about addresses that it does not say it verified.
    #[serde(default)]
    pub trusts_email: bool,
    /// The roles that each group stands for.
    #[serde(default)]
    pub roles: GroupRoles,
    /// A file (PEM) with certificates to trust besides the usual ones, for a provider with the city's own.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

fn usual_scopes() -> Vec<String> {
    ["profile", "email"].map(str::to_owned).to_vec()
}

fn usual_groups_claim() -> String {
    "groups".to_owned()
}

fn usual_email_claim() -> String {
    "email".to_owned()
}

/// A client's secret, which can't get into a log by accident.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl ProviderSettings {
    /// Every value that no provider can have, with its key below the entry.
    #[must_use]
    pub fn impossible_values(&self) -> Vec<ImpossibleValue> {
        let plain = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        let checks = [
            (is_id(&self.id), "id", "1 to 40 lower-case letters, digits and hyphens, beginning with a letter"),
            (!self.name.de.trim().is_empty() && !self.name.en.trim().is_empty(), "name", "what people read, in German and in English"),
            (self.issuer_is_possible(), "issuer", "an https address without query and fragment; http only to this machine"),
            (plain(&self.client_id, 255), "client-id", "the name that the provider gave this installation"),
            (
                self.client_secret_variable.as_deref().is_none_or(is_variable),
                "client-secret-variable",
                "the name of an environment variable: letters A to Z, digits, underscores",
            ),
            (
                self.client_secret_variable.is_none() || self.client_secret_file.is_none(),
                "client-secret-file",
                "one of client-secret-variable and client-secret-file, not both",
            ),
            (self.scopes.len() <= 20 && self.scopes.iter().all(|scope| plain(scope, 100)), "scopes", "at most 20 names without spaces"),
            (plain(&self.groups_claim, 200), "groups-claim", "the name of a claim"),
            (plain(&self.email_claim, 200), "email-claim", "the name of a claim"),
            (
                self.email_claim == "email" || self.trusts_email,
                "trusts-email",
                "true, with an email-claim other than \"email\": no provider says of others whether they are verified",
            ),
            (self.roles.0.len() <= 200, "roles", "at most 200 groups"),
        ];
        let failed = checks.into_iter().filter(|(holds, _, _)| !holds);
        failed.map(|(_, key, expected)| impossible(key, expected)).collect()
    }

    /// Whether the provider is on this machine and spoken to without TLS: for tests and trials.
    pub(crate) fn is_plain(&self) -> bool {
        self.issuer.starts_with("http://")
    }

    fn issuer_is_possible(&self) -> bool {
        let Ok(issuer) = Url::parse(&self.issuer) else { return false };
        let secure = match issuer.scheme() {
            "https" => issuer.host().is_some(),
            "http" => match issuer.host() {
                Some(Host::Domain(name)) => name == "localhost",
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                None => false,
            },
            _ => false,
        };
        secure && issuer.query().is_none() && issuer.fragment().is_none() && issuer.username().is_empty() && issuer.password().is_none()
    }

    /// The client's secret, from where the settings say it is. `variable` reads the environment.
    ///
    /// # Errors
    /// The key that names a place where there is none.
    pub fn client_secret(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Secret>, ImpossibleValue> {
        if let Some(name) = &self.client_secret_variable {
            let found = variable(name).filter(|secret| !secret.is_empty());
            let missing = || impossible("client-secret-variable", &format!("the client's secret in the environment variable {name}"));
            return found.map(|secret| Some(Secret(secret))).ok_or_else(missing);
        }
        let Some(path) = &self.client_secret_file else { return Ok(None) };
        match secret_in(path) {
            Some(secret) => Ok(Some(secret)),
            None => Err(impossible("client-secret-file", "the path of a file that can be read and holds the client's secret")),
        }
    }
}

/// What a file holds, without the line's end that editors add.
fn secret_in(path: &Path) -> Option<Secret> {
    let length = std::fs::metadata(path).ok()?.len();
    let text = if length <= LONGEST_SECRET { std::fs::read_to_string(path).ok()? } else { return None };
    let secret = text.trim_end_matches(['\r', '\n']);
    (!secret.is_empty()).then(|| Secret(secret.to_owned()))
}

pub(crate) fn impossible(key: &str, expected: &str) -> ImpossibleValue {
    ImpossibleValue { key: key.to_owned(), expected: expected.to_owned() }
}

fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    id.len() <= 40 && id.starts_with(|first: char| first.is_ascii_lowercase()) && id.bytes().all(plain)
}

fn is_variable(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=100).contains(&name.len()) && !name.starts_with(|first: char| first.is_ascii_digit()) && name.bytes().all(plain)
}
