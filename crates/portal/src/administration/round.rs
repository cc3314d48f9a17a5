//! Rounds: listed, and announced.

use domain::identity::{Permission, Scope};
use domain::language::Say as _;
use domain::problem::Problem;
use domain::round::NewRound;
use engine::{Error, RoundView};
use maud::{Markup, html};

use crate::administration::{parts, require, require_staff};
use crate::component::{Column, Tone, alert, link_button, table};
use crate::form::{Ask, Errors, Question, Reader, Weight, form_once, submit};
use crate::page::{Sheet, go_to};
use crate::visit::{Answer, Visit};

/// All rounds, the latest first.
pub(crate) async fn list(visit: Visit) -> Answer {
    require_staff(&visit)?;
    let (text, language) = (&visit.text().administration, visit.language());
    let rounds = visit.engine.rounds().await?;
    let row = |view: &RoundView| {
        let round = &view.round;
        let days = [round.deadline, round.projects_from, round.projects_until].map(|day| html! { (day.say(language)) });
        std::iter::once(html! { (round.code) }).chain(days).chain([html! { (round.budget_year) }]).collect()
    };
    let rows: Vec<Vec<Markup>> = rounds.iter().rev().map(row).collect();
    let columns = [
        Column::text(text.code),
        Column::text(text.deadline),
        Column::text(text.projects_from),
        Column::text(text.projects_until),
        Column::text(text.budget_year),
    ];
    let content = html! {
        @if visit.field("done") == "yes" { (alert(Tone::Success, text.announced, &html! {})) }
        (parts(&visit))
        @if visit.actor.may(Permission::AnnounceRound, Scope::everyone()) {
            div class="buttons" { (link_button(false, "/administration/rounds/new", text.announce.0)) }
        }
        @if rows.is_empty() { p { (text.rounds_none) } } @else { (table(text.rounds.0, &columns, &rows, None)) }
    };
    Ok(Sheet::new(text.rounds.0).lead(text.rounds.1).preline(text.title.0).show(&visit, &content))
}

/// Asks for a round.
pub(crate) async fn ask(visit: Visit) -> Answer {
    asked(&visit, &Errors::default())
}

fn asked(visit: &Visit, errors: &Errors) -> Answer {
    require(visit, Permission::AnnounceRound)?;
    let text = &visit.text().administration;
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.line(&Question::new("code", text.code).hint(text.code_hint).short()))
        (ask.date(&Question::new("deadline", text.deadline)))
        (ask.date(&Question::new("projectsFrom", text.projects_from)))
        (ask.date(&Question::new("projectsUntil", text.projects_until)))
        (ask.number(&Question::new("budgetYear", text.budget_year)))
        div class="buttons" {
            (submit(Weight::Primary, text.announce_button))
            a class="kern-link" href="/administration/rounds" { (visit.text().form.cancel) }
        }
    };
    let content = form_once(visit, "/administration/rounds/new", &fields)?;
    Ok(Sheet::new(text.announce.0).lead(text.announce.1).below("/administration/rounds", text.rounds.0).show_with(visit, errors, &content))
}

/// Announces a round.
pub(crate) async fn announce(visit: Visit) -> Answer {
    visit.signed_in()?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let days = [reader.date("deadline"), reader.date("projectsFrom"), reader.date("projectsUntil")];
    let year = reader.number("budgetYear").and_then(|year| i32::try_from(year).ok());
    let mut errors = reader.errors;
    let named = ["deadline", "projectsFrom", "projectsUntil"].into_iter().zip(days.iter().map(Option::is_none));
    for (field, is_missing) in named.chain([("budgetYear", year.is_none())]) {
        if is_missing && !errors.has(field) {
            errors.join(Errors::of(&visit, Problem::Missing.at(field).into(), field));
        }
    }
    let ([Some(deadline), Some(projects_from), Some(projects_until)], Some(budget_year)) = (days, year) else {
        return asked(&visit, &errors);
    };
    let new = NewRound { code: visit.field("code").trim().to_owned(), deadline, projects_from, projects_until, budget_year };
    match visit.engine.announce_round(&visit.call(), new).await {
        Ok(_) => Ok(go_to("/administration/rounds?done=yes")),
        Err(Error::Refused(refusal)) => asked(&visit, &Errors::of(&visit, refusal, "code")),
        Err(error) => Err(error.into()),
    }
}
