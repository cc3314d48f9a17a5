//! Another e-mail address for somebody who is known, until it is confirmed from there.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

const TABLES: &str = "
-- Wishes to be reached by another address. Rows are removed a week after their end.
CREATE TABLE address_change (
    id {uuid} PRIMARY KEY NOT NULL,
    person_id {uuid} NOT NULL REFERENCES person (id),
    -- The new address, and the one before: the person is told there, too.
    address TEXT NOT NULL,
    former TEXT,
    -- Keyed hash of the new address, by which e-mails to it are counted.
    address_hash TEXT NOT NULL CHECK (length(address_hash) = 64),
    -- SHA-256 of the link's secret, which is derived when the e-mail is written, and kept nowhere.
    link_hash TEXT NOT NULL UNIQUE CHECK (length(link_hash) = 64),
    created_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    used_at {instant},
    -- When a use was first refused: the record is told once.
    refused_at {instant}
){strict};
CREATE INDEX address_change_by_person ON address_change (person_id, created_at);
CREATE INDEX address_change_by_address ON address_change (address_hash, created_at);
CREATE INDEX address_change_by_end ON address_change (expires_at);";

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0009_address_change"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        db.execute_unprepared(&dialect.fill_in(TABLES)).await?;
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
