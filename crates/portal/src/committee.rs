//! The committee: what waits for a member, and the meetings. Papers, ballots, recusals and minutes have files of their own.

use domain::committee::{Ballot, BallotState, Proposal};
use domain::ids::MotionId;
use domain::language::Say as _;
use domain::meeting::Meeting;
use engine::{Key, Matter, Window};
use maud::{Markup, html};

use crate::component::{Column, Tone, badge, link_button, money, pagination, table};
use crate::failure::Failure;
use crate::moment::{day, time};
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

pub(crate) mod ballot;
pub(crate) mod minutes;
pub(crate) mod paper;
pub(crate) mod presiding;
pub(crate) mod recusal;

/// How many rows stand on one page of a list.
const PAGE: u64 = 20;

/// How many decisions a desk shows.
const RECENT: u64 = 5;

/// A part of a list, the latest first, `?before=` where the page before ended.
pub(crate) fn latest(visit: &Visit, limit: u64) -> Window {
    Window { after: None, before: visit.field("before").parse().ok().map(Key::Id), limit, backward: true }
}

/// What waits for a member of the committee, what was decided, and the year: their part of the desk.
pub(crate) async fn desk(visit: &Visit) -> Result<Markup, Failure> {
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().committee);
    let (open, decided) = engine.ballots_on_desk(actor, RECENT).await?;
    let motions: Vec<MotionId> = open.iter().map(|open| &open.ballot).chain(&decided).map(|ballot| ballot.motion).collect();
    let matters = engine.matters(actor, &motions).await?;
    let conflicts = engine.conflicts_to_declare(actor).await?;
    let unread = engine.papers_unread(actor).await?;
    let (meetings, unsigned) = engine.meetings_on_desk(actor).await?;
    Ok(html! {
        section aria-labelledby="vote" {
            h2 class="kern-heading-medium" id="vote" { (text.vote) }
            @if open.is_empty() { p { (text.vote_none) } } @else {
                ul class="cards" {
                    @for open in &open { (to_vote(visit, &open.ballot, matters.get(&open.ballot.motion))) }
                }
            }
        }
        @if !conflicts.is_empty() {
            section aria-labelledby="conflicts" {
                h2 class="kern-heading-medium" id="conflicts" { (text.conflicts.0) }
                p { (text.conflicts.1) }
                ul class="things" {
                    @for application in &conflicts {
                        li {
                            a class="kern-link" href=(format!("/committee/applications/{}/recusal", application.id)) {
                                ((text.declare_for)(application.number.as_deref().unwrap_or_default()))
                            }
                            span { (application.form.title.as_deref().unwrap_or_default()) }
                        }
                    }
                }
            }
        }
        @if !unsigned.is_empty() {
            section aria-labelledby="sign" {
                h2 class="kern-heading-medium" id="sign" { (text.sign) }
                ul class="things" {
                    @for minutes in &unsigned {
                        li {
                            a class="kern-link" href=(format!("/committee/minutes/{}", minutes.id)) { (text.sign_now) }
                            span class="meta" { ((text.sign_due)(&minutes.due.say(visit.language()))) }
                        }
                    }
                }
            }
        }
        section aria-labelledby="meetings" {
            h2 class="kern-heading-medium" id="meetings" { (text.next_meetings) }
            @if meetings.is_empty() { p { (text.no_meeting) } } @else {
                ul class="things" { @for meeting in &meetings { (ahead(visit, meeting)) } }
            }
        }
        section aria-labelledby="unread" {
            h2 class="kern-heading-medium" id="unread" { (text.unread) }
            @if unread.is_empty() { p { (text.unread_none) } } @else {
                ul class="things" {
                    @for briefing in &unread {
                        li {
                            a class="kern-link" href=(format!("/briefings?unread=yes#briefing-{}", briefing.id)) { (briefing.news.title) }
                            span class="meta" { (briefing.news.on.say(visit.language())) }
                        }
                    }
                }
            }
            p { a class="kern-link" href="/briefings" { (text.unread_all) } }
        }
        section aria-labelledby="recent" {
            h2 class="kern-heading-medium" id="recent" { (text.recent) }
            @if decided.is_empty() { p { (text.recent_none) } } @else {
                ul class="things" {
                    @for ballot in &decided {
                        li {
                            div {
                                a class="kern-link" href=(format!("/committee/ballots/{}", ballot.id)) { (called(matters.get(&ballot.motion))) }
                                @if let Some(matter) = matters.get(&ballot.motion) {
                                    p class="meta" { span { (matter.number) } span { (matter.applicant) } }
                                }
                            }
                            (outcome(visit, ballot))
                        }
                    }
                }
            }
            p { a class="kern-link" href="/committee/ballots" { (text.recent_all) } }
        }
    })
}

/// A ballot that waits for a vote.
fn to_vote(visit: &Visit, ballot: &Ballot, matter: Option<&Matter>) -> Markup {
    let text = &visit.text().committee;
    html! {
        li class="card card--waiting" {
            div class="card__head" {
                h3 class="kern-heading-small" { (called(matter)) }
                @if let Some(deadlines) = ballot.form.deadlines() {
                    (badge(Tone::Warning, &(text.vote_until)(&deadlines.votes_until.say(visit.language()))))
                }
            }
            @if let Some(matter) = matter { p class="meta" { span { (matter.number) } span { (matter.applicant) } } }
            div class="buttons" { (link_button(true, &format!("/committee/ballots/{}", ballot.id), text.vote_now)) }
        }
    }
}

fn ahead(visit: &Visit, meeting: &Meeting) -> Markup {
    let when = time(meeting.begins_at, visit.language());
    html! {
        li {
            a class="kern-link" href=(format!("/committee/meetings/{}", meeting.id)) { ((visit.text().committee.papers_of)(&when)) }
            span { (meeting.place) " " (meeting_state(visit, meeting)) }
        }
    }
}

/// What a ballot is about, in a few words.
pub(crate) fn called(matter: Option<&Matter>) -> &str {
    matter.map(|matter| if matter.title.is_empty() { matter.number.as_str() } else { matter.title.as_str() }).unwrap_or_default()
}

/// Where a meeting stands.
pub(crate) fn meeting_state(visit: &Visit, meeting: &Meeting) -> Markup {
    let tone = match meeting.state.name() {
        "open" => Tone::Warning,
        "closed" => Tone::Success,
        _ => Tone::Info,
    };
    badge(tone, named(visit.text().meetings.states, meeting.state.name()))
}

/// What came of a ballot, or that it is open.
pub(crate) fn outcome(visit: &Visit, ballot: &Ballot) -> Markup {
    let text = &visit.text().ballots;
    match ballot.state {
        BallotState::Closed { carried: true, .. } => badge(Tone::Success, named(text.outcomes, "carried")),
        BallotState::Closed { carried: false, .. } => badge(Tone::Danger, named(text.outcomes, "rejected")),
        BallotState::Open => badge(Tone::Warning, named(text.states, "open")),
        BallotState::Inquorate { .. } | BallotState::Objected { .. } => badge(Tone::Info, named(text.states, ballot.state.name())),
    }
}

/// What is proposed, with its amount.
pub(crate) fn proposed(visit: &Visit, proposal: Proposal) -> String {
    let text = &visit.text().ballots;
    let kind = named(text.proposals, proposal.name());
    proposal.amount().map_or_else(|| kind.to_owned(), |amount| (text.proposal_amount)(kind, &amount.say(visit.language())))
}

/// All meetings, with papers and minutes.
pub(crate) async fn meetings(visit: Visit) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().meetings;
    let mut page = visit.engine.meetings_listed(&visit.actor, &latest(&visit, PAGE)).await?;
    page.items.reverse();
    let columns = [Column::text(text.when), Column::text(text.place), Column::text(text.state), Column::text(text.minutes)];
    let rows: Vec<Vec<Markup>> = (page.items.iter())
        .map(|(meeting, minutes)| {
            let link = html! {
                a class="kern-link" href=(format!("/committee/meetings/{}", meeting.id)) { (time(meeting.begins_at, visit.language())) }
            };
            let minutes = html! {
                @if let Some(minutes) = minutes {
                    a class="kern-link" href=(format!("/committee/minutes/{}", minutes.id)) {
                        (named(visit.text().minutes.states, minutes.state.name()))
                        span class="unseen" { ": " (day(meeting.begins_at, visit.language())) }
                    }
                }
            };
            vec![link, html! { (meeting.place) }, meeting_state(&visit, meeting), minutes]
        })
        .collect();
    let older = page.items.last().filter(|_| page.has_previous).map(|(last, _)| format!("/committee/meetings?before={}", last.id));
    let content = html! {
        @if rows.is_empty() { p { (text.none) } } @else { (table(text.title.0, &columns, &rows, None)) }
        (pagination(visit.text().form.pages, None, older.map(|path| (path, visit.text().form.previous))))
    };
    Ok(Sheet::new(text.title.0).lead(text.title.1).show(&visit, &content))
}

/// An amount in the language of whoever looks.
pub(crate) fn amount(visit: &Visit, amount: domain::money::Money) -> Markup {
    money(amount, visit.language())
}
