//! Another address for somebody to be reached by: asked for here, confirmed by a link from there.

use engine::Error;
use maud::html;
use poem::Response;
use poem::http::StatusCode;

use crate::account::sign_in_first;
use crate::component::link_button;
use crate::form::{Ask, Errors, Question, Weight, form as form_to, submit};
use crate::page::{Sheet, go_to};
use crate::text::Said;
use crate::visit::{Answer, Visit};

/// Asks for another address; or, long after the sign-in, says what to do first.
pub(crate) async fn form(visit: Visit) -> Answer {
    visit.signed_in()?;
    Ok(form_page(&visit, &Errors::default()))
}

fn form_page(visit: &Visit, errors: &Errors) -> Response {
    let (text, sign_in) = (&visit.text().account, &visit.text().sign_in);
    let question = Question::new("address", sign_in.address).hint(sign_in.address_hint).kind("email", "email");
    let fields = html! {
        (Ask::new(visit, &visit.fields, errors).line(&question))
        div class="buttons" { (submit(Weight::Primary, sign_in.send_link)) (link_button(false, "/account", visit.text().form.cancel)) }
    };
    let content = sign_in_first(visit).unwrap_or_else(|| form_to(visit, "/account/address", &fields));
    Sheet::new(text.new_address.0).below("/account", text.title).lead(text.new_address.1).show_with(visit, errors, &content)
}

/// Sends the link. Whether somebody has the address shows nowhere.
pub(crate) async fn request(visit: Visit) -> Answer {
    visit.signed_in()?;
    match visit.engine.request_new_address(&visit.call(), visit.field("address").to_owned()).await {
        Ok(_) => Ok(said(&visit, StatusCode::OK, visit.text().account.new_address_sent)),
        Err(Error::Refused(refusal)) => Ok(form_page(&visit, &Errors::of(&visit, refusal, "address"))),
        Err(error) => Err(error.into()),
    }
}

/// Shows the button that confirms the address, to the person who asked. To look at it changes nothing.
pub(crate) async fn link(visit: Visit) -> Answer {
    let text = &visit.text().account;
    if visit.session().is_none() {
        return Ok(said(&visit, StatusCode::FORBIDDEN, text.confirm_signed_in));
    }
    let token = visit.field("token").to_owned();
    let Some(address) = visit.engine.new_address(&visit.actor, &token).await? else {
        return Ok(said(&visit, StatusCode::GONE, visit.text().sign_in.link_over));
    };
    let fields = html! {
        input type="hidden" name="token" value=(token);
        div class="buttons" { (submit(Weight::Primary, text.confirm)) }
    };
    let lead = html! { (text.confirm_address.1) " " strong { (address) } };
    Ok(Sheet::new(text.confirm_address.0)
        .below("/account", text.title)
        .lead_markup(lead)
        .show(&visit, &form_to(&visit, "/account/address/link", &fields)))
}

/// Confirms the address.
pub(crate) async fn confirm(visit: Visit) -> Answer {
    visit.signed_in()?;
    match visit.engine.confirm_new_address(&visit.call(), visit.field("token").to_owned()).await {
        Ok(_) => Ok(go_to("/account")),
        Err(Error::Refused(refusal)) if refusal.0.iter().any(|violation| violation.field.is_some()) => {
            Ok(form_page(&visit, &Errors::of(&visit, refusal, "address")))
        }
        Err(Error::Refused(_)) => Ok(said(&visit, StatusCode::GONE, visit.text().sign_in.link_over)),
        Err(error) => Err(error.into()),
    }
}

/// A page that says one thing, and leads back.
fn said(visit: &Visit, status: StatusCode, (title, words): Said) -> Response {
    let text = &visit.text().account;
    let back = if visit.session().is_some() { ("/account", text.back) } else { ("/sign-in", visit.text().sign_in.title) };
    let content = html! { p { (link_button(true, back.0, back.1)) } };
    Sheet::new(title).lead(words).status(status).show(visit, &content)
}
