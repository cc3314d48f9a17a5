//! The GraphQL face: types, resolvers, loaders, error codes.
//!
//! A resolver is one call of the engine and a mapping. The library behind it stays inside this crate: the server mounts [`http`] with a
//! [`schema()`], and gives each request a [`Session`].

pub mod applicant;
pub mod application;
pub mod award;
mod batch;
pub mod briefing;
pub mod budget;
pub mod committee;
pub mod connection;
pub mod desk;
pub mod error;
pub mod event;
pub mod fund;
pub mod http;
pub mod identity;
pub mod limits;
pub mod meeting;
pub mod membership;
pub mod minutes;
pub mod mutation;
pub mod node;
pub mod outbox;
pub mod payout;
pub mod proposal;
pub mod role;
pub mod round;
pub mod scalar;
pub mod schema;
pub mod session;
pub mod sign_in;
pub mod subscription;
pub mod token;
pub mod waiting_list;
pub mod what_if;

/// What runs a request: named here so that no other crate needs the library.
pub use async_graphql::Executor;
pub use schema::{Schema, schema, sdl};
pub use session::Session;
