//! What-ifs of a round: tried against the money that there is now, saved, compared, and put as motions.

use domain::application::Application;
use domain::identity::available_actions;
use domain::ids::{ApplicationId, RoundId, WhatIfId};
use domain::language::Say as _;
use domain::money::Money;
use domain::problem::{Refusal, Violation};
use domain::what_if::{LineResult, Played, PlayedLine, Total, WhatIf, WhatIfAction as Action, WhatIfState};
use engine::{ApplicationQuery, Error, RoundView, SaveWhatIf, WhatIfLine, Window};
use maud::{Markup, html};

use crate::component::{Column, Summary, Tone, alert, badge, bar, link_button, money, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, said, submit, submit_to};
use crate::moment;
use crate::office::proposal::{kind_choices, kind_of, takes_amount, words};
use crate::office::{Known, address, asking, chosen, done, enter, number, sections, sheet, title};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

pub(crate) const PATH: &str = "/office/what-ifs";

/// How many applications a new what-if takes up at most.
const MOST: u64 = 200;

/// The what-ifs of a round.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().what_ifs;
    let rounds = visit.engine.rounds().await?;
    let wanted: Option<RoundId> = if visit.field("round").is_empty() { None } else { Some(visit.id_in("round")?) };
    let shown = rounds.iter().find(|view| Some(view.round.id) == wanted).or(rounds.last());
    let Some(shown) = shown else {
        return Ok(sheet(&visit, text.title)
            .lead(text.lead)
            .show(&visit, &html! { (sections(&visit)) p { (visit.text().office.nothing) } }));
    };
    let what_ifs = visit.engine.what_ifs(&visit.actor, shown.round.id).await?;
    let what_ifs: Vec<&WhatIf> = what_ifs.iter().filter(|what_if| what_if.state != WhatIfState::Discarded).collect();
    let row = |what_if: &&WhatIf| {
        let id = format!("choose-{}", what_if.id);
        let tone = if what_if.state == WhatIfState::Saved { Tone::Info } else { Tone::Success };
        vec![
            html! {
                span class="kern-form-check choose" {
                    input class="kern-form-check__checkbox" type="checkbox" id=(id) name="what-if" value=(what_if.id);
                    label class="kern-label" for=(id) { span class="unseen" { (text.choose) " " } (what_if.name) }
                }
            },
            html! { a class="kern-link" href=(format!("{PATH}/{}", what_if.id)) { (moment::time(what_if.saved_at, visit.language())) } },
            html! { (what_if.lines.len()) },
            badge(tone, named(text.states, what_if.state.name())),
        ]
    };
    let columns = [Column::text(text.name), Column::text(text.saved_at), Column::number(text.line_count), Column::text(text.state)];
    let rows: Vec<Vec<Markup>> = what_ifs.iter().map(row).collect();
    let listed = html! {
        (table(text.saved, &columns, &rows, None))
        @if rows.len() > 1 { div class="buttons" { (submit(Weight::Secondary, text.compare)) } }
    };
    let content = html! {
        (sections(&visit))
        (done(&visit))
        (round_filter(&visit, &rounds, shown.round.id))
        div class="buttons" { (link_button(true, &address("/office/what-ifs/new", &[("round", &shown.round.id.to_string())]), text.new)) }
        section aria-labelledby="saved" {
            h2 class="kern-heading-medium" id="saved" { (text.saved) }
            @if rows.is_empty() { p { (visit.text().office.nothing) } } @else { (asking("/office/what-ifs/compare", true, &listed)) }
        }
    };
    Ok(sheet(&visit, text.title).lead(text.lead).show(&visit, &content))
}

fn round_filter(visit: &Visit, rounds: &[RoundView], shown: RoundId) -> Markup {
    html! {
        nav aria-label=(visit.text().office.round) {
            ul class="filter" {
                @for view in rounds.iter().rev() {
                    @let path = address(PATH, &[("round", &view.round.id.to_string())]);
                    li { a href=(path) aria-current=[(view.round.id == shown).then_some("true")] { (view.round.code) } }
                }
            }
        }
    }
}

/// Lines, and the number of each in the form.
type Numbered = (Vec<usize>, Vec<WhatIfLine>);

/// A what-if as it is worked on, saved or not.
struct Draft {
    id: Option<WhatIfId>,
    round: RoundId,
    name: String,
    /// The lines as they stand in their fields, numbered in their order.
    typed: Fields,
}

impl Draft {
    /// Adds a line at the end.
    fn add(&mut self, index: usize, application: ApplicationId, kind: &str, amount: Option<Money>) {
        self.typed.put(format!("lines[{index}].application"), application.to_string());
        self.typed.put(format!("lines[{index}].kind"), kind);
        self.typed.put_amount(format!("lines[{index}].amount"), amount);
        self.typed.put(format!("lines[{index}].place"), (index + 1).to_string());
    }

    fn of(what_if: &WhatIf) -> Self {
        let mut draft = Self { id: Some(what_if.id), round: what_if.round, name: what_if.name.clone(), typed: Fields::default() };
        for (index, line) in what_if.lines.iter().enumerate() {
            draft.add(index, line.application, line.proposal.name(), line.proposal.amount());
        }
        draft
    }

    /// From the form, with the lines in the order of the places that were typed.
    fn read(visit: &Visit) -> Result<Self, Failure> {
        let id = if visit.field("id").is_empty() { None } else { Some(visit.id_in("id")?) };
        let fields = &visit.fields;
        let at = |index: usize, part: &str| fields.get(&format!("lines[{index}].{part}"));
        let mut order: Vec<usize> = (0..fields.rows("lines")).filter(|index| !at(*index, "application").is_empty()).collect();
        // What has no place that can be read stays where it is.
        order.sort_by_key(|index| at(*index, "place").trim().parse().unwrap_or(index + 1));
        let mut typed = Fields::default();
        for (place, index) in order.into_iter().enumerate() {
            for part in ["application", "kind", "amount"] {
                typed.put(format!("lines[{place}].{part}"), at(index, part));
            }
            typed.put(format!("lines[{place}].place"), (place + 1).to_string());
        }
        Ok(Self { id, round: visit.id_in("round")?, name: visit.field("name").to_owned(), typed })
    }

    fn applications(&self) -> Result<Vec<ApplicationId>, Failure> {
        let read = |index| self.typed.get(&format!("lines[{index}].application")).parse().map(ApplicationId);
        (0..self.typed.rows("lines")).map(|index| read(index).map_err(|_| Error::NotFound.into())).collect()
    }

    /// The lines that are not left out, each with its number in the form.
    fn lines(&self, visit: &Visit) -> Result<Result<Numbered, Errors>, Failure> {
        let mut reader = Reader::new(visit.text(), &self.typed);
        let (mut numbers, mut lines) = (Vec::new(), Vec::new());
        for (index, application) in self.applications()?.into_iter().enumerate() {
            let Some(kind) = kind_of(self.typed.get(&format!("lines[{index}].kind"))) else { continue };
            let amount = reader.amount(&format!("lines[{index}].amount")).filter(|_| takes_amount(kind));
            numbers.push(index);
            lines.push(WhatIfLine { application, kind, amount, wording: None });
        }
        Ok(if reader.errors.is_empty() { Ok((numbers, lines)) } else { Err(reader.errors) })
    }
}

/// What is said against lines, at the fields of the form that they came from.
fn refused(visit: &Visit, refusal: Refusal, numbers: &[usize]) -> Errors {
    let in_form = |violation: Violation| {
        let field = violation.field.as_deref().and_then(|field| {
            let (index, part) = field.strip_prefix("lines[")?.split_once("].")?;
            let number = numbers.get(index.parse::<usize>().ok()?)?;
            let part = if part == "kind" { "kind" } else { "amount" };
            Some(format!("lines[{number}].{part}"))
        });
        Violation { field: field.or(violation.field), problem: violation.problem }
    };
    Errors::of(visit, Refusal(refusal.0.into_iter().map(in_form).collect()), "lines")
}

/// A new one: of the chosen applications, or of all that are admitted in the round.
pub(crate) async fn new(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().what_ifs;
    let (engine, actor) = (&visit.engine, &visit.actor);
    let ids: Vec<ApplicationId> = chosen(&visit.fields, "application")?;
    let applications = if ids.is_empty() {
        if visit.field("round").is_empty() {
            return Ok(go_to(PATH));
        }
        let query = ApplicationQuery { round: Some(visit.id_in("round")?), states: vec!["admitted"], ..ApplicationQuery::default() };
        engine.applications(actor, &query, &Window::first(MOST)).await?.items
    } else {
        let round = |application: &Application| application.round;
        let found = engine.applications_by_ids(actor, &ids).await?;
        let first = found.first().map(round);
        found.into_iter().filter(|application| Some(application.round) == first && application.number.is_some()).collect()
    };
    let Some(round) = applications.first().map(|application| application.round) else {
        let content = alert(Tone::Info, text.no_lines.0, &html! { p class="kern-body" { (text.no_lines.1) } });
        return Ok(sheet(&visit, text.new).below(PATH, text.title).show(&visit, &content));
    };
    let prepared = engine.proposals(actor, round, &Window::first(MOST)).await?.items;
    let today = engine.today().say(visit.language());
    let mut draft = Draft { id: None, round, name: (text.usual_name)(&today), typed: Fields::default() };
    for (index, application) in applications.iter().enumerate() {
        match prepared.iter().find(|prepared| prepared.application == application.id) {
            Some(prepared) => draft.add(index, application.id, prepared.proposal.name(), prepared.proposal.amount()),
            None => draft.add(index, application.id, "award", application.form.amount_requested),
        }
    }
    let known = Known::of(&visit, applications).await?;
    tried(&visit, &draft, &known, Errors::default()).await
}

/// The draft with what would come of it.
async fn tried(visit: &Visit, draft: &Draft, known: &Known, errors: Errors) -> Answer {
    let (mut errors, mut played) = (errors, None);
    match draft.lines(visit)? {
        Err(unreadable) => errors.join(unreadable),
        Ok((numbers, lines)) => match visit.engine.try_what_if(&visit.actor, draft.round, lines).await {
            Ok(outcome) => played = Some((numbers, outcome)),
            Err(Error::Refused(refusal)) => {
                if errors.is_empty() {
                    errors = refused(visit, refusal, &numbers);
                }
            }
            Err(error) => return Err(error.into()),
        },
    }
    let text = &visit.text().what_ifs;
    let content = editor(visit, draft, known, played.as_ref().map(|(numbers, played)| (numbers.as_slice(), played)), &errors)?;
    let heading = if draft.id.is_some() { draft.name.as_str() } else { text.new };
    Ok(sheet_of(visit, heading).lead(text.new_lead).show_with(visit, &errors, &content))
}

/// A page below the list.
pub(crate) fn sheet_of(visit: &Visit, heading: &str) -> Sheet {
    let heading = if heading.trim().is_empty() { visit.text().what_ifs.new } else { heading };
    sheet(visit, heading).below(PATH, visit.text().what_ifs.title)
}

/// Tries what was typed, or saves it.
pub(crate) async fn work_on(visit: Visit) -> Answer {
    enter(&visit)?;
    let draft = Draft::read(&visit)?;
    let known = Known::load(&visit, &draft.applications()?).await?;
    if visit.field("do") != "save" {
        return tried(&visit, &draft, &known, Errors::default()).await;
    }
    let (numbers, lines) = match draft.lines(&visit)? {
        Ok(read) => read,
        Err(errors) => return tried(&visit, &draft, &known, errors).await,
    };
    let input = SaveWhatIf { what_if: draft.id, round: draft.round, name: draft.name.clone(), lines };
    match visit.engine.save_what_if(&visit.call(), input).await {
        Ok(id) => Ok(go_to(&format!("{PATH}/{id}?done=saved"))),
        Err(Error::Refused(refusal)) => tried(&visit, &draft, &known, refused(&visit, refusal, &numbers)).await,
        Err(error) => Err(error.into()),
    }
}

/// The form with the lines, and what comes of them.
fn editor(visit: &Visit, draft: &Draft, known: &Known, played: Option<(&[usize], &Played)>, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().what_ifs;
    let mut typed = draft.typed.clone();
    typed.put("name", draft.name.as_str());
    let ask = Ask::new(visit, &typed, errors);
    let applications = draft.applications()?;
    let line_of = |index: usize| {
        let (numbers, played) = played?;
        played.lines.get(numbers.iter().position(|number| *number == index)?)
    };
    let planned: Money =
        played.map(|(_, played)| played.lines.iter().filter_map(|line| line.line.proposal.amount()).sum()).unwrap_or_default();
    let fields = html! {
        // Enter tries, and saves nothing.
        button class="unseen" type="submit" name="do" value="try" tabindex="-1" aria-hidden="true" {}
        @if let Some(id) = draft.id { input type="hidden" name="id" value=(id); }
        input type="hidden" name="round" value=(draft.round);
        section aria-labelledby="lines" {
            h2 class="kern-heading-medium" id="lines" tabindex="-1" { (text.lines) }
            p { (text.lines_lead) }
            ol class="plan" {
                @for (index, application) in applications.iter().enumerate() { (line(visit, &ask, index, known.get(*application), known, line_of(index))) }
            }
            p { strong { (text.planned) ": " span data-sum="planned" { (planned.say(visit.language())) } } }
        }
        (ask.line(&Question::new("name", text.name).hint(text.name_hint)))
        div class="buttons" {
            (submit_to(Weight::Primary, "try", None, &html! { (text.try_) }))
            (submit_to(Weight::Secondary, "save", None, &html! { (text.save) }))
        }
    };
    Ok(html! {
        (done(visit))
        @if let Some((_, played)) = played { (outcome(visit, played, known)) }
        (wide_form_once(visit, &fields)?)
    })
}

/// The form of the lines, over the whole width.
fn wide_form_once(visit: &Visit, fields: &Markup) -> Result<Markup, Failure> {
    Ok(html! { div class="planning" { (form_once(visit, PATH, fields)?) } })
}

fn line(
    visit: &Visit,
    ask: &Ask<'_>,
    index: usize,
    application: Option<&Application>,
    known: &Known,
    played: Option<&PlayedLine>,
) -> Markup {
    let text = &visit.text().what_ifs;
    let Some(application) = application else { return html! {} };
    let number = number(visit, application);
    let field = |part: &str| format!("lines[{index}].{part}");
    let label = |what: &str| (text.of_line)(what, number);
    let asked = application.form.amount_requested.unwrap_or_default();
    let kinds: Vec<Choice> = kind_choices(visit);
    html! {
        li {
            div {
                p { a class="kern-link" href=(format!("/office/applications/{}", application.id)) { (number) } " " (title(visit, application)) }
                p class="meta" { span { (known.applicant(application)) } span { ((text.asked)(&asked.say(visit.language()))) } }
                input type="hidden" name=(field("application")) value=(application.id);
            }
            (ask.select(&Question::new(&field("kind"), &label(text.kind)), text.left_out, &kinds))
            (ask.amount_up_to(&Question::new(&field("amount"), &label(text.amount)), Some("planned"), asked))
            (ask.number(&Question::new(&field("place"), &label(text.place))))
            div { @if let Some(played) = played { (line_result(visit, played)) } }
        }
    }
}

/// What would become of a line.
pub(crate) fn result_badge(visit: &Visit, played: &PlayedLine) -> Markup {
    let (tone, code) = match played.result {
        LineResult::Awarded => (Tone::Success, "awarded"),
        LineResult::Waiting => (Tone::Warning, "waiting"),
        LineResult::Rejected => (Tone::Danger, "rejected"),
        LineResult::Deferred => (Tone::Info, "deferred"),
        LineResult::Impossible => (Tone::Danger, "impossible"),
    };
    badge(tone, named(visit.text().what_ifs.results, code))
}

fn line_result(visit: &Visit, played: &PlayedLine) -> Markup {
    let text = &visit.text().what_ifs;
    html! {
        p { (result_badge(visit, played)) }
        @if let Some(place) = played.place { p { ((text.place_on_list)(&place.to_string())) } }
        @if played.result == LineResult::Awarded { p class="meta" { ((text.left_after)(&played.left.say(visit.language()))) } }
        @for violation in &played.violations { p { (said(visit.text(), visit.language(), violation)) } }
    }
}

/// Where the money ends, and what each city and objective would get.
fn outcome(visit: &Visit, played: &Played, known: &Known) -> Markup {
    let (text, language, fund) = (&visit.text().what_ifs, visit.language(), visit.engine.fund());
    let ends = match played.ends_at.and_then(|index| known.get(played.lines.get(index)?.line.application)) {
        Some(application) => (text.ends_at)(number(visit, application)),
        None => text.ends_not.to_owned(),
    };
    let facts = Summary::default()
        .row(text.available, money(played.available, language))
        .row(text.awarded, money(played.awarded, language))
        .row(text.waiting, money(played.waiting, language))
        .row(text.left, money(played.left, language))
        .text(text.ends, &ends);
    let city = |code: &str| fund.partner_city(code).map_or_else(|| code.to_owned(), |city| city.name.clone());
    let objective = |code: &str| {
        let known = fund.objectives.iter().find(|objective| objective.code == code);
        known.map_or_else(|| code.to_owned(), |objective| objective.label.get(language).to_owned())
    };
    html! {
        section aria-labelledby="money" {
            h2 class="kern-heading-medium" id="money" { (text.money) }
            (bar(played.awarded, played.available))
            (facts.render())
            @if played.per_city.is_empty() && played.per_objective.is_empty() { p { (text.none_awarded) } }
            @else {
                h3 class="kern-heading-small" { (text.per_city) }
                (totals(visit, text.per_city, visit.text().office.city, &played.per_city, played.awarded, city))
                h3 class="kern-heading-small" { (text.per_objective) }
                (totals(visit, text.per_objective, text.objective, &played.per_objective, played.awarded, objective))
            }
        }
    }
}

fn totals(visit: &Visit, caption: &str, heading: &str, totals: &[Total], whole: Money, called: impl Fn(&str) -> String) -> Markup {
    let text = &visit.text().what_ifs;
    let columns = [Column::text(heading), Column::number(text.awards), Column::number(text.awarded), Column::text(text.share)];
    let row = |total: &Total| {
        vec![html! { (called(&total.code)) }, html! { (total.awards) }, money(total.amount, visit.language()), bar(total.amount, whole)]
    };
    table(caption, &columns, &totals.iter().map(row).collect::<Vec<_>>(), None)
}

async fn load(visit: &Visit) -> Result<WhatIf, Failure> {
    enter(visit)?;
    let id: WhatIfId = visit.id()?;
    Ok(visit.engine.what_if(&visit.actor, id).await?.ok_or(Error::NotFound)?)
}

/// A saved what-if: to be changed, put or thrown away; after it was put, what it was.
pub(crate) async fn overview(visit: Visit) -> Answer {
    let what_if = load(&visit).await?;
    page(&visit, &what_if, &Errors::default()).await
}

async fn page(visit: &Visit, what_if: &WhatIf, errors: &Errors) -> Answer {
    let text = &visit.text().what_ifs;
    let played = visit.engine.play_what_if(&visit.actor, what_if).await?;
    let known = Known::load(visit, &what_if.lines.iter().map(|line| line.application).collect::<Vec<_>>()).await?;
    let actions = available_actions(&visit.actor, what_if);
    let own = format!("{PATH}/{}", what_if.id);
    let numbers: Vec<usize> = (0..what_if.lines.len()).collect();
    let deed = |step: &str, weight, words: &str| form_once(visit, &format!("{own}/{step}"), &html! { div { (submit(weight, words)) } });
    let content = html! {
        @if actions.contains(&Action::SaveWhatIf) { (editor(visit, &Draft::of(what_if), &known, Some((&numbers, &played)), errors)?) }
        @else { (done(visit)) (closed(visit, what_if, &known)) }
        @if actions.contains(&Action::PutMotions) {
            section aria-labelledby="put" {
                h2 class="kern-heading-medium" id="put" { (text.put.0) }
                p { (text.put.1) }
                (deed("put", Weight::Primary, text.put_button)?)
            }
        }
        @if actions.contains(&Action::Discard) {
            section aria-labelledby="discard" {
                h2 class="kern-heading-medium" id="discard" { (text.discard.0) }
                p { (text.discard.1) }
                (deed("discard", Weight::Secondary, text.discard_button)?)
            }
        }
    };
    Ok(sheet_of(visit, &what_if.name).show_with(visit, errors, &content))
}

/// What was put as motions, or thrown away.
fn closed(visit: &Visit, what_if: &WhatIf, known: &Known) -> Markup {
    let text = &visit.text().what_ifs;
    let motions: &[domain::ids::MotionId] = if let WhatIfState::Put { motions, .. } = &what_if.state { motions } else { &[] };
    html! {
        @if let WhatIfState::Put { at, .. } = &what_if.state { p { ((text.was_put)(&moment::time(*at, visit.language()))) } }
        ol class="kern-list kern-list--number" {
            @for (index, line) in what_if.lines.iter().enumerate() {
                li {
                    (known.link(visit, line.application)) ": "
                    @match motions.get(index) {
                        Some(motion) => a class="kern-link" href=(format!("/office/motions/{motion}")) { (words(visit, line.proposal)) },
                        None => (words(visit, line.proposal)),
                    }
                }
            }
        }
    }
}

/// Puts all lines as motions, in their order: all or none (R20).
pub(crate) async fn put(visit: Visit) -> Answer {
    let what_if = load(&visit).await?;
    match visit.engine.put_motions(&visit.call(), what_if.id).await {
        Ok(id) => Ok(go_to(&format!("{PATH}/{id}?done=put"))),
        Err(Error::Refused(refusal)) => {
            let numbers: Vec<usize> = (0..what_if.lines.len()).collect();
            page(&visit, &what_if, &refused(&visit, refusal, &numbers)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Throws it away.
pub(crate) async fn discard(visit: Visit) -> Answer {
    let what_if = load(&visit).await?;
    match visit.engine.discard_what_if(&visit.call(), what_if.id).await {
        Ok(_) => Ok(go_to(&address(PATH, &[("round", &what_if.round.to_string()), ("done", "discarded")]))),
        Err(Error::Refused(refusal)) => page(&visit, &what_if, &Errors::of(&visit, refusal, "discard")).await,
        Err(error) => Err(error.into()),
    }
}
