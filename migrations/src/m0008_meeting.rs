//! Meetings of the committee: agenda, attendance, minutes and their addenda (R17, R24). Signed minutes can't be changed.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0008_meeting"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        let locked = if dialect.is_sqlite() {
            include_str!("m0008_meeting/signed.sqlite.sql")
        } else {
            include_str!("m0008_meeting/signed.postgres.sql")
        };
        for sql in [include_str!("m0008_meeting/tables.sql"), locked] {
            db.execute_unprepared(&dialect.fill_in(sql)).await?;
        }
        db.execute_unprepared(&(dialect.append_only)("addendum", "R24")).await?;
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
