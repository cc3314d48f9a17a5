//! The fund as data: what rules.md marks "p". A city's own sums, rates, partner cities, objectives and seats stand in its file under
//! `config/`; nothing of one city stands in code.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::applicant::ApplicantKind;
use crate::language::Bilingual;
use crate::money::Money;

/// One fund: one per installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fund {
    /// The fund's name.
    pub name: Bilingual,
    /// What people call it, for the head of pages; absent: its name.
    #[serde(default)]
    pub short_name: Option<Bilingual>,
    /// The city, or other body, whose fund it is.
    pub city: String,
    /// What application numbers begin with: `SP` in `SP-2020-017`.
    pub number_prefix: String,
    /// What is asked of an application (R1 to R11).
    pub application: ApplicationRules,
    /// The committee that decides (R17 to R23).
    pub committee: CommitteeRules,
    /// Award, term and payout (R34 to R40).
    pub award: AwardRules,
    /// The objectives (Oberziele) of which an application claims some (R6).
    pub objectives: Vec<Labelled>,
    /// The partner cities, dated (R5).
    pub partner_cities: Vec<PartnerCity>,
}

/// What is asked of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApplicationRules {
    /// Who may apply (R1).
    pub applicant_kinds: Vec<ApplicantKind>,
    /// The smallest sum that can be asked for and awarded, the trifle limit (R8).
    pub minimum: Money,
    /// The largest sum that can be asked for and awarded (R8).
    pub maximum: Money,
    /// The highest share of the total cost, in percent (R9).
    pub highest_rate_percent: Decimal,
    /// How many objectives must be claimed at least (R6).
    pub minimum_objectives: usize,
    /// The categories of cost (R11).
    pub cost_categories: Vec<CostCategory>,
    /// Where the rest of the money may come from (R10).
    pub financing_sources: Vec<Labelled>,
}

/// A category of cost (R11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CostCategory {
    /// Its code in the API: `transport`.
    pub code: String,
    /// What people read.
    pub label: Bilingual,
    /// Whether a line of it needs a reason ("other").
    #[serde(default)]
    pub needs_reason: bool,
}

/// A code with its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Labelled {
    /// Its code in the API.
    pub code: String,
    /// What people read.
    pub label: Bilingual,
}

/// The committee that decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommitteeRules {
    /// Its name.
    pub name: Bilingual,
    /// How many seats it has; no tally is larger.
    pub seats: u32,
    /// Whether the chair's vote decides a tie (R19).
    #[serde(default)]
    pub casting_vote_of_chair: bool,
    /// Whether a meeting can be attended from afar, by sound and picture (GO § 34a).
    #[serde(default)]
    pub remote_attendance: bool,
    /// How many days before a meeting its invitation goes out at the latest (GO § 34).
    #[serde(default = "a_week")]
    pub invitation_days: u32,
}

/// The default of [`CommitteeRules::invitation_days`].
const fn a_week() -> u32 {
    7
}

/// Award, term and payout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AwardRules {
    /// The how-manieth day after dispatch counts as the day of notification (R34).
    pub notification_days: u32,
    /// How many calendar months after notification an award is final (R34).
    pub appeal_months: u32,
    /// Within how many days of notification the applicant accepts or declines (R35).
    pub acceptance_days: u32,
    /// For at most how many months ahead an instalment may be asked (R36).
    pub payout_horizon_months: u32,
    /// Which share of an award is held back until the proof of use, in percent (R36).
    pub held_back_percent: Decimal,
    /// After how many months the term ends at the latest without a resolution (R40).
    pub term_months: u32,
}

/// A partner city with the dates of its partnership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartnerCity {
    /// Its code in the API: `san-francisco`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The first day of the partnership; absent: before the fund began.
    #[serde(default)]
    pub since: Option<NaiveDate>,
    /// The last day of the partnership; absent: it goes on.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl PartnerCity {
    /// Whether the city is a partner on every day from `start` to `end` (R5).
    #[must_use]
    pub fn is_partner_throughout(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= start) && self.until.is_none_or(|until| end <= until)
    }
}

/// A value that no fund can have: where it stands, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {expected}")]
pub struct ImpossibleValue {
    /// The key's path in the file: `application.minimum`.
    pub key: String,
    /// What was expected, in words.
    pub expected: String,
}

impl Fund {
    /// What people call it.
    #[must_use]
    pub fn called(&self) -> &Bilingual {
        self.short_name.as_ref().unwrap_or(&self.name)
    }

    /// The partner city with that code.
    #[must_use]
    pub fn partner_city(&self, code: &str) -> Option<&PartnerCity> {
        self.partner_cities.iter().find(|city| city.code == code)
    }

    /// The cost category with that code.
    #[must_use]
    pub fn cost_category(&self, code: &str) -> Option<&CostCategory> {
        self.application.cost_categories.iter().find(|category| category.code == code)
    }

    /// Every value that no fund can have; empty if all is well. The program doesn't start before it is.
    #[must_use]
    pub fn impossible_values(&self) -> Vec<ImpossibleValue> {
        let mut found = Vec::new();
        let mut expect = |holds: bool, key: &str, expected: &str| {
            if !holds {
                found.push(ImpossibleValue { key: key.to_owned(), expected: expected.to_owned() });
            }
        };
        let application = &self.application;
        expect(!self.city.trim().is_empty(), "city", "the city's name");
        expect(
            !self.number_prefix.is_empty()
                && self.number_prefix.len() <= 6
                && self.number_prefix.bytes().all(|byte| byte.is_ascii_uppercase()),
            "number-prefix",
            "one to six letters A to Z",
        );
        expect(!application.applicant_kinds.is_empty(), "application.applicant-kinds", "at least one kind of applicant");
        expect(application.minimum.is_positive(), "application.minimum", "an amount above 0.00");
        expect(application.minimum <= application.maximum, "application.maximum", "an amount that is not below application.minimum");
        expect(
            is_percent(application.highest_rate_percent) && !application.highest_rate_percent.is_zero(),
            "application.highest-rate-percent",
            "more than 0 and at most 100",
        );
        expect(
            application.minimum_objectives <= self.objectives.len(),
            "application.minimum-objectives",
            "at most as many as there are objectives",
        );
        expect(!application.cost_categories.is_empty(), "application.cost-categories", "at least one category");
        expect((3..=200).contains(&self.committee.seats), "committee.seats", "3 to 200 seats: fewer than three never make a quorum (R18)");
        expect(self.committee.invitation_days <= 90, "committee.invitation-days", "0 to 90 days");
        self.check_award(&mut expect);
        self.check_cities(&mut expect);
        self.check_codes(&mut expect);
        found
    }

    fn check_award(&self, expect: &mut impl FnMut(bool, &str, &str)) {
        expect(self.award.notification_days <= 30, "award.notification-days", "0 to 30 days");
        expect((1..=12).contains(&self.award.appeal_months), "award.appeal-months", "1 to 12 months");
        expect((1..=365).contains(&self.award.acceptance_days), "award.acceptance-days", "1 to 365 days");
        expect((1..=24).contains(&self.award.payout_horizon_months), "award.payout-horizon-months", "1 to 24 months");
        expect(is_percent(self.award.held_back_percent), "award.held-back-percent", "0 to 100");
        expect((1..=60).contains(&self.award.term_months), "award.term-months", "1 to 60 months");
    }

    fn check_cities(&self, expect: &mut impl FnMut(bool, &str, &str)) {
        expect(!self.partner_cities.is_empty(), "partner-cities", "at least one partner city");
        for (index, city) in self.partner_cities.iter().enumerate() {
            let ordered = city.since.zip(city.until).is_none_or(|(since, until)| since <= until);
            expect(ordered, &format!("partner-cities[{index}].until"), "a date that is not before `since`");
        }
    }

    /// Codes are what the API and the database call an entry by: short, plain, and each used once.
    fn check_codes(&self, expect: &mut impl FnMut(bool, &str, &str)) {
        let application = &self.application;
        let lists: [(&str, Vec<&str>); 4] = [
            ("application.cost-categories", application.cost_categories.iter().map(|category| category.code.as_str()).collect()),
            ("application.financing-sources", application.financing_sources.iter().map(|source| source.code.as_str()).collect()),
            ("objectives", self.objectives.iter().map(|objective| objective.code.as_str()).collect()),
            ("partner-cities", self.partner_cities.iter().map(|city| city.code.as_str()).collect()),
        ];
        for (key, codes) in lists {
            for (index, code) in codes.iter().enumerate() {
                let path = format!("{key}[{index}].code");
                expect(is_code(code), &path, "lower-case letters, digits and hyphens, at most 40");
                expect(!codes[..index].contains(code), &path, "a code that no other entry of the list has");
            }
        }
    }
}

fn is_percent(value: Decimal) -> bool {
    value >= Decimal::ZERO && value <= Decimal::ONE_HUNDRED
}

fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
