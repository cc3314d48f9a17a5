//! Awards.

use chrono::{DateTime, NaiveDate, Utc};
use domain::award::Award;
use domain::ids::{ApplicationId, AwardId, RoundId};
use domain::money::Money;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ActiveValue, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, Value};

use crate::entity::application;
use crate::entity::award::{self, Column};
use crate::page::{self, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, StoreError, Tx};

/// The most awards of one year that can have open money.
const MOST_OPEN: u64 = 10_000;

impl Stored for Award {
    type Entity = award::Entity;
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
        Ok(award::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            application_id: set(self.application.0),
            applicant_id: set(self.applicant.0),
            ballot_id: set(self.ballot.0),
            year: set(self.year),
            amount: set(self.amount.cents()),
            hardship: set(self.hardship),
            released: set(self.released.cents()),
            paid: set(self.paid.cents()),
            repaid: set(self.repaid.cents()),
            term_start: set(self.term_start),
            term_end: set(self.term_end),
            state: set(state),
            state_data: set(state_data),
            accept_by: set(self.state.notification().map(|notification| notification.accept_by)),
            // Not the award's: `mark_overdue_told` writes it.
            overdue_told_at: ActiveValue::NotSet,
            granted_at: set(self.granted_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "award", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            application: row.application_id.into(),
            applicant: row.applicant_id.into(),
            ballot: row.ballot_id.into(),
            year: row.year,
            amount: Money::from_cents(row.amount),
            hardship: row.hardship,
            released: Money::from_cents(row.released),
            paid: Money::from_cents(row.paid),
            repaid: Money::from_cents(row.repaid),
            term_start: row.term_start,
            term_end: row.term_end,
            state: origin.state(&row.state, row.state_data)?,
            granted_at: row.granted_at,
        })
    }
}

/// Writes a new award. A second one for the same application, or by the same ballot, is a duplicate.
pub async fn insert(tx: &Tx, award: &Award) -> Result<()> {
    row::insert(tx, award).await
}

/// An award.
pub async fn find<C: Connection>(db: &C, id: AwardId) -> Result<Option<Award>> {
    row::find(db, id.0).await
}

/// Those of the awards that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[AwardId]) -> Result<Vec<Award>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// An award, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: AwardId) -> Result<Option<Award>> {
    row::lock(tx, id.0).await
}

/// Saves a changed award.
pub async fn save(tx: &Tx, award: &Award) -> Result<()> {
    row::save(tx, award).await
}

/// The award of an application.
pub async fn of_application<C: Connection>(db: &C, application: ApplicationId) -> Result<Option<Award>> {
    row::one(db, award::Entity::find().filter(Column::ApplicationId.eq(application.0))).await
}

/// The awards of applications: at most one each.
pub async fn of_applications<C: Connection>(db: &C, applications: &[ApplicationId]) -> Result<Vec<Award>> {
    row::find_by(db, Column::ApplicationId, Column::Id, applications.iter().map(|id| id.0)).await
}

/// Which awards are listed. What is empty restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AwardFilter {
    /// In that state, by name.
    pub state: Option<String>,
    /// Notified, and to be accepted or declined before that day.
    pub accept_before: Option<NaiveDate>,
    /// For applications to that round.
    pub round: Option<RoundId>,
    /// Not those of these applications.
    pub except: Vec<ApplicationId>,
}

/// A page of the awards that pass the filter, in the order in which they were granted.
pub async fn page<C: Connection>(db: &C, filter: &AwardFilter, window: &Window) -> Result<Page<Award>> {
    row::page(db, filtered(filter), Column::Id, window).await
}

/// How many awards pass the filter.
pub async fn count<C: Connection>(db: &C, filter: &AwardFilter) -> Result<u64> {
    let count: Option<i64> = filtered(filter).select_only().column_as(Column::Id.count(), "count").into_tuple().one(db).await?;
    Ok(count.map(i64::unsigned_abs).unwrap_or_default())
}

fn filtered(filter: &AwardFilter) -> Select<award::Entity> {
    let mut query = award::Entity::find();
    if let Some(state) = &filter.state {
        query = query.filter(Column::State.eq(state.as_str()));
    }
    if let Some(day) = filter.accept_before {
        query = query.filter(Column::State.eq("notified")).filter(Column::AcceptBy.lt(day));
    }
    if let Some(round) = filter.round {
        let mut of_round = Query::select();
        of_round.column(application::Column::Id).from(application::Entity).and_where(application::Column::RoundId.eq(round.0));
        query = query.filter(Column::ApplicationId.in_subquery(of_round));
    }
    if !filter.except.is_empty() {
        query = query.filter(Column::ApplicationId.is_not_in(filter.except.iter().map(|id| id.0)));
    }
    query
}

/// The awards of a year of which something is committed and not paid, kept from everybody else until the transaction ends (R30).
pub async fn with_open_money(tx: &Tx, year: i32) -> Result<Vec<Award>> {
    let open = Expr::col(Column::Amount).sub(Expr::col(Column::Released)).sub(Expr::col(Column::Paid));
    let query = award::Entity::find().filter(Column::Year.eq(year)).filter(open.gt(0)).order_by_asc(Column::Id);
    page::whole(tx, row::locked(query), MOST_OPEN).await?.into_iter().map(Award::read).collect()
}

/// The awards after that one in the order of their ids, at most `limit`: to go through all of them in batches.
pub async fn after<C: Connection>(db: &C, award: Option<AwardId>, limit: u64) -> Result<Vec<Award>> {
    let mut query = award::Entity::find();
    if let Some(award) = award {
        query = query.filter(Column::Id.gt(award.0));
    }
    let rows = query.order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Award::read).collect()
}

/// The awards that should have been accepted or declined before `day`, and of which the office has not been told (R35), the longest overdue
/// first, at most `limit`.
pub async fn awaiting_acceptance_since<C: Connection>(db: &C, day: NaiveDate, limit: u64) -> Result<Vec<Award>> {
    let query = award::Entity::find()
        .filter(Column::State.eq("notified"))
        .filter(Column::AcceptBy.lt(day))
        .filter(Column::OverdueToldAt.is_null())
        .order_by_asc(Column::AcceptBy)
        .order_by_asc(Column::Id);
    query.limit(limit).all(db).await?.into_iter().map(Award::read).collect()
}

/// Remembers that the office was told that nobody accepted or declined. It is no change of the award: its version stays.
pub async fn mark_overdue_told(tx: &Tx, id: AwardId, at: DateTime<Utc>) -> Result<()> {
    let told = award::Entity::update_many()
        .col_expr(Column::OverdueToldAt, Expr::value(at))
        .filter(Column::Id.eq(id.0))
        .filter(Column::OverdueToldAt.is_null());
    match told.exec(tx).await?.rows_affected {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}
