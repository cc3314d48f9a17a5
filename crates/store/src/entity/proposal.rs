//! Proposals: rows of `proposal`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub application_id: Uuid,
    pub round_id: Uuid,
    pub kind: String,
    pub amount: Option<i64>,
    pub reasons: String,
    pub motion_id: Option<Uuid>,
    pub prepared_by: Uuid,
    pub prepared_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
