//! Whole-program suites: through HTTP, on both databases, with the clock set.

mod bad_input;
mod committee;
mod crates;
mod federation;
mod foreign_ids;
mod http;
mod lifecycle;
mod mail;
mod other_city;
mod people;
mod permissions;
mod portal;
mod portal_pages;
mod races;
mod scenario;
mod sign_in;
mod stage;
mod subscriptions;
mod verify;
