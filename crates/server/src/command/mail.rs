//! `sonderfonds mail …`

use std::process::ExitCode;

use clap::Subcommand;
use domain::ids::MessageId;
use domain::outbox::{Message, MessageState};
use engine::Window;
use uuid::Uuid;

use super::{Failure, say};
use crate::config::Settings;
use crate::mailroom::Mailroom;

/// How many messages are read at once.
const PAGE: u64 = 100;

/// See which e-mail was or could not be sent, and send it.
#[derive(Debug, Subcommand)]
pub(super) enum Mail {
    /// List messages: id, state, what they are, attempts, and why they were given up. No address, no content.
    List {
        /// Only those in this state.
        #[arg(long, value_parser = ["pending", "sent", "dead"])]
        state: Option<String>,
    },
    /// Deliver now what is due.
    Send,
    /// Put a dead letter back, to be sent again under the same Message-ID.
    Resend {
        /// The message.
        id: Uuid,
    },
}

impl Mail {
    pub(super) async fn run(self, settings: &Settings) -> Result<ExitCode, Failure> {
        let engine = super::engine(settings).await?;
        match self {
            Self::List { state } => {
                let mut window = Window::first(PAGE);
                loop {
                    let page = engine.messages_at_console(state.as_deref(), &window).await?;
                    page.items.iter().try_for_each(print)?;
                    let Some(last) = page.items.last().filter(|_| page.has_next) else { break };
                    window.after = Some(engine::Key::Id(last.id.0));
                }
            }
            Self::Send => {
                let mailroom = Mailroom::new(engine, settings, settings.port).map_err(|value| settings.blame(value))?;
                let worker = mailroom.worker().await.map_err(|value| settings.blame(value))?;
                let tried = worker.drain().await.map_err(engine::Error::from)?;
                say(format_args!("{tried} tried; `sonderfonds mail list` shows what became of them"))?;
            }
            Self::Resend { id } => {
                engine.resend_at_console(MessageId(id)).await?;
                say(format_args!("put back"))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(message: &Message) -> Result<(), Failure> {
    let detail = match &message.state {
        MessageState::Pending { due } => format!("due {due}"),
        MessageState::Sent { at } => format!("at {at}"),
        MessageState::Dead { at, reason } => format!("at {at}: {reason}"),
    };
    say(format_args!("{}\t{}\t{}\t{} attempts\t{detail}", message.id, message.state.name(), message.notice.name(), message.attempts))
}
