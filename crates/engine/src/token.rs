//! API tokens: made by people for their own programs, or at the installation's console for machines.

use chrono::{DateTime, TimeDelta, Utc};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Scope};
use domain::ids::{PersonId, TokenId};
use domain::problem::Problem;
use domain::sign_in::{Credential, hash, hex};
use domain::token::{Access, MOST_TOKENS, Token, TokenAction};
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result};

/// What a token is issued with at the console.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Whose it is.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub access: Access,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What a person makes a token of their own with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateToken {
    /// What its owner calls it.
    pub name: String,
    /// What it is good for.
    pub access: Access,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token, with what its owner signs in with: shown once.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// Which token.
    pub id: TokenId,
    /// What is sent as `Bearer …`; `None` where a repeated call is answered as the first time: it is kept nowhere.
    pub secret: Option<String>,
}

/// 256 random bits, as 64 hexadecimal digits.
pub(crate) fn random() -> Result<String> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).map_err(|error| Error::Internal(error.to_string().into()))?;
    Ok(hex(&secret))
}

impl Engine {
    /// Issues a token at the console and returns it, for the only time: kept is its SHA-256.
    pub async fn issue_token(&self, new: NewToken) -> Result<String> {
        let secret = format!("sonderfonds_{}", random()?);
        let hash = hash(&secret);
        let NewToken { person, name, access, expires_at } = new;
        self.run_unattended(&Call::default(), "issueToken", (), |work, ()| {
            async move {
                found(store::identity::find_person(&work.tx, person).await?)?;
                make(work, person, CreateToken { name, access, expires_at }, hash).await
            }
            .boxed()
        })
        .await?;
        Ok(secret)
    }

    /// Makes a token for the person who asks. In a session it needs a sign-in a moment ago: who finds an open browser makes no key to it.
    pub async fn create_token(&self, call: &Call, new: CreateToken) -> Result<IssuedToken> {
        let secret = format!("sonderfonds_{}", random()?);
        let hash = hash(&secret);
        let expected = hash.clone();
        let id = self
            .run(call, "createToken", new, |work, new| {
                async move {
                    work.require(Permission::KeepOwnAccess, Scope::everyone())?;
                    let person = work.person()?;
                    let policy = &work.engine.access.policy;
                    let fresh = TimeDelta::minutes(policy.fresh_minutes.into());
                    if matches!(work.actor.credential, Some(Credential::Session { since, .. }) if work.now - since >= fresh) {
                        return Err(Problem::SignInAgain { minutes: policy.fresh_minutes }.into());
                    }
                    if store::token::valid_of(&work.tx, person, work.now).await?.len() >= MOST_TOKENS {
                        return Err(Problem::TooMany { most: MOST_TOKENS }.into());
                    }
                    make(work, person, new, hash).await
                }
                .boxed()
            })
            .await?;
        let token = store::token::find(self.database.reader(), id).await?;
        let secret = token.is_some_and(|token| token.hash == expected).then_some(secret);
        Ok(IssuedToken { id, secret })
    }

    /// Revokes a token of the person who asks, for ever. Whatever goes on under it ends.
    pub async fn revoke_token(&self, call: &Call, id: TokenId) -> Result<TokenId> {
        self.run(call, "revokeToken", id, |work, id| {
            async move {
                let person = work.person()?;
                // Somebody else's is as good as none.
                let token = found(store::token::lock(&work.tx, id).await?.filter(|token| token.person == person))?;
                work.authorise(&token, TokenAction::Revoke)?;
                store::token::revoke(&work.tx, id, work.now).await?;
                let subject = Subject::new(SubjectKind::Token, id, 2);
                work.record(Happening { kind: "token-revoked", subject, details: serde_json::json!({}) }, Vec::new());
                work.changed(Change::from(id));
                Ok(id)
            }
            .boxed()
        })
        .await
    }

    /// The tokens of the person who asks that are good now, in the order in which they were made.
    pub async fn tokens(&self, actor: &Actor) -> Result<Vec<Token>> {
        let person = actor.person.ok_or(Error::Unauthenticated)?;
        Ok(store::token::valid_of(self.database.reader(), person, self.now()).await?)
    }

    /// A token of the person who asks, good or not.
    pub async fn token(&self, actor: &Actor, id: TokenId) -> Result<Option<Token>> {
        let found = store::token::find(self.database.reader(), id).await?;
        Ok(found.filter(|token| Some(token.person) == actor.person))
    }
}

/// Makes a token. The event is about the token; where the console made it, it is about the person whose it is, so that they see it.
async fn make(work: &mut Work, person: PersonId, new: CreateToken, hash: String) -> Result<TokenId> {
    let token = Token::create(work.id(), person, &new.name, new.access, new.expires_at, hash, work.now)?;
    store::token::insert(&work.tx, &token).await?;
    let own = work.actor.person == Some(person);
    let subject = if own { Subject::new(SubjectKind::Token, token.id, 1) } else { Subject::new(SubjectKind::Person, person, 1) };
    let details = serde_json::json!({ "token": token.id, "person": person, "access": token.access, "expiresAt": token.expires_at });
    work.record(Happening { kind: "token-created", subject, details }, Vec::new());
    Ok(token.id)
}
