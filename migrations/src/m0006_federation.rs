//! Accounts at somebody else's identity provider that people sign in with, and the roles that rest on them.

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

const TABLES: &str = "
-- Who signs in with which account. A provider gives an account's id to nobody else, ever; an e-mail address it may.
CREATE TABLE federated_identity (
    provider TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 40),
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    person_id {uuid} NOT NULL REFERENCES person (id),
    linked_at {instant} NOT NULL,
    last_sign_in {instant} NOT NULL,
    PRIMARY KEY (provider, subject),
    CONSTRAINT federated_identity_of_a_person_is_one UNIQUE (provider, person_id)
){strict};
CREATE INDEX federated_identity_by_person ON federated_identity (person_id);

-- The roles that a provider vouched for at the last sign-in with it.
CREATE TABLE federated_role (
    provider TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 40),
    person_id {uuid} NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    granted_at {instant} NOT NULL,
    -- Whether the person has the role by this alone, so that it goes with this.
    alone {boolean} NOT NULL,
    PRIMARY KEY (provider, person_id, role)
){strict};
CREATE INDEX federated_role_by_person ON federated_role (person_id, role);";

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0006_federation"
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
