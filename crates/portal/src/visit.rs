//! A request as a handler gets it: who asks, in which language, and the form that was sent.
//!
//! What could come from a foreign page stops here. A form is read only if the browser says that a page of ours sent it; and of somebody who
//! is signed in, only with the token of their session in it. Before the sign-in there is no session to bind a token to, and the browser's
//! word alone counts: nothing that a foreign page could send gets as far.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::identity::Actor;
use domain::ids::SessionId;
use domain::language::Language;
use domain::session;
use domain::sign_in::{Arrival, Credential};
use engine::{Call, Engine, Error};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use oidc::Providers;
use poem::http::{Method, header};
use poem::{Endpoint, Request, RequestBody, Response};

use crate::page::{Failure, refuse};
use crate::text::{Text, text};

/// The most bytes of a form.
const LONGEST_FORM: usize = 16 * 1024;

/// The most fields of a form, or of an address.
const MOST_FIELDS: usize = 50;

/// The name of the field that carries the session's form token.
pub(crate) const FORM_TOKEN: &str = "form-token";

/// What a handler answers.
pub(crate) type Answer = Result<Response, Failure>;

type Run = Arc<dyn Fn(Visit) -> BoxFuture<'static, Answer> + Send + Sync>;

/// What answers the requests for one path.
#[derive(Clone, Default)]
pub(crate) struct Handler {
    get: Option<Run>,
    post: Option<Run>,
}

impl Handler {
    /// Shows something, and changes nothing: also by HEAD, and for whoever looks ahead.
    pub(crate) fn get<F: Future<Output = Answer> + Send + 'static>(run: fn(Visit) -> F) -> Self {
        Self { get: Some(boxed(run)), post: None }
    }

    /// Takes a form, besides what it shows.
    pub(crate) fn post<F: Future<Output = Answer> + Send + 'static>(self, run: fn(Visit) -> F) -> Self {
        Self { post: Some(boxed(run)), ..self }
    }

    /// Takes a form.
    pub(crate) fn post_only<F: Future<Output = Answer> + Send + 'static>(run: fn(Visit) -> F) -> Self {
        Self::default().post(run)
    }

    /// Over that engine.
    pub(crate) fn of(self, engine: Engine, providers: Arc<Providers>) -> Page {
        Page { engine, providers, handler: self }
    }
}

fn boxed<F: Future<Output = Answer> + Send + 'static>(run: fn(Visit) -> F) -> Run {
    Arc::new(move |visit| run(visit).boxed())
}

/// The endpoint of a path.
pub(crate) struct Page {
    engine: Engine,
    providers: Arc<Providers>,
    handler: Handler,
}

impl Endpoint for Page {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (request, mut body) = request.split();
        let mut language = accepted(&request);
        let answered = async {
            let run = match *request.method() {
                Method::GET | Method::HEAD => self.handler.get.clone(),
                Method::POST => self.handler.post.clone(),
                _ => None,
            };
            let run = run.ok_or(Failure::Method)?;
            let visit = Visit::read(self.engine.clone(), Arc::clone(&self.providers), &request, &mut body, language).await?;
            language = visit.language();
            run(visit).await
        };
        let answered = answered.await;
        Ok(answered.unwrap_or_else(|failure| refuse(&self.engine, failure, language)))
    }
}

/// A request, read.
pub(crate) struct Visit {
    pub(crate) engine: Engine,
    /// With whose accounts people can sign in.
    pub(crate) providers: Arc<Providers>,
    /// Who asks.
    pub(crate) actor: Actor,
    /// Where from.
    pub(crate) arrival: Arrival,
    /// What the browser says that it is.
    pub(crate) user_agent: String,
    /// The session cookie that it sent, good or not.
    pub(crate) cookie: Option<String>,
    /// The other cookies of ours that it sent.
    pub(crate) cookies: BTreeMap<String, String>,
    language: Language,
    fields: BTreeMap<String, String>,
}

impl Visit {
    async fn read(
        engine: Engine,
        providers: Arc<Providers>,
        request: &Request,
        body: &mut RequestBody,
        language: Language,
    ) -> Result<Self, Failure> {
        let arrival = request.data::<Arrival>().copied().unwrap_or(Arrival { source: None, same_origin: false });
        engine.count_request(arrival.source)?;
        let mut cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookie = cookies.find_map(session::in_cookies).map(str::to_owned);
        let found = match &cookie {
            Some(cookie) => engine.actor_of_session(cookie).await?,
            None => None,
        };
        let language = found.as_ref().map_or(language, |actor| actor.language);
        let actor = found.unwrap_or_default();
        engine.count_operations(&actor, 1)?;
        let user_agent = request.header(header::USER_AGENT).unwrap_or_default().chars().take(1_000).collect();
        let posted = *request.method() == Method::POST;
        let fields = if posted { form(request, body, arrival).await? } else { pairs(request.uri().query().unwrap_or_default().as_bytes()) };
        let cookies = own_cookies(request);
        let visit = Self { engine, providers, actor, arrival, user_agent, cookie, cookies, language, fields };
        if posted && let Some(session) = visit.session() {
            let given = visit.fields.get(FORM_TOKEN).map(String::as_str).unwrap_or_default();
            if !visit.engine.secret().is_form_token(session, given) {
                return Err(Failure::Foreign);
            }
        }
        Ok(visit)
    }

    /// A field of the form, or of the address; empty if there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The session of whoever asks.
    pub(crate) fn session(&self) -> Option<SessionId> {
        match self.actor.credential {
            Some(Credential::Session { id, .. }) => Some(id),
            _ => None,
        }
    }

    /// What every form must carry.
    pub(crate) fn form_token(&self) -> Option<String> {
        self.session().map(|session| self.engine.secret().form_token(session))
    }

    /// Lets through who is signed in.
    pub(crate) fn signed_in(&self) -> Result<(), Failure> {
        if self.session().is_some() { Ok(()) } else { Err(Error::Unauthenticated.into()) }
    }

    /// A command of whoever asks.
    pub(crate) fn call(&self) -> Call {
        Call::by(&self.actor)
    }

    /// What whoever asks is spoken to in.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The texts in that language.
    pub(crate) const fn text(&self) -> &'static Text {
        text(self.language)
    }
}

/// The cookies that a page of ours set, besides the session's.
fn own_cookies(request: &Request) -> BTreeMap<String, String> {
    let headers = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let ours = pairs.filter(|(name, value)| *name == crate::federation::COOKIE && value.len() <= LONGEST_FORM);
    ours.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The fields of a form that a page of ours sent.
async fn form(request: &Request, body: &mut RequestBody, arrival: Arrival) -> Result<BTreeMap<String, String>, Failure> {
    if !arrival.same_origin {
        return Err(Failure::Foreign);
    }
    if request.content_type().is_none_or(|media_type| !media_type.starts_with("application/x-www-form-urlencoded")) {
        return Err(Failure::Unreadable);
    }
    let body = body.take().map_err(|_| Failure::Unreadable)?;
    let bytes = body.into_bytes_limit(LONGEST_FORM).await.map_err(|_| Failure::Unreadable)?;
    Ok(pairs(&bytes))
}

/// Of a field that comes twice, the first counts.
fn pairs(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(bytes).take(MOST_FIELDS) {
        fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
    }
    fields
}

/// The language that the browser likes best of those that there are: browsers name it first.
fn accepted(request: &Request) -> Language {
    let header = request.header(header::ACCEPT_LANGUAGE).unwrap_or_default().to_ascii_lowercase();
    let named = header.split(',').map(str::trim).find_map(|tag| match tag.get(..2) {
        Some("de") => Some(Language::De),
        Some("en") => Some(Language::En),
        _ => None,
    });
    named.unwrap_or_default()
}
