//! What an installation says of itself on its pages: section `portal` of its settings.

use chrono::NaiveDate;
use domain::language::Bilingual;
use serde::Deserialize;

/// What an installation says of itself on its pages.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Whether every page is headed as an authority's own: only where one operates the installation.
    pub official: bool,
    /// Whether the start page says how much money an open round has left.
    pub remaining_money: bool,
    /// Who operates the installation: imprint, contact.
    pub operator: Operator,
    /// Whom to ask about personal data: name and address of the data protection officer.
    pub data_protection: Option<String>,
    /// What the accessibility statement says.
    pub accessibility: Accessibility,
}

/// Who operates an installation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Operator {
    /// The authority or body; absent: the fund's city.
    pub name: Option<String>,
    /// Its postal address, in lines.
    pub address: Option<String>,
    /// Who represents it.
    pub represented_by: Option<String>,
    /// Where people write to.
    pub email: Option<String>,
    /// Where people call.
    pub phone: Option<String>,
}

/// What is known of how accessible the pages are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Accessibility {
    /// How far the pages conform to the rules.
    pub conformity: Conformity,
    /// When that was looked at last.
    pub reviewed_on: Option<NaiveDate>,
    /// What is known not to be accessible.
    pub gaps: Vec<Bilingual>,
    /// Whom to turn to where a report leads to nothing: the arbitration body, with its address.
    pub arbitration: Option<String>,
}

/// How far pages conform to the rules for accessibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conformity {
    /// Nobody has looked yet.
    #[default]
    NotReviewed,
    /// In part.
    Partial,
    /// In full.
    Full,
}
