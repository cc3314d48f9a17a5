//! What people are in the fund: rows of `role_grant`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub person_id: Uuid,
    pub role: String,
    pub valid_from: Date,
    pub valid_until: Option<Date>,
    pub granted_by: Option<Uuid>,
    pub granted_at: DateTimeUtc,
    pub reason: Option<String>,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_by: Option<Uuid>,
    pub end_reason: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
