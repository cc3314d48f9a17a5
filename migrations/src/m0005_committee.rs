//! The committee: seats, recusals, ballots in three forms and en bloc (R16 to R25).
//!
//! `SQLite` can't drop a constraint, so motions and ballots are made anew there with the same rows.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0005_committee"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        let ballots = if dialect.is_sqlite() {
            include_str!("m0005_committee/ballots.sqlite.sql")
        } else {
            include_str!("m0005_committee/ballots.postgres.sql")
        };
        for tables in [include_str!("m0005_committee/tables.sql"), ballots, include_str!("m0005_committee/indexes.sql")] {
            db.execute_unprepared(&dialect.fill_in(tables)).await?;
        }
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
