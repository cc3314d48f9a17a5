//! What every answer carries, and the line of the log that every request leaves.

use std::any::Any;
use std::time::Instant;

use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{Endpoint, IntoResponse as _, Middleware, Request, Response};
use portal::Portal;

/// The headers of every answer; one that an answer has already stays.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), display-capture=(), \
         encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), \
         idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), payment=(), \
         picture-in-picture=(), publickey-credentials-create=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
         storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()",
    ),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Where people find the installation under an https address: browsers come back by no other way, for a year.
const ONLY_TLS: (HeaderName, &str) = (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");

/// Puts an endpoint into the frame.
pub(super) struct Frame {
    /// Whether people find the installation under an https address.
    pub(super) secure: bool,
    /// Says it where a page fails.
    pub(super) portal: Portal,
}

impl<E: Endpoint> Middleware<E> for Frame {
    type Output = Framed<E>;

    fn transform(&self, inner: E) -> Framed<E> {
        Framed { inner, secure: self.secure, portal: self.portal.clone() }
    }
}

/// An endpoint in the frame.
pub(super) struct Framed<E> {
    inner: E,
    secure: bool,
    portal: Portal,
}

impl<E: Endpoint> Endpoint for Framed<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let begun = Instant::now();
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let page = is_for_a_page(&request).then(|| self.portal.asked(&request));
        let mut response = match self.inner.call(request).await {
            Ok(answered) => answered.into_response(),
            Err(error) => error.into_response(),
        };
        if let Some(asked) = page.filter(|_| response.extensions().get::<Panicked>().is_some()) {
            response = self.portal.failed(&asked);
        }
        let status = response.status();
        // A path that leads nowhere is somebody's text: it may hold a name, and it is not logged.
        let path = if status == StatusCode::NOT_FOUND { "(unknown)" } else { path.as_str() };
        tracing::info!(%method, path, status = status.as_u16(), milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX), "request");
        for (name, value) in HEADERS.into_iter().chain(self.secure.then_some(ONLY_TLS)) {
            response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
        }
        Ok(response)
    }
}

/// Whether a browser asks for a page: then it is one that says what failed.
fn is_for_a_page(request: &Request) -> bool {
    request.header(header::ACCEPT).is_some_and(|accepted| accepted.contains("text/html"))
}

/// Marks the answer when the program has failed in the middle of a request.
#[derive(Clone, Copy)]
struct Panicked;

/// The answer when the program has failed in the middle of a request. What failed is in the log, under the request's id.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response {
    let body = r#"{"errors":[{"message":"Something went wrong here.","extensions":{"code":"INTERNAL"}}]}"#;
    let response = Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).content_type("application/json; charset=utf-8");
    response.extension(Panicked).body(body)
}
