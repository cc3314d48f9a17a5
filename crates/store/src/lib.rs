//! Rows, queries, row to domain and back. The only crate that knows SQL.
//!
//! A function that writes takes the transaction that it joins first; a function that reads takes any connection. Nothing in here begins or
//! commits a command's transaction: the engine does. Every list is bounded, and a row that can't be read is an error that names it.

pub use sea_orm::ConnectionTrait as Connection;

pub mod address;
pub mod applicant;
pub mod application;
pub mod award;
pub mod briefing;
pub mod budget;
pub mod committee;
pub mod database;
pub mod desk;
pub mod digest;
mod entity;
pub mod error;
pub mod event;
pub mod export;
pub mod federation;
pub mod idempotency;
pub mod identity;
pub mod meeting;
pub mod membership;
pub mod minutes;
pub mod outbox;
pub mod page;
pub mod payout;
pub mod proposal;
pub mod recusal;
pub mod role;
pub mod round;
mod row;
pub mod seat;
pub mod session;
pub mod sign_in;
pub mod token;
pub mod waiting_list;
pub mod what_if;

pub use database::{Database, Listener};
pub use error::{Result, StoreError};

/// A command's transaction.
pub type Tx = sea_orm::DatabaseTransaction;
