//! What an applicant says of itself besides its name: register, non-profit certificate, language, and whom to talk to.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::applicant::Applicant;
use crate::language::Language;
use crate::problem::{Problem, Refusal, Violation};
use crate::text;

/// What an applicant says of itself; all of it is voluntary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Details {
    /// Where it is registered.
    pub register: Option<Register>,
    /// The day of the tax office's certificate that it is a non-profit organisation.
    pub non_profit_since: Option<NaiveDate>,
    /// What it is written to in.
    pub language: Language,
    /// Whom to talk to.
    pub contact: Option<Contact>,
}

/// An entry in a register of associations or companies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Its number: `VR 1234 KI`.
    pub number: String,
    /// The court that keeps it: `Amtsgericht Kiel`.
    pub court: String,
}

/// Somebody to talk to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their telephone number, as they write it.
    pub phone: Option<String>,
}

/// All that an applicant says of itself, said anew: what is left out is no longer said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Correction {
    /// Full name, as in the register.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// The register's number; with its court, or both absent.
    pub register_number: Option<String>,
    /// The register's court.
    pub register_court: Option<String>,
    /// The day of the non-profit certificate.
    pub non_profit_since: Option<NaiveDate>,
    /// What it is written to in.
    pub language: Language,
    /// The contact's name; without one there is no contact.
    pub contact_name: Option<String>,
    /// The contact's e-mail address.
    pub contact_email: Option<String>,
    /// The contact's telephone number.
    pub contact_phone: Option<String>,
}

/// Collects what is wrong.
#[derive(Default)]
struct Reading(Vec<Violation>);

impl Reading {
    fn keep<T: Default>(&mut self, result: Result<T, Violation>) -> T {
        result.unwrap_or_else(|violation| {
            self.0.push(violation);
            T::default()
        })
    }

    /// A line that may be absent; a blank one is.
    fn line(&mut self, field: &str, text: Option<&String>) -> Option<String> {
        let text = text.map(|text| text::line(field, text)).transpose();
        self.keep(text).filter(|text| !text.is_empty())
    }

    fn missing(&mut self, field: &str) {
        self.0.push(Problem::Missing.at(field));
    }
}

impl Applicant {
    /// The applicant as it now says that it is.
    pub fn correct(self, correction: &Correction, today: NaiveDate) -> Result<Self, Refusal> {
        let mut reading = Reading::default();
        let name = reading.keep(text::required_line("name", &correction.name));
        let address = reading.keep(text::required_paragraphs("address", &correction.address));
        let number = reading.line("registerNumber", correction.register_number.as_ref());
        let court = reading.line("registerCourt", correction.register_court.as_ref());
        match (&number, &court) {
            (Some(_), None) => reading.missing("registerCourt"),
            (None, Some(_)) => reading.missing("registerNumber"),
            _ => {}
        }
        if correction.non_profit_since.is_some_and(|day| day > today) {
            reading.0.push(Problem::DateAhead.at("nonProfitSince"));
        }
        let person = reading.line("contactName", correction.contact_name.as_ref());
        let phone = reading.line("contactPhone", correction.contact_phone.as_ref());
        let email = correction.contact_email.as_ref().filter(|email| !email.trim().is_empty());
        let email = email.map(|email| text::address("contactEmail", email)).transpose();
        let email = reading.keep(email);
        if person.is_none() && (phone.is_some() || email.is_some()) {
            reading.missing("contactName");
        }
        Refusal::unless_empty(reading.0)?;
        let details = Details {
            register: number.zip(court).map(|(number, court)| Register { number, court }),
            non_profit_since: correction.non_profit_since,
            language: correction.language,
            contact: person.map(|name| Contact { name, email, phone }),
        };
        Ok(Self { name, address, details, ..self })
    }
}
