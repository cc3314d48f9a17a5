//! What an installation says about its e-mail.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

/// The section `mail` of the configuration. Without `host`, e-mails are written to files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The mail server's name; absent: no e-mail leaves the installation.
    #[serde(default)]
    pub host: Option<String>,
    /// The server's port; absent: 587, where mail is submitted.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the way to the server is encrypted.
    #[serde(default)]
    pub tls: Tls,
    /// Who we are to the server; absent: it takes mail from us as it is.
    #[serde(default)]
    pub user: Option<String>,
    /// That user's password.
    #[serde(default)]
    pub password: Option<Password>,
    /// A file (PEM) with certificates to trust besides the usual ones, for a server with the city's own.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The address that e-mails come from.
    pub from: String,
    /// How readers reach the office, one line under the signature: a telephone number, an address.
    #[serde(default)]
    pub contact: Option<String>,
    /// Where people find the installation, for the link in e-mails.
    #[serde(default)]
    pub public_url: Option<String>,
}

/// How the way to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// By STARTTLS, or no e-mail is handed over.
    #[default]
    Starttls,
    /// Not at all: only to a server on the same machine.
    None,
}

/// A secret that can't get into a log by accident.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}
