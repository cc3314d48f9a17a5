//! A PostgreSQL cluster for one run: in a folder of its own, reached through a socket in it, gone afterwards.
//!
//! Nothing of it survives: it is stopped and removed when dropped. If we are killed, the kernel stops PostgreSQL
//! (`--pdeathsig`), and the next start removes the folder.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::{Outcome, process};

/// Where the tests look for their PostgreSQL, and where a person may name another one.
pub(crate) const URL_VARIABLE: &str = "TEST_DATABASE_URL";

/// In the folder for temporary files; the process id follows.
const FOLDER_PREFIX: &str = "sonderfonds-postgres-";
/// In the cluster's folder: locked for as long as somebody uses it. Unlike a process id, a lock can't be taken for another's.
const LOCK: &str = "in-use";
const START_TIMEOUT: Duration = Duration::from_mins(1);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// A running cluster. Dropping it stops it and removes its folder.
pub(crate) struct Cluster {
    folder: PathBuf,
    server: Child,
    /// Held for as long as the cluster lives.
    _lock: File,
}

/// Whether somebody named a PostgreSQL to use.
pub(crate) fn is_given() -> bool {
    env::var_os(URL_VARIABLE).is_some_and(|url| !url.is_empty())
}

/// The folder with PostgreSQL's programs. Debian keeps the server's out of PATH, one folder a version; the newest is taken.
pub(crate) fn binaries() -> Option<PathBuf> {
    let in_path: Vec<PathBuf> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    versions.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    in_path
        .into_iter()
        .chain(versions)
        .find(|folder| ["initdb", "postgres", "pg_isready"].iter().all(|program| folder.join(program).is_file()))
}

/// 15 of `/usr/lib/postgresql/15/bin`.
fn version(folder: &Path) -> Option<u32> {
    folder.parent()?.file_name()?.to_str()?.parse().ok()
}

impl Cluster {
    /// Starts a cluster, or none if [`URL_VARIABLE`] already names one.
    pub(crate) fn start_unless_given() -> Result<Option<Self>, String> {
        if is_given() { Ok(None) } else { Self::start().map(Some) }
    }

    /// How the tests reach it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.display())
    }

    fn start() -> Result<Self, String> {
        let binaries = binaries().ok_or("PostgreSQL is missing")?;
        let account = Account::find()?;
        remove_abandoned();
        let (folder, lock) = claim_folder(&account)?;
        match initialise(&binaries, &folder, &account).and_then(|()| launch(&binaries, &folder, &account)) {
            Ok(server) => {
                let mut cluster = Self { folder, server, _lock: lock };
                cluster.wait_until_ready(&binaries)?;
                Ok(cluster)
            }
            Err(reason) => {
                // The reason matters, the left-over doesn't: the next start removes it.
                let _ = fs::remove_dir_all(&folder);
                Err(reason)
            }
        }
    }

    fn wait_until_ready(&mut self, binaries: &Path) -> Outcome {
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            let mut question = Command::new(binaries.join("pg_isready"));
            if process::output(question.arg("--quiet").arg("--host").arg(&self.folder)).is_ok() {
                return Ok(());
            }
            let ended = self.server.try_wait().map_err(|error| format!("lost sight of PostgreSQL: {error}"))?;
            if ended.is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL did not start. Its log:\n{log}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// PostgreSQL's fast shutdown: sessions are ended, not waited for.
    fn stop(&mut self) {
        let _ = process::output(Command::new("kill").args(["-INT", &self.server.id().to_string()]));
        let deadline = Instant::now() + STOP_TIMEOUT;
        while matches!(self.server.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _ = self.server.kill();
                let _ = self.server.wait();
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("xtask: {} is left behind: {error}", self.folder.display());
        }
    }
}

/// Who PostgreSQL runs as. It refuses to be run by root, so root runs it as the account that its package made.
enum Account {
    Ourselves,
    Postgres { user: u32, group: u32 },
}

impl Account {
    fn find() -> Result<Self, String> {
        if !process::is_root() {
            return Ok(Self::Ourselves);
        }
        let id = |which: &str| -> Result<u32, String> {
            let text = process::output(Command::new("id").args([which, "postgres"]))?;
            text.parse().map_err(|_| format!("`id {which} postgres` printed {text}"))
        };
        Ok(Self::Postgres { user: id("-u")?, group: id("-g")? })
    }

    /// `program`, run as this account, and told to stop (`SIGINT`) when we die without having stopped it.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.arg("--pdeathsig=INT");
        if let Self::Postgres { user, group } = self {
            command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
        }
        command.arg("--").arg(program);
        command
    }
}

/// Makes a folder that only the account can enter: the cluster trusts whoever reaches its socket.
///
/// It gets its name when it is locked, and not before, or another run that starts now would take it for abandoned.
fn claim_folder(account: &Account) -> Result<(PathBuf, File), String> {
    let name = format!("{FOLDER_PREFIX}{}", std::process::id());
    let folder = env::temp_dir().join(&name);
    let unclaimed = env::temp_dir().join(format!("new-{name}"));
    let failed = |error| format!("can't make {}: {error}", folder.display());
    fs::DirBuilder::new().mode(0o700).create(&unclaimed).map_err(failed)?;
    let lock = File::create_new(unclaimed.join(LOCK)).map_err(failed)?;
    lock.lock().map_err(failed)?;
    if let Account::Postgres { user, group } = *account {
        chown(&unclaimed, Some(user), Some(group)).map_err(failed)?;
    }
    fs::rename(&unclaimed, &folder).map_err(failed)?;
    Ok((folder, lock))
}

/// Removes the folders of runs that were killed. Whatever can't be removed is somebody else's, or the next run's to remove.
fn remove_abandoned() {
    for entry in fs::read_dir(env::temp_dir()).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX) {
            continue;
        }
        if File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn initialise(binaries: &Path, folder: &Path, account: &Account) -> Outcome {
    let mut initdb = account.command(&binaries.join("initdb"));
    initdb.args(["--auth=trust", "--no-sync", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"]);
    process::output(initdb.arg(folder.join("data")).current_dir(folder)).map(drop)
}

/// Durability is switched off: whoever pulls the plug runs the tests again.
fn launch(binaries: &Path, folder: &Path, account: &Account) -> Result<Child, String> {
    let failed = |error| format!("can't start PostgreSQL: {error}");
    let log = File::create(folder.join("log")).map_err(failed)?;
    let mut postgres = account.command(&binaries.join("postgres"));
    postgres.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).current_dir(folder);
    for setting in ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400"] {
        postgres.args(["-c", setting]);
    }
    let error_log = log.try_clone().map_err(failed)?;
    postgres.stdin(Stdio::null()).stdout(log).stderr(error_log).spawn().map_err(failed)
}
