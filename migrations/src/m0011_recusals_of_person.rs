//! What somebody is excluded from, which is asked with each request of theirs, read out of an index alone.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

const INDEX: &str = "
-- Those that stand. A member has more of them with every year, each far from the others in the table.
CREATE INDEX recusal_of_person ON recusal (person_id, application_id) WHERE state <> 'dismissed';";

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0011_recusals_of_person"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(INDEX).await?;
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
