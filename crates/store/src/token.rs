//! API tokens, found by their hashes.

use chrono::{DateTime, Utc};
use domain::ids::{PersonId, TokenId};
use domain::token::Token;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Select};

use crate::entity::token::{self, Column};
use crate::page;
use crate::row::{self, Origin, set};
use crate::{Connection, Database, Result, StoreError, Tx};

/// Writes a new token.
pub async fn insert(tx: &Tx, token: &Token) -> Result<()> {
    let row = token::ActiveModel {
        id: set(token.id.0),
        person_id: set(token.person.0),
        name: set(token.name.clone()),
        hash: set(token.hash.clone()),
        access: set(token.access.code().to_owned()),
        created_at: set(token.created_at),
        expires_at: set(token.expires_at),
        revoked_at: set(token.revoked_at),
        last_used_at: set(token.last_used_at),
    };
    row::insert_row(tx, row).await
}

/// The token with that hash, valid or not.
pub async fn find_by_hash<C: Connection>(db: &C, hash: &str) -> Result<Option<Token>> {
    one(db, token::Entity::find().filter(Column::Hash.eq(hash))).await
}

/// A token, valid or not.
pub async fn find<C: Connection>(db: &C, id: TokenId) -> Result<Option<Token>> {
    one(db, token::Entity::find_by_id(id.0)).await
}

/// A token, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: TokenId) -> Result<Option<Token>> {
    one(tx, row::locked(token::Entity::find_by_id(id.0))).await
}

/// A person's tokens that are good at `now`, in the order in which they were made.
pub async fn valid_of<C: Connection>(db: &C, person: PersonId, now: DateTime<Utc>) -> Result<Vec<Token>> {
    let query = token::Entity::find()
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.is_null().or(Column::ExpiresAt.gt(now)))
        .order_by_asc(Column::Id);
    page::whole(db, query, page::MOST).await?.into_iter().map(read).collect()
}

/// All of a person's tokens, also those that are over, in the order in which they were made.
pub async fn of_person<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Token>> {
    let query = token::Entity::find().filter(Column::PersonId.eq(person.0)).order_by_asc(Column::Id);
    page::whole(db, query, page::MOST).await?.into_iter().map(read).collect()
}

/// Revokes a token. A conflict means that it was revoked before.
pub async fn revoke(tx: &Tx, id: TokenId, at: DateTime<Utc>) -> Result<()> {
    let update = token::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::RevokedAt.is_null());
    if update.exec(tx).await?.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Keeps when a token was last used; never an earlier instant than what is kept.
pub async fn used(database: &Database, id: TokenId, at: DateTime<Utc>) -> Result<()> {
    let update = token::Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::LastUsedAt.is_null().or(Column::LastUsedAt.lt(at)));
    update.exec(database.writer()).await?;
    Ok(())
}

async fn one<C: Connection>(db: &C, query: Select<token::Entity>) -> Result<Option<Token>> {
    query.one(db).await?.map(read).transpose()
}

fn read(row: token::Model) -> Result<Token> {
    let access = Origin { table: "token", key: &row.id }.name("access", &row.access)?;
    Ok(Token {
        id: row.id.into(),
        person: row.person_id.into(),
        name: row.name,
        hash: row.hash,
        access,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
    })
}
