//! Sessions, found by their hashes.

use chrono::{DateTime, Utc};
use domain::ids::{PersonId, SessionId};
use domain::session::Session;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Select};

use crate::entity::session::{self, Column};
use crate::page;
use crate::row::{self, set};
use crate::{Connection, Database, Result, StoreError, Tx};

/// Writes a new session.
pub async fn insert(tx: &Tx, session: &Session) -> Result<()> {
    let row = session::ActiveModel {
        id: set(session.id.0),
        person_id: set(session.person.0),
        hash: set(session.hash.clone()),
        device: set(session.device.clone()),
        created_at: set(session.created_at),
        last_seen_at: set(session.last_seen_at),
        expires_at: set(session.expires_at),
        ended_at: set(session.ended_at),
    };
    row::insert_row(tx, row).await
}

/// The session with that hash, valid or not.
pub async fn find_by_hash<C: Connection>(db: &C, hash: &str) -> Result<Option<Session>> {
    one(db, session::Entity::find().filter(Column::Hash.eq(hash))).await
}

/// A session, valid or not.
pub async fn find<C: Connection>(db: &C, id: SessionId) -> Result<Option<Session>> {
    one(db, session::Entity::find_by_id(id.0)).await
}

/// A session, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: SessionId) -> Result<Option<Session>> {
    one(tx, row::locked(session::Entity::find_by_id(id.0))).await
}

/// A person's sessions that neither were ended nor came to their absolute end at `now`, in the order in which they began.
pub async fn open_of<C: Connection>(db: &C, person: PersonId, now: DateTime<Utc>) -> Result<Vec<Session>> {
    let query = session::Entity::find()
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_asc(Column::Id);
    Ok(page::whole(db, query, page::MOST).await?.into_iter().map(read).collect())
}

/// Ends a session. A conflict means that it was ended before.
pub async fn end(tx: &Tx, id: SessionId, at: DateTime<Utc>) -> Result<()> {
    let update = session::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::EndedAt.is_null());
    if update.exec(tx).await?.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Keeps when a session was last used; never an earlier instant than what is kept.
pub async fn seen(database: &Database, id: SessionId, at: DateTime<Utc>) -> Result<()> {
    let update = session::Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::LastSeenAt.lt(at));
    update.exec(database.writer()).await?;
    Ok(())
}

/// Removes the sessions whose absolute end lies before `before`, and says how many.
pub async fn forget(database: &Database, before: DateTime<Utc>) -> Result<u64> {
    let delete = session::Entity::delete_many().filter(Column::ExpiresAt.lt(before));
    Ok(delete.exec(database.writer()).await?.rows_affected)
}

async fn one<C: Connection>(db: &C, query: Select<session::Entity>) -> Result<Option<Session>> {
    Ok(query.one(db).await?.map(read))
}

pub(crate) fn read(row: session::Model) -> Session {
    Session {
        id: row.id.into(),
        person: row.person_id.into(),
        hash: row.hash,
        device: row.device,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
        ended_at: row.ended_at,
    }
}
