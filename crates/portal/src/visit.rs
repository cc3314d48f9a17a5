//! A request as a handler gets it: who asks, in which language, and the form that was sent.
//!
//! What could come from a foreign page stops here. A form is read only if the browser says that a page of ours sent it; and of somebody who
//! is signed in, only with the token of their session in it. Before the sign-in there is no session to bind a token to, and the browser's
//! word alone counts: nothing that a foreign page could send gets as far.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::identity::{Action, Actor, Scoped};
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
use uuid::Uuid;

use crate::failure::{Failure, refuse};
use crate::fields::Fields;
use crate::frame::Onlooker;
use crate::settings::Settings;
use crate::text::{Text, text};

/// The most bytes of a form: an application's longest texts, a hundred lines of cost, and some air.
const LONGEST_FORM: usize = 256 * 1024;

/// The name of the field that carries the session's form token.
pub(crate) const FORM_TOKEN: &str = "form-token";

/// The name of the field that carries the key under which a form can be sent twice and counts once.
pub(crate) const KEY: &str = "key";

/// The longest key of a form.
const LONGEST_KEY: usize = 64;

/// The cookie that keeps which language somebody wants who has not signed in.
pub(crate) const LANGUAGE_COOKIE: &str = "__Host-sonderfonds-language";
/// The cookie of the page on the way to which somebody had to sign in.
pub(crate) const WAY_COOKIE: &str = "__Host-sonderfonds-way";

/// The longest value of a cookie of ours.
const LONGEST_COOKIE: usize = 16 * 1024;

/// What a handler answers.
pub(crate) type Answer = Result<Response, Failure>;

type Run = Arc<dyn Fn(Visit) -> BoxFuture<'static, Answer> + Send + Sync>;

/// What all pages are made over.
pub(crate) struct Site {
    /// The use cases.
    pub(crate) engine: Engine,
    /// With whose accounts people can sign in.
    pub(crate) providers: Arc<Providers>,
    /// What the installation says of itself.
    pub(crate) settings: Settings,
}

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

    /// The methods that come to something.
    pub(crate) fn methods(&self) -> Vec<&'static str> {
        [("GET", &self.get), ("POST", &self.post)].into_iter().filter(|(_, run)| run.is_some()).map(|(method, _)| method).collect()
    }

    /// Why a request with another method comes to nothing.
    fn refuses(&self) -> Failure {
        if self.get.is_none() && self.post.is_none() { Error::NotFound.into() } else { Failure::Method }
    }

    /// Over that site.
    pub(crate) fn of(self, site: &Arc<Site>) -> Page {
        Page { site: Arc::clone(site), handler: self }
    }
}

fn boxed<F: Future<Output = Answer> + Send + 'static>(run: fn(Visit) -> F) -> Run {
    Arc::new(move |visit| run(visit).boxed())
}

/// The endpoint of a path.
pub(crate) struct Page {
    site: Arc<Site>,
    handler: Handler,
}

impl Endpoint for Page {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (request, mut body) = request.split();
        let mut onlooker = Onlooker::unknown(&self.site, &request);
        let mut sent = Fields::default();
        let answered = async {
            let run = match *request.method() {
                Method::GET | Method::HEAD => self.handler.get.clone(),
                Method::POST => self.handler.post.clone(),
                _ => None,
            };
            // Nobody reads a form that leads nowhere.
            if run.is_none() && *request.method() == Method::POST {
                return Err(self.handler.refuses());
            }
            let visit = Visit::read(&mut onlooker, &mut sent, &request, &mut body).await?;
            match run {
                Some(run) => run(visit).await,
                None => Err(self.handler.refuses()),
            }
        };
        let answered = answered.await;
        let posted = *request.method() == Method::POST;
        Ok(answered.unwrap_or_else(|failure| refuse(&onlooker, failure, posted.then_some(&sent))))
    }
}

/// A request, read.
pub(crate) struct Visit {
    pub(crate) engine: Engine,
    /// What all pages are made over.
    pub(crate) site: Arc<Site>,
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
    /// What the frame around the page depends on.
    pub(crate) onlooker: Onlooker,
    /// The fields of the form, or of the address.
    pub(crate) fields: Fields,
    parameters: BTreeMap<&'static str, String>,
}

impl Visit {
    async fn read(onlooker: &mut Onlooker, sent: &mut Fields, request: &Request, body: &mut RequestBody) -> Result<Self, Failure> {
        let site = Arc::clone(&onlooker.site);
        let engine = site.engine.clone();
        let arrival = request.data::<Arrival>().copied().unwrap_or(Arrival { source: None, same_origin: false });
        engine.count_request(arrival.source)?;
        let mut cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookie = cookies.find_map(session::in_cookies).map(str::to_owned);
        let found = match &cookie {
            Some(cookie) => engine.actor_of_session(cookie).await?,
            None => None,
        };
        let cookies = own_cookies(request);
        onlooker.choose(cookies.get(LANGUAGE_COOKIE).map(String::as_str));
        let actor = found.unwrap_or_default();
        onlooker.recognise(&actor);
        engine.count_operations(&actor, 1)?;
        let user_agent = request.header(header::USER_AGENT).unwrap_or_default().chars().take(1_000).collect();
        let posted = *request.method() == Method::POST;
        let fields =
            if posted { form(request, body, arrival).await? } else { Fields::read(request.uri().query().unwrap_or_default().as_bytes()) };
        sent.clone_from(&fields);
        let parameters = ["id", "step", "hash", "name"].into_iter();
        let parameters = parameters.filter_map(|name| Some((name, request.raw_path_param(name)?.to_owned()))).collect();
        let onlooker = onlooker.clone();
        let visit = Self { engine, site, actor, arrival, user_agent, cookie, cookies, onlooker, fields, parameters };
        if posted && let Some(session) = visit.session() {
            let given = visit.fields.get(FORM_TOKEN);
            if !visit.engine.secret().is_form_token(session, given) {
                return Err(Failure::Foreign);
            }
        }
        Ok(visit)
    }

    /// A field of the form, or of the address; empty if there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// The id in the path. What is none leads nowhere.
    pub(crate) fn id<T: From<Uuid>>(&self) -> Result<T, Failure> {
        read_id(self.parameter("id"))
    }

    /// An id in a form of ours; anything else leads nowhere.
    pub(crate) fn id_in<T: From<Uuid>>(&self, field: &str) -> Result<T, Failure> {
        read_id(self.field(field))
    }

    /// A part of the path.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The session of whoever asks.
    pub(crate) fn session(&self) -> Option<SessionId> {
        session_of(&self.actor).map(|(id, _)| id)
    }

    /// Lets through who is signed in.
    pub(crate) fn signed_in(&self) -> Result<(), Failure> {
        if self.session().is_some() { Ok(()) } else { Err(Error::Unauthenticated.into()) }
    }

    /// Lets through whom that is permitted, whatever the thing's state allows. It comes before anything that is shown or read of a form: what
    /// is wrong with a form is no matter of those who may not send it.
    pub(crate) fn permitted(&self, action: impl Action, thing: &impl Scoped) -> Result<(), Failure> {
        if self.actor.may(action.permission(), thing.scope()) { Ok(()) } else { Err(Error::Forbidden.into()) }
    }

    /// A command of whoever asks. With the form's key, the same form sent twice is one deed; with other answers it is another one, as when
    /// somebody went back in the browser and changed them.
    pub(crate) fn call(&self) -> Call {
        let key = Some(self.field(KEY)).filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
        let key = key.map(|key| format!("{key}-{:016x}", self.fields.fingerprint(FORM_TOKEN)));
        Call { idempotency_key: key, ..Call::by(&self.actor) }
    }

    /// What whoever asks is spoken to in.
    pub(crate) const fn language(&self) -> Language {
        self.onlooker.language
    }

    /// The texts in that language.
    pub(crate) const fn text(&self) -> &'static Text {
        text(self.onlooker.language)
    }
}

/// The session of an actor, and when they signed in.
pub(crate) fn session_of(actor: &Actor) -> Option<(SessionId, DateTime<Utc>)> {
    match actor.credential {
        Some(Credential::Session { id, since }) => Some((id, since)),
        _ => None,
    }
}

/// When the session of somebody who is here now ends if they do nothing more.
pub(crate) fn session_ends(engine: &Engine, actor: &Actor, since: DateTime<Utc>) -> DateTime<Utc> {
    let policy = engine.sign_in_policy();
    let idle = engine.now() + policy.idle(&actor.roles);
    idle.min(since + TimeDelta::days(policy.session_days.into()))
}

fn read_id<T: From<Uuid>>(text: &str) -> Result<T, Failure> {
    text.parse::<Uuid>().map(T::from).map_err(|_| Error::NotFound.into())
}

/// The cookies that a page of ours set, besides the session's.
fn own_cookies(request: &Request) -> BTreeMap<String, String> {
    let headers = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let ours = [crate::federation::COOKIE, LANGUAGE_COOKIE, WAY_COOKIE];
    let ours = pairs.filter(|(name, value)| ours.contains(name) && value.len() <= LONGEST_COOKIE);
    ours.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The fields of a form that a page of ours sent.
async fn form(request: &Request, body: &mut RequestBody, arrival: Arrival) -> Result<Fields, Failure> {
    if !arrival.same_origin {
        return Err(Failure::Foreign);
    }
    if request.content_type().is_none_or(|media_type| !media_type.starts_with("application/x-www-form-urlencoded")) {
        return Err(Failure::Unreadable);
    }
    let body = body.take().map_err(|_| Failure::Unreadable)?;
    let bytes = body.into_bytes_limit(LONGEST_FORM).await.map_err(|_| Failure::Unreadable)?;
    Ok(Fields::read(&bytes))
}
