//! Somebody's own access: name and language, where they are signed in, and their tokens.

use chrono::TimeDelta;
use domain::ids::{SessionId, TokenId};
use domain::language::Language;
use domain::problem::Problem;
use domain::sign_in::Credential;
use domain::token::Access;
use engine::{CreateToken, Error};
use maud::{Markup, html};
use poem::Response;

use crate::component::{Tone, alert, link_button};
use crate::failure::Failure;
use crate::fields::Fields;
use crate::form::{Ask, Errors, Question, Weight, form, submit};
use crate::moment::time;
use crate::page::{Sheet, go_to, without_cookie};
use crate::visit::{Answer, Visit};

/// The most days for which a token is made here.
const MOST_DAYS: i64 = 3_650;

/// Name, sessions and tokens.
pub(crate) async fn overview(visit: Visit) -> Answer {
    show(&visit, &Errors::default()).await
}

async fn show(visit: &Visit, errors: &Errors) -> Answer {
    visit.signed_in()?;
    let text = &visit.text().account;
    let (person, sessions, tokens) = (person(visit, errors).await?, sessions(visit).await?, tokens(visit).await?);
    let content = html! {
        @if visit.field("saved") == "yes" { (alert(Tone::Success, text.saved, &html! {})) }
        (person)
        (sessions)
        (tokens)
        (token_form(visit, errors))
    };
    Ok(Sheet::new(text.title).show_with(visit, errors, &content))
}

async fn person(visit: &Visit, errors: &Errors) -> Result<Markup, Failure> {
    let text = &visit.text().account;
    let Some(person) = visit.engine.viewer(&visit.actor).await? else { return Ok(html! {}) };
    let mut typed = Fields::default();
    let about_person = visit.onlooker.path == "/account/person";
    typed.put("person-name", if about_person { visit.field("person-name") } else { &person.name });
    typed.put("language", if about_person { visit.field("language") } else { person.language.code() });
    let ask = Ask::new(visit, &typed, errors);
    let languages = [("de".to_owned(), "Deutsch".to_owned()), ("en".to_owned(), "English".to_owned())];
    Ok(html! {
        section aria-labelledby="person" {
            h2 class="kern-heading-medium" id="person" { (text.person) }
            @if let Some(email) = &person.email {
                p class="kern-body" { (text.address) ": " strong { (email) } " " a class="kern-link" href="/account/address" { (text.change_address) } }
            }
            (form(visit, "/account/person", &html! {
                (ask.line(&Question::new("person-name", text.name).hint(text.name_hint).kind("text", "name")))
                (ask.radios(&Question::new("language", text.language), &languages))
                div class="buttons" { (submit(Weight::Secondary, visit.text().form.save)) }
            }))
        }
    })
}

/// Corrects one's own name and language.
pub(crate) async fn correct(visit: Visit) -> Answer {
    visit.signed_in()?;
    let language = Language::ALL.into_iter().find(|language| language.code() == visit.field("language")).unwrap_or(visit.language());
    match visit.engine.correct_myself(&visit.call(), visit.field("person-name").to_owned(), language).await {
        Ok(_) => Ok(go_to("/account?saved=yes")),
        Err(Error::Refused(mut refusal)) => {
            refusal.0.iter_mut().for_each(|violation| violation.field = None);
            show(&visit, &Errors::of(&visit, refusal, "person-name")).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn sessions(visit: &Visit) -> Result<Markup, Failure> {
    let text = &visit.text().account;
    let sessions = visit.engine.sessions(&visit.actor).await?;
    let at = |instant| time(instant, visit.language());
    Ok(html! {
        section aria-labelledby="sessions" {
            h2 class="kern-heading-medium" id="sessions" { (text.sessions) }
            p class="kern-body" { (text.sessions_lead) }
            ul class="things" {
                @for session in &sessions {
                    li {
                        div {
                            strong { @if session.device.is_empty() { (text.unknown_device) } @else { (session.device) } }
                            @if visit.session() == Some(session.id) { " (" (text.this_session) ")" }
                            p class="kern-body kern-body--small kern-body--muted" {
                                (text.signed_in_at) " " (at(session.created_at)) ", " (text.last_seen) " " (at(session.last_seen_at))
                            }
                        }
                        (form(visit, "/account/sessions/end", &html! {
                            input type="hidden" name="session" value=(session.id);
                            (submit(Weight::Secondary, text.end_session))
                        }))
                    }
                }
            }
            (form(visit, "/account/sessions/end-all", &submit(Weight::Secondary, text.end_all)))
        }
    })
}

async fn tokens(visit: &Visit) -> Result<Markup, Failure> {
    let text = &visit.text().account;
    let tokens = visit.engine.tokens(&visit.actor).await?;
    let at = |instant| time(instant, visit.language());
    Ok(html! {
        section aria-labelledby="tokens" {
        h2 class="kern-heading-medium" id="tokens" { (text.tokens.0) }
        p class="kern-body" { (text.tokens.1) }
        @if tokens.is_empty() { p class="kern-body" { (text.no_tokens) } } @else {
            ul class="things" {
                @for token in &tokens {
                    li {
                        div {
                            strong { (token.name) } ", " (access(visit, token.access))
                            p class="kern-body kern-body--small kern-body--muted" {
                                (text.created_at) " " (at(token.created_at))
                                @if let Some(end) = token.expires_at { ", " (text.expires_at) " " (at(end)) }
                                ", " (text.last_used) ": " (token.last_used_at.map_or_else(|| text.never.to_owned(), at))
                            }
                        }
                        (form(visit, "/account/tokens/revoke", &html! {
                            input type="hidden" name="token" value=(token.id);
                            (submit(Weight::Secondary, text.revoke))
                        }))
                    }
                }
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
    let why = Problem::SignInAgain { minutes }.message(visit.language());
    (!fresh).then(|| html! { p class="kern-body" { (why) " " a class="kern-link" href="/sign-in" { (visit.text().sign_in.title) } } })
}

/// The form for a new token; or, long after the sign-in, what to do first.
fn token_form(visit: &Visit, errors: &Errors) -> Markup {
    let text = &visit.text().account;
    if let Some(first) = sign_in_first(visit) {
        return first;
    }
    let sent = visit.onlooker.path == "/account/tokens/create";
    let mut typed = Fields::default();
    typed.put("name", if sent { visit.field("name") } else { "" });
    typed.put("access", if sent { visit.field("access") } else { Access::Read.code() });
    typed.put("expiresAt", if sent { visit.field("expiresAt") } else { "365" });
    let ask = Ask::new(visit, &typed, errors);
    let kinds = [(Access::Read.code().to_owned(), text.read.to_owned()), (Access::Write.code().to_owned(), text.write.to_owned())];
    form(
        visit,
        "/account/tokens/create",
        &html! {
            (ask.line(&Question::new("name", text.token_name).hint(text.token_name_hint)))
            (ask.radios(&Question::new("access", text.access), &kinds))
            (ask.number(&Question::new("expiresAt", text.days).hint(text.days_hint)))
            div class="buttons" { (submit(Weight::Secondary, text.create_token)) }
        },
    )
}

/// Ends one session; if it is this one, the browser is signed out.
pub(crate) async fn end_session(visit: Visit) -> Answer {
    visit.signed_in()?;
    let id: SessionId = visit.id_in("session")?;
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
    let text = &visit.text().account;
    let content = html! {
        p class="secret" { (issued.secret.unwrap_or_default()) }
        p { (link_button(false, "/account", text.back)) }
    };
    Ok(Sheet::new(text.token_made.0).lead(text.token_made.1).below("/account", text.title).show(&visit, &content))
}

/// Revokes a token.
pub(crate) async fn revoke_token(visit: Visit) -> Answer {
    visit.signed_in()?;
    visit.engine.revoke_token(&visit.call(), visit.id_in::<TokenId>("token")?).await?;
    Ok(go_to("/account"))
}

fn signed_out() -> Response {
    without_cookie(go_to("/sign-in"))
}

fn access(visit: &Visit, access: Access) -> &'static str {
    match access {
        Access::Read => visit.text().account.read,
        Access::Write => visit.text().account.write,
    }
}
