//! What everybody can read of the fund: the start page, how it works, the partner cities.

use domain::applicant::ApplicantKind;
use domain::fund::PartnerCity;
use domain::language::Say as _;
use engine::RoundView;
use maud::{Markup, html};

use crate::component::{Column, Tone, alert, badge, link_button, money, table};
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// The start page: what is funded, how much, until when, and how it goes.
pub(crate) async fn start(visit: Visit) -> Answer {
    let (text, fund, language) = (&visit.text().start, visit.engine.fund(), visit.language());
    let rounds = visit.engine.rounds().await?;
    let open: Vec<&RoundView> = rounds.iter().filter(|view| view.is_open).collect();
    let remaining = match open.first() {
        Some(view) if visit.site.settings.remaining_money => visit.engine.remaining_of(&view.round).await?,
        _ => None,
    };
    let lead = html! {
        p { ((text.lead)(&fund.city, &fund.application.maximum.say(language))) }
        div class="hero" {
            @if !open.is_empty() { (link_button(true, "/applications/new", text.apply)) }
            (link_button(open.is_empty(), "/conditions", text.more))
        }
    };
    let content = html! {
        @if open.is_empty() { (alert(Tone::Info, text.no_round.0, &html! { p class="kern-body" { (text.no_round.1) } })) }
        ul class="tiles" {
            @if let Some(view) = open.first() { (tile(&view.round.deadline.say(language), text.deadline)) }
            (tile(&(text.most_value)(&fund.application.maximum.say(language)), text.most))
            (tile(&(text.rate_value)(&fund.application.highest_rate_percent.normalize().say(language)), text.rate))
            @if let (Some(left), Some(view)) = (remaining, open.first()) {
                (tile(&left.say(language), &(text.remaining)(&view.round.budget_year.to_string())))
            }
        }
        @if !open.is_empty() {
            section aria-labelledby="rounds" {
                h2 class="kern-heading-medium" id="rounds" { (text.round) }
                ul class="kern-list kern-list--bullet" {
                    @for view in &open {
                        li {
                            ((text.round_until)(&view.round.code, &view.round.deadline.say(language))) ", "
                            ((text.round_projects)(&view.round.projects_from.say(language), &view.round.projects_until.say(language)))
                        }
                    }
                }
            }
        }
        div class="pair" {
        section aria-labelledby="what" {
            h2 class="kern-heading-medium" id="what" { (text.what) }
            ul class="kern-list kern-list--bullet" { @for item in text.what_items { li { (item) } } }
        }
        section aria-labelledby="who" {
            h2 class="kern-heading-medium" id="who" { (text.who) }
            (kinds(&visit))
        }
        }
        section aria-labelledby="how" {
            h2 class="kern-heading-medium" id="how" { (text.how) }
            ol class="steps" { @for (title, words) in text.how_steps.0 { li { strong { (title) } (words) } } }
        }
    };
    Ok(Sheet::new((text.title)(&fund.city)).lead_markup(lead).show(&visit, &content))
}

fn tile(value: &str, name: &str) -> Markup {
    // The sign stays beside its number.
    let value = value.replace(" €", "\u{a0}€").replace(" %", "\u{a0}%");
    html! { li class="tile" { p class="tile__value" { (value) } p class="tile__name" { (name) } } }
}

fn kinds(visit: &Visit) -> Markup {
    let kinds = visit.engine.fund().application.applicant_kinds.iter();
    html! { ul class="kern-list kern-list--bullet" { @for kind in kinds { li { (named(visit.text().start.kinds, kind_code(*kind))) } } } }
}

/// The code of a kind of applicant, as configuration and forms spell it.
pub(crate) const fn kind_code(kind: ApplicantKind) -> &'static str {
    match kind {
        ApplicantKind::NaturalPerson => "natural-person",
        ApplicantKind::LegalPerson => "legal-person",
        ApplicantKind::NonProfitAssociation => "non-profit-association",
        ApplicantKind::PublicInstitution => "public-institution",
    }
}

/// How it works: the conditions in sentences, each with the fund's own figures.
pub(crate) async fn conditions(visit: Visit) -> Answer {
    let (text, fund, language) = (&visit.text().fund, visit.engine.fund(), visit.language());
    let (rules, award) = (&fund.application, &fund.award);
    let percent = rules.highest_rate_percent.normalize().say(language);
    let rounds = visit.engine.rounds().await?;
    let content = html! {
        section aria-labelledby="who" { h2 class="kern-heading-medium" id="who" { (visit.text().start.who) } (kinds(&visit)) }
        section aria-labelledby="money" {
            h2 class="kern-heading-medium" id="money" { (text.money) }
            p { ((text.money_between)(&rules.minimum.say(language), &rules.maximum.say(language))) }
            p { ((text.money_rate)(&percent)) }
            p { ((text.money_hardship)(&percent)) }
        }
        section aria-labelledby="costs" {
            h2 class="kern-heading-medium" id="costs" { (text.costs) }
            p { (text.costs_lead) }
            ul class="kern-list kern-list--bullet" { @for category in &rules.cost_categories { li { (category.label.get(language)) } } }
        }
        section aria-labelledby="financing" {
            h2 class="kern-heading-medium" id="financing" { (text.financing) }
            p { (text.financing_lead) }
            ul class="kern-list kern-list--bullet" { @for source in &rules.financing_sources { li { (source.label.get(language)) } } }
        }
        section aria-labelledby="objectives" {
            h2 class="kern-heading-medium" id="objectives" { (text.objectives_title) }
            p { ((text.objectives_lead)(&rules.minimum_objectives.to_string(), &fund.objectives.len().to_string())) }
            p { (text.objectives_all) }
            ol class="kern-list kern-list--number" { @for objective in &fund.objectives { li { (objective.label.get(language)) } } }
        }
        section aria-labelledby="when" {
            h2 class="kern-heading-medium" id="when" { (text.when) }
            p { (text.when_begin) }
            p { ((text.when_term)(&award.term_months.to_string())) }
        }
        section aria-labelledby="decision" {
            h2 class="kern-heading-medium" id="decision" { (text.decision) }
            p { ((text.decision_who)(fund.committee.name.get(language), &fund.committee.seats.to_string())) }
        }
        section aria-labelledby="after" {
            h2 class="kern-heading-medium" id="after" { (text.after) }
            ul class="kern-list kern-list--bullet" {
                li { ((text.after_accept)(&award.acceptance_days.to_string())) }
                li { ((text.after_appeal)(&award.appeal_months.to_string())) }
                li { ((text.after_payout)(&award.payout_horizon_months.to_string())) }
                @if !award.held_back_percent.is_zero() { li { ((text.after_held_back)(&award.held_back_percent.normalize().say(language))) } }
            }
        }
        section aria-labelledby="rounds" { h2 class="kern-heading-medium" id="rounds" { (text.rounds) } (rounds_table(&visit, &rounds)) }
        div class="buttons" { (link_button(true, "/applications/new", visit.text().start.apply)) }
    };
    Ok(Sheet::new(text.conditions.0).lead(text.conditions.1).show(&visit, &content))
}

fn rounds_table(visit: &Visit, rounds: &[RoundView]) -> Markup {
    let (text, language) = (&visit.text().fund, visit.language());
    if rounds.is_empty() {
        return html! { p { (text.rounds_none) } };
    }
    let columns = [Column::text(text.round), Column::text(text.deadline), Column::text(text.window), Column::text(text.state)];
    let row = |view: &RoundView| {
        let state = if view.is_open { badge(Tone::Success, text.open) } else { badge(Tone::Info, text.closed) };
        let window = format!("{} – {}", view.round.projects_from.say(language), view.round.projects_until.say(language));
        vec![html! { (view.round.code) }, html! { (view.round.deadline.say(language)) }, html! { (window) }, state]
    };
    let rows: Vec<Vec<Markup>> = rounds.iter().rev().take(10).map(row).collect();
    table(text.rounds, &columns, &rows, None)
}

/// The partner cities.
pub(crate) async fn cities(visit: Visit) -> Answer {
    let (text, language) = (&visit.text().fund, visit.language());
    let columns = [Column::text(text.city), Column::text(text.partner), Column::text(text.city_projects)];
    let dates = |city: &PartnerCity| {
        let since = city.since.map(|day| (text.since)(&day.say(language)));
        let until = city.until.map(|day| (text.until)(&day.say(language)));
        since.into_iter().chain(until).collect::<Vec<_>>().join(" ")
    };
    let row = |city: &PartnerCity| {
        let link = html! {
            a class="kern-link" href=(format!("/projects?city={}", city.code)) { (text.city_projects) span class="unseen" { ": " (city.name) } }
        };
        vec![html! { (city.name) }, html! { (dates(city)) }, link]
    };
    let rows: Vec<Vec<Markup>> = visit.engine.fund().partner_cities.iter().map(row).collect();
    Ok(Sheet::new(text.cities.0).lead(text.cities.1).show(&visit, &table(text.cities.0, &columns, &rows, None)))
}

/// The sum of money in the language of whoever looks.
pub(crate) fn amount(visit: &Visit, amount: domain::money::Money) -> Markup {
    money(amount, visit.language())
}
