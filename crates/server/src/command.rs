//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use engine::{Engine, SystemClock};

use crate::config::{Environment, Settings, Unusable};
use crate::start::StartError;

mod config;
mod demo;
mod mail;
mod migrate;
mod person;
mod schema;
mod serve;
mod token;
mod verify;

/// A city's fund: applications, decisions, budget, payouts.
#[derive(Debug, Parser)]
#[command(name = "sonderfonds", version, max_term_width = 110)]
pub struct Cli {
    /// The installation's settings; config/example.toml shows them all.
    #[arg(long, global = true, env = "SONDERFONDS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and send e-mail, until SIGTERM or Ctrl-C.
    Serve(serve::Serve),
    /// Bring the database's schema up to date.
    Migrate,
    /// Serve a demo with people of every role, and print their tokens.
    Demo,
    /// Print the API's schema.
    Schema,
    /// Recompute the record's chain, the journal's sums and every balance, and name what is wrong.
    Verify,
    /// Make people known, and list them.
    #[command(subcommand)]
    Person(person::Person),
    /// Issue a bearer token and print it: nothing else, and only once.
    Token(token::Token),
    /// See which e-mail was or could not be sent, and send it.
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Look into a configuration.
    #[command(subcommand)]
    Config(config::Config),
}

/// Why a command failed, as it is told on standard error.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Config(#[from] Unusable),
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("{0}")]
    Engine(engine::Error),
    #[error("{0}")]
    Other(String),
}

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::Refused(refusal) => {
                let said = refusal.0.into_iter().map(|violation| {
                    let message = violation.problem.message(domain::language::Language::En);
                    violation.field.map_or_else(|| message.clone(), |field| format!("{field}: {message}"))
                });
                Self::Other(said.collect::<Vec<_>>().join("\n"))
            }
            // Whoever sits at the console may know what a caller of the API may not.
            engine::Error::Internal(source) => Self::Other(format!("internal error: {source}")),
            other => Self::Engine(other),
        }
    }
}

/// Runs the command that was typed.
pub async fn run() -> ExitCode {
    match execute(Cli::parse()).await {
        Ok(code) => code,
        Err(failure) => {
            for line in failure.to_string().lines() {
                eprintln!("sonderfonds: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> Result<ExitCode, Failure> {
    let load = || Settings::load(cli.config.as_deref(), &Environment::of_process());
    match cli.command {
        Command::Serve(serve) => serve.run(load()?).await,
        Command::Migrate => migrate::run(&load()?).await,
        Command::Demo => demo::run(load()?).await,
        Command::Schema => schema::run(),
        Command::Verify => verify::run(load()?).await,
        Command::Person(person) => person.run(&load()?).await,
        Command::Token(token) => token.run(&load()?).await,
        Command::Mail(mail) => mail.run(&load()?).await,
        Command::Config(config) => config.run(cli.config.as_deref()).await,
    }
}

/// The engine for a command that needs no server.
async fn engine(settings: &Settings) -> Result<Engine, Failure> {
    crate::log::begin(&settings.log);
    let fund = Arc::new(settings.fund()?);
    Ok(crate::start::open(settings, fund, Arc::new(SystemClock)).await?)
}

/// Says a line on standard output. Whoever reads no further has read enough; anything else that keeps it from arriving is a failure.
fn say(line: impl std::fmt::Display) -> Result<(), Failure> {
    use std::io::Write as _;
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Other(format!("can't write: {error}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_command_and_argument_has_help() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        let command = Cli::command();
        command.clone().debug_assert();
        check(&command);
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        assert_eq!(names, ["serve", "migrate", "demo", "schema", "verify", "person", "token", "mail", "config"]);
    }

    #[test]
    fn what_is_typed_is_understood() {
        for typed in [
            "serve --no-migrate",
            "token --role auditor",
            "token --person a@b.de",
            "mail list --state dead",
            "config check x.toml",
            "person list",
        ] {
            Cli::try_parse_from(format!("sonderfonds {typed}").split(' ')).expect(typed);
        }
        for typed in ["token", "token --role king", "token --role auditor --person a@b.de", "mail list --state lost", "person add", ""] {
            assert!(Cli::try_parse_from(format!("sonderfonds {typed}").split(' ')).is_err(), "{typed}");
        }
    }
}
