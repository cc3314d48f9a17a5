//! Set-up, tests and benchmarks in one command: `cargo xtask <command>`.
//!
//! Only the standard library is used, so that `cargo xtask` itself is built in a second on a machine that has nothing yet.

mod bench;
mod cluster;
mod prerequisites;
mod process;
mod screenshots;
mod test;
mod up;

use std::process::ExitCode;

/// What a command comes to: nothing, or a sentence for the person who ran it.
type Outcome = Result<(), String>;

const USAGE: &str = "\
usage: cargo xtask <command>

  up               build sonderfonds and run its demo
  test [filter]    run formatting, lints and every test, on both databases
  screenshots      take pictures of the portal's pages
  bench            measure the release build, on both databases

`cargo xtask <command> --help` says more.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let (help, run): (&str, fn(&[String]) -> Outcome) = match command.as_str() {
        "up" => (up::HELP, up::run),
        "test" => (test::HELP, test::run),
        "bench" => (bench::HELP, bench::run),
        "screenshots" => (screenshots::HELP, screenshots::run),
        "" | "help" | "-h" | "--help" => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprintln!("xtask: there is no command `{unknown}`\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{help}");
        return ExitCode::SUCCESS;
    }
    match run(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
