//! Meetings, and who attends them. Their agendas have a file of their own.

use chrono::{DateTime, Utc};
use domain::ids::{AgendaItemId, AttendanceId, MeetingId, PersonId};
use domain::meeting::{Attendance, Meeting};
use domain::minutes::Minutes;
use sea_orm::sea_query::{Query, UnionType};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value,
};
use uuid::Uuid;

use crate::entity::{agenda_item, attendance, ballot, meeting, minutes, vote};
use crate::minutes::UNSIGNED;
use crate::page::{self, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx, committee};

pub mod agenda;

/// In these states a meeting is still to come, or takes place.
const CURRENT: [&str; 3] = ["called", "invited", "open"];

impl Stored for Meeting {
    type Entity = meeting::Entity;
    const KEY: meeting::Column = meeting::Column::Id;
    const VERSION: meeting::Column = meeting::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let (state, state_data) = row::state(&self.state)?;
        Ok(meeting::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            begins_at: set(self.begins_at),
            ends_at: set(self.ends_at),
            place: set(self.place.clone()),
            remote: set(self.remote),
            invitations: set(self.invitations.into()),
            reordered_at: set(self.reordered_at),
            short_notice: set(self.short_notice.clone()),
            state: set(state),
            state_data: set(state_data),
            called_by: set(self.called_by.0),
            called_at: set(self.called_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "meeting", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            begins_at: row.begins_at,
            ends_at: row.ends_at,
            place: row.place,
            remote: row.remote,
            invitations: origin.count("invitations", row.invitations)?,
            reordered_at: row.reordered_at,
            short_notice: row.short_notice,
            state: origin.state(&row.state, row.state_data)?,
            called_by: row.called_by.into(),
            called_at: row.called_at,
        })
    }
}

impl Stored for Attendance {
    type Entity = attendance::Entity;
    const KEY: attendance::Column = attendance::Column::Id;
    const VERSION: attendance::Column = attendance::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(attendance::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            meeting_id: set(self.meeting.0),
            person_id: set(self.person.0),
            seat: set(self.seat.into()),
            capacity: set(row::name(&self.capacity)?),
            remote: set(self.remote),
            arrived_at: set(self.arrived_at),
            left_at: set(self.left_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "attendance", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            meeting: row.meeting_id.into(),
            person: row.person_id.into(),
            seat: origin.count("seat", row.seat)?,
            capacity: origin.name("capacity", &row.capacity)?,
            remote: row.remote,
            arrived_at: row.arrived_at,
            left_at: row.left_at,
        })
    }
}

/// Writes a new meeting.
pub async fn insert(tx: &Tx, meeting: &Meeting) -> Result<()> {
    row::insert(tx, meeting).await
}

/// A meeting.
pub async fn find<C: Connection>(db: &C, id: MeetingId) -> Result<Option<Meeting>> {
    row::find(db, id.0).await
}

/// Those of the meetings that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[MeetingId]) -> Result<Vec<Meeting>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// A meeting, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: MeetingId) -> Result<Option<Meeting>> {
    row::lock(tx, id.0).await
}

/// Saves a changed meeting. A second one that is open is a duplicate.
pub async fn save(tx: &Tx, meeting: &Meeting) -> Result<()> {
    row::save(tx, meeting).await
}

/// The meeting that takes place now, if one does; there is at most one.
pub async fn open<C: Connection>(db: &C) -> Result<Option<Meeting>> {
    row::one(db, meeting::Entity::find().filter(meeting::Column::State.eq("open"))).await
}

/// The meetings that are still to come.
pub async fn ahead<C: Connection>(db: &C) -> Result<Vec<Meeting>> {
    let query = meeting::Entity::find().filter(meeting::Column::State.is_in(["called", "invited"]));
    row::list(db, query.order_by_asc(meeting::Column::Id)).await
}

/// A page of the meetings, in one state (`called`, `invited`, `open`, `closed`) or all, in the order in which they were called.
pub async fn page<C: Connection>(db: &C, state: Option<&str>, window: &Window) -> Result<Page<Meeting>> {
    let mut query = meeting::Entity::find();
    if let Some(state) = state {
        query = query.filter(meeting::Column::State.eq(state));
    }
    row::page(db, query, meeting::Column::Id, window).await
}

/// Writes that somebody came. A second time that goes on, of the same person, is a duplicate.
pub async fn insert_attendance(tx: &Tx, attendance: &Attendance) -> Result<()> {
    row::insert(tx, attendance).await
}

/// Saves that somebody left.
pub async fn save_attendance(tx: &Tx, attendance: &Attendance) -> Result<()> {
    row::save(tx, attendance).await
}

/// A person's time at a meeting.
pub async fn find_attendance<C: Connection>(db: &C, id: AttendanceId) -> Result<Option<Attendance>> {
    row::find(db, id.0).await
}

/// Who attended a meeting, in the order in which they came.
pub async fn attendance<C: Connection>(db: &C, meeting: MeetingId) -> Result<Vec<Attendance>> {
    let query = attendance::Entity::find().filter(attendance::Column::MeetingId.eq(meeting.0));
    row::list(db, query.order_by_asc(attendance::Column::ArrivedAt).order_by_asc(attendance::Column::Id)).await
}

/// Who attended the meetings on whose agendas these items are.
pub async fn attendance_at<C: Connection>(db: &C, items: &[AgendaItemId]) -> Result<Vec<Attendance>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let meetings = Query::select()
        .column(agenda_item::Column::MeetingId)
        .from(agenda_item::Entity)
        .and_where(agenda_item::Column::Id.is_in(items.iter().map(|item| item.0)))
        .to_owned();
    let query = attendance::Entity::find().filter(attendance::Column::MeetingId.in_subquery(meetings));
    row::list(db, query.order_by_asc(attendance::Column::ArrivedAt).order_by_asc(attendance::Column::Id)).await
}

/// The meetings that take place now or are still to come, and those of the past whose minutes are not signed, each with its minutes.
pub async fn current_or_unsigned<C: Connection>(db: &C) -> Result<Vec<(Meeting, Option<Minutes>)>> {
    let minutes_of = meeting::Entity::belongs_to(minutes::Entity).from(meeting::Column::Id).to(minutes::Column::MeetingId).into();
    // Two small sets by their indexes: one condition with an OR goes through all meetings that ever were.
    let mut current = Query::select()
        .column(meeting::Column::Id)
        .from(meeting::Entity)
        .and_where(row::is_one_of(meeting::Column::State, CURRENT))
        .to_owned();
    let unsigned = Query::select()
        .column(minutes::Column::MeetingId)
        .from(minutes::Entity)
        .and_where(row::is_one_of(minutes::Column::State, UNSIGNED))
        .to_owned();
    let wanted = meeting::Column::Id.in_subquery(current.union(UnionType::Distinct, unsigned).to_owned());
    let query = meeting::Entity::find().select_also(minutes::Entity).join(JoinType::LeftJoin, minutes_of).filter(wanted);
    let query = query.order_by_asc(meeting::Column::BeginsAt).order_by_asc(meeting::Column::Id).limit(page::MOST);
    let both = |(meeting, minutes): (meeting::Model, Option<minutes::Model>)| {
        Ok((Meeting::read(meeting)?, minutes.map(Minutes::read).transpose()?))
    };
    query.all(db).await?.into_iter().map(both).collect()
}

/// Who attended several meetings, in the order in which they came.
pub async fn attendance_of<C: Connection>(db: &C, meetings: &[MeetingId]) -> Result<Vec<Attendance>> {
    row::find_by(db, attendance::Column::MeetingId, attendance::Column::ArrivedAt, meetings.iter().map(|id| id.0)).await
}

/// Until when the attendance of a person is settled: when the last ballot in the meeting ended in which was counted who was there, or the
/// person last voted in one.
pub async fn settled<C: Connection>(db: &C, meeting: MeetingId, person: PersonId) -> Result<Option<DateTime<Utc>>> {
    let items = agenda_item::Entity::find().select_only().column(agenda_item::Column::Id);
    let items: Vec<Uuid> = items.filter(agenda_item::Column::MeetingId.eq(meeting.0)).into_tuple().all(db).await?;
    let items: Vec<AgendaItemId> = items.into_iter().map(Into::into).collect();
    let ballots = committee::ballots_on(db, &items).await?;
    let ended = ballots.iter().filter_map(|ballot| ballot.state.ended_at()).max();
    let ids: Vec<Uuid> = ballots.iter().map(|ballot| ballot.id.0).collect();
    let own = vote::Entity::find().filter(vote::Column::MemberId.eq(person.0)).filter(vote::Column::BallotId.is_in(ids));
    let voted = own.all(db).await?.into_iter().map(|vote| vote.cast_at).max();
    Ok(ended.max(voted))
}

/// How many ballots on a meeting's items are open.
pub async fn open_ballots<C: Connection>(db: &C, meeting: MeetingId) -> Result<u32> {
    let items = Query::select()
        .column(agenda_item::Column::Id)
        .from(agenda_item::Entity)
        .and_where(agenda_item::Column::MeetingId.eq(meeting.0))
        .to_owned();
    let open = ballot::Entity::find().filter(ballot::Column::State.eq("open")).filter(ballot::Column::AgendaItemId.in_subquery(items));
    Ok(u32::try_from(open.count(db).await?).unwrap_or(u32::MAX))
}
