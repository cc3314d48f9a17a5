//! Pages of lists, by key: stable while rows are added, and as cheap at the end of a list as at its beginning.

use std::collections::BTreeMap;
use std::iter::Sum;

use sea_orm::sea_query::{Asterisk, Expr, Func, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ColumnType, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select, Value};
use uuid::Uuid;

use crate::{Connection, Result, StoreError};

/// The most rows of any page, and of any list that is read as a whole.
pub const MOST: u64 = 1000;

/// Up to how many rows are counted of lists that grow with every year.
const MOST_COUNTED: u64 = 100;

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// So many, or more.
    pub at_least: u64,
    /// Whether there are more: who has so many is not counted to the end.
    pub or_more: bool,
}

impl From<u64> for Count {
    fn from(all: u64) -> Self {
        Self { at_least: all, or_more: false }
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        let add = |sum: Self, one: Self| Self { at_least: sum.at_least + one.at_least, or_more: sum.or_more || one.or_more };
        counts.fold(Self::default(), add)
    }
}

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

/// Fetches one row more than asked for, which says whether the list goes on. `order` may be another table's column that `query` joins.
pub(crate) async fn fetch<E, C>(db: &C, query: Select<E>, order: impl ColumnTrait, window: &Window) -> Result<Page<E::Model>>
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

/// How many rows there are of each name that has any, in one question. `grows` says of which names there are more with every year: those are
/// not counted to their end.
pub(crate) async fn counts<E, C>(
    db: &C,
    names: &[&'static str],
    query: impl Fn(&'static str) -> Select<E>,
    id: E::Column,
    grows: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Count>>
where
    E: EntityTrait,
    C: Connection,
{
    let mut all: Option<SelectStatement> = None;
    for (place, name) in names.iter().enumerate() {
        let found = query(name).select_only().column(id);
        let found = if grows(name) { found.limit(MOST_COUNTED + 1) } else { found };
        let mut count = Query::select();
        count.expr(Expr::cust(place.to_string())).expr(Func::count(Expr::col(Asterisk))).from_subquery(found.into_query(), "found");
        match &mut all {
            Some(all) => drop(all.union(UnionType::All, count)),
            None => all = Some(count),
        }
    }
    let Some(all) = all else { return Ok(BTreeMap::new()) };
    let mut counts = BTreeMap::new();
    for row in db.query_all(&all).await? {
        let (place, count): (i32, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let Some(name) = usize::try_from(place).ok().and_then(|place| names.get(place)).filter(|_| count > 0) else { continue };
        let or_more = grows(name) && count.unsigned_abs() > MOST_COUNTED;
        counts.insert((*name).to_owned(), if or_more { Count { at_least: MOST_COUNTED, or_more } } else { count.unsigned_abs().into() });
    }
    Ok(counts)
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
