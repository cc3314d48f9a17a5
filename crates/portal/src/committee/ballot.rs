//! Ballots: listed, voted on, counted while they are open, closed, and read afterwards with the whole computation.

use domain::committee::{BallotAction, BallotBox, BallotForm, BallotState, Choice, Tally};
use domain::event::SubjectKind;
use domain::identity::{Denial, available_actions, guard};
use domain::ids::{BallotId, MotionId, PersonId};
use domain::language::Say as _;
use engine::{BallotPaper, Error};
use maud::{Markup, html};
use poem::Response;
use poem::http::header;

use crate::audit::trail;
use crate::committee::paper::{facts, may_declare, motion_of, project};
use crate::committee::{PAGE, called, latest, outcome, proposed};
use crate::component::{Column, Summary, Tone, alert, bar_of_count, link_button, pagination, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Question, Weight, form_once, submit};
use crate::moment::time;
use crate::page::{Sheet, go_to};
use crate::text::{Said, named};
use crate::visit::{Answer, Visit};

/// The states by which the list is filtered.
const STATES: [&str; 4] = ["open", "closed", "inquorate", "objected"];

/// All ballots; of one state, if the address names one.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (engine, text) = (&visit.engine, &visit.text().ballots);
    let state = STATES.into_iter().find(|state| *state == visit.field("state"));
    let mut page = engine.ballots_listed(&visit.actor, state, &latest(&visit, PAGE)).await?;
    page.items.reverse();
    let motions: Vec<MotionId> = page.items.iter().map(|ballot| ballot.motion).collect();
    let matters = engine.matters(&visit.actor, &motions).await?;
    let columns = [Column::text(text.subject), Column::text(text.opened), Column::text(text.ended), Column::text(text.result)];
    let rows: Vec<Vec<Markup>> = (page.items.iter())
        .map(|ballot| {
            let matter = matters.get(&ballot.motion);
            let link = html! {
                a class="kern-link" href=(format!("/committee/ballots/{}", ballot.id)) { (called(matter)) }
                @if let Some(matter) = matter { br; span class="kern-body--muted" { (matter.number) } }
            };
            let at = |instant| time(instant, visit.language());
            let ended = ballot.state.ended_at().map(at).unwrap_or_default();
            vec![link, html! { (at(ballot.opened_at)) }, html! { (ended) }, outcome(&visit, ballot)]
        })
        .collect();
    let of_state = state.map(|state| format!("state={state}&")).unwrap_or_default();
    let older = page.items.last().filter(|_| page.has_previous).map(|last| format!("/committee/ballots?{of_state}before={}", last.id));
    let content = html! {
        nav aria-label=(text.result) {
            ul class="filter" {
                li { a href="/committee/ballots" aria-current=[state.is_none().then_some("true")] { (text.all) } }
                @for (name, words) in text.states {
                    li { a href=(format!("/committee/ballots?state={name}")) aria-current=[(state == Some(*name)).then_some("true")] { (words) } }
                }
            }
        }
        @if rows.is_empty() { p { (text.none) } } @else { (table(text.title.0, &columns, &rows, None)) }
        (pagination(visit.text().form.pages, None, older.map(|path| (path, visit.text().form.previous))))
    };
    Ok(Sheet::new(text.title.0).lead(text.title.1).show(&visit, &content))
}

/// A ballot: to vote while it is open, to read when it has ended.
pub(crate) async fn show(visit: Visit) -> Answer {
    visit.signed_in()?;
    page(&visit, &Errors::default()).await
}

async fn page(visit: &Visit, errors: &Errors) -> Answer {
    let text = &visit.text().ballots;
    let found = visit.engine.ballot_paper(&visit.actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    let ballot = &found.open.ballot;
    let is_open = ballot.state == BallotState::Open;
    let title = found.paper.application.form.title.clone().unwrap_or_default();
    let content = html! {
        @if visit.field("done") == "voted" { (alert(Tone::Success, text.voted_now, &html! {})) }
        div class="columns" {
            div {
                (motion_of(visit, &found.paper, "h2"))
                @if is_open { (vote(visit, &found, errors)?) } @else { (result(visit, &found.open).await?) }
                (together(visit, &found))
            }
            aside class="aside" aria-label=(text.result) {
                (standing(visit, &found.open))
                @if is_open { (deeds(visit, &found)) }
            }
        }
        section aria-labelledby="application" {
            h2 class="kern-heading-medium" id="application" { (text.application) }
            (facts(visit, &found.paper))
            (project(visit, &found.paper))
        }
        (trail(visit, SubjectKind::Ballot, &ballot.id.to_string()))
    };
    let mut sheet = Sheet::new(title).below("/committee/ballots", text.title.0);
    if let Some(number) = &found.paper.application.number {
        sheet = sheet.preline(number);
    }
    if let Some(applicant) = &found.paper.applicant {
        sheet = sheet.lead(&applicant.name);
    }
    Ok(sheet.show_with(visit, errors, &content))
}

/// How it is voted, and how far the vote is.
fn standing(visit: &Visit, open: &BallotBox) -> Markup {
    let (text, ballot, language) = (&visit.text().ballots, &open.ballot, visit.language());
    let mut facts = Summary::default().row(text.result, outcome(visit, ballot));
    facts = facts.text(text.form, named(text.forms, ballot.form.name())).text(text.opened, &time(ballot.opened_at, language));
    if let Some(ended) = ballot.state.ended_at() {
        facts = facts.text(text.ended, &time(ended, language));
    }
    html! {
        (facts.render())
        @if let BallotForm::Circular(deadlines) = ballot.form {
            p { ((text.deadlines)(&deadlines.objections_until.say(language), &deadlines.votes_until.say(language))) }
        }
        @if ballot.state == BallotState::Open {
            h2 class="kern-heading-small" { (text.count.0) }
            div aria-live="polite" data-live=(format!("/committee/ballots/{}/count", ballot.id)) { (counted(visit, open)) }
            p class="kern-body--small" { (text.count.1) }
            p { a class="kern-link" href=(format!("/committee/ballots/{}", ballot.id)) { (text.reload) } }
        }
    }
}

/// How many votes are in: all that anybody sees while the ballot is open (R25).
fn counted(visit: &Visit, open: &BallotBox) -> Markup {
    let (cast, seats) = (open.votes_cast(), open.ballot.electorate.composition().voting());
    html! {
        p class="number" { ((visit.text().ballots.counted)(&cast.to_string(), &seats.to_string())) }
        (bar_of_count(cast, seats))
    }
}

/// The count alone, which the script puts into the page. Where the ballot has ended, that.
pub(crate) async fn count(visit: Visit) -> Answer {
    visit.signed_in()?;
    let open = visit.engine.ballot(&visit.actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    let answer = Response::builder().content_type("text/html; charset=utf-8").header(header::CACHE_CONTROL, "no-store");
    if open.ballot.state != BallotState::Open {
        return Ok(answer.status(poem::http::StatusCode::RESET_CONTENT).finish());
    }
    Ok(answer.body(counted(&visit, &open).into_string()))
}

const fn code(choice: Choice) -> &'static str {
    match choice {
        Choice::Yes => "yes",
        Choice::No => "no",
        Choice::Abstain => "abstain",
    }
}

fn chosen(code: &str) -> Option<Choice> {
    [Choice::Yes, Choice::No, Choice::Abstain].into_iter().find(|choice| self::code(*choice) == code)
}

/// The form to vote; or why that is not possible, to somebody whose vote could count.
fn vote(visit: &Visit, found: &BallotPaper, errors: &Errors) -> Result<Markup, Failure> {
    let (text, open) = (&visit.text().ballots, &found.open);
    let own = visit.engine.votes(&visit.actor, open).into_iter().find(|vote| Some(vote.member) == visit.actor.person);
    let said = own.map(|vote| (text.voted)(named(text.choices, code(vote.choice))));
    match guard(&visit.actor, open, BallotAction::CastVote) {
        Err(Denial::Permission) => return Ok(html! {}),
        Err(Denial::State(problem)) => {
            let title = said.unwrap_or_else(|| text.not_possible.to_owned());
            return Ok(alert(Tone::Info, &title, &html! { p class="kern-body" { (problem.message(visit.language())) } }));
        }
        Ok(()) => {}
    }
    let mut typed = Fields::default();
    typed.put("choice", if errors.is_empty() { own.map(|vote| code(vote.choice)).unwrap_or_default() } else { visit.field("choice") });
    let choices: Vec<(String, String)> = text.choices.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    let button = if own.is_some() { text.cast_again } else { text.cast };
    let fields = html! {
        (Ask::new(visit, &typed, errors).radios(&Question::new("choice", text.vote).hint(text.changeable), &choices))
        div class="buttons" { (submit(Weight::Primary, button)) }
    };
    Ok(html! {
        section class="panel vote" aria-labelledby="yours" {
            h2 class="kern-heading-medium" id="yours" { (text.yours) }
            @if let Some(said) = said { p class="kern-body kern-body--bold" { (said) } }
            (form_once(visit, &format!("/committee/ballots/{}/vote", open.ballot.id), &fields)?)
        }
    })
}

/// Takes a vote.
pub(crate) async fn cast(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: BallotId = visit.id()?;
    let Some(choice) = chosen(visit.field("choice")) else {
        let open = visit.engine.ballot(&visit.actor, id).await?.ok_or(Error::NotFound)?;
        visit.permitted(BallotAction::CastVote, &open)?;
        let mut errors = Errors::default();
        errors.add("choice", visit.text().ballots.choose);
        return page(&visit, &errors).await;
    };
    match visit.engine.cast_vote(&visit.call(), id, choice).await {
        Ok(_) => Ok(go_to(&format!("/committee/ballots/{id}?done=voted"))),
        Err(Error::Refused(refusal)) => page(&visit, &Errors::of(&visit, refusal, "content")).await,
        Err(error) => Err(error.into()),
    }
}

/// All that are voted on in the same vote.
fn together(visit: &Visit, found: &BallotPaper) -> Markup {
    let text = &visit.text().ballots;
    if found.together.is_empty() {
        return html! {};
    }
    let columns = [Column::text(text.subject), Column::text(visit.text().meetings.motion), Column::text(text.result)];
    let rows: Vec<Vec<Markup>> = (found.together.iter())
        .map(|(ballot, motion, matter)| {
            let name = html! {
                @if ballot.id == found.open.ballot.id { strong { (called(matter.as_ref())) } } @else {
                    a class="kern-link" href=(format!("/committee/ballots/{}", ballot.id)) { (called(matter.as_ref())) }
                }
            };
            vec![name, html! { (proposed(visit, motion.proposal)) }, outcome(visit, ballot)]
        })
        .collect();
    html! {
        section aria-labelledby="together" {
            h2 class="kern-heading-medium" id="together" { (text.together.0) }
            p { (text.together.1) }
            (table(text.together.0, &columns, &rows, None))
        }
    }
}

/// Links to what ends the vote: the chair closes it, members object, or have a conflict of interest.
fn deeds(visit: &Visit, found: &BallotPaper) -> Markup {
    let text = &visit.text().ballots;
    let actions = available_actions(&visit.actor, &found.open);
    let path = |deed: &str| format!("/committee/ballots/{}/{deed}", found.open.ballot.id);
    html! {
        @if actions.contains(&BallotAction::Close) { p { (link_button(false, &path("close"), text.close.0)) } }
        ul class="deeds" {
            @if actions.contains(&BallotAction::ObjectToCircularVote) { li { a class="kern-link" href=(path("object")) { (text.object.0) } } }
            @if actions.contains(&BallotAction::ObjectToEnBloc) { li { a class="kern-link" href=(path("apart")) { (text.apart.0) } } }
            @if may_declare(visit, &found.paper) {
                li { a class="kern-link" href=(format!("/committee/applications/{}/recusal", found.paper.application.id)) { (text.recusal.0) } }
            }
        }
    }
}

/// What ends a vote, by its name in the address.
pub(crate) const DEEDS: [(&str, BallotAction); 3] =
    [("close", BallotAction::Close), ("object", BallotAction::ObjectToCircularVote), ("apart", BallotAction::ObjectToEnBloc)];

/// What ends a vote: its texts, and what it is to the engine.
struct Deed {
    action: BallotAction,
    said: Said,
    confirm: &'static str,
    button: &'static str,
}

fn deed(visit: &Visit) -> Result<Deed, Failure> {
    let text = &visit.text().ballots;
    let found = DEEDS.into_iter().find(|(name, _)| *name == visit.parameter("step"));
    let (_, action) = found.ok_or(Error::NotFound)?;
    let (said, confirm, button) = match action {
        BallotAction::Close => (text.close, text.close_confirm, text.close_button),
        BallotAction::ObjectToEnBloc => (text.apart, text.apart_confirm, text.apart_button),
        _ => (text.object, text.object_confirm, text.object_button),
    };
    Ok(Deed { action, said, confirm, button })
}

/// Asks whether the vote is to end.
pub(crate) async fn ask(visit: Visit) -> Answer {
    visit.signed_in()?;
    asked(&visit, &Errors::default()).await
}

async fn asked(visit: &Visit, errors: &Errors) -> Answer {
    let deed = deed(visit)?;
    let open = visit.engine.ballot(&visit.actor, visit.id()?).await?.ok_or(Error::NotFound)?;
    guard(&visit.actor, &open, deed.action).map_err(Error::from)?;
    let path = format!("/committee/ballots/{}", open.ballot.id);
    let matters = visit.engine.matters(&visit.actor, &[open.ballot.motion]).await?;
    let typed = visit.fields.clone();
    let fields = html! {
        (Ask::new(visit, &typed, errors).declaration(&Question::new("confirmed", deed.confirm)))
        div class="buttons" { (submit(Weight::Primary, deed.button)) a class="kern-link" href=(path) { (visit.text().form.cancel) } }
    };
    let content = html! {
        (counted(visit, &open))
        (form_once(visit, &format!("{path}/{}", visit.parameter("step")), &fields)?)
    };
    let sheet = Sheet::new(deed.said.0).lead(deed.said.1).below(path.clone(), called(matters.get(&open.ballot.motion)));
    Ok(sheet.show_with(visit, errors, &content))
}

/// Ends the vote: closes it, or objects to its form.
pub(crate) async fn end(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (deed, id): (Deed, BallotId) = (deed(&visit)?, visit.id()?);
    if visit.field("confirmed") != "yes" {
        let errors = Errors::missing(&visit, "confirmed");
        return asked(&visit, &errors).await;
    }
    let (engine, call) = (&visit.engine, visit.call());
    let done = match deed.action {
        BallotAction::Close => engine.close_ballot(&call, id).await,
        BallotAction::ObjectToEnBloc => engine.object_to_en_bloc(&call, id).await,
        _ => engine.object_to_circular_vote(&call, id).await,
    };
    match done {
        Ok(_) => Ok(go_to(&format!("/committee/ballots/{id}"))),
        Err(Error::Refused(refusal)) => page(&visit, &Errors::of(&visit, refusal, "content")).await,
        Err(error) => Err(error.into()),
    }
}

/// What came of it: the tally, the computation in its steps, and who voted how.
async fn result(visit: &Visit, open: &BallotBox) -> Result<Markup, Failure> {
    let (text, ballot) = (&visit.text().ballots, &open.ballot);
    let Some(tally) = ballot.state.tally() else { return Ok(html! {}) };
    Ok(html! {
        section aria-labelledby="result" {
            h2 class="kern-heading-medium" id="result" { (text.result) }
            p { (outcome(visit, ballot)) }
            (tallied(visit, tally))
        }
        @if let Some(computation) = &ballot.computation {
            section aria-labelledby="computation" {
                h2 class="kern-heading-medium" id="computation" { (text.computation.0) }
                p { (text.computation.1) }
                ol class="steps computation" { @for step in &computation.steps { li { (sentence(&step.in_words(visit.language()))) } } }
            }
        }
        (who(visit, open).await?)
    })
}

/// The words with a capital at their beginning.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn tallied(visit: &Visit, tally: Tally) -> Markup {
    let text = &visit.text().ballots;
    let columns = [Column::text(text.choice), Column::text(text.tally), Column::number(text.seats)];
    let counts = [(Choice::Yes, tally.yes), (Choice::No, tally.no), (Choice::Abstain, tally.abstained)];
    let row = |(choice, count): (Choice, u32)| {
        vec![html! { (named(text.choices, code(choice))) }, bar_of_count(count, tally.present()), html! { (count) }]
    };
    let rows: Vec<Vec<Markup>> = counts.into_iter().map(row).collect();
    table(text.tally, &columns, &rows, None)
}

/// Who voted how, to those whom R25 names.
async fn who(visit: &Visit, open: &BallotBox) -> Result<Markup, Failure> {
    let text = &visit.text().ballots;
    if open.ballot.recorded_tally.is_some() {
        return Ok(html! { p class="kern-body--muted" { (text.by_hand) } });
    }
    let votes = visit.engine.votes(&visit.actor, open);
    if votes.is_empty() {
        return Ok(html! {});
    }
    let ids: Vec<PersonId> = votes.iter().map(|vote| vote.member).collect();
    let persons = visit.engine.persons(&ids).await?;
    let name = |id: PersonId| persons.iter().find(|person| person.id == id).map(|person| person.name.clone()).unwrap_or_default();
    let rows: Vec<Vec<Markup>> =
        (votes.iter()).map(|vote| vec![html! { (name(vote.member)) }, html! { (named(text.choices, code(vote.choice))) }]).collect();
    Ok(html! {
        section aria-labelledby="votes" {
            h2 class="kern-heading-medium" id="votes" { (text.votes) }
            (table(text.votes, &[Column::text(text.person), Column::text(text.choice)], &rows, None))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_read_back() {
        for choice in [Choice::Yes, Choice::No, Choice::Abstain] {
            assert_eq!(chosen(code(choice)), Some(choice));
        }
        assert_eq!(chosen("maybe"), None);
    }

    #[test]
    fn a_step_begins_with_a_capital() {
        assert_eq!(sentence("übrig sind 3"), "Übrig sind 3");
        assert_eq!(sentence(""), "");
    }
}
