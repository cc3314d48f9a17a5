//! What repeated commands are answered with.

use chrono::{DateTime, Utc};
use domain::ids::PersonId;
use sea_orm::EntityTrait as _;

use crate::entity::idempotency_key;
use crate::row::{self, set};
use crate::{Connection, Result, StoreError, Tx};

/// What a command was asked and answered under a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The command's name.
    pub operation: String,
    /// The SHA-256 of its input, as 64 hexadecimal digits.
    pub request_hash: String,
    /// Its answer.
    pub outcome: serde_json::Value,
}

/// What is remembered under a person's key.
pub async fn find<C: Connection>(db: &C, person: PersonId, key: &str) -> Result<Option<Remembered>> {
    let row = idempotency_key::Entity::find_by_id((person.0, key.to_owned())).one(db).await?;
    Ok(row.map(|row| Remembered { operation: row.operation, request_hash: row.request_hash, outcome: row.outcome }))
}

/// Remembers an answer. If there is one under the key already, somebody else was faster: a conflict.
pub async fn remember(tx: &Tx, person: PersonId, key: &str, remembered: &Remembered, at: DateTime<Utc>) -> Result<()> {
    let row = idempotency_key::ActiveModel {
        person_id: set(person.0),
        key: set(key.to_owned()),
        operation: set(remembered.operation.clone()),
        request_hash: set(remembered.request_hash.clone()),
        outcome: set(remembered.outcome.clone()),
        created_at: set(at),
    };
    row::insert_row(tx, row).await.map_err(StoreError::duplicate_is_conflict)
}
