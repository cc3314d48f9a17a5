//! The fund: people, applicants, applications, decisions, the budget, awards, payouts, e-mail and the record.
//!
//! The tables are written in SQL, once for both databases; see [`Dialect`].

use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

/// The tables, in an order in which each refers only to those before it.
const TABLES: [&str; 5] = [
    include_str!("m0001_fund/applying.sql"),
    include_str!("m0001_fund/record.sql"),
    include_str!("m0001_fund/deciding.sql"),
    include_str!("m0001_fund/money.sql"),
    include_str!("m0001_fund/mail.sql"),
];

/// The tables that are only ever added to, and the rule that says so.
const APPEND_ONLY: [(&str, &str); 3] = [("journal_entry", "R27"), ("event", "R45"), ("application_version", "R14")];

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0001_fund"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let dialect = Dialect::of(manager)?;
        for tables in TABLES {
            db.execute_unprepared(&dialect.fill_in(tables)).await?;
        }
        for (table, rule) in APPEND_ONLY {
            db.execute_unprepared(&(dialect.append_only)(table, rule)).await?;
        }
        Ok(())
    }

    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
