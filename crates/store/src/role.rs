//! Roles that people have for a time.

use chrono::NaiveDate;
use domain::ids::{GrantId, PersonId};
use domain::membership::Ended;
use domain::role::Grant;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value};

use crate::entity::role_grant::{self, Column};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Grant {
    type Entity = role_grant::Entity;
    const KEY: Column = Column::Id;
    const VERSION: Column = Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let ended = self.ended.as_ref();
        Ok(role_grant::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            person_id: set(self.person.0),
            role: set(self.role.code().to_owned()),
            valid_from: set(self.from),
            valid_until: set(self.until),
            granted_by: set(self.granted_by.map(|by| by.0)),
            granted_at: set(self.granted_at),
            reason: set(self.reason.clone()),
            ended_at: set(ended.map(|ended| ended.at)),
            ended_by: set(ended.and_then(|ended| ended.by).map(|by| by.0)),
            end_reason: set(ended.and_then(|ended| ended.reason.clone())),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "role_grant", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            person: row.person_id.into(),
            role: origin.name("role", &row.role)?,
            from: row.valid_from,
            until: row.valid_until,
            granted_by: row.granted_by.map(PersonId),
            granted_at: row.granted_at,
            reason: row.reason,
            ended: row.ended_at.map(|at| Ended { at, by: row.ended_by.map(PersonId), reason: row.end_reason }),
        })
    }
}

/// What holds for a role on a day: [`Grant::holds_on`], said in rows.
pub(crate) fn holds_on(day: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::EndedAt.is_null())
        .add(Column::ValidFrom.lte(day))
        .add(Condition::any().add(Column::ValidUntil.is_null()).add(Column::ValidUntil.gte(day)))
}

/// Writes a new role.
pub async fn insert(tx: &Tx, grant: &Grant) -> Result<()> {
    row::insert(tx, grant).await
}

/// A role that somebody has or had.
pub async fn find<C: Connection>(db: &C, id: GrantId) -> Result<Option<Grant>> {
    row::find(db, id.0).await
}

/// A role, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: GrantId) -> Result<Option<Grant>> {
    row::lock(tx, id.0).await
}

/// Saves a changed role.
pub async fn save(tx: &Tx, grant: &Grant) -> Result<()> {
    row::save(tx, grant).await
}

/// All roles that a person has, had, or will have, in the order in which they were given.
pub async fn of_person<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Grant>> {
    let query = role_grant::Entity::find().filter(Column::PersonId.eq(person.0));
    row::list(db, query.order_by_asc(Column::GrantedAt).order_by_asc(Column::Id)).await
}
