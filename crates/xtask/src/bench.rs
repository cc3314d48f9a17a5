//! `cargo xtask bench`: what the release build can do, as ratios of one run.

use crate::cluster::Cluster;
use crate::{Outcome, cluster, prerequisites, process};

pub(crate) const HELP: &str = "\
usage: cargo xtask bench [arguments]

Builds the package `bench` in release mode and runs it, on SQLite and on a PostgreSQL of its own that is thrown away
afterwards. The arguments are passed on to it. It measures, it does not test: close other programs first.

  TEST_DATABASE_URL    a PostgreSQL to use instead of a throw-away one";

/// The throw-away cluster runs without fsync, so figures compare programs on it, not disks.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    prerequisites::postgres()?;
    prerequisites::portal_packages()?;
    let cluster = Cluster::start_unless_given()?;
    let mut bench = process::cargo()?;
    bench.args(["run", "--release", "--package", "bench", "--"]).args(arguments);
    if let Some(cluster) = &cluster {
        bench.env(cluster::URL_VARIABLE, cluster.url());
    }
    process::run(&mut bench)
}
