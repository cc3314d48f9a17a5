//! Signing in by e-mail, and out again.

use domain::language::Language;
use domain::sign_in::Credential;
use engine::{AskSignIn, Browser, Error, Proof, SignedIn};
use maud::{Markup, html};
use poem::Response;
use poem::http::StatusCode;

use crate::component::{Tone, alert, link_button};
use crate::form::{Ask, Errors, Question, Weight, form as form_to, submit};
use crate::frame::Onlooker;
use crate::page::{Sheet, go_to, with_cookie, with_cookie_of, without_cookie};
use crate::visit::{Answer, LANGUAGE_COOKIE, Visit, WAY_COOKIE};

/// For how long a browser keeps which language somebody wants who has not signed in, in seconds: a year.
const LANGUAGE_KEPT: i64 = 365 * 24 * 60 * 60;
/// For how long it keeps where somebody was going who had to sign in first, in seconds: an hour, until the e-mail has come.
const WAY_KEPT: i64 = 60 * 60;

/// Leads to the sign-in whoever opened a page that takes one, and afterwards on to that page: a link in an e-mail leads there, too.
pub(crate) fn sign_in_first(onlooker: &Onlooker) -> Response {
    let (sign_in, way) = (go_to("/sign-in"), way_back(&onlooker.address));
    // What would end a cookie's value is in no address of ours.
    let is_kept = onlooker.opens_page && !way.contains([';', ',', '"']);
    if is_kept { with_cookie_of(sign_in, WAY_COOKIE, way, WAY_KEPT) } else { sign_in }
}

/// Asks for the address.
pub(crate) async fn form(visit: Visit) -> Answer {
    Ok(ask_page(&visit, &Errors::default()))
}

/// Sends the e-mail. The answer is the same whether the address is known or not.
pub(crate) async fn ask(visit: Visit) -> Answer {
    let ask = AskSignIn { address: visit.field("address").to_owned(), language: visit.language() };
    match visit.engine.ask_sign_in(ask, visit.arrival.source).await {
        Ok(()) => Ok(go_to("/sign-in/sent")),
        Err(Error::Refused(refusal)) => Ok(ask_page(&visit, &Errors::of(&visit, refusal, "address"))),
        Err(error) => Err(error.into()),
    }
}

fn ask_page(visit: &Visit, errors: &Errors) -> Response {
    let text = &visit.text().sign_in;
    let fields = html! {
        (address(visit, errors))
        div class="buttons" { (submit(Weight::Primary, text.send_link)) }
    };
    let content = html! {
        (form_to(visit, "/sign-in", &fields))
        p { a class="kern-link" href="/sign-in/code" { (text.have_code) } }
        @for provider in visit.site.providers.iter() {
            p { (link_button(false, &format!("/sign-in/with?provider={}", provider.id()), &format!("{} {}", text.with, provider.name(visit.language())))) }
        }
        (alert(Tone::Info, text.first_time.0, &html! { p class="kern-body" { (text.first_time.1) } }))
    };
    Sheet::new(text.ask.0).lead(text.ask.1).show_with(visit, errors, &content)
}

/// Says that an e-mail is on its way.
pub(crate) async fn sent(visit: Visit) -> Answer {
    let text = &visit.text().sign_in;
    let content = html! {
        p class="kern-body" { (text.sent_nothing) }
        h2 class="kern-heading-medium" { (text.code_page.0) }
        (code_form(&visit, &Errors::default(), false))
    };
    Ok(Sheet::new(text.sent.0).below("/sign-in", text.title).lead(text.sent.1).show(&visit, &content))
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
    let text = &visit.text().sign_in;
    let (title, words) = if registers { text.link_registers } else { text.link };
    let fields = html! {
        input type="hidden" name="token" value=(token);
        @if registers { (name(visit, errors)) }
        div class="buttons" { (submit(Weight::Primary, if registers { text.register } else { text.title })) }
    };
    Sheet::new(title).lead(words).show_with(visit, errors, &form_to(visit, "/sign-in/link", &fields))
}

fn over(visit: &Visit) -> Response {
    let text = &visit.text().sign_in;
    let content = html! { p { (link_button(true, "/sign-in", text.new_link)) } };
    Sheet::new(text.link_over.0).lead(text.link_over.1).status(StatusCode::GONE).show(visit, &content)
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
    let text = &visit.text().sign_in;
    let (title, words) = if registers { text.link_registers } else { text.code_page };
    Sheet::new(title).below("/sign-in", text.title).lead(words).show_with(visit, errors, &code_form(visit, errors, registers))
}

/// Address and code; where somebody registers, both are carried along, and the name is asked for.
fn code_form(visit: &Visit, errors: &Errors, registers: bool) -> Markup {
    let text = &visit.text().sign_in;
    let ask = Ask::new(visit, &visit.fields, errors);
    let code = Question::new("code", text.code).hint(text.code_hint).kind("text", "one-time-code").short();
    let fields = html! {
        @if registers {
            input type="hidden" name="registers" value="yes";
            input type="hidden" name="address" value=(visit.field("address"));
            input type="hidden" name="code" value=(visit.field("code"));
            (name(visit, errors))
            div class="buttons" { (submit(Weight::Primary, text.register)) }
        } @else {
            (address(visit, errors))
            (ask.line(&code))
            div class="buttons" { (submit(Weight::Primary, text.title)) }
        }
    };
    form_to(visit, "/sign-in/code", &fields)
}

fn address(visit: &Visit, errors: &Errors) -> Markup {
    let text = &visit.text().sign_in;
    let question = Question::new("address", text.address).hint(text.address_hint).kind("email", "email");
    Ask::new(visit, &visit.fields, errors).line(&question)
}

fn name(visit: &Visit, errors: &Errors) -> Markup {
    let text = &visit.text().sign_in;
    let question = Question::new("name", text.name).hint(text.name_hint).kind("text", "name");
    Ask::new(visit, &visit.fields, errors).line(&question)
}

fn is_about_name(refusal: &domain::problem::Refusal) -> bool {
    refusal.0.iter().any(|violation| violation.field.as_deref() == Some("name"))
}

async fn enter(visit: &Visit, proof: Proof) -> engine::Result<SignedIn> {
    let name = Some(visit.field("name").trim()).filter(|name| !name.is_empty()).map(str::to_owned);
    let browser = Browser { source: visit.arrival.source, user_agent: visit.user_agent.clone(), cookie: visit.cookie.clone() };
    visit.engine.sign_in(proof, name, browser).await
}

/// Who has signed in goes on to where they were going, or to their desk.
pub(crate) fn signed_in(visit: &Visit, cookie: &str, expires_at: chrono::DateTime<chrono::Utc>) -> Response {
    let way = visit.cookies.get(WAY_COOKIE).map(String::as_str);
    let on = with_cookie(go_to(way.map_or("/desk", way_back)), cookie, (expires_at - visit.engine.now()).num_seconds());
    if way.is_some() { with_cookie_of(on, WAY_COOKIE, "", 0) } else { on }
}

/// Shows the button that signs out.
pub(crate) async fn leave(visit: Visit) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().sign_in;
    let button =
        html! { div class="buttons" { (submit(Weight::Primary, text.leave.0)) (link_button(false, "/desk", visit.text().form.cancel)) } };
    Ok(Sheet::new(text.leave.0).lead(text.leave.1).show(&visit, &form_to(&visit, "/sign-out", &button)))
}

/// Signs out. Who is not signed in is told the same.
pub(crate) async fn sign_out(visit: Visit) -> Answer {
    if visit.session().is_some() {
        visit.engine.sign_out(&visit.call()).await?;
    }
    Ok(without_cookie(go_to("/sign-in")))
}

/// Whether somebody is signed in. To ask keeps the session going: pages do, before it ends, when somebody wants it to.
pub(crate) async fn session(visit: Visit) -> Answer {
    visit.signed_in()?;
    Ok(StatusCode::OK.into())
}

/// Changes the language: of a person who is signed in for pages and e-mails, of everybody else in this browser.
pub(crate) async fn choose_language(visit: Visit) -> Answer {
    let wanted = Language::ALL.into_iter().find(|language| language.code() == visit.field("language")).unwrap_or_default();
    let back = go_to(way_back(visit.field("to")));
    if matches!(visit.actor.credential, Some(Credential::Session { .. })) {
        if let Some(person) = visit.engine.viewer(&visit.actor).await? {
            visit.engine.correct_myself(&visit.call(), person.name, wanted).await?;
        }
        return Ok(back);
    }
    Ok(with_cookie_of(back, LANGUAGE_COOKIE, wanted.code(), LANGUAGE_KEPT))
}

/// A page of ours, or the start page: no form and no cookie leads anywhere else.
fn way_back(to: &str) -> &str {
    let ours = to.starts_with('/') && !to.starts_with("//") && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::way_back;

    #[test]
    fn a_form_leads_back_to_pages_of_ours_only() {
        assert_eq!(way_back("/cities?year=2020"), "/cities?year=2020");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:alert(1)", "/a\r\nset-cookie: x", "/ä"]
        {
            assert_eq!(way_back(foreign), "/", "{foreign}");
        }
    }
}
