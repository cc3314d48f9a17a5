//! The append-only record and the end of its chain.

use domain::event::{Event, Hash, Subject, SubjectKind};
use domain::ids::PersonId;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select};

use crate::entity::event::{self, Column};
use crate::entity::event_chain;
use crate::page::{self, Page, Window};
use crate::row::{self, Origin, set};
use crate::{Connection, Result, StoreError, Tx};

/// Which events are listed. What is empty restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// About that thing: its kind and id.
    pub subject: Option<(SubjectKind, String)>,
    /// By that person.
    pub by: Option<PersonId>,
    /// By that person or about them.
    pub of: Option<PersonId>,
    /// Not about the things with these ids.
    pub except: Vec<String>,
    /// About one of the things with these ids.
    pub subjects: Vec<String>,
    /// Of one of these kinds.
    pub kinds: &'static [&'static str],
}

/// The chain's end: the last event's place and hash. It is kept from everybody else until the transaction ends, so ask for it last.
pub async fn head(tx: &Tx) -> Result<(i64, Hash)> {
    end(tx, row::locked(event_chain::Entity::find())).await
}

/// The chain's end, to look at.
pub async fn chain_head<C: Connection>(db: &C) -> Result<(i64, Hash)> {
    end(db, event_chain::Entity::find()).await
}

async fn end<C: Connection>(db: &C, query: Select<event_chain::Entity>) -> Result<(i64, Hash)> {
    let row = query.filter(event_chain::Column::Id.eq(1)).one(db).await?;
    let missing = || Origin { table: "event_chain", key: &1 }.corrupt("id", "the row is missing");
    row.map(|row| (row.sequence, Hash(row.hash))).ok_or_else(missing)
}

/// Writes events at the end of the chain, in their order. If they don't follow its end, somebody else was faster.
pub async fn append(tx: &Tx, events: &[Event]) -> Result<()> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Ok(());
    };
    let moved = event_chain::Entity::update_many()
        .col_expr(event_chain::Column::Sequence, Expr::value(last.sequence))
        .col_expr(event_chain::Column::Hash, Expr::value(last.hash.0.as_str()))
        .filter(event_chain::Column::Id.eq(1))
        .filter(Expr::col(event_chain::Column::Sequence).eq(first.sequence - 1))
        .filter(event_chain::Column::Hash.eq(first.previous.0.as_str()));
    if moved.exec(tx).await?.rows_affected != 1 {
        return Err(StoreError::Conflict);
    }
    row::insert_rows(tx, events.iter().map(event_row).collect(), |insert| insert).await
}

/// A page of the events that pass the filter, in the order of the record.
pub async fn page<C: Connection>(db: &C, filter: &EventFilter, window: &Window) -> Result<Page<Event>> {
    let mut query = event::Entity::find();
    if let Some((kind, id)) = &filter.subject {
        query = query.filter(Column::SubjectKind.eq(kind.name())).filter(Column::SubjectId.eq(id.as_str()));
    }
    if let Some(by) = filter.by {
        query = query.filter(Column::ById.eq(by.0));
    }
    if let Some(of) = filter.of {
        let about = Column::SubjectKind.eq(SubjectKind::Person.name()).and(Column::SubjectId.eq(of.to_string()));
        query = query.filter(Condition::any().add(Column::ById.eq(of.0)).add(about));
    }
    if !filter.except.is_empty() {
        query = query.filter(Column::SubjectId.is_not_in(filter.except.iter().map(String::as_str)));
    }
    if !filter.subjects.is_empty() {
        query = query.filter(Column::SubjectId.is_in(filter.subjects.iter().map(String::as_str)));
    }
    if !filter.kinds.is_empty() {
        query = query.filter(Column::Kind.is_in(filter.kinds.iter().copied()));
    }
    page::fetch(db, query, Column::Sequence, window).await?.try_map(read)
}

/// The events after a place in the record, at most `limit`: to go through all of them in batches.
pub async fn after<C: Connection>(db: &C, sequence: i64, limit: u64) -> Result<Vec<Event>> {
    let query = event::Entity::find().filter(Column::Sequence.gt(sequence)).order_by_asc(Column::Sequence);
    query.limit(limit).all(db).await?.into_iter().map(read).collect()
}

fn event_row(event: &Event) -> event::ActiveModel {
    event::ActiveModel {
        sequence: set(event.sequence),
        at: set(event.at),
        by_id: set(event.by.map(|person| person.0)),
        kind: set(event.kind.clone()),
        subject_kind: set(event.subject.kind.name().to_owned()),
        subject_id: set(event.subject.id.clone()),
        subject_version: set(event.subject.version),
        details: set(event.details.clone()),
        previous: set(event.previous.0.clone()),
        hash: set(event.hash.0.clone()),
    }
}

fn read(row: event::Model) -> Result<Event> {
    let kind = Origin { table: "event", key: &row.sequence }.name("subject_kind", &row.subject_kind)?;
    Ok(Event {
        sequence: row.sequence,
        at: row.at,
        by: row.by_id.map(PersonId),
        kind: row.kind,
        subject: Subject { kind, id: row.subject_id, version: row.subject_version },
        details: row.details,
        previous: Hash(row.previous),
        hash: Hash(row.hash),
    })
}
