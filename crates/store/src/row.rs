//! What all tables have in common: reading by id, locking, and saving with a version.

use std::fmt;

use sea_orm::sea_query::{Expr, ExprTrait as _, IntoColumnRef, LockType};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, Insert, InsertMany, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select, Value,
};
use serde::Serialize;
use serde::de::value::{Error as NameError, StrDeserializer};
use serde::de::{Deserialize, DeserializeOwned, IntoDeserializer as _};
use serde_json::Value as Json;

use crate::page::{self, Page, Window};
use crate::{Connection, Result, StoreError, Tx};

/// How many ids or rows go into one statement: far below the databases' limits on values.
const BATCH: usize = 500;

/// A row that can be written.
pub(crate) type Row<T> = <<T as Stored>::Entity as EntityTrait>::ActiveModel;
/// A row that was read.
pub(crate) type Found<T> = <<T as Stored>::Entity as EntityTrait>::Model;
type Column<T> = <<T as Stored>::Entity as EntityTrait>::Column;

/// A type of the domain that is kept as rows of one table, each with a key and a version.
pub(crate) trait Stored: Sized {
    /// The table.
    type Entity: EntityTrait;
    /// The column of the key.
    const KEY: Column<Self>;
    /// The column that counts the changes.
    const VERSION: Column<Self>;

    /// The value's key.
    fn key(&self) -> Value;
    /// The version that was loaded.
    fn version(&self) -> i64;
    /// The value as a row.
    fn row(&self) -> Result<Row<Self>>;
    /// A row as the value.
    fn read(row: Found<Self>) -> Result<Self>;
}

/// The one with that key.
pub(crate) async fn find<T: Stored, C: Connection>(db: &C, key: impl Into<Value>) -> Result<Option<T>> {
    one(db, T::Entity::find().filter(T::KEY.eq(key))).await
}

/// The one with that key, kept from everybody else until the transaction ends. On SQLite whoever writes is alone.
pub(crate) async fn lock<T: Stored>(tx: &Tx, key: impl Into<Value>) -> Result<Option<T>> {
    one(tx, locked(T::Entity::find().filter(T::KEY.eq(key)))).await
}

/// `FOR NO KEY UPDATE`: keys never change, so whoever only refers to the row need not wait. SQLite has no such clause and needs none.
pub(crate) fn locked<E: EntityTrait>(query: Select<E>) -> Select<E> {
    query.lock(LockType::NoKeyUpdate)
}

/// What a query for one finds.
pub(crate) async fn one<T: Stored, C: Connection>(db: &C, query: Select<T::Entity>) -> Result<Option<T>> {
    query.one(db).await?.map(T::read).transpose()
}

/// Those with these keys, in the order of the keys.
pub(crate) async fn find_many<T: Stored, C: Connection>(db: &C, keys: impl IntoIterator<Item = impl Into<Value>>) -> Result<Vec<T>> {
    find_by(db, T::KEY, T::KEY, keys).await
}

/// Those whose `column` has one of the values, in the order of `order` within each batch of values.
pub(crate) async fn find_by<T: Stored, C: Connection>(
    db: &C,
    column: Column<T>,
    order: Column<T>,
    values: impl IntoIterator<Item = impl Into<Value>>,
) -> Result<Vec<T>> {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    let mut found = Vec::with_capacity(values.len());
    for batch in values.chunks(BATCH) {
        let query = T::Entity::find().filter(column.is_in(batch.iter().cloned())).order_by_asc(order);
        for row in query.all(db).await? {
            found.push(T::read(row)?);
        }
    }
    Ok(found)
}

/// All that a query finds, if they are not too many.
pub(crate) async fn list<T: Stored, C: Connection>(db: &C, query: Select<T::Entity>) -> Result<Vec<T>> {
    page::whole(db, query, page::MOST).await?.into_iter().map(T::read).collect()
}

/// A part of a list in the order of `order`.
pub(crate) async fn page<T: Stored, C: Connection>(
    db: &C,
    query: Select<T::Entity>,
    order: impl ColumnTrait,
    window: &Window,
) -> Result<Page<T>> {
    page::fetch(db, query, order, window).await?.try_map(T::read)
}

/// Writes a new one.
pub(crate) async fn insert<T: Stored>(tx: &Tx, value: &T) -> Result<()> {
    insert_row(tx, value.row()?).await
}

/// Writes a new row.
pub(crate) async fn insert_row<A: ActiveModelTrait>(tx: &Tx, row: A) -> Result<()> {
    Insert::one(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes new rows, as few statements as can be. `finish` can add what is to happen where a row exists.
pub(crate) async fn insert_rows<A: ActiveModelTrait>(tx: &Tx, rows: Vec<A>, finish: impl Fn(InsertMany<A>) -> InsertMany<A>) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch = InsertMany::many(rows.by_ref().take(BATCH));
        finish(batch).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Saves a changed one as the version after the one that was loaded. If that is not what is stored, somebody else was faster.
pub(crate) async fn save<T: Stored, C: Connection>(db: &C, value: &T) -> Result<()> {
    let mut row = value.row()?;
    row.not_set(T::KEY);
    row.set(T::VERSION, (value.version() + 1).into());
    let update = T::Entity::update_many().set(row).filter(T::KEY.eq(value.key())).filter(T::VERSION.eq(value.version()));
    match update.exec(db).await?.rows_affected {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// A value that is written.
pub(crate) fn set<V: Into<Value>>(value: V) -> ActiveValue<V> {
    ActiveValue::Set(value)
}

/// A value as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<Json> {
    serde_json::to_value(value).map_err(StoreError::other)
}

/// The name of an enumeration's value.
pub(crate) fn name<T: Serialize>(value: &T) -> Result<String> {
    match json(value)? {
        Json::String(name) => Ok(name),
        other => Err(StoreError::other(format!("{other} is no name"))),
    }
}

/// That a column has one of these names. They are written out, not bound: few rows are in a state in which something is to be done, and
/// nearly all in one in which nothing is. Only where PostgreSQL sees which is meant does it plan the question once, and not each time.
pub(crate) fn is_one_of(column: impl IntoColumnRef, names: impl IntoIterator<Item = &'static str>) -> Expr {
    Expr::col(column).is_in(names.into_iter().map(|name| Expr::Constant(name.into())))
}

/// A state's name, and all of it as JSON.
pub(crate) fn state<T: Serialize>(value: &T) -> Result<(String, Json)> {
    let json = json(value)?;
    match json.get("state").and_then(Json::as_str) {
        Some(name) => Ok((name.to_owned(), json)),
        None => Err(StoreError::other(format!("{json} is no state"))),
    }
}

/// Where a value was read: named in the error when it says what it can't say.
pub(crate) struct Origin<'a> {
    pub(crate) table: &'static str,
    pub(crate) key: &'a dyn fmt::Display,
}

impl Origin<'_> {
    pub(crate) fn corrupt(&self, column: &str, what: impl fmt::Display) -> StoreError {
        StoreError::Corrupt { table: self.table, id: self.key.to_string(), what: format!("{column}: {what}") }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &str, value: Json) -> Result<T> {
        serde_json::from_value(value).map_err(|error| self.corrupt(column, error))
    }

    pub(crate) fn optional_json<T: DeserializeOwned>(&self, column: &str, value: Option<Json>) -> Result<Option<T>> {
        value.map(|value| self.json(column, value)).transpose()
    }

    pub(crate) fn name<T: for<'de> Deserialize<'de>>(&self, column: &str, name: &str) -> Result<T> {
        let name: StrDeserializer<'_, NameError> = name.into_deserializer();
        T::deserialize(name).map_err(|error| self.corrupt(column, error))
    }

    /// A state, if its column and its data name the same.
    pub(crate) fn state<T: DeserializeOwned>(&self, name: &str, data: Json) -> Result<T> {
        if data.get("state").and_then(Json::as_str) != Some(name) {
            return Err(self.corrupt("state_data", format!("it is not that of {name}")));
        }
        self.json("state_data", data)
    }

    pub(crate) fn count(&self, column: &str, value: i64) -> Result<u32> {
        u32::try_from(value).map_err(|error| self.corrupt(column, error))
    }
}
