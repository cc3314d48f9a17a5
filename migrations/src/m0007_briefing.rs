//! What the committee is told and shown before it decides: briefings with who has read them, digests, proposals, and what-ifs.
//!
//! The tables are written in SQL, once for both databases; see [`Dialect`].

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

const TABLES: [&str; 2] = [include_str!("m0007_briefing/news.sql"), include_str!("m0007_briefing/preparing.sql")];

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0007_briefing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        for tables in TABLES {
            db.execute_unprepared(&dialect.fill_in(tables)).await?;
        }
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
