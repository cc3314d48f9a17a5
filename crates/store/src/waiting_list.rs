//! The waiting list.

use domain::ids::{ApplicationId, AwardId, BallotId, PlaceId};
use domain::waiting_list::{Place, PlaceState};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value};

use crate::committee::proposal;
use crate::entity::waiting_place;
use crate::page::{Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Place {
    type Entity = waiting_place::Entity;
    const KEY: waiting_place::Column = waiting_place::Column::Id;
    const VERSION: waiting_place::Column = waiting_place::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let award = match self.state {
            PlaceState::Served { award } => Some(award.0),
            PlaceState::Waiting | PlaceState::Withdrawn | PlaceState::Ended => None,
        };
        Ok(waiting_place::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            year: set(self.year),
            position: set(self.position),
            kind: set(self.proposal.name().to_owned()),
            amount: set(self.amount().cents()),
            application_id: set(self.application.0),
            applicant_id: set(self.applicant.0),
            ballot_id: set(self.ballot.0),
            state: set(self.state.name().to_owned()),
            award_id: set(award),
            created_at: set(self.created_at),
            skipped: set(self.skipped.as_ref().map(row::json).transpose()?),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "waiting_place", key: &row.id };
        let state = match (row.state.as_str(), row.award_id.map(AwardId)) {
            ("waiting", None) => PlaceState::Waiting,
            ("served", Some(award)) => PlaceState::Served { award },
            ("withdrawn", None) => PlaceState::Withdrawn,
            ("ended", None) => PlaceState::Ended,
            _ => return Err(origin.corrupt("state", "it doesn't fit the award")),
        };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            year: row.year,
            position: row.position,
            proposal: proposal(&row.kind, Some(row.amount)).ok_or_else(|| origin.corrupt("kind", "it can't wait for money"))?,
            application: row.application_id.into(),
            applicant: row.applicant_id.into(),
            ballot: row.ballot_id.into(),
            state,
            skipped: origin.optional_json("skipped", row.skipped)?,
            created_at: row.created_at,
        })
    }
}

/// Writes a new place.
pub async fn insert(tx: &Tx, place: &Place) -> Result<()> {
    row::insert(tx, place).await
}

/// A place.
pub async fn find<C: Connection>(db: &C, id: PlaceId) -> Result<Option<Place>> {
    row::find(db, id.0).await
}

/// Those of the places that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[PlaceId]) -> Result<Vec<Place>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// A place, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: PlaceId) -> Result<Option<Place>> {
    row::lock(tx, id.0).await
}

/// Saves a changed place.
pub async fn save(tx: &Tx, place: &Place) -> Result<()> {
    row::save(tx, place).await
}

/// The places of a year that wait for money, in their order.
pub async fn waiting_of_year<C: Connection>(db: &C, year: i32) -> Result<Vec<Place>> {
    let query = waiting_place::Entity::find()
        .filter(waiting_place::Column::Year.eq(year))
        .filter(waiting_place::Column::State.eq(PlaceState::Waiting.name()));
    row::list(db, query.order_by_asc(waiting_place::Column::Position)).await
}

/// A page of a year's places, whatever became of them, in their order; none of the applications `except`.
pub async fn of_year<C: Connection>(db: &C, year: i32, except: &[ApplicationId], window: &Window) -> Result<Page<Place>> {
    let mut query = waiting_place::Entity::find().filter(waiting_place::Column::Year.eq(year));
    if !except.is_empty() {
        query = query.filter(waiting_place::Column::ApplicationId.is_not_in(except.iter().map(|id| id.0)));
    }
    row::page(db, query, waiting_place::Column::Position, window).await
}

/// The place that a ballot gave, if it gave one.
pub async fn of_ballot<C: Connection>(db: &C, ballot: BallotId) -> Result<Option<Place>> {
    row::one(db, waiting_place::Entity::find().filter(waiting_place::Column::BallotId.eq(ballot.0))).await
}

/// The place after a year's last one, from 1. The year is locked, so that the list has no gaps.
pub async fn next_position(tx: &Tx, year: i32) -> Result<i64> {
    use waiting_place::Column;
    let query = waiting_place::Entity::find().filter(Column::Year.eq(year));
    let last: Option<Option<i64>> = query.select_only().column_as(Column::Position.max(), "last").into_tuple().one(tx).await?;
    Ok(last.flatten().unwrap_or_default() + 1)
}
