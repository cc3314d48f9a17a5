//! Briefings, with their cities and who has read them.

use chrono::{DateTime, Utc};
use domain::briefing::{Briefing, BriefingKind, BriefingState, News, positions_of, positions_on};
use domain::digest::Span;
use domain::ids::{BriefingId, PersonId};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, OnConflict, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, Value};

use crate::entity::briefing::{self, Column};
use crate::entity::{briefing_city, briefing_read};
use crate::page::{self, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, StoreError, Tx};

/// Which briefings are asked for.
#[derive(Debug, Clone, Default)]
pub struct BriefingFilter {
    /// Of that partner city, by its code.
    pub city: Option<String>,
    /// Of that year.
    pub year: Option<i32>,
    /// Of that kind.
    pub kind: Option<BriefingKind>,
    /// Withdrawn ones too.
    pub withdrawn: bool,
    /// Only those that this person has not read.
    pub unread_by: Option<PersonId>,
    /// Only among so many of the latest: what somebody has not read is found without going through all that they have.
    pub latest: Option<u64>,
}

impl Stored for Briefing {
    type Entity = briefing::Entity;
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
        let news = &self.news;
        Ok(briefing::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            position: set(self.position),
            told_on: set(news.on),
            kind: set(row::name(&news.kind)?),
            title: set(news.title.clone()),
            body: set(news.text.clone()),
            paper: set(news.paper.clone()),
            state: set(state),
            state_data: set(state_data),
            cities: set(row::json(&news.cities)?),
            posted_by: set(self.posted_by.0),
            posted_at: set(self.posted_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "briefing", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            position: row.position,
            news: News {
                on: row.told_on,
                cities: origin.json("cities", row.cities)?,
                kind: origin.name("kind", &row.kind)?,
                title: row.title,
                text: row.body,
                paper: row.paper,
            },
            state: origin.state(&row.state, row.state_data)?,
            posted_by: row.posted_by.into(),
            posted_at: row.posted_at,
        })
    }
}

/// Writes a new briefing.
pub async fn insert(tx: &Tx, briefing: &Briefing) -> Result<()> {
    row::insert(tx, briefing).await?;
    put_cities(tx, briefing).await
}

/// Saves a changed briefing.
pub async fn save(tx: &Tx, briefing: &Briefing) -> Result<()> {
    row::save(tx, briefing).await?;
    briefing_city::Entity::delete_many().filter(briefing_city::Column::BriefingId.eq(briefing.id.0)).exec(tx).await?;
    put_cities(tx, briefing).await
}

async fn put_cities(tx: &Tx, briefing: &Briefing) -> Result<()> {
    let city = |code: &String| briefing_city::ActiveModel { briefing_id: set(briefing.id.0), city: set(code.clone()) };
    row::insert_rows(tx, briefing.news.cities.iter().map(city).collect(), |insert| insert).await
}

/// A briefing.
pub async fn find<C: Connection>(db: &C, id: BriefingId) -> Result<Option<Briefing>> {
    row::find(db, id.0).await
}

/// Those of the briefings that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[BriefingId]) -> Result<Vec<Briefing>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// A briefing, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: BriefingId) -> Result<Option<Briefing>> {
    row::lock(tx, id.0).await
}

/// The next free place of a day. Of two that take it at once, the slower one is told that the other was faster.
pub async fn next_position(tx: &Tx, day: chrono::NaiveDate) -> Result<i64> {
    let places = positions_on(day);
    let query = briefing::Entity::find().filter(Column::Position.gte(places.start)).filter(Column::Position.lt(places.end));
    let last: Option<Option<i64>> = query.select_only().column_as(Column::Position.max(), "last").into_tuple().one(tx).await?;
    match last.flatten().map_or(places.start, |last| last + 1) {
        next if places.contains(&next) => Ok(next),
        _ => Err(StoreError::other("no more places on one day")),
    }
}

/// A page of the briefings that pass the filter, in the order of the days that they tell of.
pub async fn page<C: Connection>(db: &C, filter: &BriefingFilter, window: &Window) -> Result<Page<Briefing>> {
    row::page(db, filtered(filter)?, Column::Position, window).await
}

/// How many briefings pass the filter.
pub async fn count<C: Connection>(db: &C, filter: &BriefingFilter) -> Result<u64> {
    let count: Option<i64> = filtered(filter)?.select_only().column_as(Column::Id.count(), "count").into_tuple().one(db).await?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

/// What was posted in a span of time and this person has not read, in the order in which it was posted.
pub async fn news_for<C: Connection>(db: &C, person: PersonId, span: Span) -> Result<Vec<Briefing>> {
    let filter = BriefingFilter { unread_by: Some(person), ..BriefingFilter::default() };
    let query = filtered(&filter)?.filter(Column::PostedAt.gte(span.since)).filter(Column::PostedAt.lt(span.until));
    let rows = query.order_by_asc(Column::PostedAt).order_by_asc(Column::Id).limit(page::MOST).all(db).await?;
    rows.into_iter().map(Briefing::read).collect()
}

/// Whether anything was posted in a span of time that is not withdrawn.
pub async fn any_posted<C: Connection>(db: &C, span: Span) -> Result<bool> {
    let query = filtered(&BriefingFilter::default())?.filter(Column::PostedAt.gte(span.since)).filter(Column::PostedAt.lt(span.until));
    Ok(query.one(db).await?.is_some())
}

fn filtered(filter: &BriefingFilter) -> Result<Select<briefing::Entity>> {
    let mut query = briefing::Entity::find();
    if !filter.withdrawn {
        query = query.filter(Column::State.eq(BriefingState::Posted.name()));
    }
    if let Some(city) = &filter.city {
        query = query.filter(Expr::exists(of_city(city)));
    }
    if let Some(year) = filter.year {
        let places = positions_of(year).unwrap_or(0..0);
        query = query.filter(Column::Position.gte(places.start)).filter(Column::Position.lt(places.end));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(Column::Kind.eq(row::name(kind)?));
    }
    if let Some(latest) = filter.latest {
        query = query
            .filter(Expr::col((briefing::Entity, Column::Position)).gt(Expr::SubQuery(None, Box::new(before_the_latest(latest).into()))));
    }
    if let Some(person) = filter.unread_by {
        query = query.filter(Expr::not_exists(read_by(person)));
    }
    Ok(query)
}

/// The place before so many of the latest; before all of them if there are no more.
fn before_the_latest(latest: u64) -> SelectStatement {
    let (mut places, mut before) = (Query::select(), Query::select());
    places.column(Column::Position).from(briefing::Entity).order_by(Column::Position, Order::Desc).limit(1).offset(latest);
    before.expr(Func::coalesce([Expr::SubQuery(None, Box::new(places.into())), Expr::value(0_i64)]));
    before
}

// Both ask for one briefing at a time: a list of all that a city has, or that somebody has read, is longer with every year.

fn of_city(city: &str) -> SelectStatement {
    use briefing_city::Column as Of;
    let mut of_city = Query::select();
    let this = Expr::col((briefing_city::Entity, Of::BriefingId)).equals((briefing::Entity, Column::Id));
    of_city.expr(Expr::cust("1")).from(briefing_city::Entity).and_where(this).and_where(Of::City.eq(city));
    of_city
}

fn read_by(person: PersonId) -> SelectStatement {
    use briefing_read::Column as Of;
    let mut read = Query::select();
    let this = Expr::col((briefing_read::Entity, Of::BriefingId)).equals((briefing::Entity, Column::Id));
    read.expr(Expr::cust("1")).from(briefing_read::Entity).and_where(this).and_where(Of::PersonId.eq(person.0));
    read
}

/// Keeps that a person has read these briefings. Once more is no harm.
pub async fn mark_read(tx: &Tx, person: PersonId, briefings: &[BriefingId], at: DateTime<Utc>) -> Result<()> {
    use briefing_read::Column;
    let read = |id: &BriefingId| briefing_read::ActiveModel { person_id: set(person.0), briefing_id: set(id.0), read_at: set(at) };
    let once = OnConflict::columns([Column::PersonId, Column::BriefingId]).do_nothing().to_owned();
    row::insert_rows(tx, briefings.iter().map(read).collect(), |insert| insert.on_conflict(once.clone())).await
}

/// Those of the briefings that a person has read.
pub async fn read_among<C: Connection>(db: &C, person: PersonId, briefings: &[BriefingId]) -> Result<Vec<BriefingId>> {
    use briefing_read::Column;
    let query = briefing_read::Entity::find()
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::BriefingId.is_in(briefings.iter().map(|id| id.0)));
    let rows = page::whole(db, query, page::MOST).await?;
    Ok(rows.into_iter().map(|row| BriefingId(row.briefing_id)).collect())
}
