//! Who is excluded from what: rows of `recusal`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recusal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub application_id: Uuid,
    pub number: String,
    pub person_id: Uuid,
    pub reason: Option<String>,
    pub state: String,
    pub state_data: Json,
    pub by_id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
