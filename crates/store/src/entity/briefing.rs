//! Briefings: rows of `briefing`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "briefing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub position: i64,
    pub told_on: Date,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub paper: Option<String>,
    pub state: String,
    pub state_data: Json,
    pub cities: Json,
    pub posted_by: Uuid,
    pub posted_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
