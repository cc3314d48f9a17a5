//! Briefings: read by city and year, noted as read, and as e-mail as often as each chooses.

use std::collections::BTreeSet;

use chrono::Datelike as _;
use domain::briefing::{Briefing, BriefingKind};
use domain::digest::Frequency;
use domain::identity::{Permission, Scope};
use domain::ids::BriefingId;
use domain::language::Say as _;
use engine::{BriefingQuery, Key, Window};
use maud::{Markup, html};

use crate::component::{Tone, alert, badge, pagination, paragraphs};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Weight, form, submit};
use crate::page::{Sheet, go_to};
use crate::text::named;
use crate::visit::{Answer, Visit};

/// How many briefings stand on one page.
const PAGE: u64 = 10;

/// For how many years back the list can be filtered.
const YEARS: i32 = 20;

const FREQUENCIES: [(Frequency, &str); 4] =
    [(Frequency::AtOnce, "at-once"), (Frequency::Weekly, "weekly"), (Frequency::Monthly, "monthly"), (Frequency::Never, "never")];

pub(crate) const fn kind_code(kind: BriefingKind) -> &'static str {
    match kind {
        BriefingKind::Delegation => "delegation",
        BriefingKind::StaffExchange => "staff-exchange",
        BriefingKind::Event => "event",
        BriefingKind::Agreement => "agreement",
        BriefingKind::Other => "other",
    }
}

/// The briefings, the latest first, of one city and one year, if the address names them.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    let (engine, actor, text, fund) = (&visit.engine, &visit.actor, &visit.text().briefings, visit.engine.fund());
    let query = BriefingQuery {
        city: fund.partner_city(visit.field("city")).map(|city| city.code.clone()),
        year: visit.field("year").parse().ok(),
        kind: None,
        unread: visit.field("unread") == "yes",
    };
    let before = visit.field("before").parse().ok().map(Key::Number);
    let mut page = engine.briefings(actor, &query, &Window { after: None, before, limit: PAGE, backward: true }).await?;
    page.items.reverse();
    let follows = actor.may(Permission::FollowBriefings, Scope::everyone());
    let ids: Vec<BriefingId> = page.items.iter().map(|briefing| briefing.id).collect();
    let read: BTreeSet<BriefingId> =
        if follows { engine.briefings_read(actor, &ids).await?.into_iter().collect() } else { BTreeSet::new() };
    let unread: Vec<BriefingId> = if follows { ids.into_iter().filter(|id| !read.contains(id)).collect() } else { Vec::new() };
    let older = page.items.last().filter(|_| page.has_previous);
    let older = older.map(|last| (address(&query, &format!("before={}", last.position)), visit.text().form.previous));
    let done = match visit.field("done") {
        "read" => text.marked,
        "digest" => text.chosen,
        _ => "",
    };
    let content = html! {
        @if !done.is_empty() { (alert(Tone::Success, done, &html! {})) }
        (filter(&visit, &query))
        @if page.items.is_empty() { p { (text.none) } }
        ul class="cards" { @for briefing in &page.items { (told(&visit, briefing, unread.contains(&briefing.id))) } }
        @if !unread.is_empty() {
            (form(&visit, "/briefings/read", &html! {
                @for id in &unread { input type="hidden" name="briefing" value=(id); }
                input type="hidden" name="back" value=(address(&query, "done=read"));
                (submit(Weight::Secondary, text.mark))
            }))
        }
        (pagination(visit.text().form.pages, None, older))
        @if follows { (digest(&visit).await?) }
    };
    Ok(Sheet::new(text.title.0).lead(text.title.1).show(&visit, &content))
}

/// The list's address with the same filter and something more.
fn address(query: &BriefingQuery, more: &str) -> String {
    let mut parts = Vec::new();
    parts.extend(query.city.as_ref().map(|city| format!("city={city}")));
    parts.extend(query.year.map(|year| format!("year={year}")));
    parts.extend(query.unread.then(|| "unread=yes".to_owned()));
    parts.push(more.to_owned());
    format!("/briefings?{}", parts.join("&"))
}

fn filter(visit: &Visit, query: &BriefingQuery) -> Markup {
    let text = &visit.text().briefings;
    let cities: Vec<Choice> = visit.engine.fund().partner_cities.iter().map(|city| (city.code.clone(), city.name.clone())).collect();
    let this_year = visit.engine.today().year();
    let years: Vec<Choice> = (0..YEARS).map(|back| (this_year - back).to_string()).map(|year| (year.clone(), year)).collect();
    let mut typed = Fields::default();
    typed.put_some("city", query.city.as_ref());
    typed.put("year", query.year.map(|year| year.to_string()).unwrap_or_default());
    if query.unread {
        typed.put("unread", "yes");
    }
    let errors = Errors::default();
    let ask = Ask::new(visit, &typed, &errors);
    html! {
        form class="filters" method="get" action="/briefings" {
            (ask.select(&Question::new("city", text.city), text.all_cities, &cities))
            (ask.select(&Question::new("year", text.year), text.all_years, &years))
            @if visit.actor.may(Permission::FollowBriefings, Scope::everyone()) {
                (ask.declaration(&Question::new("unread", text.unread)))
            }
            (submit(Weight::Secondary, text.show))
        }
    }
}

fn told(visit: &Visit, briefing: &Briefing, is_new: bool) -> Markup {
    let (text, news) = (&visit.text().briefings, &briefing.news);
    html! {
        li class="card" {
            div class="card__head" {
                h2 class="kern-heading-small" id=(format!("briefing-{}", briefing.id)) { (news.title) }
                @if is_new { (badge(Tone::Info, text.new)) }
            }
            p class="meta" {
                span { (news.on.say(visit.language())) }
                span { (news.city_names(visit.engine.fund()).join(", ")) }
                span { (named(text.kinds, kind_code(news.kind))) }
                @if let Some(paper) = &news.paper { span { ((text.paper)(paper)) } }
            }
            p { (paragraphs(&news.text)) }
        }
    }
}

async fn digest(visit: &Visit) -> Result<Markup, Failure> {
    let text = &visit.text().briefings;
    let chosen = visit.engine.digest_frequency(&visit.actor).await?;
    let mut typed = Fields::default();
    typed.put("frequency", FREQUENCIES.iter().find(|(frequency, _)| *frequency == chosen).map_or("", |(_, code)| *code));
    let choices: Vec<Choice> = text.frequencies.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    let errors = Errors::default();
    let fields = html! {
        (Ask::new(visit, &typed, &errors).radios(&Question::new("frequency", text.frequency), &choices))
        div class="buttons" { (submit(Weight::Secondary, visit.text().form.save)) }
    };
    Ok(html! {
        section aria-labelledby="digest" {
            h2 class="kern-heading-medium" id="digest" { (text.digest.0) }
            p { (text.digest.1) }
            (form(visit, "/briefings/digest", &fields))
        }
    })
}

/// Notes briefings as read, and goes back to where they were listed.
pub(crate) async fn mark_read(visit: Visit) -> Answer {
    visit.signed_in()?;
    let ids = visit.fields.all("briefing").map(str::parse::<uuid::Uuid>).map(|id| id.map(BriefingId)).collect::<Result<Vec<_>, _>>();
    let ids = ids.map_err(|_| engine::Error::NotFound)?;
    visit.engine.mark_briefings_read(&visit.call(), ids).await?;
    let back = visit.field("back");
    Ok(go_to(if back.starts_with("/briefings?") { back } else { "/briefings" }))
}

/// Keeps how often somebody wants the digest.
pub(crate) async fn choose_digest(visit: Visit) -> Answer {
    visit.signed_in()?;
    let chosen = FREQUENCIES.iter().find(|(_, code)| *code == visit.field("frequency")).map(|(frequency, _)| *frequency);
    visit.engine.choose_digest(&visit.call(), chosen.ok_or(engine::Error::NotFound)?).await?;
    Ok(go_to("/briefings?done=digest#digest"))
}
