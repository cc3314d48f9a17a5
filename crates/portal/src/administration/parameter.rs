//! The fund's rules as they are set, each with the number of the rule that it is a part of.

use domain::fund::PartnerCity;
use domain::language::Say as _;
use maud::{Markup, html};

use crate::administration::{parts, require_staff};
use crate::component::{Column, table};
use crate::fund::kind_code;
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// All parameters.
pub(crate) async fn list(visit: Visit) -> Answer {
    require_staff(&visit)?;
    let text = &visit.text().administration;
    let columns = [Column::text(text.parameter), Column::text(text.value), Column::text(text.rule)];
    let row = |(code, rule, value): (&str, &str, Markup)| vec![html! { (named(text.rows, code)) }, value, html! { (rule) }];
    let rows: Vec<Vec<Markup>> = of_application(&visit).into_iter().chain(of_committee(&visit)).chain(of_award(&visit)).map(row).collect();
    let content = html! {
        (parts(&visit))
        (table(text.parameters.0, &columns, &rows, None))
    };
    Ok(Sheet::new(text.parameters.0).lead(text.parameters.1).preline(text.title.0).show(&visit, &content))
}

/// A parameter: its name, its rule, its value.
type Parameter = (&'static str, &'static str, Markup);

fn words(words: impl Into<String>) -> Markup {
    let words: String = words.into();
    html! { (words) }
}

fn listed(items: impl Iterator<Item = String>) -> Markup {
    html! { ul class="kern-list kern-list--bullet" { @for item in items { li { (item) } } } }
}

fn of_application(visit: &Visit) -> Vec<Parameter> {
    let (text, language, fund) = (&visit.text().administration, visit.language(), visit.engine.fund());
    let rules = &fund.application;
    let city = |city: &PartnerCity| {
        let since = city.since.map(|since| (text.since)(&since.say(language)));
        let until = city.until.map(|until| (text.ended_on)(&until.say(language)));
        std::iter::once(city.name.clone()).chain(since).chain(until).collect::<Vec<_>>().join(", ")
    };
    let kinds = rules.applicant_kinds.iter().map(|kind| named(visit.text().start.kinds, kind_code(*kind)).to_owned());
    vec![
        ("kinds", "R1", listed(kinds)),
        ("cities", "R5", listed(fund.partner_cities.iter().map(city))),
        ("objectives", "R6", listed(fund.objectives.iter().map(|objective| objective.label.get(language).to_owned()))),
        ("least-objectives", "R6", words(rules.minimum_objectives.to_string())),
        ("minimum", "R8", words(rules.minimum.say(language))),
        ("maximum", "R8", words(rules.maximum.say(language))),
        ("rate", "R9", words((text.percent)(&rules.highest_rate_percent.normalize().say(language)))),
        ("financing", "R10", listed(rules.financing_sources.iter().map(|source| source.label.get(language).to_owned()))),
        ("costs", "R11", listed(rules.cost_categories.iter().map(|category| category.label.get(language).to_owned()))),
    ]
}

fn of_committee(visit: &Visit) -> Vec<Parameter> {
    let (text, rules) = (&visit.text().administration, &visit.engine.fund().committee);
    let yes_no = |value: bool| words(if value { text.yes } else { text.no });
    vec![
        ("committee", "R17", words(rules.name.get(visit.language()))),
        ("seats", "R17", words(rules.seats.to_string())),
        ("casting", "R19", yes_no(rules.casting_vote_of_chair)),
        ("remote", "§ 34a GO", yes_no(rules.remote_attendance)),
        ("invitation", "§ 34 GO", words((text.days)(&rules.invitation_days.to_string()))),
    ]
}

fn of_award(visit: &Visit) -> Vec<Parameter> {
    let (text, rules) = (&visit.text().administration, &visit.engine.fund().award);
    let held_back = if rules.held_back_percent.is_zero() {
        text.nothing.to_owned()
    } else {
        (text.percent)(&rules.held_back_percent.normalize().say(visit.language()))
    };
    vec![
        ("notification", "R34", words((text.days)(&rules.notification_days.to_string()))),
        ("appeal", "R34", words((text.months)(&rules.appeal_months.to_string()))),
        ("acceptance", "R35", words((text.days)(&rules.acceptance_days.to_string()))),
        ("horizon", "R36", words((text.months)(&rules.payout_horizon_months.to_string()))),
        ("held-back", "R36", words(held_back)),
        ("term", "R40", words((text.months)(&rules.term_months.to_string()))),
    ]
}
