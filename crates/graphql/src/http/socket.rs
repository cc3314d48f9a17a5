//! The WebSocket, in the protocol `graphql-transport-ws`.
//!
//! Everything has an end: who doesn't introduce itself, doesn't answer, doesn't read, holds a token that is no longer valid, or has too
//! much going on, is closed with the protocol's code; and so is everybody when the server stops.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, ServerError};
use domain::identity::Actor;
use futures_util::stream::{self, BoxStream};
use futures_util::{SinkExt as _, StreamExt as _};
use poem::http::StatusCode;
use poem::web::websocket::{CloseCode, Message, WebSocketStream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;
use tokio_stream::StreamMap;

use super::request::{Parameters, Presented, bearer_of};
use super::response::Answer;
use super::{Face, Reception, too_slow};
use crate::limits::refusal;

/// How long somebody who has connected may take to introduce itself.
const INTRODUCTION: Duration = Duration::from_secs(10);

/// How long a message may take to leave; who doesn't read any longer is cut off.
const SEND: Duration = Duration::from_secs(10);

/// What the client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit { payload: Option<Value> },
    Subscribe { id: String, payload: Parameters },
    Complete { id: String },
    Ping { payload: Option<Value> },
    Pong,
}

/// What the server says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Say<'a> {
    ConnectionAck,
    Next {
        id: &'a str,
        payload: &'a Answer,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
}

/// Why a socket is closed: the protocol's code and words.
struct Close(u16, &'static str);

const GONE: Close = Close(1001, "Going away");
const BAD_REQUEST: Close = Close(4400, "Bad request");
const UNAUTHORIZED: Close = Close(4401, "Unauthorized");
const FORBIDDEN: Close = Close(4403, "Forbidden");
const SILENT: Close = Close(4408, "Connection initialisation timeout");
const REPEATED: Close = Close(4409, "Subscriber already exists");
const INITIALISED: Close = Close(4429, "Too many initialisation requests");
/// The client's own word for "connect anew": what it may do has changed.
const CHANGED: Close = Close(4205, "Client restart");
const INTERNAL: Close = Close(4500, "Internal server error");

/// What an operation yields; `None` is its end.
type Answers = BoxStream<'static, Option<Answer>>;

/// Speaks with one client until either side has enough.
pub(super) async fn serve<E: Executor, R: Reception>(
    face: Arc<Face<E, R>>,
    socket: WebSocketStream,
    presented: Presented,
    mut shutdown: watch::Receiver<bool>,
) {
    let mut conversation = Conversation { face, socket, presented, actor: Actor::anonymous(), running: StreamMap::new() };
    // A closed channel means that the server is gone, which is a reason to close as well.
    let mut stopped = pin!(async move { drop(shutdown.wait_for(|stopped| *stopped).await) });
    let outcome = tokio::select! {
        outcome = conversation.speak() => outcome,
        () = &mut stopped => Err(GONE),
    };
    if let Err(Close(code, reason)) = outcome {
        let message = Message::Close(Some((CloseCode::from(code), reason.to_owned())));
        drop(tokio::time::timeout(SEND, conversation.socket.send(message)).await);
    }
    drop(tokio::time::timeout(SEND, conversation.socket.close()).await);
}

struct Conversation<E, R> {
    face: Arc<Face<E, R>>,
    socket: WebSocketStream,
    presented: Presented,
    actor: Actor,
    running: StreamMap<String, Answers>,
}

impl<E: Executor, R: Reception> Conversation<E, R> {
    /// `Ok` when the client has left.
    async fn speak(&mut self) -> Result<(), Close> {
        let Some(payload) = tokio::time::timeout(INTRODUCTION, self.introduction()).await.map_err(|_| SILENT)?? else { return Ok(()) };
        if let Some(authorization) = payload.as_ref().and_then(authorization) {
            self.presented = Presented::Token(bearer_of(authorization).ok_or(FORBIDDEN)?);
        }
        self.actor = self.who().await?;
        let mut ended = self.face.reception.until_ended(self.actor.clone());
        // Once more after it is listened to, so that no end falls in between.
        self.look_again().await?;
        self.say(&Say::ConnectionAck).await?;

        let mut heartbeat = tokio::time::interval(self.face.limits.keep_alive);
        heartbeat.tick().await;
        let mut heard = true;
        loop {
            tokio::select! {
                message = self.socket.next() => {
                    heard = true;
                    match message {
                        None | Some(Err(_) | Ok(Message::Close(_))) => return Ok(()),
                        Some(Ok(Message::Text(text))) => self.hear(&text).await?,
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Binary(_))) => return Err(BAD_REQUEST),
                    }
                }
                Some((id, answer)) = self.running.next() => self.pass_on(&id, answer).await?,
                () = &mut ended => {
                    self.look_again().await?;
                    ended = self.face.reception.until_ended(self.actor.clone());
                }
                _ = heartbeat.tick() => {
                    if !std::mem::take(&mut heard) {
                        return Err(SILENT);
                    }
                    self.look_again().await?;
                    self.send(Message::Ping(Vec::new())).await?;
                }
            }
        }
    }

    /// Rights are looked at again: a token may have been revoked, a session ended, a role taken away.
    async fn look_again(&mut self) -> Result<(), Close> {
        if self.who().await? == self.actor { Ok(()) } else { Err(CHANGED) }
    }

    /// What the client introduces itself with; `None` if it leaves without.
    async fn introduction(&mut self) -> Result<Option<Option<Value>>, Close> {
        loop {
            match self.socket.next().await {
                None | Some(Err(_) | Ok(Message::Close(_))) => return Ok(None),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Binary(_))) => return Err(BAD_REQUEST),
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                    Ok(Said::ConnectionInit { payload }) => return Ok(Some(payload)),
                    Ok(Said::Ping { payload }) => self.say(&Say::Pong { payload }).await?,
                    Ok(Said::Subscribe { .. }) => return Err(UNAUTHORIZED),
                    Ok(Said::Pong | Said::Complete { .. }) => {}
                    Err(_) => return Err(BAD_REQUEST),
                },
            }
        }
    }

    async fn who(&mut self) -> Result<Actor, Close> {
        self.face.actor(self.presented.clone()).await.map_err(|refused| match refused.status {
            StatusCode::UNAUTHORIZED => FORBIDDEN,
            _ => INTERNAL,
        })
    }

    async fn hear(&mut self, text: &str) -> Result<(), Close> {
        match serde_json::from_str(text).map_err(|_| BAD_REQUEST)? {
            Said::ConnectionInit { .. } => Err(INITIALISED),
            Said::Ping { payload } => self.say(&Say::Pong { payload }).await,
            Said::Pong => Ok(()),
            Said::Complete { id } => {
                self.running.remove(&id);
                Ok(())
            }
            Said::Subscribe { id, .. } if self.running.contains_key(&id) => Err(REPEATED),
            Said::Subscribe { id, .. } if id.is_empty() || id.len() > 100 => Err(BAD_REQUEST),
            Said::Subscribe { id, payload } => {
                let most = self.face.limits.subscriptions;
                let begun = if let Err(error) = self.face.reception.count_operations(&self.actor, 1) {
                    Err(super::refused_by_engine(error).into_error())
                } else if self.running.len() < most {
                    self.begin(payload.into())
                } else {
                    Err(refusal(format!("At most {most} operations can run on one WebSocket.")))
                };
                match begun {
                    Ok(answers) => {
                        self.running.insert(id, answers);
                        Ok(())
                    }
                    Err(error) => self.say(&Say::Error { id: &id, payload: &[error] }).await,
                }
            }
        }
    }

    fn begin(&self, mut request: Request) -> Result<Answers, ServerError> {
        let operation = self.face.limits.check(&mut request)?;
        let request = self.face.reception.admit(request, self.actor.clone());
        let answers = if operation == OperationType::Subscription {
            self.face.schema.execute_stream(request, None).map(Answer::of).boxed()
        } else {
            let face = self.face.clone();
            stream::once(async move {
                let executed = tokio::time::timeout(face.limits.request, face.schema.execute(request)).await;
                executed.map_or_else(|_| Answer::refusal(too_slow().into_error()), Answer::of)
            })
            .boxed()
        };
        Ok(answers.map(Some).chain(stream::once(async { None })).boxed())
    }

    async fn pass_on(&mut self, id: &str, answer: Option<Answer>) -> Result<(), Close> {
        match answer {
            Some(answer) if answer.ran() => self.say(&Say::Next { id, payload: &answer }).await,
            Some(answer) => {
                self.running.remove(id);
                self.say(&Say::Error { id, payload: &answer.errors }).await
            }
            None => {
                self.running.remove(id);
                self.say(&Say::Complete { id }).await
            }
        }
    }

    async fn say(&mut self, say: &Say<'_>) -> Result<(), Close> {
        let text = serde_json::to_string(say).map_err(|_| INTERNAL)?;
        self.send(Message::Text(text)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Close> {
        tokio::time::timeout(SEND, self.socket.send(message)).await.map_err(|_| GONE)?.map_err(|_| GONE)
    }
}

/// The `authorization` of an introduction, however it is capitalised.
fn authorization(payload: &Value) -> Option<&str> {
    payload.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case("authorization"))?.1.as_str()
}
