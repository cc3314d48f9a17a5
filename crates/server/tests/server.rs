//! The server as it is started: what every answer carries, how it says that it is well, and how it stops.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::identity::Role;
use engine::{NewToken, SystemClock};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use server::config::{Settings, kiel};
use server::{RunningServer, StartError};

fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::defaults();
    settings.data = folder.join("data");
    settings.port = 0;
    settings
}

async fn start(settings: Settings) -> RunningServer {
    server::start(settings, Arc::new(kiel()), Arc::new(SystemClock)).await.expect("the server starts")
}

async fn get(server: &RunningServer, path: &str) -> Response {
    reqwest::get(format!("http://{}{path}", server.address)).await.expect("an answer")
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_a_browser_out_of_trouble() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(settings(folder.path())).await;
    for path in ["/", "/health", "/ready", "/schema.graphql", "/graphql", "/nowhere"] {
        let response = get(&server, path).await;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(header("permissions-policy").contains("camera=()"), "{path}");
        assert!(!header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_request_id_is_made_here_and_taken_from_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(settings(folder.path())).await;
    let request = Client::new().get(format!("http://{}/health", server.address)).header("x-request-id", "mine\u{20}forged");
    let response = request.send().await.expect("an answer");
    assert!(!response.headers()["x-request-id"].to_str().expect("text").contains("forged"));
    assert_eq!(response.headers().get_all("x-request-id").iter().count(), 1);
}

#[tokio::test]
async fn the_page_to_try_queries_in_is_served_where_asked_for_and_loads_nothing_from_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(settings(folder.path())).await;
    assert_eq!(get(&server, "/graphiql").await.status(), StatusCode::NOT_FOUND);
    server.shutdown().await;

    let server = start(Settings { graphiql: true, ..settings(folder.path()) }).await;
    for path in ["/", "/graphiql", "/graphiql/script.js", "/graphiql/style.css"] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        let body = response.text().await.expect("text");
        assert!(!body.contains("://") && !body.contains("<script>") && !body.contains("style="), "{path}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_migrated_is_not_served_when_it_is_to_be_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let alone = Settings { no_migrate: true, ..settings(folder.path()) };
    let refused = server::start(alone.clone(), Arc::new(kiel()), Arc::new(SystemClock)).await;
    assert!(matches!(refused, Err(StartError::NotMigrated)));
    start(settings(folder.path())).await.shutdown().await;
    start(alone).await.shutdown().await;
}

#[tokio::test]
async fn a_setting_that_only_its_user_finds_impossible_stops_the_start_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    for (change, expected) in [
        ((|settings| settings.mail.from = "nobody".to_owned()) as fn(&mut Settings), "mail.from"),
        (|settings| settings.mail.public_url = Some("ftp".to_owned()), "mail.public-url"),
        (
            |settings| {
                settings.mail.host = Some("mail.example.org".to_owned());
                settings.mail.user = Some("me".to_owned());
            },
            "mail.password",
        ),
    ] {
        let mut settings = settings(folder.path());
        change(&mut settings);
        let refused = server::start(settings, Arc::new(kiel()), Arc::new(SystemClock)).await;
        let said = refused.err().expect("refused").to_string();
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn a_stop_is_announced_ends_in_time_and_leaves_the_port() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings { shutdown_seconds: 5, ..settings(folder.path()) };
    let server = start(settings.clone()).await;
    let address = server.address;
    assert_eq!(get(&server, "/ready").await.status(), StatusCode::OK);

    let token = NewToken {
        access: domain::token::Access::Write,
        person: server.engine.role_account(Role::Auditor).await.expect("an account"),
        name: "test".to_owned(),
        expires_at: None,
    };
    let token = server.engine.issue_token(token).await.expect("a token");
    let ask = || {
        Client::new().post(format!("http://{address}/graphql")).bearer_auth(&token).json(&json!({ "query": "{ viewer { name } }" })).send()
    };
    let answer: Value = ask().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer, json!({ "data": { "viewer": { "name": "auditor (token)" } } }));

    tokio::time::timeout(Duration::from_secs(10), server.shutdown()).await.expect("within its time");
    assert!(ask().await.is_err(), "nobody listens any more");

    // What was written is there, and the port is free again.
    let server = start(Settings { port: address.port(), ..settings }).await;
    let answer: Value = ask().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["data"]["viewer"]["name"], "auditor (token)");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_under_way_is_answered_before_the_end() {
    use std::io::{Read as _, Write as _};

    let folder = tempfile::tempdir().expect("a folder");
    let server = start(settings(folder.path())).await;
    let address = server.address;
    let body = json!({ "query": "{ fund { city } }" }).to_string();
    let (begun, finish) = body.split_at(body.len() / 2);
    let mut stream = std::net::TcpStream::connect(server.address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
    write!(stream, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{begun}", body.len())
        .expect("sent");
    // Another request, answered: by now the first has arrived too.
    assert_eq!(get(&server, "/health").await.status(), StatusCode::OK);

    let stopping = tokio::spawn(server.shutdown());
    while std::net::TcpStream::connect(address).is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(finish.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with(r#"{"data":{"fund":{"city":"Kiel"}}}"#), "{answer}");
    stopping.await.expect("stopped");
}
