//! Applications: rows of `application`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub round_id: Uuid,
    pub applicant_id: Uuid,
    pub number: Option<String>,
    pub state: String,
    pub state_data: Json,
    pub form: Json,
    pub title: Option<String>,
    pub amount_requested: Option<i64>,
    pub received_at: Option<DateTimeUtc>,
    pub late_permit: Option<Json>,
    pub early_start: Option<Json>,
    pub created_by: Uuid,
    pub created_at: DateTimeUtc,
    pub signed: Option<Json>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
