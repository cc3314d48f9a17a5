//! E-mail that was or could not be sent: listed, and sent again.

use domain::identity::{Permission, Scope, guard};
use domain::ids::MessageId;
use domain::outbox::{Message, MessageAction, MessageState};
use engine::{Count, Error};
use maud::{Markup, html};

use crate::component::{Column, Tone, badge, table};
use crate::failure::Failure;
use crate::form::{Weight, form_once, submit};
use crate::moment;
use crate::office::{address, counted, done, names, pages, sections, sheet, window};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/messages";

/// The names of the states: first what needs somebody.
const STATES: [&str; 3] = ["dead", "pending", "sent"];

/// Lets in who looks after the e-mails: the office, and who administers or audits. To everybody else there is no such page.
fn enter(visit: &Visit) -> Result<(), Failure> {
    visit.signed_in()?;
    if visit.actor.may(Permission::ReadOutbox, Scope::everyone()) { Ok(()) } else { Err(Error::NotFound.into()) }
}

/// The messages in a state, the latest first.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().outbox;
    let state = STATES.into_iter().find(|state| *state == visit.field("state"));
    let mut page = visit.engine.messages(&visit.actor, state, &window(&visit, true)).await?;
    let counts = visit.engine.count_messages(&visit.actor, &STATES).await?;
    let ways = pages(&visit, PATH, &[("state", state.unwrap_or_default())], &page, true, |message: &Message| message.id.to_string());
    page.items.reverse();
    let to = names(&visit, page.items.iter().filter_map(|message| message.recipient).collect()).await?;
    let mut rows = Vec::with_capacity(page.items.len());
    for message in &page.items {
        let recipient = message.recipient.and_then(|person| to.get(&person)).map_or(text.unknown, String::as_str);
        let resend = if guard(&visit.actor, message, MessageAction::Resend).is_ok() {
            form_once(&visit, &format!("{PATH}/{}/resend", message.id), &submit(Weight::Secondary, text.resend))?
        } else {
            html! {}
        };
        rows.push(vec![
            html! { (named(text.kinds, message.notice.name())) },
            html! { (recipient) },
            html! { (moment::time(message.created_at, visit.language())) },
            standing(&visit, message),
            resend,
        ]);
    }
    let columns = [
        Column::text(text.kind),
        Column::text(text.recipient),
        Column::text(text.put),
        Column::text(text.state),
        Column::text(text.action),
    ];
    let total: Count = counts.values().copied().sum();
    let chip = |own: &'static str, name: &str, count: Count| {
        let current = (state.unwrap_or_default() == own).then_some("true");
        html! { li { a href=(address(PATH, &[("state", own)])) aria-current=[current] { (name) " " (counted(count)) } } }
    };
    let in_office = visit.engine.has_office(&visit.actor);
    let content = html! {
        @if in_office { (sections(&visit)) }
        (done(&visit))
        nav aria-label=(text.states_label) {
            ul class="filter" {
                (chip("", visit.text().office.all, total))
                @for own in STATES { (chip(own, named(text.states, own), counts.get(own).copied().unwrap_or_default())) }
            }
        }
        @if rows.is_empty() { p { (visit.text().office.nothing) } } @else { (table(text.title, &columns, &rows, None)) }
        (ways)
    };
    let sheet = if in_office { sheet(&visit, text.title) } else { Sheet::new(text.title) };
    Ok(sheet.lead(text.lead).show(&visit, &content))
}

fn standing(visit: &Visit, message: &Message) -> Markup {
    let (text, language) = (&visit.text().outbox, visit.language());
    let name = named(text.states, message.state.name());
    let (tone, said) = match &message.state {
        MessageState::Pending { due } => (Tone::Info, (text.due)(&moment::time(*due, language))),
        MessageState::Sent { at } => (Tone::Success, (text.sent)(&moment::time(*at, language))),
        MessageState::Dead { at, reason } => (Tone::Danger, (text.dead)(&moment::time(*at, language), reason)),
    };
    html! {
        (badge(tone, name)) br; (said)
        @if message.attempts > 0 { br; ((text.attempts)(&message.attempts.to_string())) }
    }
}

/// Sends a dead letter again.
pub(crate) async fn resend(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: MessageId = visit.id()?;
    match visit.engine.resend_message(&visit.call(), id).await {
        // Somebody was faster: it is on its way all the same.
        Ok(_) | Err(Error::Refused(_)) => Ok(go_to(&format!("{PATH}?state=dead&done=resent"))),
        Err(error) => Err(error.into()),
    }
}
