//! The connections: one writer and several readers on SQLite, a pool on PostgreSQL.

use std::time::Duration;

use migration::{Migrator, MigratorTrait as _};
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, DbBackend, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait as _,
};

use crate::{Result, StoreError, Tx};

/// How many connections to PostgreSQL a process opens, if nobody says otherwise.
const CONNECTIONS: u32 = 10;
/// How many questions SQLite answers at the same time.
const SQLITE_READERS: u32 = 4;
/// How long a command waits for a connection, or for a row that another one holds, before it is told that the database is busy.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection rests before it is asked whether it still stands.
const REST: Duration = Duration::from_secs(30);
/// The channel on which processes tell each other what changed.
const CHANNEL: &str = "sonderfonds";
/// Under which name it is told in the log what is asked of the database.
const STATEMENT: &str = "store::statement";
/// Which of PostgreSQL's advisory locks lets only one process migrate at a time. Any number that nobody else uses.
const MIGRATION_LOCK: i64 = 0x736f_6e64;

/// A database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Database {
    /// Opens `sqlite:///path/of/a/file.db`, which is created if there is none, or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_sized(url, CONNECTIONS).await
    }

    /// As [`Database::open`], with that many connections to PostgreSQL. SQLite's number is its own matter.
    pub async fn open_sized(url: &str, connections: u32) -> Result<Self> {
        if url.starts_with("sqlite:") {
            if url.contains(":memory:") || url.contains("mode=memory") {
                // Each connection would have a database of its own.
                return Err(StoreError::other("SQLite needs a file"));
            }
            let writer = connect(sqlite(url, 1, false)).await?;
            let reader = connect(sqlite(url, SQLITE_READERS, true)).await?;
            return Ok(Self { writer, reader });
        }
        let pool = connect(postgres(url, connections)).await?;
        if pool.get_database_backend() != DbBackend::Postgres {
            return Err(StoreError::other("a database is sqlite:… or postgres:…"));
        }
        Ok(Self { writer: pool.clone(), reader: pool })
    }

    /// Takes the steps of the schema that have not been taken, all or none. Processes that start together wait for the first one.
    pub async fn migrate(&self) -> Result<()> {
        let tx = self.begin().await?;
        if self.is_postgres() {
            let alone =
                format!("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
            tx.execute_unprepared(&alone).await?;
        }
        Migrator::up(&tx, None).await?;
        Ok(tx.commit().await?)
    }

    /// Whether all steps of the schema have been taken.
    pub async fn is_migrated(&self) -> Result<bool> {
        Ok(migration::is_complete(&self.reader).await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.reader.ping().await?)
    }

    /// For reading outside a transaction. Never while the same task has one open: each would wait for the other's connection.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For single statements that are a transaction of their own.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a transaction. SQLite's begins by writing: one that reads first and writes later fails whenever another one wrote in between.
    pub async fn begin(&self) -> Result<Tx> {
        let mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Whether it is PostgreSQL, so that other processes may write too.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// Tells all processes something when the transaction commits. SQLite has one process, which knows already.
    pub async fn notify(&self, tx: &Tx, payload: &str) -> Result<()> {
        if self.is_postgres() {
            let values = [CHANNEL.into(), payload.into()];
            tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", values)).await?;
        }
        Ok(())
    }

    /// Hears what the processes tell each other, on a connection of its own; `None` on SQLite.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let mut listener = PgListener::connect_with(self.reader.get_postgres_connection_pool()).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Listener(Some(listener))))
    }

    /// Closes all connections, after what is under way. Listeners must be dropped, or be waiting.
    pub async fn close(self) {
        // A connection that can't be closed is gone in any case.
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }
}

/// Hears what the processes tell each other.
#[derive(Debug)]
pub struct Listener(Option<PgListener>);

impl Listener {
    /// What is told next. `None` means that something may have been missed while the connection was down: read again whatever is watched.
    /// After the database was closed there is nothing more, for ever.
    pub async fn next(&mut self) -> Option<String> {
        let Some(listener) = &mut self.0 else {
            return std::future::pending().await;
        };
        match listener.try_recv().await {
            Ok(told) => told.map(|told| told.payload().to_owned()),
            Err(SqlxError::PoolClosed) => {
                // Gives the connection back, for which `close` waits.
                self.0 = None;
                std::future::pending().await
            }
            Err(error) => {
                tracing::warn!(%error, "can't hear what other processes changed; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
                None
            }
        }
    }
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection> {
    // A pool that can't open its first connection says only that it waited in vain.
    let connected = sea_orm::Database::connect(options).await;
    let mut connection = connected.map_err(|error| match StoreError::from(error) {
        StoreError::Busy => StoreError::Unavailable,
        other => other,
    })?;
    // Who asks for it in the log sees what a request asks of the database. Values are bound, and not told.
    connection.set_metric_callback(|told| tracing::trace!(target: STATEMENT, sql = %told.statement.sql));
    Ok(connection)
}

/// WAL, so that readers and the writer don't wait for each other. `synchronous = FULL`, so that what was answered, mailed or ordered is still
/// there after a power cut; NORMAL would keep the file whole and could lose the last commits.
fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            let options = options
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL");
            if read_only { options.pragma("query_only", "ON") } else { options }
        });
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        // One more, which the listener keeps.
        .max_connections(connections.max(2) + 1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire_if_idle_for(REST)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| {
            let milliseconds = PATIENCE.as_millis().to_string();
            options.application_name("sonderfonds").options([
                ("lock_timeout", milliseconds.as_str()),
                ("statement_timeout", "60000"),
                ("idle_in_transaction_session_timeout", "60000"),
            ])
        });
    options
}
