//! Agendas: rows of items.

use domain::committee::Recusal;
use domain::ids::{AgendaItemId, ApplicationId, MeetingId, MotionId};
use domain::meeting::AgendaItem;
use sea_orm::{ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value};

use crate::entity::agenda_item::{self, Column};
use crate::entity::recusal;
use crate::page;
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for AgendaItem {
    type Entity = agenda_item::Entity;
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
        Ok(agenda_item::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            meeting_id: set(self.meeting.0),
            position: set(self.position.into()),
            publicity: set(row::name(&self.publicity)?),
            title: set(self.title.clone()),
            application_id: set(self.application.map(|application| application.0)),
            motion_id: set(self.motion.map(|motion| motion.0)),
            state: set(state),
            state_data: set(state_data),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "agenda_item", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            meeting: row.meeting_id.into(),
            position: origin.count("position", row.position)?,
            publicity: origin.name("publicity", &row.publicity)?,
            title: row.title,
            application: row.application_id.map(ApplicationId),
            motion: row.motion_id.map(MotionId),
            state: origin.state(&row.state, row.state_data)?,
        })
    }
}

/// Writes a new item. Its meeting is locked, so that places are given one after another.
pub async fn insert(tx: &Tx, item: &AgendaItem) -> Result<()> {
    row::insert(tx, item).await
}

/// An item.
pub async fn find<C: Connection>(db: &C, id: AgendaItemId) -> Result<Option<AgendaItem>> {
    row::find(db, id.0).await
}

/// Those of the items that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[AgendaItemId]) -> Result<Vec<AgendaItem>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// The agendas of several meetings, each in its order.
pub async fn of_meetings<C: Connection>(db: &C, meetings: &[MeetingId]) -> Result<Vec<AgendaItem>> {
    row::find_by(db, Column::MeetingId, Column::Position, meetings.iter().map(|id| id.0)).await
}

/// Saves a changed item.
pub async fn save(tx: &Tx, item: &AgendaItem) -> Result<()> {
    row::save(tx, item).await
}

/// A meeting's agenda, in its order, with the recusals from the applications that it is about, in theirs.
pub async fn with_recusals<C: Connection>(db: &C, meeting: MeetingId) -> Result<(Vec<AgendaItem>, Vec<Recusal>)> {
    let recusal_from = agenda_item::Entity::belongs_to(recusal::Entity);
    let recusal_from = recusal_from.from(Column::ApplicationId).to(recusal::Column::ApplicationId).into();
    let query = agenda_item::Entity::find().select_also(recusal::Entity).join(JoinType::LeftJoin, recusal_from);
    let query = query.filter(Column::MeetingId.eq(meeting.0)).order_by_asc(Column::Position).order_by_asc(Column::Id);
    let (mut agenda, mut recusals) = (Vec::<AgendaItem>::new(), Vec::<Recusal>::new());
    for (item, recusal) in query.order_by_asc(recusal::Column::Id).limit(page::MOST).all(db).await? {
        if agenda.last().is_none_or(|last| last.id.0 != item.id) {
            agenda.push(AgendaItem::read(item)?);
        }
        if let Some(recusal) = recusal.filter(|recusal| recusals.iter().all(|known| known.id.0 != recusal.id)) {
            recusals.push(Recusal::read(recusal)?);
        }
    }
    Ok((agenda, recusals))
}

/// A meeting's agenda, in its order.
pub async fn of_meeting<C: Connection>(db: &C, meeting: MeetingId) -> Result<Vec<AgendaItem>> {
    let query = agenda_item::Entity::find().filter(Column::MeetingId.eq(meeting.0));
    row::list(db, query.order_by_asc(Column::Position).order_by_asc(Column::Id)).await
}
