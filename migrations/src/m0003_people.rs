//! Roles for a time, people who act for an applicant as owner, editor or reader, invitations, and what an applicant says of itself.
//!
//! `SQLite` can't change a primary key, so two tables are made anew with the same rows, the same way on both databases.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

const TABLES: &str = include_str!("m0003_people/people.sql");

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0003_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, dialect) = (manager.get_connection(), Dialect::of(manager)?);
        // A new id for rows that had none, and the day in UTC of an instant: never later than the day in Europe/Berlin.
        let (new_id, day) = if dialect.is_sqlite() {
            ("randomblob(16)", "substr(granted_at, 1, 10)")
        } else {
            ("gen_random_uuid()", "CAST(granted_at AT TIME ZONE 'UTC' AS DATE)")
        };
        let sql = dialect.fill_in(TABLES).replace("{new_id}", new_id).replace("{granted_on}", day);
        db.execute_unprepared(&sql).await?;
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
