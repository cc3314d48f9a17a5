//! The cities of briefings: rows of `briefing_city`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "briefing_city")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub briefing_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub city: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
