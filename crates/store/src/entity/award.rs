//! Awards: rows of `award`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "award")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub application_id: Uuid,
    pub applicant_id: Uuid,
    pub ballot_id: Uuid,
    pub year: i32,
    pub amount: i64,
    pub hardship: bool,
    pub released: i64,
    pub paid: i64,
    pub repaid: i64,
    pub term_start: Date,
    pub term_end: Date,
    pub state: String,
    pub state_data: Json,
    pub accept_by: Option<Date>,
    pub overdue_told_at: Option<DateTimeUtc>,
    pub granted_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
