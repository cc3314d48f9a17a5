//! Budget years, with the balances of their accounts in cents: rows of `budget_year`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_year")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub version: i64,
    pub appropriated: i64,
    pub increases: i64,
    pub cuts: i64,
    pub carried_in: i64,
    pub repaid: i64,
    pub committed: i64,
    pub paid: i64,
    pub carried_out: i64,
    pub lapsed: i64,
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
