//! The record, for the auditor: what happened, to any thing, and the proof that nothing was changed in it (R28, R45).

use std::collections::BTreeMap;

use domain::event::{Event, SubjectKind};
use domain::identity::{Permission, Scope};
use domain::ids::PersonId;
use engine::{Error, EventQuery, Finding, Key, Window};
use maud::{Markup, html};

use crate::component::{Column, Summary, Tone, alert, link_button, pagination, table};
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form, submit};
use crate::moment::time;
use crate::page::Sheet;
use crate::text::named;
use crate::visit::{Answer, Visit};

/// How many events stand on one page.
const PAGE: u64 = 30;

/// How many findings of a proof are shown.
const MOST_FINDINGS: usize = 200;

/// The kinds of things that events are about, as the filter names them.
const KINDS: [SubjectKind; 23] = [
    SubjectKind::Application,
    SubjectKind::Applicant,
    SubjectKind::Person,
    SubjectKind::BankAccount,
    SubjectKind::Round,
    SubjectKind::Motion,
    SubjectKind::Ballot,
    SubjectKind::Holding,
    SubjectKind::Recusal,
    SubjectKind::Meeting,
    SubjectKind::AgendaItem,
    SubjectKind::Minutes,
    SubjectKind::BudgetYear,
    SubjectKind::Place,
    SubjectKind::Award,
    SubjectKind::Payout,
    SubjectKind::Proposal,
    SubjectKind::WhatIf,
    SubjectKind::Briefing,
    SubjectKind::Message,
    SubjectKind::SignIn,
    SubjectKind::Session,
    SubjectKind::Token,
];

/// Where an auditor begins: their part of the desk.
pub(crate) fn desk(visit: &Visit) -> Markup {
    let text = &visit.text().audit;
    html! {
        section aria-labelledby="audit" {
            h2 class="kern-heading-medium" id="audit" { (text.desk) }
            p { (text.title.1) }
            div class="buttons" {
                (link_button(true, "/audit", text.title.0))
                (link_button(false, "/audit/proof", text.proof.0))
            }
        }
    }
}

/// A link to what happened to a thing, for whoever reads the record.
pub(crate) fn trail(visit: &Visit, kind: SubjectKind, id: &str) -> Markup {
    html! {
        @if visit.actor.may(Permission::ReadEvents, Scope::everyone()) {
            p { a class="kern-link" href=(format!("/audit?kind={}&id={id}", kind.name())) { (visit.text().audit.trail) } }
        }
    }
}

/// What happened, the latest first; to one thing, if the address names one by its kind and id, or an application by its number.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (engine, actor, text) = (&visit.engine, &visit.actor, &visit.text().audit);
    if !actor.may(Permission::ReadEvents, Scope::everyone()) {
        return Err(Error::Forbidden.into());
    }
    let subject = subject(&visit).await?;
    let before = visit.field("before").parse().ok().map(Key::Number);
    let window = Window { after: None, before, limit: PAGE, backward: true };
    let mut page = engine.events(actor, EventQuery { subject: subject.clone() }, &window).await?;
    page.items.reverse();
    let names = names(&visit, &page.items).await?;
    let of = subject.as_ref().map(|(kind, id)| format!("kind={}&id={id}&", kind.name())).unwrap_or_default();
    let older = page.items.last().filter(|_| page.has_previous);
    let older = older.map(|last| (format!("/audit?{of}before={}", last.sequence), visit.text().form.previous));
    let content = html! {
        (filter(&visit))
        div class="buttons" { (link_button(false, "/audit/proof", text.proof.0)) }
        @if page.items.is_empty() { p { (text.none) } } @else { (events(&visit, &page.items, &names)) }
        (pagination(visit.text().form.pages, None, older))
    };
    Ok(Sheet::new(text.title.0).lead(text.title.1).show(&visit, &content))
}

/// The thing that is asked for. An application can be named by its number, since that is what people have in hand.
async fn subject(visit: &Visit) -> engine::Result<Option<(SubjectKind, String)>> {
    let id = visit.field("id").trim();
    if id.is_empty() {
        return Ok(None);
    }
    let kind = KINDS.into_iter().find(|kind| kind.name() == visit.field("kind")).unwrap_or(SubjectKind::Application);
    if kind == SubjectKind::Application
        && let Some(application) = visit.engine.application_by_number(&visit.actor, id).await?
    {
        return Ok(Some((kind, application.id.to_string())));
    }
    Ok(Some((kind, id.to_owned())))
}

async fn names(visit: &Visit, events: &[Event]) -> engine::Result<BTreeMap<PersonId, String>> {
    let ids: Vec<PersonId> = events.iter().filter_map(|event| event.by).collect();
    Ok(visit.engine.persons(&ids).await?.into_iter().map(|person| (person.id, person.name)).collect())
}

fn filter(visit: &Visit) -> Markup {
    let text = &visit.text().audit;
    let kinds: Vec<Choice> = KINDS.iter().map(|kind| (kind.name().to_owned(), named(text.kinds, kind.name()).to_owned())).collect();
    let mut typed = Fields::default();
    typed.put("kind", visit.field("kind"));
    typed.put("id", visit.field("id"));
    let errors = Errors::default();
    let ask = Ask::new(visit, &typed, &errors);
    html! {
        form class="filters" method="get" action="/audit" {
            (ask.select(&Question::new("kind", text.kind), "", &kinds))
            (ask.line(&Question::new("id", text.id).hint(text.id_hint)))
            (submit(Weight::Secondary, visit.text().briefings.show))
        }
    }
}

/// What happened, in words; what has none is named as the record names it.
fn happened<'a>(visit: &Visit, kind: &'a str) -> &'a str {
    Some(named(visit.text().audit.happened, kind)).filter(|words| !words.is_empty()).unwrap_or(kind)
}

fn events(visit: &Visit, events: &[Event], names: &BTreeMap<PersonId, String>) -> Markup {
    let text = &visit.text().audit;
    let row = |event: &Event| {
        let (kind, id) = (event.subject.kind, &event.subject.id);
        let by = event.by.map_or(text.program, |by| names.get(&by).map_or(text.somebody, String::as_str));
        let subject = html! {
            a class="kern-link" href=(format!("/audit?kind={}&id={id}", kind.name())) { (named(text.kinds, kind.name())) }
            " " span class="kern-body--muted" { ((text.version)(&event.subject.version.to_string())) }
        };
        let what = html! {
            (happened(visit, &event.kind))
            details class="details" {
                summary { (text.details) span class="unseen" { " " (event.sequence) } }
                p class="hash" { (event.details) }
                p class="hash" { (text.hash) ": " (event.hash.0) }
            }
        };
        vec![html! { (event.sequence) }, html! { (time(event.at, visit.language())) }, html! { (by) }, what, subject]
    };
    let rows: Vec<Vec<Markup>> = events.iter().map(row).collect();
    let columns =
        [Column::text(text.sequence), Column::text(text.at), Column::text(text.by), Column::text(text.what), Column::text(text.subject)];
    table(text.title.0, &columns, &rows, None)
}

/// Asks whether the record is to be proven: it takes a while, so nothing happens by looking.
pub(crate) async fn ask_proof(visit: Visit) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().audit;
    if !visit.actor.may(Permission::ReadEvents, Scope::everyone()) {
        return Err(Error::Forbidden.into());
    }
    let content = form(&visit, "/audit/proof", &html! { div class="buttons" { (submit(Weight::Primary, text.prove)) } });
    Ok(Sheet::new(text.proof.0).lead(text.proof.1).below("/audit", text.title.0).show(&visit, &content))
}

/// Proves the record, and says what was checked and found.
pub(crate) async fn prove(visit: Visit) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().audit;
    let report = visit.engine.prove(&visit.actor).await?;
    let counts = Summary::default()
        .text(text.events, &report.events.to_string())
        .text(text.entries, &report.entries.to_string())
        .text(text.years, &report.years.to_string())
        .text(text.awards, &report.awards.to_string())
        .row(text.head, html! { code class="hash" { (report.head) } })
        .text(text.proven_at, &time(visit.engine.now(), visit.language()));
    let found = |finding: &Finding| vec![html! { (finding.record) }, html! { (finding.what) }];
    let rows: Vec<Vec<Markup>> = report.findings.iter().take(MOST_FINDINGS).map(found).collect();
    let content = html! {
        @if report.findings.is_empty() {
            (alert(Tone::Success, text.intact.0, &html! { p class="kern-body" { (text.intact.1) } }))
        } @else {
            (alert(Tone::Danger, &(text.broken)(&report.findings.len().to_string()), &html! { p class="kern-body" { (text.broken_help) } }))
            (table(text.findings, &[Column::text(text.record), Column::text(text.what)], &rows, None))
        }
        (counts.render())
        p class="kern-body--muted" { (text.head_help) }
    };
    Ok(Sheet::new(text.proof.0).below("/audit", text.title.0).show(&visit, &content))
}
