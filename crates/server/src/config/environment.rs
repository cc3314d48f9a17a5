//! What the environment says, over the files: the few things that a container or a service manager sets, and secrets.

use std::path::Path;

use super::document::{Fault, Unusable};
use super::{Settings, is_database};

/// What a secret is at least, in bytes: fewer could be guessed.
const LEAST_SECRET: usize = 32;

/// The variables that the program knows.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each field is the variable of that name")]
pub struct Environment {
    pub port: Option<String>,
    pub sonderfonds_data: Option<String>,
    pub sonderfonds_fund: Option<String>,
    pub database_url: Option<String>,
    pub smtp_password: Option<String>,
    pub sonderfonds_secret: Option<String>,
    pub smtp_password_file: Option<String>,
}

impl Environment {
    /// Those of this process; one that is empty says nothing.
    #[must_use]
    pub fn of_process() -> Self {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            port: read("PORT"),
            sonderfonds_data: read("SONDERFONDS_DATA"),
            sonderfonds_fund: read("SONDERFONDS_FUND"),
            database_url: read("DATABASE_URL"),
            smtp_password: read("SMTP_PASSWORD"),
            sonderfonds_secret: read("SONDERFONDS_SECRET"),
            smtp_password_file: read("SMTP_PASSWORD_FILE"),
        }
    }
}

impl Settings {
    pub(super) fn override_by(&mut self, environment: &Environment) -> Result<(), Unusable> {
        let mut faults = Vec::new();
        let mut fault = |name: &str, expected: &str| {
            faults.push(Fault { line: None, key: Some(name.to_owned()), expected: format!("expected {expected}") });
        };
        if let Some(port) = &environment.port {
            match port.parse() {
                Ok(port) => self.port = port,
                Err(_) => fault("PORT", "a number from 0 to 65535"),
            }
        }
        if let Some(data) = &environment.sonderfonds_data {
            self.data = data.into();
        }
        if let Some(fund) = &environment.sonderfonds_fund {
            self.fund = Some(fund.into());
        }
        if let Some(url) = &environment.database_url {
            if is_database(url) {
                self.database_url = Some(url.clone());
            } else {
                fault("DATABASE_URL", "an address that begins with postgres:// or sqlite://");
            }
        }
        match &environment.sonderfonds_secret {
            Some(secret) if secret.len() < LEAST_SECRET => fault("SONDERFONDS_SECRET", "at least 32 random characters"),
            Some(secret) => self.secret = Some(secret.clone().into()),
            None => {}
        }
        match (&environment.smtp_password, &environment.smtp_password_file) {
            (Some(_), Some(_)) => fault("SMTP_PASSWORD", "one of SMTP_PASSWORD and SMTP_PASSWORD_FILE, not both"),
            (Some(password), None) => self.mail.password = Some(password.clone().into()),
            (None, Some(path)) => match secret(Path::new(path)) {
                Some(password) => self.mail.password = Some(password),
                None => fault("SMTP_PASSWORD_FILE", "a file that can be read and holds the password"),
            },
            (None, None) => {}
        }
        if faults.is_empty() { Ok(()) } else { Err(Unusable { file: "environment".to_owned(), faults }) }
    }
}

/// The secret that a file holds, without the line's end that editors add.
pub(super) fn secret(path: &Path) -> Option<mail::Password> {
    let text = std::fs::read_to_string(path).ok()?;
    let secret = text.trim_end_matches(['\r', '\n']);
    (!secret.is_empty()).then(|| secret.to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_goes_over_the_file() {
        let environment = Environment {
            port: Some("9001".to_owned()),
            sonderfonds_data: Some("/data".to_owned()),
            database_url: Some("postgres://localhost/fund".to_owned()),
            smtp_password: Some("geheim-1".to_owned()),
            sonderfonds_secret: Some("geheim-2".repeat(4)),
            ..Environment::default()
        };
        let settings = Settings::load(None, &environment).expect("possible");
        assert_eq!((settings.port, settings.data.as_path()), (9001, Path::new("/data")));
        assert_eq!(settings.database(), "postgres://localhost/fund");
        assert_eq!(settings.mail.password.as_ref().map(mail::Password::reveal), Some("geheim-1"));
        assert!(!format!("{settings:?}").contains("geheim"));
        assert_eq!(Settings::defaults().database(), "sqlite://data/sonderfonds.db");
    }

    #[test]
    fn what_cannot_be_is_named_by_its_variable() {
        let environment = Environment {
            port: Some("http".to_owned()),
            database_url: Some("oracle".to_owned()),
            smtp_password_file: Some("/nowhere/at/all".to_owned()),
            ..Environment::default()
        };
        let refused = Settings::load(None, &environment).expect_err("refused").to_string();
        let lines: Vec<&str> = refused.lines().collect();
        assert_eq!(lines[0], "environment: PORT: expected a number from 0 to 65535");
        assert!(lines[1].starts_with("environment: DATABASE_URL: "));
        assert!(lines[2].starts_with("environment: SMTP_PASSWORD_FILE: "));
    }
}
