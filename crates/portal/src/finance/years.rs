//! All years beside each other. A page of its own: the year's page is read every day, and stays as quick as it is in the first year.

use domain::budget::BudgetYear;
use maud::{Markup, html};

use crate::committee::amount;
use crate::component::{Column, Tone, alert, bar, table};
use crate::finance::parts;
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// The years, the latest first.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (text, years) = (&visit.text().finance, visit.engine.budget_years(&visit.actor).await?);
    let content = html! {
        (parts(&visit, None))
        @if years.is_empty() {
            (alert(Tone::Info, text.none.0, &html! { p class="kern-body" { (text.none.1) } }))
        } @else {
            (beside_each_other(&visit, &years))
        }
    };
    Ok(Sheet::new(text.over_years.0).lead(text.over_years.1).show(&visit, &content))
}

/// A row for each year. Its bar is what is promised or paid of all that there was.
fn beside_each_other(visit: &Visit, years: &[BudgetYear]) -> Markup {
    let text = &visit.text().finance;
    let row = |year: &BudgetYear| {
        let link = html! { a class="kern-link" href=(format!("/finance?year={}", year.year)) { (year.year) } };
        let balances = &year.balances;
        let used = bar(balances.committed + balances.paid, balances.allotted());
        let sums = [balances.allotted(), balances.committed, balances.paid, balances.carried_out + balances.lapsed, year.available()];
        [link, used].into_iter().chain(sums.into_iter().map(|sum| amount(visit, sum))).collect()
    };
    let rows: Vec<Vec<Markup>> = years.iter().rev().map(row).collect();
    let columns = [
        Column::text(text.year),
        Column::text(text.used),
        Column::number(text.in_all),
        Column::number(text.committed),
        Column::number(named(text.accounts, "paid")),
        Column::number(text.gone),
        Column::number(text.free),
    ];
    table(text.over_years.0, &columns, &rows, None)
}
