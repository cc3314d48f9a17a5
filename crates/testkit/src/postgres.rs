//! A PostgreSQL database per test, cloned in a moment from one that was migrated once.

use std::hash::{DefaultHasher, Hash, Hasher};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Any number: all test processes that share a server take this lock before they look for the template.
const TEMPLATE_LOCK: i64 = 0x0050_4e4b_6965_6c21;

/// A database of its own, with the current schema and no rows, that is dropped with this value.
///
/// Keep it until the last connection has served its purpose: the drop ends those that are still open.
#[derive(Debug)]
pub struct TestDatabase {
    server: String,
    name: String,
}

impl TestDatabase {
    /// Clones the migrated template, which the first caller makes.
    ///
    /// # Panics
    ///
    /// If `TEST_DATABASE_URL` names no server, or one that refuses: a test that can't run has failed.
    pub async fn create() -> Self {
        let server = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL is not set: run the tests with `cargo xtask test`");
        Self::create_on(server).await.expect("TEST_DATABASE_URL names a server where databases can be made")
    }

    async fn create_on(server: String) -> Result<Self, DbErr> {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_try_init(|| make_template(&server)).await?;
        #[expect(clippy::disallowed_methods, reason = "no engine runs yet, and nothing depends on the order")]
        let name = format!("test_{}", Uuid::now_v7().simple());
        let session = connect(&server).await?;
        // Copying files beats writing the copy to the log (PostgreSQL 15's default) by half, where nothing is synced.
        session.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).await?;
        session.close().await?;
        Ok(Self { server, name })
    }

    /// What the program under test gets as `DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        with_database(&self.server, &self.name)
    }
}

impl Drop for TestDatabase {
    /// Best effort: one that stays costs space on a server that is thrown away anyhow.
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let server = self.server.clone();
        // A drop can't await, and the test's own runtime may be on its way down.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let session = connect(&server).await.ok()?;
                session.execute_unprepared(&statement).await.ok()?;
                session.close().await.ok()
            })
        });
        let _ = dropping.join();
    }
}

/// Returns the template's name; makes it if no other test process of this run, or of an earlier one, has done so.
///
/// It is migrated under another name and then renamed, so that a template is never half done. From then on it takes no
/// connections, so that it is never busy when it is to be cloned.
async fn make_template(server: &str) -> Result<String, DbErr> {
    let template = template_name();
    let unfinished = format!("{template}_unfinished");
    // The lock is the session's, which ends with this function, whichever way.
    let session = connect(server).await?;
    session.execute_unprepared(&format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await?;
    let question = format!("SELECT 1 FROM pg_database WHERE datname = '{template}'");
    if session.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await?.is_none() {
        session.execute_unprepared(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
        session.execute_unprepared(&format!("CREATE DATABASE {unfinished} TEMPLATE template0")).await?;
        let database = connect(&with_database(server, &unfinished)).await?;
        Migrator::up(&database, None).await?;
        database.close().await?;
        session.execute_unprepared(&format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await?;
        session.execute_unprepared(&format!("ALTER DATABASE {template} ALLOW_CONNECTIONS false")).await?;
    }
    session.close().await?;
    Ok(template)
}

/// Another name for another schema. Steps are frozen once landed; who edits one before that on a server that outlives the
/// run drops the template by hand.
fn template_name() -> String {
    let mut hasher = DefaultHasher::new();
    for step in Migrator::migrations() {
        step.name().hash(&mut hasher);
    }
    format!("template_{:016x}", hasher.finish())
}

/// One connection, so that the statements of one function share a session.
async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// The same server, another database: `postgres://user@host/this?host=/socket`.
fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = server.split_once('?').map_or((server, None), |(a, p)| (a, Some(p)));
    let host_start = address.find("://").map_or(0, |at| at + 3);
    let host_end = address[host_start..].find('/').map_or(address.len(), |at| host_start + at);
    let parameters = parameters.map(|text| format!("?{text}")).unwrap_or_default();
    format!("{}/{name}{parameters}", &address[..host_end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_changes() {
        for (server, expected) in [
            ("postgres://postgres@localhost/postgres?host=/a/b", "postgres://postgres@localhost/x?host=/a/b"),
            ("postgres://u:p@db:5433/main", "postgres://u:p@db:5433/x"),
            ("postgres://db", "postgres://db/x"),
        ] {
            assert_eq!(with_database(server, "x"), expected);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn databases_are_separate_and_migrated_and_gone_afterwards() {
        let databases: Vec<TestDatabase> = {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..20 {
                tasks.spawn(TestDatabase::create());
            }
            tasks.join_all().await
        };
        let mut names = Vec::new();
        for database in &databases {
            let session = connect(&database.url()).await.expect("it is there");
            let pending = Migrator::get_pending_migrations(&session).await.expect("it can be asked");
            assert!(pending.is_empty(), "the template is migrated");
            session.execute_unprepared("CREATE TABLE mine (id INT)").await.expect("nobody else made it here");
            names.push(database.name.clone());
        }
        let server = databases[0].server.clone();
        drop(databases);
        let session = connect(&server).await.expect("the server is there");
        for name in names {
            let question = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
            let found = session.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await;
            assert!(found.expect("it can be asked").is_none(), "{name} was dropped");
        }
    }
}
