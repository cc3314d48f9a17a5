//! What the fund's rules say: types, state machines, money, postings, permissions.
//!
//! Nothing in here does I/O, waits, reads a clock or draws a random number: time and ids are arguments, and what is to be written is
//! returned. So every predicate of the rules (`R1` to `R47`) can be tested by calling it.

pub mod address;
pub mod applicant;
pub mod application;
pub mod award;
pub mod briefing;
pub mod budget;
pub mod calendar;
pub mod committee;
pub mod digest;
pub mod event;
pub mod federation;
pub mod fund;
pub mod identity;
pub mod ids;
pub mod language;
pub mod meeting;
pub mod membership;
pub mod minutes;
pub mod money;
pub mod outbox;
pub mod payout;
pub mod problem;
pub mod proposal;
pub mod role;
pub mod round;
pub mod session;
pub mod sign_in;
pub mod text;
pub mod token;
pub mod waiting_list;
pub mod what_if;
pub mod words;
