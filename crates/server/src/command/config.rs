//! `sonderfonds config …`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;
use domain::fund::Fund;

use super::{Failure, say};
use crate::config::{Environment, Settings, explain, fund_of, is_fund, text_of};

/// Look into a configuration.
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Check a file, of settings or of a fund, and say what each value means. Secrets are not shown.
    Check {
        /// The file; without: the settings that `serve` would use, and its fund.
        file: Option<PathBuf>,
    },
}

impl Config {
    pub(super) async fn run(self, config: Option<&Path>) -> Result<ExitCode, Failure> {
        let Self::Check { file } = self;
        if let Some(file) = file {
            let text = text_of(&file)?;
            if is_fund(&text) {
                print_fund(&fund_of(&file.display().to_string(), &text)?)?;
            } else {
                // The file alone: what this shell's environment says is not what it means.
                let settings = Settings::load(Some(&file), &Environment::default())?;
                print_settings(&settings)?;
                let mut complete = settings;
                if complete.mail.user.is_some() && complete.mail.password.is_none() {
                    // It comes by the environment of the server, which is not this one.
                    complete.mail.password = Some("comes later".to_owned().into());
                }
                check_mail(&complete, crate::config::kiel()).await?;
            }
        } else {
            let settings = Settings::load(config, &Environment::of_process())?;
            let fund = settings.fund()?;
            check_mail(&settings, fund.clone()).await?;
            settings.providers(|name| std::env::var(name).ok())?;
            print_settings(&settings)?;
            print_fund(&fund)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What only the mail's own side can tell: whether the sender is an address, and user, password and certificates fit together.
async fn check_mail(settings: &Settings, fund: Fund) -> Result<(), Failure> {
    // Only to see whether the settings are possible: no e-mail is written.
    let links = mail::Links { secret: domain::sign_in::Secret::new([0; 32]), origin: String::new() };
    mail::Letterhead::new(Arc::new(fund), &settings.mail, links).map_err(|value| settings.blame(value))?;
    mail::Transport::open(&settings.mail, &settings.data).await.map(drop).map_err(|value| settings.blame(value))?;
    Ok(())
}

fn print_settings(settings: &Settings) -> Result<(), Failure> {
    say(format_args!("# The server\n"))?;
    for row in explain::settings(settings) {
        say(format_args!("{row}"))?;
    }
    say("")
}

fn print_fund(fund: &Fund) -> Result<(), Failure> {
    say(format_args!("# The fund\n"))?;
    for row in explain::fund(fund) {
        say(format_args!("{row}"))?;
    }
    say("")
}
