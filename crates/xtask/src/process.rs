//! Other programs: finding them, running them, and saying in plain words what went wrong.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::Outcome;

/// The workspace's root folder: the one of the clone that `cargo xtask` was called in.
pub(crate) fn workspace() -> Result<PathBuf, String> {
    let own = env::var_os("CARGO_MANIFEST_DIR").ok_or("start me as `cargo xtask`")?;
    let root = Path::new(&own).ancestors().nth(2).ok_or("crates/xtask is not in a workspace")?;
    Ok(root.to_path_buf())
}

/// A `cargo` at the workspace's root, in the environment that the caller had.
///
/// `cargo run` sets variables that describe this package. Build scripts that watch them would run again each time one calls
/// cargo through xtask and then without it, so they are taken away.
pub(crate) fn cargo() -> Result<Command, String> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace()?);
    for (name, _) in env::vars_os() {
        if let Some(text) = name.to_str()
            && ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Runs a program with our input and output. Fails if it does.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("can't start {}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", shown(command))) }
}

/// Runs a program quietly and returns what it printed. What it complained about is part of the failure.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } =
        command.stdin(Stdio::null()).output().map_err(|error| format!("can't start {}: {error}", shown(command)))?;
    if status.success() {
        Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
    } else {
        let complaint = String::from_utf8_lossy(&stderr);
        Err(format!("{} failed ({status})\n{}", shown(command), complaint.trim()))
    }
}

/// Whether a program is there and succeeds.
pub(crate) fn succeeds(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> bool {
    output(Command::new(program).args(arguments)).is_ok()
}

/// Whether we are root, who may install packages and may not run PostgreSQL.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words: Vec<_> = std::iter::once(program).chain(command.get_args()).map(std::ffi::OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}
