//! The program `sonderfonds`: configuration, wiring, HTTP, background work, command line.
//!
//! [`start()`] wires everything and is what `serve`, the demo and the tests use; `command` is what people type.

pub mod command;
pub mod config;
mod http;
mod log;
mod mailroom;
mod secret;
mod start;
mod story;

pub use start::{RunningServer, StartError, open, start};
