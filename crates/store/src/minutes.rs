//! Minutes and their addenda. The database keeps signed ones from being changed.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AgendaItemId, MeetingId, MinutesId};
use domain::minutes::{Addendum, Minutes};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value};

use crate::entity::minutes::Column;
use crate::entity::{addendum, minutes};
use crate::page;
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, StoreError, Tx};

/// In these states a signature is lacking. Named, so that the index is asked for them and not for all that is signed.
pub(crate) const UNSIGNED: [&str; 2] = ["draft", "half-signed"];

impl Stored for Minutes {
    type Entity = minutes::Entity;
    const KEY: Column = Column::Id;
    const VERSION: Column = Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let (state, state_data) = row::state(&self.state)?;
        Ok(minutes::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            meeting_id: set(self.meeting.0),
            due: set(self.due),
            remarks: set(row::json(&self.remarks)?),
            state: set(state),
            state_data: set(state_data),
            // Not the minutes': `mark_reminded` writes it.
            reminded_at: ActiveValue::NotSet,
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "minutes", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            meeting: row.meeting_id.into(),
            due: row.due,
            remarks: origin.json("remarks", row.remarks)?,
            state: origin.state(&row.state, row.state_data)?,
        })
    }
}

/// Writes new minutes. Second ones of the same meeting are a duplicate.
pub async fn insert(tx: &Tx, minutes: &Minutes) -> Result<()> {
    row::insert(tx, minutes).await
}

/// Minutes.
pub async fn find<C: Connection>(db: &C, id: MinutesId) -> Result<Option<Minutes>> {
    row::find(db, id.0).await
}

/// Those of a meeting, once it is over.
pub async fn of_meeting<C: Connection>(db: &C, meeting: MeetingId) -> Result<Option<Minutes>> {
    row::one(db, minutes::Entity::find().filter(Column::MeetingId.eq(meeting.0))).await
}

/// Those of meetings that are over.
pub async fn of_meetings<C: Connection>(db: &C, meetings: &[MeetingId]) -> Result<Vec<Minutes>> {
    row::find_by(db, Column::MeetingId, Column::Id, meetings.iter().map(|meeting| meeting.0)).await
}

/// Minutes, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: MinutesId) -> Result<Option<Minutes>> {
    row::lock(tx, id.0).await
}

/// Saves changed minutes.
pub async fn save(tx: &Tx, minutes: &Minutes) -> Result<()> {
    row::save(tx, minutes).await
}

/// Those that were due before `day`, lack a signature, and of which nobody was reminded since `since`; at most `limit`.
pub async fn to_remind_of<C: Connection>(db: &C, day: NaiveDate, since: DateTime<Utc>, limit: u64) -> Result<Vec<Minutes>> {
    let query = minutes::Entity::find().filter(Column::State.is_in(UNSIGNED)).filter(Column::Due.lt(day)).filter(not_reminded(since));
    let query = query.order_by_asc(Column::Due).order_by_asc(Column::Id).limit(limit);
    query.all(db).await?.into_iter().map(Minutes::read).collect()
}

/// Remembers that was reminded of them. It is no change of theirs: their version stays.
pub async fn mark_reminded(tx: &Tx, id: MinutesId, since: DateTime<Utc>, at: DateTime<Utc>) -> Result<()> {
    let reminded = minutes::Entity::update_many()
        .col_expr(Column::RemindedAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.ne("signed"))
        .filter(not_reminded(since));
    match reminded.exec(tx).await?.rows_affected {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

fn not_reminded(since: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::RemindedAt.is_null()).add(Column::RemindedAt.lte(since))
}

/// Those after these in the order of their ids, at most `limit`: to go through all of them in batches.
pub async fn after<C: Connection>(db: &C, minutes: Option<MinutesId>, limit: u64) -> Result<Vec<Minutes>> {
    let mut query = minutes::Entity::find();
    if let Some(minutes) = minutes {
        query = query.filter(Column::Id.gt(minutes.0));
    }
    query.order_by_asc(Column::Id).limit(limit).all(db).await?.into_iter().map(Minutes::read).collect()
}

/// Adds an addendum. Its minutes are locked, so that numbers have no gaps.
pub async fn append_addendum(tx: &Tx, addendum: &Addendum) -> Result<()> {
    let row = addendum::ActiveModel {
        id: set(addendum.id.0),
        minutes_id: set(addendum.minutes.0),
        number: set(addendum.number.into()),
        agenda_item_id: set(addendum.item.map(|item| item.0)),
        text: set(addendum.text.clone()),
        by_id: set(addendum.by.0),
        at: set(addendum.at),
    };
    row::insert_row(tx, row).await
}

/// The addenda to minutes, in their order.
pub async fn addenda<C: Connection>(db: &C, minutes: MinutesId) -> Result<Vec<Addendum>> {
    let query = addendum::Entity::find().filter(addendum::Column::MinutesId.eq(minutes.0)).order_by_asc(addendum::Column::Number);
    let read = |row: addendum::Model| {
        let origin = Origin { table: "addendum", key: &row.id };
        Ok(Addendum {
            id: row.id.into(),
            minutes,
            number: origin.count("number", row.number)?,
            item: row.agenda_item_id.map(AgendaItemId),
            text: row.text,
            by: row.by_id.into(),
            at: row.at,
        })
    };
    page::whole(db, query, page::MOST).await?.into_iter().map(read).collect()
}
