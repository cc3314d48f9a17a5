//! The database schema, step by step, for SQLite and PostgreSQL. Steps are frozen once landed: what has to change becomes another step.

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};

mod dialect;
mod m0001_fund;
mod m0002_event_subjects;
mod m0003_people;
mod m0004_sign_in;
mod m0005_committee;
mod m0006_federation;
mod m0007_briefing;
mod m0008_meeting;
mod m0009_address_change;
mod m0010_lists;
mod m0011_recusals_of_person;

/// All steps, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_fund::Step),
            Box::new(m0002_event_subjects::Step),
            Box::new(m0003_people::Step),
            Box::new(m0004_sign_in::Step),
            Box::new(m0005_committee::Step),
            Box::new(m0006_federation::Step),
            Box::new(m0007_briefing::Step),
            Box::new(m0008_meeting::Step),
            Box::new(m0009_address_change::Step),
            Box::new(m0010_lists::Step),
            Box::new(m0011_recusals_of_person::Step),
        ]
    }
}

/// Whether every step has been taken. It only reads, so it can answer a readiness probe; `Migrator`'s own questions create their table.
///
/// # Errors
/// When the database can't be asked.
pub async fn is_complete<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    Ok(Migrator::get_pending_migrations_read_only(db).await?.is_empty())
}
