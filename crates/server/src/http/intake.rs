//! What somebody sends is taken in before they are answered, also where nobody wants to read it.
//!
//! A connection that is closed while its other end is still sending is reset, and the answer is lost on the way: whoever sent too much would
//! see a broken line instead of the reason. So what is left of a body is taken in and thrown away, so much of it and for so long.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use poem::http::header;
use poem::{Body, Endpoint, Middleware, Request, Response};

/// The most bytes that are taken in for nothing.
const MOST: usize = 16 * 1024 * 1024;

/// How long somebody may take to send them.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes in what an endpoint leaves of the requests' bodies.
pub(super) struct Intake;

impl<E: Endpoint<Output = Response>> Middleware<E> for Intake {
    type Output = TakingIn<E>;

    fn transform(&self, inner: E) -> TakingIn<E> {
        TakingIn(inner)
    }
}

/// An endpoint whose requests' bodies are taken in.
pub(super) struct TakingIn<E>(E);

impl<E: Endpoint<Output = Response>> Endpoint for TakingIn<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body();
        if body.is_empty() {
            return self.0.call(request).await;
        }
        // Who waits to be asked for the body has not sent it, and is not asked for what nobody wants.
        let waits = request.headers().contains_key(header::EXPECT);
        let lent = Lent::of(body.into_bytes_stream());
        request.set_body(Body::from_bytes_stream(lent.clone()));
        let answered = self.0.call(request).await;
        if !waits || lent.was_read() {
            lent.take_in().await;
        }
        answered
    }
}

/// A body that is lent to an endpoint: what the endpoint leaves of it is still there.
struct Lent<S>(Arc<Mutex<Whole<S>>>);

struct Whole<S> {
    stream: Pin<Box<S>>,
    was_read: bool,
    is_over: bool,
}

impl<S> Clone for Lent<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Stream<Item = Result<O, E>>, O: AsRef<[u8]>, E> Lent<S> {
    fn of(stream: S) -> Self {
        Self(Arc::new(Mutex::new(Whole { stream: Box::pin(stream), was_read: false, is_over: false })))
    }

    /// Whether the endpoint has begun to read.
    fn was_read(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).was_read
    }

    /// Throws away what is left, within bounds: what comes beyond them finds nobody.
    async fn take_in(mut self) {
        let rest = async {
            let mut taken = 0;
            while let Some(Ok(chunk)) = self.next().await {
                taken += chunk.as_ref().len();
                if taken > MOST {
                    break;
                }
            }
        };
        // Who is too slow has had their time.
        let _ = tokio::time::timeout(PATIENCE, rest).await;
    }
}

impl<S: Stream<Item = Result<O, E>>, O, E> Stream for Lent<S> {
    type Item = Result<O, E>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut whole = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        whole.was_read = true;
        if whole.is_over {
            return Poll::Ready(None);
        }
        let next = whole.stream.as_mut().poll_next(context);
        whole.is_over = matches!(next, Poll::Ready(None | Some(Err(_))));
        next
    }
}
