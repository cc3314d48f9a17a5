//! The portal in a real browser, Debian's Chromium, driven by Playwright: people's ways through it, and whether everybody can use it.
//! The scripts are in `browser/`.

use std::path::Path;
use std::process::Stdio;

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;
use testkit::{App, Backend, Process};

use crate::permissions::Everybody;
use crate::stage::Stage;

/// Runs a script against an installation whose e-mails become files below `data`.
async fn runs(script: &str, address: &str, data: &Path, more: &[(&str, &str)]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    // Into a file, so that one can follow what a long run says.
    let log = data.join(format!("{script}.log"));
    let said = std::fs::File::create(&log).expect("a file");
    let status = tokio::process::Command::new("node")
        .current_dir(&folder)
        .arg("node_modules/@playwright/test/cli.js")
        .args(["test", script])
        .env("ADDRESS", address)
        .env("DATA", data)
        .env("OUTPUT", data.join("browser").join(script))
        .envs(more.iter().copied())
        .stdin(Stdio::null())
        .stderr(said.try_clone().expect("the same file"))
        .stdout(said)
        .kill_on_drop(true)
        .status()
        .await
        .expect("node runs");
    let said = std::fs::read_to_string(log).expect("what it said");
    assert!(status.success(), "{said}");
    println!("{said}");
}

/// Everybody of the demo's cast, and what they see of its story.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everybody_and_a_planted_fault_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Process::demo(folder.path()).await;
    let people = json!({
        "owner": "segelvereinmusterfrdeev@demo.example", "reader": "lesend@demo.example", "officer": "sachbearbeitung@demo.example",
        "member": "mitglied@demo.example", "chair": "vorsitz@demo.example", "finance": "kasse@demo.example",
        "auditor": "pruefung@demo.example", "administrator": "verwaltung@demo.example",
    });
    runs("everybody", &demo.address(), &folder.path().join("demo"), &[("PEOPLE", &people.to_string())]).await;
}

/// The pages of the first day, with nothing on them.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_without_anything_on_it_is_for_everybody() {
    let app = App::start(Backend::Sqlite).await;
    let mut people = json!({ "nobody in particular": "niemand@stadt.example" });
    app.person("Niemand", "niemand@stadt.example", "de", &[]).await;
    for role in ["case-officer", "member", "chair", "finance", "auditor", "administrator"] {
        let address = format!("{role}@stadt.example");
        app.person(role, &address, "de", &[role]).await;
        people[role] = json!(address);
    }
    runs("everybody", &app.address(), app.data(), &[("PEOPLE", &people.to_string()), ("BRIEF", "yes")]).await;
}

/// What people write, in each table where they do.
const WRITTEN: [(&str, &str); 18] = [
    ("addendum", "text"),
    ("agenda_item", "title"),
    ("applicant", "address"),
    ("applicant", "name"),
    ("application", "title"),
    ("bank_account", "holder"),
    ("briefing", "body"),
    ("briefing", "title"),
    ("invitation", "name"),
    ("meeting", "place"),
    ("motion", "wording"),
    ("payout", "purpose"),
    ("person", "name"),
    ("proposal", "reasons"),
    ("recusal", "reason"),
    ("role_grant", "reason"),
    ("token", "name"),
    ("what_if", "name"),
];

/// Everywhere somebody wrote a word that has no end, and many that have one.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_with_long_texts_on_it_is_for_everybody() {
    let all = Everybody::begin(Backend::Sqlite).await;
    let app = &all.stage.app;
    let long = format!("{} {}", "Donaudampfschifffahrtsgesellschaft".repeat(3), "und noch ein Wort ".repeat(8));
    let database = Database::connect(app.database_url()).await.expect("the database");
    for (table, column) in WRITTEN {
        // A bank takes 70 characters of whose account it is.
        let most = if table == "bank_account" { 70 } else { 300 };
        let sql = format!("UPDATE {table} SET {column} = substr({column} || ' {long}', 1, {most}) WHERE {column} IS NOT NULL");
        database.execute_unprepared(&sql).await.expect("longer");
    }
    let parts = ["title", "summary", "costLines[0].text", "financingLines[0].text", "objectives[0].reason"];
    let parts: Vec<String> = parts.into_iter().map(|part| format!("'$.{part}', '{long}'")).collect();
    let sql = format!("UPDATE application SET form = json_set(form, {})", parts.join(", "));
    database.execute_unprepared(&sql).await.expect("longer");
    let mut people = json!({});
    let staff = ["case-officer", "member", "chair", "finance", "auditor", "administrator"].map(|role| format!("{role}@matrix.example"));
    for address in ["cora@chor.example".to_owned()].iter().chain(&staff) {
        people[address] = json!(format!("session {}", app.signed_in(address).await.cookie.expect("a session")));
    }
    runs("everybody", &app.address(), app.data(), &[("PEOPLE", &people.to_string()), ("BRIEF", "yes")]).await;
}

/// The whole way of an application in browsers with the pages' script or without it: it is the same way.
async fn goes_its_whole_way(backend: Backend, script: &str) {
    // Five seats, so that everybody who votes has a browser of their own.
    let mut fund = server::config::kiel();
    fund.committee.seats = 5;
    let app = App::for_fund(backend, fund).await;
    let members = ["ausgeschlossen@rat.example", "mitglied1@rat.example", "mitglied2@rat.example", "mitglied3@rat.example"];
    for member in members {
        app.person(member.split('@').next().expect("a name"), member, "de", &["member"]).await;
    }
    let stage = Stage::begin_with(app, &members).await;
    let auditor = stage.app.person("Rosa Prüf", "pruefung@stadt.example", "de", &["auditor"]).await;
    let [excluded, first, second, third] = members;
    let people = json!({
        "officer": stage.officer.email, "finance": stage.finance.email, "chair": stage.chair.email, "auditor": auditor.email,
        "excluded": excluded, "member1": first, "member2": second, "member3": third,
    });
    runs("way", &stage.app.address(), stage.app.data(), &[("PEOPLE", &people.to_string()), ("SCRIPT", script)]).await;
    let report = stage.app.engine().verify().await.expect("verified");
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_goes_its_whole_way() {
    goes_its_whole_way(Backend::Sqlite, "on").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_goes_its_whole_way_without_a_script() {
    goes_its_whole_way(Backend::Postgres, "off").await;
}
