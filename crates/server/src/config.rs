//! What an installation says: settings of the server, and the fund's own rules.
//!
//! The embedded `default.toml` comes first, the installation's file goes over it, the environment over both. Whatever is unknown or
//! impossible stops the start with its file, line and key, and what was expected there.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::fund::{Fund, ImpossibleValue};
use ipnet::IpNet;
use serde::Deserialize;

mod document;
mod environment;
pub mod explain;
mod federation;

pub use document::{Fault, Unusable};
pub use environment::Environment;
pub use federation::Federation;

/// The settings that hold where nobody says otherwise.
const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// The default fund's rules.
const KIEL: &str = include_str!("../../../config/kiel.toml");

/// What the default fund is called in messages: it has no file on the disk of an installation.
const KIEL_NAME: &str = "config/kiel.toml (built in)";

/// The settings of a server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The address to listen on.
    pub address: IpAddr,
    /// The port to listen on; 0: any free one.
    pub port: u16,
    /// The folder for the database and for e-mails that become files.
    pub data: PathBuf,
    /// How long running requests, `WebSocket`s and e-mails may take to finish at the end.
    pub shutdown_seconds: u64,
    /// The database; absent: SQLite in the data folder.
    #[serde(default)]
    pub database_url: Option<String>,
    /// The file with the fund's rules; absent: Kiel's.
    #[serde(default)]
    pub fund: Option<PathBuf>,
    /// What is logged, and how.
    pub log: Log,
    /// What a request may cost.
    pub limits: Limits,
    /// Networks of the proxies that are believed when they say where a request came from.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say so.
    pub forwarded_header: ForwardedHeader,
    /// Links, sessions and tokens.
    pub sign_in: domain::sign_in::Policy,
    /// What the installation says of itself on its pages.
    pub portal: portal::Settings,
    /// E-mail.
    pub mail: mail::Settings,
    /// What the installation's secret is made of; absent: the file `secret` in the data folder.
    #[serde(skip)]
    pub secret: Option<mail::Password>,
    /// Whose accounts people can sign in with.
    #[serde(default)]
    pub federation: Federation,
    /// The file that they were read from, for complaints.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// Whether the page to try queries in is served: in the demo only.
    #[serde(skip)]
    pub graphiql: bool,
    /// Whether the database is left as it is: the start then fails unless it has the newest schema.
    #[serde(skip)]
    pub no_migrate: bool,
    /// Whether the program sends no digests by itself: tests say when it is time, by a clock of theirs.
    #[serde(skip)]
    pub no_digests: bool,
}

/// The header in which proxies say where a request came from. One is believed, not both: a proxy passes the other one on as the client
/// wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// What is logged, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Log {
    /// The least important level that is logged, or one for each part of the program.
    pub level: String,
    /// The form of a line.
    pub format: LogFormat,
}

/// The form of a line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For a collector.
    Json,
}

/// What a request may cost; see [`graphql::limits::Limits`] and [`engine::Rates`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are those of `graphql::limits::Limits` and `engine::Rates`, which say what they are")]
pub struct Limits {
    pub body_bytes: usize,
    pub request_seconds: u64,
    pub batch: usize,
    pub tokens: usize,
    pub depth: usize,
    pub complexity: usize,
    pub aliases: usize,
    pub directives: usize,
    pub page: usize,
    pub subscriptions: usize,
    pub sockets: usize,
    pub keep_alive_seconds: u64,
    pub introspection: bool,
    pub source_per_minute: NonZeroU32,
    pub person_per_minute: NonZeroU32,
    pub sign_ins_per_hour: NonZeroU32,
}

impl Limits {
    /// How much may be asked for, as the engine takes it.
    #[must_use]
    pub fn to_rates(&self) -> engine::Rates {
        engine::Rates {
            source_per_minute: self.source_per_minute,
            person_per_minute: self.person_per_minute,
            sign_ins_per_hour: self.sign_ins_per_hour,
        }
    }

    /// The limits as the API takes them.
    #[must_use]
    pub fn to_graphql(&self) -> graphql::limits::Limits {
        graphql::limits::Limits {
            body_bytes: self.body_bytes,
            request: Duration::from_secs(self.request_seconds),
            batch: self.batch,
            tokens: self.tokens,
            depth: self.depth,
            complexity: self.complexity,
            aliases: self.aliases,
            directives: self.directives,
            page: self.page,
            subscriptions: self.subscriptions,
            sockets: self.sockets,
            keep_alive: Duration::from_secs(self.keep_alive_seconds),
            introspection: self.introspection,
        }
    }
}

impl Settings {
    /// The settings of an installation that says nothing.
    ///
    /// # Panics
    /// If the embedded defaults are no settings: a test reads them too.
    #[must_use]
    pub fn defaults() -> Self {
        Self::read("config/default.toml (built in)", "").unwrap_or_else(|unusable| panic!("{unusable}"))
    }

    /// The settings of an installation: its file, if it has one, and its environment over the defaults.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, Unusable> {
        let mut settings = match file {
            Some(path) => Self { file: Some(path.to_owned()), ..Self::read(&path.display().to_string(), &text_of(path)?)? },
            None => Self::defaults(),
        };
        settings.override_by(environment)?;
        Ok(settings)
    }

    /// Reads a file over the defaults.
    fn read(name: &str, text: &str) -> Result<Self, Unusable> {
        let file = document::Document::parse(name, text)?;
        let mut merged = document::Document::parse(name, DEFAULTS)?;
        merged.overlay(&file);
        let password_file = merged.take_text("mail", "password-file");
        let mut settings: Self = merged.into_value().map_err(|error| Unusable::one(name, file.explain(&error)))?;
        let mut impossible = settings.impossible_values();
        if let Some(path) = password_file {
            settings.mail.password = environment::secret(Path::new(&path));
            if settings.mail.password.is_none() {
                let expected = "the path of a file that can be read and holds the password".to_owned();
                impossible.push(ImpossibleValue { key: "mail.password-file".to_owned(), expected });
            }
        }
        file.possible(impossible)?;
        Ok(settings)
    }

    /// Every value that no server can have.
    #[must_use]
    fn impossible_values(&self) -> Vec<ImpossibleValue> {
        let (limits, sign_in) = (&self.limits, &self.sign_in);
        let most = 10_000_000;
        let checks = [
            ((1..=300).contains(&self.shutdown_seconds), "shutdown-seconds", "1 to 300"),
            (self.database_url.as_deref().is_none_or(is_database), "database-url", "an address that begins with postgres:// or sqlite://"),
            (
                crate::log::is_level(&self.log.level),
                "log.level",
                "error, warn, info, debug or trace, or one for each part: info,graphql=debug",
            ),
            ((1_024..=67_108_864).contains(&limits.body_bytes), "limits.body-bytes", "1024 to 67108864"),
            ((1..=600).contains(&limits.request_seconds), "limits.request-seconds", "1 to 600"),
            ((1..=100).contains(&limits.batch), "limits.batch", "1 to 100"),
            ((100..=100_000).contains(&limits.tokens), "limits.tokens", "100 to 100000"),
            ((1..=32).contains(&limits.depth), "limits.depth", "1 to 32; the introspection that tools send needs 15"),
            ((100..=1_000_000).contains(&limits.complexity), "limits.complexity", "100 to 1000000"),
            (limits.aliases <= 10_000, "limits.aliases", "0 to 10000"),
            (limits.directives <= 10_000, "limits.directives", "0 to 10000"),
            ((1..=1_000).contains(&limits.page), "limits.page", "1 to 1000"),
            ((1..=1_000).contains(&limits.subscriptions), "limits.subscriptions", "1 to 1000"),
            (limits.sockets <= 100_000, "limits.sockets", "0 to 100000"),
            ((5..=3_600).contains(&limits.keep_alive_seconds), "limits.keep-alive-seconds", "5 to 3600"),
            (limits.source_per_minute.get() <= most, "limits.source-per-minute", "1 to 10000000"),
            (limits.person_per_minute.get() <= most, "limits.person-per-minute", "1 to 10000000"),
            (limits.sign_ins_per_hour.get() <= most, "limits.sign-ins-per-hour", "1 to 10000000"),
            (self.trusted_proxies.len() <= 100, "trusted-proxies", "at most 100 networks"),
            ((1..=60).contains(&sign_in.link_minutes), "sign-in.link-minutes", "1 to 60"),
            ((1..=20).contains(&sign_in.code_attempts), "sign-in.code-attempts", "1 to 20: 40 bits are to stay hard to guess"),
            ((1..=50).contains(&sign_in.mails_per_hour), "sign-in.mails-per-hour", "1 to 50"),
            ((1..=720).contains(&sign_in.session_idle_hours), "sign-in.session-idle-hours", "1 to 720"),
            (
                sign_in.staff_idle_minutes.values().all(|minutes| (5..=1_440).contains(minutes)),
                "sign-in.staff-idle-minutes",
                "5 to 1440 for each role",
            ),
            ((1..=90).contains(&sign_in.session_days), "sign-in.session-days", "1 to 90"),
            ((1..=60).contains(&sign_in.fresh_minutes), "sign-in.fresh-minutes", "1 to 60"),
        ];
        let failed = checks.into_iter().filter(|(holds, _, _)| !holds);
        let failed = failed.map(|(_, key, expected)| ImpossibleValue { key: key.to_owned(), expected: expected.to_owned() });
        failed.chain(self.federation.impossible_values(self.mail.public_url.as_deref())).collect()
    }

    /// The complaint about a value that only its user found impossible: the mail's side knows what a sender's address is.
    #[must_use]
    pub fn blame(&self, value: ImpossibleValue) -> Unusable {
        let name = self.file.as_ref().map_or_else(|| "settings".to_owned(), |path| path.display().to_string());
        let text = self.file.as_deref().and_then(|path| text_of(path).ok()).unwrap_or_default();
        let placed = document::Document::parse(&name, &text).and_then(|file| file.possible(vec![value.clone()]));
        placed.err().unwrap_or_else(|| Unusable::one(&name, Fault { line: None, key: Some(value.key), expected: value.expected }))
    }

    /// Where people find the installation, without a path: `https://foerderung.example.org`.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        let (scheme, rest) = self.mail.public_url.as_deref()?.split_once("://")?;
        let host = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
        // As browsers write it: without the port that goes without saying.
        let usual = if scheme == "https" { ":443" } else { ":80" };
        Some(format!("{scheme}://{}", host.strip_suffix(usual).unwrap_or(&host)))
    }

    /// The identity providers that people can sign in with, each with its secret. `variable` reads the environment. Nothing is asked of them.
    pub fn providers(&self, variable: impl Fn(&str) -> Option<String>) -> Result<oidc::Providers, Unusable> {
        let public_url = self.mail.public_url.as_deref().unwrap_or_default();
        self.federation.open(public_url, variable).map_err(|value| self.blame(value))
    }

    /// Where the database is.
    #[must_use]
    pub fn database(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| sqlite_url(&self.data))
    }

    /// The fund's rules: those of the file that the settings name, else Kiel's.
    pub fn fund(&self) -> Result<Fund, Unusable> {
        match &self.fund {
            None => fund_of(KIEL_NAME, KIEL),
            Some(path) => fund_of(&path.display().to_string(), &text_of(path)?),
        }
    }
}

/// The rules of a fund's file.
pub fn fund_of(name: &str, text: &str) -> Result<Fund, Unusable> {
    let file = document::Document::parse(name, text)?;
    let fund: Fund = file.clone().into_value().map_err(|error| Unusable::one(name, file.explain(&error)))?;
    file.possible(fund.impossible_values())?;
    Ok(fund)
}

/// Whether the text is that of a fund, or of settings: `[application]` and the like stand in no settings.
pub(crate) fn is_fund(text: &str) -> bool {
    let Ok(table) = text.parse::<toml::Table>() else { return false };
    ["application", "committee", "award", "partner-cities", "number-prefix"].iter().any(|key| table.contains_key(*key))
}

/// The default fund.
///
/// # Panics
/// If the embedded file is no fund: a test reads it too.
#[must_use]
pub fn kiel() -> Fund {
    fund_of(KIEL_NAME, KIEL).unwrap_or_else(|unusable| panic!("{unusable}"))
}

/// The address of the SQLite database in a data folder.
#[must_use]
pub fn sqlite_url(data: &Path) -> String {
    format!("sqlite://{}", data.join("sonderfonds.db").display())
}

pub(crate) fn text_of(path: &Path) -> Result<String, Unusable> {
    std::fs::read_to_string(path).map_err(|error| {
        Unusable::one(&path.display().to_string(), Fault { line: None, key: None, expected: format!("a file that can be read ({error})") })
    })
}

fn is_database(url: &str) -> bool {
    ["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use domain::money::Money;

    use super::*;

    const MUSTERSTADT: &str = include_str!("../../../config/musterstadt.toml");
    const EXAMPLE: &str = include_str!("../../../config/example.toml");

    fn refused(text: &str) -> String {
        Settings::read("etc/my.toml", text).expect_err("refused").to_string()
    }

    #[test]
    fn the_files_that_come_with_the_program_are_possible() {
        let defaults = Settings::defaults();
        assert_eq!((defaults.port, defaults.limits.depth, defaults.database_url.clone()), (8080, 15, None));
        let api = defaults.limits.to_graphql();
        assert_eq!(format!("{api:?}"), format!("{:?}", graphql::limits::Limits::default()), "the API's own defaults are those of the file");

        let kiel = kiel();
        assert_eq!((kiel.partner_cities.len(), kiel.committee.seats), (14, 11));
        assert_eq!(kiel.application.minimum, Money::from_cents(250_000));
        let musterstadt = fund_of("config/musterstadt.toml", MUSTERSTADT).expect("possible");
        assert_eq!((musterstadt.city.as_str(), musterstadt.committee.casting_vote_of_chair), ("Musterstadt", true));

        let example = Settings::read("config/example.toml", EXAMPLE).expect("possible");
        assert_eq!((example.log.format, example.mail.host.as_deref()), (LogFormat::Json, Some("mail.example.org")));
    }

    #[test]
    fn every_setting_stands_in_the_example() {
        let names = |text: &str| -> Vec<String> {
            let names = text.lines().filter_map(|line| line.trim_start_matches("# ").split_once(" = ")).map(|(name, _)| name.to_owned());
            names.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')).collect()
        };
        let shown = names(EXAMPLE);
        for name in names(DEFAULTS)
            .into_iter()
            .chain(["host", "port", "tls", "user", "password-file", "ca-file", "contact", "public-url", "fund"].map(String::from))
        {
            assert!(shown.contains(&name), "{name}");
        }
    }

    #[test]
    fn an_installation_changes_what_it_names_and_nothing_else() {
        let settings = Settings::read("my.toml", "port = 9000\n[limits]\nbatch = 3\n").expect("possible");
        assert_eq!((settings.port, settings.limits.batch, settings.limits.depth), (9000, 3, 15));
    }

    #[test]
    fn what_is_unknown_or_impossible_is_named_with_its_place_and_what_was_expected() {
        let table = [
            ("prot = 1", "etc/my.toml, line 1: prot: unknown field `prot`, expected one of `address`, `port`"),
            ("\n[limits]\ndepth = \"deep\"", "etc/my.toml, line 3: limits.depth: invalid type: string \"deep\", expected usize"),
            ("[limits]\ndeepness = 3", "etc/my.toml, line 2: limits.deepness: unknown field `deepness`, expected one of"),
            ("[limits]\n\ndepth = 99", "etc/my.toml, line 3: limits.depth: expected 1 to 32"),
            ("port = 70000", "etc/my.toml, line 1: port: invalid value: integer `70000`, expected u16"),
            ("port 8080", "etc/my.toml, line 1: "),
            (
                "database-url = \"mysql://x\"",
                "etc/my.toml, line 1: database-url: expected an address that begins with postgres:// or sqlite://",
            ),
            ("[log]\nformat = \"xml\"", "etc/my.toml, line 2: log.format: unknown variant `xml`, expected `pretty` or `json`"),
            ("[log]\nlevel = \"loud\"", "etc/my.toml, line 2: log.level: expected error, warn"),
            (
                "[mail]\nfrom = \"a@b\"\npassword-file = \"/nowhere\"",
                "etc/my.toml, line 3: mail.password-file: expected the path of a file",
            ),
            ("[federation]\nprovider = 1", "etc/my.toml, line 2: federation.provider: unknown field `provider`, expected `providers`"),
            (
                "[[federation.providers]]\nid = \"a\"\nsecret = \"x\"",
                "etc/my.toml, line 3: federation.providers[0].secret: unknown field `secret`, expected",
            ),
            ("[mail]\npassword-file = 7", "etc/my.toml, line 2: mail.password-file: expected the path of a file"),
        ];
        for (text, expected) in table {
            let found = refused(text);
            assert!(found.starts_with(expected), "{text}: {found}");
        }
        assert_eq!(refused("shutdown-seconds = 0\n[limits]\nbatch = 0").lines().count(), 2, "all at once");
    }

    #[test]
    fn a_fund_that_cannot_be_is_refused_with_its_place() {
        let refused = |from: &str, to: &str| {
            assert!(MUSTERSTADT.contains(from), "{from}");
            fund_of("fund.toml", &MUSTERSTADT.replace(from, to)).expect_err("refused").to_string()
        };
        let line = |text: &str| MUSTERSTADT.lines().position(|line| line.contains(text)).expect("a line") + 1;
        let table = [
            ("seats = 5", "seats = 2", "committee.seats: expected 3 to 200 seats"),
            ("minimum = \"300.00\"", "minimum = \"300\"", "application.minimum: an amount of money is written with"),
            ("minimum = \"300.00\"", "minimum = 300", "application.minimum: invalid type"),
            ("seats = 5", "seets = 5", "committee.seets: unknown field `seets`"),
            ("until = \"2022-12-31\"", "until = \"2022-02-30\"", "partner-cities[2].until: "),
            ("code = \"culture\"", "code = \"Culture\"", "objectives[1].code: expected lower-case letters"),
        ];
        for (from, to, expected) in table {
            let expected = format!("fund.toml, line {}: {expected}", line(from));
            let found = refused(from, to);
            assert!(found.starts_with(&expected), "{found}\n{expected}");
        }
        let dated = MUSTERSTADT.replace("since = \"2015-09-01\"", "since = 2015-09-01");
        assert_eq!(fund_of("fund.toml", &dated), fund_of("fund.toml", MUSTERSTADT), "a date may stand without quotes");
    }
}
