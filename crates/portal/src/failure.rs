//! Why a page is not shown, and the page that says so and helps on.

use engine::Error;
use maud::{Markup, html};
use poem::Response;
use poem::http::{StatusCode, header};

use crate::component::{Tone, alert};
use crate::fields::Fields;
use crate::frame::Onlooker;
use crate::page::{Sheet, go_to};
use crate::sign_in::sign_in_first;
use crate::visit::{FORM_TOKEN, KEY};

/// Why a page is not shown.
pub(crate) enum Failure {
    /// A method that the path doesn't know.
    Method,
    /// A form that no page of ours sent, or of another session.
    Foreign,
    /// No form at all, or one too long.
    Unreadable,
    /// What the engine says.
    Engine(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

/// The page that says why there is none. `sent` is the form that was sent: what was typed is not lost.
pub(crate) fn refuse(onlooker: &Onlooker, failure: Failure, sent: Option<&Fields>) -> Response {
    let text = &onlooker.text().failure;
    let mut retry_after = None;
    let (status, (title, words)) = match failure {
        Failure::Method => (StatusCode::METHOD_NOT_ALLOWED, text.method),
        Failure::Foreign => (StatusCode::FORBIDDEN, text.foreign_form),
        Failure::Unreadable => (StatusCode::BAD_REQUEST, text.unreadable_form),
        Failure::Engine(Error::Unauthenticated) => match sent {
            Some(sent) if sent.is_empty() => return go_to("/sign-in"),
            Some(_) => (StatusCode::FORBIDDEN, text.session_over),
            None => return sign_in_first(onlooker),
        },
        Failure::Engine(Error::Forbidden) => (StatusCode::FORBIDDEN, text.forbidden),
        Failure::Engine(Error::NotFound) => (StatusCode::NOT_FOUND, text.not_found),
        Failure::Engine(Error::Conflict | Error::Refused(_)) => (StatusCode::CONFLICT, text.conflict),
        Failure::Engine(Error::TooMany { again_after }) => {
            retry_after = Some(again_after.as_secs());
            (StatusCode::TOO_MANY_REQUESTS, text.too_many)
        }
        Failure::Engine(Error::Unavailable) => (StatusCode::SERVICE_UNAVAILABLE, text.unavailable),
        Failure::Engine(Error::Internal(error)) => {
            tracing::error!(error, "a page could not be made");
            (StatusCode::INTERNAL_SERVER_ERROR, text.internal)
        }
    };
    let content = html! {
        p class="kern-body kern-body--large" { (words) }
        @if let Some(seconds) = retry_after {
            p class="kern-body" { (text.again_in) " " (seconds.div_ceil(60)) " " (text.minutes) "." }
        }
        @if matches!(status, StatusCode::FORBIDDEN | StatusCode::SERVICE_UNAVAILABLE | StatusCode::INTERNAL_SERVER_ERROR) {
            @if let Some(sent) = sent { (kept(onlooker, sent)) }
        }
        (ways_on(onlooker))
    };
    let mut response = Sheet::new(title).status(status).show_to(onlooker, &content);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// What was typed into a form that could not be taken: to read, to copy, and to send once more.
///
/// The button is a form of ours, with the session's token as it is now: nothing is sent before somebody has seen what, and pressed it. No
/// other page can have it pressed, since none can put ours into a frame.
fn kept(onlooker: &Onlooker, sent: &Fields) -> Markup {
    let text = &onlooker.text().failure;
    let typed: Vec<(&str, &str)> = sent.iter().filter(|(name, _)| ![FORM_TOKEN, KEY].contains(name)).collect();
    let shown = typed.iter().filter(|(_, value)| value.chars().count() > 2);
    html! {
        @if !typed.is_empty() {
            section class="kept" aria-labelledby="kept" {
                h2 class="kern-heading-medium" id="kept" { (text.kept.0) }
                p class="kern-body" { (text.kept.1) }
                @if onlooker.signed_in.is_none() {
                    ol class="kern-list kern-list--number" {
                        li { a class="kern-link" href="/sign-in" target="_blank" rel="noopener" { (text.kept_sign_in) } }
                        li { (text.kept_then) }
                    }
                }
                form method="post" action=(onlooker.path) {
                    (onlooker.form_token())
                    @for (name, value) in &typed { input type="hidden" name=(name) value=(value); }
                    button class="kern-btn kern-btn--primary" type="submit" { span class="kern-label" { (text.kept_send) } }
                }
                details class="more" {
                    summary { (text.kept_copy) }
                    div class="more__body" {
                        @for (_, value) in shown { p class="kern-body typed" { (value) } }
                    }
                }
            }
        }
    }
}

/// Where people who met a failure can go from there.
fn ways_on(onlooker: &Onlooker) -> Markup {
    let (text, frame) = (&onlooker.text().failure, &onlooker.text().frame);
    let operator = &onlooker.site.settings.operator;
    html! {
        section aria-labelledby="ways-on" {
            h2 class="kern-heading-medium" id="ways-on" { (text.ways_on) }
            ul class="kern-list kern-list--bullet" {
                @if onlooker.signed_in.is_some() { li { a class="kern-link" href="/desk" { (frame.desk) } } }
                li { a class="kern-link" href="/" { (frame.start) } }
                li { a class="kern-link" href="/conditions" { (frame.conditions) } }
            }
            @if let Some(email) = &operator.email {
                (alert(Tone::Info, text.help, &html! {
                    p class="kern-body" {
                        (text.help_how) " " a class="kern-link" href=(format!("mailto:{email}")) { (email) }
                        @if let Some(phone) = &operator.phone { " · " (phone) }
                    }
                }))
            }
        }
    }
}

/// The page for a failure that no handler of ours met: the program failed in the middle of a request.
pub(crate) fn panicked(onlooker: &Onlooker) -> Response {
    let (title, words) = onlooker.text().failure.internal;
    let content = html! { p class="kern-body kern-body--large" { (words) } (ways_on(onlooker)) };
    Sheet::new(title).status(StatusCode::INTERNAL_SERVER_ERROR).show_to(onlooker, &content)
}
