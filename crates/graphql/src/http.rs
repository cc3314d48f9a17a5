//! GraphQL over HTTP and WebSocket, after the specifications of the GraphQL foundation's working group and of `graphql-transport-ws`.
//!
//! The ready-made endpoint runs mutations on GET and from `text/plain`, reads fifty megabytes, and lets batches and sockets grow without
//! bound. This one checks media types, limits and tokens before anything runs:
//!
//! - `request` reads what was asked, `response` says how it is answered, `socket` speaks the WebSocket's protocol;
//! - whoever sends neither token nor cookie is [`Actor::anonymous`]; whoever sends a wrong one is refused with 401, so that an expired one
//!   doesn't look like an empty database;
//! - a cookie counts only where the browser says that a page of this installation sent the request: a browser adds it to requests of
//!   foreign pages too, by any method, and to the WebSocket's first one;
//! - who asks too much is told when to come back, with 429.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, ServerError};
use domain::identity::Actor;
use domain::sign_in::Arrival;
use engine::Engine;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use poem::http::{Method, StatusCode, header};
use poem::web::websocket::{WebSocket, WebSocketConfig};
use poem::{Endpoint, FromRequest as _, IntoResponse as _, Request, RequestBody, Response};
use tokio::sync::{Semaphore, watch};

use crate::error::Code;
use crate::limits::{BAD_USER_INPUT, Limits, coded, refusal};
use crate::session::Session;

mod request;
mod response;
mod socket;

use request::Presented;
use response::{Accepted, Answer, Answers};

/// The sub-protocol of the WebSocket.
pub const WEBSOCKET_PROTOCOL: &str = "graphql-transport-ws";

/// Who is asking, and what their requests are given: the engine, or a stand-in for it in a test of this module.
pub trait Reception: Send + Sync + 'static {
    /// Who holds a bearer token: nobody if it is unknown, expired or revoked.
    fn actor_of(&self, token: String) -> BoxFuture<'_, engine::Result<Option<Actor>>>;

    /// Whose session a cookie is: nobody's if it is unknown, or the session has ended.
    fn actor_of_session(&self, cookie: String) -> BoxFuture<'_, engine::Result<Option<Actor>>> {
        drop(cookie);
        std::future::ready(Ok(None)).boxed()
    }

    /// Counts a request from a source.
    fn count_request(&self, _: Option<IpAddr>) -> engine::Result<()> {
        Ok(())
    }

    /// Counts so many operations of whoever asks.
    fn count_operations(&self, _: &Actor, _: usize) -> engine::Result<()> {
        Ok(())
    }

    /// Waits until the actor's session or token was ended, or may have been.
    fn until_ended(&self, _: Actor) -> BoxFuture<'static, ()> {
        std::future::pending().boxed()
    }

    /// The request with what its resolvers need to know of the actor.
    fn admit(&self, request: async_graphql::Request, actor: Actor) -> async_graphql::Request;
}

impl Reception for Engine {
    fn actor_of(&self, token: String) -> BoxFuture<'_, engine::Result<Option<Actor>>> {
        async move { self.actor_of_token(&token).await }.boxed()
    }

    fn actor_of_session(&self, cookie: String) -> BoxFuture<'_, engine::Result<Option<Actor>>> {
        async move { Self::actor_of_session(self, &cookie).await }.boxed()
    }

    fn count_request(&self, source: Option<IpAddr>) -> engine::Result<()> {
        Self::count_request(self, source)
    }

    fn count_operations(&self, actor: &Actor, operations: usize) -> engine::Result<()> {
        Self::count_operations(self, actor, operations)
    }

    fn until_ended(&self, actor: Actor) -> BoxFuture<'static, ()> {
        Self::until_ended(self, &actor).boxed()
    }

    fn admit(&self, request: async_graphql::Request, actor: Actor) -> async_graphql::Request {
        request.data(Session::new(self.clone(), actor))
    }
}

/// Answers GraphQL requests by POST, by GET (queries only) and on a WebSocket.
///
/// When `shutdown` turns true, every `WebSocket` is closed; each holds a receiver, so
/// `Sender::closed` waits for them.
pub fn endpoint<E: Executor, R: Reception>(
    schema: E,
    reception: R,
    limits: Limits,
    shutdown: watch::Receiver<bool>,
) -> GraphqlEndpoint<E, R> {
    let sockets = Arc::new(Semaphore::new(limits.sockets));
    GraphqlEndpoint { face: Arc::new(Face { schema, reception, limits }), sockets, shutdown }
}

/// See [`endpoint`].
pub struct GraphqlEndpoint<E, R> {
    face: Arc<Face<E, R>>,
    sockets: Arc<Semaphore>,
    shutdown: watch::Receiver<bool>,
}

/// What every request and every socket needs.
struct Face<E, R> {
    schema: E,
    reception: R,
    limits: Limits,
}

/// A request that was not answered: the status, and what the body says.
struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// After how many seconds it will be answered.
    retry_after: Option<u64>,
}

impl Refused {
    /// The caller's to mend.
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, code: BAD_USER_INPUT, message: message.into(), retry_after: None }
    }

    /// Nobody's fault, and over soon.
    fn for_now(message: &str) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, code: "UNAVAILABLE", message: message.to_owned(), retry_after: None }
    }

    fn into_error(self) -> ServerError {
        coded(self.message, self.code)
    }
}

impl<E: Executor, R: Reception> Endpoint for GraphqlEndpoint<E, R> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (request, mut body) = request.split();
        let source = request.data::<Arrival>().and_then(|arrival| arrival.source);
        if let Err(error) = self.face.reception.count_request(source) {
            return Ok(response::refuse(Accepted::negotiate(request.headers()).unwrap_or(Accepted::Json), refused_by_engine(error)));
        }
        if request.headers().contains_key(header::UPGRADE) {
            return Ok(self.upgrade(&request, &mut body).await.unwrap_or_else(|refused| response::refuse(Accepted::Json, refused)));
        }
        let Some(accepted) = Accepted::negotiate(request.headers()) else {
            let refused = Refused::new(StatusCode::NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json.");
            return Ok(response::refuse(Accepted::Json, refused));
        };
        let answered = tokio::time::timeout(self.face.limits.request, self.face.answer(&request, &mut body)).await;
        Ok(match answered {
            Ok(Ok(answers)) => response::answer(accepted, &answers),
            Ok(Err(refused)) => response::refuse(accepted, refused),
            Err(_) => response::refuse(accepted, too_slow()),
        })
    }
}

/// What the engine says before anything ran.
fn refused_by_engine(error: engine::Error) -> Refused {
    match error {
        engine::Error::Unauthenticated => request::unknown(),
        engine::Error::Unavailable => Refused::for_now("Temporarily unavailable. Try again."),
        engine::Error::TooMany { again_after } => Refused {
            status: StatusCode::TOO_MANY_REQUESTS,
            code: Code::RateLimited.as_str(),
            message: error.to_string(),
            retry_after: Some(again_after.as_secs()),
        },
        error => {
            tracing::error!(error = &error as &dyn std::error::Error, "who asks could not be looked up");
            let message = response::INTERNAL.to_owned();
            Refused { status: StatusCode::INTERNAL_SERVER_ERROR, code: Code::Internal.as_str(), message, retry_after: None }
        }
    }
}

fn too_slow() -> Refused {
    Refused::for_now("The request took too long. Try again, or ask for less.")
}

impl<E: Executor, R: Reception> GraphqlEndpoint<E, R> {
    async fn upgrade(&self, request: &Request, body: &mut RequestBody) -> Result<Response, Refused> {
        let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
        if !offered.flat_map(|value| value.split(',')).any(|protocol| protocol.trim() == WEBSOCKET_PROTOCOL) {
            return Err(Refused::new(StatusCode::BAD_REQUEST, "The WebSocket speaks graphql-transport-ws and nothing else."));
        }
        let place =
            self.sockets.clone().try_acquire_owned().map_err(|_| Refused::for_now("Too many connections are open. Try again later."))?;
        let presented = request::presented(request)?;
        let socket = WebSocket::from_request(request, body)
            .await
            .map_err(|_| Refused::new(StatusCode::BAD_REQUEST, "This is no request for a WebSocket."))?;
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(self.face.limits.body_bytes);
        config.max_frame_size = Some(self.face.limits.body_bytes);
        let (face, shutdown) = (self.face.clone(), self.shutdown.clone());
        let upgraded = socket.protocols([WEBSOCKET_PROTOCOL]).config(config).on_upgrade(move |stream| async move {
            socket::serve(face, stream, presented, shutdown).await;
            drop(place);
        });
        Ok(upgraded.into_response())
    }
}

impl<E: Executor, R: Reception> Face<E, R> {
    async fn answer(&self, request: &Request, body: &mut RequestBody) -> Result<Answers, Refused> {
        let asked = match *request.method() {
            Method::GET => request::from_query(request)?,
            Method::POST => request::from_body(request, body, &self.limits).await?,
            _ => return Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, "Use POST, or GET for a query.")),
        };
        let actor = self.actor(request::presented(request)?).await?;
        let operations = if let request::Asked::Batch(all) = &asked { all.len() } else { 1 };
        self.reception.count_operations(&actor, operations).map_err(refused_by_engine)?;
        let queries_only = *request.method() == Method::GET;
        match asked {
            request::Asked::One(one) => Ok(Answers::One(self.run(*one, &actor, queries_only).await?)),
            request::Asked::Batch(all) => {
                // One after the other: two mutations of a batch must not overtake one another.
                let mut answers = Vec::with_capacity(all.len());
                for one in all {
                    answers.push(self.run(one, &actor, queries_only).await?);
                }
                Ok(Answers::Batch(answers))
            }
        }
    }

    /// Who asks.
    async fn actor(&self, presented: Presented) -> Result<Actor, Refused> {
        let found = match presented {
            Presented::Nothing => return Ok(Actor::anonymous()),
            Presented::Token(token) => self.reception.actor_of(token).await,
            Presented::Session(cookie) => self.reception.actor_of_session(cookie).await,
        };
        found.map_err(refused_by_engine)?.ok_or_else(request::unknown)
    }

    async fn run(&self, mut request: async_graphql::Request, actor: &Actor, queries_only: bool) -> Result<Answer, Refused> {
        let operation = match self.limits.check(&mut request) {
            Ok(operation) => operation,
            Err(error) => return Ok(Answer::refusal(error)),
        };
        match operation {
            OperationType::Query => {}
            OperationType::Mutation if !queries_only => {}
            OperationType::Mutation => {
                return Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, "A mutation needs POST: GET changes nothing."));
            }
            OperationType::Subscription => return Ok(Answer::refusal(refusal("A subscription needs a WebSocket."))),
        }
        Ok(Answer::of(self.schema.execute(self.reception.admit(request, actor.clone())).await))
    }
}
