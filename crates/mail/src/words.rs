//! Codes as people say them.

use chrono::{DateTime, Utc};
use domain::application::Field;
use domain::calendar::local_time;
use domain::language::Language;

/// What a part of the form is called.
pub(crate) const fn field(field: Field, language: Language) -> &'static str {
    let (de, en) = match field {
        Field::Title => ("Titel des Projekts", "Title of the project"),
        Field::Summary => ("Beschreibung des Projekts", "Description of the project"),
        Field::Measure => ("Art des Projekts", "Kind of project"),
        Field::PartnerOrganisation => ("Partnerorganisation", "Partner organisation"),
        Field::Cities => ("Partnerstädte", "Partner cities"),
        Field::Objectives => ("Oberziele", "Objectives"),
        Field::StartsOn => ("Beginn des Projekts", "First day of the project"),
        Field::EndsOn => ("Ende des Projekts", "Last day of the project"),
        Field::Participants => ("Teilnehmende", "Participants"),
        Field::CostLines => ("Kosten- und Finanzierungsplan: Kosten", "Financing plan: costs"),
        Field::FinancingLines => ("Kosten- und Finanzierungsplan: Finanzierung", "Financing plan: financing"),
        Field::AmountRequested => ("Beantragter Betrag", "Amount requested"),
        Field::HardshipReason => ("Begründung des Härtefalls", "Reason for hardship"),
        Field::NotBegun => ("Erklärung, dass das Projekt noch nicht begonnen hat", "Declaration that the project has not begun"),
    };
    match language {
        Language::De => de,
        Language::En => en,
    }
}

/// A time of day in Europe/Berlin: what is said by e-mail is over before the day is.
pub(crate) fn time(instant: DateTime<Utc>, language: Language) -> String {
    let time = local_time(instant);
    match language {
        Language::De => format!("{} Uhr", time.format("%H:%M")),
        Language::En => format!("{} (Berlin)", time.format("%H:%M")),
    }
}

/// Why a bank returned a payment. The codes are those of ISO 20022 that applicants can do something about; the others stay codes, which
/// the office can look up.
pub(crate) fn bank_reason(code: &str, language: Language) -> String {
    let (de, en) = match code {
        "AC01" | "AC03" => ("Die IBAN stimmt nicht", "The IBAN is wrong"),
        "AC04" => ("Das Konto ist aufgelöst", "The account is closed"),
        "AC06" => ("Das Konto ist gesperrt", "The account is blocked"),
        "AG01" => ("Auf dieses Konto kann nicht überwiesen werden", "This account can't receive transfers"),
        "BE01" | "BE04" => ("Name oder Anschrift passen nicht zum Konto", "Name or address doesn't match the account"),
        "MD07" => ("Die Person, der das Konto gehörte, ist verstorben", "The account holder has died"),
        "MS02" | "MS03" => ("Die Bank nennt keinen Grund", "The bank gives no reason"),
        _ => return code.to_owned(),
    };
    let words = match language {
        Language::De => de,
        Language::En => en,
    };
    format!("{words} ({code})")
}
