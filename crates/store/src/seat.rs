//! Seats of the committee: who holds them.

use domain::committee::Holding;
use domain::ids::HoldingId;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value};

use crate::entity::seat_holding::{self, Column};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Holding {
    type Entity = seat_holding::Entity;
    const KEY: Column = Column::Id;
    const VERSION: Column = Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(seat_holding::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            seat: set(self.seat.into()),
            person_id: set(self.person.0),
            capacity: set(row::name(&self.capacity)?),
            since: set(self.since),
            until: set(self.until),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "seat_holding", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            seat: origin.count("seat", row.seat)?,
            person: row.person_id.into(),
            capacity: origin.name("capacity", &row.capacity)?,
            since: row.since,
            until: row.until,
        })
    }
}

/// Writes a new holding. A second open one of the same seat in the same capacity, or of the same person, is a duplicate.
pub async fn insert(tx: &Tx, holding: &Holding) -> Result<()> {
    row::insert(tx, holding).await
}

/// A holding.
pub async fn find<C: Connection>(db: &C, id: HoldingId) -> Result<Option<Holding>> {
    row::find(db, id.0).await
}

/// A holding, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: HoldingId) -> Result<Option<Holding>> {
    row::lock(tx, id.0).await
}

/// Saves a changed holding.
pub async fn save(tx: &Tx, holding: &Holding) -> Result<()> {
    row::save(tx, holding).await
}

/// Who holds or will hold a seat on that day or later, by seat.
pub async fn since<C: Connection>(db: &C, day: chrono::NaiveDate) -> Result<Vec<Holding>> {
    let holds = sea_orm::Condition::any().add(Column::Until.is_null()).add(Column::Until.gte(day));
    let query = seat_holding::Entity::find().filter(holds);
    row::list(db, query.order_by_asc(Column::Seat).order_by_asc(Column::Capacity).order_by_asc(Column::Since)).await
}
