//! Whole-program suites: through HTTP, on both databases, with the clock set.

mod access_events;
mod address;
mod bad_input;
mod committee;
mod crates;
mod federation;
mod fields;
mod foreign_ids;
mod headers;
mod http;
mod lifecycle;
mod mail;
mod other_city;
mod people;
mod permissions;
mod races;
mod scenario;
mod sign_in;
mod stage;
mod subscriptions;
mod upgrade;
mod verify;
