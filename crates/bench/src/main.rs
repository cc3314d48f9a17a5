//! What the program can do, as ratios of one run: the program against the least that does the same, side by side in one process.
//!
//! Figures of different machines can't be compared, and neither can those of a busy one; ratios can. So each measurement takes turns with
//! its counterpart and gives the medians. Nothing here fails because something is slow; it fails when something is wrong.
//!
//! One module is one measurement: [`list`], [`close`], [`size`], [`pages`], [`memory`].

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use testkit::Backend;

use crate::report::Report;

mod bare;
mod close;
mod fill;
mod list;
mod load;
mod memory;
mod pages;
mod raw;
mod report;
mod size;
mod stage;

/// The same as the server's, so that what runs in this process runs as it does there. To compare allocators, see [`memory`].
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Why a measurement can't go on.
type Error = Box<dyn std::error::Error + Send + Sync>;

type Result<T> = std::result::Result<T, Error>;

/// Measures the release build and prints ratios. It needs `TEST_DATABASE_URL`, a PostgreSQL where databases can be made; `cargo xtask bench`
/// starts one. `memory` needs the program beside it: `cargo build --release --package bench --package server`.
#[derive(Debug, Parser)]
struct Arguments {
    /// Which measurements; left out: all.
    measurements: Vec<Measurement>,

    /// Small tables and short rounds: to see whether it runs.
    #[arg(long)]
    small: bool,

    /// On one database only.
    #[arg(long)]
    database: Option<Database>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measurement {
    /// 20 applications with applicant, cities, round and budget year, against a bare handler with the best SQL.
    List,
    /// Closing a ballot that awards, against a raw transaction, alone and 50 at once.
    Close,
    /// The same questions with 100, 10,000 and 1,000,000 applications.
    Size,
    /// Pages of the portal with 100 applications in one year, and with 10,000 over twenty.
    Pages,
    /// The program as a process: time to the first answer, memory, throughput.
    Memory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

#[tokio::main]
async fn main() -> ExitCode {
    if cfg!(debug_assertions) {
        eprintln!("bench: this is a debug build; its figures mean nothing");
    }
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    let asked = |measurement| arguments.measurements.is_empty() || arguments.measurements.contains(&measurement);
    let backends = Backend::ALL.into_iter().filter(|backend| match arguments.database {
        None => true,
        Some(Database::Sqlite) => *backend == Backend::Sqlite,
        Some(Database::Postgres) => *backend == Backend::Postgres,
    });
    let backends: Vec<Backend> = backends.collect();
    let mut report = Report::begin();
    for measurement in Measurement::value_variants().iter().filter(|measurement| asked(**measurement)) {
        for backend in &backends {
            match measurement {
                Measurement::List => list::measure(*backend, arguments.small, &mut report).await?,
                Measurement::Close => close::measure(*backend, arguments.small, &mut report).await?,
                Measurement::Size => size::measure(*backend, arguments.small, &mut report).await?,
                Measurement::Pages => Box::pin(pages::measure(*backend, arguments.small, &mut report)).await?,
                Measurement::Memory => memory::measure(*backend, arguments.small, &mut report).await?,
            }
        }
    }
    report.end();
    Ok(())
}
