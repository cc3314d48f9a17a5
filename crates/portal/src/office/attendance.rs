//! Who is at a meeting, from when to when, as the office records it (R17).

use domain::calendar::instant_at;
use domain::committee::Capacity;
use domain::identity::guard;
use domain::ids::{MeetingId, PersonId};
use domain::meeting::{MeetingAction as Action, MeetingOn};
use engine::{Error, RecordArrival, RecordDeparture};
use maud::{Markup, html};

use crate::component::{Column, Icon, Tone, badge, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Question, Weight, form_once, submit_to};
use crate::office::meeting::{below, clock, load, path, read_clock};
use crate::office::{done, names};
use crate::page::go_to;
use crate::visit::{Answer, Visit};

/// Who is there, and who could be.
pub(crate) async fn list(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    page(&visit, &on, &Errors::default()).await
}

async fn page(visit: &Visit, on: &MeetingOn, errors: &Errors) -> Answer {
    let text = &visit.text().meeting_desk;
    let seats = visit.engine.seat_holdings(&visit.actor, Some(on.meeting.day())).await?;
    let persons = seats.iter().map(|held| held.person).chain(on.attendance.iter().map(|there| there.person));
    let names = names(visit, persons.collect()).await?;
    let can = |action| guard(&visit.actor, on, action).is_ok();
    let (can_come, can_leave) = (can(Action::RecordArrival), can(Action::RecordDeparture));
    let mut rows = Vec::with_capacity(seats.len());
    for held in &seats {
        let name = names.get(&held.person).map(String::as_str).unwrap_or_default();
        let last = on.attendance.iter().rev().find(|there| there.person == held.person);
        let there = last.is_some_and(|there| there.left_at.is_none());
        let state = match last {
            None => html! { (text.not_there) },
            Some(there) => match there.left_at {
                None => badge(Tone::Success, &(text.there_since)(&clock(there.arrived_at))),
                Some(left) => html! { ((text.gone_at)(&clock(left))) },
            },
        };
        let deed = if there && can_leave || !there && can_come {
            deed_form(visit, on, held.person, name, there, errors)?
        } else {
            html! {}
        };
        let capacity = if held.capacity == Capacity::Member { text.member } else { text.substitute };
        rows.push(vec![html! { (name) }, html! { (held.seat) ", " (capacity) }, state, deed]);
    }
    let columns = [Column::text(text.person), Column::text(text.seat), Column::text(text.there), Column::text(text.at)];
    let content = html! {
        (done(visit))
        div id="attendance" tabindex="-1" { (table(text.attendance, &columns, &rows, None)) }
    };
    Ok(below(visit, on, text.attendance).lead(text.attendance_lead).show_with(visit, errors, &content))
}

fn deed_form(visit: &Visit, on: &MeetingOn, person: PersonId, name: &str, there: bool, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().meeting_desk;
    let field = clock_field(person);
    let mut typed = Fields::default();
    typed.put(field.as_str(), visit.field(&field));
    let ask = Ask::new(visit, &typed, errors);
    let button =
        |deed: &str, words: &str| submit_to(Weight::Secondary, deed, None::<Icon>, &html! { (words) span class="unseen" { ": " (name) } });
    let fields = html! {
        input type="hidden" name="person" value=(person);
        (ask.number(&Question::new(&field, &format!("{}: {name}", text.at)).hint(text.at_hint)))
        @if there { (button("left", text.left)) } @else {
            (button("came", text.came))
            @if on.meeting.remote { (button("remote", text.came_remote)) }
        }
    };
    Ok(html! { div class="inline" { (form_once(visit, &format!("{}/attendance", path(on)), &fields)?) } })
}

/// The field in which it is typed when somebody came or left.
fn clock_field(person: PersonId) -> String {
    format!("at-{person}")
}

/// Records that somebody came or left.
pub(crate) async fn record(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    let (meeting, person): (MeetingId, PersonId) = (on.meeting.id, visit.id_in("person")?);
    let field = clock_field(person);
    let typed = visit.field(&field).trim();
    let at = read_clock(typed).map(|time| instant_at(on.meeting.day(), time));
    if at.is_none() && !typed.is_empty() {
        let mut errors = Errors::default();
        errors.add(&field, visit.text().meeting_desk.clock_wrong);
        return page(&visit, &on, &errors).await;
    }
    let (engine, call) = (&visit.engine, visit.call());
    let recorded = match visit.field("do") {
        "left" => engine.record_departure(&call, RecordDeparture { meeting, person, at }).await,
        deed => engine.record_arrival(&call, RecordArrival { meeting, person, at, remote: deed == "remote" }).await,
    };
    match recorded {
        Ok(_) => Ok(go_to(&format!("{}/attendance?done=attendance", path(&on)))),
        Err(Error::Refused(mut refused)) => {
            refused.0.iter_mut().for_each(|violation| violation.field = None);
            page(&visit, &on, &Errors::of(&visit, refused, &field)).await
        }
        Err(error) => Err(error.into()),
    }
}
