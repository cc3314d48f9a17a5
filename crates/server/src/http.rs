//! What is answered over HTTP besides the API itself, and what every answer carries.

use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use graphql::limits::Limits;
use poem::endpoint::make_sync;
use poem::http::{StatusCode, header};
use poem::middleware::{CatchPanic, RequestId};
use poem::{Endpoint, EndpointExt as _, IntoResponse as _, Request, Response, get};
use portal::Portal;
use tokio::sync::watch;

mod arrival;
mod frame;
mod intake;

pub(crate) use arrival::Arrivals;
use frame::Frame;
use intake::Intake;

/// How long the database may take to answer a probe.
const PROBE: Duration = Duration::from_secs(5);

/// What a page of ours may load: its own script and style, and the API.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the endpoints need.
pub(crate) struct Parts {
    /// The API.
    pub(crate) schema: graphql::Schema,
    /// The API's schema as text; `None` where it is kept from view.
    pub(crate) sdl: Option<String>,
    /// The use cases.
    pub(crate) engine: Engine,
    /// With whose accounts people can sign in.
    pub(crate) providers: Arc<oidc::Providers>,
    /// What the installation says of itself on its pages.
    pub(crate) portal: portal::Settings,
    /// What a request may cost.
    pub(crate) limits: Limits,
    /// Whether the page to try queries in is served.
    pub(crate) graphiql: bool,
    /// Turns true when the server stops.
    pub(crate) shutdown: watch::Receiver<bool>,
    /// Tells where requests come from.
    pub(crate) arrivals: Arrivals,
    /// Whether people find the installation under an https address.
    pub(crate) secure: bool,
}

/// All that is served.
pub(crate) fn app(parts: Parts) -> impl Endpoint<Output = Response> + 'static {
    let Parts { schema, sdl, engine, providers, portal, limits, graphiql, shutdown, arrivals, secure } = parts;
    let index = index(&engine, graphiql, sdl.is_some());
    let api = graphql::http::endpoint(schema, engine.clone(), limits, shutdown.clone());
    let portal = Portal::new(engine.clone(), providers, portal);
    let mut route = portal
        .routes()
        .at("/developers", get(make_sync(move |_| page("text/html; charset=utf-8", index.clone()))))
        .at("/graphql", api)
        .at("/health", get(make_sync(|_| "ok")))
        .at("/ready", get(Ready { engine, shutdown }));
    if let Some(sdl) = sdl {
        route = route.at("/schema.graphql", get(make_sync(move |_| page("text/plain; charset=utf-8", sdl.clone()))));
    }
    if graphiql {
        let file = |media_type, content: &'static str| get(make_sync(move |_| page(media_type, content.to_owned())));
        route = route
            .at("/graphiql", file("text/html; charset=utf-8", include_str!("http/graphiql/page.html")))
            .at("/graphiql/script.js", file("text/javascript; charset=utf-8", include_str!("http/graphiql/script.js")))
            .at("/graphiql/style.css", file("text/css; charset=utf-8", include_str!("http/graphiql/style.css")));
    }
    route
        .with(arrivals)
        .with(CatchPanic::new().with_handler(frame::panicked))
        .with(Intake)
        .with(Frame { secure, portal })
        .with(RequestId::default())
        .map_to_response()
}

fn page(media_type: &str, content: String) -> Response {
    Response::builder().content_type(media_type).header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY).body(content)
}

/// Says what runs here, for whoever opens the address in a browser.
fn index(engine: &Engine, graphiql: bool, schema: bool) -> String {
    let name = escaped(&engine.fund().name.de);
    let city = escaped(&engine.fund().city);
    let mut links =
        String::from("<li><a href=\"/\">/</a>: das Portal</li><li><code>/graphql</code>: GraphQL API (POST, GET, WebSocket)</li>");
    if schema {
        links += "<li><a href=\"/schema.graphql\">/schema.graphql</a>: das Schema der API</li>";
    }
    if graphiql {
        links += "<li><a href=\"/graphiql\">/graphiql</a>: Abfragen ausprobieren</li>";
    }
    links += "<li><a href=\"/health\">/health</a>, <a href=\"/ready\">/ready</a>: Betriebszustand</li>";
    format!(
        "<!doctype html>\n<html lang=\"de\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{name}</title></head>\n<body><main><h1>{name}</h1>\n<p>{city}. Hier läuft „sonderfonds“: Anträge, Beschlüsse, Mittel und \
         Auszahlungen des Fonds.</p>\n<ul>{links}</ul></main></body></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Whether the server can do its work: the database answers and has the newest schema, and the server isn't stopping.
struct Ready {
    engine: Engine,
    shutdown: watch::Receiver<bool>,
}

impl Endpoint for Ready {
    type Output = Response;

    async fn call(&self, _: Request) -> poem::Result<Response> {
        let not_yet = |why: &'static str| why.with_status(StatusCode::SERVICE_UNAVAILABLE).into_response();
        if *self.shutdown.borrow() {
            return Ok(not_yet("stopping"));
        }
        let complete = tokio::time::timeout(PROBE, self.engine.database().is_migrated()).await;
        Ok(match complete {
            Ok(Ok(true)) => "ready".into_response(),
            Ok(Ok(false)) => not_yet("the database has not the newest schema"),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database does not answer");
                not_yet("the database does not answer")
            }
            Err(_) => not_yet("the database does not answer"),
        })
    }
}
