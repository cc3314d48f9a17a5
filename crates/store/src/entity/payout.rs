//! Payouts: rows of `payout`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payout")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub award_id: Uuid,
    pub applicant_id: Uuid,
    pub instalment: i64,
    pub amount: i64,
    pub purpose: String,
    pub needed_by: Date,
    pub attempt: i64,
    pub state: String,
    pub state_data: Json,
    pub account_id: Option<Uuid>,
    pub end_to_end_id: Option<String>,
    pub requested_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
