//! The papers of a meeting, on one page: each application with its plan, what is proposed, and the motion. Of an item from which a member is
//! excluded there is its number, and nothing else (R16).

use domain::application::ApplicationAction;
use domain::committee::{Ballot, BallotState};
use domain::event::SubjectKind;
use domain::identity::{Action as _, Actor, Scoped as _};
use domain::ids::MeetingId;
use domain::meeting::{ItemState, MeetingAction, Publicity};
use engine::{Error, Item, Paper, Papers};
use maud::{Markup, html};

use crate::agenda::{Side, defer_link, moves};
use crate::application::content::step_content;
use crate::application::step::Step;
use crate::audit::trail;
use crate::committee::presiding::{openable, preside};
use crate::committee::{amount, meeting_state, outcome, proposed};
use crate::component::{Summary, Tone, alert, badge, link_button, paragraphs};
use crate::failure::Failure;
use crate::form::{Errors, Weight, form, form_once, submit};
use crate::moment::time;
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// The papers of a meeting.
pub(crate) async fn show(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id = visit.id()?;
    papers(&visit, id, &Errors::default()).await
}

/// The papers, with what is wrong with something that was asked for on them.
pub(crate) async fn papers(visit: &Visit, id: MeetingId, errors: &Errors) -> Answer {
    let text = &visit.text().meetings;
    let papers = visit.engine.papers(&visit.actor, id).await?.ok_or(Error::NotFound)?;
    let when = time(papers.meeting.begins_at, visit.language());
    let done = named(visit.text().office.done, visit.field("done"));
    let content = html! {
        @if !done.is_empty() { (alert(Tone::Success, done, &html! {})) }
        @if let Some(minutes) = &papers.minutes {
            p { a class="kern-link" href=(format!("/committee/minutes/{}", minutes.id)) { (text.minutes) } }
        }
        (agenda(visit, &papers))
        @for item in &papers.items { (show_item(visit, &papers, item)?) }
        (preside(visit, &papers)?)
        (trail(visit, SubjectKind::Meeting, &papers.meeting.id.to_string()))
    };
    let lead = html! {
        p { (papers.meeting.place) @if papers.meeting.remote { ". " (text.remote) } }
        p { (meeting_state(visit, &papers.meeting)) }
    };
    let sheet = Sheet::new((text.papers)(&when)).below("/committee/meetings", text.title.0).lead_markup(lead);
    Ok(sheet.show_with(visit, errors, &content))
}

/// What the meeting is about, in its order, with the way to each item.
fn agenda(visit: &Visit, papers: &Papers) -> Markup {
    let can_reorder = papers.presiding.contains(&MeetingAction::Reorder);
    let count = papers.items.len();
    let items = html! {
        ol class="agenda" {
            @for (index, item) in papers.items.iter().enumerate() {
                @let heading = heading(visit, item);
                li value=(item.entry.position) {
                    a href=(format!("#item-{}", item.entry.position)) { (heading) }
                    " " span class="meta" { (publicity(visit, item)) }
                    @if can_reorder { (moves(visit, item.entry.id, &heading, index, count)) }
                }
            }
        }
    };
    html! {
        nav aria-labelledby="agenda" {
            h2 class="kern-heading-medium" id="agenda" tabindex="-1" { (visit.text().meetings.agenda) }
            @if can_reorder { (form(visit, &format!("/committee/meetings/{}/order", papers.meeting.id), &items)) } @else { (items) }
        }
    }
}

fn publicity(visit: &Visit, item: &Item) -> &'static str {
    match item.entry.publicity {
        Publicity::Public => visit.text().meetings.public,
        Publicity::NonPublic => visit.text().meetings.non_public,
    }
}

/// What an item is called; of one from which somebody is excluded, its number.
fn heading(visit: &Visit, item: &Item) -> String {
    let number = (visit.text().meetings.item)(&item.entry.position.to_string());
    item.entry.seen.as_ref().map_or(number, |seen| seen.item.title.clone())
}

fn show_item(visit: &Visit, papers: &Papers, item: &Item) -> Result<Markup, Failure> {
    let (text, id) = (&visit.text().meetings, format!("item-{}", item.entry.position));
    let Some(seen) = &item.entry.seen else {
        return Ok(html! {
            section class="paper" aria-labelledby=(id) {
                h2 class="kern-heading-medium" id=(id) { (heading(visit, item)) }
                (alert(Tone::Info, text.hidden.0, &html! { p class="kern-body" { (text.hidden.1) } }))
            }
        });
    };
    Ok(html! {
        section class="paper" aria-labelledby=(id) {
            h2 class="kern-heading-medium" id=(id) { (item.entry.position) ". " (seen.item.title) }
            @if let ItemState::Deferred { reason, .. } = &seen.item.state {
                (alert(Tone::Warning, &(text.deferred)(reason), &html! {}))
            }
            @match &item.paper {
                Some(paper) => {
                    (facts(visit, paper))
                    (motion_of(visit, paper, "h3"))
                    (project(visit, paper))
                    (ballots(visit, papers, item, paper)?)
                }
                None => p { (text.no_application) }
            }
            @if let Some(way) = defer_link(visit, Side::Committee, &item.entry) { (way) }
        }
    })
}

/// Number, applicant, city and sum of an application.
pub(crate) fn facts(visit: &Visit, paper: &Paper) -> Markup {
    let (text, fund, form) = (&visit.text().meetings, visit.engine.fund(), &paper.application.form);
    let cities = form.cities.iter().map(|code| fund.partner_city(code).map_or(code.as_str(), |city| city.name.as_str()));
    let mut facts = Summary::default().text(text.number, paper.application.number.as_deref().unwrap_or_default());
    facts = facts.some_text(text.project, form.title.as_ref());
    if let Some(applicant) = &paper.applicant {
        facts = facts.text(text.applicant, &applicant.name);
    }
    facts = facts.text(text.cities, &cities.collect::<Vec<_>>().join(", "));
    if let Some(asked) = form.amount_requested {
        facts = facts.row(text.asked, amount(visit, asked));
    }
    facts.render()
}

/// The motion in its wording, and why the administration proposes it.
pub(crate) fn motion_of(visit: &Visit, paper: &Paper, level: &str) -> Markup {
    let text = &visit.text().meetings;
    let title = |words: &str| {
        if level == "h2" {
            html! { h2 class="kern-heading-medium" { (words) } }
        } else {
            html! { h3 class="kern-heading-small" { (words) } }
        }
    };
    html! {
        (title(text.motion))
        @match &paper.motion {
            Some(motion) => {
                p class="kern-body kern-body--bold" { (proposed(visit, motion.proposal)) }
                blockquote class="motion" { (paragraphs(&motion.wording)) }
            }
            None => p { (text.no_motion) }
        }
        @if let Some(proposal) = &paper.proposal {
            (title(text.proposal))
            p class="kern-body kern-body--bold" { (proposed(visit, proposal.proposal)) }
            p { (paragraphs(&proposal.reasons)) }
        }
    }
}

/// What is planned, and the plan of costs and financing: to be opened, so that the agenda stays in view.
pub(crate) fn project(visit: &Visit, paper: &Paper) -> Markup {
    let text = &visit.text().meetings;
    let part = |words: &str, steps: &[Step], open: bool| {
        html! {
            details class="kern-accordion" open[open] {
                summary class="kern-accordion__header" { span class="kern-title" { (words) } }
                div class="kern-accordion__body" {
                    @for step in steps { (step_content(visit, *step, &paper.application, paper.applicant.as_ref())) }
                }
            }
        }
    };
    html! {
        (part(text.project, &[Step::Project, Step::Participants], false))
        (part(text.objectives, &[Step::Objectives], false))
        (part(text.plan, &[Step::Costs, Step::Financing], true))
    }
}

/// The ballots on an item, and what can be done: vote, open one, declare a conflict of interest.
fn ballots(visit: &Visit, papers: &Papers, item: &Item, paper: &Paper) -> Result<Markup, Failure> {
    let text = &visit.text().meetings;
    let path = |ballot: &Ballot| format!("/committee/ballots/{}", ballot.id);
    Ok(html! {
        @if !item.ballots.is_empty() {
            h3 class="kern-heading-small" { (text.ballot) }
            @for ballot in &item.ballots {
                div class="buttons" {
                    (outcome(visit, ballot))
                    @if ballot.state == BallotState::Open {
                        @if in_electorate(&visit.actor, ballot) {
                            (link_button(!item.voted, &path(ballot), text.go_vote))
                            (badge(if item.voted { Tone::Success } else { Tone::Info }, if item.voted { text.has_voted } else { text.not_voted }))
                        } @else { (link_button(false, &path(ballot), text.go_ballot)) }
                    } @else { (link_button(false, &path(ballot), text.go_result)) }
                }
            }
        }
        @if let Some(motion) = openable(visit, papers, item) {
            (form_once(visit, &format!("/committee/motions/{}/ballot", motion.id), &html! {
                input type="hidden" name="meeting" value=(papers.meeting.id);
                (submit(Weight::Secondary, text.open_ballot))
            })?)
        }
        @if may_declare(visit, paper) {
            p { a class="kern-link" href=(format!("/committee/applications/{}/recusal", paper.application.id)) {
                (text.conflict) span class="unseen" { ": " (paper.application.number.as_deref().unwrap_or_default()) }
            } }
        }
    })
}

/// Whether somebody may vote on it.
fn in_electorate(actor: &Actor, ballot: &Ballot) -> bool {
    actor.person.is_some_and(|person| ballot.electorate.seat_of(person).is_some())
}

/// Whether somebody may declare a conflict of interest of their own.
pub(crate) fn may_declare(visit: &Visit, paper: &Paper) -> bool {
    visit.actor.may(ApplicationAction::DeclareRecusal.permission(), paper.application.scope())
}
