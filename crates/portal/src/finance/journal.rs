//! The journal of a year, the latest entry first, of one kind of movement if the address names one.

use domain::budget::{Basis, BudgetYear, Entry, Movement};
use domain::ids::AwardId;
use engine::{Key, Window};
use maud::{Markup, html};

use crate::committee::amount;
use crate::component::{Column, pagination, table};
use crate::fields::Fields;
use crate::finance::year::{chosen, years_nav};
use crate::finance::{PAGE, parts};
use crate::form::{Ask, Choice, Errors, Question, Weight, submit};
use crate::moment::time;
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// The journal.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().finance);
    let Some((BudgetYear { year, .. }, years)) = chosen(&visit).await? else {
        let content = html! { p { (text.journal_none) } };
        return Ok(Sheet::new(text.journal.0).lead(text.journal.1).show(&visit, &content));
    };
    let movement = Movement::ALL.into_iter().find(|movement| movement.name() == visit.field("movement"));
    let before = visit.field("before").parse().ok().map(Key::Number);
    let window = Window { after: None, before, limit: PAGE, backward: true };
    let mut page = engine.journal(actor, year, movement, &window).await?;
    page.items.reverse();
    let awards: Vec<AwardId> = page.items.iter().filter_map(award_of).collect();
    let numbers = engine.numbers_of_awards(actor, &awards).await?;
    let basis = |entry: &Entry| match &entry.posting.basis {
        Basis::Resolution { number } => number.clone(),
        Basis::YearEnd => text.year_end.to_owned(),
        Basis::Award { award } => numbers.get(award).map_or_else(|| text.other_award.to_owned(), |number| (text.award_of)(number)),
    };
    let row = |entry: &Entry| {
        vec![
            html! { (entry.ordinal) },
            html! { (time(entry.at, visit.language())) },
            html! { (named(text.movements, entry.posting.movement.name())) },
            html! { (basis(entry)) },
            amount(&visit, entry.posting.amount),
        ]
    };
    let rows: Vec<Vec<Markup>> = page.items.iter().map(row).collect();
    let columns = [
        Column::text(text.ordinal),
        Column::text(text.at),
        Column::text(text.movement),
        Column::text(text.basis),
        Column::number(text.amount),
    ];
    let of_kind = movement.map(|movement| format!("&movement={}", movement.name())).unwrap_or_default();
    let older = page.items.last().filter(|_| page.has_previous);
    let older = older.map(|last| (format!("/finance/journal?year={year}{of_kind}&before={}", last.ordinal), visit.text().form.previous));
    let content = html! {
        (parts(&visit, Some(year)))
        (years_nav(&visit, &years, year))
        (filter(&visit, year, movement))
        @if rows.is_empty() { p { (text.journal_none) } } @else { (table(text.journal.0, &columns, &rows, None)) }
        (pagination(visit.text().form.pages, None, older))
    };
    let sheet = Sheet::new(format!("{} {year}", text.journal.0)).lead(text.journal.1).below("/finance", text.title);
    Ok(sheet.show(&visit, &content))
}

const fn award_of(entry: &Entry) -> Option<AwardId> {
    match entry.posting.basis {
        Basis::Award { award } => Some(award),
        Basis::Resolution { .. } | Basis::YearEnd => None,
    }
}

fn filter(visit: &Visit, year: i32, movement: Option<Movement>) -> Markup {
    let text = &visit.text().finance;
    let choices: Vec<Choice> = text.movements.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned())).collect();
    let mut typed = Fields::default();
    typed.put("movement", movement.map(Movement::name).unwrap_or_default());
    let errors = Errors::default();
    html! {
        form class="filters" method="get" action="/finance/journal" {
            input type="hidden" name="year" value=(year);
            (Ask::new(visit, &typed, &errors).select(&Question::new("movement", text.movement), text.all_movements, &choices))
            (submit(Weight::Secondary, visit.text().briefings.show))
        }
    }
}
