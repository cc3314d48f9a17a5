//! A page: its title, the way to it, what it says, and how it is sent.

use domain::session;
use maud::{Markup, html};
use poem::Response;
use poem::http::{StatusCode, header};

use crate::form::Errors;
use crate::frame::{Onlooker, document};
use crate::visit::Visit;

/// What a page may load and send: what is ours. `data:` for the design system's icons, which are masks in its style.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page before it is shown.
pub(crate) struct Sheet {
    title: String,
    /// What the browser's tab says, where that is not the heading.
    tab: Option<String>,
    crumbs: Vec<(String, String)>,
    preline: Option<String>,
    lead: Option<Markup>,
    progress: Option<(usize, usize)>,
    status: StatusCode,
}

impl Sheet {
    /// A page with that heading.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), tab: None, crumbs: Vec::new(), preline: None, lead: None, progress: None, status: StatusCode::OK }
    }

    /// Below another page: its path and name. The uppermost first.
    pub(crate) fn below(mut self, path: impl Into<String>, name: impl Into<String>) -> Self {
        self.crumbs.push((path.into(), name.into()));
        self
    }

    /// With a line above the heading: of what the page is a part.
    pub(crate) fn preline(self, preline: impl Into<String>) -> Self {
        Self { preline: Some(preline.into()), ..self }
    }

    /// With a sentence below the heading.
    pub(crate) fn lead(self, lead: impl Into<String>) -> Self {
        let lead: String = lead.into();
        self.lead_markup(html! { (lead) })
    }

    /// With something below the heading.
    pub(crate) fn lead_markup(self, lead: Markup) -> Self {
        Self { lead: Some(lead), ..self }
    }

    /// With another title than its heading.
    pub(crate) fn titled(self, tab: impl Into<String>) -> Self {
        Self { tab: Some(tab.into()), ..self }
    }

    /// As one of so many steps, counted from 1. That is said in words, too: this is the picture of it.
    pub(crate) fn step(self, step: usize, all: usize) -> Self {
        Self { progress: Some((step, all)), ..self }
    }

    /// Answered with that status.
    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The page.
    pub(crate) fn show(&self, visit: &Visit, content: &Markup) -> Response {
        self.show_to(&visit.onlooker, content)
    }

    /// The page with what is wrong with its form: on top, and in its title.
    pub(crate) fn show_with(self, visit: &Visit, errors: &Errors, content: &Markup) -> Response {
        let status = if errors.is_empty() { self.status } else { StatusCode::UNPROCESSABLE_ENTITY };
        let content = html! { (errors.summary(visit.text())) (content) };
        let title = if errors.is_empty() { self.title.clone() } else { format!("{} {}", visit.text().form.error, self.title) };
        Self { status, ..self }.answer(&visit.onlooker, &title, &content)
    }

    /// The page, to whomever.
    pub(crate) fn show_to(&self, onlooker: &Onlooker, content: &Markup) -> Response {
        self.answer(onlooker, self.tab.as_deref().unwrap_or(&self.title), content)
    }

    fn answer(&self, onlooker: &Onlooker, title: &str, content: &Markup) -> Response {
        let text = &onlooker.text().frame;
        let whole = html! {
            div class="band" {
                div class="wrap" {
                    @if !self.crumbs.is_empty() {
                        nav class="crumbs" aria-label=(text.crumbs) {
                            ol { @for (path, name) in &self.crumbs { li { a href=(path) { (name) } } } }
                        }
                    }
                    @if let Some(preline) = &self.preline { p class="kern-preline" { (preline) } }
                    h1 class="kern-heading-large" { (self.title) }
                    @if let Some(lead) = &self.lead { div class="lead" { (lead) } }
                    @if let Some((step, all)) = self.progress {
                        div class="progress" aria-hidden="true" { @for number in 1..=all { span class=[(number <= step).then_some("progress__done")] {} } }
                    }
                }
            }
            div class="wrap content" { (content) }
        };
        Response::builder()
            .status(self.status)
            .content_type("text/html; charset=utf-8")
            .header(header::CONTENT_SECURITY_POLICY, POLICY)
            .header(header::CACHE_CONTROL, "no-store")
            .body(document(onlooker, title, &whole).into_string())
    }
}

/// On to another page, which is fetched anew.
pub(crate) fn go_to(path: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, path).finish()
}

/// The answer with a cookie, good for so many seconds.
pub(crate) fn with_cookie_of(mut response: Response, name: &str, value: &str, seconds: i64) -> Response {
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", seconds.max(0));
    if let Ok(value) = header::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The answer with a new session's cookie, good for so many seconds.
pub(crate) fn with_cookie(response: Response, secret: &str, seconds: i64) -> Response {
    with_cookie_of(response, session::COOKIE, secret, seconds)
}

/// The answer after which the browser has no session's cookie.
pub(crate) fn without_cookie(response: Response) -> Response {
    with_cookie(response, "", 0)
}
