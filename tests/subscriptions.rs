//! Changes are pushed to whoever may see them, over a WebSocket, also when another process made them.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use testkit::{App, Backend, Browser, Client, Process};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::stage::Stage;

/// How long a test waits for what must come. It is a bound, not a pause.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// A socket that speaks graphql-transport-ws.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn open(address: &str, client: &Client) -> Self {
        let mut request = format!("{}/graphql", address.replace("http", "ws")).into_client_request().expect("a request");
        request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().expect("a header"));
        let token = client.token().map(|token| format!("Bearer {token}"));
        Self::introduce(request, json!({ "authorization": token })).await
    }

    /// As a page's script opens one: the browser sends the cookie along.
    async fn of_browser(address: &str, browser: &Browser) -> Self {
        let mut request = format!("{}/graphql", address.replace("http", "ws")).into_client_request().expect("a request");
        let cookie = format!("__Host-sonderfonds={}", browser.cookie.as_deref().expect("a cookie"));
        for (name, value) in
            [("Sec-WebSocket-Protocol", "graphql-transport-ws"), ("Cookie", cookie.as_str()), ("Origin", browser.origin.as_str())]
        {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        Self::introduce(request, json!({})).await
    }

    async fn introduce(request: tokio_tungstenite::tungstenite::handshake::client::Request, payload: Value) -> Self {
        let (socket, _) = connect_async(request).await.expect("a socket");
        let mut socket = Self(socket);
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket
    }

    /// The code with which the server closes.
    async fn closed(&mut self) -> u16 {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("the end in time").expect("open").expect("a message");
            if let Message::Close(Some(close)) = message {
                return close.code.into();
            }
        }
    }

    async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("sent");
    }

    /// The next message that is no ping.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            let message =
                tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a message in time").expect("open").expect("a message");
            let Message::Text(text) = message else { continue };
            let message: Value = serde_json::from_str(&text).expect("JSON");
            if message["type"] != "ping" {
                return message;
            }
        }
    }

    /// Subscribes.
    pub(crate) async fn subscribe(&mut self, query: &str, variables: Value) {
        self.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": query, "variables": variables } })).await;
    }
}

pub(crate) const WATCH: &str = "subscription($id: ID!) { applicationChanged(id: $id) { state } }";

/// Watches a draft, submits it, and hears that. A subscription doesn't say when it has begun, so something is changed until it was heard.
async fn watch_and_change(socket: &mut Socket, stage: &Stage) {
    let id = stage.draft().await;
    socket.subscribe(WATCH, json!({ "id": id })).await;
    let heard = async {
        loop {
            let message = socket.hear().await;
            assert_eq!(message["type"], "next", "{message}");
            if message["payload"]["data"]["applicationChanged"]["state"] == "SUBMITTED" {
                return;
            }
        }
    };
    let changed = async {
        stage.applicant.does("submitApplication", json!({ "applicationId": id }), "application { id }").await;
        loop {
            stage.officer.does("consentToEarlyStart", json!({ "applicationId": id, "reason": "Fähre" }), "application { id }").await;
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = heard => {}
        () = changed => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_pushed_to_who_watches() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::start(backend).await).await;
        let mut socket = Socket::open(&stage.app.address(), &stage.applicant).await;
        watch_and_change(&mut socket, &stage).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_another_process_made_is_pushed_too() {
    let stage = Stage::begin(App::start(Backend::Postgres).await).await;
    let other = Process::serve(&stage.app).await;
    let mut socket = Socket::open(&other.address(), &stage.applicant).await;
    watch_and_change(&mut socket, &stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_foreign_can_not_be_watched() {
    let stage = Stage::begin(App::start(Backend::Sqlite).await).await;
    let id = stage.draft().await;
    let stranger = stage.app.person("Fremde Person", "fremd@verein.example", "de", &[]).await;
    let mut socket = Socket::open(&stage.app.address(), &stranger).await;
    socket.subscribe(WATCH, json!({ "id": id })).await;
    let message = socket.hear().await;
    let error = if message["type"] == "error" { &message["payload"][0] } else { &message["payload"]["errors"][0] };
    assert_eq!(error["extensions"]["code"], "NOT_FOUND", "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_watched_under_a_token_or_session_ends_with_it() {
    for backend in Backend::ALL {
        let stage = Stage::begin(App::with_smtp(backend).await).await;
        let id = stage.draft().await;
        let address = stage.app.address();

        let input = json!({ "name": "watching", "access": "READ" });
        let issued = stage.applicant.does("createToken", input, "issuedToken { secret token { id } }").await["issuedToken"].clone();
        let reader = stage.app.anonymous().with_token(issued["secret"].as_str().expect("shown once"));
        let mut by_token = Socket::open(&address, &reader).await;
        by_token.subscribe(WATCH, json!({ "id": id })).await;
        let mut browser = stage.app.signed_in("cora@chor.example").await;
        let mut by_session = Socket::of_browser(&address, &browser).await;
        by_session.subscribe(WATCH, json!({ "id": id })).await;

        stage.applicant.does("revokeToken", json!({ "tokenId": issued["token"]["id"] }), "token { id }").await;
        assert_eq!(by_token.closed().await, 4403, "revoked");
        browser.posts_own("/sign-out", &[]).await;
        assert_eq!(by_session.closed().await, 4403, "signed out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_can_not_open_a_socket_with_the_cookie() {
    let stage = Stage::begin(App::with_smtp(Backend::Sqlite).await).await;
    let browser = stage.app.signed_in("cora@chor.example").await;
    let mut request = format!("{}/graphql", stage.app.address().replace("http", "ws")).into_client_request().expect("a request");
    let cookie = format!("__Host-sonderfonds={}", browser.cookie.expect("a cookie"));
    for (name, value) in
        [("Sec-WebSocket-Protocol", "graphql-transport-ws"), ("Cookie", cookie.as_str()), ("Origin", "https://evil.example")]
    {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    let refused = connect_async(request).await.expect_err("refused");
    assert!(matches!(&refused, tokio_tungstenite::tungstenite::Error::Http(answer) if answer.status() == 403), "{refused}");
}
