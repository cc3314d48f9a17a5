//! `verify` finds what was tampered with, and the database refuses to be tampered with (R27, R28, R45).

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use serde_json::json;
use sha2::Digest as _;
use testkit::{App, Backend};

use crate::stage::{Stage, id};

/// An awarded application: events, two journal entries, balances.
async fn with_books(backend: Backend) -> (Stage, DatabaseConnection) {
    let stage = Stage::begin(App::start(backend).await).await;
    let input = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1105/2018" });
    stage.finance.does("appropriateBudget", input, "budgetYear { year }").await;
    let application = stage.admitted().await;
    let ballot = stage.ballot(&application).await;
    stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
    let database = Database::connect(stage.app.database_url()).await.expect("the database");
    (stage, database)
}

/// Takes the lock off that keeps a table append-only: what an intruder with the database's password would do first.
async fn unlock(backend: Backend, database: &DatabaseConnection, table: &str) {
    let statements = match backend {
        Backend::Postgres => vec![format!("ALTER TABLE {table} DISABLE TRIGGER USER")],
        Backend::Sqlite => {
            let query = format!("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'");
            let statement = sea_orm::Statement::from_string(database.get_database_backend(), query);
            let rows = database.query_all_raw(statement).await.expect("the triggers");
            rows.iter().map(|row| format!("DROP TRIGGER {}", row.try_get::<String>("", "name").expect("a name"))).collect()
        }
    };
    assert!(!statements.is_empty(), "{table} has a lock");
    for statement in statements {
        database.execute_unprepared(&statement).await.expect("unlocked");
    }
}

async fn findings(stage: &Stage) -> Vec<String> {
    let report = stage.app.engine().verify().await.expect("verifies");
    report.findings.iter().map(|finding| finding.record.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_append_only_can_not_be_changed() {
    for backend in Backend::ALL {
        let (stage, database) = with_books(backend).await;
        for statement in [
            "UPDATE journal_entry SET amount = 1",
            "DELETE FROM journal_entry",
            "UPDATE event SET kind = 'nothing'",
            "DELETE FROM event",
            "UPDATE application_version SET ordinal = 2",
            "DELETE FROM application_version",
        ] {
            let refused = database.execute_unprepared(statement).await.expect_err(statement);
            assert!(refused.to_string().contains("append-only"), "{backend:?} {statement}: {refused}");
        }
        assert_eq!(findings(&stage).await, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_that_would_overspend_is_refused_by_the_database_itself() {
    for backend in Backend::ALL {
        let (_stage, database) = with_books(backend).await;
        for statement in ["UPDATE budget_year SET committed = 15000001", "UPDATE budget_year SET paid = -1"] {
            database.execute_unprepared(statement).await.expect_err(statement);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_record_is_named() {
    // What is changed, in which table, and which records are found to be wrong.
    let table: [(&str, &str, &[&str]); 7] = [
        ("event", "UPDATE event SET details = '{}' WHERE sequence = 3", &["event 3"]),
        ("event", "DELETE FROM event WHERE sequence = 4", &["event 4", "event 5"]),
        (
            "journal_entry",
            "UPDATE journal_entry SET amount = 240000 WHERE ordinal = 2",
            &["journal entry 2020/2", "budget year 2020", "award"],
        ),
        ("journal_entry", "DELETE FROM journal_entry WHERE ordinal = 2", &["budget year 2020", "journal entry 2020/2", "award"]),
        ("budget_year", "UPDATE budget_year SET committed = 240000", &["budget year 2020", "budget year 2020"]),
        ("budget_year", "UPDATE budget_year SET appropriated = 16000000", &["budget year 2020"]),
        ("award", "UPDATE award SET amount = 240000", &["award", "budget year 2020"]),
    ];
    for backend in Backend::ALL {
        for (locked, statement, expected) in &table {
            let (stage, database) = with_books(backend).await;
            assert_eq!(findings(&stage).await, [""; 0], "nothing is wrong before");
            if ["event", "journal_entry"].contains(locked) {
                unlock(backend, &database, locked).await;
            }
            database.execute_unprepared(statement).await.expect("tampered");
            let found = findings(&stage).await;
            assert_eq!(found.len(), expected.len(), "{backend:?} {statement}: {found:?}");
            for (record, expected) in found.iter().zip(*expected) {
                assert!(record.starts_with(expected), "{backend:?} {statement}: {found:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_minutes_that_were_changed_are_named() {
    for backend in Backend::ALL {
        let (stage, database) = with_books(backend).await;
        let input = json!({ "beginsAt": "2019-10-01T16:00:00Z", "endsAt": "2019-10-01T18:00:00Z", "place": "Rathaus" });
        let meeting = id(&stage.officer.does("callMeeting", input, "meeting { id }").await["meeting"]["id"]);
        let item = json!({ "meetingId": meeting, "publicity": "PUBLIC", "title": "Bericht" });
        stage.officer.does("addAgendaItem", item, "agendaItem { id }").await;
        let invitation = json!({ "meetingId": meeting, "shortNoticeReason": "Eilt." });
        stage.officer.does("inviteToMeeting", invitation, "meeting { id }").await;
        stage.chair.does("openMeeting", json!({ "meetingId": meeting }), "meeting { id }").await;
        let closed = stage.chair.does("closeMeeting", json!({ "meetingId": meeting }), "meeting { minutes { id hash } }").await;
        let minutes = &closed["meeting"]["minutes"];
        for signatory in [&stage.officer, &stage.chair] {
            let input = json!({ "minutesId": minutes["id"], "hash": minutes["hash"] });
            signatory.does("signMinutes", input, "minutes { state }").await;
        }
        assert_eq!(findings(&stage).await, [""; 0]);
        let change = |from: &str, to: &str| match backend {
            Backend::Sqlite => format!("UPDATE minutes SET state_data = replace(state_data, '{from}', '{to}')"),
            Backend::Postgres => format!("UPDATE minutes SET state_data = replace(state_data::text, '{from}', '{to}')::jsonb"),
        };
        let locked = database.execute_unprepared(&change("Rathaus", "Schloss")).await.expect_err("is locked");
        assert!(locked.to_string().contains("signed minutes are locked (R24)"), "{locked}");
        unlock(backend, &database, "minutes").await;
        database.execute_unprepared(&change("Rathaus", "Schloss")).await.expect("tampered");
        let report = stage.app.engine().verify().await.expect("verifies");
        assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
        assert_eq!(report.findings[0].what, "were changed: their text doesn't have its hash");
        // With another hash to the other text, the record tells.
        let text =
            stage.officer.asks("query($id: ID!) { node(id: $id) { ... on Minutes { text hash } } }", json!({ "id": minutes["id"] })).await;
        let other = domain::sign_in::hex(&sha2::Sha256::digest(id(&text["node"]["text"])));
        database.execute_unprepared(&change(&id(&minutes["hash"]), &other)).await.expect("tampered");
        let report = stage.app.engine().verify().await.expect("verifies");
        assert_eq!(report.findings[0].what, "were signed under another text: the record has another hash");
    }
}
