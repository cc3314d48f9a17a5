//! The inbox: all applications, filtered by what stands in the address; and what is done with several at once.

use domain::application::{Application, State};
use domain::ids::{ApplicationId, RoundId};
use domain::problem::Refusal;
use engine::{ApplicationQuery, Checked, Count, Error, RoundView};
use maud::{Markup, html};

use crate::component::{Column, Tone, alert, badge, link_button, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form_once, submit, submit_to};
use crate::moment;
use crate::office::{
    Known, address, asking, chosen, cities, counted, done, enter, number, pages, sections, sheet, some_money, title, window,
};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/applications";

/// The longest text that is searched for.
const LONGEST_SEARCH: usize = 100;

/// The names of the states, in the order of an application's life.
const STATES: [&str; 9] = ["submitted", "changes-requested", "admitted", "waiting", "awarded", "rejected", "refused", "withdrawn", "draft"];

/// What the address asks for.
struct Filter {
    round: Option<RoundId>,
    state: &'static str,
    city: String,
    search: String,
    newest: bool,
}

impl Filter {
    fn read(visit: &Visit) -> Result<Self, Failure> {
        let round = if visit.field("round").is_empty() { None } else { Some(visit.id_in("round")?) };
        let state = STATES.into_iter().find(|state| *state == visit.field("state")).unwrap_or_default();
        let search = visit.field("q").trim().chars().take(LONGEST_SEARCH).collect();
        Ok(Self { round, state, city: visit.field("city").to_owned(), search, newest: visit.field("order") == "newest" })
    }

    fn query(&self) -> ApplicationQuery {
        ApplicationQuery {
            round: self.round,
            city: Some(self.city.clone()).filter(|city| !city.is_empty()),
            search: Some(self.search.clone()).filter(|search| !search.is_empty()),
            ..ApplicationQuery::default()
        }
    }

    /// The fields of the address, with another state.
    fn with_state<'a>(&'a self, round: &'a str, state: &'a str) -> Vec<(&'static str, &'a str)> {
        let order = if self.newest { "newest" } else { "" };
        vec![("round", round), ("state", state), ("city", &self.city), ("q", &self.search), ("order", order)]
    }
}

/// The applications.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let filter = Filter::read(&visit)?;
    let text = &visit.text().inbox;
    let (engine, actor) = (&visit.engine, &visit.actor);
    let counts = engine.count_applications_by_state(actor, &filter.query()).await?;
    let query = ApplicationQuery { states: Some(filter.state).filter(|state| !state.is_empty()).into_iter().collect(), ..filter.query() };
    let mut page = engine.applications(actor, &query, &window(&visit, filter.newest)).await?;
    let rounds = engine.rounds().await?;
    let known = Known::of(&visit, page.items.clone()).await?;
    let round = filter.round.map(|round| round.to_string()).unwrap_or_default();
    let fields = filter.with_state(&round, filter.state);
    let ways = pages(&visit, PATH, &fields, &page, filter.newest, |application: &Application| application.id.to_string());
    if filter.newest {
        page.items.reverse();
    }
    let total: Count = counts.values().copied().sum();
    let found = if filter.state.is_empty() { total } else { counts.get(filter.state).copied().unwrap_or_default() };
    let chip = |state: &'static str, name: &str, count: Count| {
        let current = (filter.state == state).then_some("true");
        html! { li { a href=(address(PATH, &filter.with_state(&round, state))) aria-current=[current] { (name) " " (counted(count)) } } }
    };
    let content = html! {
        (sections(&visit))
        (done(&visit))
        (filters(&visit, &filter, &round, &rounds))
        nav aria-label=(text.states_label) {
            ul class="filter" {
                (chip("", visit.text().office.all, total))
                @for state in STATES {
                    @let count = counts.get(state).copied().unwrap_or_default();
                    @if count.at_least > 0 || filter.state == state { (chip(state, named(text.states, state), count)) }
                }
            }
        }
        p role="status" { ((visit.text().office.count)(&counted(found))) }
        @if page.items.is_empty() { p { (visit.text().office.nothing) } } @else { (choosing(&visit, &page.items, &known)) }
        (ways)
    };
    Ok(sheet(&visit, text.title).show(&visit, &content))
}

fn filters(visit: &Visit, filter: &Filter, round: &str, rounds: &[RoundView]) -> Markup {
    let (text, office) = (&visit.text().inbox, &visit.text().office);
    let mut typed = Fields::default();
    typed.put("round", round);
    typed.put("city", filter.city.as_str());
    typed.put("q", filter.search.as_str());
    typed.put("order", if filter.newest { "newest" } else { "oldest" });
    let errors = Errors::default();
    let ask = Ask::new(visit, &typed, &errors);
    let rounds: Vec<Choice> = rounds.iter().rev().map(|view| (view.round.id.to_string(), view.round.code.clone())).collect();
    let orders = [("oldest".to_owned(), text.oldest.to_owned()), ("newest".to_owned(), text.newest.to_owned())];
    let fields = html! {
        input type="hidden" name="state" value=(filter.state);
        div class="filters" {
            (ask.line(&Question::new("q", text.search).hint(text.search_hint).kind("search", "off")))
            (ask.select(&Question::new("round", office.round), office.all_rounds, &rounds))
            (ask.select(&Question::new("city", office.city), office.all_cities, &city_choices(visit)))
            (ask.select(&Question::new("order", text.order), "", &orders))
            div { (submit(Weight::Secondary, office.filter)) }
        }
    };
    html! { search aria-label=(office.filtered) { (asking(PATH, true, &fields)) } }
}

/// The partner cities, to choose from.
pub(crate) fn city_choices(visit: &Visit) -> Vec<Choice> {
    visit.engine.fund().partner_cities.iter().map(|city| (city.code.clone(), city.name.clone())).collect()
}

/// The list, with boxes to choose several.
fn choosing(visit: &Visit, applications: &[Application], known: &Known) -> Markup {
    let text = &visit.text().inbox;
    let fields = html! {
        (table(text.title, &columns(visit), &applications.iter().map(|one| row(visit, one, known, true)).collect::<Vec<_>>(), None))
        p class="kern-label" id="chosen" { (text.with_chosen) }
        div class="buttons" role="group" aria-labelledby="chosen" {
            (submit_to(Weight::Secondary, "admit", None, &html! { (text.admit) }))
            (submit_to(Weight::Secondary, "plan", None, &html! { (text.plan) }))
        }
    };
    asking("/office/applications/chosen", true, &fields)
}

fn columns(visit: &Visit) -> [Column<'static>; 7] {
    let text = &visit.text().inbox;
    [
        Column::text(text.number),
        Column::text(text.project),
        Column::text(text.applicant),
        Column::text(text.cities),
        Column::number(text.asked),
        Column::text(text.received),
        Column::text(text.state),
    ]
}

fn row(visit: &Visit, application: &Application, known: &Known, choosable: bool) -> Vec<Markup> {
    let text = &visit.text().inbox;
    let id = format!("choose-{}", application.id);
    let number = number(visit, application);
    let head = html! {
        @if choosable && application.number.is_some() {
            span class="kern-form-check choose" {
                input class="kern-form-check__checkbox" type="checkbox" id=(id) name="application" value=(application.id);
                label class="kern-label" for=(id) { span class="unseen" { (text.choose) " " } span class="reference" { (number) } }
            }
        } @else { (number) }
    };
    vec![
        head,
        html! { a class="kern-link" href=(format!("{PATH}/{}", application.id)) { (title(visit, application)) } },
        html! { (known.applicant(application)) },
        html! { (cities(visit, &application.form.cities)) },
        some_money(visit, application.form.amount_requested),
        html! { @if let Some(at) = application.received_at { (moment::day(at, visit.language())) } },
        state_badge(visit, application),
    ]
}

/// Where an application stands, as the office says it.
pub(crate) fn state_badge(visit: &Visit, application: &Application) -> Markup {
    let tone = match application.state {
        State::Submitted | State::ChangesRequested(_) => Tone::Warning,
        State::Awarded { .. } | State::Admitted => Tone::Success,
        State::Refused { .. } | State::Rejected { .. } => Tone::Danger,
        State::Draft | State::Withdrawn | State::Waiting { .. } => Tone::Info,
    };
    badge(tone, named(visit.text().inbox.states, application.state.name()))
}

/// What is to be done with the chosen ones: a look at them first, or a what-if of them.
pub(crate) async fn chosen_ones(visit: Visit) -> Answer {
    enter(&visit)?;
    let ids: Vec<ApplicationId> = chosen(&visit.fields, "application")?;
    if visit.field("do") == "plan" {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("application", id.as_str())).collect();
        return Ok(go_to(&address("/office/what-ifs/new", &fields)));
    }
    preview(&visit, &ids, Refusal(Vec::new())).await
}

async fn preview(visit: &Visit, ids: &[ApplicationId], refused: Refusal) -> Answer {
    let text = &visit.text().inbox;
    let checked = visit.engine.check_applications(&visit.actor, ids).await?;
    let known = Known::of(visit, checked.iter().map(|one| one.application.clone()).collect()).await?;
    let (admissible, left): (Vec<&Checked>, Vec<&Checked>) = checked.iter().partition(|one| one.admissible);
    let row = |one: &&Checked| {
        let mut cells = row(visit, &one.application, &known, false);
        let against = one.violations.len();
        let remark =
            if against == 0 { badge(Tone::Success, text.in_order) } else { badge(Tone::Warning, &(text.against)(&against.to_string())) };
        cells.insert(1, remark);
        cells
    };
    let mut with_remark: Vec<Column<'_>> = columns(visit).into_iter().collect();
    with_remark.insert(1, Column::text(text.bulk_remark));
    let fields = html! {
        @for one in &admissible { input type="hidden" name="application" value=(one.application.id); }
        div class="buttons" id="applicationIds" {
            (submit(Weight::Primary, &(text.bulk_button)(&admissible.len().to_string())))
            (link_button(false, PATH, visit.text().form.cancel))
        }
    };
    let content = html! {
        @if admissible.is_empty() {
            (alert(Tone::Info, text.bulk_none, &html! {}))
            div class="buttons" { (link_button(false, PATH, visit.text().form.cancel)) }
        } @else {
            (table(text.bulk.0, &with_remark, &admissible.iter().map(row).collect::<Vec<_>>(), None))
            (form_once(visit, "/office/applications/chosen/admit", &fields)?)
        }
        @if !left.is_empty() {
            section aria-labelledby="left" {
                h2 class="kern-heading-medium" id="left" { (text.bulk_left.0) }
                p { (text.bulk_left.1) }
                (table(text.bulk_left.0, &with_remark, &left.iter().map(row).collect::<Vec<_>>(), None))
            }
        }
    };
    let errors = Errors::of(visit, refused, "applicationIds");
    Ok(sheet(visit, text.bulk.0).below(PATH, text.title).lead(text.bulk.1).show_with(visit, &errors, &content))
}

/// Admits those that were looked at: all or none.
pub(crate) async fn admit_chosen(visit: Visit) -> Answer {
    enter(&visit)?;
    let ids: Vec<ApplicationId> = chosen(&visit.fields, "application")?;
    match visit.engine.admit_applications(&visit.call(), ids.clone()).await {
        Ok(_) => Ok(go_to(&address(PATH, &[("state", "admitted"), ("done", "admitted")]))),
        Err(Error::Refused(refused)) => preview(&visit, &ids, refused).await,
        Err(error) => Err(error.into()),
    }
}
