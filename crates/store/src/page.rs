//! Pages of lists, by key: stable while rows are added, and as cheap at the end of a list as at its beginning.

use sea_orm::{ColumnTrait, ColumnType, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, Value};
use uuid::Uuid;

use crate::{Connection, Result, StoreError};

/// The most rows of any page, and of any list that is read as a whole.
pub const MOST: u64 = 1000;

/// A row's place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// In lists in the order of creation: the row's id.
    Id(Uuid),
    /// In the journal, the record and the waiting list: the number by which they are ordered.
    Number(i64),
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Only what comes after it.
    pub after: Option<Key>,
    /// Only what comes before it.
    pub before: Option<Key>,
    /// How many rows; never more than [`MOST`].
    pub limit: u64,
    /// Take them from the end instead of from the beginning.
    pub backward: bool,
}

impl Window {
    /// The list's first rows.
    #[must_use]
    pub const fn first(limit: u64) -> Self {
        Self { after: None, before: None, limit, backward: false }
    }

    /// The list's last rows.
    #[must_use]
    pub const fn last(limit: u64) -> Self {
        Self { after: None, before: None, limit, backward: true }
    }

    fn reaches(&self, rows: usize) -> bool {
        u64::try_from(rows).is_ok_and(|rows| rows > self.limit.min(MOST))
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order, however they were asked for.
    pub items: Vec<T>,
    /// Whether there are rows before them. Towards `after`, it is taken for granted that its row is there.
    pub has_previous: bool,
    /// Whether there are rows after them. Towards `before`, it is taken for granted that its row is there.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// The same page of something else, or the first failure.
    pub(crate) fn try_map<U>(self, map: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        let items = self.items.into_iter().map(map).collect::<Result<_>>()?;
        Ok(Page { items, has_previous: self.has_previous, has_next: self.has_next })
    }
}

/// Fetches one row more than asked for, which says whether the list goes on.
pub(crate) async fn fetch<E, C>(db: &C, query: Select<E>, order: E::Column, window: &Window) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    C: Connection,
{
    let mut query = query;
    if let Some(after) = window.after {
        query = query.filter(order.gt(value(order, after)?));
    }
    if let Some(before) = window.before {
        query = query.filter(order.lt(value(order, before)?));
    }
    query = if window.backward { query.order_by_desc(order) } else { query.order_by_asc(order) };
    let mut items = query.limit(window.limit.min(MOST) + 1).all(db).await?;
    let more = window.reaches(items.len());
    if more {
        items.pop();
    }
    Ok(if window.backward {
        items.reverse();
        Page { items, has_previous: more, has_next: window.before.is_some() }
    } else {
        Page { items, has_previous: window.after.is_some(), has_next: more }
    })
}

fn value(order: impl ColumnTrait, key: Key) -> Result<Value> {
    match (order.def().get_column_type(), key) {
        (ColumnType::Uuid, Key::Id(id)) => Ok(id.into()),
        (ColumnType::BigInteger, Key::Number(number)) => Ok(number.into()),
        _ => Err(StoreError::other("a place in another kind of list")),
    }
}

/// A list that is read as a whole: more than `most` rows are a failure, never a part that looks like all.
pub(crate) async fn whole<E, C>(db: &C, query: Select<E>, most: u64) -> Result<Vec<E::Model>>
where
    E: EntityTrait,
    C: Connection,
{
    let rows = query.limit(most + 1).all(db).await?;
    if u64::try_from(rows.len()).is_ok_and(|found| found > most) {
        return Err(StoreError::other(format!("more than {most} rows in one list")));
    }
    Ok(rows)
}
