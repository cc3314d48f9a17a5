//! The journal: rows of `journal_entry`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub year: i32,
    pub ordinal: i64,
    pub movement: String,
    pub amount: i64,
    pub basis: String,
    pub resolution: Option<String>,
    pub award_id: Option<Uuid>,
    pub event_sequence: i64,
    pub by_id: Option<Uuid>,
    pub at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
