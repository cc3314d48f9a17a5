//! Events about more kinds of things: which kinds there are is the program's to say, and grows with it.
//!
//! `SQLite` can't drop a constraint, so the table is made anew there with the same rows; they keep their hashes.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

/// Entries of the journal refer to events: the references are checked when the transaction commits, by when every event is back.
const SQLITE: &str = "
PRAGMA defer_foreign_keys = ON;
CREATE TABLE event_before AS SELECT * FROM event;
DROP TABLE event;
CREATE TABLE event (
    sequence {count} PRIMARY KEY NOT NULL CHECK (sequence >= 1),
    at {instant} NOT NULL,
    by_id {uuid} REFERENCES person (id),
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_version {count} NOT NULL,
    -- Text, not JSON: kept byte for byte as it was hashed.
    details TEXT NOT NULL,
    previous TEXT NOT NULL CHECK (length(previous) = 64),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
){strict};
INSERT INTO event (sequence, at, by_id, kind, subject_kind, subject_id, subject_version, details, previous, hash)
SELECT sequence, at, by_id, kind, subject_kind, subject_id, subject_version, details, previous, hash FROM event_before ORDER BY sequence;
DROP TABLE event_before;
CREATE INDEX event_by_subject ON event (subject_kind, subject_id, sequence);
CREATE INDEX event_by_person ON event (by_id, sequence);";

const POSTGRES: &str = "ALTER TABLE event DROP CONSTRAINT event_subject_kind_check;";

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0002_event_subjects"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        if dialect.is_sqlite() {
            db.execute_unprepared(&dialect.fill_in(SQLITE)).await?;
            db.execute_unprepared(&(dialect.append_only)("event", "R45")).await?;
        } else {
            db.execute_unprepared(POSTGRES).await?;
        }
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
