//! Meetings from the office's side: called, moved, invited to, and their agenda.

use chrono::{DateTime, NaiveTime, Utc};
use domain::calendar::{instant_at, local_time};
use domain::committee::Motion;
use domain::identity::{available_actions, guard};
use domain::ids::{MeetingId, MotionId};
use domain::meeting::{AgendaEntry, ItemState, MeetingAction as Action, MeetingOn, MeetingState, Publicity, Venue};
use engine::{AddAgendaItem, Error, InviteToMeeting, ReorderAgenda, RescheduleMeeting, Window};
use maud::{Markup, html};

use crate::agenda::{self, Side, called, defer_link, moves};
use crate::component::{Column, Summary, Tone, badge, link_button, paragraphs, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form, form_once, submit};
use crate::office::proposal::words;
use crate::office::{Known, address, done, enter, number, pages, renamed, sections, sheet, title, window};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/meetings";

/// The names of the states.
const STATES: [&str; 4] = ["called", "invited", "open", "closed"];

/// How many motions can be chosen from for an agenda.
const MOST_MOTIONS: u64 = 200;

fn state_badge(visit: &Visit, state: &MeetingState) -> Markup {
    let tone = match state {
        MeetingState::Called => Tone::Warning,
        MeetingState::Invited { .. } | MeetingState::Closed { .. } => Tone::Info,
        MeetingState::Open { .. } => Tone::Success,
    };
    badge(tone, named(visit.text().meeting_desk.states, state.name()))
}

/// The time of day of an instant.
pub(crate) fn clock(instant: DateTime<Utc>) -> String {
    local_time(instant).format("%H:%M").to_string()
}

/// The time of day that was typed: `18:30`, `18.30`, `18`.
pub(crate) fn read_clock(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.trim().split_once([':', '.']).unwrap_or((text.trim(), "0"));
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

/// The meetings, the latest called first.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().meeting_desk;
    let state = STATES.into_iter().find(|state| *state == visit.field("state"));
    let mut page = visit.engine.meetings(&visit.actor, state, &window(&visit, true)).await?;
    let ways = pages(&visit, PATH, &[("state", state.unwrap_or_default())], &page, true, |on: &MeetingOn| on.meeting.id.to_string());
    page.items.reverse();
    let row = |on: &MeetingOn| {
        let meeting = &on.meeting;
        vec![
            html! { a class="kern-link" href=(format!("{PATH}/{}", meeting.id)) { (called(&visit, meeting)) } },
            html! { ((text.from_to)(&clock(meeting.begins_at), &clock(meeting.ends_at))) },
            html! { (meeting.place) },
            html! { (on.agenda.len()) },
            state_badge(&visit, &meeting.state),
        ]
    };
    let columns =
        [Column::text(text.title), Column::text(text.when), Column::text(text.place), Column::number(text.items), Column::text(text.state)];
    let rows: Vec<Vec<Markup>> = page.items.iter().map(row).collect();
    let content = html! {
        (sections(&visit))
        (done(&visit))
        div class="buttons" { (link_button(true, "/office/meetings/new", text.call_link)) }
        nav aria-label=(text.states_label) {
            ul class="filter" {
                li { a href=(PATH) aria-current=[state.is_none().then_some("true")] { (visit.text().office.all) } }
                @for own in STATES {
                    li { a href=(address(PATH, &[("state", own)])) aria-current=[(state == Some(own)).then_some("true")] { (named(text.states, own)) } }
                }
            }
        }
        @if rows.is_empty() { p { (visit.text().office.nothing) } } @else { (table(text.title, &columns, &rows, None)) }
        (ways)
    };
    Ok(sheet(&visit, text.title).show(&visit, &content))
}

fn venue_questions(visit: &Visit, ask: &Ask<'_>) -> Markup {
    let text = &visit.text().meeting_desk;
    html! {
        (ask.date(&Question::new("day", text.day).hint(visit.text().office.day_hint)))
        (ask.line(&Question::new("beginsAt", text.begins).hint(text.clock_hint).short()))
        (ask.line(&Question::new("endsAt", text.ends).hint(text.clock_hint).short()))
        (ask.line(&Question::new("place", text.place).hint(text.place_hint)))
        @if visit.engine.fund().committee.remote_attendance { (ask.declaration(&Question::new("remote", text.remote))) }
    }
}

/// When and where, as it was typed.
fn read_venue(visit: &Visit) -> Result<Venue, Errors> {
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let day = reader.date("day");
    let mut errors = reader.errors;
    if day.is_none() && errors.is_empty() {
        errors.join(Errors::missing(visit, "day"));
    }
    let (begins, ends) = (read_clock(visit.field("beginsAt")), read_clock(visit.field("endsAt")));
    for (name, read) in [("beginsAt", begins), ("endsAt", ends)] {
        if read.is_none() {
            errors.add(name, visit.text().meeting_desk.clock_wrong);
        }
    }
    match (day, begins, ends) {
        (Some(day), Some(begins), Some(ends)) if errors.is_empty() => Ok(Venue {
            begins_at: instant_at(day, begins),
            ends_at: instant_at(day, ends),
            place: visit.field("place").to_owned(),
            remote: visit.field("remote") == "yes",
        }),
        _ => Err(errors),
    }
}

/// Asks when and where a meeting is to be.
pub(crate) async fn new(visit: Visit) -> Answer {
    enter(&visit)?;
    new_page(&visit, &Errors::default())
}

fn new_page(visit: &Visit, errors: &Errors) -> Answer {
    let text = &visit.text().meeting_desk;
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (venue_questions(visit, &ask))
        div class="buttons" { (submit(Weight::Primary, text.call_button)) (link_button(false, PATH, visit.text().form.cancel)) }
    };
    let form = form_once(visit, "/office/meetings/new", &fields)?;
    Ok(sheet(visit, text.call.0).below(PATH, text.title).lead(text.call.1).show_with(visit, errors, &form))
}

/// Calls a meeting.
pub(crate) async fn call(visit: Visit) -> Answer {
    enter(&visit)?;
    let errors = match read_venue(&visit) {
        Err(errors) => errors,
        Ok(venue) => match visit.engine.call_meeting(&visit.call(), venue).await {
            Ok(id) => return Ok(go_to(&format!("{PATH}/{id}?done=meeting"))),
            Err(Error::Refused(refused)) => Errors::of(&visit, refused, "beginsAt"),
            Err(error) => return Err(error.into()),
        },
    };
    new_page(&visit, &errors)
}

/// The meeting that the path names, if whoever asks may see it.
pub(crate) async fn load(visit: &Visit) -> Result<MeetingOn, Failure> {
    enter(visit)?;
    load_by(visit, visit.id()?).await
}

async fn load_by(visit: &Visit, id: MeetingId) -> Result<MeetingOn, Failure> {
    Ok(visit.engine.meeting(&visit.actor, id).await?.ok_or(Error::NotFound)?)
}

/// A meeting's own page.
pub(crate) fn path(on: &MeetingOn) -> String {
    format!("{PATH}/{}", on.meeting.id)
}

/// A page below the meeting's own.
pub(crate) fn below(visit: &Visit, on: &MeetingOn, heading: &str) -> Sheet {
    sheet(visit, heading).below(PATH, visit.text().meeting_desk.title).below(path(on), called(visit, &on.meeting))
}

/// A meeting: when and where, what can be done, and its agenda.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    page(&visit, &on, &Errors::default()).await
}

async fn page(visit: &Visit, on: &MeetingOn, errors: &Errors) -> Answer {
    let text = &visit.text().meeting_desk;
    let actions = available_actions(&visit.actor, on);
    let entries = visit.engine.agenda(&visit.actor, &on.meeting, &on.agenda).await?;
    let can_add = actions.contains(&Action::AddItem);
    let motions =
        if can_add { visit.engine.motions(&visit.actor, Some("pending"), &Window::first(MOST_MOTIONS)).await?.items } else { Vec::new() };
    let listed = |motion: &Motion| on.agenda.iter().any(|item| item.motion == Some(motion.id) && item.state == ItemState::Listed);
    let motions: Vec<Motion> = motions.into_iter().filter(|motion| !listed(motion)).collect();
    let about = entries.iter().filter_map(|entry| entry.seen.as_ref()?.item.application);
    let known = Known::load(visit, &about.chain(motions.iter().map(|motion| motion.application)).collect::<Vec<_>>()).await?;
    let content = html! {
        (done(visit))
        (facts(visit, on).render())
        (ways(visit, on, &actions)?)
        section aria-labelledby="agenda" {
            h2 class="kern-heading-medium" id="agenda" { (text.agenda) }
            @if entries.is_empty() { p { (text.agenda_none) } }
            @else { (list_of(visit, on, &entries, &known, actions.contains(&Action::Reorder))) }
        }
        @if can_add { (add_form(visit, on, &motions, &known, errors)?) }
    };
    Ok(sheet(visit, called(visit, &on.meeting)).below(PATH, text.title).show_with(visit, errors, &content))
}

fn facts(visit: &Visit, on: &MeetingOn) -> Summary {
    let (text, meeting) = (&visit.text().meeting_desk, &on.meeting);
    let mut facts = Summary::default()
        .row(text.state, state_badge(visit, &meeting.state))
        .text(text.when, &(text.from_to)(&clock(meeting.begins_at), &clock(meeting.ends_at)))
        .row(text.place, html! { (meeting.place) @if meeting.remote { ", " (text.remotely) } });
    if meeting.invitations > 0 {
        facts = facts.text(text.invite_link, &(text.invited_times)(&meeting.invitations.to_string()));
    }
    facts.some_text(text.short_noticed, meeting.short_notice.as_ref())
}

fn ways(visit: &Visit, on: &MeetingOn, actions: &[Action]) -> Result<Markup, Failure> {
    let text = &visit.text().meeting_desk;
    let own = path(on);
    let can = |action| actions.contains(&action);
    let deed = |step: &str, words: &str| form_once(visit, &format!("{own}/{step}"), &submit(Weight::Primary, words));
    Ok(html! {
        section aria-labelledby="actions" {
            h2 class="kern-heading-medium" id="actions" tabindex="-1" { (text.actions) }
            @if on.open_ballots > 0 { p { ((text.open_ballots)(&on.open_ballots.to_string())) } }
            div class="buttons" {
                @if can(Action::Open) { (deed("open", text.open)?) }
                @if can(Action::Close) { (deed("close", text.close)?) }
                @if can(Action::Invite) { (link_button(on.meeting.invitations == 0, &format!("{own}/invite"), text.invite_link)) }
                @if can(Action::Reschedule) { (link_button(false, &format!("{own}/move"), text.move_link)) }
                (link_button(false, &format!("{own}/attendance"), text.attendance_link))
                @if on.meeting.state.closed_at().is_some() { (link_button(false, &format!("{own}/minutes"), text.minutes)) }
            }
        }
    })
}

fn list_of(visit: &Visit, on: &MeetingOn, entries: &[AgendaEntry], known: &Known, can_reorder: bool) -> Markup {
    let text = &visit.text().meeting_desk;
    let item = |index: usize, entry: &AgendaEntry| {
        let publicity = if entry.publicity == Publicity::Public { text.public } else { text.non_public };
        let name = entry.seen.as_ref().map_or(text.hidden, |seen| seen.item.title.as_str());
        html! {
            li {
                div {
                    strong { ((text.item)(&entry.position.to_string())) ": " (name) }
                    p class="meta" { span { (publicity) } }
                    @if let Some(seen) = &entry.seen {
                        @if let Some(application) = seen.item.application { p { (known.link(visit, application)) } }
                        @if let Some(motion) = seen.item.motion { p { a href=(format!("/office/motions/{motion}")) { (text.to_motion) } } }
                        @if let ItemState::Deferred { reason, .. } = &seen.item.state {
                            p { (badge(Tone::Warning, text.deferred)) " " (paragraphs(reason)) }
                        }
                    }
                    @if let Some(way) = defer_link(visit, Side::Office, entry) { (way) }
                }
                @if can_reorder { (moves(visit, entry.id, name, index, entries.len())) }
            }
        }
    };
    let items = html! { ol class="things" { @for (index, entry) in entries.iter().enumerate() { (item(index, entry)) } } };
    if can_reorder { form(visit, &format!("{}/order", path(on)), &items) } else { items }
}

fn add_form(visit: &Visit, on: &MeetingOn, motions: &[Motion], known: &Known, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().meeting_desk;
    let mut typed = visit.fields.clone();
    if typed.get("publicity").is_empty() {
        typed.put("publicity", "public");
    }
    let ask = Ask::new(visit, &typed, errors);
    let choices: Vec<Choice> = (motions.iter())
        .filter_map(|motion| {
            let application = known.get(motion.application)?;
            let named = format!("{} {}: {}", number(visit, application), title(visit, application), words(visit, motion.proposal));
            Some((motion.id.to_string(), named))
        })
        .collect();
    let publicity = [("public".to_owned(), text.public.to_owned()), ("non-public".to_owned(), text.non_public.to_owned())];
    let fields = html! {
        @if !choices.is_empty() { (ask.select(&Question::new("motionId", text.item_motion).optional(), text.item_no_motion, &choices)) }
        (ask.line(&Question::new("itemNumber", text.item_number).hint(text.item_number_hint).optional().short()))
        (ask.line(&Question::new("itemTitle", text.item_title).hint(text.item_title_hint).optional()))
        (ask.radios(&Question::new("publicity", text.publicity), &publicity))
        div class="buttons" { (submit(Weight::Secondary, text.add_button)) }
    };
    Ok(html! {
        section aria-labelledby="add" {
            h2 class="kern-heading-medium" id="add" { (text.add.0) }
            p { (text.add.1) }
            (form_once(visit, &format!("{}/items", path(on)), &fields)?)
        }
    })
}

/// Puts an item on the agenda. One about an application, with a motion or without, is called after it where nothing else is typed.
pub(crate) async fn add_item(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    visit.permitted(Action::AddItem, &on)?;
    let motion: Option<MotionId> = if visit.field("motionId").is_empty() { None } else { Some(visit.id_in("motionId")?) };
    let numbered = match visit.field("itemNumber").trim() {
        "" => None,
        number => {
            let Some(application) = visit.engine.application_by_number(&visit.actor, number).await? else {
                let mut errors = Errors::default();
                errors.add("itemNumber", visit.text().meeting_desk.item_number_unknown);
                return page(&visit, &on, &errors).await;
            };
            Some(application)
        }
    };
    let application = numbered.as_ref().map(|application| application.id);
    let mut name = visit.field("itemTitle").to_owned();
    if name.trim().is_empty() {
        let about = match motion {
            Some(motion) => {
                let motion = visit.engine.motion(&visit.actor, motion).await?.ok_or(Error::NotFound)?;
                Some(visit.engine.application(&visit.actor, motion.application).await?.ok_or(Error::NotFound)?)
            }
            None => numbered,
        };
        name = about.map(|about| format!("{} {}", number(&visit, &about), title(&visit, &about))).unwrap_or(name);
    }
    let publicity = if visit.field("publicity") == "non-public" { Publicity::NonPublic } else { Publicity::Public };
    let input = AddAgendaItem { meeting: on.meeting.id, publicity, title: name, application, motion };
    match visit.engine.add_agenda_item(&visit.call(), input).await {
        Ok(_) => Ok(go_to(&format!("{}?done=item", path(&on)))),
        Err(Error::Refused(refused)) => page(&visit, &on, &Errors::of(&visit, renamed(refused, "title", "itemTitle"), "itemTitle")).await,
        Err(error) => Err(error.into()),
    }
}

/// Moves an item up or down by one place.
pub(crate) async fn reorder(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    visit.permitted(Action::Reorder, &on)?;
    let Some(items) = agenda::moved(&visit, &on.agenda)? else { return Ok(go_to(&format!("{}#agenda", path(&on)))) };
    match visit.engine.reorder_agenda(&visit.call(), ReorderAgenda { meeting: on.meeting.id, items }).await {
        Ok(_) => Ok(go_to(&format!("{}?done=order#agenda", path(&on)))),
        Err(Error::Refused(refused)) => page(&visit, &on, &Errors::of(&visit, refused, "agenda")).await,
        Err(error) => Err(error.into()),
    }
}

/// Asks why an item is to be deferred, and to when.
pub(crate) async fn deferral(visit: Visit) -> Answer {
    agenda::deferral(&visit, Side::Office, &Errors::default()).await
}

/// Defers it.
pub(crate) async fn defer(visit: Visit) -> Answer {
    agenda::defer(&visit, Side::Office).await
}

/// Asks when and where it is to be instead.
pub(crate) async fn moving(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    if guard(&visit.actor, &on, Action::Reschedule).is_err() {
        return Ok(go_to(&path(&on)));
    }
    let mut typed = Fields::default();
    typed.put_date("day", Some(on.meeting.day()));
    typed.put("beginsAt", clock(on.meeting.begins_at));
    typed.put("endsAt", clock(on.meeting.ends_at));
    typed.put("place", on.meeting.place.as_str());
    if on.meeting.remote {
        typed.put("remote", "yes");
    }
    move_page(&visit, &on, &typed, &Errors::default())
}

fn move_page(visit: &Visit, on: &MeetingOn, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().meeting_desk;
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        (venue_questions(visit, &ask))
        div class="buttons" { (submit(Weight::Primary, text.move_button)) (link_button(false, &path(on), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/move", path(on)), &fields)?;
    Ok(below(visit, on, text.move_.0).lead(text.move_.1).show_with(visit, errors, &form))
}

/// Moves it.
pub(crate) async fn reschedule(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    let errors = match read_venue(&visit) {
        Err(errors) => errors,
        Ok(venue) => match visit.engine.reschedule_meeting(&visit.call(), RescheduleMeeting { meeting: on.meeting.id, venue }).await {
            Ok(_) => return Ok(go_to(&format!("{}?done=moved", path(&on)))),
            Err(Error::Refused(refused)) => Errors::of(&visit, refused, "beginsAt"),
            Err(error) => return Err(error.into()),
        },
    };
    move_page(&visit, &on, &visit.fields, &errors)
}

/// Asks whether the invitations are to go out.
pub(crate) async fn inviting(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    if guard(&visit.actor, &on, Action::Invite).is_err() {
        return Ok(go_to(&path(&on)));
    }
    invite_page(&visit, &on, &Errors::default())
}

fn invite_page(visit: &Visit, on: &MeetingOn, errors: &Errors) -> Answer {
    let text = &visit.text().meeting_desk;
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.area(&Question::new("shortNoticeReason", text.short_notice).hint(text.short_notice_hint).optional(), 3))
        div class="buttons" { (submit(Weight::Primary, text.invite_button)) (link_button(false, &path(on), visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{}/invite", path(on)), &fields)?;
    Ok(below(visit, on, text.invite.0).lead(text.invite.1).show_with(visit, errors, &form))
}

/// Invites.
pub(crate) async fn invite(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    let short_notice = Some(visit.field("shortNoticeReason").to_owned()).filter(|reason| !reason.trim().is_empty());
    match visit.engine.invite_to_meeting(&visit.call(), InviteToMeeting { meeting: on.meeting.id, short_notice }).await {
        Ok(_) => Ok(go_to(&format!("{}?done=invited", path(&on)))),
        Err(Error::Refused(refused)) => invite_page(&visit, &on, &Errors::of(&visit, refused, "shortNoticeReason")),
        Err(error) => Err(error.into()),
    }
}

/// Opens it, where whoever asks presides too.
pub(crate) async fn open(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    match visit.engine.open_meeting(&visit.call(), on.meeting.id).await {
        Ok(_) => Ok(go_to(&format!("{}?done=opened", path(&on)))),
        Err(Error::Refused(refused)) => page(&visit, &on, &Errors::of(&visit, refused, "actions")).await,
        Err(error) => Err(error.into()),
    }
}

/// Closes it, where whoever asks presides too.
pub(crate) async fn close(visit: Visit) -> Answer {
    let on = load(&visit).await?;
    match visit.engine.close_meeting(&visit.call(), on.meeting.id).await {
        Ok(_) => Ok(go_to(&format!("{}?done=ended", path(&on)))),
        Err(Error::Refused(refused)) => page(&visit, &on, &Errors::of(&visit, refused, "actions")).await,
        Err(error) => Err(error.into()),
    }
}
