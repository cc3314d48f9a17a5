//! Ballots: rows of `ballot`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ballot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub version: i64,
    pub motion_id: Uuid,
    pub application_id: Uuid,
    pub form: String,
    pub objections_until: Option<Date>,
    pub votes_until: Option<Date>,
    pub electorate: Json,
    pub seats: i64,
    pub en_bloc: Option<Json>,
    pub en_bloc_group: Option<Uuid>,
    pub agenda_item_id: Option<Uuid>,
    pub recorded_tally: Option<Json>,
    pub state: String,
    pub state_data: Json,
    pub computation: Option<Json>,
    pub reminded_at: Option<DateTimeUtc>,
    pub opened_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
