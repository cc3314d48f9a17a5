//! What an applicant fills in: the form with the financing plan, to read and to write.

use async_graphql::{Description, Enum, InputObject, Object, SimpleObject};
use domain::application as rules;

use crate::error::Result;
use crate::scalar::{Date, Money, Raw};

/// What kind of measure a project is (R7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::application::Measure")]
pub enum Measure {
    /// People from here visit the partner city.
    VisitOut,
    /// People from the partner city visit here.
    VisitIn,
    /// Both sides do something together; it names its partner organisation.
    JointProject,
}

/// A part of the form that a request for changes can open (R14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::application::Field")]
pub enum ApplicationField {
    /// `title`.
    Title,
    /// `summary`.
    Summary,
    /// `measure`.
    Measure,
    /// `partnerOrganisation`.
    PartnerOrganisation,
    /// `cities`.
    Cities,
    /// `objectives`.
    Objectives,
    /// `startsOn`.
    StartsOn,
    /// `endsOn`.
    EndsOn,
    /// `participants`.
    Participants,
    /// `costLines`.
    CostLines,
    /// `financingLines`.
    FinancingLines,
    /// `amountRequested`.
    AmountRequested,
    /// `hardshipReason`.
    HardshipReason,
    /// `notBegun`.
    NotBegun,
}

/// The form with the cost and financing plan (Kosten- und Finanzierungsplan). In a draft every part may be missing (R13).
#[derive(Description)]
pub struct ApplicationForm(pub(crate) rules::Form);

#[Object(use_type_description)]
impl ApplicationForm {
    /// The project's title, one line.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// What is planned, with whom and for whom.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// What kind of measure it is (R7).
    async fn measure(&self) -> Option<Measure> {
        self.0.measure.map(Into::into)
    }

    /// With whom, for a joint project (R7).
    async fn partner_organisation(&self) -> Option<&str> {
        self.0.partner_organisation.as_deref()
    }

    /// The codes of the partner cities, as filled in (R5).
    async fn cities(&self) -> &[String] {
        &self.0.cities
    }

    /// The objectives that it contributes to (R6).
    async fn objectives(&self) -> Vec<ObjectiveClaim> {
        let claims = self.0.objectives.iter().cloned();
        claims.map(|claim| ObjectiveClaim { objective: claim.objective, reason: claim.reason }).collect()
    }

    /// The project's first day, in Europe/Berlin (R4).
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date)
    }

    /// The project's last day, in Europe/Berlin (R4).
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date)
    }

    /// How many people take part.
    async fn participants(&self) -> Option<Participants> {
        self.0.participants.map(|people| Participants { from_here: people.from_here, from_there: people.from_there })
    }

    /// What it costs (R10, R11).
    async fn cost_lines(&self) -> Vec<CostLine> {
        let lines = self.0.cost_lines.iter().cloned();
        lines.map(|line| CostLine { category: line.category, text: line.text, amount: line.amount.into(), reason: line.reason }).collect()
    }

    /// Where the money comes from, besides the grant (R10).
    async fn financing_lines(&self) -> Vec<FinancingLine> {
        let lines = self.0.financing_lines.iter().cloned();
        lines.map(|line| FinancingLine { source: line.source, text: line.text, amount: line.amount.into() }).collect()
    }

    /// The grant that is asked for, in euro (R8, R9).
    async fn amount_requested(&self) -> Option<Money> {
        self.0.amount_requested.map(Money)
    }

    /// Why more than the highest rate is needed (R9); null where no hardship is claimed.
    async fn hardship_reason(&self) -> Option<&str> {
        self.0.hardship_reason.as_deref()
    }

    /// The declaration that the project has not begun (R12).
    async fn not_begun(&self) -> bool {
        self.0.not_begun
    }

    /// The sum of the cost lines, in euro (R10).
    async fn total_cost(&self) -> Money {
        self.0.total_cost().into()
    }

    /// The sum of the financing lines and the grant that is asked for, in euro; it must equal the total cost (R10).
    async fn total_financing(&self) -> Money {
        self.0.total_financing().into()
    }
}

/// How many people take part in a project.
#[derive(SimpleObject)]
pub struct Participants {
    /// From here.
    from_here: u32,
    /// From the partner cities.
    from_there: u32,
}

/// An objective that is claimed, with the reason (R6).
#[derive(SimpleObject)]
pub struct ObjectiveClaim {
    /// The objective's code.
    objective: String,
    /// How the project contributes to it.
    reason: String,
}

/// A line of cost.
#[derive(SimpleObject)]
pub struct CostLine {
    /// The category's code (R11).
    category: String,
    /// What it is.
    text: String,
    /// How much, in euro.
    amount: Money,
    /// Why, where the category needs a reason (R11).
    reason: Option<String>,
}

/// A line of financing, besides the grant.
#[derive(SimpleObject)]
pub struct FinancingLine {
    /// The source's code (R10).
    source: String,
    /// Who or what it is.
    text: String,
    /// How much, in euro.
    amount: Money,
}

/// All that is filled in so far, complete or not (R13). It replaces what was saved before: what is left out is empty.
#[derive(Debug, InputObject)]
pub struct ApplicationFormInput {
    /// The project's title; one line of at most 200 characters.
    title: Option<String>,
    /// What is planned, with whom and for whom; at most 5,000 characters.
    summary: Option<String>,
    /// What kind of measure it is (R7).
    measure: Option<Measure>,
    /// With whom, for a joint project (R7).
    partner_organisation: Option<String>,
    /// The codes of the partner cities, at least one (R5).
    cities: Option<Vec<String>>,
    /// The objectives that it contributes to (R6).
    objectives: Option<Vec<ObjectiveClaimInput>>,
    /// The project's first day, in Europe/Berlin, within the round's window (R4).
    starts_on: Option<Raw<Date>>,
    /// The project's last day, in Europe/Berlin, within the round's window (R4).
    ends_on: Option<Raw<Date>>,
    /// How many people take part.
    participants: Option<ParticipantsInput>,
    /// What it costs, at most 100 lines (R10, R11).
    cost_lines: Option<Vec<CostLineInput>>,
    /// Where the money comes from besides the grant, at most 100 lines (R10).
    financing_lines: Option<Vec<FinancingLineInput>>,
    /// The grant that is asked for, in euro (R8, R9).
    amount_requested: Option<Raw<Money>>,
    /// Why more than the highest rate is needed: claims hardship (R9).
    hardship_reason: Option<String>,
    /// The declaration that the project has not begun (R12); left out: not declared.
    not_begun: Option<bool>,
}

/// How many people take part in a project; at most 10,000 from each side.
#[derive(Debug, InputObject)]
pub struct ParticipantsInput {
    /// From here.
    from_here: u32,
    /// From the partner cities.
    from_there: u32,
}

/// An objective that is claimed, with the reason (R6).
#[derive(Debug, InputObject)]
pub struct ObjectiveClaimInput {
    /// The objective's code.
    objective: String,
    /// How the project contributes to it.
    reason: String,
}

/// A line of cost.
#[derive(Debug, InputObject)]
pub struct CostLineInput {
    /// The category's code (R11).
    category: String,
    /// What it is; one line.
    text: String,
    /// How much, in euro; never negative (R10).
    amount: Raw<Money>,
    /// Why, where the category needs a reason (R11).
    reason: Option<String>,
}

/// A line of financing, besides the grant.
#[derive(Debug, InputObject)]
pub struct FinancingLineInput {
    /// The source's code (R10).
    source: String,
    /// Who or what it is; one line.
    text: String,
    /// How much, in euro; never negative (R10).
    amount: Raw<Money>,
}

impl ApplicationFormInput {
    /// The form that was filled in; an amount or a date that can't be read is refused with its place in the input.
    pub(crate) fn read(self) -> Result<rules::Form> {
        let objectives = self.objectives.into_iter().flatten();
        let cost_lines = self.cost_lines.into_iter().flatten().enumerate();
        let financing_lines = self.financing_lines.into_iter().flatten().enumerate();
        Ok(rules::Form {
            title: self.title,
            summary: self.summary,
            measure: self.measure.map(Into::into),
            partner_organisation: self.partner_organisation,
            cities: self.cities.unwrap_or_default(),
            objectives: objectives.map(|claim| rules::ObjectiveClaim { objective: claim.objective, reason: claim.reason }).collect(),
            starts_on: self.starts_on.map(|day| day.read("form.startsOn")).transpose()?,
            ends_on: self.ends_on.map(|day| day.read("form.endsOn")).transpose()?,
            participants: (self.participants)
                .map(|people| rules::Participants { from_here: people.from_here, from_there: people.from_there }),
            cost_lines: cost_lines
                .map(|(index, line)| {
                    let amount = line.amount.read(&format!("form.costLines[{index}].amount"))?;
                    Ok(rules::CostLine { category: line.category, text: line.text, amount, reason: line.reason })
                })
                .collect::<Result<_>>()?,
            financing_lines: financing_lines
                .map(|(index, line)| {
                    let amount = line.amount.read(&format!("form.financingLines[{index}].amount"))?;
                    Ok(rules::FinancingLine { source: line.source, text: line.text, amount })
                })
                .collect::<Result<_>>()?,
            amount_requested: self.amount_requested.map(|amount| amount.read("form.amountRequested")).transpose()?,
            hardship_reason: self.hardship_reason,
            not_begun: self.not_begun.unwrap_or_default(),
        })
    }
}
