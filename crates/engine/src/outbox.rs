//! E-mail that was or could not be sent: listed, and sent again.

use std::collections::BTreeMap;

use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission};
use domain::ids::MessageId;
use domain::outbox::{Message, MessageAction};
use futures_util::FutureExt as _;
use serde_json::json;

use crate::work::{Call, found};
use crate::{Count, Engine, Page, Result, Window, require, visible};

impl Engine {
    /// A page of the messages, in one state (`pending`, `sent`, `dead`) or all, in the order in which they were put.
    pub async fn messages(&self, actor: &Actor, state: Option<&str>, window: &Window) -> Result<Page<Message>> {
        require(actor, Permission::ReadOutbox)?;
        Ok(store::outbox::page(self.database.reader(), state, window).await?)
    }

    /// How many messages there are in each of these states that has any, by its name; those that were sent are not
    /// counted to their end.
    pub async fn count_messages(&self, actor: &Actor, states: &[&'static str]) -> Result<BTreeMap<String, Count>> {
        require(actor, Permission::ReadOutbox)?;
        Ok(store::outbox::counts(self.database.reader(), states).await?)
    }

    /// A message that the actor may see.
    pub async fn message(&self, actor: &Actor, id: MessageId) -> Result<Option<Message>> {
        Ok(visible(actor, store::outbox::find(self.database.reader(), id).await?))
    }

    /// Sends a dead letter again, with the same Message-ID.
    pub async fn resend_message(&self, call: &Call, id: MessageId) -> Result<MessageId> {
        let id = self
            .run(call, "resendMessage", id, |work, id| {
                async move {
                    work.person()?;
                    let message = found(store::outbox::lock(&work.tx, id).await?)?;
                    work.authorise(&message, MessageAction::Resend)?;
                    let message = message.again(work.now);
                    store::outbox::save(&work.tx, &message).await?;
                    let subject = Subject::new(SubjectKind::Message, message.id, message.version + 1);
                    work.record(Happening { kind: "message-resent", subject, details: json!({}) }, Vec::new());
                    Ok(message.id)
                }
                .boxed()
            })
            .await?;
        self.mail_bell().notify_one();
        Ok(id)
    }

    /// The messages in a state, for whoever sits at the installation's console.
    pub async fn messages_at_console(&self, state: Option<&str>, window: &Window) -> Result<Page<Message>> {
        Ok(store::outbox::page(self.database.reader(), state, window).await?)
    }

    /// Sends a dead letter again, asked for at the console.
    pub async fn resend_at_console(&self, id: MessageId) -> Result<()> {
        self.run_unattended(&Call::default(), "resendMessage", id, |work, id| {
            async move {
                let message = found(store::outbox::lock(&work.tx, id).await?)?;
                domain::identity::Guarded::permits(&message, MessageAction::Resend, &work.actor)?;
                let message = message.again(work.now);
                store::outbox::save(&work.tx, &message).await?;
                let subject = Subject::new(SubjectKind::Message, message.id, message.version + 1);
                work.record(Happening { kind: "message-resent", subject, details: json!({}) }, Vec::new());
                Ok(())
            }
            .boxed()
        })
        .await
    }
}
