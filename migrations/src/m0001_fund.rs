//! The fund: people, applicants, applications, decisions, the budget, awards, payouts, e-mail and the record.
//!
//! The tables are written in SQL, once for both databases. What differs between the two stands in braces and is filled in by [`Dialect`]:
//! a constraint that is said twice is one day changed once.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

/// The tables, in an order in which each refers only to those before it.
const TABLES: [&str; 5] = [
    include_str!("m0001_fund/applying.sql"),
    include_str!("m0001_fund/record.sql"),
    include_str!("m0001_fund/deciding.sql"),
    include_str!("m0001_fund/money.sql"),
    include_str!("m0001_fund/mail.sql"),
];

/// The tables that are only ever added to, and the rule that says so.
const APPEND_ONLY: [(&str, &str); 3] = [("journal_entry", "R27"), ("event", "R45"), ("application_version", "R14")];

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0001_fund"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let dialect = match manager.get_database_backend() {
            DbBackend::Sqlite => &SQLITE,
            DbBackend::Postgres => &POSTGRES,
            other => return Err(DbErr::Migration(format!("{other:?} is not supported"))),
        };
        for tables in TABLES {
            db.execute_unprepared(&dialect.fill_in(tables)).await?;
        }
        for (table, rule) in APPEND_ONLY {
            db.execute_unprepared(&(dialect.append_only)(table, rule)).await?;
        }
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What differs between the databases.
struct Dialect {
    /// What each placeholder stands for.
    types: [(&'static str, &'static str); 8],
    /// The triggers that refuse to change or remove rows of a table.
    append_only: fn(&str, &str) -> String,
}

const POSTGRES: Dialect = Dialect {
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
const SQLITE: Dialect = Dialect {
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
        "journal_entry" => "id = NEW.id OR (year = NEW.year AND ordinal = NEW.ordinal)",
        _ => "application_id = NEW.application_id AND ordinal = NEW.ordinal",
    }
}

impl Dialect {
    fn fill_in(&self, tables: &str) -> String {
        self.types.iter().fold(tables.to_owned(), |sql, (placeholder, meaning)| sql.replace(placeholder, meaning))
    }
}
