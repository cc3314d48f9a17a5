//! `cargo xtask screenshots`: pictures of the portal's pages, to look at.

use std::process::Command;

use crate::{Outcome, prerequisites, process};

pub(crate) const HELP: &str = "\
usage: cargo xtask screenshots [part]

Builds sonderfonds, starts its demo on a folder of its own, and takes pictures of the portal's pages into the folder
`screenshots`, which git ignores: at 1280 and 390 px, light and dark. Complains about pages that are wider than the screen and
about what the browser complains about.

  part        only the pages with this in their name
  CHROMIUM    the browser to use, instead of `chromium`";

/// Takes the pictures.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    prerequisites::browser()?;
    prerequisites::portal_packages()?;
    process::run(process::cargo()?.args(["build", "--package", "server"]))?;
    let root = process::workspace()?;
    let mut pictures = Command::new("node");
    pictures.current_dir(&root).arg("tests/screenshots/screenshots.mjs").arg(root.join("target/debug/sonderfonds")).arg("screenshots");
    process::run(pictures.args(arguments))
}
