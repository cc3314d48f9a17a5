//! Whole-program suites: through HTTP, on both databases, with the clock set.

mod bad_input;
mod committee;
mod crates;
mod http;
mod lifecycle;
mod mail;
mod other_city;
mod permissions;
mod races;
mod scenario;
mod stage;
mod subscriptions;
mod verify;
