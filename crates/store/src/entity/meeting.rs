//! Meetings: rows of `meeting`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub begins_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub place: String,
    pub remote: bool,
    pub invitations: i64,
    pub reordered_at: Option<DateTimeUtc>,
    pub short_notice: Option<String>,
    pub state: String,
    pub state_data: Json,
    pub called_by: Uuid,
    pub called_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
