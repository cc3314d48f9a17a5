//! Funded projects, by year and city.

use std::collections::BTreeMap;

use domain::language::Say as _;
use domain::money::Money;
use engine::FundedProject;
use maud::{Markup, html};

use crate::component::{Column, bar, table};
use crate::fund::amount;
use crate::page::Sheet;
use crate::visit::{Answer, Visit};

/// The list and the chart of a year's projects; of one city's, if the address names one.
pub(crate) async fn list(visit: Visit) -> Answer {
    let (text, fund) = (&visit.text().fund, visit.engine.fund());
    let years = visit.engine.funding_years().await?;
    let wanted: Option<i32> = visit.field("year").parse().ok().filter(|year| years.contains(year));
    let (year, all) = match wanted {
        Some(year) => (year, visit.engine.funded_projects(year).await?),
        None => latest(&visit, &years).await?,
    };
    let city = fund.partner_city(visit.field("city"));
    let shown: Vec<&FundedProject> = all.iter().filter(|project| city.is_none_or(|city| project.cities.contains(&city.code))).collect();
    let total: Money = shown.iter().map(|project| project.amount).sum();
    let of_city = |code: &str| if code.is_empty() { String::new() } else { format!("&city={code}") };
    let code = city.map_or("", |city| city.code.as_str());
    let content = html! {
        @if !years.is_empty() {
            nav aria-label=(text.year) {
                ul class="filter" {
                    @for other in &years {
                        li { a href=(format!("/projects?year={other}{}", of_city(code))) aria-current=[(*other == year).then_some("true")] { (other) } }
                    }
                    @if let Some(city) = city {
                        li { a href=(format!("/projects?year={year}")) { (text.all_cities) span class="unseen" { " (" (city.name) ")" } } }
                    }
                }
            }
        }
        @if shown.is_empty() { p { (text.none) } } @else {
            p class="kern-body kern-body--bold" { ((text.showing)(&shown.len().to_string(), &year.to_string(), &total.say(visit.language()))) }
            @if city.is_none() {
                section aria-labelledby="by-city" {
                    h2 class="kern-heading-medium" id="by-city" { (text.by_city) }
                    (by_city(&visit, year, &shown, total))
                    @if shown.iter().any(|project| project.cities.len() > 1) { p class="kern-body--muted" { (text.several) } }
                }
            }
            section aria-labelledby="list" {
                h2 class="kern-heading-medium" id="list" { (text.list) }
                (projects(&visit, &shown, total))
            }
        }
    };
    let title = match city {
        Some(city) => format!("{}: {}", text.projects.0, city.name),
        None => text.projects.0.to_owned(),
    };
    Ok(Sheet::new(title).lead(text.projects.1).show(&visit, &content))
}

/// The latest year of which there is something to show.
async fn latest(visit: &Visit, years: &[i32]) -> engine::Result<(i32, Vec<FundedProject>)> {
    // A new round's year has no projects yet, and often the one before has none either.
    for year in years.iter().take(3) {
        let projects = visit.engine.funded_projects(*year).await?;
        if !projects.is_empty() {
            return Ok((*year, projects));
        }
    }
    Ok((years.first().copied().unwrap_or_default(), Vec::new()))
}

fn by_city(visit: &Visit, year: i32, projects: &[&FundedProject], total: Money) -> Markup {
    let text = &visit.text().fund;
    let mut cities: BTreeMap<&str, (usize, Money)> = BTreeMap::new();
    for project in projects {
        for city in &project.cities {
            let (count, sum) = cities.entry(city).or_default();
            *count += 1;
            *sum += project.amount;
        }
    }
    let most = cities.values().map(|(_, sum)| *sum).max().unwrap_or_default();
    let mut cities: Vec<_> = cities.into_iter().collect();
    cities.sort_by(|(a, (_, left)), (b, (_, right))| right.cmp(left).then(a.cmp(b)));
    let name = |code: &str| visit.engine.fund().partner_city(code).map_or_else(|| code.to_owned(), |city| city.name.clone());
    let row = |(code, (count, sum)): (&str, (usize, Money))| {
        let link = html! { a class="kern-link" href=(format!("/projects?year={year}&city={code}")) { (name(code)) } };
        vec![link, html! { (count) }, bar(sum, most), amount(visit, sum)]
    };
    let rows: Vec<Vec<Markup>> = cities.into_iter().map(row).collect();
    let columns = [Column::text(text.city), Column::number(text.count), Column::text(text.share), Column::number(text.amount)];
    let sums = [html! { (text.sum) }, html! { (projects.len()) }, html! {}, amount(visit, total)];
    table(text.by_city, &columns, &rows, Some(&sums))
}

fn projects(visit: &Visit, projects: &[&FundedProject], total: Money) -> Markup {
    let text = &visit.text().fund;
    let fund = visit.engine.fund();
    let cities = |project: &FundedProject| {
        let names = project.cities.iter().map(|code| fund.partner_city(code).map_or(code.as_str(), |city| city.name.as_str()));
        names.collect::<Vec<_>>().join(", ")
    };
    let row = |project: &&FundedProject| {
        let who = project.applicant.as_deref().unwrap_or(text.private_person);
        vec![html! { (project.title) }, html! { (who) }, html! { (cities(project)) }, amount(visit, project.amount)]
    };
    let rows: Vec<Vec<Markup>> = projects.iter().map(row).collect();
    let columns = [Column::text(text.project), Column::text(text.applicant), Column::text(text.city), Column::number(text.amount)];
    let sums = [html! { (text.sum) }, html! {}, html! {}, amount(visit, total)];
    table(text.list, &columns, &rows, Some(&sums))
}
