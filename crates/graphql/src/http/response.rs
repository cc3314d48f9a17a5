//! How it is answered: media type, status, and errors that always have a code and never say more than they should.

use async_graphql::{Response as Executed, ServerError, Value};
use poem::Response;
use poem::http::{HeaderMap, StatusCode, header};
use serde::Serialize;

use super::Refused;
use crate::limits::{BAD_USER_INPUT, coded};

/// What a caller is told of a fault of ours.
pub(super) const INTERNAL: &str = "Something went wrong here. Try again; if it stays so, tell whoever runs this server the request's id.";

/// How many errors an answer lists at most.
const ERRORS: usize = 50;

/// How many characters of an error's message are kept: it may quote what was sent.
const MESSAGE: usize = 1_000;

/// The media type that the caller takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepted {
    /// The specification's own: the status tells whether the request was carried out.
    GraphqlResponse,
    /// What older clients know: 200 whenever the request could be read, even if it was refused.
    Json,
}

impl Accepted {
    /// The type that the caller likes best; `None` if it takes neither. Who doesn't say takes JSON.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        let mut asked = false;
        for range in headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
            asked |= !essence.is_empty();
            let accepted = match essence.as_str() {
                "application/graphql-response+json" => Self::GraphqlResponse,
                "application/json" | "application/*" | "*/*" => Self::Json,
                _ => continue,
            };
            let quality = parts.find_map(|parameter| parameter.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            if quality > 0.0 && best.is_none_or(|(known, _)| quality > known) {
                best = Some((quality, accepted));
            }
        }
        if asked { best.map(|(_, accepted)| accepted) } else { Some(Self::Json) }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// The answer to one operation. A request that was refused before anything ran has no `data` at all; one that ran and failed has `null`.
#[derive(Serialize)]
pub(super) struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Value>,
}

/// The answers to all operations of a request.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answers {
    One(Answer),
    Batch(Vec<Answer>),
}

impl Answer {
    /// What the schema answered.
    pub(super) fn of(executed: Executed) -> Self {
        // An error of a field names its path; one without came before the first field was asked.
        let ran = executed.errors.is_empty() || executed.data != Value::Null || executed.errors.iter().any(|error| !error.path.is_empty());
        let errors = executed.errors.into_iter().take(ERRORS).map(presentable).collect();
        Self { errors, data: ran.then_some(executed.data) }
    }

    /// A request that was refused before anything ran.
    pub(super) fn refusal(error: ServerError) -> Self {
        Self { errors: vec![presentable(error)], data: None }
    }

    /// Whether anything ran.
    pub(super) const fn ran(&self) -> bool {
        self.data.is_some()
    }
}

/// The error as a caller may see it. Errors of the fund's own have a code already. Of the others, what came before the first field and
/// what a value of the request could not be read as are the caller's; everything else is a fault of ours and stays here.
fn presentable(mut error: ServerError) -> ServerError {
    error.source = None;
    let known = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
    if !known {
        let of_the_caller = error.path.is_empty() || error.message.starts_with("Failed to parse ");
        if of_the_caller {
            error.extensions.get_or_insert_default().set("code", BAD_USER_INPUT);
        } else {
            tracing::error!(message = error.message, "a field failed without saying why to its caller");
            let hidden = coded(INTERNAL, "INTERNAL");
            error = ServerError { locations: error.locations, path: error.path, ..hidden };
        }
    }
    if let Some((end, _)) = error.message.char_indices().nth(MESSAGE) {
        error.message.truncate(end);
        error.message.push('…');
    }
    error
}

/// The answer as HTTP.
pub(super) fn answer(accepted: Accepted, answers: &Answers) -> Response {
    let status = match (answers, accepted) {
        (Answers::One(one), Accepted::GraphqlResponse) if !one.ran() => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    send(accepted, status, answers)
}

/// A refusal as HTTP, in the form of a GraphQL answer.
pub(super) fn refuse(accepted: Accepted, refused: Refused) -> Response {
    let (status, retry_after) = (refused.status, refused.retry_after);
    let mut response = send(accepted, status, &Answers::One(Answer::refusal(refused.into_error())));
    let hint = match status {
        StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, "GET, POST")),
        StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
        _ => None,
    };
    if let Some((name, value)) = hint {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn send(accepted: Accepted, status: StatusCode, answers: &Answers) -> Response {
    match serde_json::to_vec(answers) {
        Ok(body) => Response::builder().status(status).content_type(accepted.media_type()).header(header::VARY, "Accept").body(body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).finish()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_gets_the_type_that_it_likes_best() {
        let table = [
            (None, Some(Accepted::Json)),
            (Some("*/*"), Some(Accepted::Json)),
            (Some("application/json"), Some(Accepted::Json)),
            (Some("application/graphql-response+json"), Some(Accepted::GraphqlResponse)),
            (Some("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"), Some(Accepted::GraphqlResponse)),
            (Some("application/json;q=0.9, application/graphql-response+json"), Some(Accepted::GraphqlResponse)),
            (Some("text/html, application/json;q=0.1"), Some(Accepted::Json)),
            (Some("text/html"), None),
            (Some("application/json;q=0"), None),
        ];
        for (accept, expected) in table {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, accept.parse().expect("a header"));
            }
            assert_eq!(Accepted::negotiate(&headers), expected, "{accept:?}");
        }
    }
}
