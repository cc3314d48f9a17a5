//! Items of agendas: rows of `agenda_item`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub meeting_id: Uuid,
    pub position: i64,
    pub publicity: String,
    pub title: String,
    pub application_id: Option<Uuid>,
    pub motion_id: Option<Uuid>,
    pub state: String,
    pub state_data: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
