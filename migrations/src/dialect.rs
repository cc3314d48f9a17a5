//! What differs between SQLite and PostgreSQL in the schema: the names of types, and how a table is kept append-only.
//!
//! Tables are written in SQL, once for both databases. What differs stands in braces and is filled in: a constraint that is said twice is
//! one day changed once.

use sea_orm_migration::SchemaManager;
use sea_orm_migration::sea_orm::{DbBackend, DbErr};

/// What differs between the databases.
pub(crate) struct Dialect {
    /// What each placeholder stands for.
    types: [(&'static str, &'static str); 8],
    /// The triggers that refuse to change or remove rows of a table.
    pub(crate) append_only: fn(&str, &str) -> String,
}

static POSTGRES: Dialect = Dialect {
    types: [
        ("{uuid}", "UUID"),
        ("{instant}", "TIMESTAMPTZ"),
        ("{date}", "DATE"),
        ("{json}", "JSONB"),
        ("{cents}", "BIGINT"),
        ("{count}", "BIGINT"),
        ("{boolean}", "BOOLEAN"),
        ("{strict}", ""),
    ],
    append_only: |table, rule| {
        format!(
            "CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '{table} is append-only ({rule})' USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER {table}_refuses_changes BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only();
            CREATE TRIGGER {table}_refuses_truncation BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only();"
        )
    },
};

/// STRICT tables: SQLite holds to the declared types, so that money can't become a floating-point number. The types are the storage classes
/// that the driver writes: ids as 16 bytes, dates, instants in UTC and JSON as text.
static SQLITE: Dialect = Dialect {
    types: [
        ("{uuid}", "BLOB"),
        ("{instant}", "TEXT"),
        ("{date}", "TEXT"),
        ("{json}", "TEXT"),
        ("{cents}", "INTEGER"),
        ("{count}", "INTEGER"),
        ("{boolean}", "INTEGER"),
        ("{strict}", " STRICT"),
    ],
    append_only: |table, rule| {
        format!(
            "CREATE TRIGGER {table}_refuses_updates BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only ({rule})'); END;
            CREATE TRIGGER {table}_refuses_deletes BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only ({rule})'); END;
            CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table}
            WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})
            BEGIN SELECT RAISE(ABORT, '{table} is append-only ({rule})'); END;",
            key = replaced(table),
        )
    },
};

/// SQLite's `INSERT OR REPLACE` removes the old row without asking the triggers for deletion; this is when it would.
fn replaced(table: &str) -> &'static str {
    match table {
        "event" => "sequence = NEW.sequence",
        "addendum" => "id = NEW.id OR (minutes_id = NEW.minutes_id AND number = NEW.number)",
        "journal_entry" => "id = NEW.id OR (year = NEW.year AND ordinal = NEW.ordinal)",
        _ => "application_id = NEW.application_id AND ordinal = NEW.ordinal",
    }
}

impl Dialect {
    /// That of the database which takes the step.
    pub(crate) fn of(manager: &SchemaManager) -> Result<&'static Self, DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => Ok(&SQLITE),
            DbBackend::Postgres => Ok(&POSTGRES),
            other => Err(DbErr::Migration(format!("{other:?} is not supported"))),
        }
    }

    /// Whether it is that of SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        std::ptr::eq(self, &raw const SQLITE)
    }

    /// The SQL for this database.
    pub(crate) fn fill_in(&self, tables: &str) -> String {
        self.types.iter().fold(tables.to_owned(), |sql, (placeholder, meaning)| sql.replace(placeholder, meaning))
    }
}
