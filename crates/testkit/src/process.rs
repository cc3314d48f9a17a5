//! The program as a process of its own, for what only a process can show: two of them on one database, and one that is killed.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::app::App;

/// A running `sonderfonds serve`, or `demo`. It is killed with the value.
pub struct Process {
    child: Child,
    port: u16,
    command: &'static str,
    database_url: String,
    data: PathBuf,
}

impl Process {
    /// Serves the database of an app, beside it.
    pub async fn serve(app: &App) -> Self {
        let (database_url, data) = (app.database_url(), app.data().to_owned());
        let (child, port) = start("serve", &database_url, &data, 0).await;
        Self { child, port, command: "serve", database_url, data }
    }

    /// Plays and serves the demo in a folder of its own.
    pub async fn demo(folder: &Path) -> Self {
        let (child, port) = start("demo", "", folder, 0).await;
        Self { child, port, command: "demo", database_url: String::new(), data: folder.to_owned() }
    }

    /// Where it listens: `http://127.0.0.1:40001`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills it with SIGKILL: it gets no chance to finish anything.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("killed");
    }

    /// Starts it again, on the same port.
    pub async fn start_again(&mut self) {
        (self.child, self.port) = start(self.command, &self.database_url, &self.data, self.port).await;
    }
}

/// Starts the program and waits until it says where it listens.
async fn start(command: &str, database_url: &str, data: &Path, port: u16) -> (Child, u16) {
    let binary =
        std::env::current_exe().expect("a path").parent().and_then(|deps| deps.parent()).expect("a target folder").join("sonderfonds");
    assert!(binary.exists(), "the program is not built: run the tests with `cargo xtask test`");
    let mut child = Command::new(binary)
        .arg(command)
        .env("DATABASE_URL", database_url)
        .env("SONDERFONDS_DATA", data)
        .env("PORT", port.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    while let Some(line) = lines.next_line().await.expect("its output") {
        if let Some((_, port)) = line.rsplit_once("http://127.0.0.1:") {
            let port = port.trim_end_matches('/').parse().expect("a port");
            // Whoever writes into a closed pipe fails; so it is read for as long as the program runs.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (child, port);
        }
    }
    panic!("the program ended without listening");
}
