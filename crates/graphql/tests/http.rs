//! The HTTP face over real connections, with a schema of its own that has one field for each thing that can happen.

use std::net::SocketAddr;
use std::time::Duration;

use async_graphql::{Error, ErrorExtensions as _, Object, Schema, Subscription};
use domain::identity::{Actor, Role};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, SinkExt as _, Stream, StreamExt as _, stream};
use graphql::http::{Reception, endpoint};
use graphql::limits::Limits;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{Route, Server};
use reqwest::header::{ACCEPT, ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

const GRAPHQL: &str = "application/graphql-response+json";

struct Query;

#[Object]
impl Query {
    /// Who asks.
    async fn who(&self, context: &async_graphql::Context<'_>) -> &'static str {
        match context.data::<Actor>() {
            Ok(actor) if *actor == Actor::anonymous() => "nobody",
            Ok(_) => "somebody",
            Err(_) => "no actor",
        }
    }

    /// Fails, and can't be null.
    async fn fails(&self) -> Result<i32, Error> {
        std::future::ready(Err(Error::new("the database said: secret"))).await
    }

    /// Fails, and can be null.
    async fn refuses(&self) -> Option<Result<i32, Error>> {
        Some(Err(Error::new("not yours").extend_with(|_, extensions| extensions.set("code", "FORBIDDEN"))))
    }

    /// A number, so that a text can't be read as one.
    async fn double(&self, of: i32) -> i32 {
        of.saturating_mul(2)
    }

    /// Never answers.
    async fn hangs(&self) -> i32 {
        std::future::pending().await
    }

    /// Itself, for depth.
    async fn query(&self) -> Self {
        Self
    }
}

struct Mutation;

#[Object]
impl Mutation {
    /// Does something.
    async fn act(&self) -> bool {
        true
    }
}

struct Numbers;

#[Subscription]
impl Numbers {
    /// Counts.
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    /// Never says anything.
    async fn silence(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }
}

/// Knows one token, and puts the actor into the request.
struct Desk;

impl Reception for Desk {
    fn actor_of(&self, token: String) -> BoxFuture<'_, engine::Result<Option<Actor>>> {
        async move {
            match token.as_str() {
                "good" => Ok(Some(Actor { roles: [Role::Auditor].into(), ..Actor::anonymous() })),
                "down" => Err(engine::Error::Unavailable),
                "broken" => Err(engine::Error::Internal("secret".into())),
                _ => Ok(None),
            }
        }
        .boxed()
    }

    fn admit(&self, request: async_graphql::Request, actor: Actor) -> async_graphql::Request {
        request.data(actor)
    }
}

struct App {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    client: Client,
}

async fn app_with(limits: Limits) -> App {
    let schema = limits.build(Schema::build(Query, Mutation, Numbers)).finish();
    let (stop, stopped) = watch::channel(false);
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
    let address = *acceptor.local_addr()[0].as_socket_addr().expect("an address");
    let app = Route::new().at("/graphql", endpoint(schema, Desk, limits, stopped));
    tokio::spawn(Server::new_with_acceptor(acceptor).run(app));
    App { address, stop, client: Client::new() }
}

async fn app() -> App {
    app_with(Limits { request: Duration::from_millis(300), batch: 3, subscriptions: 2, ..Limits::default() }).await
}

impl App {
    fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    async fn send(&self, body: impl Into<reqwest::Body>, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.post(self.url()).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    /// Posts it as the specification wants, and says the status and the body.
    async fn post(&self, body: &Value, token: Option<&str>) -> (StatusCode, Value) {
        let authorization = format!("Bearer {}", token.unwrap_or_default());
        let mut headers = vec![("content-type", "application/json"), ("accept", GRAPHQL)];
        headers.extend(token.map(|_| ("authorization", authorization.as_str())));
        read(self.send(body.to_string(), &headers).await).await
    }

    async fn ask(&self, query: &str) -> (StatusCode, Value) {
        self.post(&json!({ "query": query }), None).await
    }

    async fn get(&self, parameters: &[(&str, &str)]) -> Response {
        let url = reqwest::Url::parse_with_params(&self.url(), parameters).expect("an address");
        self.client.get(url).header(ACCEPT, GRAPHQL).send().await.expect("an answer")
    }
}

async fn read(response: Response) -> (StatusCode, Value) {
    (response.status(), response.json().await.expect("JSON"))
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or("no code")
}

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    let app = app().await;
    assert_eq!(app.ask("{ who }").await, (StatusCode::OK, json!({ "data": { "who": "nobody" } })));
    let query = "query Q($of: Int!) { double(of: $of) }";
    let response = app.get(&[("query", query), ("variables", r#"{"of":21}"#), ("operationName", "Q")]).await;
    assert_eq!(response.headers()[CONTENT_TYPE], "application/graphql-response+json; charset=utf-8");
    assert_eq!(read(response).await, (StatusCode::OK, json!({ "data": { "double": 42 } })));
}

#[tokio::test]
async fn the_token_says_who_asks_and_a_wrong_one_is_refused() {
    let app = app().await;
    let who = json!({ "query": "{ who }" });
    assert_eq!(app.post(&who, Some("good")).await.1["data"]["who"], "somebody");
    for (token, status, expected) in [("bad", 401, "UNAUTHENTICATED"), ("down", 503, "UNAVAILABLE"), ("broken", 500, "INTERNAL")] {
        let (found, body) = app.post(&who, Some(token)).await;
        assert_eq!((found.as_u16(), code(&body)), (status, expected), "{token}");
        assert!(!body.to_string().contains("secret"));
        assert_eq!(body.get("data"), None);
    }
    let basic = app.send(who.to_string(), &[("content-type", "application/json"), ("authorization", "Basic Zm9v")]).await;
    assert_eq!(basic.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(basic.headers()[WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test]
async fn get_changes_nothing() {
    let app = app().await;
    let response = app.get(&[("query", "mutation { act }")]).await;
    assert_eq!(response.headers()[ALLOW], "GET, POST");
    let (status, body) = read(response).await;
    assert_eq!((status, code(&body)), (StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT"));
    let (status, _) = read(app.get(&[("query", "query a { who } mutation b { act }"), ("operationName", "b")]).await).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(app.ask("mutation { act }").await.1, json!({ "data": { "act": true } }));
    let put = app.client.put(app.url()).send().await.expect("an answer");
    assert_eq!(put.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn only_json_is_read_and_only_json_is_answered() {
    let app = app().await;
    let body = r#"{"query":"mutation { act }"}"#;
    let others = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin1"];
    for media_type in others {
        let (status, body) = read(app.send(body, &[("content-type", media_type)]).await).await;
        assert_eq!((status, code(&body)), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT"), "{media_type}");
    }
    assert_eq!(app.send(body, &[]).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let html = app.send(body, &[("content-type", "application/json"), ("accept", "text/html")]).await;
    assert_eq!(html.status(), StatusCode::NOT_ACCEPTABLE);
    let zipped = app.send(body, &[("content-type", "application/json"), ("content-encoding", "gzip")]).await;
    assert_eq!(zipped.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_request_that_cannot_be_carried_out_has_a_code_and_no_data() {
    let app = app().await;
    let mut requests = vec![
        json!({ "notquery": "{ who }" }),
        json!({ "query": 7 }),
        json!({ "query": "{ who }", "variables": [] }),
        json!("text"),
        json!([]),
    ];
    let queries = [
        "",
        "  ",
        "{",
        "{ nothing }",
        "query a { who } query b { who }",
        "subscription { silence }",
        "query($of: Int!) { double(of: $of) }",
    ];
    requests.extend(queries.map(|query| json!({ "query": query })));
    for of in [Value::Null, json!("2"), json!(1.5), json!({})] {
        requests.push(json!({ "query": "query($of: Int!) { double(of: $of) }", "variables": { "of": of } }));
    }
    for request in requests {
        let (status, body) = app.post(&request, None).await;
        let expected = (StatusCode::BAD_REQUEST, "BAD_USER_INPUT", None);
        assert_eq!((status, code(&body), body.get("data")), expected, "{request} {body}");
    }
    // What only the field can read is refused by the field.
    let large = json!({ "query": "query($of: Int!) { double(of: $of) }", "variables": { "of": 3_000_000_000_u64 } });
    assert_eq!(code(&app.post(&large, None).await.1), "BAD_USER_INPUT");
    // An older client is told the same with the status that it expects.
    let (status, body) = read(app.send(r#"{"query":"{"}"#, &[("content-type", "application/json")]).await).await;
    assert_eq!((status, code(&body), body.get("data")), (StatusCode::OK, "BAD_USER_INPUT", None));
}

#[tokio::test]
async fn a_failing_field_without_null_makes_the_data_null_and_tells_nothing() {
    let app = app().await;
    let (status, body) = app.ask("{ who fails }").await;
    assert_eq!((status, code(&body), &body["data"]), (StatusCode::OK, "INTERNAL", &Value::Null));
    assert!(body.as_object().is_some_and(|body| body.contains_key("data")));
    assert!(!body.to_string().contains("secret"), "{body}");
    assert_eq!(body["errors"][0]["path"], json!(["fails"]));

    let (status, body) = app.ask("{ refuses who }").await;
    assert_eq!((status, code(&body), &body["data"]), (StatusCode::OK, "FORBIDDEN", &json!({ "refuses": null, "who": "nobody" })));
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let app = app().await;
    let (status, body) = app.post(&json!({ "query": "{ who }", "variables": { "x": "y".repeat(10_000_000) } }), None).await;
    assert_eq!((status, code(&body)), (StatusCode::PAYLOAD_TOO_LARGE, "BAD_USER_INPUT"));

    let nested = |levels: usize| format!("{{ {} who {} }}", "query {".repeat(levels), "}".repeat(levels));
    let aliases: Vec<String> = (0..51).map(|at| format!("a{at}: who")).collect();
    for query in [nested(2_000), nested(15), format!("{{ {} }}", aliases.join(" ")), "{".repeat(900_000)] {
        let (status, body) = app.ask(&query).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"));
        assert!(body["errors"][0]["extensions"]["limit"].is_string(), "{body}");
        assert!(body.to_string().len() < 2_000);
    }
    assert_eq!(app.ask(&nested(14)).await.0, StatusCode::OK);
    let lists = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert_eq!(app.send(lists, &[("content-type", "application/json")]).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_batch_is_answered_in_order_and_bounded() {
    let app = app().await;
    let one = json!({ "query": "{ who }" });
    let (status, body) = app.post(&json!([one, { "query": "{" }, { "query": "mutation { act }" }]), None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&body[0]["data"]["who"], body[1].get("data"), &body[2]["data"]["act"]), (&json!("nobody"), None, &json!(true)));
    let (status, body) = app.post(&json!([one, one, one, one]), None).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"));
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let (status, body) = app().await.ask("{ hangs }").await;
    assert_eq!((status, code(&body)), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"));
}

#[tokio::test]
async fn the_schema_can_be_kept_from_view() {
    let query = "{ __schema { types { name } } }";
    assert_eq!(app().await.ask(query).await.0, StatusCode::OK);
    let closed = app_with(Limits { introspection: false, ..Limits::default() }).await;
    let (status, body) = closed.ask(query).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"));
    assert!(!closed.ask("{ whom }").await.1.to_string().contains("Did you mean"));
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(app: &App) -> Socket {
    let mut request = app.url().replace("http://", "ws://").into_client_request().expect("an address");
    request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().expect("a value"));
    tokio_tungstenite::connect_async(request).await.expect("a WebSocket").0
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

/// What comes next: the message, or the code that the socket was closed with.
async fn hear(socket: &mut Socket) -> Value {
    loop {
        match tokio::time::timeout(Duration::from_secs(5), socket.next()).await.expect("in time") {
            Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).expect("JSON"),
            Some(Ok(Message::Close(frame))) => return json!(frame.map(|frame| u16::from(frame.code))),
            Some(Ok(_)) => {}
            gone => panic!("{gone:?}"),
        }
    }
}

async fn introduced(app: &App) -> Socket {
    let mut socket = connect(app).await;
    say(&mut socket, &json!({ "type": "connection_init", "payload": { "authorization": "Bearer good" } })).await;
    assert_eq!(hear(&mut socket).await, json!({ "type": "connection_ack" }));
    socket
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } })
}

#[tokio::test]
async fn a_subscription_runs_over_a_web_socket() {
    let app = app().await;
    let mut socket = introduced(&app).await;
    say(&mut socket, &subscribe("1", "subscription { count(to: 2) }")).await;
    for number in 1..=2 {
        assert_eq!(hear(&mut socket).await, json!({ "type": "next", "id": "1", "payload": { "data": { "count": number } } }));
    }
    assert_eq!(hear(&mut socket).await, json!({ "type": "complete", "id": "1" }));
    say(&mut socket, &subscribe("2", "{ who }")).await;
    assert_eq!(hear(&mut socket).await["payload"]["data"]["who"], "somebody");
    assert_eq!(hear(&mut socket).await["type"], "complete");
    say(&mut socket, &subscribe("3", "subscription { nothing }")).await;
    let refused = hear(&mut socket).await;
    assert_eq!((&refused["type"], &refused["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("BAD_USER_INPUT")));
    say(&mut socket, &json!({ "type": "ping" })).await;
    assert_eq!(hear(&mut socket).await, json!({ "type": "pong" }));
}

#[tokio::test]
async fn a_web_socket_that_breaks_the_protocol_is_closed_with_its_code() {
    let app = app().await;
    let init = json!({ "type": "connection_init" });
    let silence = subscribe("1", "subscription { silence }");
    let table = [
        (vec![json!({ "type": "connection_init", "payload": { "authorization": "Bearer bad" } })], 4403),
        (vec![json!({ "type": "connection_init", "payload": { "Authorization": "nonsense" } })], 4403),
        (vec![silence.clone()], 4401),
        (vec![init.clone(), init.clone()], 4429),
        (vec![init.clone(), silence.clone(), silence.clone()], 4409),
        (vec![init.clone(), json!({ "type": "shout" })], 4400),
        (vec![json!("shout")], 4400),
    ];
    for (messages, expected) in table {
        let mut socket = connect(&app).await;
        for message in &messages {
            say(&mut socket, message).await;
        }
        let mut heard = hear(&mut socket).await;
        if heard["type"] == "connection_ack" {
            heard = hear(&mut socket).await;
        }
        assert_eq!(heard, json!(expected), "{messages:?}");
    }
}

#[tokio::test]
async fn operations_on_a_web_socket_are_bounded_and_can_be_ended() {
    let app = app().await;
    let mut socket = introduced(&app).await;
    for id in ["1", "2", "3"] {
        say(&mut socket, &subscribe(id, "subscription { silence }")).await;
    }
    let refused = hear(&mut socket).await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("3")));
    say(&mut socket, &json!({ "type": "complete", "id": "1" })).await;
    say(&mut socket, &subscribe("4", "subscription { count(to: 1) }")).await;
    assert_eq!(hear(&mut socket).await["id"], "4");
}

#[tokio::test]
async fn web_sockets_are_closed_when_the_server_stops() {
    let app = app().await;
    let mut socket = introduced(&app).await;
    say(&mut socket, &subscribe("1", "subscription { silence }")).await;
    app.stop.send(true).expect("somebody listens");
    assert_eq!(hear(&mut socket).await, json!(1001));
}

#[tokio::test]
async fn a_client_that_gives_no_sign_of_life_is_closed_and_one_that_does_is_not() {
    let app = app_with(Limits { keep_alive: Duration::from_millis(100), ..Limits::default() }).await;
    let mut lively = introduced(&app).await;
    let mut deaf = introduced(&app).await;
    // Reading answers the server's pings; the other socket is not read until the end.
    for _ in 0..5 {
        let message = tokio::time::timeout(Duration::from_secs(5), lively.next()).await.expect("in time");
        assert!(matches!(message, Some(Ok(Message::Ping(_)))), "{message:?}");
    }
    assert_eq!(hear(&mut deaf).await, json!(4408));
}

#[tokio::test]
async fn too_many_web_sockets_and_other_protocols_are_refused() {
    let app = app_with(Limits { sockets: 1, ..Limits::default() }).await;
    let _first = introduced(&app).await;
    for (protocol, expected) in [("graphql-transport-ws", StatusCode::SERVICE_UNAVAILABLE), ("graphql-ws", StatusCode::BAD_REQUEST)] {
        let request = app.client.get(app.url()).header("connection", "upgrade").header("upgrade", "websocket");
        let request = request.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let response = request.header("sec-websocket-protocol", protocol).send().await.expect("an answer");
        assert_eq!(response.status(), expected, "{protocol}");
    }
}
