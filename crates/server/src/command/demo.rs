//! `sonderfonds demo`

use std::process::ExitCode;
use std::sync::Arc;

use engine::{Engine, NewToken, SystemClock};

use super::serve::stop_signal;
use super::{Failure, say};
use crate::config::Settings;
use crate::story::{self, StoryClock};

pub(super) async fn run(mut settings: Settings) -> Result<ExitCode, Failure> {
    settings.graphiql = true;
    settings.data = settings.data.join("demo");
    // Its own database, whatever the installation's is: the demo's people and sums are made up.
    settings.database_url = None;
    // And nobody's mail server: its people have no mailboxes.
    settings.mail = Settings::defaults().mail;
    // The tokens are what is to be read; a line for each of some hundred e-mails would bury them.
    "warn".clone_into(&mut settings.log.level);
    crate::log::begin(&settings.log);
    let stop = stop_signal()?;
    let fund = Arc::new(settings.fund()?);
    let folder = settings.data.display().to_string();
    let clock = Arc::new(StoryClock::default());
    let engine = crate::open(&settings, fund.clone(), clock.clone()).await?;
    let told = settings.data.join("complete");
    if engine.rounds().await?.is_empty() {
        say("The demo is made: some years of the fund, day by day …")?;
        story::play(&engine, &clock).await?;
        std::fs::write(&told, "").map_err(|error| Failure::Other(format!("can't write {}: {error}", told.display())))?;
    } else if !told.exists() {
        return Err(Failure::Other(format!("the demo was interrupted while it was made; remove {folder} and start it again")));
    }
    story::open_a_round(&engine).await?;
    // What can be shown is shown.
    settings.portal.remaining_money = true;
    let tokens = tokens(&engine).await?;
    engine.database().clone().close().await;

    let server = crate::start(settings, fund, Arc::new(SystemClock)).await?;
    let address = format!("http://{}", server.address);
    say(format_args!(
        "\nsonderfonds listens on {address}\n\nOpen {address} and sign in with the address of one of these people: the e-mail with the link is the \
         newest file in {folder}/mail.\nTry queries at {address}/graphiql, with their token:\n"
    ))?;
    for (part, address, token) in tokens {
        say(format_args!("  {part:<42} {address:<38} {token}"))?;
    }
    say(format_args!("\nE-mails become files in {folder}/mail. Remove {folder} to begin anew. Ctrl-C ends the demo."))?;
    server.run_until(stop).await;
    Ok(ExitCode::SUCCESS)
}

/// A new token for everybody of the cast: of those of an earlier start, only the hashes are known.
async fn tokens(engine: &Engine) -> Result<Vec<(&'static str, &'static str, String)>, Failure> {
    let mut tokens = Vec::new();
    for (part, address) in story::CAST {
        if let Some(person) = engine.person_by_email(address).await? {
            let token = NewToken { person: person.id, name: "demo".to_owned(), access: domain::token::Access::Write, expires_at: None };
            tokens.push((part, address, engine.issue_token(token).await?));
        }
    }
    Ok(tokens)
}
