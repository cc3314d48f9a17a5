//! What was asked: tokens, media types and bodies, read strictly.

use std::fmt;

use async_graphql::{Request as Operation, Variables};
use domain::session;
use domain::sign_in::Arrival;
use poem::error::ReadBodyError;
use poem::http::{StatusCode, header};
use poem::{Request, RequestBody};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::Refused;
use crate::error::Code;
use crate::limits::Limits;

/// One operation, or several in one body.
pub(super) enum Asked {
    One(Box<Operation>),
    Batch(Vec<Operation>),
}

/// The parameters of the specification. Others are let be, as it wants; these must have their type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    query: String,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    /// Nothing here uses them; only their type is checked.
    #[serde(rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

impl From<Parameters> for Operation {
    fn from(parameters: Parameters) -> Self {
        let mut operation = Self::new(parameters.query);
        operation.operation_name = parameters.operation_name.filter(|name| !name.is_empty());
        operation.variables = Variables::from_json(Value::Object(parameters.variables.unwrap_or_default()));
        operation
    }
}

/// What somebody shows to be recognised by.
#[derive(Clone)]
pub(super) enum Presented {
    Nothing,
    Token(String),
    Session(String),
}

/// What the request shows: its bearer token, if it has any `Authorization`, or else its cookie.
pub(super) fn presented(request: &Request) -> Result<Presented, Refused> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        return value.to_str().ok().and_then(bearer_of).map(Presented::Token).ok_or_else(unknown);
    }
    let mut cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let Some(cookie) = cookies.find_map(session::in_cookies) else { return Ok(Presented::Nothing) };
    if request.data::<Arrival>().is_some_and(|arrival| arrival.same_origin) {
        return Ok(Presented::Session(cookie.to_owned()));
    }
    let message = "A request with a cookie must come from a page of this installation. Send a bearer token instead.".to_owned();
    Err(Refused { status: StatusCode::FORBIDDEN, code: Code::Forbidden.as_str(), message, retry_after: None })
}

/// The token in `Bearer …`.
pub(super) fn bearer_of(authorization: &str) -> Option<String> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= 512).then(|| token.to_owned())
}

/// Refuses what nobody is recognised by.
pub(super) fn unknown() -> Refused {
    let message = "The token or session is unknown or has ended.".to_owned();
    Refused { status: StatusCode::UNAUTHORIZED, code: Code::Unauthenticated.as_str(), message, retry_after: None }
}

fn malformed(message: impl fmt::Display) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, format!("The request can't be read: {message}."))
}

/// The operation of a GET: its maps come as JSON inside the address.
pub(super) fn from_query(request: &Request) -> Result<Asked, Refused> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct InAddress {
        query: Option<String>,
        operation_name: Option<String>,
        variables: Option<String>,
        extensions: Option<String>,
    }
    fn map(name: &str, text: Option<String>) -> Result<Option<Map<String, Value>>, Refused> {
        let text = text.filter(|text| !text.is_empty());
        text.map(|text| serde_json::from_str(&text).map_err(|error| malformed(format!("`{name}`: {error}"))))
            .transpose()
            .map(Option::flatten)
    }
    let found: InAddress = request.params().map_err(|_| malformed("the address has parameters twice or in a wrong form"))?;
    let query = found.query.ok_or_else(|| malformed("it has no `query`"))?;
    let variables = map("variables", found.variables)?;
    let parameters =
        Parameters { query, operation_name: found.operation_name, variables, _extensions: map("extensions", found.extensions)? };
    Ok(Asked::One(Box::new(parameters.into())))
}

/// The operation or operations of a POST.
///
/// Only `application/json` is read: a web page elsewhere can make a browser send `text/plain` or a form, but not that.
pub(super) async fn from_body(request: &Request, body: &mut RequestBody, limits: &Limits) -> Result<Asked, Refused> {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let encoded = request.headers().get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    if encoded || !media_type.is_some_and(is_json) {
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/json in UTF-8."));
    }
    let body = body.take().map_err(|_| malformed("it has no body"))?;
    let bytes = body.into_bytes_limit(limits.body_bytes).await.map_err(|error| match error {
        ReadBodyError::PayloadTooLarge => Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The request is too large; at most {} bytes are possible.", limits.body_bytes),
        ),
        _ => malformed("its body broke off"),
    })?;
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let batch = json.deserialize_seq(AtMost(limits.batch)).and_then(|batch| json.end().map(|()| batch)).map_err(malformed)?;
        return Ok(Asked::Batch(batch));
    }
    let parameters: Parameters = serde_json::from_slice(&bytes).map_err(malformed)?;
    Ok(Asked::One(Box::new(parameters.into())))
}

fn is_json(media_type: &str) -> bool {
    let mut parts = media_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case("application/json")
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                let value = value.trim().trim_matches('"');
                value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
            }
            _ => true,
        })
}

/// Reads a batch and stops at the first operation too many, before it is read.
struct AtMost(usize);

impl<'de> Visitor<'de> for AtMost {
    type Value = Vec<Operation>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "one to {} operations", self.0)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut sequence: S) -> Result<Self::Value, S::Error> {
        let mut batch = Vec::new();
        while let Some(parameters) = sequence.next_element::<Parameters>()? {
            if batch.len() == self.0 {
                return Err(S::Error::custom(format!("a batch has at most {} operations", self.0)));
            }
            batch.push(parameters.into());
        }
        if batch.is_empty() { Err(S::Error::invalid_length(0, &self)) } else { Ok(batch) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_in_utf8_is_read() {
        for read in ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"UTF-8\"", "application/json; v=1"] {
            assert!(is_json(read), "{read}");
        }
        for not in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/json; charset=latin1",
            "",
            "application/jsonx",
        ] {
            assert!(!is_json(not), "{not}");
        }
    }

    #[test]
    fn a_token_is_what_follows_bearer() {
        assert_eq!(bearer_of("Bearer abc"), Some("abc".to_owned()));
        assert_eq!(bearer_of("bearer  abc "), Some("abc".to_owned()));
        for not in ["", "abc", "Basic abc", "Bearer", "Bearer  "] {
            assert_eq!(bearer_of(not), None, "{not}");
        }
    }
}
