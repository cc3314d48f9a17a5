//! Where people are signed in, and how that ends. Signing in itself is done on the portal's pages: it gives a cookie.

use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};
use domain::identity::available_actions;
use domain::ids::SessionId;
use domain::sign_in::Credential;

use crate::error::{Nullable, Result};
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::DateTime;
use crate::session::Session;

/// What can be done with a session. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::session::SessionAction")]
pub enum SessionAction {
    /// `endSession`: end it.
    #[graphql(name = "END_SESSION")]
    End,
}

/// A sign-in with a browser.
#[derive(Description)]
pub struct SignInSession(pub(crate) domain::session::Session);

#[Object(name = "Session", use_type_description)]
impl SignInSession {
    /// The session's id.
    async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Browser and system, as far as they say: `Firefox, Linux`. Empty if they don't.
    async fn device(&self) -> &str {
        &self.0.device
    }

    /// When the person signed in, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last used, in UTC, to the minute or so.
    async fn last_seen_at(&self) -> DateTime {
        self.0.last_seen_at.into()
    }

    /// When it ends at the latest, in UTC. Not used, it ends earlier.
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }

    /// When it was ended before its time, in UTC. Null if it was not.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(Into::into)
    }

    /// Whether it is the one that this request came with.
    async fn is_this_one(&self, ctx: &Context<'_>) -> bool {
        matches!(Session::of(ctx).actor().credential, Some(Credential::Session { id, .. }) if id == self.0.id)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<SessionAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for SignInSession {
    type Id = SessionId;

    async fn load(session: &Session, id: SessionId) -> Result<Option<Self>> {
        Ok(session.engine().session(&session.actor(), id).await?.map(Self))
    }
}

/// All sessions of the person who asks, after they were ended.
#[derive(SimpleObject)]
pub struct EndedSessions {
    /// How many sessions still stand: none.
    remaining: u32,
}

impl Loaded for EndedSessions {
    type Id = ();

    async fn load(session: &Session, (): ()) -> Result<Option<Self>> {
        let remaining = session.engine().sessions(&session.actor()).await?.len();
        Ok(Some(Self { remaining: u32::try_from(remaining).unwrap_or(u32::MAX) }))
    }
}

input! {
    /// A session to end.
    EndSessionInput {
        /// Which session.
        session_id: ID,
    }
}

payload! {
    /// The answer to `endSession`.
    EndSessionPayload {
        /// The session as it is now; null if it was refused.
        session: SignInSession
    }
}

input! {
    /// Nothing but the wish.
    EndAllSessionsInput {}
}

payload! {
    /// The answer to `endAllSessions`.
    EndAllSessionsPayload {
        /// What is left; null if it was refused.
        sessions: EndedSessions
    }
}

input! {
    /// Nothing but the wish.
    SignOutInput {}
}

payload! {
    /// The answer to `signOut`.
    SignOutPayload {
        /// The session that was ended; null if it was refused.
        session: SignInSession
    }
}

/// How sessions end.
#[derive(Default)]
pub struct SignInMutations;

#[Object]
impl SignInMutations {
    /// Ends a session of the person who asks. Whatever goes on under it ends too.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session.")] input: EndSessionInput,
    ) -> Nullable<EndSessionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.session_id, "sessionId")?;
            Ok(session.engine().end_session(&session.call(input.idempotency_key), id).await?)
        };
        session.answer(outcome).await
    }

    /// Ends all sessions of the person who asks, this one too. Tokens stay.
    async fn end_all_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Nothing but the wish.")] input: EndAllSessionsInput,
    ) -> Nullable<EndAllSessionsPayload> {
        let session = Session::of(ctx);
        session.answer(async { Ok(session.engine().end_all_sessions(&session.call(input.idempotency_key)).await?) }).await
    }

    /// Signs out: ends the session that this request came with.
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Nothing but the wish.")] input: SignOutInput,
    ) -> Nullable<SignOutPayload> {
        let session = Session::of(ctx);
        session.answer(async { Ok(session.engine().sign_out(&session.call(input.idempotency_key)).await?) }).await
    }
}
