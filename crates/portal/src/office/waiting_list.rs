//! The waiting list: whom what is free is offered to, served and passed over by the office (R32, R33).

use domain::identity::available_actions;
use domain::ids::PlaceId;
use domain::language::Say as _;
use domain::waiting_list::{PlaceAction as Action, PlaceState, Queue};
use engine::Error;
use maud::{Markup, html};

use crate::component::{Column, Tone, badge, money, paragraphs, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Question, Weight, form_once, submit};
use crate::office::{Known, address, done, enter, pages, sections, sheet, window_by_number};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/waiting-list";

/// A year's list.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let year = visit.field("year").parse().ok();
    page(&visit, year, &Errors::default()).await
}

async fn page(visit: &Visit, year: Option<i32>, errors: &Errors) -> Answer {
    let (text, language) = (&visit.text().waiting_list, visit.language());
    let years = visit.engine.budget_years(&visit.actor).await?;
    let shown = years.iter().find(|own| Some(own.year) == year).or(years.last());
    let Some(shown) = shown else {
        let content = html! { (sections(visit)) p { (text.no_years) } };
        return Ok(sheet(visit, text.title).lead(text.lead).show(visit, &content));
    };
    let queue = visit.engine.waiting_list(&visit.actor, shown.year, &window_by_number(visit, false)).await?;
    let code = shown.year.to_string();
    let ways = pages(visit, PATH, &[("year", &code)], &queue, false, |queue: &Queue| queue.place.position.to_string());
    let known = Known::load(visit, &queue.items.iter().map(|queue| queue.place.application).collect::<Vec<_>>()).await?;
    let mut rows = Vec::with_capacity(queue.items.len());
    for item in &queue.items {
        rows.push(row(visit, item, &known, errors)?);
    }
    let columns = [
        Column::number(text.place),
        Column::text(text.project),
        Column::text(text.applicant),
        Column::number(text.amount),
        Column::text(text.state),
        Column::text(text.action),
    ];
    let content = html! {
        (sections(visit))
        (done(visit))
        nav aria-label=(text.years_label) {
            ul class="filter" {
                @for own in years.iter().rev() {
                    li { a href=(address(PATH, &[("year", &own.year.to_string())])) aria-current=[(own.year == shown.year).then_some("true")] { (own.year) } }
                }
            }
        }
        p { strong { ((text.available)(&code, &shown.available().say(language))) } }
        @if rows.is_empty() { p { (visit.text().office.nothing) } }
        @else { div id="list" tabindex="-1" { (table(text.title, &columns, &rows, None)) } }
        (ways)
    };
    Ok(sheet(visit, text.title).lead(text.lead).show_with(visit, errors, &content))
}

fn row(visit: &Visit, queue: &Queue, known: &Known, errors: &Errors) -> Result<Vec<Markup>, Failure> {
    let (text, place) = (&visit.text().waiting_list, &queue.place);
    let actions = available_actions(&visit.actor, queue);
    let waits = place.state == PlaceState::Waiting;
    let state = if waits && place.skipped.is_some() {
        badge(Tone::Info, text.skipped)
    } else if waits && queue.offered.contains(&place.id) {
        badge(Tone::Success, text.offered)
    } else {
        badge(Tone::Info, named(text.states, place.state.name()))
    };
    let name = format!("reason-{}", place.id);
    let mut typed = Fields::default();
    typed.put(name.as_str(), visit.field(&name));
    let ask = Ask::new(visit, &typed, errors);
    let skip = html! {
        (ask.area(&Question::new(&name, text.skip_reason), 2))
        div { (submit(Weight::Secondary, text.skip)) }
    };
    let deeds = html! {
        @if actions.contains(&Action::Serve) { (form_once(visit, &format!("{PATH}/{}/serve", place.id), &submit(Weight::Primary, text.serve))?) }
        @if actions.contains(&Action::Skip) {
            details class="kern-accordion" open[errors.has(&name)] {
                summary class="kern-accordion__header" { span class="kern-title" { (text.skip) } }
                div class="kern-accordion__body" { (form_once(visit, &format!("{PATH}/{}/skip", place.id), &skip)?) }
            }
        }
    };
    Ok(vec![
        html! { (place.position) },
        known.link(visit, place.application),
        html! { (known.get(place.application).map(|application| known.applicant(application)).unwrap_or_default()) },
        money(place.amount(), visit.language()),
        html! { (state) @if let Some(skip) = &place.skipped { br; (paragraphs(&skip.reason)) } },
        if actions.is_empty() {
            html! {}
        } else {
            deeds
        },
    ])
}

/// The list again, with what refused something.
async fn again(visit: &Visit, id: PlaceId, errors: &Errors) -> Answer {
    let queue = visit.engine.place(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    page(visit, Some(queue.place.year), errors).await
}

/// Awards the money that is free to the place that it is offered to.
pub(crate) async fn serve(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: PlaceId = visit.id()?;
    match visit.engine.serve_waiting_list_place(&visit.call(), id).await {
        Ok(award) => Ok(go_to(&format!("/office/awards/{award}?done=served"))),
        Err(Error::Refused(refused)) => again(&visit, id, &Errors::of(&visit, refused, "list")).await,
        Err(error) => Err(error.into()),
    }
}

/// Passes it over, with a reason.
pub(crate) async fn skip(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: PlaceId = visit.id()?;
    let field = format!("reason-{id}");
    match visit.engine.skip_waiting_list_place(&visit.call(), id, visit.field(&field).to_owned()).await {
        Ok(_) => {
            let year = visit.engine.place(&visit.actor, id).await?.map(|queue| queue.place.year.to_string()).unwrap_or_default();
            Ok(go_to(&address(PATH, &[("year", &year), ("done", "skipped")])))
        }
        Err(Error::Refused(mut refused)) => {
            refused.0.iter_mut().for_each(|violation| violation.field = None);
            again(&visit, id, &Errors::of(&visit, refused, &field)).await
        }
        Err(error) => Err(error.into()),
    }
}
