//! How often people get a digest, and what happened in the time that it tells of.

use domain::budget::Movement;
use domain::digest::{BudgetChange, Moved, Span, Subscription};
use domain::ids::{AwardId, PersonId};
use domain::money::Money;
use domain::round::Round;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _, Value};

use crate::entity::{digest_subscription, journal_entry, round};
use crate::page;
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

/// How many people's subscriptions are read at most.
const MOST: u64 = 10_000;

impl Stored for Subscription {
    type Entity = digest_subscription::Entity;
    const KEY: digest_subscription::Column = digest_subscription::Column::PersonId;
    const VERSION: digest_subscription::Column = digest_subscription::Column::Version;

    fn key(&self) -> Value {
        self.person.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(digest_subscription::ActiveModel {
            person_id: set(self.person.0),
            version: set(self.version),
            frequency: set(row::name(&self.frequency)?),
            told_until: set(self.told_until),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "digest_subscription", key: &row.person_id };
        Ok(Self {
            person: row.person_id.into(),
            version: row.version,
            frequency: origin.name("frequency", &row.frequency)?,
            told_until: row.told_until,
        })
    }
}

/// A person's subscription, if they chose or were told anything.
pub async fn find<C: Connection>(db: &C, person: PersonId) -> Result<Option<Subscription>> {
    row::find(db, person.0).await
}

/// A person's subscription, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, person: PersonId) -> Result<Option<Subscription>> {
    row::lock(tx, person.0).await
}

/// All subscriptions that are stored.
pub async fn all<C: Connection>(db: &C) -> Result<Vec<Subscription>> {
    page::whole(db, digest_subscription::Entity::find(), MOST).await?.into_iter().map(Subscription::read).collect()
}

/// Writes a subscription: the first time a new row, of which a second one at the same time is a duplicate.
pub async fn put(tx: &Tx, subscription: &Subscription) -> Result<()> {
    if subscription.version == 0 {
        return row::insert(tx, &Subscription { version: 1, ..*subscription }).await;
    }
    row::save(tx, subscription).await
}

/// The movements of a span of time that are news.
pub async fn movements<C: Connection>(db: &C, span: Span) -> Result<Vec<Moved>> {
    use journal_entry::Column;
    let news = Movement::ALL.into_iter().filter(|movement| BudgetChange::of(*movement).is_some()).map(Movement::name);
    let query = journal_entry::Entity::find()
        .filter(Column::At.gte(span.since))
        .filter(Column::At.lt(span.until))
        .filter(Column::Movement.is_in(news));
    let rows = page::whole(db, query, MOST).await?;
    let movement = |row: journal_entry::Model| {
        let movement = Origin { table: "journal_entry", key: &row.id }.name("movement", &row.movement)?;
        Ok(Moved { year: row.year, movement, amount: Money::from_cents(row.amount), award: row.award_id.map(AwardId) })
    };
    rows.into_iter().map(movement).collect()
}

/// The rounds that were announced in a span of time, or whose deadline is not long over at its beginning: what can be news of rounds.
pub async fn rounds<C: Connection>(db: &C, span: Span) -> Result<Vec<Round>> {
    use round::Column;
    let announced = Condition::all().add(Column::AnnouncedAt.gte(span.since)).add(Column::AnnouncedAt.lt(span.until));
    let ahead = Column::Deadline.gte(domain::calendar::day_of(span.since));
    let query = round::Entity::find().filter(Condition::any().add(announced).add(ahead)).limit(page::MOST);
    query.all(db).await?.into_iter().map(Round::read).collect()
}
