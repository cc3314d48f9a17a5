//! All that an application says, as a list to read.

use domain::applicant::Applicant;
use domain::application::Application;
use domain::language::Say as _;
use domain::money::Money;
use maud::{Markup, html};

use crate::application::answers::measure_code;
use crate::application::step::{Step, open_in};
use crate::component::{Column, Summary, lines, money, paragraphs, table};
use crate::text::named;
use crate::visit::Visit;

/// The application, step by step. `editable` adds links to the steps that can be changed.
pub(crate) fn content(visit: &Visit, application: &Application, applicant: Option<&Applicant>, editable: bool) -> Markup {
    html! {
        @for step in Step::ALL {
            section aria-labelledby=(format!("step-{}", step.slug())) {
                div class="card__head" {
                    h2 class="kern-heading-medium" id=(format!("step-{}", step.slug())) { (step.title(visit.text())) }
                    @if editable && (step == Step::Applicant || !open_in(step, application).is_empty()) {
                        a class="kern-link" href=(format!("/applications/{}/{}", application.id, step.slug())) {
                            (visit.text().form.change) span class="unseen" { ": " (step.title(visit.text())) }
                        }
                    }
                }
                (step_content(visit, step, application, applicant))
            }
        }
    }
}

/// What the application says in one step.
pub(crate) fn step_content(visit: &Visit, step: Step, application: &Application, applicant: Option<&Applicant>) -> Markup {
    let (text, language, fund, form) = (&visit.text().steps, visit.language(), visit.engine.fund(), &application.form);
    let none_yet = || html! { span class="kern-body--muted" { (visit.text().form.none_yet) } };
    let or_none = |value: Option<&String>| value.map_or_else(none_yet, |value| paragraphs(value));
    match step {
        Step::Applicant => html! { @if let Some(applicant) = applicant { (applicant_facts(visit, applicant)) } },
        Step::Project => {
            let measure = form.measure.map(|measure| named(text.measures, measure_code(measure)).to_owned());
            let mut facts = Summary::default()
                .row(text.title, or_none(form.title.as_ref()))
                .row(text.summary, or_none(form.summary.as_ref()))
                .row(text.measure, or_none(measure.as_ref()));
            facts = facts.some_text(text.partner, form.partner_organisation.as_ref());
            let day = |day: Option<chrono::NaiveDate>| or_none(day.map(|day| day.say(language)).as_ref());
            facts.row(text.starts_on, day(form.starts_on)).row(text.ends_on, day(form.ends_on)).render()
        }
        Step::Cities => {
            let names = form.cities.iter().map(|code| fund.partner_city(code).map_or(code.as_str(), |city| city.name.as_str()));
            let names = Some(names.collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty());
            Summary::default().row(text.cities, or_none(names.as_ref())).render()
        }
        Step::Objectives => {
            let label = |code: &str| {
                let objective = fund.objectives.iter().find(|objective| objective.code == code);
                objective.map_or_else(|| code.to_owned(), |objective| objective.label.get(language).to_owned())
            };
            let facts = form.objectives.iter().fold(Summary::default(), |facts, claim| {
                facts.row(&label(&claim.objective), or_none(Some(&claim.reason).filter(|reason| !reason.is_empty())))
            });
            html! { @if form.objectives.is_empty() { p { (or_none(None)) } } @else { (facts.render()) } }
        }
        Step::Participants => {
            let people = form.participants.map(|people| (text.people)(&people.from_here.to_string(), &people.from_there.to_string()));
            html! { p { (or_none(people.as_ref())) } }
        }
        Step::Costs => costs(visit, application),
        Step::Financing => financing(visit, application),
        Step::Declarations => {
            let said = form.not_begun.then(|| text.not_begun.to_owned());
            html! { p { (or_none(said.as_ref())) } }
        }
    }
}

/// What is known of who applies.
pub(crate) fn applicant_facts(visit: &Visit, applicant: &Applicant) -> Markup {
    let (text, language) = (&visit.text().applicant, visit.language());
    let details = &applicant.details;
    let kind = named(visit.text().start.kinds, crate::fund::kind_code(applicant.kind));
    let mut facts = Summary::default().text(text.name, &applicant.name).text(text.kind, kind).row(text.address, lines(&applicant.address));
    if let Some(register) = &details.register {
        facts = facts.text(text.register_entry, &format!("{}, {}", register.number, register.court));
    }
    if let Some(since) = details.non_profit_since {
        facts = facts.text(text.non_profit_since, &since.say(language));
    }
    if let Some(contact) = &details.contact {
        let parts = [Some(&contact.name), contact.email.as_ref(), contact.phone.as_ref()];
        facts = facts.text(text.contact, &parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", "));
    }
    facts.render()
}

fn costs(visit: &Visit, application: &Application) -> Markup {
    let (text, language, fund) = (&visit.text().steps, visit.language(), visit.engine.fund());
    let form = &application.form;
    if form.cost_lines.is_empty() {
        return html! { p class="kern-body--muted" { (visit.text().form.none_yet) } };
    }
    let rows: Vec<Vec<Markup>> = (form.cost_lines.iter())
        .map(|line| {
            let category = fund.cost_category(&line.category).map_or("", |category| category.label.get(language));
            let what = html! { (line.text) @if let Some(reason) = &line.reason { br; span class="kern-body--muted" { (reason) } } };
            vec![what, html! { (category) }, money(line.amount, language)]
        })
        .collect();
    let columns = [Column::text(text.cost_text), Column::text(text.cost_category), Column::number(text.cost_amount)];
    let sums = [html! { (text.total_cost) }, html! {}, money(form.total_cost(), language)];
    table(text.costs, &columns, &rows, Some(&sums))
}

fn financing(visit: &Visit, application: &Application) -> Markup {
    let (text, language, fund) = (&visit.text().steps, visit.language(), visit.engine.fund());
    let form = &application.form;
    let source = |code: &str| {
        let known = fund.application.financing_sources.iter().find(|source| source.code == code);
        known.map_or_else(String::new, |source| source.label.get(language).to_owned())
    };
    let mut rows: Vec<Vec<Markup>> = (form.financing_lines.iter())
        .map(|line| vec![html! { (line.text) }, html! { (source(&line.source)) }, money(line.amount, language)])
        .collect();
    if let Some(asked) = form.amount_requested {
        rows.insert(0, vec![html! { (visit.text().award.title) }, html! { (fund.city) }, money(asked, language)]);
    }
    if rows.is_empty() {
        return html! { p class="kern-body--muted" { (visit.text().form.none_yet) } };
    }
    let columns = [Column::text(text.financing_text), Column::text(text.financing_source), Column::number(text.financing_amount)];
    let hardship = (text.hardship)(&fund.application.highest_rate_percent.normalize().say(language));
    let total: Money = form.total_financing();
    let sums = [html! { (text.total_financing) }, html! {}, money(total, language)];
    html! {
        (table(text.financing, &columns, &rows, Some(&sums)))
        @if let Some(reason) = &form.hardship_reason { (Summary::default().row(&hardship, paragraphs(reason)).render()) }
    }
}
