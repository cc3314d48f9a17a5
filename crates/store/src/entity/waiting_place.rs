//! Places on the waiting list: rows of `waiting_place`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "waiting_place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub year: i32,
    pub position: i64,
    pub kind: String,
    pub amount: i64,
    pub application_id: Uuid,
    pub applicant_id: Uuid,
    pub ballot_id: Uuid,
    pub state: String,
    pub award_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub skipped: Option<Json>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
