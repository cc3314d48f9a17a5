//! A database that an earlier version of the program has filled is brought up to date when the program starts, and is whole: the record is
//! proved, everybody is who they were, and work goes on.
//!
//! The earlier database is made of one that the present program filled: the schema of then, with all that it had a place for.

use migration::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use testkit::{App, Backend, Client};

use crate::stage::{Stage, id};

/// The steps after which there was no schema yet that this program's rows can be put into: an event was about fewer kinds of things.
const FIRST: usize = 2;

async fn strings(database: &DatabaseConnection, sql: String) -> Vec<String> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.expect("the schema can be asked");
    rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("a name")).collect()
}

/// Puts a database back to what it was after so many steps.
async fn put_back(url: &str, steps: usize) {
    let file = url.strip_prefix("sqlite://").map(str::to_owned);
    if let Some(file) = &file {
        std::fs::rename(file, format!("{file}.later")).expect("moved away");
    }
    let mut options = ConnectOptions::new(file.as_ref().map_or_else(|| url.to_owned(), |_| format!("{url}?mode=rwc")));
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await.expect("it opens");
    if file.is_none() {
        database.execute_unprepared("ALTER SCHEMA public RENAME TO later; CREATE SCHEMA public").await.expect("moved away");
    }
    Migrator::up(&database, Some(u32::try_from(steps).expect("a few"))).await.expect("the schema of then");
    // Rows come table by table, so nothing is checked until all are there.
    database
        .execute_unprepared(&file.as_ref().map_or_else(
            || "SET session_replication_role = replica".to_owned(),
            |file| format!("PRAGMA foreign_keys = OFF; ATTACH '{file}.later' AS later"),
        ))
        .await
        .expect("both are at hand");
    let sqlite = database.get_database_backend() == DbBackend::Sqlite;
    let tables = if sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'seaql_migrations'"
    } else {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'"
    };
    let columns = |schema: &str, table: &str| {
        if sqlite {
            return format!("SELECT name FROM pragma_table_info('{table}', '{schema}')");
        }
        let which = format!("table_schema = '{schema}' AND table_name = '{table}'");
        format!("SELECT CAST(column_name AS TEXT) FROM information_schema.columns WHERE {which}")
    };
    let now = if sqlite { "main" } else { "public" };
    for table in strings(&database, tables.to_owned()).await {
        let later = strings(&database, columns("later", &table)).await;
        let both: Vec<String> =
            strings(&database, columns(now, &table)).await.into_iter().filter(|column| later.contains(column)).collect();
        let both = both.join(", ");
        // Who is nobody was not written to before there was sign-in.
        let which = if table == "outbox_message" && steps < 4 { "WHERE recipient_id IS NOT NULL" } else { "" };
        let sql = format!("DELETE FROM {now}.{table}; INSERT INTO {now}.{table} ({both}) SELECT {both} FROM later.{table} {which}");
        database.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{table} after {steps} steps: {error}"));
    }
    if steps < 5 {
        // Who could vote was a list.
        let voters =
            strings(&database, format!("SELECT {} FROM {now}.person", if sqlite { "lower(hex(id))" } else { "CAST(id AS TEXT)" })).await;
        let voters = json!(voters.iter().map(|id| id.parse::<uuid::Uuid>().expect("an id")).collect::<Vec<_>>());
        database.execute_unprepared(&format!("UPDATE {now}.ballot SET electorate = '{voters}'")).await.expect("as it was");
    }
    let forget = if sqlite { "DETACH later" } else { "DROP SCHEMA later CASCADE" };
    database.execute_unprepared(forget).await.expect("forgotten");
    assert!(!migration::is_complete(&database).await.expect("it can be asked"), "it is an earlier schema");
    database.close().await.expect("it closes");
}

/// An award with a payout, an open ballot, a draft and a place on the waiting list; and the people behind them.
async fn filled(backend: Backend) -> (Stage, Client) {
    let stage = Stage::begin(App::with_smtp(backend).await).await;
    let auditor = stage.app.person("Rosa Prüf", "rpa@stadt.example", "en", &["auditor"]).await;
    let budget = json!({ "year": 2020, "amount": "2500.00", "resolution": "Drs. 1105/2018" });
    stage.finance.does("appropriateBudget", budget, "budgetYear { year }").await;
    for _ in 0..2 {
        let application = stage.admitted().await;
        let ballot = stage.ballot(&application).await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    }
    let seen = stage.officer.asks("{ applications(first: 1) { nodes { award { id } } } }", json!({})).await;
    let award = json!({ "awardId": seen["applications"]["nodes"][0]["award"]["id"] });
    let notified = json!({ "awardId": award["awardId"], "dispatchedOn": "2019-10-01" });
    stage.officer.does("notifyAward", notified, "award { id }").await;
    stage.applicant.does("acceptAward", award.clone(), "award { id }").await;
    stage.applicant.does("waiveAppeal", award.clone(), "award { id }").await;
    let request = json!({ "awardId": award["awardId"], "amount": "1000.00", "purpose": "Fähre", "neededBy": "2019-11-01" });
    stage.applicant.does("requestPayout", request, "payout { id }").await;
    let balloting = stage.admitted().await;
    stage.ballot(&balloting).await;
    stage.draft().await;
    stage.app.deliver_mail().await;
    (stage, auditor)
}

/// All that somebody sees who reads everything, but what there was no place for.
async fn all_of(auditor: &Client, officer: &Client) -> Value {
    let query = "{
        applications(first: 10) { nodes {
            id number state title amountRequested receivedAt versions { ordinal submittedAt form { title costLines { amount } } }
            applicant { name kind members { level person { name } } }
            motions { kind state amount wording ballot { state form carried tally { yes no abstained excluded } openedAt } }
            award { amount state released paid payouts { amount state purpose } }
            waitingListPlace { position amount state } } }
        budgetYear(year: 2020) { appropriated allotted committed paid available entries(first: 50) { nodes { ordinal movement amount event } } }
        viewer { name email language roles } }";
    let events = auditor.asks("{ events(first: 100) { totalCount nodes { sequence hash kind at by { name } } } }", json!({})).await;
    json!({ "auditor": auditor.asks(query, json!({})).await, "officer": officer.asks(query, json!({})).await, "events": events })
}

async fn is_whole_after_an_upgrade(backend: Backend, steps: usize) {
    let (stage, auditor) = filled(backend).await;
    let before = all_of(&auditor, &stage.officer).await;
    let Stage { app, officer, applicant, .. } = stage;
    let app = app.restarted_after(async |url| put_back(url, steps).await).await;
    let (officer, auditor, applicant) = (officer.at(app.address()), auditor.at(app.address()), applicant.at(app.address()));

    assert_eq!(all_of(&auditor, &officer).await, before, "{backend:?} after {steps} steps");
    let report = app.engine().verify().await.expect("verifies");
    assert!(report.findings.is_empty(), "{backend:?} after {steps} steps: {:?}", report.findings);

    // The cities were in the forms alone.
    let office = app.signed_in(&officer.email).await;
    assert!(office.gets("/office/applications?city=tallinn").await.body.contains("4 gefunden"), "{backend:?} after {steps} steps");

    // People sign in and are who they were; their tokens are good; what was under way goes on.
    let cora = app.signed_in("cora@chor.example").await;
    let query = "{ viewer { name applicants { name members { level person { name } } } } }";
    let members = json!([{ "level": "OWNER", "person": { "name": "Cora Chor" } }]);
    let expected = json!({ "name": "Cora Chor", "applicants": [{ "name": "Chor Musterklang e. V.", "members": members }] });
    assert_eq!(cora.asks_api(query).await.body["data"]["viewer"], expected);
    let draft = before["officer"]["applications"]["nodes"].as_array().expect("applications").iter().find(|one| one["state"] == "DRAFT");
    let draft = json!({ "applicationId": draft.expect("the draft")["id"] });
    let submitted = applicant.does("submitApplication", draft, "application { number }").await;
    assert_eq!(submitted["application"]["number"], "SP-2020-004", "numbers go on");
    let open = officer.asks("{ ballots(state: OPEN) { nodes { id } } }", json!({})).await;
    let chair = app.signed_in("vorsitz@stadt.example").await;
    let close = format!(
        "mutation {{ closeBallot(input: {{ ballotId: {:?} }}) {{ ballot {{ carried }} userErrors {{ code }} }} }}",
        id(&open["ballots"]["nodes"][0]["id"])
    );
    let closed = chair.asks_api(&close).await.body["data"]["closeBallot"].clone();
    assert_eq!(closed, json!({ "ballot": { "carried": true }, "userErrors": [] }), "{backend:?} after {steps} steps");
    assert_eq!(app.engine().verify().await.expect("verifies").findings.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_databases_of_every_step_are_whole_after_an_upgrade() {
    for steps in FIRST..Migrator::migrations().len() {
        Box::pin(is_whole_after_an_upgrade(Backend::Sqlite, steps)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_databases_of_every_step_are_whole_after_an_upgrade() {
    for steps in FIRST..Migrator::migrations().len() {
        Box::pin(is_whole_after_an_upgrade(Backend::Postgres, steps)).await;
    }
}
