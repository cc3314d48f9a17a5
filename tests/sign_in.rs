//! Sign-in by e-mail, sessions and tokens, through HTTP: none of them lets in whom it should not, and none locks a person out for good.

use std::num::NonZeroU32;

use serde_json::{Value, json};
use testkit::{App, Backend, Browser};

const CORA: &str = "cora@chor.example";
const NOBODY: &str = "niemand@chor.example";

async fn app(backend: Backend) -> App {
    let app = App::with_smtp(backend).await;
    app.at("2019-10-01T10:00:00Z");
    app.person("Cora Chor", CORA, "de", &[]).await;
    app
}

/// Who the browser's cookie stands for, as the API sees it.
async fn who(browser: &Browser) -> Value {
    let answer = browser.asks_api("{ viewer { name email } }").await;
    if answer.status == 200 { answer.body["data"]["viewer"].clone() } else { json!(answer.status) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_once_and_only_by_its_button() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = Browser::at(&app);
        browser.posts("/sign-in", &[("address", " Cora@Chor.example ")]).await;
        let letter = app.letter_to(CORA).await;

        // A mail scanner and a browser that looks ahead.
        for _ in 0..3 {
            assert_eq!(browser.heads(&letter.link).await.status, 200);
            let shown = browser.gets(&letter.link).await;
            assert_eq!((shown.status, shown.set_cookie.as_str()), (200, ""));
            assert_eq!(shown.hidden("token"), letter.token);
        }
        let shown = browser.posts("/sign-in/link", &[("token", &letter.token)]).await;
        assert_eq!((shown.status, shown.location.as_str()), (303, "/desk"));
        for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(shown.set_cookie.contains(part), "{}", shown.set_cookie);
        }
        assert_eq!(who(&browser).await, json!({ "name": "Cora Chor", "email": CORA }));
        assert!(browser.gets("/account").await.body.contains("Firefox, Linux"));

        let mut second = Browser::at(&app);
        let again = second.posts("/sign-in/link", &[("token", &letter.token)]).await;
        assert_eq!((again.status, again.set_cookie.as_str()), (410, ""), "used twice");
        let by_code = second.posts("/sign-in/code", &[("address", CORA), ("code", &letter.code)]).await;
        assert_eq!((by_code.status, by_code.set_cookie.as_str()), (422, ""), "the code went with the link");
        assert_eq!(second.gets(&letter.link).await.status, 410);
        for _ in 0..3 {
            second.posts("/sign-in/link", &[("token", &letter.token)]).await;
        }
        let events = "{ viewer { events(last: 20) { nodes { kind } } } }";
        let events = browser.asks_api(events).await.body["data"]["viewer"]["events"]["nodes"].clone();
        let kinds: Vec<&str> = events.as_array().expect("events").iter().filter_map(|event| event["kind"].as_str()).collect();
        assert_eq!(
            kinds,
            ["person-added", "token-created", "sign-in-asked", "signed-in", "sign-in-refused"],
            "told once, however often it was tried"
        );
        assert!(app.engine().verify().await.expect("proved").findings.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_its_time_and_another_one_is_good() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = Browser::at(&app);
        browser.posts("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        app.at("2019-10-01T10:15:00Z");
        assert_eq!(browser.posts("/sign-in/link", &[("token", &letter.token)]).await.status, 410);
        assert_eq!(browser.posts("/sign-in/code", &[("address", CORA), ("code", &letter.code)]).await.status, 422);
        assert_eq!(browser.cookie, None);
        let browser = app.signed_in(CORA).await;
        assert_eq!(who(&browser).await["email"], CORA);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_does_not_tell_whether_an_address_is_known() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = Browser::at(&app);
        let known = browser.posts("/sign-in", &[("address", CORA)]).await;
        assert_eq!(known, browser.posts("/sign-in", &[("address", NOBODY)]).await);
        let wrong = browser.posts("/sign-in/code", &[("address", CORA), ("code", "AAAA-AAAA")]).await;
        let unknown = browser.posts("/sign-in/code", &[("address", NOBODY), ("code", "AAAA-AAAA")]).await;
        let never_asked = browser.posts("/sign-in/code", &[("address", "x@chor.example"), ("code", "AAAA-AAAA")]).await;
        let plain = |body: &str, address: &str| body.replace(address, "-");
        assert_eq!(plain(&wrong.body, CORA), plain(&unknown.body, NOBODY));
        assert_eq!(plain(&wrong.body, CORA), plain(&never_asked.body, "x@chor.example"));
        assert_eq!(browser.posts("/sign-in", &[("address", "cora")]).await.status, 422, "what is no address is said to be none");
        app.deliver_mail().await;
        assert_eq!((app.received_by(CORA), app.received_by(NOBODY)), (1, 1), "both are written to");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_known_registers_with_the_link() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = Browser::at(&app);
        browser.posts("/sign-in", &[("address", NOBODY)]).await;
        let letter = app.letter_to(NOBODY).await;
        assert!(browser.gets(&letter.link).await.body.contains("name=\"name\""));
        assert_eq!(browser.posts("/sign-in/link", &[("token", &letter.token)]).await.status, 422, "a name is needed");
        assert_eq!(browser.posts("/sign-in/link", &[("token", &letter.token), ("name", "a\u{202E}b")]).await.status, 422);
        let done = browser.posts("/sign-in/link", &[("token", &letter.token), ("name", "Nina Neu")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(who(&browser).await, json!({ "name": "Nina Neu", "email": NOBODY }));
        assert_eq!(app.signed_in(NOBODY).await.asks_api("{ viewer { name } }").await.body["data"]["viewer"]["name"], "Nina Neu");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_works_on_another_device_and_can_not_be_guessed() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut asking = Browser::at(&app);
        asking.posts("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        let mut other = Browser::at(&app);
        let foreign = other.posts("/sign-in/code", &[("address", NOBODY), ("code", &letter.code)]).await;
        assert_eq!(foreign.status, 422, "it is bound to its address");
        let typed = letter.code.to_lowercase().replace('-', " ");
        assert_eq!(other.posts("/sign-in/code", &[("address", CORA), ("code", &typed)]).await.status, 303);
        assert_eq!(who(&other).await["email"], CORA);

        asking.posts("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        let mut thief = Browser::at(&app);
        for _ in 0..5 {
            assert_eq!(thief.posts("/sign-in/code", &[("address", CORA), ("code", "AAAA-AAAA")]).await.status, 422);
        }
        let burnt = thief.posts("/sign-in/code", &[("address", CORA), ("code", &letter.code)]).await;
        assert_eq!((burnt.status, thief.cookie), (422, None), "five wrong ones, and the right one counts no more");
        assert_eq!(asking.posts("/sign-in/link", &[("token", &letter.token)]).await.status, 303, "the person is not locked out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_wishes_are_five_e_mails_and_lock_nobody_out() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let mut browser = Browser::at(&app);
            asking.spawn(async move {
                for _ in 0..100 {
                    assert_eq!(browser.posts("/sign-in", &[("address", CORA)]).await.location, "/sign-in/sent");
                }
            });
        }
        asking.join_all().await;
        app.deliver_mail().await;
        assert_eq!(app.received_by(CORA), 5);
        let letter = app.letter_to(CORA).await;
        assert_eq!(Browser::at(&app).posts("/sign-in/link", &[("token", &letter.token)]).await.status, 303);
        app.at("2019-10-01T11:00:01Z");
        app.signed_in(CORA).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_brought_along_is_never_adopted() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = Browser::at(&app);
        browser.cookie = Some("f".repeat(64));
        browser.posts("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        browser.posts("/sign-in/link", &[("token", &letter.token)]).await;
        let first = browser.cookie.clone().expect("a cookie");
        assert_ne!(first, "f".repeat(64));
        let planted = browser.with_cookie(&"f".repeat(64));
        assert_eq!(who(&planted).await, 401);

        // Signing in once more in the same browser ends the session before.
        browser.posts_own("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        assert_eq!(browser.posts_own("/sign-in/link", &[("token", &letter.token)]).await.status, 303);
        assert_ne!(browser.cookie.as_ref(), Some(&first));
        assert_eq!(who(&browser.with_cookie(&first)).await, 401);
        assert_eq!(who(&browser).await["email"], CORA);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_pages_can_not_use_a_cookie() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = app.signed_in(CORA).await;
        let session = browser.gets("/account").await.hidden("session");
        let fields = [("session", session.as_str())];
        assert_eq!(browser.posts("/account/sessions/end", &fields).await.status, 403, "without the form token");
        let wrong = [("session", session.as_str()), ("form-token", &"0".repeat(64))];
        assert_eq!(browser.posts("/account/sessions/end", &wrong).await.status, 403, "with another one");

        let token = browser.gets("/account").await.hidden("form-token");
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            let mut foreign = browser.from_origin(origin);
            let fields = [("session", session.as_str()), ("form-token", &token)];
            assert_eq!(foreign.posts("/account/sessions/end", &fields).await.status, 403, "{origin}");
            assert_eq!(foreign.posts("/sign-out", &[("form-token", &token)]).await.status, 403, "{origin}");
            assert_eq!(foreign.posts("/sign-in", &[("address", CORA)]).await.status, 403, "{origin}");
            let answer = foreign.asks_api("{ viewer { name } }").await;
            assert_eq!((answer.status, answer.codes()), (403, vec!["FORBIDDEN".to_owned()]), "{origin}");
        }
        // What a link from elsewhere, and a program without the headers of a browser, would send.
        assert_eq!(browser.gets("/graphql?query=%7Bviewer%7Bname%7D%7D").await.status, 403);
        let mut script = browser.clone();
        script.headers.push(("Sec-Fetch-Site".to_owned(), "same-origin".to_owned()));
        assert_eq!(script.gets("/graphql?query=%7Bviewer%7Bname%7D%7D").await.status, 200);
        assert_eq!(who(&browser).await["email"], CORA, "nothing has happened to the session");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_to_sign_in_first_comes_to_the_page_that_they_asked_for() {
    const PAGE: &str = "/applicants/new?from=desk&also=%C3%A4";
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = Browser::at(&app);
        let sent_off = browser.goes_to(PAGE).await;
        assert_eq!((sent_off.location.as_str(), browser.way.as_deref()), ("/sign-in", Some(PAGE)));
        assert!(["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"].iter().all(|part| sent_off.set_cookie.contains(part)));
        browser.posts("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        assert_eq!(browser.posts("/sign-in/link", &[("token", &letter.token)]).await.location, PAGE);
        assert_eq!((browser.gets(PAGE).await.status, &browser.way), (200, &None), "once");

        // By a code, and by way of a page that a script fetches, a form, or one that can't be put into a cookie.
        let mut other = Browser::at(&app);
        let mut script = other.clone();
        script.headers.push(("Accept".to_owned(), "*/*".to_owned()));
        assert_eq!(script.gets("/session").await.set_cookie, "");
        assert_eq!(other.posts("/applicants/new", &[]).await.set_cookie, "");
        assert_eq!(other.gets("/desk?as=a;b").await.set_cookie, "");
        assert_eq!(other.gets("/cities").await.set_cookie, "", "who need not sign in goes nowhere else");
        other.goes_to("/account").await;
        other.posts("/sign-in", &[("address", CORA)]).await;
        let letter = app.letter_to(CORA).await;
        assert_eq!(other.posts("/sign-in/code", &[("address", CORA), ("code", &letter.code)]).await.location, "/account");

        // Whoever could write the cookie leads to our pages only.
        for foreign in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
            let mut lured = Browser::at(&app);
            lured.way = Some(foreign.to_owned());
            lured.posts("/sign-in", &[("address", CORA)]).await;
            let letter = app.letter_to(CORA).await;
            assert_eq!(lured.posts("/sign-in/link", &[("token", &letter.token)]).await.location, "/", "{foreign}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_ended_is_refused() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let (mut one, mut two, three) = (app.signed_in(CORA).await, app.signed_in(CORA).await, app.signed_in(CORA).await);
        let before = two.clone();
        let out = two.posts_own("/sign-out", &[]).await;
        assert!(out.location == "/sign-in" && out.set_cookie.contains("Max-Age=0"), "{out:?}");
        assert_eq!((who(&before).await, before.gets("/account").await.location), (json!(401), "/sign-in".to_owned()), "after the sign-out");

        let query = "{ viewer { sessions { id device isThisOne availableActions } } }";
        let sessions = one.asks_api(query).await.body["data"]["viewer"]["sessions"].clone();
        assert_eq!(sessions.as_array().map(Vec::len), Some(2));
        assert_eq!((&sessions[0]["isThisOne"], &sessions[1]["isThisOne"]), (&json!(true), &json!(false)));
        let other = sessions[1]["id"].as_str().expect("an id");
        let end = format!("mutation {{ endSession(input: {{ sessionId: {other:?} }}) {{ session {{ endedAt }} userErrors {{ code }} }} }}");
        let ended = one.asks_api(&end).await.body["data"]["endSession"].clone();
        assert!(ended["session"]["endedAt"].is_string() && ended["userErrors"] == json!([]), "{ended}");
        assert_eq!(who(&three).await, 401, "ended from elsewhere");
        assert_eq!(one.asks_api(&end).await.body["data"]["endSession"]["userErrors"][0]["code"], "WRONG_STATE");

        app.person("Fremd", "fremd@verein.example", "de", &[]).await;
        let stranger = app.signed_in("fremd@verein.example").await;
        let mine = sessions[0]["id"].as_str().expect("an id");
        assert_eq!(stranger.asks_api(&end.replace(other, mine)).await.codes(), ["NOT_FOUND"], "somebody else's is as good as none");

        let four = app.signed_in(CORA).await;
        assert_eq!(one.posts_own("/account/sessions/end-all", &[]).await.location, "/sign-in");
        assert_eq!((who(&four).await, one.cookie), (json!(401), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_idle_and_at_their_absolute_end() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let idle = app.signed_in(CORA).await;
        let busy = app.signed_in(CORA).await;
        app.at("2019-10-01T21:59:00Z");
        assert_eq!(who(&busy).await["email"], CORA);
        app.engine().save_uses().await.expect("kept");
        app.at("2019-10-01T22:00:00Z");
        assert_eq!((who(&idle).await, &who(&busy).await["email"]), (json!(401), &json!(CORA)), "twelve hours without use");
        for day in 2..=30 {
            for hour in ["05", "12", "19"] {
                app.at(&format!("2019-10-{day:02}T{hour}:00:00Z"));
                assert_eq!(who(&busy).await["email"], CORA, "{day} {hour}");
            }
        }
        app.at("2019-10-31T04:00:00Z");
        assert_eq!(who(&busy).await["email"], CORA);
        app.at("2019-10-31T10:00:00Z");
        assert_eq!(who(&busy).await, 401, "thirty days, however much it was used");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_here_is_signed_out_sooner_than_who_helps_in_their_free_time() {
    for backend in Backend::ALL {
        let app = App::with_settings(backend, |settings| {
            settings.sign_in.staff_idle_minutes.insert(domain::identity::Role::Auditor, 5);
        })
        .await;
        app.at("2019-10-01T10:00:00Z");
        let people: [(&str, &[&str], i64); 7] = [
            ("antrag@verein.example", &[], 12 * 60),
            ("mitglied@partei.example", &["member"], 12 * 60),
            ("vorsitz@partei.example", &["chair"], 12 * 60),
            ("sach@stadt.example", &["case-officer"], 60),
            ("kasse@stadt.example", &["finance"], 30),
            ("beides@stadt.example", &["member", "case-officer", "administrator"], 30),
            ("rpa@stadt.example", &["auditor"], 5),
        ];
        let mut browsers = Vec::new();
        for (address, roles, minutes) in people {
            app.person(address, address, "de", roles).await;
            browsers.push((minutes, app.signed_in(address).await, app.signed_in(address).await));
        }
        browsers.sort_by_key(|(minutes, ..)| *minutes);
        let begun: chrono::DateTime<chrono::Utc> = "2019-10-01T10:00:00Z".parse().expect("an instant");
        for (minutes, used, idle) in &browsers {
            let end = begun + chrono::TimeDelta::minutes(*minutes);
            app.at(&(end - chrono::TimeDelta::seconds(1)).to_rfc3339());
            assert!(who(used).await["email"].is_string(), "a second before {minutes} minutes");
            app.at(&end.to_rfc3339());
            assert_eq!(who(idle).await, 401, "after {minutes} minutes");
            assert!(who(used).await["email"].is_string(), "used a second ago");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_made_shown_once_used_and_revoked() {
    for backend in Backend::ALL {
        let app = app(backend).await;
        let mut browser = app.signed_in(CORA).await;
        let create = r#"mutation { createToken(input: { name: "Auswertung", access: READ, expiresAt: "2019-12-31T23:00:00Z" }) {
            issuedToken { secret token { id access lastUsedAt } } userErrors { code field } } }"#;
        let issued = browser.asks_api(create).await.body["data"]["createToken"]["issuedToken"].clone();
        let secret = issued["secret"].as_str().expect("shown once").to_owned();
        let reader = app.anonymous().with_token(&secret);
        assert_eq!(reader.asks("{ viewer { email } }", json!({})).await["viewer"]["email"], CORA);
        for (verb, input) in [
            ("registerApplicant", json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Chor", "address": "Weg 1" })),
            ("createToken", json!({ "name": "more", "access": "WRITE" })),
            ("revokeToken", json!({ "tokenId": issued["token"]["id"] })),
            ("endAllSessions", json!({})),
        ] {
            assert_eq!(
                reader.mutates(verb, input, "__typename").await.codes(),
                ["FORBIDDEN"],
                "a token for reading writes nothing: {verb}"
            );
        }
        app.engine().save_uses().await.expect("kept");
        let tokens = "{ viewer { tokens { id name access lastUsedAt } } }";
        let listed = browser.asks_api(tokens).await.body["data"]["viewer"]["tokens"].clone();
        let listed = listed.as_array().expect("tokens").iter().find(|token| token["name"] == "Auswertung").expect("it is listed").clone();
        assert_eq!((&listed["access"], listed["lastUsedAt"].is_string()), (&json!("READ"), true));
        assert!(!browser.gets("/account").await.body.contains(&secret), "never again");

        let page = browser.posts_own("/account/tokens/create", &[("name", "Seite"), ("access", "write"), ("expiresAt", "30")]).await;
        let (_, shown) = page.body.split_once("sonderfonds_").expect("shown");
        let writer = app.anonymous().with_token(&format!("sonderfonds_{}", &shown[..64]));
        let input = json!({ "name": "more", "access": "WRITE", "idempotencyKey": "1" });
        let first = writer.does("createToken", input.clone(), "issuedToken { secret token { id } }").await;
        let again = writer.does("createToken", input, "issuedToken { secret token { id } }").await;
        assert_eq!((&first["issuedToken"]["token"], &again["issuedToken"]["secret"]), (&again["issuedToken"]["token"], &Value::Null));
        writer.does("revokeToken", json!({ "tokenId": issued["token"]["id"] }), "token { revokedAt }").await;
        assert_eq!(reader.send("{ fund { city } }", json!({})).await.status, 401, "revoked");

        app.at("2019-10-01T10:10:00Z");
        let late = browser.asks_api(create).await.body["data"]["createToken"].clone();
        assert_eq!(late["userErrors"][0]["code"], "SIGN_IN_AGAIN", "{late}");
        app.at("2019-10-31T10:00:00Z");
        assert_eq!(writer.send("{ fund { city } }", json!({})).await.status, 401, "its end has come");
    }
}

fn few() -> NonZeroU32 {
    NonZeroU32::new(3).expect("three")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_is_told_when_to_come_back() {
    for backend in Backend::ALL {
        let app = App::with_settings(backend, |settings| {
            settings.limits.sign_ins_per_hour = few();
            settings.limits.person_per_minute = few();
            settings.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        })
        .await;
        app.at("2019-10-01T10:00:00Z");
        let mut browser = Browser::at(&app);
        browser.headers = vec![("X-Forwarded-For".to_owned(), "203.0.113.9, 192.0.2.1".to_owned())];
        for number in 0..3 {
            assert_eq!(browser.posts("/sign-in", &[("address", &format!("a{number}@b.example"))]).await.status, 303);
        }
        let refused = browser.posts("/sign-in", &[("address", CORA)]).await;
        let seconds: u64 = refused.retry_after.parse().expect("seconds");
        assert!(refused.status == 429 && (1..=1_201).contains(&seconds), "{refused:?}");
        let guess = browser.posts("/sign-in/code", &[("address", CORA), ("code", "AAAA-AAAA")]).await;
        assert_eq!(guess.status, 429, "guesses count too");
        browser.headers = vec![("X-Forwarded-For".to_owned(), "192.0.2.1, 203.0.113.9".to_owned())];
        assert_eq!(browser.posts("/sign-in", &[("address", CORA)]).await.status, 303, "another source, as the proxy says");

        let cora = app.person("Cora Chor", CORA, "de", &[]).await;
        for _ in 0..3 {
            cora.asks("{ viewer { name } }", json!({})).await;
        }
        let refused = cora.send("{ viewer { name } }", json!({})).await;
        assert_eq!((refused.status, refused.codes()), (429, vec!["RATE_LIMITED".to_owned()]));
        app.at("2019-10-01T10:00:21Z");
        cora.asks("{ viewer { name } }", json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
    let app = App::with_settings(Backend::Sqlite, |settings| {
        settings.limits.sign_ins_per_hour = few();
        settings.limits.source_per_minute = NonZeroU32::new(20).expect("twenty");
    })
    .await;
    let mut browser = Browser::at(&app);
    for number in 0..4 {
        browser.headers = vec![("X-Forwarded-For".to_owned(), format!("192.0.2.{number}"))];
        let expected = if number < 3 { 303 } else { 429 };
        assert_eq!(browser.posts("/sign-in", &[("address", CORA)]).await.status, expected, "{number}");
    }
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(app.anonymous().send("{ fund { city } }", json!({})).await.status);
    }
    assert_eq!((statuses[0], statuses[19]), (200, 429), "the API counts the same source");
}
