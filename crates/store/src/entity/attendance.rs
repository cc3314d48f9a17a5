//! Who was at a meeting: rows of `attendance`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub meeting_id: Uuid,
    pub person_id: Uuid,
    pub seat: i64,
    pub capacity: String,
    pub remote: bool,
    pub arrived_at: DateTimeUtc,
    pub left_at: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
