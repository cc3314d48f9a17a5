//! Motions from the office's side: listed, taken back, and the ballot on one or several opened.

use domain::committee::{BallotFormKind, Motion, MotionAction, MotionState, Purse};
use domain::identity::available_actions;
use domain::ids::{ApplicationId, MotionId};
use engine::{Error, NewBallotForm, OpenBallot, OpenBallots};
use maud::{Markup, html};

use crate::component::{Column, Summary, Tone, badge, link_button, paragraphs, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::moment;
use crate::office::proposal::words;
use crate::office::{Known, address, asking, chosen, done, enter, number, pages, sections, sheet, title, window};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/motions";

/// The names of the states.
const STATES: [&str; 4] = ["pending", "balloting", "decided", "withdrawn"];

const FORMS: [(&str, BallotFormKind); 3] =
    [("circular", BallotFormKind::Circular), ("meeting", BallotFormKind::Meeting), ("recorded", BallotFormKind::Recorded)];

/// What happens where the money does not suffice for all that is voted on together.
pub(crate) const PURSES: [(&str, Purse); 2] = [("until-it-ends", Purse::UntilItEnds), ("all-or-none", Purse::AllOrNone)];

/// Where a motion stands.
pub(crate) fn state_badge(visit: &Visit, motion: &Motion) -> Markup {
    let tone = match motion.state {
        MotionState::Pending | MotionState::Balloting => Tone::Warning,
        MotionState::Decided => Tone::Success,
        MotionState::Withdrawn => Tone::Info,
    };
    badge(tone, named(visit.text().decision.states, motion.state.name()))
}

/// The motions in a state: first those that wait for a ballot.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().decision;
    let state = STATES.into_iter().find(|state| *state == visit.field("state")).unwrap_or("pending");
    // What waits is taken up in its order; of what is over, the latest comes first.
    let newest = matches!(state, "decided" | "withdrawn");
    let mut page = visit.engine.motions(&visit.actor, Some(state), &window(&visit, newest)).await?;
    let ways = pages(&visit, PATH, &[("state", state)], &page, newest, |motion: &Motion| motion.id.to_string());
    if newest {
        page.items.reverse();
    }
    let known = Known::load(&visit, &page.items.iter().map(|motion| motion.application).collect::<Vec<_>>()).await?;
    let openable = state == "pending" && !page.items.is_empty();
    let rows: Vec<Vec<Markup>> = page.items.iter().map(|motion| row(&visit, motion, &known, openable)).collect();
    let columns = [
        Column::text(text.application),
        Column::text(visit.text().inbox.project),
        Column::text(text.proposed),
        Column::text(text.put_at),
        Column::text(text.state),
    ];
    let listed = table(text.motions, &columns, &rows, None);
    let content = html! {
        (sections(&visit))
        (done(&visit))
        nav aria-label=(text.states_label) {
            ul class="filter" {
                @for own in STATES {
                    li { a href=(address(PATH, &[("state", own)])) aria-current=[(own == state).then_some("true")] { (named(text.states, own)) } }
                }
                li { a href="/office/ballots" { (text.ballots_list) } }
            }
        }
        @if page.items.is_empty() { p { (visit.text().office.nothing) } }
        @else if openable {
            (asking("/office/motions/open", true, &html! { (listed) div class="buttons" { (submit(Weight::Primary, text.open_chosen)) } }))
        } @else { (listed) }
        (ways)
    };
    Ok(sheet(&visit, text.motions).lead(text.motions_lead).show(&visit, &content))
}

fn row(visit: &Visit, motion: &Motion, known: &Known, openable: bool) -> Vec<Markup> {
    let text = &visit.text().decision;
    let application = known.get(motion.application);
    let number = application.map(|application| number(visit, application)).unwrap_or_default();
    let id = format!("choose-{}", motion.id);
    let head = html! {
        @if openable {
            span class="kern-form-check choose" {
                input class="kern-form-check__checkbox" type="checkbox" id=(id) name="motion" value=(motion.id);
                label class="kern-label" for=(id) { span class="unseen" { (text.choose) " " } span class="reference" { (number) } }
            }
        } @else { (number) }
    };
    vec![
        head,
        html! { @if let Some(application) = application { (title(visit, application)) } },
        html! { a class="kern-link" href=(format!("{PATH}/{}", motion.id)) { (words(visit, motion.proposal)) } },
        html! { (moment::day(motion.proposed_at, visit.language())) },
        state_badge(visit, motion),
    ]
}

async fn load(visit: &Visit) -> Result<Motion, Failure> {
    enter(visit)?;
    let id: MotionId = visit.id()?;
    Ok(visit.engine.motion(&visit.actor, id).await?.ok_or(Error::NotFound)?)
}

/// A motion, with its ballot.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let motion = load(&visit).await?;
    motion_page(&visit, &motion, &Errors::default()).await
}

async fn motion_page(visit: &Visit, motion: &Motion, errors: &Errors) -> Answer {
    let text = &visit.text().decision;
    let known = Known::load(visit, &[motion.application]).await?;
    let ballot = visit.engine.ballot_of_motion(&visit.actor, motion.id).await?;
    let actions = available_actions(&visit.actor, motion);
    let facts = Summary::default()
        .row(text.application, known.link(visit, motion.application))
        .text(text.proposed, &words(visit, motion.proposal))
        .row(text.wording, paragraphs(&motion.wording))
        .text(text.put_at, &moment::time(motion.proposed_at, visit.language()))
        .row(text.state, state_badge(visit, motion));
    let content = html! {
        (done(visit))
        (facts.render())
        section aria-labelledby="ballots" {
            h2 class="kern-heading-medium" id="ballots" { (text.ballots) }
            @match &ballot {
                None => p { (text.no_ballots) },
                Some(open) => ul class="things" {
                    li {
                        a class="kern-link" href=(format!("/office/ballots/{}", open.ballot.id)) { (moment::time(open.ballot.opened_at, visit.language())) }
                        (crate::office::ballot::state_badge(visit, &open.ballot.state))
                    }
                },
            }
            @if actions.contains(&MotionAction::OpenBallot) {
                div class="buttons" { (link_button(true, &address("/office/motions/open", &[("motion", &motion.id.to_string())]), text.open)) }
            }
        }
        @if actions.contains(&MotionAction::Withdraw) {
            section aria-labelledby="withdraw" {
                h2 class="kern-heading-medium" id="withdraw" { (text.withdraw) }
                p { (text.withdraw_note) }
                (form_once(visit, &format!("{PATH}/{}/withdraw", motion.id), &html! { div { (submit(Weight::Secondary, text.withdraw)) } })?)
            }
        }
    };
    let number = known.get(motion.application).map(|application| number(visit, application)).unwrap_or_default();
    Ok(sheet(visit, (text.motion_of)(number)).below(PATH, text.motions).show_with(visit, errors, &content))
}

/// Takes it back.
pub(crate) async fn withdraw(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: MotionId = visit.id()?;
    match visit.engine.withdraw_motion(&visit.call(), id).await {
        Ok(_) => Ok(go_to(&format!("{PATH}/{id}?done=motion-withdrawn"))),
        Err(Error::Refused(refused)) => motion_page(&visit, &load(&visit).await?, &Errors::of(&visit, refused, "withdraw")).await,
        Err(error) => Err(error.into()),
    }
}

/// Asks how is to be voted on the chosen motions.
pub(crate) async fn opening(visit: Visit) -> Answer {
    enter(&visit)?;
    opening_page(&visit, &Errors::default()).await
}

async fn opening_page(visit: &Visit, errors: &Errors) -> Answer {
    let (text, decision) = (&visit.text().ballot_desk, &visit.text().decision);
    let ids: Vec<MotionId> = chosen(&visit.fields, "motion")?;
    let found = visit.engine.motions_by_ids(&visit.actor, &ids).await?;
    // In the order in which they were chosen: in that order money is committed.
    let motions: Vec<&Motion> = ids.iter().filter_map(|id| found.iter().find(|motion| motion.id == *id)).collect();
    let known = Known::load(visit, &motions.iter().map(|motion| motion.application).collect::<Vec<ApplicationId>>()).await?;
    let several = motions.len() > 1;
    let said = if several { text.en_bloc } else { text.open };
    let mut typed = Fields::default();
    typed.put("purse", PURSES[0].0);
    let sent = !visit.field("form").is_empty() || !visit.field("purse").is_empty();
    let ask = Ask::new(visit, if sent { &visit.fields } else { &typed }, errors);
    let choices =
        |texts, codes: &[&str]| -> Vec<Choice> { codes.iter().map(|code| ((*code).to_owned(), named(texts, code).to_owned())).collect() };
    let fields = html! {
        section aria-labelledby="motionIds" {
            h2 class="kern-heading-medium" id="motionIds" tabindex="-1" { (text.motions) }
            ol class="kern-list kern-list--number" {
                @for motion in &motions {
                    li {
                        input type="hidden" name="motion" value=(motion.id);
                        (known.link(visit, motion.application)) ": " (words(visit, motion.proposal))
                    }
                }
            }
        }
        (ask.radios(&Question::new("form", text.form), &choices(text.forms_long, &FORMS.map(|(code, _)| code))))
        (ask.date(&Question::new("objectionsUntil", text.objections_until).hint(text.circular_hint).optional()))
        (ask.date(&Question::new("votesUntil", text.votes_until).hint(text.circular_hint).optional()))
        @if several { (ask.radios(&Question::new("purse", text.purse), &choices(text.purses, &PURSES.map(|(code, _)| code)))) }
        div class="buttons" { (submit(Weight::Primary, text.button)) (link_button(false, PATH, visit.text().form.cancel)) }
    };
    let content = if motions.is_empty() {
        html! { p { (text.none) } div class="buttons" { (link_button(true, PATH, decision.motions)) } }
    } else {
        form_once(visit, "/office/motions/open", &fields)?
    };
    Ok(sheet(visit, said.0).below(PATH, decision.motions).lead(said.1).show_with(visit, errors, &content))
}

/// How is voted, as it was typed.
fn read_form(visit: &Visit) -> Result<NewBallotForm, Errors> {
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let (objections_until, votes_until) = (reader.date("objectionsUntil"), reader.date("votesUntil"));
    let mut errors = reader.errors;
    let kind = FORMS.iter().find(|(code, _)| *code == visit.field("form")).map(|(_, kind)| *kind);
    if kind.is_none() {
        errors.join(Errors::missing(visit, "form"));
    }
    match kind {
        Some(kind) if errors.is_empty() => Ok(NewBallotForm { kind, objections_until, votes_until }),
        _ => Err(errors),
    }
}

/// Opens the ballot, or one on several motions together.
pub(crate) async fn open(visit: Visit) -> Answer {
    enter(&visit)?;
    let form = match read_form(&visit) {
        Ok(form) => form,
        Err(errors) => return opening_page(&visit, &errors).await,
    };
    let motions: Vec<MotionId> = chosen(&visit.fields, "motion")?;
    let opened = if let [motion] = motions[..] {
        visit.engine.open_ballot(&visit.call(), OpenBallot { motion, form }).await.map(Some)
    } else {
        let purse = PURSES.iter().find(|(code, _)| *code == visit.field("purse")).map_or(Purse::UntilItEnds, |(_, purse)| *purse);
        visit.engine.open_ballots(&visit.call(), OpenBallots { motions, form, purse }).await.map(|ballots| ballots.first().copied())
    };
    match opened {
        Ok(Some(ballot)) => Ok(go_to(&format!("/office/ballots/{ballot}?done=ballot"))),
        Ok(None) => Ok(go_to("/office/ballots?done=ballot")),
        Err(Error::Refused(mut refused)) => {
            // What is about one of the motions, or all, is said at their list.
            let at_list = |field: &&mut Option<String>| field.as_deref().is_none_or(|field| field.starts_with("motionId"));
            refused.0.iter_mut().map(|violation| &mut violation.field).filter(at_list).for_each(|field| *field = None);
            opening_page(&visit, &Errors::of(&visit, refused, "motionIds")).await
        }
        Err(error) => Err(error.into()),
    }
}
