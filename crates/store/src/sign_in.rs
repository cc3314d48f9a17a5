//! Wishes to sign in by e-mail.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::{MessageId, PersonId, SignInId};
use domain::outbox::{Addressee, Message, Notice};
use domain::sign_in::{SignInRequest, Whom};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, DbBackend, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    Statement,
};

use crate::entity::sign_in_request::{self, Column};
use crate::row::{self, Origin, set};
use crate::{Connection, Database, Result, StoreError, Tx};

/// The most requests of one address that a code is compared with.
const MOST_COMPARED: u64 = 100;

/// Writes a new request.
pub async fn insert(tx: &Tx, request: &SignInRequest) -> Result<()> {
    let (person, address) = match &request.whom {
        Whom::Known(person) => (Some(person.0), None),
        Whom::Unknown { address } => (None, Some(address.clone())),
    };
    let row = sign_in_request::ActiveModel {
        id: set(request.id.0),
        person_id: set(person),
        address: set(address),
        address_hash: set(request.address_hash.clone()),
        language: set(request.language.code().to_owned()),
        link_hash: set(request.link_hash.clone()),
        code_hash: set(request.code_hash.clone()),
        created_at: set(request.created_at),
        expires_at: set(request.expires_at),
        used_at: set(request.used_at),
        wrong_codes: set(request.wrong_codes.into()),
        refused_at: set(request.refused_at),
    };
    row::insert_row(tx, row).await
}

/// How many requests there were for an address since then. Others who ask for the same address wait until the transaction ends, so that
/// none slips past the count. On SQLite whoever writes is alone.
pub async fn count_since(tx: &Tx, address_hash: &str, since: DateTime<Utc>) -> Result<u64> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [address_hash.into()])).await?;
    }
    let query = sign_in_request::Entity::find().filter(Column::AddressHash.eq(address_hash)).filter(Column::CreatedAt.gt(since));
    Ok(query.count(tx).await?)
}

/// The request with that link, used or not.
pub async fn find_by_link<C: Connection>(db: &C, link_hash: &str) -> Result<Option<SignInRequest>> {
    one(db, by_link(link_hash)).await
}

/// The request with that link, kept from everybody else until the transaction ends.
pub async fn lock_by_link(tx: &Tx, link_hash: &str) -> Result<Option<SignInRequest>> {
    one(tx, row::locked(by_link(link_hash))).await
}

fn by_link(link_hash: &str) -> Select<sign_in_request::Entity> {
    sign_in_request::Entity::find().filter(Column::LinkHash.eq(link_hash))
}

/// The requests for an address, also those that are over and not forgotten yet, the latest first, kept from everybody else until the
/// transaction ends.
pub async fn lock_for_address(tx: &Tx, address_hash: &str) -> Result<Vec<SignInRequest>> {
    let query = sign_in_request::Entity::find().filter(Column::AddressHash.eq(address_hash)).order_by_desc(Column::Id);
    row::locked(query).limit(MOST_COMPARED).all(tx).await?.into_iter().map(read).collect()
}

/// Uses a request up. A conflict means that it was used before.
pub async fn spend(tx: &Tx, id: SignInId, at: DateTime<Utc>) -> Result<()> {
    let update = sign_in_request::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::UsedAt.is_null());
    if update.exec(tx).await?.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Makes a request somebody's: its address has become a person's, and is forgotten here.
pub async fn belongs_to(tx: &Tx, id: SignInId, person: PersonId) -> Result<()> {
    let update = sign_in_request::Entity::update_many()
        .col_expr(Column::PersonId, Expr::value(person.0))
        .col_expr(Column::Address, Expr::value(Option::<String>::None))
        .filter(Column::Id.eq(id.0));
    if update.exec(tx).await?.rows_affected == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Counts a wrong code for these requests.
pub async fn count_wrong_code(tx: &Tx, ids: &[SignInId]) -> Result<()> {
    let update = sign_in_request::Entity::update_many()
        .col_expr(Column::WrongCodes, Expr::col(Column::WrongCodes).add(1))
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)));
    update.exec(tx).await?;
    Ok(())
}

/// Keeps that a use was refused.
pub async fn refused(tx: &Tx, id: SignInId, at: DateTime<Utc>) -> Result<()> {
    let update = sign_in_request::Entity::update_many().col_expr(Column::RefusedAt, Expr::value(at)).filter(Column::Id.eq(id.0));
    update.exec(tx).await?;
    Ok(())
}

/// Removes the requests that ended before `before`, with the addresses of those who never came; says how many.
pub async fn forget(database: &Database, before: DateTime<Utc>) -> Result<u64> {
    let delete = sign_in_request::Entity::delete_many().filter(Column::ExpiresAt.lt(before));
    Ok(delete.exec(database.writer()).await?.rows_affected)
}

/// To whom the messages go that are nobody's yet. Where the request was removed, there is no address any more.
pub(crate) async fn addressees<C: Connection>(db: &C, messages: &[Message]) -> Result<BTreeMap<MessageId, Addressee>> {
    let mut found = BTreeMap::new();
    for message in messages {
        let (None, Notice::SignIn { request, .. }) = (message.recipient, &message.notice) else { continue };
        let request = one(db, sign_in_request::Entity::find_by_id(request.0)).await?;
        let (email, language) = match request {
            Some(SignInRequest { whom: Whom::Unknown { address }, language, .. }) => (Some(address), language),
            Some(request) => (None, request.language),
            None => (None, domain::language::Language::default()),
        };
        found.insert(message.id, Addressee { name: String::new(), email, language });
    }
    Ok(found)
}

async fn one<C: Connection>(db: &C, query: Select<sign_in_request::Entity>) -> Result<Option<SignInRequest>> {
    query.one(db).await?.map(read).transpose()
}

fn read(row: sign_in_request::Model) -> Result<SignInRequest> {
    let origin = Origin { table: "sign_in_request", key: &row.id };
    let language = origin.name("language", &row.language)?;
    let wrong_codes = origin.count("wrong_codes", row.wrong_codes)?;
    let whom = match (row.person_id, row.address) {
        (Some(person), None) => Whom::Known(person.into()),
        (None, Some(address)) => Whom::Unknown { address },
        _ => return Err(origin.corrupt("address", "it is both somebody's and nobody's")),
    };
    Ok(SignInRequest {
        id: row.id.into(),
        whom,
        address_hash: row.address_hash,
        language,
        link_hash: row.link_hash,
        code_hash: row.code_hash,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
        wrong_codes,
        refused_at: row.refused_at,
    })
}
