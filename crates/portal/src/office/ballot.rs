//! Ballots from the office's side: how far they are, the tally of a show of hands, and the result with its computation.

use domain::committee::{Ballot, BallotAction as Action, BallotBox, BallotState};
use domain::identity::available_actions;
use domain::ids::BallotId;
use domain::language::Say as _;
use engine::{Error, RecordTally};
use maud::{Markup, html};

use crate::component::{Column, Summary, Tone, alert, badge, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Question, Reader, Weight, form_once, submit};
use crate::moment;
use crate::office::proposal::words;
use crate::office::{Known, address, done, enter, number, pages, sections, sheet, title, window};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/ballots";

/// The names of the states.
const STATES: [&str; 4] = ["open", "closed", "inquorate", "objected"];

/// Where a ballot stands, and what came out.
pub(crate) fn state_badge(visit: &Visit, state: &BallotState) -> Markup {
    let text = &visit.text().ballot_desk;
    match state {
        BallotState::Closed { carried: true, .. } => badge(Tone::Success, text.carried),
        BallotState::Closed { carried: false, .. } => badge(Tone::Danger, text.not_carried),
        BallotState::Open => badge(Tone::Info, named(text.states, state.name())),
        _ => badge(Tone::Warning, named(text.states, state.name())),
    }
}

/// The ballots in a state.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let (text, decision) = (&visit.text().ballot_desk, &visit.text().decision);
    let state = STATES.into_iter().find(|state| *state == visit.field("state")).unwrap_or("open");
    let newest = state != "open";
    let mut page = visit.engine.ballots(&visit.actor, Some(state), &window(&visit, newest)).await?;
    let ways = pages(&visit, PATH, &[("state", state)], &page, newest, |open: &BallotBox| open.ballot.id.to_string());
    if newest {
        page.items.reverse();
    }
    let known = Known::load(&visit, &page.items.iter().map(|open| open.ballot.application).collect::<Vec<_>>()).await?;
    let row = |open: &BallotBox| {
        let application = known.get(open.ballot.application);
        vec![
            html! {
                a class="kern-link" href=(format!("{PATH}/{}", open.ballot.id)) {
                    (application.map(|application| number(&visit, application)).unwrap_or_default())
                }
            },
            html! { @if let Some(application) = application { (title(&visit, application)) } },
            html! { (named(text.forms, open.ballot.form.name())) },
            html! { (cast(&visit, open)) },
            state_badge(&visit, &open.ballot.state),
        ]
    };
    let columns = [
        Column::text(decision.application),
        Column::text(visit.text().inbox.project),
        Column::text(text.form),
        Column::text(text.cast),
        Column::text(decision.state),
    ];
    let rows: Vec<Vec<Markup>> = page.items.iter().map(row).collect();
    let content = html! {
        (sections(&visit))
        (done(&visit))
        nav aria-label=(decision.states_label) {
            ul class="filter" {
                @for own in STATES {
                    li { a href=(address(PATH, &[("state", own)])) aria-current=[(own == state).then_some("true")] { (named(text.states, own)) } }
                }
            }
        }
        @if rows.is_empty() { p { (visit.text().office.nothing) } } @else { (table(text.title, &columns, &rows, None)) }
        (ways)
    };
    Ok(sheet(&visit, text.title).below("/office/motions", decision.motions).show(&visit, &content))
}

/// How many have voted: all that anybody sees while the ballot is open (R25).
fn cast(visit: &Visit, open: &BallotBox) -> String {
    (visit.text().ballot_desk.cast_of)(&open.votes_cast().to_string(), &open.ballot.electorate.composition().voting().to_string())
}

async fn load(visit: &Visit) -> Result<BallotBox, Failure> {
    enter(visit)?;
    let id: BallotId = visit.id()?;
    Ok(visit.engine.ballot(&visit.actor, id).await?.ok_or(Error::NotFound)?)
}

/// A ballot.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let open = load(&visit).await?;
    page(&visit, &open, &recorded(&open), &Errors::default()).await
}

/// What was recorded before, to be corrected.
fn recorded(open: &BallotBox) -> Fields {
    let mut typed = Fields::default();
    if let Some(tally) = open.ballot.recorded_tally {
        for (name, count) in [("yes", tally.yes), ("no", tally.no), ("abstained", tally.abstained)] {
            typed.put(name, count.to_string());
        }
    }
    typed
}

async fn page(visit: &Visit, open: &BallotBox, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().ballot_desk;
    let ballot = &open.ballot;
    let others = match &ballot.en_bloc {
        Some(en_bloc) => visit.engine.ballots_of_group(&visit.actor, en_bloc).await?,
        None => Vec::new(),
    };
    let ids = others.iter().map(|other| other.application).chain([ballot.application]).collect::<Vec<_>>();
    let known = Known::load(visit, &ids).await?;
    let motion = visit.engine.motion(&visit.actor, ballot.motion).await?.ok_or(Error::NotFound)?;
    let actions = available_actions(&visit.actor, open);
    let content = html! {
        (done(visit))
        (facts(visit, open).row(visit.text().decision.application, known.link(visit, ballot.application))
            .text(visit.text().decision.proposed, &words(visit, motion.proposal))
            .row(visit.text().decision.wording, crate::component::paragraphs(&motion.wording)).render())
        (result(visit, ballot))
        @if others.len() > 1 {
            section aria-labelledby="together" {
                h2 class="kern-heading-medium" id="together" { (text.together) }
                ol class="kern-list kern-list--number" {
                    @for other in others.iter().filter(|other| other.id != ballot.id) {
                        li { a class="kern-link" href=(format!("{PATH}/{}", other.id)) {
                            (known.get(other.application).map(|application| number(visit, application)).unwrap_or_default())
                        } }
                    }
                }
            }
        }
        @if actions.contains(&Action::RecordTally) { (tally_form(visit, open, typed, errors)?) }
        @if actions.contains(&Action::Close) {
            section aria-labelledby="close" {
                h2 class="kern-heading-medium" id="close" { (text.close.0) }
                p { (text.close.1) }
                (form_once(visit, &format!("{PATH}/{}/close", ballot.id), &html! { div { (submit(Weight::Primary, text.close_button)) } })?)
            }
        } @else if ballot.state == BallotState::Open { (alert(Tone::Info, text.close_waits, &html! {})) }
    };
    let number = known.get(ballot.application).map(|application| number(visit, application)).unwrap_or_default();
    let sheet =
        sheet(visit, (text.ballot)(number)).below(format!("/office/motions/{}", motion.id), (visit.text().decision.motion_of)(number));
    Ok(sheet.show_with(visit, errors, &content))
}

fn facts(visit: &Visit, open: &BallotBox) -> Summary {
    let (text, language) = (&visit.text().ballot_desk, visit.language());
    let (ballot, composition) = (&open.ballot, open.ballot.electorate.composition());
    let seats = (text.seats_value)(&composition.seats.to_string(), &composition.empty.to_string(), &composition.excluded.to_string());
    let mut facts = Summary::default()
        .row(visit.text().decision.state, state_badge(visit, &ballot.state))
        .text(text.form, named(text.forms, ballot.form.name()))
        .text(text.opened, &moment::time(ballot.opened_at, language))
        .text(text.seats, &seats)
        .text(text.cast, &cast(visit, open));
    if let Some(present) = open.seats_present() {
        facts = facts.text(text.present, &present.to_string());
    }
    if let Some(deadlines) = ballot.form.deadlines() {
        facts =
            facts.text(text.objections, &deadlines.objections_until.say(language)).text(text.votes, &deadlines.votes_until.say(language));
    }
    if let Some(tally) = ballot.recorded_tally {
        facts =
            facts.text(text.tally_recorded, &(text.result_of)(&tally.yes.to_string(), &tally.no.to_string(), &tally.abstained.to_string()));
    }
    if let Some(at) = ballot.state.ended_at() {
        facts = facts.text(text.ended, &moment::time(at, language));
    }
    facts
}

/// The result, with the computation in words.
fn result(visit: &Visit, ballot: &Ballot) -> Markup {
    let text = &visit.text().ballot_desk;
    html! {
        @if let Some(computation) = &ballot.computation {
            section aria-labelledby="result" {
                h2 class="kern-heading-medium" id="result" { (text.result) }
                @if let Some(tally) = ballot.state.tally() {
                    p { ((text.result_of)(&tally.yes.to_string(), &tally.no.to_string(), &tally.abstained.to_string())) }
                }
                p { strong { (text.computation) } }
                ol class="kern-list kern-list--number" {
                    @for step in &computation.steps { li { (step.in_words(visit.language())) } }
                }
            }
        }
    }
}

fn tally_form(visit: &Visit, open: &BallotBox, typed: &Fields, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().ballot_desk;
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        (ask.number(&Question::new("yes", text.yes)))
        (ask.number(&Question::new("no", text.no)))
        (ask.number(&Question::new("abstained", text.abstained)))
        (ask.number(&Question::new("excluded", text.excluded).hint(text.excluded_hint).optional()))
        div class="buttons" { (submit(Weight::Primary, text.tally_button)) }
    };
    Ok(html! {
        section aria-labelledby="tally" {
            h2 class="kern-heading-medium" id="tally" { (text.tally.0) }
            p { (text.tally.1) }
            (form_once(visit, &format!("{PATH}/{}/tally", open.ballot.id), &fields)?)
        }
    })
}

/// Records the tally of a show of hands (R23).
pub(crate) async fn record_tally(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: BallotId = visit.id()?;
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let counts = [reader.number("yes"), reader.number("no"), reader.number("abstained")];
    let excluded = reader.number("excluded");
    let mut errors = reader.errors;
    if errors.is_empty() {
        let missing = ["yes", "no", "abstained"].into_iter().zip(counts).filter(|(_, count)| count.is_none());
        missing.for_each(|(name, _)| errors.join(Errors::missing(&visit, name)));
    }
    if let ([Some(yes), Some(no), Some(abstained)], true) = (counts, errors.is_empty()) {
        let input = RecordTally { ballot: id, yes, no, abstained, excluded };
        match visit.engine.record_tally(&visit.call(), input).await {
            Ok(_) => return Ok(go_to(&format!("{PATH}/{id}?done=tally"))),
            Err(Error::Refused(refused)) => errors = Errors::of(&visit, refused, "yes"),
            Err(error) => return Err(error.into()),
        }
    }
    page(&visit, &load(&visit).await?, &visit.fields, &errors).await
}

/// Closes it, where whoever asks presides too.
pub(crate) async fn close(visit: Visit) -> Answer {
    enter(&visit)?;
    let id: BallotId = visit.id()?;
    match visit.engine.close_ballot(&visit.call(), id).await {
        Ok(_) => Ok(go_to(&format!("{PATH}/{id}?done=closed"))),
        Err(Error::Refused(refused)) => {
            let open = load(&visit).await?;
            page(&visit, &open, &recorded(&open), &Errors::of(&visit, refused, "close")).await
        }
        Err(error) => Err(error.into()),
    }
}
