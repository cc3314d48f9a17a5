//! The waiting list of a year: who waits, in which order, and whom there is money for (R30, R32).

use domain::applicant::Applicant;
use domain::identity::available_actions;
use domain::ids::{ApplicantId, ApplicationId, PlaceId};
use domain::language::Say as _;
use domain::waiting_list::{PlaceAction, PlaceState, Queue};
use engine::{Error, Key, Window};
use maud::{Markup, html};

use crate::committee::amount;
use crate::component::{Column, Tone, badge, pagination, table};
use crate::finance::year::{chosen, years_nav};
use crate::finance::{PAGE, parts};
use crate::form::{Errors, Weight, form_once, submit};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// A year's waiting list.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    show(&visit, &Errors::default()).await
}

async fn show(visit: &Visit, errors: &Errors) -> Answer {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().finance);
    let (chosen, years) = chosen(visit).await?.unzip();
    let number = chosen.map_or_else(|| chrono::Datelike::year(&engine.today()), |year| year.year);
    let after = visit.field("after").parse().ok().map(Key::Number);
    let page = engine.waiting_list(actor, number, &Window { after, before: None, limit: PAGE, backward: false }).await?;
    let ids: Vec<ApplicationId> = page.items.iter().map(|queue| queue.place.application).collect();
    let applications = engine.applications_by_ids(actor, &ids).await?;
    let ids: Vec<ApplicantId> = page.items.iter().map(|queue| queue.place.applicant).collect();
    let applicants = engine.applicants(actor, &ids).await?;
    let mut rows = Vec::with_capacity(page.items.len());
    for queue in &page.items {
        let place = &queue.place;
        let application = applications.iter().find(|application| application.id == place.application);
        let number = application.and_then(|application| application.number.clone()).unwrap_or_default();
        let who = applicants.iter().find(|applicant: &&Applicant| applicant.id == place.applicant);
        let title = application.and_then(|application| application.form.title.clone()).unwrap_or_default();
        rows.push(vec![
            html! { (place.position) },
            html! { (number) br; (title) },
            html! { (who.map_or("", |applicant| applicant.name.as_str())) },
            html! { (standing(visit, queue)) (serve_form(visit, queue, &number)?) },
            amount(visit, place.amount()),
        ]);
    }
    let columns = [
        Column::text(text.position),
        Column::text(visit.text().payouts.number),
        Column::text(visit.text().payouts.applicant),
        Column::text(visit.text().payouts.state),
        Column::number(text.amount),
    ];
    let more = page.items.last().filter(|_| page.has_next);
    let more = more.map(|last| (format!("/finance/waiting-list?year={number}&after={}", last.place.position), text.later));
    let content = html! {
        (parts(visit, Some(number)))
        (years_nav(visit, &years.unwrap_or_default(), number))
        @if let Some(year) = chosen { p class="kern-body kern-body--bold" { ((text.available)(&year.available().say(visit.language()))) } }
        @if rows.is_empty() { p { (text.waiting_none) } } @else { (table(text.waiting.0, &columns, &rows, None)) }
        (pagination(visit.text().form.pages, None, more))
    };
    let sheet = Sheet::new(format!("{} {number}", text.waiting.0)).lead(text.waiting.1).below("/finance", text.title);
    Ok(sheet.show_with(visit, errors, &content))
}

fn standing(visit: &Visit, queue: &Queue) -> Markup {
    let (text, place) = (&visit.text().finance, &queue.place);
    let tone = match place.state {
        PlaceState::Served { .. } => Tone::Success,
        PlaceState::Waiting => Tone::Warning,
        PlaceState::Withdrawn | PlaceState::Ended => Tone::Info,
    };
    html! {
        (badge(tone, named(text.waiting_states, place.state.name())))
        @if queue.offered.contains(&place.id) { " " (badge(Tone::Success, text.offered)) }
        @if let Some(skip) = &place.skipped { " " span class="kern-body--muted" { ((text.skipped)(&skip.reason)) } }
    }
}

fn serve_form(visit: &Visit, queue: &Queue, number: &str) -> engine::Result<Markup> {
    if !available_actions(&visit.actor, queue).contains(&PlaceAction::Serve) {
        return Ok(html! {});
    }
    let words = (visit.text().finance.serve_confirm)(number, &queue.place.amount().say(visit.language()));
    let fields = html! {
        input type="hidden" name="place" value=(queue.place.id);
        input type="hidden" name="year" value=(queue.place.year);
        (submit(Weight::Secondary, &words))
    };
    form_once(visit, "/finance/waiting-list", &fields)
}

/// The office gives a place the money that is free.
pub(crate) async fn serve(visit: Visit) -> Answer {
    visit.signed_in()?;
    let place: PlaceId = visit.id_in("place")?;
    match visit.engine.serve_waiting_list_place(&visit.call(), place).await {
        Ok(_) => Ok(go_to(&format!("/finance/waiting-list?year={}", visit.field("year").parse::<i32>().unwrap_or_default()))),
        Err(Error::Refused(mut refusal)) => {
            refusal.0.iter_mut().for_each(|violation| violation.field = None);
            show(&visit, &Errors::of(&visit, refusal, "content")).await
        }
        Err(error) => Err(error.into()),
    }
}
