//! People: searched, and introduced.

use domain::identity::{Permission, Person, Scope};
use domain::language::Language;
use engine::{Error, Key, NewPerson, Window};
use maud::{Markup, html};

use crate::administration::{parts, require};
use crate::component::{Column, link_button, pagination, table};
use crate::form::{Ask, Errors, Question, Weight, form_once, submit};
use crate::page::{Sheet, go_to};
use crate::visit::{Answer, Visit};

/// How many people stand on one page.
const PAGE: u64 = 25;

/// Everybody who is known, or who was searched for.
pub(crate) async fn list(visit: Visit) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().administration;
    let search = Some(visit.field("search").trim()).filter(|search| !search.is_empty());
    let after = visit.field("after").parse().ok().map(Key::Id);
    let window = Window { after, before: None, limit: PAGE, backward: false };
    let page = visit.engine.all_persons(&visit.actor, search, &window).await?;
    let row = |person: &Person| {
        let link = html! { a class="kern-link" href=(format!("/administration/people/{}", person.id)) { (person.name) } };
        vec![link, html! { (person.email.as_deref().unwrap_or_default()) }]
    };
    let rows: Vec<Vec<Markup>> = page.items.iter().map(row).collect();
    let more = page.items.last().filter(|_| page.has_next).map(|last| {
        let of = form_urlencoded::Serializer::new(String::new()).append_pair("search", search.unwrap_or_default()).finish();
        (format!("/administration?{of}&after={}", last.id), visit.text().finance.later)
    });
    let errors = Errors::default();
    let content = html! {
        (parts(&visit))
        form class="filters" method="get" action="/administration" {
            (Ask::new(&visit, &visit.fields, &errors).line(&Question::new("search", text.search)))
            (submit(Weight::Secondary, text.search_button))
        }
        @if visit.actor.may(Permission::AddPerson, Scope::everyone()) {
            div class="buttons" { (link_button(false, "/administration/people/new", text.introduce.0)) }
        }
        @if rows.is_empty() { p { (text.people_none) } } @else {
            (table(text.people.0, &[Column::text(text.name), Column::text(text.email)], &rows, None))
        }
        (pagination(visit.text().form.pages, None, more))
    };
    Ok(Sheet::new(text.people.0).lead(text.people.1).preline(text.title.0).show(&visit, &content))
}

/// Asks who is to be introduced.
pub(crate) async fn ask(visit: Visit) -> Answer {
    asked(&visit, &Errors::default())
}

fn asked(visit: &Visit, errors: &Errors) -> Answer {
    require(visit, Permission::AddPerson)?;
    let text = &visit.text().administration;
    let mut typed = visit.fields.clone();
    if typed.get("language").is_empty() {
        typed.put("language", Language::De.code());
    }
    let languages = [("de".to_owned(), "Deutsch".to_owned()), ("en".to_owned(), "English".to_owned())];
    let ask = Ask::new(visit, &typed, errors);
    let fields = html! {
        (ask.line(&Question::new("name", text.name)))
        (ask.line(&Question::new("email", text.email).kind("email", "off")))
        (ask.radios(&Question::new("language", text.language), &languages))
        div class="buttons" {
            (submit(Weight::Primary, text.introduce_button))
            a class="kern-link" href="/administration" { (visit.text().form.cancel) }
        }
    };
    let content = form_once(visit, "/administration/people/new", &fields)?;
    Ok(Sheet::new(text.introduce.0).lead(text.introduce.1).below("/administration", text.title.0).show_with(visit, errors, &content))
}

/// Introduces somebody.
pub(crate) async fn introduce(visit: Visit) -> Answer {
    visit.signed_in()?;
    if visit.field("email").trim().is_empty() {
        let errors = Errors::missing(&visit, "email");
        return asked(&visit, &errors);
    }
    let language = Language::ALL.into_iter().find(|language| language.code() == visit.field("language")).unwrap_or_default();
    let new = NewPerson {
        name: visit.field("name").to_owned(),
        email: Some(visit.field("email").trim().to_owned()),
        language,
        roles: Vec::new(),
    };
    match visit.engine.introduce_person(&visit.call(), new).await {
        Ok(id) => Ok(go_to(&format!("/administration/people/{id}?done=introduced"))),
        Err(Error::Refused(refusal)) => asked(&visit, &Errors::of(&visit, refusal, "name")),
        Err(error) => Err(error.into()),
    }
}
