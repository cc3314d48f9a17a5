//! What the tests need beside Rust and Node: installed where that is allowed, named with the command to run where it is not.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Outcome, cluster, process};

/// Where the portal's npm packages are named.
const PORTAL: &str = "crates/portal/web";

/// The compiler's companions; a minimal toolchain comes without them.
pub(crate) fn rust_components() -> Outcome {
    let missing: Vec<&str> = [("clippy", "cargo-clippy"), ("rustfmt", "cargo-fmt")]
        .into_iter()
        .filter(|(_, program)| !process::succeeds(program, &["--version"]))
        .map(|(component, _)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    process::run(Command::new("rustup").args(["component", "add"]).args(&missing))
        .map_err(|reason| format!("{} missing, and {reason}", missing.join(" and ")))
}

/// PostgreSQL, unless one is given, what the mail server for tests is made of, and a browser.
pub(crate) fn test_counterparts() -> Outcome {
    install(&[POSTGRES, AIOSMTPD, OPENSSL, CHROMIUM])
}

/// PostgreSQL, unless one is given.
pub(crate) fn postgres() -> Outcome {
    install(&[POSTGRES])
}

/// A browser for pictures.
pub(crate) fn browser() -> Outcome {
    install(&[CHROMIUM])
}

/// The npm packages that the portal's pages are dressed in: without them nothing is built.
pub(crate) fn portal_packages() -> Outcome {
    npm_packages_of(PORTAL)
}

/// The npm packages of the portal, of the tests in a browser, of the GraphQL-over-HTTP audits and of the OpenID provider for tests, as their
/// lock files say.
pub(crate) fn npm_packages() -> Outcome {
    [PORTAL, "tests/browser", "tests/graphql-http", "tests/oidc-provider"].into_iter().try_for_each(npm_packages_of)
}

fn npm_packages_of(folder: &str) -> Outcome {
    let folder = process::workspace()?.join(folder);
    let lock = read(&folder.join("package-lock.json"))?;
    // npm keeps no trace that would tell which lock file it installed, so we leave one beside the packages.
    let installed = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&installed).is_ok_and(|trace| trace == lock) {
        return Ok(());
    }
    if !process::succeeds("npm", &["--version"]) {
        return Err("npm is missing: install Node.js 20.12 or newer, https://nodejs.org/".to_owned());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    process::run(&mut npm)?;
    fs::write(&installed, lock).map_err(|error| format!("can't write {}: {error}", installed.display()))
}

/// Something that a Debian package brings.
struct Counterpart {
    package: &'static str,
    is_there: fn() -> bool,
}

const POSTGRES: Counterpart = Counterpart { package: "postgresql", is_there: || cluster::is_given() || cluster::binaries().is_some() };

const AIOSMTPD: Counterpart = Counterpart {
    package: "python3-aiosmtpd",
    // The system's Python first: it is the one that Debian's packages belong to.
    is_there: || ["/usr/bin/python3", "python3"].iter().any(|python| process::succeeds(python, &["-c", "import aiosmtpd"])),
};

const CHROMIUM: Counterpart = Counterpart {
    package: "chromium",
    is_there: || std::env::var_os("CHROMIUM").is_some() || process::succeeds("chromium", &["--version"]),
};

const OPENSSL: Counterpart = Counterpart { package: "openssl", is_there: || process::succeeds("openssl", &["version"]) };

fn install(counterparts: &[Counterpart]) -> Outcome {
    let missing = || -> Vec<&str> { counterparts.iter().filter(|one| !(one.is_there)()).map(|one| one.package).collect() };
    let packages = missing();
    if packages.is_empty() {
        return Ok(());
    }
    if !process::is_root() || !process::succeeds("apt-get", &["--version"]) {
        return Err(format!(
            "missing: {}. Run this, then start again:\n\n    sudo apt-get update && sudo apt-get install --yes {}\n\n\
             (on a system other than Debian: its packages for the same programs)",
            packages.join(", "),
            packages.join(" "),
        ));
    }
    eprintln!("xtask: installing {}", packages.join(", "));
    process::run(Command::new("apt-get").args(["update", "--quiet"]))?;
    process::run(
        Command::new("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(&packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    let packages = missing();
    if packages.is_empty() { Ok(()) } else { Err(format!("installed, but still not usable: {}", packages.join(", "))) }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("can't read {}: {error}", path.display()))
}
