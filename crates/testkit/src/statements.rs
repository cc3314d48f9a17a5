//! What a request asked of the database: each statement, in its order, as the store tells it to whoever listens.

use std::collections::VecDeque;
use std::fmt::{Debug, Write as _};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The name under which the store tells of them.
const STATEMENT: &str = "store::statement";

/// Of how many requests it is remembered: the latest, of all programs of the process.
const REMEMBERED: usize = 10_000;

static HEARD: Mutex<VecDeque<(String, Vec<String>)>> = Mutex::new(VecDeque::new());
static LISTENING: Once = Once::new();

/// Begins to listen. Of requests before that nothing is known.
pub fn listen() {
    LISTENING.call_once(|| {
        let of_requests = filter_fn(|told| told.target() == STATEMENT || (told.is_span() && told.fields().field("request_id").is_some()));
        tracing_subscriber::registry().with(Ear.with_filter(of_requests)).init();
    });
}

/// The statements of the request with that id.
///
/// # Panics
/// If nobody listened when it came.
#[must_use]
pub fn of_request(id: &str) -> Vec<String> {
    let heard = heard();
    let found = heard.iter().find(|(known, _)| known == id);
    found.unwrap_or_else(|| panic!("nobody heard of the request {id}")).1.clone()
}

fn heard() -> MutexGuard<'static, VecDeque<(String, Vec<String>)>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The id of a request, at its span.
struct RequestId(String);

struct Ear;

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for Ear {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut value = Value::of("request_id");
        attributes.record(&mut value);
        if let (Some(span), false) = (context.span(id), value.text.is_empty()) {
            let mut heard = heard();
            heard.push_front((value.text.clone(), Vec::new()));
            heard.truncate(REMEMBERED);
            span.extensions_mut().insert(RequestId(value.text));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut value = Value::of("sql");
        event.record(&mut value);
        let scope = context.event_scope(event).into_iter().flatten();
        for span in scope {
            if let Some(RequestId(id)) = span.extensions().get::<RequestId>() {
                if let Some((_, statements)) = heard().iter_mut().find(|(known, _)| known == id) {
                    statements.push(value.text);
                }
                return;
            }
        }
    }
}

/// The value of one field.
struct Value {
    name: &'static str,
    text: String,
}

impl Value {
    const fn of(name: &'static str) -> Self {
        Self { name, text: String::new() }
    }
}

impl Visit for Value {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == self.name {
            let _ = write!(self.text, "{value:?}");
        }
    }
}
