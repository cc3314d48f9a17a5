//! What the chair does with a meeting: opens and closes it, orders its agenda, defers items, has ballots opened one by one or en bloc.

use domain::committee::{BallotFormKind, Motion, MotionAction, Purse};
use domain::identity::{Action as _, Scope, available_actions};
use domain::ids::{MeetingId, MotionId};
use domain::meeting::{ItemState, MeetingAction, MeetingState};
use domain::problem::Refusal;
use engine::{Error, Item, NewBallotForm, OpenBallot, OpenBallots, Papers, ReorderAgenda};
use maud::{Markup, html};

use crate::agenda::{self, Side};
use crate::committee::paper::papers;
use crate::committee::proposed;
use crate::component::link_button;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form_once, submit};
use crate::office::chosen;
use crate::office::motion::PURSES;
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// Hands stay down: each member votes on their own device.
const FORM: NewBallotForm = NewBallotForm { kind: BallotFormKind::Meeting, objections_until: None, votes_until: None };

fn path(meeting: MeetingId) -> String {
    format!("/committee/meetings/{meeting}")
}

/// The motion of an item on which whoever looks can open the ballot now.
pub(crate) fn openable<'a>(visit: &Visit, papers: &Papers, item: &'a Item) -> Option<&'a Motion> {
    let listed = item.entry.seen.as_ref().is_some_and(|seen| seen.item.state == ItemState::Listed);
    let motion = item.paper.as_ref()?.motion.as_ref()?;
    let open = matches!(papers.meeting.state, MeetingState::Open { .. });
    (open && listed && available_actions(&visit.actor, motion).contains(&MotionAction::OpenBallot)).then_some(motion)
}

/// What can be done with the meeting.
pub(crate) fn preside(visit: &Visit, papers: &Papers) -> Result<Markup, Failure> {
    let (text, own) = (&visit.text().meetings, path(papers.meeting.id));
    let can = |action| papers.presiding.contains(&action);
    let several = papers.items.iter().filter_map(|item| openable(visit, papers, item)).nth(1).is_some();
    let deed = |name: &str, said: (&str, &str), button: &str| -> Result<Markup, Failure> {
        Ok(html! {
            p { strong { (said.0) ". " } (said.1) }
            (form_once(visit, &format!("{own}/{name}"), &submit(Weight::Secondary, button))?)
        })
    };
    let (opens, closes) = (can(MeetingAction::Open), can(MeetingAction::Close));
    if !opens && !closes && !several {
        return Ok(html! {});
    }
    Ok(html! {
        section aria-labelledby="preside" {
            h2 class="kern-heading-medium" id="preside" { (text.preside) }
            @if opens { (deed("open", text.open, text.open_button)?) }
            @if several {
                p { strong { (text.together.0) ". " } (text.together.1) }
                div class="buttons" { (link_button(false, &format!("{own}/together"), text.together_link)) }
            }
            @if closes { (deed("close", text.close, text.close_button)?) }
        }
    })
}

/// The chair opens the meeting.
pub(crate) async fn open(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id = visit.id()?;
    presided(&visit, id, visit.engine.open_meeting(&visit.call(), id).await).await
}

/// The chair closes it.
pub(crate) async fn close(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id = visit.id()?;
    presided(&visit, id, visit.engine.close_meeting(&visit.call(), id).await).await
}

/// The chair moves an item up or down by one place.
pub(crate) async fn reorder(visit: Visit) -> Answer {
    visit.signed_in()?;
    let on = visit.engine.meeting(&visit.actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    visit.permitted(MeetingAction::Reorder, &on)?;
    let meeting = on.meeting.id;
    let Some(items) = agenda::moved(&visit, &on.agenda)? else { return Ok(go_to(&format!("{}#agenda", path(meeting)))) };
    match visit.engine.reorder_agenda(&visit.call(), ReorderAgenda { meeting, items }).await {
        Ok(_) => Ok(go_to(&format!("{}?done=order#agenda", path(meeting)))),
        Err(Error::Refused(refusal)) => refused(&visit, meeting, refusal).await,
        Err(error) => Err(error.into()),
    }
}

/// Asks why an item is to be deferred, and to when.
pub(crate) async fn deferral(visit: Visit) -> Answer {
    agenda::deferral(&visit, Side::Committee, &Errors::default()).await
}

/// Defers it.
pub(crate) async fn defer(visit: Visit) -> Answer {
    agenda::defer(&visit, Side::Committee).await
}

/// The chair opens the ballot on a motion, in the meeting.
pub(crate) async fn open_ballot(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (motion, meeting): (MotionId, MeetingId) = (visit.id()?, visit.id_in("meeting")?);
    match visit.engine.open_ballot(&visit.call(), OpenBallot { motion, form: FORM }).await {
        Ok(ballot) => Ok(go_to(&format!("/committee/ballots/{ballot}"))),
        Err(Error::Refused(refusal)) => refused(&visit, meeting, refusal).await,
        Err(error) => Err(error.into()),
    }
}

/// Asks on which motions is to be voted together.
pub(crate) async fn together(visit: Visit) -> Answer {
    visit.signed_in()?;
    together_page(&visit, &Errors::default()).await
}

async fn together_page(visit: &Visit, errors: &Errors) -> Answer {
    let (text, desk) = (&visit.text().meetings, &visit.text().ballot_desk);
    let papers = visit.engine.papers(&visit.actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    if !visit.actor.may(MotionAction::OpenBallot.permission(), Scope::everyone()) {
        return Err(Error::Forbidden.into());
    }
    let own = path(papers.meeting.id);
    let choice = |item: &Item| -> Option<Choice> {
        let motion = openable(visit, &papers, item)?;
        let title = &item.entry.seen.as_ref()?.item.title;
        Some((motion.id.to_string(), format!("{}. {title}: {}", item.entry.position, proposed(visit, motion.proposal))))
    };
    let choices: Vec<Choice> = papers.items.iter().filter_map(choice).collect();
    let mut first = Fields::default();
    first.put("purse", PURSES[0].0);
    let ask = Ask::new(visit, if visit.field("purse").is_empty() { &first } else { &visit.fields }, errors);
    let purses = PURSES.map(|(code, _)| (code.to_owned(), named(desk.purses, code).to_owned()));
    let content = if choices.is_empty() {
        html! { p { (text.together_none) } div class="buttons" { (link_button(true, &own, text.back)) } }
    } else {
        let fields = html! {
            (ask.checkboxes(&Question::new("motion", desk.motions), &choices))
            (ask.radios(&Question::new("purse", desk.purse), &purses))
            div class="buttons" { (submit(Weight::Primary, desk.button)) (link_button(false, &own, visit.text().form.cancel)) }
        };
        form_once(visit, &format!("{own}/together"), &fields)?
    };
    let sheet = Sheet::new(desk.en_bloc.0).lead(text.together_lead);
    let sheet = sheet.below("/committee/meetings", text.title.0).below(own, agenda::called(visit, &papers.meeting));
    Ok(sheet.show_with(visit, errors, &content))
}

/// Opens one ballot on them together, in the order of the agenda. On one alone it is opened alone.
pub(crate) async fn open_together(visit: Visit) -> Answer {
    visit.signed_in()?;
    let motions: Vec<MotionId> = chosen(&visit.fields, "motion")?;
    let purse = PURSES.iter().find(|(code, _)| *code == visit.field("purse")).map_or(Purse::UntilItEnds, |(_, purse)| *purse);
    let opened = match motions[..] {
        [motion] => visit.engine.open_ballot(&visit.call(), OpenBallot { motion, form: FORM }).await.map(|ballot| vec![ballot]),
        _ => visit.engine.open_ballots(&visit.call(), OpenBallots { motions, form: FORM, purse }).await,
    };
    match opened {
        Ok(ballots) => Ok(go_to(&ballots.first().map_or("/committee/ballots".to_owned(), |ballot| format!("/committee/ballots/{ballot}")))),
        Err(Error::Refused(mut refusal)) => {
            // Whatever is wrong is wrong with what was chosen.
            refusal.0.iter_mut().for_each(|violation| violation.field = None);
            together_page(&visit, &Errors::of(&visit, refusal, "motion")).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn presided(visit: &Visit, id: MeetingId, done: engine::Result<MeetingId>) -> Answer {
    match done {
        Ok(_) => Ok(go_to(&path(id))),
        Err(Error::Refused(refusal)) => refused(visit, id, refusal).await,
        Err(error) => Err(error.into()),
    }
}

async fn refused(visit: &Visit, id: MeetingId, refusal: Refusal) -> Answer {
    let mut refusal = refusal;
    refusal.0.iter_mut().for_each(|violation| violation.field = None);
    let errors = Errors::of(visit, refusal, "content");
    papers(visit, id, &errors).await
}
