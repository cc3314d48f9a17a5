//! An agenda arranged: its order, and items deferred. The office does it while it prepares a meeting, the chair while they preside over it;
//! each on their own pages, in the same way.

use domain::identity::guard;
use domain::ids::{AgendaItemId, MeetingId};
use domain::language::Say as _;
use domain::meeting::{AgendaEntry, AgendaItem, AgendaItemAction, Meeting};
use engine::{DeferAgendaItem, Error};
use maud::{Markup, html};

use crate::component::link_button;
use crate::failure::Failure;
use crate::form::{Ask, Choice, Errors, Question, Weight, form_once, submit, submit_to};
use crate::page::{Sheet, go_to};
use crate::visit::{Answer, Visit};

/// On whose pages.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    /// The office's.
    Office,
    /// The committee's.
    Committee,
}

impl Side {
    fn enter(self, visit: &Visit) -> Result<(), Failure> {
        match self {
            Self::Office => crate::office::enter(visit),
            Self::Committee => visit.signed_in(),
        }
    }

    fn meeting(self, id: MeetingId) -> String {
        match self {
            Self::Office => format!("/office/meetings/{id}"),
            Self::Committee => format!("/committee/meetings/{id}"),
        }
    }

    fn deferral(self, id: AgendaItemId) -> String {
        match self {
            Self::Office => format!("/office/meetings/items/{id}/defer"),
            Self::Committee => format!("/committee/items/{id}/defer"),
        }
    }

    fn sheet(self, visit: &Visit, title: &str) -> Sheet {
        let text = visit.text();
        match self {
            Self::Office => crate::office::sheet(visit, title).below("/office/meetings", text.meeting_desk.title),
            Self::Committee => Sheet::new(title).below("/committee/meetings", text.meetings.title.0),
        }
    }
}

/// What a meeting is called: by its day.
pub(crate) fn called(visit: &Visit, meeting: &Meeting) -> String {
    (visit.text().meeting_desk.meeting_of)(&meeting.day().say(visit.language()))
}

/// The buttons that move the item at that index, of so many, by one place. They belong into one form, which goes to the meeting's `/order`.
/// Each names the place to which the item goes: clicked twice, it is there already.
pub(crate) fn moves(visit: &Visit, item: AgendaItemId, name: &str, index: usize, count: usize) -> Markup {
    let text = &visit.text().meeting_desk;
    let button = |place: usize, words: &str| {
        submit_to(Weight::Tertiary, &format!("{item}:{place}"), None, &html! { (words) span class="unseen" { ": " (name) } })
    };
    html! {
        div class="buttons" {
            @if index > 0 { (button(index - 1, text.up)) }
            @if index + 1 < count { (button(index + 1, text.down)) }
        }
    }
}

/// The agenda in the order that was asked for, by a button of `moves`. `None` where the item is there already.
pub(crate) fn moved(visit: &Visit, agenda: &[AgendaItem]) -> Result<Option<Vec<AgendaItemId>>, Failure> {
    let (id, place) = visit.field("do").split_once(':').ok_or(Error::NotFound)?;
    let mut items: Vec<AgendaItemId> = agenda.iter().map(|item| item.id).collect();
    let from = items.iter().position(|item| item.to_string() == id).ok_or(Error::NotFound)?;
    let to = place.parse().ok().filter(|place| *place < items.len()).ok_or(Error::NotFound)?;
    let item = items.remove(from);
    items.insert(to, item);
    Ok((from != to).then_some(items))
}

/// The way to deferring an item, for whoever may, while it can be.
pub(crate) fn defer_link(visit: &Visit, side: Side, entry: &AgendaEntry) -> Option<Markup> {
    let seen = entry.seen.as_ref().filter(|seen| guard(&visit.actor, *seen, AgendaItemAction::Defer).is_ok())?;
    let words = visit.text().meeting_desk.defer_link;
    Some(html! { p { a class="kern-link" href=(side.deferral(entry.id)) { (words) span class="unseen" { ": " (seen.item.title) } } } })
}

/// Asks why an item is to be deferred, and to when.
pub(crate) async fn deferral(visit: &Visit, side: Side, errors: &Errors) -> Answer {
    side.enter(visit)?;
    let text = &visit.text().meeting_desk;
    let entry = visit.engine.agenda_item(&visit.actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    let seen = entry.seen.as_ref().ok_or(Error::NotFound)?;
    visit.permitted(AgendaItemAction::Defer, seen)?;
    let back = side.meeting(entry.meeting);
    if guard(&visit.actor, seen, AgendaItemAction::Defer).is_err() {
        return Ok(go_to(&back));
    }
    let ahead = visit.engine.meetings_ahead(&visit.actor).await?;
    let choices: Vec<Choice> = (ahead.iter())
        .filter(|meeting| meeting.id != entry.meeting)
        .map(|meeting| (meeting.id.to_string(), called(visit, meeting)))
        .collect();
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.area(&Question::new("reason", text.defer_reason), 3))
        (ask.select(&Question::new("toMeetingId", text.defer_to).optional(), text.defer_to_none, &choices))
        div class="buttons" { (submit(Weight::Primary, text.defer_button)) (link_button(false, &back, visit.text().form.cancel)) }
    };
    let form = form_once(visit, &side.deferral(entry.id), &fields)?;
    let sheet = side.sheet(visit, text.defer.0).preline(seen.item.title.clone());
    Ok(sheet.lead(text.defer.1).show_with(visit, errors, &form))
}

/// Defers it.
pub(crate) async fn defer(visit: &Visit, side: Side) -> Answer {
    side.enter(visit)?;
    let item: AgendaItemId = visit.id()?;
    let entry = visit.engine.agenda_item(&visit.actor, item).await?.ok_or(Error::NotFound)?;
    let to = if visit.field("toMeetingId").is_empty() { None } else { Some(visit.id_in("toMeetingId")?) };
    let input = DeferAgendaItem { item, reason: visit.field("reason").to_owned(), to };
    match visit.engine.defer_agenda_item(&visit.call(), input).await {
        Ok(_) => Ok(go_to(&format!("{}?done=deferred", side.meeting(entry.meeting)))),
        Err(Error::Refused(refused)) => deferral(visit, side, &Errors::of(visit, refused, "reason")).await,
        Err(error) => Err(error.into()),
    }
}
