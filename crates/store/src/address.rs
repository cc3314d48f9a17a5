//! Other addresses that people want to be reached by.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::address::AddressChange;
use domain::ids::{AddressChangeId, MessageId, PersonId};
use domain::language::Language;
use domain::outbox::{Addressee, Message, Notice};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, Select};

use crate::entity::address_change::{self, Column};
use crate::row::{self, set};
use crate::{Connection, Database, Result, Tx};

/// Writes a new wish.
pub async fn insert(tx: &Tx, change: &AddressChange) -> Result<()> {
    let row = address_change::ActiveModel {
        id: set(change.id.0),
        person_id: set(change.person.0),
        address: set(change.address.clone()),
        former: set(change.former.clone()),
        address_hash: set(change.address_hash.clone()),
        link_hash: set(change.link_hash.clone()),
        created_at: set(change.created_at),
        expires_at: set(change.expires_at),
        used_at: set(change.used_at),
        refused_at: set(change.refused_at),
    };
    row::insert_row(tx, row).await
}

/// How many wishes there were since then of that person, or for that address.
pub async fn count_since(tx: &Tx, person: PersonId, address_hash: &str, since: DateTime<Utc>) -> Result<u64> {
    let whose = Column::PersonId.eq(person.0).or(Column::AddressHash.eq(address_hash));
    Ok(address_change::Entity::find().filter(whose).filter(Column::CreatedAt.gt(since)).count(tx).await?)
}

/// The wish with that link, used or not.
pub async fn find_by_link<C: Connection>(db: &C, link_hash: &str) -> Result<Option<AddressChange>> {
    one(db, by_link(link_hash)).await
}

/// The wish with that link, kept from everybody else until the transaction ends.
pub async fn lock_by_link(tx: &Tx, link_hash: &str) -> Result<Option<AddressChange>> {
    one(tx, row::locked(by_link(link_hash))).await
}

fn by_link(link_hash: &str) -> Select<address_change::Entity> {
    address_change::Entity::find().filter(Column::LinkHash.eq(link_hash))
}

/// Uses a person's wishes up: the one that was confirmed, and with it all others.
pub async fn spend_all(tx: &Tx, person: PersonId, at: DateTime<Utc>) -> Result<()> {
    let update = address_change::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(at))
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::UsedAt.is_null());
    update.exec(tx).await?;
    Ok(())
}

/// Keeps that a use was refused.
pub async fn refused(tx: &Tx, id: AddressChangeId, at: DateTime<Utc>) -> Result<()> {
    let update = address_change::Entity::update_many().col_expr(Column::RefusedAt, Expr::value(at)).filter(Column::Id.eq(id.0));
    update.exec(tx).await?;
    Ok(())
}

/// Removes the wishes that ended before `before`, with both addresses; says how many.
pub async fn forget(database: &Database, before: DateTime<Utc>) -> Result<u64> {
    let delete = address_change::Entity::delete_many().filter(Column::ExpiresAt.lt(before));
    Ok(delete.exec(database.writer()).await?.rows_affected)
}

/// To whom the messages go that are about a wish: the new address, or the one before. Where the wish was removed, there is none any more.
pub(crate) async fn addressees<C: Connection>(db: &C, messages: &[Message]) -> Result<BTreeMap<MessageId, Addressee>> {
    let mut found = BTreeMap::new();
    for message in messages {
        let (Notice::AddressToConfirm { change, .. } | Notice::AddressChanged { change }) = &message.notice else { continue };
        let wish = one(db, address_change::Entity::find_by_id(change.0)).await?;
        let person = match &wish {
            Some(wish) => crate::identity::find_person(db, wish.person).await?,
            None => None,
        };
        let language = person.as_ref().map_or(Language::default(), |person| person.language);
        let (name, email) = match &message.notice {
            // Whose name that is, the new address may not even know: it may be a stranger's by mistake.
            Notice::AddressToConfirm { .. } => (String::new(), wish.map(|wish| wish.address)),
            _ => (person.map(|person| person.name).unwrap_or_default(), wish.and_then(|wish| wish.former)),
        };
        found.insert(message.id, Addressee { name, email, language });
    }
    Ok(found)
}

async fn one<C: Connection>(db: &C, query: Select<address_change::Entity>) -> Result<Option<AddressChange>> {
    Ok(query.one(db).await?.map(read))
}

fn read(row: address_change::Model) -> AddressChange {
    AddressChange {
        id: row.id.into(),
        person: row.person_id.into(),
        address: row.address,
        former: row.former,
        address_hash: row.address_hash,
        link_hash: row.link_hash,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
        refused_at: row.refused_at,
    }
}
