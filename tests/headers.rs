//! The headers that keep browsers safe are on every answer, whatever it is and whoever gave it.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use testkit::{App, Backend};

/// Answers of every kind: pages, files, the API's, refusals by each layer, and ways that lead nowhere.
const ANSWERS: [(&str, &str, u16); 20] = [
    ("GET", "/", 200),
    ("GET", "/health", 200),
    ("GET", "/ready", 200),
    ("HEAD", "/ready", 200),
    ("GET", "/schema.graphql", 200),
    ("GET", "/sign-in", 200),
    ("HEAD", "/sign-in", 200),
    ("GET", "/sign-in/link?token=nothing", 410),
    ("GET", "/sign-in/with?provider=nothing", 404),
    ("GET", "/sign-in/callback", 422),
    ("GET", "/account", 303),
    ("POST", "/sign-in", 403),
    ("POST", "/account/sessions/end-all", 403),
    ("PUT", "/sign-in", 405),
    ("POST", "/health", 405),
    ("OPTIONS", "/graphql", 405),
    ("GET", "/graphql", 400),
    ("POST", "/graphql", 415),
    ("GET", "/graphql?query=%7Bviewer%7Bid%7D%7D", 200),
    ("GET", "/nowhere/%00/at/all", 404),
];

/// Policies that an answer may have: nothing, or our own style and forms, or besides the API's own pages.
const SOURCES: [&str; 4] = ["'none'", "'self'", "", "data:"];

fn check(answer: &str, headers: &HeaderMap, only_tls: bool) {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", if only_tls { "max-age=31536000; includeSubDomains" } else { "" }),
    ] {
        assert_eq!(text(name), value, "{answer}: {name}");
        assert!(headers.get_all(name).iter().count() <= 1, "{answer}: {name} is said once");
    }
    let policy = text("content-security-policy");
    let directives: Vec<(&str, &str)> = policy.split("; ").map(|directive| directive.split_once(' ').expect("a directive")).collect();
    for closed in ["default-src", "base-uri", "frame-ancestors"] {
        assert!(directives.contains(&(closed, "'none'")), "{answer}: {policy}");
    }
    assert!(directives.iter().any(|(name, _)| *name == "form-action"), "{answer}: {policy}");
    assert!(directives.iter().flat_map(|(_, sources)| sources.split(' ')).all(|source| SOURCES.contains(&source)), "{answer}: {policy}");
    let permissions = text("permissions-policy");
    assert!(permissions.len() > 100 && permissions.split(", ").all(|feature| feature.ends_with("=()")), "{answer}: {permissions}");
    assert!(!text("x-request-id").is_empty(), "{answer}");
    let kept = if answer.contains("/assets/") { "public, max-age=31536000, immutable" } else { "no-store" };
    assert_eq!(text("cache-control"), kept, "{answer}");
    assert!(!headers.contains_key("server") && !headers.contains_key("access-control-allow-origin"), "{answer}");
}

async fn check_all(app: &App, only_tls: bool) {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let page = http.get(app.address()).send().await.expect("answers").text().await.expect("a page");
    let style = page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with("/portal.css")).expect("a style");
    for (method, path, status) in ANSWERS.into_iter().chain([("GET", style, 200)]) {
        let method: Method = method.parse().expect("a method");
        let answer = http.request(method.clone(), format!("{}{path}", app.address())).send().await.expect("answers");
        assert_eq!(answer.status(), status, "{method} {path}");
        check(&format!("{method} {path}"), answer.headers(), only_tls);
    }
    // Too long, not who they say, and the way to a WebSocket.
    let graphql = format!("{}/graphql", app.address());
    let long = http.post(&graphql).header("content-type", "application/json").body(vec![b' '; 2_000_000]).send().await.expect("answers");
    assert_eq!(long.status(), 413);
    check("too long", long.headers(), only_tls);
    let stranger = http.post(&graphql).bearer_auth("nobody's").json(&serde_json::json!({ "query": "{ fund { city } }" }));
    let stranger = stranger.send().await.expect("answers");
    assert_eq!(stranger.status(), 401);
    check("a stranger", stranger.headers(), only_tls);
    let socket = http
        .get(&graphql)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-protocol", "graphql-transport-ws");
    let socket = socket.send().await.expect("answers");
    assert_eq!(socket.status(), StatusCode::SWITCHING_PROTOCOLS);
    check("a WebSocket", socket.headers(), only_tls);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_them_and_asks_for_tls_where_there_is_tls() {
    for (public_url, only_tls) in [(None, false), (Some("http://localhost:8080"), false), (Some("https://sonderfonds.example.org/"), true)]
    {
        let app = App::with_settings(Backend::Sqlite, |settings| settings.mail.public_url = public_url.map(str::to_owned)).await;
        check_all(&app, only_tls).await;
    }
}
