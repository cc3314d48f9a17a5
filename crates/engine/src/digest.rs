//! Digests: chosen by each person, sent when their time has come, and each stretch of time told of once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::digest::{Digest, Frequency, Moved, Span, Subscription};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Role, Scope};
use domain::ids::PersonId;
use domain::outbox::Notice;
use futures_util::FutureExt as _;
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result};

impl Engine {
    /// Chooses how often the person gets a digest.
    pub async fn choose_digest(&self, call: &Call, frequency: Frequency) -> Result<PersonId> {
        self.run(call, "chooseDigest", frequency, |work, frequency| {
            async move {
                work.require(Permission::FollowBriefings, Scope::everyone())?;
                let person = found(store::identity::find_person(&work.tx, work.person()?).await?)?;
                let known = store::digest::lock(&work.tx, person.id).await?;
                let usual = usual(work.actor.is(Role::Member) || work.actor.is(Role::Chair), person.id, work.now);
                let chosen = known.unwrap_or(usual).choose(frequency, work.now);
                store::digest::put(&work.tx, &chosen).await?;
                let subject = Subject::new(SubjectKind::Person, person.id, person.version);
                work.record(Happening { kind: "digest-chosen", subject, details: json!({ "frequency": frequency }) }, Vec::new());
                Ok(person.id)
            }
            .boxed()
        })
        .await
    }

    /// How often the actor gets a digest.
    pub async fn digest_frequency(&self, actor: &Actor) -> Result<Frequency> {
        let Some(person) = actor.person.filter(|_| actor.may(Permission::FollowBriefings, Scope::everyone())) else {
            return Ok(Frequency::Never);
        };
        let known = store::digest::find(self.database.reader(), person).await?;
        let of_committee = actor.is(Role::Member) || actor.is(Role::Chair);
        Ok(known.unwrap_or_else(|| usual(of_committee, person, self.now())).frequency)
    }

    /// Sends the digests whose time has come, and says how many. Nothing is sent to whom there is nothing new to tell. Several processes may
    /// do so at once: each digest is sent by one of them.
    pub async fn send_digests(&self) -> Result<usize> {
        let (db, now) = (self.database.reader(), self.now());
        let mut subscriptions: BTreeMap<PersonId, Subscription> = BTreeMap::new();
        for member in store::identity::persons_with_roles(db, &[Role::Member, Role::Chair], self.today()).await? {
            subscriptions.insert(member, Subscription::unchosen(member, now));
        }
        subscriptions.extend(store::digest::all(db).await?.into_iter().map(|subscription| (subscription.person, subscription)));
        let mut news = BTreeMap::new();
        let mut sent = 0;
        for (person, span) in subscriptions.into_iter().filter_map(|(person, known)| Some((person, known.due(now)?))) {
            let news = match news.entry(span) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(News::of(self, span).await?),
            };
            if let Some(digest) = self.digest_for(person, span, news).await? {
                sent += usize::from(self.send_digest(person, span, digest).await?);
            }
        }
        Ok(sent)
    }

    /// What is new for a person, if they may see it and there is anything.
    async fn digest_for(&self, person: PersonId, span: Span, news: &News) -> Result<Option<Digest>> {
        let db = self.database.reader();
        let unread = if news.briefings { store::briefing::news_for(db, person, span).await? } else { Vec::new() };
        let digest = Digest::of(span, &unread, &news.movements, &news.rounds, &self.fund);
        if digest.is_empty() {
            return Ok(None);
        }
        // Asked last, because it is asked for nearly nobody: roles may have ended since the digest was chosen.
        let actor = store::identity::actor_of_person(db, person, self.now()).await?.unwrap_or_default();
        if !actor.may(Permission::FollowBriefings, Scope::everyone()) {
            return Ok(None);
        }
        if actor.recused_from.is_empty() {
            return Ok(Some(digest));
        }
        let movements = self.movements_for(&actor, &news.movements).await?;
        let digest = Digest::of(span, &unread, &movements, &news.rounds, &self.fund);
        Ok((!digest.is_empty()).then_some(digest))
    }

    /// The movements without those for awards that the actor is excluded from (R16): one alone in its time would tell the amount.
    async fn movements_for(&self, actor: &Actor, movements: &[Moved]) -> Result<Vec<Moved>> {
        let recused: Vec<_> = actor.recused_from.iter().copied().collect();
        let hidden = store::award::of_applications(self.database.reader(), &recused).await?;
        let shown = |moved: &&Moved| !hidden.iter().any(|award| Some(award.id) == moved.award);
        Ok(movements.iter().filter(shown).copied().collect())
    }

    async fn send_digest(&self, person: PersonId, span: Span, digest: Digest) -> Result<bool> {
        let call = Call::default();
        let sent =
            self.run_unattended(&call, "sendDigest", (), move |work, ()| async move { send(work, person, span, digest).await }.boxed());
        match sent.await {
            // Another process was faster.
            Err(Error::Conflict) => Ok(false),
            other => other,
        }
    }
}

async fn send(work: &mut Work, person: PersonId, span: Span, digest: Digest) -> Result<bool> {
    let known = store::digest::lock(&work.tx, person).await?;
    let subscription = known.unwrap_or_else(|| Subscription { told_until: span.since, ..Subscription::unchosen(person, work.now) });
    if subscription.told_until != span.since || subscription.frequency == Frequency::Never {
        return Ok(false);
    }
    store::digest::put(&work.tx, &Subscription { told_until: span.until, ..subscription }).await?;
    let known = found(store::identity::find_person(&work.tx, person).await?)?;
    let subject = Subject::new(SubjectKind::Person, person, known.version);
    work.record(Happening { kind: "digest-sent", subject, details: json!({ "since": span.since, "until": span.until }) }, Vec::new());
    work.tell(vec![person], &span.since.timestamp_micros().to_string(), &Notice::Digest { digest });
    Ok(true)
}

/// What somebody has who has not chosen: members of the committee the usual, everybody else nothing.
fn usual(of_committee: bool, person: PersonId, now: chrono::DateTime<chrono::Utc>) -> Subscription {
    let usual = Subscription::unchosen(person, now);
    if of_committee { usual } else { Subscription { frequency: Frequency::Never, told_until: now, ..usual } }
}

/// What happened in a span of time, for everybody.
struct News {
    /// Whether any briefing was posted.
    briefings: bool,
    movements: Vec<Moved>,
    rounds: Vec<domain::round::Round>,
}

impl News {
    async fn of(engine: &Engine, span: Span) -> Result<Self> {
        let db = engine.database.reader();
        Ok(Self {
            briefings: store::briefing::any_posted(db, span).await?,
            movements: store::digest::movements(db, span).await?,
            rounds: store::digest::rounds(db, span).await?,
        })
    }
}
