//! The rows, table by table, as the database holds them. Each module is one table; each field is the column of the same name, which the
//! schema explains. Nothing outside this crate sees a row.
#![allow(missing_docs, unreachable_pub, reason = "sea-orm's derives make public items, and the schema explains the columns")]

pub mod addendum;
pub mod address_change;
pub mod agenda_item;
pub mod applicant;
pub mod application;
pub mod application_city;
pub mod application_version;
pub mod attendance;
pub mod award;
pub mod ballot;
pub mod bank_account;
pub mod briefing;
pub mod briefing_city;
pub mod briefing_read;
pub mod budget_year;
pub mod digest_subscription;
pub mod event;
pub mod event_chain;
pub mod federated_identity;
pub mod federated_role;
pub mod idempotency_key;
pub mod invitation;
pub mod journal_entry;
pub mod meeting;
pub mod membership;
pub mod minutes;
pub mod motion;
pub mod outbox_message;
pub mod payout;
pub mod person;
pub mod proposal;
pub mod recusal;
pub mod role_grant;
pub mod round;
pub mod seat_holding;
pub mod session;
pub mod sign_in_request;
pub mod token;
pub mod vote;
pub mod waiting_place;
pub mod what_if;
