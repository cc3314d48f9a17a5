//! Whole-program suites: through HTTP, on both databases, with the clock set.

mod access_events;
mod bad_input;
mod briefings;
mod committee;
mod crates;
mod everything;
mod federation;
mod foreign_ids;
mod headers;
mod http;
mod lifecycle;
mod mail;
mod meetings;
mod other_city;
mod people;
mod permissions;
mod portal;
mod portal_pages;
mod races;
mod recusal_traces;
mod scenario;
mod sign_in;
mod stage;
mod subscriptions;
mod verify;
mod what_if;
