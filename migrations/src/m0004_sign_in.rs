//! Sign-in by e-mail, sessions, and tokens that are good for reading only.
//!
//! A message may go to somebody who is nobody's yet: the address of a sign-in request. `SQLite` can't drop a NOT NULL, so the outbox is made
//! anew there with the same rows; nothing refers to it.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

const TABLES: &str = include_str!("m0004_sign_in/tables.sql");
const OUTBOX_SQLITE: &str = include_str!("m0004_sign_in/outbox_sqlite.sql");
const OUTBOX_POSTGRES: &str = "ALTER TABLE outbox_message ALTER COLUMN recipient_id DROP NOT NULL;";

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0004_sign_in"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        db.execute_unprepared(&dialect.fill_in(TABLES)).await?;
        let outbox = if dialect.is_sqlite() { OUTBOX_SQLITE } else { OUTBOX_POSTGRES };
        db.execute_unprepared(&dialect.fill_in(outbox)).await?;
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
