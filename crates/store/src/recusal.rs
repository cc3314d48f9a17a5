//! Recusals: who is excluded from which application (R16).

use domain::committee::Recusal;
use domain::ids::{ApplicationId, PersonId, RecusalId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value};

use crate::entity::recusal::{self, Column};
use crate::entity::{agenda_item, award, ballot, motion, payout, proposal, waiting_place};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Recusal {
    type Entity = recusal::Entity;
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
        Ok(recusal::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            application_id: set(self.application.0),
            number: set(self.number.clone()),
            person_id: set(self.person.0),
            reason: set(self.reason.clone()),
            state: set(state),
            state_data: set(state_data),
            by_id: set(self.by.0),
            at: set(self.at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "recusal", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            application: row.application_id.into(),
            number: row.number,
            person: row.person_id.into(),
            reason: row.reason,
            state: origin.state(&row.state, row.state_data)?,
            by: row.by_id.into(),
            at: row.at,
        })
    }
}

/// Writes a new recusal. A second one that stands, of the same person from the same application, is a duplicate.
pub async fn insert(tx: &Tx, recusal: &Recusal) -> Result<()> {
    row::insert(tx, recusal).await
}

/// A recusal.
pub async fn find<C: Connection>(db: &C, id: RecusalId) -> Result<Option<Recusal>> {
    row::find(db, id.0).await
}

/// A recusal, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: RecusalId) -> Result<Option<Recusal>> {
    row::lock(tx, id.0).await
}

/// Saves a changed recusal.
pub async fn save(tx: &Tx, recusal: &Recusal) -> Result<()> {
    row::save(tx, recusal).await
}

/// The recusals from an application, dismissed ones too, in their order.
pub async fn of_application<C: Connection>(db: &C, application: ApplicationId) -> Result<Vec<Recusal>> {
    let query = recusal::Entity::find().filter(Column::ApplicationId.eq(application.0));
    row::list(db, query.order_by_asc(Column::Id)).await
}

/// The recusals of a person, dismissed ones too, in their order.
pub async fn of_person<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Recusal>> {
    let query = recusal::Entity::find().filter(Column::PersonId.eq(person.0));
    row::list(db, query.order_by_asc(Column::Id)).await
}

/// The ids, as events name them, of the applications and of all that follows from them: what no list shows who is excluded.
pub async fn things_of<C: Connection>(db: &C, applications: &[ApplicationId]) -> Result<Vec<String>> {
    use sea_orm::QuerySelect as _;
    let ids: Vec<uuid::Uuid> = applications.iter().map(|application| application.0).collect();
    let mut things: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if ids.is_empty() {
        return Ok(things);
    }
    macro_rules! of {
        ($table:ident) => {{
            let query = $table::Entity::find().select_only().column($table::Column::Id);
            let query = query.filter($table::Column::ApplicationId.is_in(ids.iter().copied()));
            query.limit(crate::page::MOST).into_tuple::<uuid::Uuid>().all(db).await?
        }};
    }
    let awards: Vec<uuid::Uuid> = of!(award);
    let payouts = payout::Entity::find().select_only().column(payout::Column::Id);
    let payouts = payouts.filter(payout::Column::AwardId.is_in(awards.iter().copied())).limit(crate::page::MOST);
    let payouts: Vec<uuid::Uuid> = payouts.into_tuple().all(db).await?;
    for found in [of!(motion), of!(ballot), of!(waiting_place), of!(proposal), of!(agenda_item), awards, payouts] {
        things.extend(found.iter().map(ToString::to_string));
    }
    things.extend(crate::what_if::naming(db, applications).await?.iter().map(ToString::to_string));
    Ok(things)
}
