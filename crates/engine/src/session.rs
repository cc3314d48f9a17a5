//! Sessions: begun by a sign-in, listed, and ended one by one or all.

use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Scope};
use domain::ids::{PersonId, SessionId};
use domain::problem::Problem;
use domain::session::{Session, SessionAction};
use domain::sign_in::{Credential, Means};
use futures_util::FutureExt as _;
use serde_json::json;

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result};

/// The most sessions that a person has at the same time: one more ends the one that was not used for longest.
const MOST_SESSIONS: usize = 50;

impl Engine {
    /// The sessions of the person who asks that still stand, in the order in which they began.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>> {
        let person = actor.person.ok_or(Error::Unauthenticated)?;
        let now = self.now();
        let open = store::session::open_of(self.database.reader(), person, now).await?;
        Ok(open.into_iter().filter(|session| session.is_valid(now, &actor.roles, &self.access.policy)).collect())
    }

    /// A session of the person who asks, ended or not.
    pub async fn session(&self, actor: &Actor, id: SessionId) -> Result<Option<Session>> {
        let found = store::session::find(self.database.reader(), id).await?;
        Ok(found.filter(|session| Some(session.person) == actor.person))
    }

    /// Ends a session of the person who asks.
    pub async fn end_session(&self, call: &Call, id: SessionId) -> Result<SessionId> {
        self.run(call, "endSession", id, |work, id| {
            async move {
                let person = work.person()?;
                // Somebody else's is as good as none.
                let session = found(store::session::lock(&work.tx, id).await?.filter(|session| session.person == person))?;
                work.authorise(&session, SessionAction::End)?;
                end(work, &session, "ended").await?;
                Ok(id)
            }
            .boxed()
        })
        .await
    }

    /// Ends all sessions of the person who asks, this one too.
    pub async fn end_all_sessions(&self, call: &Call) -> Result<()> {
        self.run(call, "endAllSessions", (), |work, ()| {
            async move {
                work.require(Permission::KeepOwnAccess, Scope::everyone())?;
                for session in store::session::open_of(&work.tx, work.person()?, work.now).await? {
                    end(work, &session, "ended").await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Signs out: ends the session that the call came with.
    pub async fn sign_out(&self, call: &Call) -> Result<SessionId> {
        self.run(call, "signOut", (), |work, ()| {
            async move {
                work.person()?;
                let Some(Credential::Session { id, .. }) = work.actor.credential else { return Err(Problem::NotInASession.into()) };
                let session = found(store::session::lock(&work.tx, id).await?)?;
                end(work, &session, "signed-out").await?;
                Ok(id)
            }
            .boxed()
        })
        .await
    }
}

/// Begins a session for the person, and ends the one that the browser had: nothing that it brought is adopted.
pub(crate) async fn begin(work: &mut Work, person: PersonId, new: &NewSession, means: Means, registered: bool) -> Result<SessionId> {
    let policy = work.engine.access.policy.clone();
    let mut open = store::session::open_of(&work.tx, person, work.now).await?;
    if let Some(before) = &new.before
        && let Some(before) = store::session::find_by_hash(&work.tx, before).await?
        && before.ended_at.is_none()
    {
        end(work, &before, "new-sign-in").await?;
        open.retain(|session| session.id != before.id);
    }
    open.sort_by_key(|session| session.last_seen_at);
    let too_many = (open.len() + 1).saturating_sub(MOST_SESSIONS);
    for oldest in open.iter().take(too_many) {
        end(work, oldest, "too-many").await?;
    }
    let expires_at = means.session_ends(&policy, work.now);
    let session = Session::begin(work.id(), person, new.hash.clone(), &new.user_agent, expires_at, work.now);
    store::session::insert(&work.tx, &session).await?;
    let subject = Subject::new(SubjectKind::Session, session.id, 1);
    let details = json!({ "by": means.name(), "registered": registered });
    work.record(Happening { kind: "signed-in", subject, details }, Vec::new());
    Ok(session.id)
}

/// Ends all sessions of the person but that one, and says how many.
pub(crate) async fn end_others(work: &mut Work, person: PersonId, but: SessionId, how: &'static str) -> Result<usize> {
    let mut open = store::session::open_of(&work.tx, person, work.now).await?;
    open.retain(|session| session.id != but);
    for session in &open {
        end(work, session, how).await?;
    }
    Ok(open.len())
}

/// What a session is begun with.
#[derive(Clone)]
pub(crate) struct NewSession {
    /// The new secret's SHA-256.
    pub(crate) hash: String,
    /// What the browser says that it is.
    pub(crate) user_agent: String,
    /// The SHA-256 of the cookie that the browser sent, whatever it was.
    pub(crate) before: Option<String>,
}

/// Ends a session. The event is about the session; where somebody else ended it, by signing in with the same browser, it is about the person
/// whose it was, so that they see it.
async fn end(work: &mut Work, session: &Session, how: &'static str) -> Result<()> {
    store::session::end(&work.tx, session.id, work.now).await?;
    let own = work.actor.person == Some(session.person);
    let subject =
        if own { Subject::new(SubjectKind::Session, session.id, 2) } else { Subject::new(SubjectKind::Person, session.person, 1) };
    let details = json!({ "how": how, "session": session.id });
    work.record(Happening { kind: "session-ended", subject, details }, Vec::new());
    work.changed(Change::from(session.id));
    Ok(())
}
