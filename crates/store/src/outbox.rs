//! E-mail that is to be sent: put in by commands, claimed by workers for a while, and saved with what became of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::{MessageId, PersonId};
use domain::outbox::{Addressee, Message, MessageState};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, Statement, Value};

use crate::entity::outbox_message::{self, Column};
use crate::page::{self, Count, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Database, Result, StoreError, Tx, address, identity, sign_in};

/// The most messages that a worker claims at once.
const MOST_CLAIMED: u64 = 100;

/// A message that is this worker's to send until its lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The message.
    pub message: Message,
    /// To whom it goes.
    pub addressee: Addressee,
}

impl Stored for Message {
    type Entity = outbox_message::Entity;
    const KEY: Column = Column::Id;
    const VERSION: Column = Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let (state, state_data) = row::state(&self.state)?;
        Ok(outbox_message::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            dedup_key: set(self.dedup_key.clone()),
            recipient_id: set(self.recipient.map(|person| person.0)),
            kind: set(self.notice.name().to_owned()),
            notice: set(row::json(&self.notice)?),
            state: set(state),
            state_data: set(state_data),
            due: set(match self.state {
                MessageState::Pending { due } => Some(due),
                MessageState::Sent { .. } | MessageState::Dead { .. } => None,
            }),
            // Whoever saves a message has done with it.
            lease_until: set(None),
            attempts: set(self.attempts.into()),
            created_at: set(self.created_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "outbox_message", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            dedup_key: row.dedup_key,
            recipient: row.recipient_id.map(PersonId),
            notice: origin.json("notice", row.notice)?,
            state: origin.state(&row.state, row.state_data)?,
            attempts: origin.count("attempts", row.attempts)?,
            created_at: row.created_at,
        })
    }
}

/// Puts messages in. One whose `dedup_key` is there already is the same message, and is left as it is.
pub async fn enqueue(tx: &Tx, messages: &[Message]) -> Result<()> {
    let rows = messages.iter().map(Message::row).collect::<Result<_>>()?;
    let once = OnConflict::column(Column::DedupKey).do_nothing().to_owned();
    row::insert_rows(tx, rows, |insert| insert.on_conflict(once.clone())).await
}

/// Claims messages that are due, the longest due first, at most `limit` and never more than a hundred. Until `lease_until` no other worker
/// gets them; after that they can be claimed again, so that what a worker that died had claimed is sent by another one.
///
/// A claim is a new version of the message: whoever let the lease run out can't record over the next one's work.
pub async fn claim(database: &Database, now: DateTime<Utc>, lease_until: DateTime<Utc>, limit: u64) -> Result<Vec<Claimed>> {
    let due = Query::select()
        .column(Column::Id)
        .from(outbox_message::Entity)
        .cond_where(claimable(now))
        .order_by(Column::Due, sea_orm::Order::Asc)
        .order_by(Column::Id, sea_orm::Order::Asc)
        .limit(Ord::min(limit, MOST_CLAIMED))
        .to_owned();
    // The condition is said twice: PostgreSQL asks the outer one again after it has waited for another worker's claim of the same row.
    let mut rows = outbox_message::Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(lease_until))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.in_subquery(due))
        .filter(claimable(now))
        .exec_with_returning(database.writer())
        .await?;
    rows.sort_unstable_by_key(|row| (row.due, row.id));
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, version) = (MessageId(row.id), row.version);
        match Message::read(row) {
            Ok(message) => messages.push(message),
            Err(error) => give_up(database, id, version, &error, now).await?,
        }
    }
    let mut recipients: Vec<PersonId> = messages.iter().filter_map(|message| message.recipient).collect();
    recipients.sort_unstable();
    recipients.dedup();
    let persons = identity::persons(database.reader(), &recipients).await?;
    let addressees: BTreeMap<PersonId, Addressee> = persons
        .into_iter()
        .map(|person| (person.id, Addressee { name: person.name, email: person.email, language: person.language }))
        .collect();
    let mut strangers = sign_in::addressees(database.reader(), &messages).await?;
    strangers.extend(address::addressees(database.reader(), &messages).await?);
    let claimed = |message: Message| {
        let addressee = match message.recipient {
            Some(person) => addressees.get(&person).cloned(),
            None => strangers.get(&message.id).cloned(),
        };
        let unknown =
            || StoreError::Corrupt { table: "outbox_message", id: message.id.to_string(), what: "its recipient can't be read".to_owned() };
        let addressee = addressee.ok_or_else(unknown)?;
        Ok(Claimed { message, addressee })
    };
    messages.into_iter().map(claimed).collect()
}

fn claimable(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::State.eq("pending"))
        .add(Column::Due.lte(now))
        .add(Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lte(now)))
}

/// A message that can't be read can't be sent, and must not keep the others from being sent.
async fn give_up(database: &Database, id: MessageId, version: i64, error: &StoreError, now: DateTime<Utc>) -> Result<()> {
    tracing::error!(message = %id, %error, "given up");
    let dead = MessageState::Dead { at: now, reason: "it can't be read".to_owned() };
    let (state, state_data) = row::state(&dead)?;
    let given_up = outbox_message::ActiveModel {
        version: set(version + 1),
        state: set(state),
        state_data: set(state_data),
        due: set(None),
        lease_until: set(None),
        ..Default::default()
    };
    let update = outbox_message::Entity::update_many().set(given_up).filter(Column::Id.eq(id.0));
    update.filter(Column::Version.eq(version)).exec(database.writer()).await?;
    Ok(())
}

/// Saves what became of a claimed message, and gives the claim back. A conflict means that the lease ran out and somebody else has it.
pub async fn record(database: &Database, message: &Message) -> Result<()> {
    row::save(database.writer(), message).await
}

#[derive(FromQueryResult)]
struct Next {
    next: Option<DateTime<Utc>>,
}

/// When the next message can be claimed, if any is pending: when it is due, or when its lease runs out.
pub async fn next_due<C: Connection>(db: &C) -> Result<Option<DateTime<Utc>>> {
    let sql = "SELECT MIN(CASE WHEN lease_until > due THEN lease_until ELSE due END) AS next FROM outbox_message WHERE state = 'pending'";
    let next = Next::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).one(db).await?;
    Ok(next.and_then(|next| next.next))
}

/// A message.
pub async fn find<C: Connection>(db: &C, id: MessageId) -> Result<Option<Message>> {
    row::find(db, id.0).await
}

/// A message, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: MessageId) -> Result<Option<Message>> {
    row::lock(tx, id.0).await
}

/// Saves a changed message.
pub async fn save(tx: &Tx, message: &Message) -> Result<()> {
    row::save(tx, message).await
}

/// Takes back messages that were not sent, dead letters too, by what makes them the same message: their recipient may no longer read them (R16).
pub async fn take_back(tx: &Tx, dedup_keys: &[String]) -> Result<()> {
    let unsent = Column::State.ne("sent");
    let keys = Column::DedupKey.is_in(dedup_keys.iter().map(String::as_str));
    outbox_message::Entity::delete_many().filter(unsent).filter(keys).exec(tx).await?;
    Ok(())
}

/// What was not sent to a person, also what was given up and could be sent again, in the order in which it was put in.
pub async fn unsent_to(tx: &Tx, person: PersonId) -> Result<Vec<Message>> {
    let query = outbox_message::Entity::find().filter(Column::RecipientId.eq(person.0)).filter(Column::State.ne("sent"));
    row::list(tx, query.order_by_asc(Column::Id)).await
}

/// A page of the messages, in one state (`pending`, `sent`, `dead`) or all, in the order in which they were put in.
pub async fn page<C: Connection>(db: &C, state: Option<&str>, window: &Window) -> Result<Page<Message>> {
    let mut query = outbox_message::Entity::find();
    if let Some(state) = state {
        query = query.filter(Column::State.eq(state));
    }
    row::page(db, query, Column::Id, window).await
}

/// How many messages there are in each of these states that has any, by its name; those that were sent are not counted
/// to their end.
pub async fn counts<C: Connection>(db: &C, states: &[&'static str]) -> Result<BTreeMap<String, Count>> {
    let query = |state| outbox_message::Entity::find().filter(Column::State.eq(state));
    page::counts(db, states, query, Column::Id, |state| state == "sent").await
}
