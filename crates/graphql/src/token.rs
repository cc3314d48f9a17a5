//! API tokens: what a person's own programs sign in with.

use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};
use domain::identity::available_actions;
use domain::ids::TokenId;

use crate::error::{Fault, Nullable, Result};
use crate::mutation::{Loaded, UserError, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::DateTime;
use crate::session::Session;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::token::Access")]
pub enum TokenAccess {
    /// To ask; never to change anything.
    Read,
    /// To do all that its person may do.
    Write,
}

/// What can be done with a token. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::token::TokenAction")]
pub enum TokenAction {
    /// `revokeToken`: revoke it for ever.
    #[graphql(name = "REVOKE_TOKEN")]
    Revoke,
}

/// An API token: what its owner's own programs send as `Authorization: Bearer …`. The token itself is shown once, when it is made.
#[derive(Description)]
pub struct Token(pub(crate) domain::token::Token);

#[Object(use_type_description)]
impl Token {
    /// The token's id.
    async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// What its owner calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is good for.
    async fn access(&self) -> TokenAccess {
        self.0.access.into()
    }

    /// When it was made, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// From when it is refused, in UTC. Null if it has no end.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(Into::into)
    }

    /// When it was last used, in UTC, to the minute or so. Null if it never was.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(Into::into)
    }

    /// When it was revoked, in UTC. Null if it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(Into::into)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<TokenAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Token {
    type Id = TokenId;

    async fn load(session: &Session, id: TokenId) -> Result<Option<Self>> {
        Ok(session.engine().token(&session.actor(), id).await?.map(Self))
    }
}

/// A token that was just made.
#[derive(SimpleObject)]
pub struct IssuedToken {
    /// The token.
    token: Token,
    /// What is sent as `Bearer …`, shown this once. Null when a repeated call is answered as the first time: it is kept nowhere.
    secret: Option<String>,
}

input! {
    /// A new token for the person who asks.
    CreateTokenInput {
        /// What its owner calls it, at most 200 characters.
        name: String,
        /// What it is good for.
        access: TokenAccess,
        /// From when it is refused; left out: never.
        expires_at: Option<DateTime>,
    }
}

/// The answer to `createToken`.
#[derive(SimpleObject)]
pub struct CreateTokenPayload {
    /// The token, with its secret; null if it was refused.
    issued_token: Option<IssuedToken>,
    /// Why it was refused; empty if it was done.
    user_errors: Vec<UserError>,
}

input! {
    /// A token to revoke.
    RevokeTokenInput {
        /// Which token.
        token_id: ID,
    }
}

payload! {
    /// The answer to `revokeToken`.
    RevokeTokenPayload {
        /// The token as it is now; null if it was refused.
        token: Token
    }
}

/// What is done with tokens.
#[derive(Default)]
pub struct TokenMutations;

#[Object]
impl TokenMutations {
    /// Makes a token for the person who asks. In a browser's session that needs a sign-in a few minutes ago.
    async fn create_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new token.")] input: CreateTokenInput,
    ) -> Nullable<CreateTokenPayload> {
        let session = Session::of(ctx);
        let new = engine::CreateToken { name: input.name, access: input.access.into(), expires_at: input.expires_at.map(Into::into) };
        let outcome = async {
            let issued = session.engine().create_token(&session.call(input.idempotency_key), new).await?;
            let token = Token::load(&session, issued.id).await?.ok_or_else(Fault::not_found)?;
            Ok(IssuedToken { token, secret: issued.secret })
        };
        Some(match outcome.await {
            Ok(issued) => Ok(CreateTokenPayload { issued_token: Some(issued), user_errors: Vec::new() }),
            Err(Fault::Refused(refusal)) => {
                Ok(CreateTokenPayload { issued_token: None, user_errors: UserError::all(refusal, session.actor().language) })
            }
            Err(fault) => Err(fault),
        })
    }

    /// Revokes a token of the person who asks, for ever. Whatever goes on under it ends.
    async fn revoke_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which token.")] input: RevokeTokenInput,
    ) -> Nullable<RevokeTokenPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.token_id, "tokenId")?;
            Ok(session.engine().revoke_token(&session.call(input.idempotency_key), id).await?)
        };
        session.answer(outcome).await
    }
}
