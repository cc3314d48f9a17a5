//! Rounds, and the numbers that they give to applications.

use domain::ids::RoundId;
use domain::round::Round;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value};

use crate::entity::round;
use crate::row::{self, Found, Row, Stored, set};
use crate::{Connection, Result, StoreError, Tx};

impl Stored for Round {
    type Entity = round::Entity;
    const KEY: round::Column = round::Column::Id;
    const VERSION: round::Column = round::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(round::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            code: set(self.code.clone()),
            deadline: set(self.deadline),
            projects_from: set(self.projects_from),
            projects_until: set(self.projects_until),
            budget_year: set(self.budget_year),
            announced_at: set(self.announced_at),
            // The round's own count, which `next_ordinal` moves.
            last_number: sea_orm::ActiveValue::NotSet,
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            code: row.code,
            deadline: row.deadline,
            projects_from: row.projects_from,
            projects_until: row.projects_until,
            budget_year: row.budget_year,
            announced_at: row.announced_at,
        })
    }
}

/// Writes a new round.
pub async fn insert(tx: &Tx, round: &Round) -> Result<()> {
    row::insert(tx, round).await
}

/// A round.
pub async fn find<C: Connection>(db: &C, id: RoundId) -> Result<Option<Round>> {
    row::find(db, id.0).await
}

/// Those of the rounds that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[RoundId]) -> Result<Vec<Round>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// The round with that code.
pub async fn find_by_code<C: Connection>(db: &C, code: &str) -> Result<Option<Round>> {
    row::one(db, round::Entity::find().filter(round::Column::Code.eq(code))).await
}

/// All rounds, in the order in which they were announced.
pub async fn all<C: Connection>(db: &C) -> Result<Vec<Round>> {
    row::list(db, round::Entity::find().order_by_asc(round::Column::Id)).await
}

/// The rounds whose awards are paid from a year's money, in the order in which they were announced.
pub async fn of_budget_year<C: Connection>(db: &C, year: i32) -> Result<Vec<Round>> {
    row::list(db, round::Entity::find().filter(round::Column::BudgetYear.eq(year)).order_by_asc(round::Column::Id)).await
}

/// The place of the application that is submitted now, from 1. The round is kept from everybody else until the transaction ends, so that the
/// places have no gaps; call it when nothing can refuse the submission any more.
pub async fn next_ordinal(tx: &Tx, round: RoundId) -> Result<i64> {
    let moved = round::Entity::update_many()
        .col_expr(round::Column::LastNumber, Expr::col(round::Column::LastNumber).add(1))
        .filter(round::Column::Id.eq(round.0))
        .exec_with_returning(tx)
        .await?;
    moved.first().map(|row| row.last_number).ok_or_else(|| StoreError::other(format!("there is no round {round}")))
}
