//! Briefings from the office's side: posted, corrected, withdrawn.

use domain::briefing::{Briefing, BriefingAction as Action, BriefingKind, BriefingState, News};
use domain::identity::{available_actions, guard};
use domain::ids::BriefingId;
use domain::language::Say as _;
use engine::{BriefingQuery, CorrectBriefing, Error};
use maud::{Markup, html};

use crate::component::{Column, Tone, alert, badge, link_button, paragraphs, table};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Choice, Errors, Question, Reader, Weight, form_once, submit};
use crate::office::inbox::city_choices;
use crate::office::{asking, cities, done, enter, pages, renamed, sections, sheet, window_by_number};
use crate::page::go_to;
use crate::text::named;
use crate::visit::{Answer, Visit};

const PATH: &str = "/office/briefings";

const KINDS: [(&str, BriefingKind); 5] = [
    ("delegation", BriefingKind::Delegation),
    ("staff-exchange", BriefingKind::StaffExchange),
    ("event", BriefingKind::Event),
    ("agreement", BriefingKind::Agreement),
    ("other", BriefingKind::Other),
];

/// The longest year that is asked for.
const YEAR_DIGITS: usize = 4;

fn kind_of(code: &str) -> Option<BriefingKind> {
    KINDS.iter().find(|(own, _)| *own == code).map(|(_, kind)| *kind)
}

fn code_of(kind: BriefingKind) -> &'static str {
    KINDS.iter().find(|(_, own)| *own == kind).map(|(code, _)| *code).unwrap_or_default()
}

fn kind_choices(visit: &Visit) -> Vec<Choice> {
    KINDS.iter().map(|(code, _)| ((*code).to_owned(), named(visit.text().briefing_desk.kinds, code).to_owned())).collect()
}

/// The briefings, the latest first, filtered by what stands in the address.
pub(crate) async fn list(visit: Visit) -> Answer {
    enter(&visit)?;
    let text = &visit.text().briefing_desk;
    let (city, year, kind) = (visit.field("city"), visit.field("year"), visit.field("kind"));
    let query = BriefingQuery {
        city: Some(city.to_owned()).filter(|city| !city.is_empty()),
        year: Some(year).filter(|year| year.len() <= YEAR_DIGITS).and_then(|year| year.parse().ok()),
        kind: kind_of(kind),
        unread: false,
    };
    let mut page = visit.engine.briefings(&visit.actor, &query, &window_by_number(&visit, true)).await?;
    let count = visit.engine.count_briefings(&visit.actor, &query).await?;
    let fields = [("city", city), ("year", year), ("kind", kind)];
    let ways = pages(&visit, PATH, &fields, &page, true, |briefing: &Briefing| briefing.position.to_string());
    page.items.reverse();
    let row = |briefing: &Briefing| {
        let news = &briefing.news;
        let taken_back = matches!(briefing.state, BriefingState::Withdrawn { .. });
        let (tone, words) = if taken_back { (Tone::Warning, text.taken_back) } else { (Tone::Success, text.posted) };
        vec![
            html! { a class="kern-link" href=(format!("{PATH}/{}", briefing.id)) { (news.title) } },
            html! { (news.on.say(visit.language())) },
            html! { (cities(&visit, &news.cities)) },
            html! { (named(text.kinds, code_of(news.kind))) },
            badge(tone, words),
        ]
    };
    let columns = [
        Column::text(text.headline),
        Column::text(text.on),
        Column::text(visit.text().office.city),
        Column::text(text.kind),
        Column::text(text.state),
    ];
    let rows: Vec<Vec<Markup>> = page.items.iter().map(row).collect();
    let errors = Errors::default();
    let ask = Ask::new(&visit, &visit.fields, &errors);
    let filters = html! {
        div class="filters" {
            (ask.select(&Question::new("city", visit.text().office.city), visit.text().office.all_cities, &city_choices(&visit)))
            (ask.number(&Question::new("year", text.year)))
            (ask.select(&Question::new("kind", text.kind), text.all_kinds, &kind_choices(&visit)))
            div { (submit(Weight::Secondary, visit.text().office.filter)) }
        }
    };
    let content = html! {
        (sections(&visit))
        (done(&visit))
        div class="buttons" { (link_button(true, "/office/briefings/new", text.new_link)) }
        search aria-label=(visit.text().office.filtered) { (asking(PATH, true, &filters)) }
        p role="status" { ((visit.text().office.count)(&count.to_string())) }
        @if rows.is_empty() { p { (visit.text().office.nothing) } } @else { (table(text.title, &columns, &rows, None)) }
        (ways)
    };
    Ok(sheet(&visit, text.title).show(&visit, &content))
}

fn questions(visit: &Visit, ask: &Ask<'_>) -> Markup {
    let text = &visit.text().briefing_desk;
    html! {
        (ask.date(&Question::new("on", text.on).hint(visit.text().office.day_hint)))
        div class="checks--columns" { (ask.checkboxes(&Question::new("cities", text.cities), &city_choices(visit))) }
        (ask.radios(&Question::new("kind", text.kind), &kind_choices(visit)))
        (ask.line(&Question::new("headline", text.headline)))
        (ask.area(&Question::new("text", text.text), 8))
        (ask.line(&Question::new("paper", text.paper).hint(text.paper_hint).optional().short()))
    }
}

/// The news as it was typed.
fn read(visit: &Visit) -> Result<News, Errors> {
    let mut reader = Reader::new(visit.text(), &visit.fields);
    let (on, paper) = (reader.date("on"), reader.text("paper"));
    let mut errors = reader.errors;
    if on.is_none() && errors.is_empty() {
        errors.join(Errors::missing(visit, "on"));
    }
    let kind = kind_of(visit.field("kind"));
    if kind.is_none() {
        errors.add("kind", visit.text().briefing_desk.kind_missing);
    }
    match (on, kind) {
        (Some(on), Some(kind)) if errors.is_empty() => {
            let cities = visit.fields.all("cities").map(str::to_owned).collect();
            Ok(News { on, cities, kind, title: visit.field("headline").to_owned(), text: visit.field("text").to_owned(), paper })
        }
        _ => Err(errors),
    }
}

/// Asks what is to be told.
pub(crate) async fn new(visit: Visit) -> Answer {
    enter(&visit)?;
    new_page(&visit, &Errors::default())
}

fn new_page(visit: &Visit, errors: &Errors) -> Answer {
    let text = &visit.text().briefing_desk;
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (questions(visit, &ask))
        div class="buttons" { (submit(Weight::Primary, text.post)) (link_button(false, PATH, visit.text().form.cancel)) }
    };
    let form = form_once(visit, "/office/briefings/new", &fields)?;
    Ok(sheet(visit, text.new.0).below(PATH, text.title).lead(text.new.1).show_with(visit, errors, &form))
}

/// Posts it.
pub(crate) async fn post(visit: Visit) -> Answer {
    enter(&visit)?;
    let errors = match read(&visit) {
        Err(errors) => errors,
        Ok(news) => match visit.engine.post_briefing(&visit.call(), news).await {
            Ok(_) => return Ok(go_to(&format!("{PATH}?done=posted"))),
            Err(Error::Refused(refused)) => Errors::of(&visit, renamed(refused, "title", "headline"), "headline"),
            Err(error) => return Err(error.into()),
        },
    };
    new_page(&visit, &errors)
}

async fn load(visit: &Visit) -> Result<Briefing, Failure> {
    enter(visit)?;
    let id: BriefingId = visit.id()?;
    Ok(visit.engine.briefing(&visit.actor, id).await?.ok_or(Error::NotFound)?)
}

/// What it says, to be corrected.
pub(crate) async fn edit(visit: Visit) -> Answer {
    let briefing = load(&visit).await?;
    let news = &briefing.news;
    let mut typed = Fields::default();
    typed.put_date("on", Some(news.on));
    news.cities.iter().for_each(|city| typed.put("cities", city.as_str()));
    typed.put("kind", code_of(news.kind));
    typed.put("headline", news.title.as_str());
    typed.put("text", news.text.as_str());
    typed.put_some("paper", news.paper.as_ref());
    typed.put("version", briefing.version.to_string());
    edit_page(&visit, &briefing, &typed, &Errors::default())
}

fn edit_page(visit: &Visit, briefing: &Briefing, typed: &Fields, errors: &Errors) -> Answer {
    let text = &visit.text().briefing_desk;
    let own = format!("{PATH}/{}", briefing.id);
    let actions = available_actions(&visit.actor, briefing);
    let ask = Ask::new(visit, typed, errors);
    let fields = html! {
        input type="hidden" name="version" value=(typed.get("version"));
        (questions(visit, &ask))
        div class="buttons" {
            (submit(Weight::Primary, text.correct_button))
            @if actions.contains(&Action::Withdraw) { (link_button(false, &format!("{own}/withdraw"), text.withdraw.0)) }
            (link_button(false, PATH, visit.text().form.cancel))
        }
    };
    let content = html! {
        (done(visit))
        @if let BriefingState::Withdrawn { reason, .. } = &briefing.state { (alert(Tone::Warning, text.taken_back, &paragraphs(reason))) }
        @if actions.contains(&Action::Correct) { (form_once(visit, &own, &fields)?) }
        @else {
            p class="meta" { span { (briefing.news.on.say(visit.language())) } span { (cities(visit, &briefing.news.cities)) } }
            h2 class="kern-heading-medium" { (briefing.news.title) }
            p { (paragraphs(&briefing.news.text)) }
        }
    };
    Ok(sheet(visit, text.correct).below(PATH, text.title).lead(text.correct_lead).show_with(visit, errors, &content))
}

/// Says it otherwise.
pub(crate) async fn correct(visit: Visit) -> Answer {
    let briefing = load(&visit).await?;
    let errors = match read(&visit) {
        Err(errors) => errors,
        Ok(news) => {
            let input = CorrectBriefing { briefing: briefing.id, expected_version: visit.field("version").parse().ok(), news };
            match visit.engine.correct_briefing(&visit.call(), input).await {
                Ok(_) => return Ok(go_to(&format!("{PATH}/{}?done=corrected", briefing.id))),
                Err(Error::Refused(refused)) => Errors::of(&visit, renamed(refused, "title", "headline"), "headline"),
                Err(error) => return Err(error.into()),
            }
        }
    };
    edit_page(&visit, &briefing, &visit.fields, &errors)
}

/// Asks why it is to be withdrawn.
pub(crate) async fn withdrawal(visit: Visit) -> Answer {
    let briefing = load(&visit).await?;
    if guard(&visit.actor, &briefing, Action::Withdraw).is_err() {
        return Ok(go_to(&format!("{PATH}/{}", briefing.id)));
    }
    withdraw_page(&visit, &briefing, &Errors::default())
}

fn withdraw_page(visit: &Visit, briefing: &Briefing, errors: &Errors) -> Answer {
    let text = &visit.text().briefing_desk;
    let own = format!("{PATH}/{}", briefing.id);
    let ask = Ask::new(visit, &visit.fields, errors);
    let fields = html! {
        (ask.area(&Question::new("reason", text.withdraw_reason), 3))
        div class="buttons" { (submit(Weight::Primary, text.withdraw_button)) (link_button(false, &own, visit.text().form.cancel)) }
    };
    let form = form_once(visit, &format!("{own}/withdraw"), &fields)?;
    let sheet = sheet(visit, text.withdraw.0).below(PATH, text.title).below(own, briefing.news.title.clone());
    Ok(sheet.lead(text.withdraw.1).show_with(visit, errors, &form))
}

/// Withdraws it.
pub(crate) async fn withdraw(visit: Visit) -> Answer {
    let briefing = load(&visit).await?;
    match visit.engine.withdraw_briefing(&visit.call(), briefing.id, visit.field("reason").to_owned()).await {
        Ok(_) => Ok(go_to(&format!("{PATH}?done=withdrawn"))),
        Err(Error::Refused(refused)) => withdraw_page(&visit, &briefing, &Errors::of(&visit, refused, "reason")),
        Err(error) => Err(error.into()),
    }
}
