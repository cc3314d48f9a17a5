//! Signing in with an account of an identity provider's: off to the provider, and back.
//!
//! Between the two the browser keeps what the provider's answer is checked against, sealed and for ten minutes. It is a cookie that the
//! provider's redirect brings along, since that is a navigation; a foreign page can't set it, so nobody is signed in as somebody else.

use std::fmt::Write as _;

use engine::{Browser, Error, SignedIn};
use maud::html;
use oidc::{Answer as ProviderAnswer, Pending, SignInError};
use poem::Response;
use poem::http::{StatusCode, header};

use crate::component::link_button;
use crate::failure::Failure;
use crate::page::{Sheet, go_to};
use crate::sign_in::signed_in;
use crate::visit::{Answer, Visit};

/// Where providers send people back to.
pub(crate) const CALLBACK: &str = "/sign-in/callback";

/// The cookie of a sign-in under way, and the purpose for which it is sealed.
pub(crate) const COOKIE: &str = "__Host-sonderfonds-provider";

/// Off to the provider, `?provider=` by its id.
pub(crate) async fn begin(visit: Visit) -> Answer {
    let Some(provider) = visit.site.providers.get(visit.field("provider")) else {
        return Err(Failure::Engine(Error::NotFound));
    };
    let redirect = match provider.begin(visit.engine.now()).await {
        Ok(redirect) => redirect,
        Err(error) => return Ok(refused(&visit, error)),
    };
    let pending = serde_json::to_string(&redirect.pending).map_err(|error| Error::Internal(Box::new(error)))?;
    let kept = hex(&visit.engine.secret().seal(COOKIE, &pending));
    let mut response = go_to(&redirect.url);
    set_cookie(&mut response, &kept, Pending::MINUTES * 60);
    Ok(response)
}

/// Back from the provider. Whatever comes of it, what the browser kept is taken away.
pub(crate) async fn callback(visit: Visit) -> Answer {
    let mut response = match finish(&visit).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => refused(&visit, error),
        Err(Error::Refused(refusal)) => {
            let words: Vec<String> = refusal.0.iter().map(|violation| violation.problem.message(visit.language())).collect();
            not_signed_in(&visit, StatusCode::UNPROCESSABLE_ENTITY, &words.join(" "))
        }
        Err(error) => return Err(error.into()),
    };
    set_cookie(&mut response, "", 0);
    Ok(response)
}

async fn finish(visit: &Visit) -> engine::Result<Result<Response, SignInError>> {
    let Some(pending) = pending(visit) else { return Ok(Err(SignInError::Foreign)) };
    let Some(provider) = visit.site.providers.get(&pending.provider) else { return Ok(Err(SignInError::Foreign)) };
    let said = |name: &str| Some(visit.field(name)).filter(|value| !value.is_empty()).map(str::to_owned);
    let answer = ProviderAnswer { code: said("code"), state: said("state"), iss: said("iss"), error: said("error") };
    let identity = match provider.finish(pending, answer, visit.engine.now()).await {
        Ok(identity) => identity,
        Err(error) => {
            // Only of a sign-in that this browser began: anybody can open this address.
            visit.engine.refuse_sign_in_with(provider.id(), error.name(), visit.arrival.source).await?;
            return Ok(Err(error));
        }
    };
    let browser = Browser { source: visit.arrival.source, user_agent: visit.user_agent.clone(), cookie: visit.cookie.clone() };
    let (_, entered) = visit.engine.sign_in_with(identity, browser).await?;
    Ok(Ok(match entered {
        SignedIn::Session { cookie, expires_at } => signed_in(visit, &cookie, expires_at),
        SignedIn::NameNeeded => go_to("/sign-in"),
    }))
}

/// What this browser kept of the sign-in that it began.
fn pending(visit: &Visit) -> Option<Pending> {
    let sealed = unhex(visit.cookies.get(COOKIE)?)?;
    serde_json::from_str(visit.engine.secret().open(COOKIE, &sealed)?).ok()
}

fn refused(visit: &Visit, error: SignInError) -> Response {
    let status = if error == SignInError::Unavailable { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::UNPROCESSABLE_ENTITY };
    not_signed_in(visit, status, error.message(visit.language()))
}

fn not_signed_in(visit: &Visit, status: StatusCode, why: &str) -> Response {
    let text = &visit.text().sign_in;
    let content = html! { p { (link_button(true, "/sign-in", text.title)) } };
    Sheet::new(text.failed).lead(why).status(status).show(visit, &content)
}

fn set_cookie(response: &mut Response, value: &str, seconds: i64) {
    let cookie = format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    if let Ok(value) = header::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// As hexadecimal digits: a cookie's value takes no quotes or commas.
fn hex(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() * 2), |mut hex, byte| {
        // Writing to a string can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn unhex(text: &str) -> Option<String> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect();
    String::from_utf8(bytes?).ok()
}
