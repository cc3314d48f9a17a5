//! What the office adds to minutes besides the facts. How they are read and signed is the committee's concern.

use domain::identity::guard;
use domain::ids::{AgendaItemId, MeetingId};
use domain::language::Say as _;
use domain::meeting::AgendaEntry;
use domain::minutes::{Minutes, MinutesAction};
use engine::{Error, WriteMinutes};
use maud::html;

use crate::agenda::called;
use crate::component::{Tone, alert, badge, link_button, paragraphs};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Question, Weight, form_once, submit};
use crate::office::{done, enter, sheet};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// Minutes with what their page says of their surroundings.
struct Draft {
    minutes: Minutes,
    agenda: Vec<AgendaEntry>,
    meeting: String,
}

async fn load(visit: &Visit) -> Result<Draft, Failure> {
    enter(visit)?;
    let id: MeetingId = visit.id()?;
    let on = visit.engine.meeting(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    let minutes = visit.engine.minutes_to_write(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    let agenda = visit.engine.agenda(&visit.actor, &on.meeting, &on.agenda).await?;
    Ok(Draft { minutes, agenda, meeting: called(visit, &on.meeting) })
}

fn field_of(item: AgendaItemId) -> String {
    format!("item-{item}")
}

/// The text besides the facts.
pub(crate) async fn show(visit: Visit) -> Answer {
    let draft = load(&visit).await?;
    let mut typed = Fields::default();
    typed.put("general", draft.minutes.remarks.general.as_str());
    for remark in &draft.minutes.remarks.items {
        typed.put(field_of(remark.item), remark.text.as_str());
    }
    page(&visit, &draft, &typed, &Errors::default())
}

fn page(visit: &Visit, draft: &Draft, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().meeting_desk;
    let minutes = &draft.minutes;
    let own = format!("/office/meetings/{}", minutes.meeting);
    let ask = Ask::new(visit, typed, errors);
    // Of an item from which they are excluded, nobody writes anything (R16).
    let seen: Vec<(AgendaItemId, &str)> =
        draft.agenda.iter().filter_map(|entry| Some((entry.id, entry.seen.as_ref()?.item.title.as_str()))).collect();
    let can_write = guard(&visit.actor, minutes, MinutesAction::Write).is_ok();
    let fields = html! {
        (ask.area(&Question::new("general", text.minutes_general).optional(), 6))
        @for (item, title) in &seen { (ask.area(&Question::new(&field_of(*item), &(text.minutes_item)(title)).optional(), 4)) }
        div class="buttons" { (submit(Weight::Primary, text.minutes_button)) (link_button(false, &own, visit.text().form.cancel)) }
    };
    let content = html! {
        (done(visit))
        p { (badge(Tone::Info, named(text.minutes_states, minutes.state.name()))) " " ((text.minutes_due)(&minutes.due.say(visit.language()))) }
        @if can_write {
            @if !minutes.state.signatures().is_empty() { (alert(Tone::Warning, text.minutes_lapse, &html! {})) }
            (form_once(visit, &format!("{own}/minutes"), &fields)?)
        } @else {
            p { (paragraphs(typed.get("general"))) }
            @for (item, title) in &seen {
                @if !typed.get(&field_of(*item)).is_empty() { h2 class="kern-heading-medium" { (title) } p { (paragraphs(typed.get(&field_of(*item)))) } }
            }
        }
    };
    let sheet = sheet(visit, text.minutes).below("/office/meetings", text.title).below(own.clone(), draft.meeting.clone());
    Ok(sheet.lead(text.minutes_lead).show_with(visit, errors, &content))
}

/// Saves it.
pub(crate) async fn write(visit: Visit) -> Answer {
    let draft = load(&visit).await?;
    let items = draft.agenda.iter().filter(|entry| entry.seen.is_some());
    let items = items.map(|entry| (entry.id, visit.field(&field_of(entry.id)).to_owned())).filter(|(_, text)| !text.trim().is_empty());
    let input = WriteMinutes { minutes: draft.minutes.id, general: visit.field("general").to_owned(), items: items.collect() };
    match visit.engine.write_minutes(&visit.call(), input).await {
        Ok(_) => Ok(go_to(&format!("/office/meetings/{}/minutes?done=minutes", draft.minutes.meeting))),
        Err(Error::Refused(refused)) => page(&visit, &draft, &visit.fields, &Errors::of(&visit, refused, "general")),
        Err(error) => Err(error.into()),
    }
}
