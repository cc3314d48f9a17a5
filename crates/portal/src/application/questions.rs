//! What each step asks, as it is shown.

use domain::application::{Field, Form};
use domain::fund::Fund;
use domain::language::{Language, Say as _};
use domain::money::Money;
use domain::round::Round;
use maud::{Markup, html};

use crate::application::answers::measure_code;
use crate::application::step::Step;
use crate::component::{Icon, money};
use crate::form::{Ask, Choice, Question, Weight, submit_to};
use crate::text::named;

/// What a step's questions depend on besides what was typed.
pub(crate) struct Setting<'a> {
    pub(crate) fund: &'a Fund,
    pub(crate) round: &'a Round,
    /// The form as it is stored: for the sums.
    pub(crate) form: &'a Form,
    pub(crate) language: Language,
    /// How many empty rows stand below those that are filled.
    pub(crate) blank_rows: usize,
}

/// The questions of a step that are open.
pub(crate) fn questions(step: Step, open: &[Field], ask: &Ask<'_>, setting: &Setting<'_>) -> Markup {
    html! {
        @for field in step.fields().iter().filter(|field| open.contains(field)) { (question(*field, ask, setting)) }
        @if matches!(step, Step::Costs | Step::Financing) { (sums(step, setting, ask)) }
    }
}

fn question(field: Field, ask: &Ask<'_>, setting: &Setting<'_>) -> Markup {
    let text = &ask.text.steps;
    let (fund, language) = (setting.fund, setting.language);
    match field {
        Field::Title => ask.line(&Question::new("title", text.title).hint(text.title_hint)),
        Field::Summary => ask.area(&Question::new("summary", text.summary).hint(text.summary_hint), 8),
        Field::Measure => {
            use domain::application::Measure as M;
            let choice = |measure| (measure_code(measure).to_owned(), named(text.measures, measure_code(measure)).to_owned());
            ask.radios(&Question::new("measure", text.measure), &[choice(M::VisitOut), choice(M::VisitIn), choice(M::JointProject)])
        }
        Field::PartnerOrganisation => ask.line(&Question::new("partnerOrganisation", text.partner).hint(text.partner_hint).optional()),
        Field::StartsOn => {
            let window = (text.window)(&setting.round.projects_from.say(language), &setting.round.projects_until.say(language));
            ask.date(&Question::new("startsOn", text.starts_on).hint(&format!("{window} {}", text.date_hint)))
        }
        Field::EndsOn => ask.date(&Question::new("endsOn", text.ends_on).hint(text.date_hint)),
        Field::Cities => {
            let partner = |city: &&domain::fund::PartnerCity| {
                // A city that stopped being a partner before the round's projects begin is no choice; one that was chosen stays to be seen.
                city.until.is_none_or(|until| until >= setting.round.projects_from) || setting.form.cities.contains(&city.code)
            };
            let cities: Vec<Choice> =
                fund.partner_cities.iter().filter(partner).map(|city| (city.code.clone(), city.name.clone())).collect();
            html! { div class="checks--columns" { (ask.checkboxes(&Question::new("cities", text.cities).hint(text.cities_hint), &cities)) } }
        }
        Field::Objectives => objectives(ask, setting),
        Field::Participants => {
            let here = (text.from_here)(&fund.city);
            html! {
                (ask.number(&Question::new("participants.fromHere", &here).hint(text.number_hint).optional()))
                (ask.number(&Question::new("participants.fromThere", text.from_there).hint(text.number_hint).optional()))
            }
        }
        Field::CostLines => cost_lines(ask, setting),
        Field::FinancingLines => financing_lines(ask, setting),
        Field::AmountRequested => {
            let rules = &fund.application;
            let hint = (text.asked_hint)(&rules.minimum.say(language), &rules.maximum.say(language));
            ask.amount(&Question::new("amountRequested", text.asked).hint(&hint), Some("asked"))
        }
        Field::HardshipReason => {
            let percent = fund.application.highest_rate_percent.normalize().say(language);
            let (words, hint) = ((text.hardship)(&percent), (text.hardship_hint)(&percent));
            ask.area(&Question::new("hardshipReason", &words).hint(&hint).optional(), 4)
        }
        Field::NotBegun => ask.declaration(&Question::new("notBegun", text.not_begun).hint(text.not_begun_hint)),
    }
}

fn objectives(ask: &Ask<'_>, setting: &Setting<'_>) -> Markup {
    let text = &ask.text.steps;
    let least = setting.fund.application.minimum_objectives.to_string();
    let hint = (text.objectives_hint)(&least);
    let choices: Vec<Choice> = setting
        .fund
        .objectives
        .iter()
        .map(|objective| (objective.code.clone(), objective.label.get(setting.language).to_owned()))
        .collect();
    html! {
        (ask.checkboxes(&Question::new("objectives", text.objectives).hint(&hint), &choices))
        @for (code, label) in &choices {
            @let name = format!("reason-{code}");
            @let question = (text.objective_reason)(label);
            (ask.area(&Question::new(&name, &question).hint(text.objective_reason_hint).optional(), 3))
        }
    }
}

/// How many rows are shown: those that are filled, and empty ones; at least one.
fn shown_rows(ask: &Ask<'_>, list: &str, setting: &Setting<'_>) -> usize {
    (ask.typed.rows(list) + setting.blank_rows).max(1)
}

fn cost_lines(ask: &Ask<'_>, setting: &Setting<'_>) -> Markup {
    let text = &ask.text.steps;
    let categories = &setting.fund.application.cost_categories;
    let choices: Vec<Choice> =
        categories.iter().map(|category| (category.code.clone(), category.label.get(setting.language).to_owned())).collect();
    let needs_reason = |code: &str| categories.iter().any(|category| category.code == code && category.needs_reason);
    html! {
        div id="costLines" tabindex="-1" {
            ul class="rows" aria-label=(text.costs) {
                @for row in 0..shown_rows(ask, "costLines", setting) {
                    @let name = |part: &str| format!("costLines[{row}].{part}");
                    li {
                        (ask.select(&Question::new(&name("category"), text.cost_category), ask.text.form.choose, &choices))
                        (ask.line(&Question::new(&name("text"), text.cost_text)))
                        (ask.amount(&Question::new(&name("amount"), text.cost_amount), Some("costs")))
                        (remove(ask, "cost", row))
                        @if needs_reason(ask.typed.get(&name("category"))) {
                            div class="rows__reason" { (ask.line(&Question::new(&name("reason"), text.cost_reason))) }
                        }
                    }
                }
            }
            div class="buttons" { (submit_to(Weight::Secondary, "add-cost", Some(Icon::Add), &html! { (text.add_cost) })) }
        }
    }
}

fn financing_lines(ask: &Ask<'_>, setting: &Setting<'_>) -> Markup {
    let text = &ask.text.steps;
    let sources = &setting.fund.application.financing_sources;
    let choices: Vec<Choice> = sources.iter().map(|source| (source.code.clone(), source.label.get(setting.language).to_owned())).collect();
    html! {
        div id="financingLines" tabindex="-1" {
            h2 class="kern-heading-medium" { (text.financing) }
            ul class="rows" aria-label=(text.financing) {
                @for row in 0..shown_rows(ask, "financingLines", setting) {
                    @let name = |part: &str| format!("financingLines[{row}].{part}");
                    li {
                        (ask.select(&Question::new(&name("source"), text.financing_source), ask.text.form.choose, &choices))
                        (ask.line(&Question::new(&name("text"), text.financing_text)))
                        (ask.amount(&Question::new(&name("amount"), text.financing_amount), Some("financing")))
                        (remove(ask, "financing", row))
                    }
                }
            }
            div class="buttons" { (submit_to(Weight::Secondary, "add-financing", Some(Icon::Add), &html! { (text.add_financing) })) }
        }
    }
}

fn remove(ask: &Ask<'_>, list: &str, row: usize) -> Markup {
    let text = &ask.text.steps;
    let words = html! { (text.remove) span class="unseen" { ": " ((text.remove_row)(&(row + 1).to_string())) } };
    html! { div class="rows__remove" { (submit_to(Weight::Tertiary, &format!("remove-{list}-{row}"), Some(Icon::Delete), &words)) } }
}

/// The sums, as the server knows them from the last save; the script keeps them as one types.
fn sums(step: Step, setting: &Setting<'_>, ask: &Ask<'_>) -> Markup {
    let text = &ask.text.steps;
    let (form, language) = (setting.form, setting.language);
    let percent = setting.fund.application.highest_rate_percent;
    let (costs, financed) = (form.total_cost(), form.total_financing());
    let most = costs.percent_down(percent);
    let difference = if costs > financed { costs - financed } else { financed - costs };
    let said = |amount: Money| money(amount, language);
    let rate = (text.most)(&percent.normalize().say(language));
    let too_much = costs.is_positive() && form.amount_requested.is_some_and(|asked| asked > most);
    html! {
        dl class="sums" {
            div {
                dt { (text.total_cost) }
                // In the step where the costs are typed the script adds them up; elsewhere they stand.
                dd data-sum="costs" data-fixed=[(step != Step::Costs).then(|| costs.cents())] { (said(costs)) }
            }
            @if step == Step::Financing {
                div { dt { (text.total_financing) } dd data-sum="financed" { (said(financed)) } }
                div data-balance="" class=[(difference != Money::ZERO).then_some("sums__wrong")] {
                    dt {
                        span data-when="even" hidden[costs != financed] { (text.balanced) }
                        span data-when="less" hidden[costs <= financed] { (text.financing_less) }
                        span data-when="more" hidden[costs >= financed] { (text.financing_more) }
                    }
                    dd data-sum="difference" { (said(difference)) }
                }
            }
            div class=[(step == Step::Financing && too_much).then_some("sums__wrong")] {
                dt { (rate) }
                dd data-sum="most" data-percent=(percent.normalize()) { (said(most)) }
            }
        }
    }
}
