//! The budget, for whoever may see it: the year, the journal, payouts, accounts, the waiting list. Each has a file of its own.

use std::collections::BTreeMap;

use domain::identity::Role;
use engine::Counts;
use maud::{Markup, html};

use crate::failure::Failure;
use crate::visit::Visit;

pub(crate) mod account;
pub(crate) mod journal;
pub(crate) mod payout;
pub(crate) mod resolution;
pub(crate) mod waiting_list;
pub(crate) mod year;
pub(crate) mod years;

/// How many rows stand on one page of a list.
const PAGE: u64 = 25;

/// The parts of the budget's pages; the one that is shown is marked.
pub(crate) fn parts(visit: &Visit, year: Option<i32>) -> Markup {
    let (text, payouts) = (&visit.text().finance, &visit.text().payouts);
    let of_year = year.map(|year| format!("?year={year}")).unwrap_or_default();
    let mut parts = vec![
        (format!("/finance{of_year}"), text.of_year),
        (format!("/finance/journal{of_year}"), text.journal.0),
        (format!("/finance/waiting-list{of_year}"), text.waiting.0),
        ("/finance/payouts".to_owned(), payouts.title.0),
        ("/finance/years".to_owned(), text.over_years.0),
    ];
    if visit.actor.is(Role::Finance) || visit.actor.is(Role::CaseOfficer) {
        parts.push(("/finance/accounts".to_owned(), payouts.accounts.0));
    }
    html! {
        nav aria-label=(text.parts) {
            ul class="filter" {
                @for (path, words) in &parts {
                    @let here = path.split('?').next() == Some(visit.onlooker.path.as_str());
                    li { a href=(path) aria-current=[here.then_some("page")] { (words) } }
                }
            }
        }
    }
}

/// What waits for whoever certifies and pays: their part of the desk.
/// What the office has counted already is not counted again.
pub(crate) async fn desk(visit: &Visit, counted: Option<&Counts>) -> Result<Markup, Failure> {
    let text = &visit.text().payouts;
    let counts = match counted {
        Some(counted) => counted.states("payout"),
        None => visit.engine.count_payouts(&visit.actor).await?,
    };
    Ok(html! {
        section aria-labelledby="payouts" {
            h2 class="kern-heading-medium" id="payouts" { (text.title.0) }
            (by_state(visit, &counts, None))
            p { a class="kern-link" href="/finance/accounts" { (text.accounts.0) } }
            p { a class="kern-link" href="/finance" { (visit.text().finance.of_year) } }
        }
    })
}

/// The states of payouts, with how many there are in those in which something is to be done.
pub(crate) fn by_state(visit: &Visit, counts: &BTreeMap<String, u64>, shown: Option<&str>) -> Markup {
    let text = &visit.text().payouts;
    let unsettled = ["requested", "certified", "ordered", "returned"];
    html! {
        nav aria-label=(text.state) {
            ul class="filter" {
                @for (state, words) in text.states {
                    li {
                        a href=(format!("/finance/payouts?state={state}")) aria-current=[(shown == Some(*state)).then_some("true")] {
                            (words)
                            @if unsettled.contains(state) { " (" (counts.get(*state).copied().unwrap_or_default()) ")" }
                        }
                    }
                }
            }
        }
    }
}
