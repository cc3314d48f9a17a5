//! Payouts.

use std::collections::BTreeMap;

use domain::ids::{AwardId, PayoutId};
use domain::money::Money;
use domain::payout::Payout;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value};

use crate::entity::payout::{self, Column};
use crate::page::{Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Payout {
    type Entity = payout::Entity;
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
        Ok(payout::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            award_id: set(self.award.0),
            applicant_id: set(self.applicant.0),
            instalment: set(self.instalment.into()),
            amount: set(self.amount.cents()),
            purpose: set(self.purpose.clone()),
            needed_by: set(self.needed_by),
            attempt: set(self.attempt.into()),
            state: set(state),
            state_data: set(state_data),
            account_id: set(self.state.certificate().map(|certificate| certificate.account.0)),
            end_to_end_id: set(self.state.order().map(|order| order.end_to_end_id.clone())),
            requested_at: set(self.requested_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "payout", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            award: row.award_id.into(),
            applicant: row.applicant_id.into(),
            instalment: origin.count("instalment", row.instalment)?,
            amount: Money::from_cents(row.amount),
            purpose: row.purpose,
            needed_by: row.needed_by,
            attempt: origin.count("attempt", row.attempt)?,
            state: origin.state(&row.state, row.state_data)?,
            requested_at: row.requested_at,
        })
    }
}

/// Writes a new payout. A second one for the same instalment is a duplicate.
pub async fn insert(tx: &Tx, payout: &Payout) -> Result<()> {
    row::insert(tx, payout).await
}

/// A payout.
pub async fn find<C: Connection>(db: &C, id: PayoutId) -> Result<Option<Payout>> {
    row::find(db, id.0).await
}

/// Those of the payouts that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[PayoutId]) -> Result<Vec<Payout>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// A payout, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: PayoutId) -> Result<Option<Payout>> {
    row::lock(tx, id.0).await
}

/// Saves a changed payout. An end-to-end id that another payout has is a duplicate (R38).
pub async fn save(tx: &Tx, payout: &Payout) -> Result<()> {
    row::save(tx, payout).await
}

/// The payouts of an award, by instalment.
pub async fn of_award<C: Connection>(db: &C, award: AwardId) -> Result<Vec<Payout>> {
    let query = payout::Entity::find().filter(Column::AwardId.eq(award.0));
    row::list(db, query.order_by_asc(Column::Instalment)).await
}

/// The payouts of awards, by instalment.
pub async fn of_awards<C: Connection>(db: &C, awards: &[AwardId]) -> Result<Vec<Payout>> {
    row::find_by(db, Column::AwardId, Column::Instalment, awards.iter().map(|id| id.0)).await
}

/// A page of the payouts in one state or all, in the order in which they were asked for; none of the awards `except`.
pub async fn page<C: Connection>(db: &C, state: Option<&str>, except: &[AwardId], window: &Window) -> Result<Page<Payout>> {
    let mut query = payout::Entity::find();
    if let Some(state) = state {
        query = query.filter(Column::State.eq(state));
    }
    if !except.is_empty() {
        query = query.filter(Column::AwardId.is_not_in(except.iter().map(|id| id.0)));
    }
    row::page(db, query, Column::Id, window).await
}

/// How many payouts are in each of these states; those of the awards `except` don't count.
pub async fn count_by_state<C: Connection>(db: &C, states: &[&'static str], except: &[AwardId]) -> Result<BTreeMap<String, u64>> {
    let query = payout::Entity::find().filter(row::is_one_of(Column::State, states.iter().copied()));
    let mut query = query.select_only().column(Column::State).column_as(Column::Id.count(), "count");
    if !except.is_empty() {
        query = query.filter(Column::AwardId.is_not_in(except.iter().map(|id| id.0)));
    }
    let counts: Vec<(String, i64)> = query.group_by(Column::State).into_tuple().all(db).await?;
    Ok(counts.into_iter().map(|(state, count)| (state, u64::try_from(count).unwrap_or_default())).collect())
}
