//! E-mail that was or could not be sent.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, available_actions};
use domain::ids::MessageId;
use domain::outbox::MessageState as State;

use crate::connection::{Connection, Listed, Paging};
use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::DateTime;
use crate::session::Session;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MessageState {
    /// To be sent.
    Pending,
    /// Taken by the mail server.
    Sent,
    /// Given up: refused for good, or tried too often.
    Dead,
}

impl From<&State> for MessageState {
    fn from(state: &State) -> Self {
        match state {
            State::Pending { .. } => Self::Pending,
            State::Sent { .. } => Self::Sent,
            State::Dead { .. } => Self::Dead,
        }
    }
}

impl MessageState {
    /// The state's name in the domain.
    const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }
}

/// What can be done with a message. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::outbox::MessageAction")]
pub enum MessageAction {
    /// `resendMessage`: send a message that was given up again.
    #[graphql(name = "RESEND_MESSAGE")]
    Resend,
}

/// An e-mail to one person. Its text and the address are not shown.
#[derive(Description)]
pub struct Message(pub(crate) domain::outbox::Message);

#[Object(use_type_description)]
impl Message {
    /// The message's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Where it stands.
    async fn state(&self) -> MessageState {
        (&self.0.state).into()
    }

    /// What it is about: `application-received`.
    async fn kind(&self) -> &str {
        self.0.notice.name()
    }

    /// To whom. Null if the e-mail goes to an address that nobody is known by yet.
    async fn recipient(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.recipient?, Permission::ReadOutbox).await
    }

    /// How many times delivery was tried.
    async fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// When it was put here, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// Not to be sent before this instant, in UTC. Null unless the state is `PENDING`.
    async fn due_at(&self) -> Option<DateTime> {
        let State::Pending { due } = self.0.state else { return None };
        Some(due.into())
    }

    /// When the mail server took it, in UTC. Null unless the state is `SENT`.
    async fn sent_at(&self) -> Option<DateTime> {
        let State::Sent { at } = self.0.state else { return None };
        Some(at.into())
    }

    /// When it was given up, in UTC. Null unless the state is `DEAD`.
    async fn given_up_at(&self) -> Option<DateTime> {
        let State::Dead { at, .. } = self.0.state else { return None };
        Some(at.into())
    }

    /// Why it was given up, without address or content. Null unless the state is `DEAD`.
    async fn failure(&self) -> Option<&str> {
        let State::Dead { reason, .. } = &self.0.state else { return None };
        Some(reason)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<MessageAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Message {
    type Id = MessageId;

    async fn load(session: &Session, id: MessageId) -> Result<Option<Self>> {
        Ok(session.engine().message(&session.actor(), id).await?.map(Self))
    }
}

impl Listed for Message {
    fn key(&self) -> engine::Key {
        engine::Key::Id(self.0.id.0)
    }
}

input! {
    /// A message to send again.
    ResendMessageInput {
        /// Which message.
        message_id: ID,
    }
}

payload! {
    /// The answer to `resendMessage`.
    ResendMessagePayload {
        /// The message as it is now; null if it was refused.
        message: Message
    }
}

/// Questions about messages.
#[derive(Default)]
pub struct OutboxQueries;

#[Object]
impl OutboxQueries {
    /// The messages, in the order in which they were put; for case officers, the auditor and the administrator.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in that state; left out: all.")] state: Option<MessageState>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Message>> {
        let found = async {
            let session = Session::of(ctx);
            let window = Paging { first, after, last, before }.window::<Message>(ctx, "messages")?;
            let page = session.engine().messages(&session.actor(), state.map(MessageState::name), &window).await?;
            Ok(Connection::new("messages", page, Message, None))
        };
        Some(found.await)
    }
}

/// What is done with messages.
#[derive(Default)]
pub struct OutboxMutations;

#[Object]
impl OutboxMutations {
    /// Sends a message that was given up again, by a case officer or the administrator. Its Message-ID stays the same.
    async fn resend_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message.")] input: ResendMessageInput,
    ) -> Nullable<ResendMessagePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let message = read_id(&input.message_id, "messageId")?;
            Ok(session.engine().resend_message(&session.call(input.idempotency_key), message).await?)
        };
        session.answer(outcome).await
    }
}
