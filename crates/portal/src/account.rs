//! Where somebody is signed in, and their tokens.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::calendar::{day_of, local_time};
use domain::ids::{SessionId, TokenId};
use domain::language::Say as _;
use domain::problem::Problem;
use domain::sign_in::Credential;
use domain::token::Access;
use engine::{CreateToken, Error};
use maud::{Markup, html};
use poem::Response;
use poem::http::StatusCode;
use uuid::Uuid;

use crate::page::{Errors, Failure, Field, form, go_to, page, without_cookie};
use crate::visit::{Answer, Visit};

/// The most days for which a token is made here.
const MOST_DAYS: i64 = 3_650;

/// Sessions and tokens.
pub(crate) async fn overview(visit: Visit) -> Answer {
    show(&visit, &Errors::default()).await
}

async fn show(visit: &Visit, errors: &Errors) -> Answer {
    visit.signed_in()?;
    let text = visit.text();
    let (person, sessions, tokens) = (crate::person::summary(visit).await?, sessions(visit).await?, tokens(visit).await?);
    let content = html! {
        (errors.summary(visit))
        h1 { (text.account) }
        (person)
        (sessions)
        (tokens)
        (token_form(visit, errors))
    };
    Ok(page(visit, errors.status(), &errors.title(visit, text.account), &content))
}

async fn sessions(visit: &Visit) -> Result<Markup, Failure> {
    let text = visit.text();
    let sessions = visit.engine.sessions(&visit.actor).await?;
    Ok(html! {
        h2 { (text.sessions) }
        ul class="things" {
            @for session in &sessions {
                li {
                    div {
                        strong { @if session.device.is_empty() { (text.unknown_device) } @else { (session.device) } }
                        @if visit.session() == Some(session.id) { " (" (text.this_session) ")" }
                        p class="hint" {
                            (text.signed_in_at) " " (time(visit, session.created_at)) ", " (text.last_seen) " " (time(visit, session.last_seen_at))
                        }
                    }
                    (form(visit, "/account/sessions/end", &html! {
                        input type="hidden" name="session" value=(session.id);
                        button class="secondary" type="submit" { (text.end_session) }
                    }))
                }
            }
        }
        (form(visit, "/account/sessions/end-all", &html! { button class="secondary" type="submit" { (text.end_all) } }))
    })
}

async fn tokens(visit: &Visit) -> Result<Markup, Failure> {
    let text = visit.text();
    let tokens = visit.engine.tokens(&visit.actor).await?;
    Ok(html! {
        h2 { (text.tokens.0) }
        p { (text.tokens.1) }
        @if tokens.is_empty() { p { (text.no_tokens) } }
        ul class="things" {
            @for token in &tokens {
                li {
                    div {
                        strong { (token.name) } ", " (access(visit, token.access))
                        p class="hint" {
                            (text.created_at) " " (time(visit, token.created_at))
                            @if let Some(end) = token.expires_at { ", " (text.expires_at) " " (time(visit, end)) }
                            ", " (text.last_used) ": " (token.last_used_at.map_or_else(|| text.never.to_owned(), |at| time(visit, at)))
                        }
                    }
                    (form(visit, "/account/tokens/revoke", &html! {
                        input type="hidden" name="token" value=(token.id);
                        button class="secondary" type="submit" { (text.revoke) }
                    }))
                }
            }
        }
    })
}

/// What to do before what takes a sign-in a moment ago; nothing right after it.
pub(crate) fn sign_in_first(visit: &Visit) -> Option<Markup> {
    let minutes = visit.engine.sign_in_policy().fresh_minutes;
    let fresh = matches!(visit.actor.credential, Some(Credential::Session { since, .. })
        if visit.engine.now() - since < TimeDelta::minutes(minutes.into()));
    let first =
        || html! { p { (Problem::SignInAgain { minutes }.message(visit.language())) " " a href="/sign-in" { (visit.text().sign_in) } } };
    (!fresh).then(first)
}

/// The form for a new token; or, long after the sign-in, what to do first.
fn token_form(visit: &Visit, errors: &Errors) -> Markup {
    let text = visit.text();
    if let Some(first) = sign_in_first(visit) {
        return first;
    }
    let name = Field { name: "name", kind: "text", label: text.token_name, hint: text.token_name_hint, autocomplete: "off", short: false };
    let days = Field { name: "expiresAt", kind: "text", label: text.days, hint: text.days_hint, autocomplete: "off", short: true };
    let until = if visit.field("expiresAt").is_empty() { "365" } else { visit.field("expiresAt") };
    let writes = visit.field("access") == Access::Write.code();
    form(
        visit,
        "/account/tokens/create",
        &html! {
            (name.render(visit.field("name"), errors))
            fieldset {
                legend { (text.access) }
                label { input type="radio" name="access" value=(Access::Read.code()) checked[!writes]; " " (text.read) }
                label { input type="radio" name="access" value=(Access::Write.code()) checked[writes]; " " (text.write) }
            }
            (days.render(until, errors))
            button type="submit" { (text.create_token) }
        },
    )
}

/// Ends one session; if it is this one, the browser is signed out.
pub(crate) async fn end_session(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id = SessionId(id(&visit, "session")?);
    visit.engine.end_session(&visit.call(), id).await?;
    Ok(if visit.session() == Some(id) { signed_out() } else { go_to("/account") })
}

/// Ends all sessions, this one too.
pub(crate) async fn end_all_sessions(visit: Visit) -> Answer {
    visit.signed_in()?;
    visit.engine.end_all_sessions(&visit.call()).await?;
    Ok(signed_out())
}

/// Makes a token and shows it, this once.
pub(crate) async fn create_token(visit: Visit) -> Answer {
    visit.signed_in()?;
    let access = if visit.field("access") == Access::Write.code() { Access::Write } else { Access::Read };
    let days = visit.field("expiresAt").trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    let Some(days) = days else {
        return show(&visit, &Errors::of(&visit, Problem::EndInThePast.at("expiresAt").into(), "expiresAt")).await;
    };
    let new = CreateToken { name: visit.field("name").to_owned(), access, expires_at: Some(visit.engine.now() + TimeDelta::days(days)) };
    let issued = match visit.engine.create_token(&visit.call(), new).await {
        Ok(issued) => issued,
        Err(Error::Refused(refusal)) => return show(&visit, &Errors::of(&visit, refusal, "name")).await,
        Err(error) => return Err(error.into()),
    };
    let text = visit.text();
    let content = html! {
        h1 { (text.token_made.0) }
        p { (text.token_made.1) }
        p class="secret" { (issued.secret.unwrap_or_default()) }
        p { a href="/account" { (text.back) } }
    };
    Ok(page(&visit, StatusCode::OK, text.token_made.0, &content))
}

/// Revokes a token.
pub(crate) async fn revoke_token(visit: Visit) -> Answer {
    visit.signed_in()?;
    visit.engine.revoke_token(&visit.call(), TokenId(id(&visit, "token")?)).await?;
    Ok(go_to("/account"))
}

fn signed_out() -> Response {
    without_cookie(go_to("/sign-in"))
}

/// An id in a form of ours; anything else leads nowhere.
fn id(visit: &Visit, field: &str) -> Result<Uuid, Failure> {
    visit.field(field).parse().map_err(|_| Error::NotFound.into())
}

fn access(visit: &Visit, access: Access) -> &'static str {
    match access {
        Access::Read => visit.text().read,
        Access::Write => visit.text().write,
    }
}

/// Day and time in Europe/Berlin.
fn time(visit: &Visit, instant: DateTime<Utc>) -> String {
    let time: NaiveTime = local_time(instant);
    format!("{}, {}", day_of(instant).say(visit.language()), time.format("%H:%M"))
}
