//! The rules that a submission is held to: R2 and R4 to R12. All violations are found at once, each with its field (R13).

use crate::application::form::{Form, Measure};
use crate::calendar::day_of;
use crate::fund::Fund;
use crate::problem::{Problem, Violation};
use crate::round::Round;
use chrono::{DateTime, Utc};

/// Everything that keeps the form from being submitted to the round. `early_start` is whether the city consented to one (R12).
#[must_use]
pub fn check(form: &Form, round: &Round, fund: &Fund, now: DateTime<Utc>, early_start: bool) -> Vec<Violation> {
    let mut violations = Vec::new();
    complete(form, &mut violations);
    period(form, round, now, early_start, &mut violations);
    cities(form, fund, &mut violations);
    objectives(form, fund, &mut violations);
    if form.measure == Some(Measure::JointProject) && form.partner_organisation.is_none() {
        violations.push(Problem::JointWithoutPartner.at("partnerOrganisation"));
    }
    plan(form, fund, &mut violations);
    amount(form, fund, &mut violations);
    violations
}

/// R2: form and financing plan are complete.
fn complete(form: &Form, violations: &mut Vec<Violation>) {
    for (missing, field) in [
        (form.title.is_none(), "title"),
        (form.summary.is_none(), "summary"),
        (form.measure.is_none(), "measure"),
        (form.cities.is_empty(), "cities"),
        (form.starts_on.is_none(), "startsOn"),
        (form.ends_on.is_none(), "endsOn"),
        (form.cost_lines.is_empty(), "costLines"),
        (form.amount_requested.is_none(), "amountRequested"),
    ] {
        if missing {
            violations.push(Problem::Missing.at(field));
        }
    }
}

/// R4 and R12.
fn period(form: &Form, round: &Round, now: DateTime<Utc>, early_start: bool, violations: &mut Vec<Violation>) {
    let outside = || Problem::OutsideProjectWindow { from: round.projects_from, until: round.projects_until };
    let window = round.projects_from..=round.projects_until;
    if form.starts_on.is_some_and(|start| !window.contains(&start)) {
        violations.push(outside().at("startsOn"));
    }
    if form.ends_on.is_some_and(|end| !window.contains(&end)) {
        violations.push(outside().at("endsOn"));
    }
    if form.starts_on.zip(form.ends_on).is_some_and(|(start, end)| end < start) {
        violations.push(Problem::EndBeforeStart.at("endsOn"));
    }
    if early_start {
        return;
    }
    if !form.not_begun {
        violations.push(Problem::NotDeclaredUnbegun.at("notBegun"));
    }
    if form.starts_on.is_some_and(|start| start <= day_of(now)) {
        violations.push(Problem::AlreadyBegun.at("startsOn"));
    }
}

/// R5.
fn cities(form: &Form, fund: &Fund, violations: &mut Vec<Violation>) {
    for (index, code) in form.cities.iter().enumerate() {
        let field = format!("cities[{index}]");
        if form.cities[..index].contains(code) {
            violations.push(Problem::NamedTwice.at(field));
            continue;
        }
        match fund.partner_city(code) {
            None => violations.push(Problem::UnknownPartnerCity { city: code.clone() }.at(field)),
            Some(city) => {
                if let Some((start, end)) = form.starts_on.zip(form.ends_on)
                    && !city.is_partner_throughout(start, end)
                {
                    violations.push(Problem::NotPartnerThroughout { city: city.name.clone() }.at(field));
                }
            }
        }
    }
}

/// R6.
fn objectives(form: &Form, fund: &Fund, violations: &mut Vec<Violation>) {
    let least = fund.application.minimum_objectives;
    if form.objectives.len() < least {
        violations.push(Problem::TooFewObjectives { least }.at("objectives"));
    }
    for (index, claim) in form.objectives.iter().enumerate() {
        let field = format!("objectives[{index}]");
        if form.objectives[..index].iter().any(|other| other.objective == claim.objective) {
            violations.push(Problem::NamedTwice.at(&field));
        } else if !fund.objectives.iter().any(|objective| objective.code == claim.objective) {
            violations.push(Problem::UnknownObjective { objective: claim.objective.clone() }.at(&field));
        }
        if claim.reason.is_empty() {
            violations.push(Problem::ObjectiveWithoutReason.at(format!("{field}.reason")));
        }
    }
}

/// R10 and R11.
fn plan(form: &Form, fund: &Fund, violations: &mut Vec<Violation>) {
    for (index, line) in form.cost_lines.iter().enumerate() {
        let field = format!("costLines[{index}]");
        match fund.cost_category(&line.category) {
            None => violations.push(Problem::UnknownCostCategory { category: line.category.clone() }.at(format!("{field}.category"))),
            Some(category) if category.needs_reason && line.reason.is_none() => {
                violations.push(Problem::CategoryWithoutReason.at(format!("{field}.reason")));
            }
            Some(_) => {}
        }
        if line.text.is_empty() {
            violations.push(Problem::Missing.at(format!("{field}.text")));
        }
        if line.amount.is_negative() {
            violations.push(Problem::NegativeLine.at(format!("{field}.amount")));
        }
    }
    for (index, line) in form.financing_lines.iter().enumerate() {
        let field = format!("financingLines[{index}]");
        if !fund.application.financing_sources.iter().any(|source| source.code == line.source) {
            violations.push(Problem::UnknownFinancingSource { source: line.source.clone() }.at(format!("{field}.source")));
        }
        if line.text.is_empty() {
            violations.push(Problem::Missing.at(format!("{field}.text")));
        }
        if line.amount.is_negative() {
            violations.push(Problem::NegativeLine.at(format!("{field}.amount")));
        }
    }
    let (costs, financing) = (form.total_cost(), form.total_financing());
    if form.amount_requested.is_some() && !form.cost_lines.is_empty() && costs != financing {
        violations.push(Problem::PlanUnbalanced { costs, financing }.at("financingLines"));
    }
}

/// R8 and R9.
fn amount(form: &Form, fund: &Fund, violations: &mut Vec<Violation>) {
    let Some(amount) = form.amount_requested else {
        return;
    };
    let rules = &fund.application;
    if let Err(problem) = fund.amount_within_limits(amount) {
        violations.push(problem.at("amountRequested"));
    }
    let total = form.total_cost();
    let percent = rules.highest_rate_percent;
    if !form.cost_lines.is_empty() && !amount.is_within_percent_of(percent, total) && form.hardship_reason.is_none() {
        violations.push(Problem::AmountAboveRate { percent, most: total.percent_down(percent) }.at("amountRequested"));
    }
}

impl Fund {
    /// R8, for what is asked and for what is awarded.
    pub fn amount_within_limits(&self, amount: crate::money::Money) -> Result<(), Problem> {
        let rules = &self.application;
        if amount < rules.minimum {
            return Err(Problem::AmountBelowMinimum { minimum: rules.minimum });
        }
        if amount > rules.maximum {
            return Err(Problem::AmountAboveMaximum { maximum: rules.maximum });
        }
        Ok(())
    }
}
