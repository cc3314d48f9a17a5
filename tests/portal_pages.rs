//! What all pages of the portal have in common: their frame, their headers, their weight, their languages, and what is said where there is
//! no page.

use testkit::{App, Backend, Browser};

use crate::portal::in_address;
use crate::stage::Stage;

const PUBLIC: [&str; 12] = [
    "/",
    "/conditions",
    "/cities",
    "/projects",
    "/imprint",
    "/privacy",
    "/accessibility",
    "/barrier",
    "/plain-language",
    "/licences",
    "/sign-in",
    "/sign-in/code",
];

/// The policy that holds for every page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The address of the asset of that name, as a page links it.
fn asset(body: &str, name: &str) -> String {
    let (before, _) = body.split_once(&format!("/{name}\"")).unwrap_or_else(|| panic!("no {name}"));
    let start = before.rfind("/assets/").expect("an asset");
    format!("{}/{name}", &before[start..])
}

async fn raw(app: &App, path: &str, encoding: &str) -> reqwest::Response {
    let client = reqwest::Client::new();
    client.get(format!("{}{path}", app.address())).header("accept-encoding", encoding).send().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_public_page_is_whole_in_both_languages_and_holds_to_the_policy() {
    let stage = Stage::begin(App::with_smtp(Backend::Sqlite).await).await;
    for path in PUBLIC {
        for (accepted, language) in [("de-DE,de;q=0.9", "de"), ("en-GB,en;q=0.9", "en")] {
            let client = reqwest::Client::new();
            let answer =
                client.get(format!("{}{path}", stage.app.address())).header("accept-language", accepted).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.headers()["content-security-policy"], POLICY, "{path}");
            assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
            let body = answer.text().await.expect("a page");
            assert!(body.contains(&format!("<html lang=\"{language}\">")), "{path}");
            assert_eq!((body.matches("<h1").count(), body.matches("<main").count()), (1, 1), "{path}");
            assert!(body.contains("href=\"#content\"") && body.contains("id=\"content\""), "{path}: a way past the navigation");
            for banned in [" style=\"", "<style", "onclick=", "onload=", "javascript:", "http://", "https://"] {
                assert!(!body.contains(banned), "{path}: {banned}");
            }
            let scripts = body.matches("<script").count();
            assert!(scripts == 1 && body.contains("portal.js\" defer></script>"), "{path}: no script inside");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_compressed_named_by_their_content_and_kept_for_ever() {
    let app = App::start(Backend::Sqlite).await;
    let body = Browser::at(&app).gets("/").await.body;
    let mut wire = 0;
    for name in ["portal.css", "portal.js", "icon.svg"] {
        let path = asset(&body, name);
        let answer = raw(&app, &path, "br, gzip").await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-encoding"], "br", "{path}");
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        wire += answer.bytes().await.expect("bytes").len();
        let plain = raw(&app, &path, "identity").await;
        assert!(plain.headers().get("content-encoding").is_none());
        let other = path.replace("/assets/", "/assets/0");
        assert_eq!(raw(&app, &other, "br").await.status(), 404, "another hash is another file");
    }
    assert!(wire < 25 * 1024, "{wire} bytes");
    let style = raw(&app, &asset(&body, "portal.css"), "identity").await.text().await.expect("a style");
    let fonts = style.matches("/assets/").count();
    assert_eq!(fonts, 4, "the fonts are ours, too");
}

/// The heaviest pages of an association, with what a first visit loads besides, but fonts.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_weighs_more_than_sixty_kilobytes() {
    let stage = Stage::begin(App::with_smtp(Backend::Sqlite).await).await;
    let draft = in_address(&stage.draft().await);
    let browser = stage.app.signed_in("cora@chor.example").await;
    let body = Browser::at(&stage.app).gets("/").await.body;
    let mut assets = 0;
    for name in ["portal.css", "portal.js", "icon.svg"] {
        assets += raw(&stage.app, &asset(&body, name), "br").await.bytes().await.expect("bytes").len();
    }
    let own = ["", "/project", "/cities", "/objectives", "/costs", "/financing", "/check", "/history"]
        .map(|page| format!("/applications/{draft}{page}"));
    let people = format!("/applicants/{}/people", in_address(&stage.applicant_id));
    for path in PUBLIC.into_iter().chain(own.iter().map(String::as_str)).chain(["/desk", "/account", &people]) {
        let shown = browser.gets(path).await;
        assert_eq!(shown.status, 200, "{path}");
        assert!(shown.body.len() + assets < 60 * 1024, "{path}: {} and {assets} bytes", shown.body.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_page_one_is_helped_on() {
    let app = App::with_smtp(Backend::Sqlite).await;
    app.person("Cora Chor", "cora@chor.example", "de", &[]).await;
    let mut nobody = Browser::at(&app);
    let browser = app.signed_in("cora@chor.example").await;
    for path in ["/nowhere", "/a/b/c", "/applications/x/y/z", "/%3Cscript%3E", "/assets/0/portal.css/x"] {
        for looking in [&nobody, &browser] {
            let shown = looking.gets(path).await;
            assert_eq!(shown.status, 404, "{path}");
            assert!(shown.body.contains("Diese Seite gibt es nicht") && shown.body.contains("href=\"/\""), "{path}: {}", shown.body);
            assert!(!shown.body.contains("<script>"), "{path}");
        }
    }
    assert_eq!(browser.gets("/applications/not-an-id").await.status, 404);
    let wrong = nobody.posts("/conditions", &[("a", "b")]).await;
    assert_eq!(wrong.status, 405);
    assert!(wrong.body.contains("Das geht hier nicht"), "{}", wrong.body);
    assert_eq!(nobody.gets("/account/sessions/end").await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_chosen_for_a_browser_or_for_a_person() {
    for backend in Backend::ALL {
        let app = App::with_smtp(backend).await;
        app.person("Cora Chor", "cora@chor.example", "de", &[]).await;
        let mut nobody = Browser::at(&app);
        let chosen = nobody.posts("/language", &[("language", "en"), ("to", "/cities?x=1")]).await;
        assert_eq!((chosen.status, chosen.location.as_str()), (303, "/cities?x=1"));
        assert!(chosen.set_cookie.starts_with("__Host-sonderfonds-language=en;"), "{}", chosen.set_cookie);
        nobody.headers.push(("Cookie".to_owned(), "__Host-sonderfonds-language=en".to_owned()));
        assert!(nobody.gets("/cities").await.body.contains("<html lang=\"en\">"));
        let away = nobody.posts("/language", &[("language", "en"), ("to", "https://evil.example")]).await;
        assert_eq!(away.location, "/");

        let mut browser = app.signed_in("cora@chor.example").await;
        assert_eq!(browser.posts_own("/language", &[("language", "en"), ("to", "/desk")]).await.location, "/desk");
        assert!(browser.gets("/desk").await.body.contains("Good day, Cora Chor"));
        assert!(app.signed_in("cora@chor.example").await.gets("/desk").await.body.contains("Good day"), "in every browser");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_says_what_it_is() {
    let app = App::with_settings(Backend::Sqlite, |settings| {
        settings.portal.official = true;
        settings.portal.operator.name = Some("Amt für <Begegnung>".to_owned());
        settings.portal.operator.email = Some("amt@stadt.example".to_owned());
    })
    .await;
    let browser = Browser::at(&app);
    let page = browser.gets("/imprint").await.body;
    for expected in ["Offizielle Website", "Amt für &lt;Begegnung&gt;", "mailto:amt@stadt.example"] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(browser.gets("/barrier").await.body.contains("mailto:amt@stadt.example?subject="));
    let plain = App::start(Backend::Sqlite).await;
    let page = Browser::at(&plain).gets("/imprint").await.body;
    assert!(!page.contains("Offizielle Website"), "only where an authority operates it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_round_has_left_is_told_only_where_the_city_wants_it() {
    use serde_json::json;
    for told in [true, false] {
        let app = App::with_settings(Backend::Sqlite, |settings| settings.portal.remaining_money = told).await;
        let stage = Stage::begin(app).await;
        let budget = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1" });
        stage.finance.does("appropriateBudget", budget, "budgetYear { id }").await;
        let page = Browser::at(&stage.app).gets("/").await.body;
        assert!(page.contains("31.10.2019"), "{page}");
        assert_eq!(page.contains("150.000,00\u{a0}€"), told);
    }
}
