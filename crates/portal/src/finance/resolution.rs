//! What the council resolved of a year's money, and the year's end (R29, R30).

use domain::budget::{BudgetYearAction, CouncilChange};
use domain::identity::{Permission, Scope};
use domain::language::Say as _;
use domain::problem::Problem;
use engine::{ChangeBudget, CloseBudgetYear, Error};
use maud::html;

use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::page::{Sheet, go_to};
use crate::visit::{Answer, Visit};

const CHANGES: [(CouncilChange, &str); 3] =
    [(CouncilChange::Increase, "increase"), (CouncilChange::Cut, "cut"), (CouncilChange::Appropriation, "appropriation")];

/// Asks for a resolution.
pub(crate) async fn ask(visit: Visit) -> Answer {
    asked(&visit, &Errors::default())
}

fn asked(visit: &Visit, errors: &Errors) -> Answer {
    visit.signed_in()?;
    if !visit.actor.may(Permission::ChangeBudget, Scope::everyone()) {
        return Err(Error::Forbidden.into());
    }
    let text = &visit.text().finance;
    let kinds: Vec<Choice> = text.change_kinds.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.radios(&Question::new("change", text.change_kind), &kinds))
        (ask.number(&Question::new("year", text.change_year)))
        (ask.amount(&Question::new("amount", text.change_amount), None))
        (ask.line(&Question::new("resolution", text.change_resolution).hint(text.change_resolution_hint)))
        div class="buttons" { (submit(Weight::Primary, text.change_button)) a class="kern-link" href="/finance" { (visit.text().form.cancel) } }
    };
    let content = form_once(visit, "/finance/resolution", &fields)?;
    Ok(Sheet::new(text.change.0).lead(text.change.1).below("/finance", text.title).show_with(visit, errors, &content))
}

/// Enters a resolution.
pub(crate) async fn enter(visit: Visit) -> Answer {
    visit.signed_in()?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let (year, amount) = (reader.number("year"), reader.amount("amount"));
    let mut errors = reader.errors;
    let change = CHANGES.iter().find(|(_, code)| *code == visit.field("change")).map(|(change, _)| *change);
    let year = year.and_then(|year| i32::try_from(year).ok());
    for (field, is_missing) in [("change", change.is_none()), ("year", year.is_none()), ("amount", amount.is_none())] {
        if is_missing && !errors.has(field) {
            errors.join(Errors::of(&visit, Problem::Missing.at(field).into(), field));
        }
    }
    let (Some(year), Some(amount), Some(change)) = (year, amount, change) else { return asked(&visit, &errors) };
    let input = ChangeBudget { year, change, amount, resolution: visit.field("resolution").to_owned() };
    match visit.engine.change_budget(&visit.call(), input).await {
        Ok(year) => Ok(go_to(&format!("/finance?year={year}&done=changed"))),
        Err(Error::Refused(refusal)) => asked(&visit, &Errors::of(&visit, refusal, "change")),
        Err(error) => Err(error.into()),
    }
}

/// Asks whether a year is to be closed.
pub(crate) async fn ask_close(visit: Visit) -> Answer {
    asked_close(&visit, &Errors::default()).await
}

async fn asked_close(visit: &Visit, errors: &Errors) -> Answer {
    visit.signed_in()?;
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().finance);
    let number: i32 = visit.field("year").parse().map_err(|_| Error::NotFound)?;
    let year = engine.budget_year(actor, number).await?.ok_or(Error::NotFound)?;
    if !actor.may(Permission::CloseBudgetYear, Scope::everyone()) {
        return Err(Error::Forbidden.into());
    }
    if errors.is_empty() && !engine.budget_year_actions(actor, year).await?.contains(&BudgetYearAction::Close) {
        return Err(Error::Conflict.into());
    }
    let hint = (text.close_carry_hint)(&year.available().say(visit.language()));
    let typed: Fields = visit.fields.clone();
    let ask = Ask::new(visit, &typed, errors);
    let fields = html! {
        input type="hidden" name="year" value=(number);
        (ask.amount(&Question::new("carryOver", text.close_carry).hint(&hint).optional(), None))
        (ask.line(&Question::new("resolution", text.close_resolution).hint(text.close_resolution_hint).optional()))
        (ask.declaration(&Question::new("confirmed", text.close_confirm)))
        div class="buttons" { (submit(Weight::Primary, text.close_button)) a class="kern-link" href="/finance" { (visit.text().form.cancel) } }
    };
    let content = html! {
        (crate::finance::year::bar_of(visit, &year))
        (form_once(visit, "/finance/close", &fields)?)
    };
    let sheet = Sheet::new(format!("{}: {number}", text.close.0)).lead(text.close.1);
    Ok(sheet.below(format!("/finance?year={number}"), text.title).show_with(visit, errors, &content))
}

/// Closes a year.
pub(crate) async fn close(visit: Visit) -> Answer {
    visit.signed_in()?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let carried = reader.amount("carryOver").filter(|amount| amount.is_positive());
    let mut errors = reader.errors;
    if visit.field("confirmed") != "yes" {
        errors.join(Errors::missing(&visit, "confirmed"));
    }
    if !errors.is_empty() {
        return asked_close(&visit, &errors).await;
    }
    let year: i32 = visit.field("year").parse().map_err(|_| Error::NotFound)?;
    let carry_over = carried.map(|amount| (amount, visit.field("resolution").to_owned()));
    match visit.engine.close_budget_year(&visit.call(), CloseBudgetYear { year, carry_over }).await {
        Ok(year) => Ok(go_to(&format!("/finance?year={year}"))),
        Err(Error::Refused(refusal)) => asked_close(&visit, &Errors::of(&visit, refusal, "confirmed")).await,
        Err(error) => Err(error.into()),
    }
}
