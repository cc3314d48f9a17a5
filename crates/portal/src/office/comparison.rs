//! Two what-ifs beside each other, against the money that there is now.

use std::collections::BTreeSet;

use domain::ids::{ApplicationId, WhatIfId};
use domain::money::Money;
use domain::what_if::Played;
use maud::html;

use crate::component::{Column, link_button, money, table};
use crate::office::proposal::words;
use crate::office::what_if::{PATH, result_badge, sheet_of};
use crate::office::{chosen, enter, number, title};
use crate::visit::{Answer, Visit};

/// Two of them beside each other.
pub(crate) async fn show(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().what_ifs;
    let ids: Vec<WhatIfId> = chosen(&visit.fields, "what-if")?;
    let compared = if ids.len() == 2 { visit.engine.compare_what_ifs(&visit.actor, &ids).await? } else { Vec::new() };
    let [(left, a), (right, b)] = &compared[..] else {
        let content = html! { p { (text.compare_two) } div class="buttons" { (link_button(true, PATH, text.title)) } };
        return Ok(sheet_of(&visit, text.compare).show(&visit, &content));
    };
    let mut applications: Vec<ApplicationId> = a.lines.iter().chain(&b.lines).map(|line| line.line.application).collect();
    let mut seen = BTreeSet::new();
    applications.retain(|application| seen.insert(*application));
    let named_ones = visit.engine.applications_by_ids(&visit.actor, &applications).await?;
    let language = visit.language();
    let figure = |name: &str, of: fn(&Played) -> Money| vec![html! { (name) }, money(of(a), language), money(of(b), language)];
    let mut rows = vec![
        figure(text.available, |played| played.available),
        figure(text.awarded, |played| played.awarded),
        figure(text.waiting, |played| played.waiting),
        figure(text.left, |played| played.left),
    ];
    let cell = |played: &Played, id: ApplicationId| {
        let line = played.lines.iter().find(|line| line.line.application == id);
        line.map_or_else(
            || html! { (text.left_out) },
            |line| html! { (words(&visit, line.line.proposal)) br; (result_badge(&visit, line)) },
        )
    };
    for id in applications {
        let called =
            named_ones.iter().find(|application| application.id == id).map(|one| format!("{} {}", number(&visit, one), title(&visit, one)));
        rows.push(vec![html! { (called.unwrap_or_default()) }, cell(a, id), cell(b, id)]);
    }
    let columns = [Column::text(text.application), Column::number(&left.name), Column::number(&right.name)];
    let content = html! {
        (table(text.compare, &columns, &rows, None))
        div class="buttons" {
            (link_button(false, &format!("{PATH}/{}", left.id), &left.name))
            (link_button(false, &format!("{PATH}/{}", right.id), &right.name))
        }
    };
    Ok(sheet_of(&visit, text.compare).lead(text.compare_lead).show(&visit, &content))
}
