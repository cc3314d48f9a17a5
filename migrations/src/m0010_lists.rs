//! What keeps lists fast as the years go by: indexes in the order in which they are asked for, and the cities of applications as rows.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0010_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        let kept = if dialect.is_sqlite() {
            include_str!("m0010_lists/cities.sqlite.sql")
        } else {
            include_str!("m0010_lists/cities.postgres.sql")
        };
        for sql in [include_str!("m0010_lists/tables.sql"), kept] {
            db.execute_unprepared(&dialect.fill_in(sql)).await?;
        }
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
