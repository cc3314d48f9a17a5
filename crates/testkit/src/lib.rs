//! The real wiring with a set clock, a database per test and a mailbox. Used by tests only, where a failure is a panic that says why.

#![expect(clippy::missing_panics_doc, reason = "every function of a test kit panics when the test can't go on")]

pub mod app;
pub mod browser;
pub mod client;
pub mod clock;
pub mod identity_provider;
pub mod mailbox;
pub mod postgres;
pub mod process;
pub mod statements;

pub use app::{App, Backend};
pub use browser::{Browser, Letter, Shown, carried, says, words};
pub use client::{Answer, Client};
pub use identity_provider::IdentityProvider;
pub use process::Process;
