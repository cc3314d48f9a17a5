//! `cargo xtask up`: from a fresh clone to a running demo.

use std::os::unix::process::CommandExt;

use crate::{Outcome, prerequisites, process};

pub(crate) const HELP: &str = "\
usage: cargo xtask up

Builds sonderfonds and runs its demo in the foreground, with SQLite. The demo prints what to open and as whom; Ctrl-C ends it.
It needs Rust, and Node.js for the packages that the pages are dressed in.

  PORT    the port to listen on, instead of 8080";

/// Becomes `cargo run`, which becomes the demo: Ctrl-C and other signals reach it without anybody in between.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err(format!("`up` takes no arguments\n\n{HELP}"));
    }
    prerequisites::portal_packages()?;
    let mut demo = process::cargo()?;
    demo.args(["run", "--package", "server", "--bin", "sonderfonds", "--", "demo"]);
    Err(format!("can't start cargo: {}", demo.exec()))
}
