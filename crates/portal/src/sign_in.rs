//! Signing in and out.

use engine::{AskSignIn, Browser, Error, Proof, SignedIn};
use maud::{Markup, html};
use poem::Response;
use poem::http::StatusCode;

use crate::page::{Errors, Field, form as form_to, go_to, page, with_cookie, without_cookie};
use crate::visit::{Answer, Visit};

/// Asks for the address.
pub(crate) async fn form(visit: Visit) -> Answer {
    Ok(ask_page(&visit, &Errors::default()))
}

/// Sends the link. Whether somebody is known by the address shows neither in the answer nor in the time that it takes.
pub(crate) async fn ask(visit: Visit) -> Answer {
    let ask = AskSignIn { address: visit.field("address").to_owned(), language: visit.language() };
    match visit.engine.ask_sign_in(ask, visit.arrival.source).await {
        Ok(()) => Ok(go_to("/sign-in/sent")),
        Err(Error::Refused(refusal)) => Ok(ask_page(&visit, &Errors::of(&visit, refusal, "address"))),
        Err(error) => Err(error.into()),
    }
}

fn ask_page(visit: &Visit, errors: &Errors) -> Response {
    let text = visit.text();
    let fields = html! {
        (address(visit, errors))
        button type="submit" { (text.send_link) }
    };
    let content = html! {
        (errors.summary(visit))
        h1 { (text.ask.0) }
        p { (text.ask.1) }
        (form_to(visit, "/sign-in", &fields))
        p { a href="/sign-in/code" { (text.have_code) } }
    };
    page(visit, errors.status(), &errors.title(visit, text.ask.0), &content)
}

/// Says that an e-mail is on its way.
pub(crate) async fn sent(visit: Visit) -> Answer {
    let text = visit.text();
    let errors = Errors::default();
    let content = html! {
        h1 { (text.sent.0) }
        p { (text.sent.1) }
        p { (text.sent_nothing) }
        h2 { (text.code_page.0) }
        (code_form(&visit, &errors, false))
    };
    Ok(page(&visit, StatusCode::OK, text.sent.0, &content))
}

/// Shows the button that spends the link. To look at it changes nothing.
pub(crate) async fn link(visit: Visit) -> Answer {
    let token = visit.field("token").to_owned();
    Ok(match visit.engine.sign_in_link(&token).await? {
        Some(registers) => link_page(&visit, &token, registers, &Errors::default()),
        None => over(&visit),
    })
}

fn link_page(visit: &Visit, token: &str, registers: bool, errors: &Errors) -> Response {
    let text = visit.text();
    let (title, words) = if registers { text.link_registers } else { text.link };
    let fields = html! {
        input type="hidden" name="token" value=(token);
        @if registers { (name(visit, errors)) }
        button type="submit" { @if registers { (text.register) } @else { (text.sign_in) } }
    };
    let content = html! {
        (errors.summary(visit))
        h1 { (title) }
        p { (words) }
        (form_to(visit, "/sign-in/link", &fields))
    };
    page(visit, errors.status(), &errors.title(visit, title), &content)
}

fn over(visit: &Visit) -> Response {
    let text = visit.text();
    let content = html! {
        h1 { (text.link_over.0) }
        p { (text.link_over.1) }
        p { a href="/sign-in" { (text.new_link) } }
    };
    page(visit, StatusCode::GONE, text.link_over.0, &content)
}

/// Signs in by the link.
pub(crate) async fn spend_link(visit: Visit) -> Answer {
    let token = visit.field("token").to_owned();
    match enter(&visit, Proof::Link(token.clone())).await {
        Ok(SignedIn::Session { cookie, expires_at }) => Ok(signed_in(&visit, &cookie, expires_at)),
        Ok(SignedIn::NameNeeded) => Ok(link_page(&visit, &token, true, &Errors::missing(&visit, "name"))),
        Err(Error::Refused(refusal)) if is_about_name(&refusal) => {
            Ok(link_page(&visit, &token, true, &Errors::of(&visit, refusal, "name")))
        }
        Err(Error::Refused(_)) => Ok(over(&visit)),
        Err(error) => Err(error.into()),
    }
}

/// Asks for address and code.
pub(crate) async fn code(visit: Visit) -> Answer {
    Ok(code_page(&visit, &Errors::default(), false))
}

/// Signs in by the code.
pub(crate) async fn spend_code(visit: Visit) -> Answer {
    let (address, code) = (visit.field("address").to_owned(), visit.field("code").to_owned());
    match enter(&visit, Proof::Code { address, code }).await {
        Ok(SignedIn::Session { cookie, expires_at }) => Ok(signed_in(&visit, &cookie, expires_at)),
        Ok(SignedIn::NameNeeded) => {
            let first = visit.field("registers").is_empty();
            let errors = if first { Errors::default() } else { Errors::missing(&visit, "name") };
            Ok(code_page(&visit, &errors, true))
        }
        Err(Error::Refused(refusal)) if is_about_name(&refusal) => Ok(code_page(&visit, &Errors::of(&visit, refusal, "name"), true)),
        Err(Error::Refused(refusal)) => Ok(code_page(&visit, &Errors::of(&visit, refusal, "code"), false)),
        Err(error) => Err(error.into()),
    }
}

fn code_page(visit: &Visit, errors: &Errors, registers: bool) -> Response {
    let text = visit.text();
    let (title, words) = if registers { text.link_registers } else { text.code_page };
    let content = html! {
        (errors.summary(visit))
        h1 { (title) }
        p { (words) }
        (code_form(visit, errors, registers))
    };
    page(visit, errors.status(), &errors.title(visit, title), &content)
}

/// Address and code; where somebody registers, both are carried along, and the name is asked for.
fn code_form(visit: &Visit, errors: &Errors, registers: bool) -> Markup {
    let text = visit.text();
    let code = Field { name: "code", kind: "text", label: text.code, hint: text.code_hint, autocomplete: "one-time-code", short: true };
    let fields = html! {
        @if registers {
            input type="hidden" name="registers" value="yes";
            input type="hidden" name="address" value=(visit.field("address"));
            input type="hidden" name="code" value=(visit.field("code"));
            (name(visit, errors))
            button type="submit" { (text.register) }
        } @else {
            (address(visit, errors))
            (code.render(visit.field("code"), errors))
            button type="submit" { (text.sign_in) }
        }
    };
    form_to(visit, "/sign-in/code", &fields)
}

fn address(visit: &Visit, errors: &Errors) -> Markup {
    let text = visit.text();
    let field = Field { name: "address", kind: "email", label: text.address, hint: text.address_hint, autocomplete: "email", short: false };
    field.render(visit.field("address"), errors)
}

fn name(visit: &Visit, errors: &Errors) -> Markup {
    let text = visit.text();
    Field { name: "name", kind: "text", label: text.name, hint: text.name_hint, autocomplete: "name", short: false }
        .render(visit.field("name"), errors)
}

fn is_about_name(refusal: &domain::problem::Refusal) -> bool {
    refusal.0.iter().any(|violation| violation.field.as_deref() == Some("name"))
}

async fn enter(visit: &Visit, proof: Proof) -> engine::Result<SignedIn> {
    let name = Some(visit.field("name").trim()).filter(|name| !name.is_empty()).map(str::to_owned);
    let browser = Browser { source: visit.arrival.source, user_agent: visit.user_agent.clone(), cookie: visit.cookie.clone() };
    visit.engine.sign_in(proof, name, browser).await
}

fn signed_in(visit: &Visit, cookie: &str, expires_at: chrono::DateTime<chrono::Utc>) -> Response {
    with_cookie(go_to("/account"), cookie, (expires_at - visit.engine.now()).num_seconds())
}

/// Shows the button that signs out.
pub(crate) async fn leave(visit: Visit) -> Answer {
    visit.signed_in()?;
    let text = visit.text();
    let content = html! {
        h1 { (text.leave.0) }
        p { (text.leave.1) }
        (form_to(&visit, "/sign-out", &html! { button type="submit" { (text.sign_out) } }))
    };
    Ok(page(&visit, StatusCode::OK, text.leave.0, &content))
}

/// Signs out. Who is not signed in is told the same.
pub(crate) async fn sign_out(visit: Visit) -> Answer {
    if visit.session().is_some() {
        visit.engine.sign_out(&visit.call()).await?;
    }
    Ok(without_cookie(go_to("/sign-in")))
}
