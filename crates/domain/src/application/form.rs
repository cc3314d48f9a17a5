//! What an applicant fills in: the form and the financing plan. Every part may be missing until it is submitted (R13).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::problem::{Problem, Refusal, Violation};
use crate::text;

/// The most entries of any list in a form: lines, cities, objectives.
pub const MOST_ENTRIES: usize = 100;

/// The form with the financing plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Form {
    /// The project's title, one line.
    pub title: Option<String>,
    /// What is planned, with whom and for whom.
    pub summary: Option<String>,
    /// What kind of measure it is (R7).
    pub measure: Option<Measure>,
    /// With whom, for a joint project (R7).
    pub partner_organisation: Option<String>,
    /// Codes of the partner cities (R5).
    pub cities: Vec<String>,
    /// The objectives that it contributes to (R6).
    pub objectives: Vec<ObjectiveClaim>,
    /// The project's first day.
    pub starts_on: Option<NaiveDate>,
    /// The project's last day.
    pub ends_on: Option<NaiveDate>,
    /// How many people take part.
    pub participants: Option<Participants>,
    /// What it costs (R10, R11).
    pub cost_lines: Vec<CostLine>,
    /// Where the money comes from, besides the grant (R10).
    pub financing_lines: Vec<FinancingLine>,
    /// The grant that is asked for (R8, R9).
    pub amount_requested: Option<Money>,
    /// Why more than the highest rate is needed (R9).
    pub hardship_reason: Option<String>,
    /// The declaration that the project has not begun (R12).
    pub not_begun: bool,
}

/// What kind of measure a project is (R7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// People from here visit the partner city.
    VisitOut,
    /// People from the partner city visit here.
    VisitIn,
    /// Both sides do something together.
    JointProject,
}

/// The most people from one side of whom a form can speak: more is a slip of the hand.
pub const MOST_PARTICIPANTS: u32 = 10_000;

/// How many people take part in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participants {
    /// From here.
    pub from_here: u32,
    /// From the partner cities.
    pub from_there: u32,
}

/// An objective that is claimed, with the reason (R6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectiveClaim {
    /// The objective's code.
    pub objective: String,
    /// How the project contributes to it.
    pub reason: String,
}

/// A line of cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostLine {
    /// The category's code (R11).
    pub category: String,
    /// What it is.
    pub text: String,
    /// Euro.
    pub amount: Money,
    /// Why, where the category needs a reason (R11).
    #[serde(default)]
    pub reason: Option<String>,
}

/// A line of financing, besides the grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinancingLine {
    /// The source's code.
    pub source: String,
    /// Who or what it is.
    pub text: String,
    /// Euro.
    pub amount: Money,
}

/// A part of the form that a request for changes can open (R14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the field of `Form` with the same name")]
pub enum Field {
    Title,
    Summary,
    Measure,
    PartnerOrganisation,
    Cities,
    Objectives,
    StartsOn,
    EndsOn,
    Participants,
    CostLines,
    FinancingLines,
    AmountRequested,
    HardshipReason,
    NotBegun,
}

impl Field {
    /// All fields, in the form's order.
    pub const ALL: [Self; 14] = [
        Self::Title,
        Self::Summary,
        Self::Measure,
        Self::PartnerOrganisation,
        Self::Cities,
        Self::Objectives,
        Self::StartsOn,
        Self::EndsOn,
        Self::Participants,
        Self::CostLines,
        Self::FinancingLines,
        Self::AmountRequested,
        Self::HardshipReason,
        Self::NotBegun,
    ];

    /// Its name in the API and in violations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Measure => "measure",
            Self::PartnerOrganisation => "partnerOrganisation",
            Self::Cities => "cities",
            Self::Objectives => "objectives",
            Self::StartsOn => "startsOn",
            Self::EndsOn => "endsOn",
            Self::Participants => "participants",
            Self::CostLines => "costLines",
            Self::FinancingLines => "financingLines",
            Self::AmountRequested => "amountRequested",
            Self::HardshipReason => "hardshipReason",
            Self::NotBegun => "notBegun",
        }
    }

    fn differs(self, a: &Form, b: &Form) -> bool {
        match self {
            Self::Title => a.title != b.title,
            Self::Summary => a.summary != b.summary,
            Self::Measure => a.measure != b.measure,
            Self::PartnerOrganisation => a.partner_organisation != b.partner_organisation,
            Self::Cities => a.cities != b.cities,
            Self::Objectives => a.objectives != b.objectives,
            Self::StartsOn => a.starts_on != b.starts_on,
            Self::EndsOn => a.ends_on != b.ends_on,
            Self::Participants => a.participants != b.participants,
            Self::CostLines => a.cost_lines != b.cost_lines,
            Self::FinancingLines => a.financing_lines != b.financing_lines,
            Self::AmountRequested => a.amount_requested != b.amount_requested,
            Self::HardshipReason => a.hardship_reason != b.hardship_reason,
            Self::NotBegun => a.not_begun != b.not_begun,
        }
    }
}

impl Form {
    /// The total cost: the sum of the cost lines.
    #[must_use]
    pub fn total_cost(&self) -> Money {
        self.cost_lines.iter().map(|line| line.amount).sum()
    }

    /// The financing with the grant that is asked for.
    #[must_use]
    pub fn total_financing(&self) -> Money {
        self.financing_lines.iter().map(|line| line.amount).sum::<Money>() + self.amount_requested.unwrap_or_default()
    }

    /// The fields in which this form differs from another.
    #[must_use]
    pub fn changed_from(&self, other: &Self) -> Vec<Field> {
        Field::ALL.into_iter().filter(|field| field.differs(self, other)).collect()
    }

    /// The form with its texts trimmed and composed; what no text may hold is refused with its field. Says nothing about completeness (R13).
    pub fn cleaned(self) -> Result<Self, Refusal> {
        let mut found = Cleaner::default();
        for (field, length) in [
            ("cities", self.cities.len()),
            ("objectives", self.objectives.len()),
            ("costLines", self.cost_lines.len()),
            ("financingLines", self.financing_lines.len()),
        ] {
            if length > MOST_ENTRIES {
                found.violations.push(Problem::TooMany { most: MOST_ENTRIES }.at(field));
            }
        }
        // Long lists end here: cleaning each of a million lines only to refuse them would be work for a flood.
        let sides = self.participants.map(|people| [("fromHere", people.from_here), ("fromThere", people.from_there)]);
        for (side, people) in sides.into_iter().flatten() {
            if people > MOST_PARTICIPANTS {
                found.violations.push(Problem::TooManyPeople { most: MOST_PARTICIPANTS }.at(format!("participants.{side}")));
            }
        }
        Refusal::unless_empty(std::mem::take(&mut found.violations))?;
        let form = Self {
            title: found.optional(text::line, "title", self.title),
            summary: found.optional(text::paragraphs, "summary", self.summary),
            partner_organisation: found.optional(text::line, "partnerOrganisation", self.partner_organisation),
            hardship_reason: found.optional(text::paragraphs, "hardshipReason", self.hardship_reason),
            cities: self.cities.into_iter().enumerate().map(|(i, city)| found.line(&format!("cities[{i}]"), &city)).collect(),
            objectives: (self.objectives.into_iter().enumerate())
                .map(|(i, claim)| ObjectiveClaim {
                    objective: found.line(&format!("objectives[{i}].objective"), &claim.objective),
                    reason: found.optional(text::paragraphs, &format!("objectives[{i}].reason"), Some(claim.reason)).unwrap_or_default(),
                })
                .collect(),
            cost_lines: (self.cost_lines.into_iter().enumerate())
                .map(|(i, line)| CostLine {
                    category: found.line(&format!("costLines[{i}].category"), &line.category),
                    text: found.line(&format!("costLines[{i}].text"), &line.text),
                    amount: line.amount,
                    reason: found.optional(text::line, &format!("costLines[{i}].reason"), line.reason),
                })
                .collect(),
            financing_lines: (self.financing_lines.into_iter().enumerate())
                .map(|(i, line)| FinancingLine {
                    source: found.line(&format!("financingLines[{i}].source"), &line.source),
                    text: found.line(&format!("financingLines[{i}].text"), &line.text),
                    amount: line.amount,
                })
                .collect(),
            measure: self.measure,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            participants: self.participants,
            amount_requested: self.amount_requested,
            not_begun: self.not_begun,
        };
        Refusal::unless_empty(found.violations)?;
        Ok(form)
    }
}

/// Collects the violations of all texts while they are cleaned.
#[derive(Default)]
struct Cleaner {
    violations: Vec<Violation>,
}

impl Cleaner {
    fn line(&mut self, field: &str, value: &str) -> String {
        self.optional(text::line, field, Some(value.to_owned())).unwrap_or_default()
    }

    /// An empty text is none.
    fn optional(&mut self, clean: fn(&str, &str) -> Result<String, Violation>, field: &str, value: Option<String>) -> Option<String> {
        match clean(field, &value?) {
            Ok(text) => (!text.is_empty()).then_some(text),
            Err(violation) => {
                self.violations.push(violation);
                None
            }
        }
    }
}
