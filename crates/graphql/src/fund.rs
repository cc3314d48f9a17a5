//! The fund: its rules as data, its objectives, categories, cities and committee.

use async_graphql::{Context, Description, Enum, Object, SimpleObject};
use domain::language::Bilingual;

use crate::applicant::ApplicantKind;
use crate::scalar::{Date, Money, Raw};
use crate::session::Session;

/// A language in which people are spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::language::Language")]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

/// The text in the language that was asked for, or else in that of the person who asks.
fn text(ctx: &Context<'_>, text: &Bilingual, language: Option<Language>) -> String {
    let language = language.map_or_else(|| Session::of(ctx).actor().language, Into::into);
    text.get(language).to_owned()
}

/// The fund (Sonderfonds): what rests on the city's configuration and not on code. Public.
#[derive(Description)]
pub struct Fund(domain::fund::Fund);

#[Object(use_type_description)]
impl Fund {
    /// The fund's name.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; left out: that of the person who asks, or else German.")] language: Option<Language>,
    ) -> String {
        text(ctx, &self.0.name, language)
    }

    /// The city, or other body, whose fund it is.
    async fn city(&self) -> &str {
        &self.0.city
    }

    /// What application numbers begin with: `SP` in `SP-2020-017`.
    async fn number_prefix(&self) -> &str {
        &self.0.number_prefix
    }

    /// What is asked of an application (R1 to R11).
    async fn application_rules(&self) -> ApplicationRules {
        let rules = &self.0.application;
        ApplicationRules {
            applicant_kinds: rules.applicant_kinds.iter().copied().map(Into::into).collect(),
            minimum: rules.minimum.into(),
            maximum: rules.maximum.into(),
            highest_rate_percent: rules.highest_rate_percent.normalize().to_string(),
            minimum_objectives: rules.minimum_objectives,
        }
    }

    /// What holds for awards, their terms and payouts (R34 to R40).
    async fn award_rules(&self) -> AwardRules {
        let rules = &self.0.award;
        AwardRules {
            notification_days: rules.notification_days,
            appeal_months: rules.appeal_months,
            acceptance_days: rules.acceptance_days,
            payout_horizon_months: rules.payout_horizon_months,
            held_back_percent: rules.held_back_percent.normalize().to_string(),
            term_months: rules.term_months,
        }
    }

    /// The objectives (Oberziele) of which an application claims some, each with a reason (R6).
    async fn objectives(&self) -> Vec<Labelled> {
        self.0.objectives.iter().cloned().map(Labelled).collect()
    }

    /// The categories into which costs fall (R11).
    async fn cost_categories(&self) -> Vec<CostCategory> {
        self.0.application.cost_categories.iter().cloned().map(CostCategory).collect()
    }

    /// Where the rest of a project's money may come from (R10).
    async fn financing_sources(&self) -> Vec<Labelled> {
        self.0.application.financing_sources.iter().cloned().map(Labelled).collect()
    }

    /// The partner cities (R5).
    fn partner_cities(
        &self,
        #[graphql(desc = "Only those that are partners on that day; left out: all that ever were.")] on: Option<Raw<Date>>,
    ) -> crate::error::Result<Vec<City>> {
        let day = on.map(|day| day.read::<chrono::NaiveDate>("on")).transpose()?;
        let cities = self.0.partner_cities.iter().filter(|city| day.is_none_or(|day| city.is_partner_throughout(day, day)));
        Ok(cities.cloned().map(City::from).collect())
    }

    /// The committee that decides (R17 to R23).
    async fn committee(&self) -> Committee {
        Committee(self.0.committee.clone())
    }
}

/// What is asked of an application.
#[derive(SimpleObject)]
pub struct ApplicationRules {
    /// Who may apply (R1).
    applicant_kinds: Vec<ApplicantKind>,
    /// The smallest sum that can be asked for and awarded, in euro (R8).
    minimum: Money,
    /// The largest sum that can be asked for and awarded, in euro (R8).
    maximum: Money,
    /// The highest share of the total cost that can be asked for without hardship, in percent, as a decimal number: `"90"` (R9).
    highest_rate_percent: String,
    /// How many objectives must be claimed at least (R6).
    minimum_objectives: usize,
}

/// What holds for awards, their terms and payouts.
#[derive(SimpleObject)]
pub struct AwardRules {
    /// The how-manieth day after dispatch counts as the day of notification (R34).
    notification_days: u32,
    /// How many calendar months after notification an award is final (R34).
    appeal_months: u32,
    /// Within how many days of notification the applicant accepts or declines (R35).
    acceptance_days: u32,
    /// For at most how many months ahead an instalment may be asked (R36).
    payout_horizon_months: u32,
    /// Which share of an award is held back until the proof of use, in percent, as a decimal number (R36).
    held_back_percent: String,
    /// After how many months the term ends at the latest without a council resolution (R40).
    term_months: u32,
}

/// A choice of a list: a code for programs and a label for people.
#[derive(Description)]
pub struct Labelled(domain::fund::Labelled);

#[Object(use_type_description)]
impl Labelled {
    /// The code that inputs use.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What people read.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; left out: that of the person who asks, or else German.")] language: Option<Language>,
    ) -> String {
        text(ctx, &self.0.label, language)
    }
}

/// A category of cost (R11).
#[derive(Description)]
pub struct CostCategory(domain::fund::CostCategory);

#[Object(use_type_description)]
impl CostCategory {
    /// The code that inputs use.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What people read.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; left out: that of the person who asks, or else German.")] language: Option<Language>,
    ) -> String {
        text(ctx, &self.0.label, language)
    }

    /// Whether a line of this category needs a reason (R11).
    async fn needs_reason(&self) -> bool {
        self.0.needs_reason
    }
}

/// A partner city, with the dates of its partnership (R5).
#[derive(Debug, SimpleObject)]
pub struct City {
    /// The code that inputs use: `san-francisco`.
    code: String,
    /// Its name.
    name: String,
    /// The first day of the partnership, in Europe/Berlin; null: before the fund began.
    since: Option<Date>,
    /// The last day of the partnership, in Europe/Berlin; null: it goes on.
    until: Option<Date>,
}

impl From<domain::fund::PartnerCity> for City {
    fn from(city: domain::fund::PartnerCity) -> Self {
        Self { code: city.code, name: city.name, since: city.since.map(Date), until: city.until.map(Date) }
    }
}

/// The committee that decides on applications (Arbeitskreis Städtepartnerschaften).
#[derive(Description)]
pub struct Committee(domain::fund::CommitteeRules);

#[Object(use_type_description)]
impl Committee {
    /// Its name.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; left out: that of the person who asks, or else German.")] language: Option<Language>,
    ) -> String {
        text(ctx, &self.0.name, language)
    }

    /// How many seats it has; no tally is larger (R23).
    async fn seats(&self) -> u32 {
        self.0.seats
    }

    /// Whether the chair's vote decides a tie; otherwise a tie is a rejection (R19).
    async fn casting_vote_of_chair(&self) -> bool {
        self.0.casting_vote_of_chair
    }
}

/// The fund.
#[derive(Default)]
pub struct FundQueries;

#[Object]
impl FundQueries {
    /// The fund and its rules. Public.
    async fn fund(&self, ctx: &Context<'_>) -> Fund {
        Fund(Session::of(ctx).engine().fund().clone())
    }
}
