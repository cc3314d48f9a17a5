//! Motions: rows of `motion`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "motion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub application_id: Uuid,
    pub applicant_id: Uuid,
    pub kind: String,
    pub amount: Option<i64>,
    pub wording: String,
    pub state: String,
    pub proposed_by: Uuid,
    pub proposed_at: DateTimeUtc,
    pub recusal_id: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
