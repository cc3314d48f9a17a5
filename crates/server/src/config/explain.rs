//! What a configuration means for people: one line for each value. Secrets are never shown.

use std::fmt;

use domain::fund::{Fund, Labelled};
use domain::language::{Language, Say};

use super::{Federation, Settings, federation};

/// One value, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands: `limits.depth`.
    pub key: &'static str,
    /// What it is.
    pub value: String,
    /// What that means.
    pub meaning: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}\n    {}", self.key, self.value, self.meaning)
    }
}

fn row(key: &'static str, value: impl fmt::Display, meaning: impl Into<String>) -> Row {
    Row { key, value: value.to_string(), meaning: meaning.into() }
}

/// What the settings of a server mean.
#[must_use]
pub fn settings(settings: &Settings) -> Vec<Row> {
    let mut rows = vec![
        row("address", settings.address, reach(settings)),
        row("port", settings.port, if settings.port == 0 { "any free port is taken" } else { "the port that is listened on" }),
        row("data", settings.data.display(), "the folder for the database and for e-mails that become files"),
        row(
            "shutdown-seconds",
            settings.shutdown_seconds,
            "how long running requests and e-mails may take to finish when the server stops",
        ),
        match &settings.database_url {
            None => row("database-url", "(none)", format!("SQLite, in {}; for one server process", super::sqlite_url(&settings.data))),
            Some(url) if url.starts_with("sqlite:") => row("database-url", without_secrets(url), "SQLite; for one server process"),
            Some(url) => row("database-url", without_secrets(url), "PostgreSQL; several server processes can share it"),
        },
        match &settings.fund {
            None => row("fund", "(none)", "the fund's rules are those of Kiel, which come with the program"),
            Some(path) => row("fund", path.display(), "the fund's rules are read from this file"),
        },
        row("log.level", &settings.log.level, "what is logged, on standard error"),
        row("log.format", format!("{:?}", settings.log.format).to_lowercase(), "the form of a line of the log"),
    ];
    rows.extend(limits(settings));
    rows.extend(sign_in(settings));
    rows.extend(portal(&settings.portal));
    rows.extend(mail(&settings.mail));
    rows.extend(federation_rows(&settings.federation));
    rows
}

fn federation_rows(federation: &Federation) -> Vec<Row> {
    if federation.providers.is_empty() {
        return vec![row("federation.providers", "(none)", "nobody signs in with an account of an identity provider's")];
    }
    federation.providers.iter().map(|provider| row("federation.providers", &provider.id, federation::explained(provider))).collect()
}

fn reach(settings: &Settings) -> &'static str {
    if settings.address.is_loopback() {
        "only this machine reaches the server, such as a proxy with TLS that runs here"
    } else if settings.address.is_unspecified() {
        "every machine that reaches this one reaches the server: there must be a proxy with TLS before it"
    } else {
        "who reaches this address reaches the server: there must be a proxy with TLS before it"
    }
}

fn sign_in(settings: &Settings) -> [Row; 10] {
    let policy = &settings.sign_in;
    let proxies: Vec<String> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
    let proxies = if proxies.is_empty() { "(none)".to_owned() } else { proxies.join(", ") };
    let header = match settings.forwarded_header {
        super::ForwardedHeader::XForwardedFor => "x-forwarded-for",
        super::ForwardedHeader::Forwarded => "forwarded",
    };
    let staff: Vec<String> = policy.staff_idle_minutes.iter().map(|(role, minutes)| format!("{} {minutes}", role.code())).collect();
    let secret = if settings.secret.is_some() { "(set, not shown)" } else { "(none)" };
    [
        row("trusted-proxies", proxies, "who is believed when saying where a request came from"),
        row("forwarded-header", header, "the header in which they say so; without them it is not looked at"),
        row(
            "secret",
            secret,
            "what sign-in links are derived from, by SONDERFONDS_SECRET; without: the file \"secret\" in the data folder",
        ),
        row("sign-in.link-minutes", policy.link_minutes, "how long a link and its code can be used"),
        row("sign-in.code-attempts", policy.code_attempts, "so many wrong codes end a code; its link stays good"),
        row("sign-in.mails-per-hour", policy.mails_per_hour, "sign-in e-mails to one address within an hour, at most"),
        row("sign-in.session-idle-hours", policy.session_idle_hours, "after so many hours without use a session ends"),
        row(
            "sign-in.staff-idle-minutes",
            staff.join(", "),
            "but after so many minutes for who has one of these roles; of several the shortest",
        ),
        row("sign-in.session-days", policy.session_days, "after so many days a session ends, however much it is used"),
        row("sign-in.fresh-minutes", policy.fresh_minutes, "for so many minutes after a sign-in a session can make tokens"),
    ]
}

fn limits(settings: &Settings) -> [Row; 16] {
    let limits = &settings.limits;
    let schema = if limits.introspection { "the API's schema can be asked for" } else { "the API's schema is kept from view" };
    [
        row("limits.body-bytes", limits.body_bytes, "bytes of a request's body, and of a message on a WebSocket, at most"),
        row("limits.request-seconds", limits.request_seconds, "how long a request may take"),
        row("limits.batch", limits.batch, "operations in one body, at most"),
        row("limits.tokens", limits.tokens, "words, numbers and signs in a query, at most"),
        row("limits.depth", limits.depth, "fields below one another, at most"),
        row("limits.complexity", limits.complexity, "the sum over a query's fields of what each costs, at most"),
        row("limits.aliases", limits.aliases, "fields with an alias in a query, at most"),
        row("limits.directives", limits.directives, "directives in a query, at most"),
        row("limits.page", limits.page, "things on one page of a list, at most"),
        row("limits.subscriptions", limits.subscriptions, "operations at once on one WebSocket, at most"),
        row("limits.sockets", limits.sockets, "WebSockets at once, at most"),
        row("limits.keep-alive-seconds", limits.keep_alive_seconds, "after how long a silent WebSocket is asked for a sign of life"),
        row("limits.introspection", limits.introspection, schema),
        row("limits.source-per-minute", limits.source_per_minute, "requests from one source each minute, at most"),
        row("limits.person-per-minute", limits.person_per_minute, "operations of one person each minute, at most"),
        row(
            "limits.sign-ins-per-hour",
            limits.sign_ins_per_hour,
            "sign-in e-mails asked for and codes tried from one source each hour, at most",
        ),
    ]
}

fn portal(portal: &portal::Settings) -> Vec<Row> {
    let operator = &portal.operator;
    let or_none = |text: Option<&String>| text.map_or_else(|| "(none)".to_owned(), |text| text.replace('\n', ", "));
    let official =
        if portal.official { "every page is headed as an authority's own" } else { "no page says that an authority operates it" };
    let remaining =
        if portal.remaining_money { "the start page says what an open round has left" } else { "nobody is told what a round has left" };
    let conformity = match portal.accessibility.conformity {
        portal::Conformity::NotReviewed => "not-reviewed",
        portal::Conformity::Partial => "partial",
        portal::Conformity::Full => "full",
    };
    let reviewed = portal.accessibility.reviewed_on.map_or_else(|| "(none)".to_owned(), |day| day.to_string());
    vec![
        row("portal.official", portal.official, official),
        row("portal.remaining-money", portal.remaining_money, remaining),
        row("portal.data-protection", or_none(portal.data_protection.as_ref()), "whom to ask about personal data"),
        row("portal.operator.name", or_none(operator.name.as_ref()), "who operates the installation; without: the fund's city"),
        row("portal.operator.address", or_none(operator.address.as_ref()), "where they are; the imprint needs it"),
        row("portal.operator.represented-by", or_none(operator.represented_by.as_ref()), "who represents them"),
        row("portal.operator.email", or_none(operator.email.as_ref()), "where people write to, also to report a barrier"),
        row("portal.operator.phone", or_none(operator.phone.as_ref()), "where people call"),
        row("portal.accessibility.conformity", conformity, "what the accessibility statement says"),
        row("portal.accessibility.reviewed-on", reviewed, "when that was looked at last"),
        row("portal.accessibility.gaps", portal.accessibility.gaps.len(), "what is known not to be accessible, listed in the statement"),
        row(
            "portal.accessibility.arbitration",
            or_none(portal.accessibility.arbitration.as_ref()),
            "whom to turn to where a report leads to nothing",
        ),
    ]
}

fn mail(mail: &mail::Settings) -> Vec<Row> {
    let mut rows = vec![row("mail.from", &mail.from, "the address that e-mails come from")];
    match &mail.host {
        None => rows.push(row(
            "mail.host",
            "(none)",
            "no e-mail leaves the installation: each becomes a file in the folder \"mail\" below the data folder",
        )),
        Some(host) => {
            rows.push(row("mail.host", host, "the mail server that takes the e-mails"));
            rows.push(row("mail.port", mail.port.map_or_else(|| "(none)".to_owned(), |port| port.to_string()), "its port; without: 587"));
            let tls = match mail.tls {
                mail::Tls::Starttls => "the way to it is encrypted by STARTTLS, or no e-mail is handed over",
                mail::Tls::None => "the way to it is not encrypted: only to a server on this machine",
            };
            rows.push(row("mail.tls", format!("{:?}", mail.tls).to_lowercase(), tls));
            let user = mail.user.as_deref().unwrap_or("(none)");
            rows.push(row("mail.user", user, "who this installation is to the mail server"));
            let password = if mail.password.is_some() { "(set, not shown)" } else { "(none)" };
            rows.push(row("mail.password", password, "that user's password, by SMTP_PASSWORD or from a file"));
            if let Some(path) = &mail.ca_file {
                rows.push(row("mail.ca-file", path.display(), "certificates that are trusted besides the usual ones"));
            }
        }
    }
    rows.push(row("mail.contact", mail.contact.as_deref().unwrap_or("(none)"), "the line under the signature"));
    rows.push(row("mail.public-url", mail.public_url.as_deref().unwrap_or("(none)"), "where the links in e-mails lead"));
    rows
}

/// The address of a database without what opens it.
#[must_use]
pub fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("sqlite", url.trim_start_matches("sqlite:")));
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    format!("{scheme}://{place}")
}

/// What a fund's rules mean.
#[must_use]
pub fn fund(fund: &Fund) -> Vec<Row> {
    let mut rows = vec![
        row("name", &fund.name.de, format!("what people read in German; in English: {}", fund.name.en)),
        row(
            "short-name",
            &fund.called().de,
            format!("what the portal's pages are headed with in German; in English: {}", fund.called().en),
        ),
        row("city", &fund.city, "whose fund it is"),
        row(
            "number-prefix",
            &fund.number_prefix,
            format!("applications are numbered {}-2020-001, {}-2020-002 …", fund.number_prefix, fund.number_prefix),
        ),
        row("objectives", codes(&fund.objectives), "what an application can contribute to (R6)"),
        row("partner-cities", fund.partner_cities.len(), partner_cities(fund)),
    ];
    rows.extend(application(fund));
    rows.extend(committee_and_award(fund));
    rows
}

fn codes(list: &[Labelled]) -> String {
    list.iter().map(|entry| entry.code.as_str()).collect::<Vec<_>>().join(", ")
}

fn partner_cities(fund: &Fund) -> String {
    let en = Language::En;
    let described = fund.partner_cities.iter().map(|city| match (city.since, city.until) {
        (None, None) => city.name.clone(),
        (Some(since), None) => format!("{} (since {})", city.name, since.say(en)),
        (None, Some(until)) => format!("{} (until {})", city.name, until.say(en)),
        (Some(since), Some(until)) => format!("{} ({} to {})", city.name, since.say(en), until.say(en)),
    });
    format!("a project's cities must be partners on all its days (R5): {}", described.collect::<Vec<_>>().join(", "))
}

fn application(fund: &Fund) -> Vec<Row> {
    let en = Language::En;
    let rules = &fund.application;
    let percent = rules.highest_rate_percent;
    let kinds: Vec<String> =
        rules.applicant_kinds.iter().filter_map(|kind| serde_json::to_value(kind).ok()?.as_str().map(str::to_owned)).collect();
    let categories: Vec<&str> = rules.cost_categories.iter().map(|category| category.code.as_str()).collect();
    let with_reason: Vec<&str> =
        rules.cost_categories.iter().filter(|category| category.needs_reason).map(|category| category.code.as_str()).collect();
    let reasons = if with_reason.is_empty() { String::new() } else { format!("; a reason is needed for: {}", with_reason.join(", ")) };
    vec![
        row("application.applicant-kinds", kinds.join(", "), "who may apply (R1)"),
        row(
            "application.minimum",
            rules.minimum,
            format!("who asks for less than {} is refused: it is a trifle (R8)", rules.minimum.say(en)),
        ),
        row("application.maximum", rules.maximum, format!("no project gets more than {} (R8)", rules.maximum.say(en))),
        row(
            "application.highest-rate-percent",
            percent,
            format!("a grant is at most {percent} % of the total cost, unless the committee finds hardship (R9)"),
        ),
        row("application.minimum-objectives", rules.minimum_objectives, "how many objectives an application must claim (R6)"),
        row("application.cost-categories", categories.join(", "), format!("what a cost line can be (R11){reasons}")),
        row("application.financing-sources", codes(&rules.financing_sources), "where the rest of the money may come from (R10)"),
    ]
}

fn committee_and_award(fund: &Fund) -> Vec<Row> {
    let (committee, award) = (&fund.committee, &fund.award);
    let tie = if committee.casting_vote_of_chair { "the chair's vote decides a tie (R19)" } else { "a tie is a rejection (R19)" };
    vec![
        row("committee.name", &committee.name.de, format!("who decides; in English: {}", committee.name.en)),
        row("committee.seats", committee.seats, format!("no tally has more than {} votes (R23)", committee.seats)),
        row("committee.casting-vote-of-chair", committee.casting_vote_of_chair, tie),
        row("committee.remote-attendance", committee.remote_attendance, "whether a meeting can be attended from afar (GO § 34a)"),
        row("committee.invitation-days", committee.invitation_days, "so many days before a meeting its invitation goes out (GO § 34)"),
        row("award.notification-days", award.notification_days, "this many days after dispatch, an award counts as notified (R34)"),
        row("award.appeal-months", award.appeal_months, "this many months after notification, an award is final (R34)"),
        row("award.acceptance-days", award.acceptance_days, "within so many days of notification, the applicant accepts or declines (R35)"),
        row("award.payout-horizon-months", award.payout_horizon_months, "money can be asked for what is needed in so many months (R36)"),
        row(
            "award.held-back-percent",
            award.held_back_percent,
            "this share of an award, in percent, is held back until the proof of use (R36)",
        ),
        row("award.term-months", award.term_months, "after so many months the term ends, unless a resolution extends it (R40)"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let mut settings = Settings::defaults();
        settings.database_url = Some("postgres://fund:geheim@db.example.org:5432/fund?password=geheim".to_owned());
        settings.mail.host = Some("mail.example.org".to_owned());
        settings.mail.password = Some("geheim".to_owned().into());
        settings.secret = Some("geheim".repeat(6).into());
        let explained: Vec<String> = super::settings(&settings).iter().map(Row::to_string).collect();
        let explained = explained.join("\n");
        assert!(!explained.contains("geheim"), "{explained}");
        assert!(explained.contains("database-url = postgres://db.example.org:5432/fund\n"), "{explained}");
        assert_eq!(without_secrets("sqlite::memory:"), "sqlite://:memory:");
    }

    #[test]
    fn every_value_of_the_files_is_explained() {
        let keys = |text: &str| -> Vec<String> {
            let mut section = String::new();
            let mut found = Vec::new();
            for line in text.lines().filter(|line| !line.starts_with([' ', '#'])) {
                if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                    section = format!("{name}.");
                } else if let Some((key, _)) = line.split_once(" = ") {
                    found.push(format!("{section}{key}"));
                }
            }
            found
        };
        let explained = |rows: Vec<Row>| -> Vec<String> { rows.into_iter().map(|row| row.key.to_owned()).collect() };
        let of_fund = explained(fund(&super::super::kiel()));
        for key in keys(super::super::KIEL) {
            assert!(of_fund.contains(&key), "{key}");
        }
        let of_settings = explained(settings(&Settings::defaults()));
        for key in keys(super::super::DEFAULTS) {
            // Of a table of values by name, such as those by role, one row explains all.
            let whole = key.rsplit_once('.').is_some_and(|(table, _)| of_settings.iter().any(|row| row == table));
            assert!(whole || of_settings.contains(&key), "{key}");
        }
    }
}
