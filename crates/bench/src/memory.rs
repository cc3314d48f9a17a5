//! The program as a process: how soon it answers, how much memory it holds, how fast it is with the allocator that it was built with.
//!
//! To compare allocators: take the two lines with `#[global_allocator]` out of `crates/server/src/main.rs`, or put others in, build, and run
//! `cargo xtask bench memory` again; with the lines of `main.rs` of this package, `list` and `close` follow suit.

use std::io::{BufRead as _, BufReader, Error, Result as IoResult};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use testkit::Backend;

use crate::Result;
use crate::list::{CONNECTIONS, QUERY};
use crate::load::{Ask, Connection, aside, rate};
use crate::report::{Report, Wanted, median};
use crate::stage::{Stage, socket, token};

/// How many times it is started.
const STARTS: usize = 7;

pub(crate) async fn measure(backend: Backend, small: bool, report: &mut Report) -> Result<()> {
    let stage = Stage::with_applications(backend, if small { 200 } else { 2_000 }).await?;
    let program = Program::beside_this(&stage)?;
    let token = token(&stage.officer)?.to_owned();
    let (starting, asking) = (program.clone(), token.clone());
    let (health, query) = aside(move || {
        let (mut health, mut query) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let (first, second, _) = starting.start_and_ask(&asking)?;
            health.push(first);
            query.push(second);
        }
        Ok((health, query))
    })
    .await?;
    report.time("start: first answer of /health", backend, median(health), Wanted::Milliseconds(100.0));
    report.time("start: first answer of GraphQL", backend, median(query), Wanted::Milliseconds(100.0));

    let asking = token.clone();
    let (_, _, running) = aside(move || program.start_and_ask(&asking)).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    report.memory("memory: idle", backend, running.memory("VmRSS")?, Wanted::Megabytes(40.0));

    let ask = Ask::graphql(running.address, &token, QUERY, &json!({}));
    let span = if small { Duration::from_millis(500) } else { Duration::from_secs(4) };
    rate(&ask, CONNECTIONS, span / 2).await?;
    let throughput = rate(&ask, CONNECTIONS, span).await?;
    report.memory("memory: most under the load of the list", backend, running.memory("VmHWM")?, Wanted::Megabytes(120.0));
    report.rate("the list from the program by itself, requests", backend, throughput);
    Ok(())
}

/// How the program is started.
#[derive(Clone)]
struct Program {
    binary: PathBuf,
    database_url: String,
    data: PathBuf,
}

impl Program {
    /// The release build in the folder of this program, on the stage's database.
    fn beside_this(stage: &Stage) -> Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("sonderfonds");
        if !binary.exists() {
            return Err(format!("{} is missing: cargo build --release --package bench --package server", binary.display()).into());
        }
        Ok(Self { binary, database_url: stage.app.database_url(), data: stage.app.data().to_owned() })
    }

    /// Starts it and asks two questions: how long each answer took, counted from the start.
    fn start_and_ask(&self, token: &str) -> IoResult<(Duration, Duration, Running)> {
        let start = Instant::now();
        let running = self.start()?;
        Connection::open(running.address)?.ask(&Ask::get(running.address, "/health"))?;
        let health = start.elapsed();
        let query = Ask::graphql(running.address, token, "{ applications(first: 1) { nodes { id } } }", &json!({}));
        Connection::open(running.address)?.ask(&query)?;
        Ok((health, start.elapsed(), running))
    }

    /// Starts it and waits until it says where it listens. Nobody asks as often as the load does: the limits would end it.
    fn start(&self) -> IoResult<Running> {
        let config = self.data.join("bench.toml");
        std::fs::write(&config, "[limits]\nsource-per-minute = 10_000_000\nperson-per-minute = 10_000_000\n")?;
        let mut child = Command::new(&self.binary)
            .arg("serve")
            .env("DATABASE_URL", &self.database_url)
            .env("SONDERFONDS_DATA", &self.data)
            .env("PORT", "0")
            .env("SONDERFONDS_CONFIG", &config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| Error::other("it has no output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let mut running = Running { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        for line in lines.by_ref() {
            if let Some((_, rest)) = line?.split_once("http://127.0.0.1:") {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                running.address = socket(&format!("http://127.0.0.1:{port}")).map_err(Error::other)?;
                // Whoever writes into a closed pipe fails; so it is read for as long as the program runs.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(running);
            }
        }
        Err(Error::other("the program ended without listening"))
    }
}

/// A running program. It is killed with the value.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    /// A figure of its memory in megabytes: `VmRSS` is what it holds now, `VmHWM` the most that it ever held.
    fn memory(&self, figure: &str) -> Result<f64> {
        let status = std::fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(figure)).ok_or("no such figure")?;
        let kilobytes: f64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already can't be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
