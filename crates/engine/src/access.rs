//! Who holds a cookie or a token: looked up for every request, and when it was last used.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::identity::Actor;
use domain::ids::{PersonId, SessionId, TokenId};
use domain::sign_in::{Credential, Policy, Secret, hash};
use uuid::Uuid;

use crate::throttle::{Rates, Throttle};
use crate::{Change, Engine, Error, Result};

/// How often a credential's last use is written at most.
const PRECISION: TimeDelta = TimeDelta::minutes(1);

/// The most uses that wait to be written; what comes beyond is written with a later use.
const MOST_WAITING: usize = 10_000;

/// How long the rows of ended sign-in requests and sessions are kept. What is to be known of them later is in the record.
const KEPT: TimeDelta = TimeDelta::days(1);

/// How long other addresses that somebody wanted are kept: so long an e-mail to the one before is tried to be delivered.
const ADDRESSES_KEPT: TimeDelta = TimeDelta::days(7);

/// What the engine needs to know of sign-in.
pub(crate) struct Access {
    pub(crate) policy: Policy,
    pub(crate) secret: Secret,
    pub(crate) throttle: Throttle,
    /// Uses that are not written yet.
    uses: Mutex<HashMap<Uuid, Use>>,
}

#[derive(Clone, Copy)]
struct Use {
    credential: Credential,
    at: DateTime<Utc>,
}

impl Access {
    /// That of an installation that says nothing. Its secret is drawn: links do not outlive the process.
    pub(crate) fn new() -> Self {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).expect("the system has randomness");
        Self::with(Policy::default(), Secret::new(bytes), Throttle::open())
    }

    fn with(policy: Policy, secret: Secret, throttle: Throttle) -> Self {
        Self { policy, secret, throttle, uses: Mutex::default() }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Use>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The later of what is stored and what waits to be.
    fn last_use(&self, id: Uuid, stored: DateTime<Utc>) -> DateTime<Utc> {
        self.waiting().get(&id).map_or(stored, |waiting| waiting.at.max(stored))
    }

    /// Notes a use, if the last one lies long enough back.
    fn note(&self, credential: Credential, last: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        if last.is_some_and(|last| now - last < PRECISION) {
            return;
        }
        let mut waiting = self.waiting();
        if waiting.len() < MOST_WAITING || waiting.contains_key(&credential.id()) {
            waiting.insert(credential.id(), Use { credential, at: now });
        }
    }
}

impl Engine {
    /// The same engine with an installation's own sign-in: its parameters, its secret, and how much may be asked for.
    #[must_use]
    pub fn with_sign_in(mut self, policy: Policy, secret: Secret, rates: Option<Rates>) -> Self {
        let throttle = rates.map_or_else(Throttle::open, |rates| Throttle::new(rates, &self.clock));
        self.access = Arc::new(Access::with(policy, secret, throttle));
        self
    }

    /// The parameters of sign-in.
    #[must_use]
    pub fn sign_in_policy(&self) -> &Policy {
        &self.access.policy
    }

    /// The installation's secret, for wiring: the mail worker derives links from it, pages derive form tokens.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.access.secret
    }

    /// A key for one command of somebody: a form carries it, so that a form that is sent twice is one deed.
    pub fn new_key(&self) -> Result<String> {
        crate::token::random()
    }

    /// Counts a request from a source; refuses it with [`Error::TooMany`].
    pub fn count_request(&self, source: Option<IpAddr>) -> Result<()> {
        self.access.throttle.source(source)
    }

    /// Counts so many operations of whoever asks; refuses them with [`Error::TooMany`].
    pub fn count_operations(&self, actor: &Actor, operations: usize) -> Result<()> {
        let operations = u32::try_from(operations).ok().and_then(NonZeroU32::new);
        match (actor.person, operations) {
            (Some(person), Some(operations)) => self.access.throttle.person(person, operations),
            _ => Ok(()),
        }
    }

    /// Who holds that token; nobody if it is unknown, expired or revoked. Looked up by its hash, so that the time it takes says nothing of it.
    pub async fn actor_of_token(&self, token: &str) -> Result<Option<Actor>> {
        let Some(token) = store::token::find_by_hash(self.database.reader(), &hash(token)).await? else { return Ok(None) };
        let now = self.now();
        if !token.is_valid(now) {
            return Ok(None);
        }
        let credential = Credential::Token { id: token.id, access: token.access };
        let last = token.last_used_at.map(|stored| self.access.last_use(token.id.0, stored));
        self.access.note(credential, last, now);
        self.actor_by(token.person, credential).await
    }

    /// Whose session that cookie is; nobody's if it is unknown, ended, or was not used for too long.
    pub async fn actor_of_session(&self, cookie: &str) -> Result<Option<Actor>> {
        let now = self.now();
        let found = store::identity::session_and_actor(self.database.reader(), &hash(cookie), now).await?;
        let Some((mut session, actor)) = found else { return Ok(None) };
        session.last_seen_at = self.access.last_use(session.id.0, session.last_seen_at);
        let credential = Credential::Session { id: session.id, since: session.created_at };
        let actor = Actor { credential: Some(credential), ..actor };
        if !session.is_valid(now, &actor.roles, &self.access.policy) {
            return Ok(None);
        }
        self.access.note(credential, Some(session.last_seen_at), now);
        Ok(Some(actor))
    }

    async fn actor_by(&self, person: PersonId, credential: Credential) -> Result<Option<Actor>> {
        let actor = store::identity::actor_of_person(self.database.reader(), person, self.now()).await?;
        Ok(actor.map(|actor| Actor { credential: Some(credential), ..actor }))
    }

    /// The actor as they are now: with the roles and applicants after a command that changed them. Whose session or token has ended
    /// meanwhile is [`Error::Unauthenticated`].
    pub async fn refreshed(&self, actor: &Actor) -> Result<Actor> {
        let Some(person) = actor.person else {
            return Ok(Actor::anonymous());
        };
        let now = self.now();
        let found = store::identity::actor_of_person(self.database.reader(), person, now).await?.unwrap_or_default();
        let stands = match actor.credential {
            None => true,
            Some(Credential::Token { id, .. }) => {
                store::token::find(self.database.reader(), id).await?.is_some_and(|token| token.is_valid(now))
            }
            Some(Credential::Session { id, .. }) => {
                let session = store::session::find(self.database.reader(), id).await?;
                session.is_some_and(|mut session| {
                    session.last_seen_at = self.access.last_use(id.0, session.last_seen_at);
                    session.is_valid(now, &found.roles, &self.access.policy)
                })
            }
        };
        if !stands {
            return Err(Error::Unauthenticated);
        }
        Ok(Actor { credential: actor.credential, ..found })
    }

    /// Waits until the actor's session or token was ended, here or by another process, or until that may have been missed. For who came
    /// with neither it waits for ever.
    pub fn until_ended(&self, actor: &Actor) -> impl Future<Output = ()> + Send + use<> {
        // Heard from now on, and not only when somebody begins to wait.
        let credential = actor.credential.map(|credential| (credential.id(), self.changes()));
        async move {
            let Some((id, mut changes)) = credential else { return std::future::pending().await };
            while let Some(change) = changes.next().await {
                if change == Change::Lost || change == Change::Ended(id) {
                    return;
                }
            }
        }
    }

    /// Writes when sessions and tokens were last used. Done every few seconds, outside any request.
    pub async fn save_uses(&self) -> Result<()> {
        let uses: Vec<Use> = self.access.waiting().values().copied().collect();
        for used in uses {
            match used.credential {
                Credential::Session { id, .. } => store::session::seen(&self.database, id, used.at).await?,
                Credential::Token { id, .. } => store::token::used(&self.database, id, used.at).await?,
            }
            // A later use that came meanwhile stays.
            let mut waiting = self.access.waiting();
            if waiting.get(&used.credential.id()).is_some_and(|waiting| waiting.at <= used.at) {
                waiting.remove(&used.credential.id());
            }
        }
        Ok(())
    }

    /// Forgets what has ended: sign-in requests with the addresses of those who never came, sessions, and who asked for how much.
    pub async fn forget_ended_access(&self) -> Result<()> {
        self.access.throttle.forget();
        let before = self.now() - KEPT;
        store::sign_in::forget(&self.database, before).await?;
        store::session::forget(&self.database, before).await?;
        store::address::forget(&self.database, self.now() - ADDRESSES_KEPT).await?;
        Ok(())
    }
}

/// What a change of it is announced as.
impl From<SessionId> for Change {
    fn from(id: SessionId) -> Self {
        Self::Ended(id.0)
    }
}

impl From<TokenId> for Change {
    fn from(id: TokenId) -> Self {
        Self::Ended(id.0)
    }
}
