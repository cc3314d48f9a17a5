//! What people say of themselves: name, language, and the address that they are reached by.

use domain::identity::Person;
use domain::language::Language;
use engine::Error;
use maud::{Markup, html};
use poem::Response;
use poem::http::StatusCode;

use crate::account::sign_in_first;
use crate::page::{Errors, Failure, Field, form as form_to, go_to, page};
use crate::visit::{Answer, Visit};

async fn person(visit: &Visit) -> Result<Person, Failure> {
    visit.signed_in()?;
    Ok(visit.engine.viewer(&visit.actor).await?.ok_or(Error::Unauthenticated)?)
}

/// Who is signed in, on the page of their access.
pub(crate) async fn summary(visit: &Visit) -> Result<Markup, Failure> {
    let (text, person) = (visit.text(), person(visit).await?);
    Ok(html! {
        h2 { (text.person) }
        p { strong { (person.name) } br; (person.email.as_deref().unwrap_or(text.no_address)) }
        p { a href="/account/person" { (text.change) } }
    })
}

/// Asks for name and language, and leads to another address.
pub(crate) async fn form(visit: Visit) -> Answer {
    let person = person(&visit).await?;
    Ok(form_page(&visit, &person.name, person.language, &Errors::default()))
}

fn form_page(visit: &Visit, name: &str, language: Language, errors: &Errors) -> Response {
    let text = visit.text();
    let field = Field { name: "name", kind: "text", label: text.name, hint: text.name_hint, autocomplete: "name", short: false };
    let fields = html! {
        (field.render(name, errors))
        fieldset {
            legend { (text.language) }
            @for (of, label) in [(Language::De, "Deutsch"), (Language::En, "English")] {
                label lang=(of.code()) { input type="radio" name="language" value=(of.code()) checked[of == language]; " " (label) }
            }
        }
        button type="submit" { (text.save) }
    };
    let content = html! {
        (errors.summary(visit))
        h1 { (text.correct.0) }
        p { (text.correct.1) }
        (form_to(visit, "/account/person", &fields))
        p { a href="/account/address" { (text.new_address.0) } }
        p { a href="/account" { (text.back) } }
    };
    page(visit, errors.status(), &errors.title(visit, text.correct.0), &content)
}

/// Corrects name and language.
pub(crate) async fn correct(visit: Visit) -> Answer {
    visit.signed_in()?;
    let language = Language::ALL.into_iter().find(|language| language.code() == visit.field("language")).unwrap_or(visit.language());
    match visit.engine.correct_myself(&visit.call(), visit.field("name").to_owned(), language).await {
        Ok(_) => Ok(go_to("/account")),
        Err(Error::Refused(refusal)) => Ok(form_page(&visit, visit.field("name"), language, &Errors::of(&visit, refusal, "name"))),
        Err(error) => Err(error.into()),
    }
}

/// Asks for another address; or, long after the sign-in, says what to do first.
pub(crate) async fn address(visit: Visit) -> Answer {
    visit.signed_in()?;
    Ok(address_page(&visit, &Errors::default()))
}

fn address_page(visit: &Visit, errors: &Errors) -> Response {
    let text = visit.text();
    let field = Field { name: "address", kind: "email", label: text.address, hint: text.address_hint, autocomplete: "email", short: false };
    let fields = html! {
        (field.render(visit.field("address"), errors))
        button type="submit" { (text.send_link) }
    };
    let content = html! {
        (errors.summary(visit))
        h1 { (text.new_address.0) }
        p { (text.new_address.1) }
        @match sign_in_first(visit) {
            Some(first) => (first),
            None => (form_to(visit, "/account/address", &fields)),
        }
        p { a href="/account" { (text.back) } }
    };
    page(visit, errors.status(), &errors.title(visit, text.new_address.0), &content)
}

/// Sends the link. Whether somebody has the address shows nowhere.
pub(crate) async fn ask_address(visit: Visit) -> Answer {
    visit.signed_in()?;
    match visit.engine.request_new_address(&visit.call(), visit.field("address").to_owned()).await {
        Ok(_) => Ok(said(&visit, StatusCode::OK, visit.text().new_address_sent)),
        Err(Error::Refused(refusal)) => Ok(address_page(&visit, &Errors::of(&visit, refusal, "address"))),
        Err(error) => Err(error.into()),
    }
}

/// Shows the button that confirms the address, to the person who asked. To look at it changes nothing.
pub(crate) async fn link(visit: Visit) -> Answer {
    let text = visit.text();
    if visit.session().is_none() {
        return Ok(said(&visit, StatusCode::FORBIDDEN, text.confirm_signed_in));
    }
    let token = visit.field("token").to_owned();
    let Some(address) = visit.engine.new_address(&visit.actor, &token).await? else {
        return Ok(said(&visit, StatusCode::GONE, text.link_over));
    };
    let fields = html! {
        input type="hidden" name="token" value=(token);
        button type="submit" { (text.confirm) }
    };
    let content = html! {
        h1 { (text.confirm_address.0) }
        p { (text.confirm_address.1) " " strong { (address) } }
        (form_to(&visit, "/account/address/link", &fields))
    };
    Ok(page(&visit, StatusCode::OK, text.confirm_address.0, &content))
}

/// Confirms the address.
pub(crate) async fn confirm_address(visit: Visit) -> Answer {
    visit.signed_in()?;
    match visit.engine.confirm_new_address(&visit.call(), visit.field("token").to_owned()).await {
        Ok(_) => Ok(go_to("/account")),
        Err(Error::Refused(refusal)) if refusal.0.iter().any(|violation| violation.field.is_some()) => {
            Ok(address_page(&visit, &Errors::of(&visit, refusal, "address")))
        }
        Err(Error::Refused(_)) => Ok(said(&visit, StatusCode::GONE, visit.text().link_over)),
        Err(error) => Err(error.into()),
    }
}

/// A page that says one thing.
fn said(visit: &Visit, status: StatusCode, (title, words): (&str, &str)) -> Response {
    let content = html! {
        h1 { (title) }
        p { (words) }
        p { a href="/account" { (visit.text().back) } }
    };
    page(visit, status, title, &content)
}
