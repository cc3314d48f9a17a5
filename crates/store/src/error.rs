//! What can go wrong between the engine and its database.

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::sqlx::error::ErrorKind;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Why something was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was faster: the row's version is another one by now, or what should be new exists.
    #[error("changed by somebody else in the meantime")]
    Conflict,
    /// A second one of what there may be only one of.
    #[error("there is one already: {constraint}")]
    Duplicate {
        /// The constraint's name (PostgreSQL), or its columns (SQLite).
        constraint: String,
    },
    /// The database's own last guard: a CHECK, a foreign key or a trigger. The domain should have refused before.
    #[error("refused by the database: {constraint}")]
    Refused {
        /// The constraint's name, or what the trigger says.
        constraint: String,
    },
    /// Too much at once, or two commands in each other's way: again later.
    #[error("the database is busy")]
    Busy,
    /// The database can't be reached.
    #[error("the database is not available")]
    Unavailable,
    /// A row that says what no row can say.
    #[error("{table} {id} can't be read: {what}")]
    Corrupt {
        /// The row's table, or nothing where only the column is known.
        table: &'static str,
        /// The row's key.
        id: String,
        /// What is wrong with it.
        what: String,
    },
    /// Anything else.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

/// The result of reading or writing.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    pub(crate) fn other(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Other(what.into())
    }

    /// For what may be made by two at once: a duplicate means that the other one was faster.
    pub(crate) fn duplicate_is_conflict(self) -> Self {
        match self {
            Self::Duplicate { .. } => Self::Conflict,
            other => other,
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let sqlx = match &error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => return Self::Busy,
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => return Self::Unavailable,
            DbErr::Conn(RuntimeErr::SqlxError(sqlx))
            | DbErr::Exec(RuntimeErr::SqlxError(sqlx))
            | DbErr::Query(RuntimeErr::SqlxError(sqlx)) => sqlx,
            _ => return Self::other(error),
        };
        of_sqlx(sqlx).unwrap_or_else(|| Self::other(error))
    }
}

impl From<SqlxError> for StoreError {
    fn from(error: SqlxError) -> Self {
        of_sqlx(&error).unwrap_or_else(|| Self::other(error))
    }
}

fn of_sqlx(error: &SqlxError) -> Option<StoreError> {
    let known = kind_of(error);
    if matches!(known, Some(StoreError::Unavailable)) {
        // The caller is not told why; whoever runs the database should know.
        tracing::warn!(%error, "the database is not available");
    }
    known
}

fn kind_of(error: &SqlxError) -> Option<StoreError> {
    match error {
        SqlxError::Database(error) => of_database(error.as_ref()),
        SqlxError::PoolTimedOut => Some(StoreError::Busy),
        SqlxError::PoolClosed | SqlxError::WorkerCrashed | SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::Protocol(_) => {
            Some(StoreError::Unavailable)
        }
        SqlxError::ColumnDecode { index, source } => {
            Some(StoreError::Corrupt { table: "", id: String::new(), what: format!("{index}: {source}") })
        }
        _ => None,
    }
}

/// By the codes of PostgreSQL (five characters) and SQLite (the extended result code).
fn of_database(error: &dyn sea_orm::sqlx::error::DatabaseError) -> Option<StoreError> {
    let code = error.code().unwrap_or_default();
    match code.as_ref() {
        // SQLITE_BUSY, _LOCKED, _BUSY_RECOVERY, _BUSY_SNAPSHOT; serialization failure, deadlock, lock timeout.
        "5" | "6" | "261" | "262" | "517" | "40001" | "40P01" | "55P03" => return Some(StoreError::Busy),
        // SQLITE_IOERR, _FULL, _CANTOPEN; statement timeout, shutdown, too many connections.
        "10" | "13" | "14" | "57014" | "57P01" | "57P02" | "57P03" | "53300" => return Some(StoreError::Unavailable),
        // SQLITE_CONSTRAINT_TRIGGER; what the append-only triggers raise.
        "1811" | "23000" => return Some(StoreError::Refused { constraint: error.message().to_owned() }),
        _ => {}
    }
    let constraint = constraint(error);
    match error.kind() {
        ErrorKind::UniqueViolation => Some(StoreError::Duplicate { constraint }),
        ErrorKind::CheckViolation | ErrorKind::ForeignKeyViolation | ErrorKind::NotNullViolation => {
            Some(StoreError::Refused { constraint })
        }
        _ => None,
    }
}

/// PostgreSQL names the constraint; SQLite says it at the end of its message.
fn constraint(error: &dyn sea_orm::sqlx::error::DatabaseError) -> String {
    error.constraint().map_or_else(
        || error.message().split_once("constraint failed: ").map_or(error.message(), |(_, constraint)| constraint).to_owned(),
        str::to_owned,
    )
}
