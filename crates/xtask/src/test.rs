//! `cargo xtask test`: everything that has to hold before a change may land.

use std::time::{Duration, Instant};

use crate::cluster::Cluster;
use crate::{Outcome, cluster, prerequisites, process};

pub(crate) const HELP: &str = "\
usage: cargo xtask test [filter]

Checks formatting and lints and runs every test, on SQLite and on a PostgreSQL of its own that is thrown away afterwards.
What is missing (PostgreSQL, a test mail server, npm packages) is installed where that is allowed; otherwise you are told the
command to run. Nothing is skipped.

  filter               passed on to `cargo test --workspace`
  TEST_DATABASE_URL    a PostgreSQL to use instead of a throw-away one; its user must be allowed to create databases";

/// Runs the stages in order and stops at the first that fails. How long each took is printed in either case.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut stages = Stages::default();
    let outcome = run_stages(&mut stages, arguments);
    stages.print();
    outcome
}

fn run_stages(stages: &mut Stages, arguments: &[String]) -> Outcome {
    stages.time("prerequisites", || {
        prerequisites::rust_components()?;
        prerequisites::test_counterparts()?;
        prerequisites::npm_packages()
    })?;
    stages.time("formatting", || {
        process::run(process::cargo()?.args(["fmt", "--all", "--check"]))
            .map_err(|reason| format!("{reason}; `cargo fmt --all` puts the formatting right"))
    })?;
    stages.time("lints", || process::run(process::cargo()?.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])))?;
    // Some suites start the program as a process of its own, and kill it. All at once: what is built alone is built with fewer features of
    // the libraries, and again for the tests.
    stages.time("build", || process::run(process::cargo()?.args(["build", "--workspace", "--all-targets"])))?;
    let cluster = stages.time("PostgreSQL", Cluster::start_unless_given)?;
    stages.time("tests", || {
        let mut tests = process::cargo()?;
        tests.args(["test", "--workspace"]).args(arguments);
        if let Some(cluster) = &cluster {
            tests.env(cluster::URL_VARIABLE, cluster.url());
        }
        process::run(&mut tests)
    })
}

/// The stages that were begun, with the time each took.
#[derive(Default)]
struct Stages(Vec<(&'static str, Duration)>);

impl Stages {
    fn time<T>(&mut self, name: &'static str, stage: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        eprintln!("xtask: {name}");
        let begun = Instant::now();
        let outcome = stage();
        self.0.push((name, begun.elapsed()));
        outcome.map_err(|reason| format!("{name}: {reason}"))
    }

    fn print(&self) {
        let total: Duration = self.0.iter().map(|(_, took)| *took).sum();
        eprintln!();
        for (name, took) in self.0.iter().copied().chain([("total", total)]) {
            eprintln!("{name:>14} {:>7.1} s", took.as_secs_f64());
        }
    }
}
