//! One command, one transaction: what it saves, posts, records and sends commits together or not at all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::budget::{Entry, Posting};
use domain::calendar::day_of;
use domain::event::{Event, Happening};
use domain::identity::{Action as _, Actor, Guarded, Permission, Scope, guard};
use domain::ids::PersonId;
use domain::outbox::{Message, MessageState, Notice};
use domain::problem::{Problem, Refusal};
use domain::sign_in::hex;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use store::idempotency::Remembered;
use store::{StoreError, Tx};

use crate::change::Change;
use crate::{Engine, Error, Result};

/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 100;

/// Who calls a command, and under which key it may be repeated.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Who.
    pub actor: Actor,
    /// With the same key and the same input, a command answers as it did the first time, and does nothing.
    pub idempotency_key: Option<String>,
}

impl Call {
    /// A call without a key.
    #[must_use]
    pub fn by(actor: &Actor) -> Self {
        Self { actor: actor.clone(), idempotency_key: None }
    }
}

/// A command at work.
pub(crate) struct Work {
    pub(crate) engine: Engine,
    pub(crate) tx: Tx,
    pub(crate) actor: Actor,
    pub(crate) now: DateTime<Utc>,
    recorded: Vec<(Happening, Vec<Posting>)>,
    messages: Vec<Message>,
    changes: Vec<Change>,
}

/// What a key was answered with, kept as JSON.
#[derive(serde::Serialize, serde::Deserialize)]
enum Answer<T> {
    Done(T),
    Refused(Refusal),
}

impl Engine {
    /// Runs a command of somebody who signed in, in one transaction. The outcome is an id, so that a repeated call can be answered from it.
    /// Who has not signed in is told so before anything is looked up: no answer depends on what there is.
    pub(crate) fn run<'a, I, T, F>(&'a self, call: &'a Call, operation: &'static str, input: I, command: F) -> BoxFuture<'a, Result<T>>
    where
        I: Serialize + Send + 'a,
        T: Serialize + DeserializeOwned + Send + Sync + 'a,
        F: for<'w> FnOnce(&'w mut Work, I) -> BoxFuture<'w, Result<T>> + Send + 'a,
    {
        if call.actor.person.is_none() {
            return std::future::ready(Err(Error::Unauthenticated)).boxed();
        }
        self.run_unattended(call, operation, input, command)
    }

    /// As [`Self::run`], also where nobody has signed in: at the console, to sign in, and for what the program does by itself.
    ///
    /// On the heap: the API's resolvers hold every command's future side by side, which as values would outgrow a thread's stack.
    pub(crate) fn run_unattended<'a, I, T, F>(
        &'a self,
        call: &'a Call,
        operation: &'static str,
        input: I,
        command: F,
    ) -> BoxFuture<'a, Result<T>>
    where
        I: Serialize + Send + 'a,
        T: Serialize + DeserializeOwned + Send + Sync + 'a,
        F: for<'w> FnOnce(&'w mut Work, I) -> BoxFuture<'w, Result<T>> + Send + 'a,
    {
        self.attempt(call, operation, input, command).boxed()
    }

    async fn attempt<I, T, F>(&self, call: &Call, operation: &'static str, input: I, command: F) -> Result<T>
    where
        I: Serialize + Send,
        T: Serialize + DeserializeOwned + Send + Sync,
        F: for<'w> FnOnce(&'w mut Work, I) -> BoxFuture<'w, Result<T>> + Send,
    {
        if call.actor.is_read_only() {
            return Err(Error::Forbidden);
        }
        let key = Key::of(call, operation, &input)?;
        if let Some(answer) = self.remembered(key.as_ref()).await? {
            return answer;
        }
        let mut work = Work {
            engine: self.clone(),
            tx: self.database.begin().await?,
            actor: call.actor.clone(),
            now: self.now(),
            recorded: Vec::new(),
            messages: Vec::new(),
            changes: Vec::new(),
        };
        match command(&mut work, input).await {
            Ok(outcome) => match work.finish(key.as_ref(), &outcome).await {
                // Two calls with one key at once: the slower one finds the faster one's answer.
                Err(Error::Conflict) if key.is_some() => self.remembered(key.as_ref()).await?.unwrap_or(Err(Error::Conflict)),
                Err(error) => Err(error),
                Ok(()) => Ok(outcome),
            },
            Err(Error::Refused(refusal)) => {
                drop(work);
                if let Some(key) = &key {
                    self.remember_refusal(key, &refusal).await?;
                }
                Err(Error::Refused(refusal))
            }
            Err(error) => Err(error),
        }
    }

    async fn remembered<T: DeserializeOwned>(&self, key: Option<&Key>) -> Result<Option<Result<T>>> {
        let Some(key) = key else { return Ok(None) };
        let Some(found) = store::idempotency::find(self.database.reader(), key.person, &key.text).await? else {
            return Ok(None);
        };
        if found.operation != key.operation || found.request_hash != key.request_hash {
            return Err(Problem::IdempotencyKeyReused.at("idempotencyKey").into());
        }
        let answer = serde_json::from_value(found.outcome).map_err(|error| Error::Internal(Box::new(error)))?;
        Ok(Some(match answer {
            Answer::Done(outcome) => Ok(outcome),
            Answer::Refused(refusal) => Err(refusal.into()),
        }))
    }

    /// A refusal changed nothing, but it is an answer too: repeated, it must not turn into a deed.
    async fn remember_refusal(&self, key: &Key, refusal: &Refusal) -> Result<()> {
        let tx = self.database.begin().await?;
        match key.remember(&tx, &Answer::<()>::Refused(refusal.clone()), self.now()).await {
            Ok(()) => Ok(tx.commit().await.map_err(StoreError::from)?),
            // Somebody remembered the same key at the same time: theirs stands.
            Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Under which key a call is remembered.
struct Key {
    person: PersonId,
    text: String,
    operation: &'static str,
    request_hash: String,
}

impl Key {
    /// The call's key, if it has one.
    fn of(call: &Call, operation: &'static str, input: &impl Serialize) -> Result<Option<Self>> {
        let (Some(key), Some(person)) = (&call.idempotency_key, call.actor.person) else { return Ok(None) };
        if key.is_empty() || key.len() > LONGEST_KEY || key.chars().any(char::is_control) {
            return Err(Problem::TooLong { most: LONGEST_KEY }.at("idempotencyKey").into());
        }
        let input = serde_json::to_vec(input).map_err(|error| Error::Internal(Box::new(error)))?;
        Ok(Some(Self { person, text: key.clone(), operation, request_hash: hex(&Sha256::digest(input)) }))
    }

    async fn remember<T: Serialize>(&self, tx: &Tx, answer: &Answer<T>, now: DateTime<Utc>) -> Result<()> {
        let outcome = serde_json::to_value(answer).map_err(|error| Error::Internal(Box::new(error)))?;
        let remembered = Remembered { operation: self.operation.to_owned(), request_hash: self.request_hash.clone(), outcome };
        Ok(store::idempotency::remember(tx, self.person, &self.text, &remembered, now).await?)
    }
}

impl Work {
    /// A new id.
    pub(crate) fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.engine.ids.next(self.now)
    }

    /// Today, in Europe/Berlin.
    pub(crate) fn today(&self) -> NaiveDate {
        day_of(self.now)
    }

    /// The signed-in person.
    pub(crate) fn person(&self) -> Result<PersonId> {
        self.actor.person.ok_or(Error::Unauthenticated)
    }

    /// Lets the actor through to an action on a thing: first whether they may see it, then whether they may do that, then whether its state
    /// allows it.
    pub(crate) fn authorise<T: Guarded>(&self, thing: &T, action: T::Action) -> Result<()> {
        self.person()?;
        if !self.actor.may(T::READ, thing.scope()) {
            // Whoever may act on a thing without seeing all of it is let through to the action's own check.
            if !self.actor.may(action.permission(), thing.scope()) {
                return Err(Error::NotFound);
            }
        }
        Ok(guard(&self.actor, thing, action)?)
    }

    /// Lets the actor through to something that is not done with one thing.
    pub(crate) fn require(&self, permission: Permission, scope: Scope) -> Result<()> {
        self.person()?;
        if self.actor.may(permission, scope) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Puts what happened into the record (R45), with the journal entries that it made (R27).
    pub(crate) fn record(&mut self, happening: Happening, postings: Vec<Posting>) {
        let years: Vec<i32> = postings.iter().map(|posting| posting.year).collect();
        self.recorded.push((happening, postings));
        for year in years {
            self.changed(Change::BudgetYear(year));
        }
    }

    /// Announces a change after the commit.
    pub(crate) fn changed(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Tells people something, one message each. `cause` is what makes it the same message when the same thing is told again.
    pub(crate) fn tell(&mut self, recipients: Vec<PersonId>, cause: &str, notice: &Notice) {
        for recipient in recipients {
            self.tell_one(Some(recipient), &format!("{cause}:{recipient}"), notice.clone());
        }
    }

    /// Tells one person something, or whoever is behind the address of a sign-in request.
    pub(crate) fn tell_one(&mut self, recipient: Option<PersonId>, cause: &str, notice: Notice) {
        self.messages.push(Message {
            id: self.id(),
            version: 1,
            dedup_key: format!("{}:{cause}", notice.name()),
            recipient,
            notice,
            state: MessageState::Pending { due: self.now },
            attempts: 0,
            created_at: self.now,
        });
    }

    /// Writes what was collected and commits. The record's chain is locked last, so that commands wait for each other as briefly as can be.
    async fn finish<T: Serialize>(mut self, key: Option<&Key>, outcome: &T) -> Result<()> {
        if let Some(key) = key {
            key.remember(&self.tx, &Answer::Done(outcome), self.now).await?;
        }
        self.enqueue().await?;
        self.append_to_record().await?;
        for change in self.changes.iter().filter_map(|change| change.encode()) {
            self.engine.database.notify(&self.tx, &change).await?;
        }
        self.tx.commit().await.map_err(StoreError::from)?;
        if !self.engine.database.is_postgres() {
            for change in self.changes {
                self.engine.announce(change);
            }
        }
        if !self.messages.is_empty() {
            self.engine.mail.notify_one();
        }
        Ok(())
    }

    /// Puts the messages into the outbox, but for people whom e-mail can't reach: machines.
    async fn enqueue(&mut self) -> Result<()> {
        if self.messages.is_empty() {
            return Ok(());
        }
        let recipients: Vec<PersonId> = self.messages.iter().filter_map(|message| message.recipient).collect();
        let reachable = store::identity::reachable(&self.tx, &recipients).await?;
        self.messages.retain(|message| message.recipient.is_none_or(|recipient| reachable.contains(&recipient)));
        Ok(store::outbox::enqueue(&self.tx, &self.messages).await?)
    }

    async fn append_to_record(&self) -> Result<()> {
        if self.recorded.is_empty() {
            return Ok(());
        }
        let years: BTreeSet<i32> = self.recorded.iter().flat_map(|(_, postings)| postings).map(|posting| posting.year).collect();
        let mut ordinals = BTreeMap::new();
        for year in years {
            ordinals.insert(year, store::budget::last_ordinal(&self.tx, year).await?);
        }
        let (mut sequence, mut previous) = store::event::head(&self.tx).await?;
        let mut events = Vec::with_capacity(self.recorded.len());
        let mut entries = Vec::new();
        for (happening, postings) in &self.recorded {
            sequence += 1;
            let mut numbered = Vec::with_capacity(postings.len());
            for posting in postings {
                let ordinal = ordinals.entry(posting.year).or_default();
                *ordinal += 1;
                numbered.push((*ordinal, posting.clone()));
            }
            let by = self.actor.person;
            let event = Event::seal(sequence, previous, happening.clone(), &numbered, by, self.now);
            previous = event.hash.clone();
            events.push(event);
            entries.extend(numbered.into_iter().map(|(ordinal, posting)| Entry {
                id: self.id(),
                ordinal,
                posting,
                event: sequence,
                by,
                at: self.now,
            }));
        }
        store::event::append(&self.tx, &events).await?;
        if !entries.is_empty() {
            store::budget::append_entries(&self.tx, &entries).await?;
        }
        Ok(())
    }
}

/// The thing, or that there is none.
pub(crate) fn found<T>(thing: Option<T>) -> Result<T> {
    thing.ok_or(Error::NotFound)
}
