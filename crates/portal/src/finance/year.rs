//! A year at a glance: as a bar and as figures, and for what it went.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use domain::budget::{Account, BudgetYear, BudgetYearAction};
use domain::event::SubjectKind;
use domain::identity::{Permission, Scope};
use domain::language::Say as _;
use domain::money::Money;
use engine::{Share, Spending};
use maud::{Markup, html};

use crate::audit::trail;
use crate::committee::amount;
use crate::component::{Column, Tone, alert, bar, link_button, table};
use crate::failure::Failure;
use crate::finance::parts;
use crate::moment::day;
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// How many years before and after the one that is shown are a link away. All of them have a page of their own.
const AROUND: i32 = 2;

/// The year that the address names, or this year, or the latest; with those around it, in their order.
pub(crate) async fn chosen(visit: &Visit) -> Result<Option<(BudgetYear, Vec<BudgetYear>)>, Failure> {
    let (engine, actor) = (&visit.engine, &visit.actor);
    let named = visit.field("year").parse().ok().filter(|year| (1..=9_999).contains(year));
    for wanted in named.into_iter().chain([engine.today().year()]) {
        let around: Vec<i32> = (wanted - AROUND..=wanted + AROUND).collect();
        let around = engine.budget_years_by_year(actor, &around).await?;
        if let Some(year) = around.iter().find(|year| year.year == wanted) {
            return Ok(Some((*year, around)));
        }
    }
    let years = engine.budget_years(actor).await?;
    Ok(years.last().copied().map(|latest| (latest, years)))
}

/// Links to the years, the latest first.
pub(crate) fn years_nav(visit: &Visit, years: &[BudgetYear], shown: i32) -> Markup {
    let path = visit.onlooker.path.as_str();
    html! {
        nav aria-label=(visit.text().finance.years) {
            ul class="filter" {
                @for year in years.iter().rev() {
                    li { a href=(format!("{path}?year={}", year.year)) aria-current=[(year.year == shown).then_some("true")] { (year.year) } }
                }
            }
        }
    }
}

/// The year.
pub(crate) async fn show(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().finance);
    let may_change = actor.may(Permission::ChangeBudget, Scope::everyone());
    let Some((year, years)) = chosen(&visit).await? else {
        let content = html! {
            (alert(Tone::Info, text.none.0, &html! { p class="kern-body" { (text.none.1) } }))
            @if may_change { div class="buttons" { (link_button(true, "/finance/resolution", text.change.0)) } }
        };
        return Ok(Sheet::new(text.title).show(&visit, &content));
    };
    let actions = engine.budget_year_actions(actor, year).await?;
    let spending = engine.spending(actor, year.year).await?;
    let content = html! {
        @if visit.field("done") == "changed" { (alert(Tone::Success, text.changed, &html! {})) }
        (parts(&visit, Some(year.year)))
        (years_nav(&visit, &years, year.year))
        @if let Some(at) = year.closed_at { (alert(Tone::Info, &(text.closed)(&day(at, visit.language())), &html! {})) }
        section aria-labelledby="money" {
            h2 class="kern-heading-medium" id="money" { (text.money) }
            (bar_of(&visit, &year))
            (figures(&visit, &year))
        }
        @if may_change {
            div class="buttons" {
                (link_button(false, &format!("/finance/resolution?year={}", year.year), text.change.0))
                @if actions.contains(&BudgetYearAction::Close) {
                    (link_button(false, &format!("/finance/close?year={}", year.year), text.close.0))
                }
            }
        }
        (spent(&visit, &spending))
        (trail(&visit, SubjectKind::BudgetYear, &year.year.to_string()))
    };
    Ok(Sheet::new(format!("{} {}", text.title, year.year)).lead((text.lead)(&year.year.to_string())).show(&visit, &content))
}

/// How much money this year has: in one bar, with the way to the rest. For the desks of those who decide and pay.
pub(crate) async fn of_today(visit: &Visit) -> Result<Markup, Failure> {
    let text = &visit.text().committee;
    let year = visit.engine.budget_year_of_today(&visit.actor).await?;
    Ok(html! {
        section aria-labelledby="year" {
            h2 class="kern-heading-medium" id="year" { ((text.year)(&visit.engine.today().year().to_string())) }
            @match year {
                Some(year) => {
                    (bar_of(visit, &year))
                    p { a class="kern-link" href=(format!("/finance?year={}", year.year)) { (text.year_link) } }
                }
                None => p { (text.year_none) }
            }
        }
    })
}

/// The year's money as one bar: paid, committed, carried over or lapsed, free. Its figures stand below.
pub(crate) fn bar_of(visit: &Visit, year: &BudgetYear) -> Markup {
    let (text, language, balances) = (&visit.text().finance, visit.language(), &year.balances);
    let (gone, free) = (balances.carried_out + balances.lapsed, year.available());
    let parts = [
        ("year__paid", named(text.accounts, "paid"), balances.paid),
        ("year__committed", named(text.accounts, "committed"), balances.committed),
        ("year__gone", text.gone, gone),
        ("year__available", text.free, free),
    ];
    let whole = balances.allotted();
    let mut at = 0;
    let drawn: Vec<(&str, String, String)> = parts
        .iter()
        .map(|(class, _, part)| {
            let (from, width) = (at, thousandths(*part, whole));
            at += width;
            (*class, percent(from), percent(width))
        })
        .collect();
    let label = (text.bar)(&balances.paid.say(language), &balances.committed.say(language), &free.say(language));
    html! {
        svg class="year" role="img" aria-label=(label) width="100%" height="40" focusable="false" {
            @for (class, from, width) in &drawn { rect class={ "year__part " (class) } x=(from) width=(width) height="100%" {} }
        }
        ul class="legend" {
            @for (class, words, part) in parts.into_iter().filter(|(_, _, part)| part.is_positive()) {
                li {
                    svg aria-hidden="true" focusable="false" viewBox="0 0 20 20" { rect class={ "year__part " (class) } width="20" height="20" {} }
                    span { (words) ": " (amount(visit, part)) }
                }
            }
        }
    }
}

fn thousandths(part: Money, whole: Money) -> i64 {
    let share = i128::from(part.cents().max(0)) * 1_000 / i128::from(whole.cents().max(1));
    i64::try_from(share.clamp(0, 1_000)).unwrap_or_default()
}

fn percent(thousandths: i64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// What is on each account; of what is nothing, nothing is said.
fn figures(visit: &Visit, year: &BudgetYear) -> Markup {
    let (text, balances) = (&visit.text().finance, &year.balances);
    let row = |account: Account, sum: Money| vec![html! { (named(text.accounts, account.name())) }, amount(visit, sum)];
    let total = |words: &str, sum: Money| vec![html! { strong { (words) } }, html! { strong { (amount(visit, sum)) } }];
    let income = [
        (Account::Appropriation, balances.appropriated),
        (Account::Increases, balances.increases),
        (Account::Cuts, Money::ZERO - balances.cuts),
        (Account::CarriedIn, balances.carried_in),
        (Account::Repaid, balances.repaid),
    ];
    let use_of = [
        (Account::Paid, balances.paid),
        (Account::Committed, balances.committed),
        (Account::CarriedOut, balances.carried_out),
        (Account::Lapsed, balances.lapsed),
    ];
    let some = |(_, sum): &(Account, Money)| *sum != Money::ZERO;
    let mut rows: Vec<Vec<Markup>> = income.into_iter().filter(some).map(|(account, sum)| row(account, sum)).collect();
    rows.push(total(text.allotted, balances.allotted()));
    rows.extend(use_of.into_iter().filter(some).map(|(account, sum)| row(account, sum)));
    let free = total(text.free, year.available());
    table(text.of_year, &[Column::text(text.money), Column::number(text.amount)], &rows, Some(&free))
}

/// For what the year's awards are.
fn spent(visit: &Visit, spending: &Spending) -> Markup {
    let (text, fund) = (&visit.text().finance, visit.engine.fund());
    if spending.total.awards == 0 {
        return html! { p { (text.nothing_awarded) } };
    }
    let city = |code: &str| fund.partner_city(code).map_or_else(|| code.to_owned(), |city| city.name.clone());
    let objective = |code: &str| {
        let known = fund.objectives.iter().find(|objective| objective.code == code);
        known.map_or_else(|| code.to_owned(), |objective| objective.label.get(visit.language()).to_owned())
    };
    html! {
        section aria-labelledby="by-city" {
            h2 class="kern-heading-medium" id="by-city" { (text.by_city) }
            (shares(visit, text.by_city, text.city, &spending.cities, spending.total, &city))
        }
        section aria-labelledby="by-objective" {
            h2 class="kern-heading-medium" id="by-objective" { (text.by_objective) }
            (shares(visit, text.by_objective, text.objective, &spending.objectives, spending.total, &objective))
            p class="kern-body--muted" { (text.several) }
        }
    }
}

/// Parts of all that was awarded, the largest first; each bar is as long as its share of the whole.
fn shares(
    visit: &Visit,
    caption: &str,
    heading: &str,
    parts: &BTreeMap<String, Share>,
    total: Share,
    name: &dyn Fn(&str) -> String,
) -> Markup {
    let text = &visit.text().finance;
    let mut parts: Vec<(&String, &Share)> = parts.iter().collect();
    parts.sort_by(|(a, left), (b, right)| right.amount.cmp(&left.amount).then(a.cmp(b)));
    let row = |(code, share): (&String, &Share)| {
        vec![html! { (name(code)) }, html! { (share.awards) }, bar(share.amount, total.amount), amount(visit, share.amount)]
    };
    let rows: Vec<Vec<Markup>> = parts.into_iter().map(row).collect();
    let columns = [Column::text(heading), Column::number(text.awards), Column::text(text.share), Column::number(text.amount)];
    let sums = [html! { (text.sum) }, html! { (total.awards) }, html! {}, amount(visit, total.amount)];
    table(caption, &columns, &rows, Some(&sums))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_the_bar_are_never_longer_than_the_bar() {
        let euro = |euro: i64| Money::from_cents(euro * 100);
        assert_eq!(percent(thousandths(euro(50), euro(150))), "33.3%");
        assert_eq!(percent(thousandths(euro(200), euro(150))), "100.0%");
        assert_eq!(percent(thousandths(euro(-1), euro(150))), "0.0%");
        assert_eq!(percent(thousandths(euro(0), euro(0))), "0.0%");
    }
}
