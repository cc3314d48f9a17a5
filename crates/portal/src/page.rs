//! What all pages have in common: the frame, forms, errors, and how it is answered when something can't be shown.

use domain::language::Language;
use domain::problem::{Problem, Refusal};
use domain::session;
use engine::{Engine, Error};
use maud::{DOCTYPE, Markup, html};
use poem::Response;
use poem::http::{StatusCode, header};

use crate::style;
use crate::text::text;
use crate::visit::{FORM_TOKEN, Visit};

/// What a page may load and send: our style, our pictures, forms to us. No script.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

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

/// A page in its frame.
pub(crate) fn page(visit: &Visit, status: StatusCode, title: &str, content: &Markup) -> Response {
    let signed_in = visit.session().is_some();
    frame(&visit.engine, visit.language(), status, title, signed_in, content)
}

/// A page in its frame, to whomever.
fn frame(engine: &Engine, language: Language, status: StatusCode, title: &str, signed_in: bool, content: &Markup) -> Response {
    let (fund, text) = (engine.fund(), text(language));
    let name = fund.name.get(language);
    let document = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – " (name) }
                link rel="stylesheet" href=(style::PATH);
            }
            body {
                a class="skip" href="#content" { (text.skip) }
                header {
                    span class="name" { (name) }
                    nav {
                        @if signed_in {
                            a href="/account" { (text.account) } " · " a href="/sign-out" { (text.sign_out) }
                        } @else {
                            a href="/sign-in" { (text.sign_in) }
                        }
                    }
                }
                main id="content" { (content) }
                footer { (fund.city) }
            }
        }
    };
    Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::CACHE_CONTROL, "no-store")
        .body(document.into_string())
}

/// A form to `action`, with what proves that it is ours.
pub(crate) fn form(visit: &Visit, action: &str, fields: &Markup) -> Markup {
    html! {
        form method="post" action=(action) novalidate {
            @if let Some(token) = visit.form_token() {
                input type="hidden" name=(FORM_TOKEN) value=(token);
            }
            (fields)
        }
    }
}

/// What is wrong with a form, by field.
#[derive(Default)]
pub(crate) struct Errors(Vec<(String, String)>);

impl Errors {
    /// What the rules refuse, in the visitor's language. What is about no field is put at `otherwise`.
    pub(crate) fn of(visit: &Visit, refusal: Refusal, otherwise: &str) -> Self {
        let said = refusal.0.into_iter().map(|violation| {
            let message = violation.problem.message(visit.language());
            (violation.field.unwrap_or_else(|| otherwise.to_owned()), message)
        });
        Self(said.collect())
    }

    /// That a field is empty which must not be.
    pub(crate) fn missing(visit: &Visit, field: &str) -> Self {
        Self::of(visit, Problem::Missing.at(field).into(), field)
    }

    /// The title of a page with these errors.
    pub(crate) fn title(&self, visit: &Visit, title: &str) -> String {
        if self.0.is_empty() { title.to_owned() } else { format!("{} {title}", visit.text().error) }
    }

    /// The status of a page with these errors.
    pub(crate) fn status(&self) -> StatusCode {
        if self.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// All of them on top of the page, each leading to its field.
    pub(crate) fn summary(&self, visit: &Visit) -> Markup {
        html! {
            @if !self.0.is_empty() {
                div class="errors" role="alert" {
                    p { strong { (visit.text().errors) } }
                    ul { @for (field, message) in &self.0 { li { a href=(format!("#{field}")) { (message) } } } }
                }
            }
        }
    }

    /// Those of a field, and whether there are any.
    fn at(&self, field: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| of == field).map(|(_, message)| message.as_str())
    }
}

/// A field of a form: its name, its kind, and how it is spoken of.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) label: &'a str,
    pub(crate) hint: &'a str,
    pub(crate) autocomplete: &'a str,
    pub(crate) short: bool,
}

impl Field<'_> {
    /// The field with what was typed, and what is wrong with that.
    pub(crate) fn render(&self, value: &str, errors: &Errors) -> Markup {
        let wrong = errors.at(self.name).next().is_some();
        let described = format!("{0}-hint {0}-error", self.name);
        html! {
            label for=(self.name) { (self.label) }
            @if !self.hint.is_empty() { p class="hint" id=(format!("{}-hint", self.name)) { (self.hint) } }
            @for message in errors.at(self.name) { p class="error" id=(format!("{}-error", self.name)) { (message) } }
            input id=(self.name) name=(self.name) type=(self.kind) value=(value) autocomplete=(self.autocomplete) class=[self.short.then_some("short")]
                aria-describedby=(described) aria-invalid=[wrong.then_some("true")];
        }
    }
}

/// On to another page, which is fetched anew.
pub(crate) fn go_to(path: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, path).finish()
}

/// The answer with a new session's cookie, good for so many seconds.
pub(crate) fn with_cookie(mut response: Response, secret: &str, seconds: i64) -> Response {
    let cookie = format!("{}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", session::COOKIE, seconds.max(0));
    if let Ok(value) = header::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The answer after which the browser has no cookie of ours.
pub(crate) fn without_cookie(response: Response) -> Response {
    with_cookie(response, "", 0)
}

/// The page that says why there is none.
pub(crate) fn refuse(engine: &Engine, failure: Failure, language: Language) -> Response {
    let text = text(language);
    let mut retry_after = None;
    let (status, (title, words)) = match failure {
        Failure::Method => (StatusCode::METHOD_NOT_ALLOWED, text.not_found),
        Failure::Foreign => (StatusCode::FORBIDDEN, text.foreign_form),
        Failure::Unreadable => (StatusCode::BAD_REQUEST, text.unreadable_form),
        Failure::Engine(Error::Unauthenticated) => return go_to("/sign-in"),
        Failure::Engine(Error::Forbidden) => (StatusCode::FORBIDDEN, text.forbidden),
        Failure::Engine(Error::NotFound) => (StatusCode::NOT_FOUND, text.not_found),
        Failure::Engine(Error::Conflict | Error::Refused(_)) => (StatusCode::CONFLICT, text.conflict),
        Failure::Engine(Error::TooMany { again_after }) => {
            retry_after = Some(again_after.as_secs());
            (StatusCode::TOO_MANY_REQUESTS, text.too_many)
        }
        Failure::Engine(Error::Unavailable) => (StatusCode::SERVICE_UNAVAILABLE, text.unavailable),
        Failure::Engine(Error::Internal(source)) => {
            tracing::error!(error = %source, "a page failed");
            (StatusCode::INTERNAL_SERVER_ERROR, text.internal)
        }
    };
    let content = html! {
        h1 { (title) }
        p { (words) }
        @if let Some(seconds) = retry_after { p { (text.again_in) " " (seconds.div_ceil(60)) " " (text.minutes) } }
    };
    let mut response = frame(engine, language, status, title, false, &content);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
