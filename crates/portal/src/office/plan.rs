//! What an application says, part by part, and what the rules say of it.

use domain::application::{Field, Form, Measure, State};
use domain::language::Say as _;
use domain::problem::Violation;
use engine::CaseFile;
use maud::{Markup, html};

use crate::component::{Column, Summary, Tone, alert, badge, money, paragraphs, table};
use crate::form::said;
use crate::office::cities;
use crate::text::named;
use crate::visit::Visit;

/// The rules that an application is held to when it is handed in.
const RULES: std::ops::RangeInclusive<u8> = 2..=12;

/// What a form says in one of its parts; nothing where nothing is filled in.
pub(crate) fn value(visit: &Visit, form: &Form, field: Field) -> Option<Markup> {
    let (text, language) = (&visit.text().case_file, visit.language());
    let typed = |value: Option<&String>| value.map(|value| paragraphs(value));
    match field {
        Field::Title => typed(form.title.as_ref()),
        Field::Summary => typed(form.summary.as_ref()),
        Field::Measure => form.measure.map(|measure| html! { (named(visit.text().steps.measures, measure_code(measure))) }),
        Field::PartnerOrganisation => typed(form.partner_organisation.as_ref()),
        Field::Cities => Some(cities(visit, &form.cities)).filter(|names| !names.is_empty()).map(|names| html! { (names) }),
        Field::Objectives => objectives(visit, form),
        Field::StartsOn => form.starts_on.map(|day| html! { (day.say(language)) }),
        Field::EndsOn => form.ends_on.map(|day| html! { (day.say(language)) }),
        Field::Participants => form.participants.map(|people| {
            html! { ((text.people)(&people.from_here.to_string(), &people.from_there.to_string())) }
        }),
        Field::CostLines => costs(visit, form),
        Field::FinancingLines => financing(visit, form),
        Field::AmountRequested => form.amount_requested.map(|amount| money(amount, language)),
        Field::HardshipReason => typed(form.hardship_reason.as_ref()),
        Field::NotBegun => Some(html! { @if form.not_begun { (text.not_begun) } @else { (text.begun) } }),
    }
}

const fn measure_code(measure: Measure) -> &'static str {
    match measure {
        Measure::VisitOut => "visit-out",
        Measure::VisitIn => "visit-in",
        Measure::JointProject => "joint-project",
    }
}

fn objectives(visit: &Visit, form: &Form) -> Option<Markup> {
    let fund = visit.engine.fund();
    let label = |code: &str| {
        let objective = fund.objectives.iter().find(|objective| objective.code == code);
        objective.map_or_else(|| code.to_owned(), |objective| objective.label.get(visit.language()).to_owned())
    };
    (!form.objectives.is_empty()).then(|| {
        html! { ul { @for claim in &form.objectives { li { strong { (label(&claim.objective)) } br; (paragraphs(&claim.reason)) } } } }
    })
}

fn costs(visit: &Visit, form: &Form) -> Option<Markup> {
    let (text, steps, language) = (&visit.text().case_file, &visit.text().steps, visit.language());
    let category = |code: &str| {
        let found = visit.engine.fund().cost_category(code);
        found.map_or_else(|| code.to_owned(), |category| category.label.get(language).to_owned())
    };
    (!form.cost_lines.is_empty()).then(|| {
        html! {
            ul {
                @for line in &form.cost_lines {
                    li {
                        ((text.cost)(&line.text, &category(&line.category))) ": " (money(line.amount, language))
                        @if let Some(reason) = &line.reason { br; span class="kern-body--muted" { (reason) } }
                    }
                }
            }
            strong { (steps.total_cost) ": " (money(form.total_cost(), language)) }
        }
    })
}

fn financing(visit: &Visit, form: &Form) -> Option<Markup> {
    let (text, steps, language) = (&visit.text().case_file, &visit.text().steps, visit.language());
    let source = |code: &str| {
        let found = visit.engine.fund().application.financing_sources.iter().find(|source| source.code == code);
        found.map_or_else(|| code.to_owned(), |source| source.label.get(language).to_owned())
    };
    (!form.financing_lines.is_empty()).then(|| {
        html! {
            ul {
                @for line in &form.financing_lines {
                    li { ((text.cost)(&line.text, &source(&line.source))) ": " (money(line.amount, language)) }
                }
            }
            strong { (steps.total_financing) ": " (money(form.total_financing(), language)) }
        }
    })
}

/// All that an application says, as a list to read.
pub(crate) fn content(visit: &Visit, form: &Form) -> Markup {
    let text = &visit.text().case_file;
    let row = |facts: Summary, field: Field| {
        let nothing = || html! { span class="kern-body--muted" { (text.empty) } };
        facts.row(named(text.fields, field.name()), value(visit, form, field).unwrap_or_else(nothing))
    };
    Field::ALL.into_iter().fold(Summary::default(), row).render()
}

/// The check list: rule by rule, whether the application keeps it, and else what is to be done.
pub(crate) fn check_list(visit: &Visit, file: &CaseFile) -> Markup {
    let text = &visit.text().case_file;
    let words = |violation: &Violation| said(visit.text(), visit.language(), violation);
    let of = |rule: u8| file.violations.iter().filter(|violation| violation.problem.rule() == Some(rule)).collect::<Vec<_>>();
    let row = |rule: u8| {
        let against = of(rule);
        let state = if against.is_empty() { badge(Tone::Success, text.holds) } else { badge(Tone::Warning, text.violated) };
        let what = html! {
            (named(text.rules, &rule.to_string()))
            @if !against.is_empty() { ul { @for violation in &against { li { (words(violation)) } } } }
        };
        vec![html! { ((text.rule)(&rule.to_string())) }, what, state]
    };
    let further: Vec<&Violation> =
        file.violations.iter().filter(|violation| violation.problem.rule().is_none_or(|rule| !RULES.contains(&rule))).collect();
    let rule = (text.rule)("");
    let columns = [Column::text(rule.trim()), Column::text(text.field), Column::text(visit.text().inbox.state)];
    let draft = matches!(file.application.state, State::Draft);
    html! {
        @if draft { (alert(Tone::Info, text.check_draft, &html! {})) }
        @else if file.violations.is_empty() { (alert(Tone::Success, text.check_right, &html! {})) }
        @else { (alert(Tone::Warning, &(text.check_wrong)(&file.violations.len().to_string()), &html! {})) }
        (table(text.check, &columns, &RULES.map(row).collect::<Vec<_>>(), None))
        @if !further.is_empty() {
            p { strong { (text.further) } }
            ul { @for violation in further { li { (words(violation)) } } }
        }
    }
}
