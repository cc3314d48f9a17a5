//! Budget years and the journal.

use domain::budget::{Balances, Basis, BudgetYear, Entry, Movement, Posting};
use domain::ids::AwardId;
use domain::ids::PersonId;
use domain::money::Money;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value};

use crate::entity::{budget_year, journal_entry};
use crate::page::{self, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for BudgetYear {
    type Entity = budget_year::Entity;
    const KEY: budget_year::Column = budget_year::Column::Year;
    const VERSION: budget_year::Column = budget_year::Column::Version;

    fn key(&self) -> Value {
        self.year.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let balances = &self.balances;
        Ok(budget_year::ActiveModel {
            year: set(self.year),
            version: set(self.version),
            appropriated: set(balances.appropriated.cents()),
            increases: set(balances.increases.cents()),
            cuts: set(balances.cuts.cents()),
            carried_in: set(balances.carried_in.cents()),
            repaid: set(balances.repaid.cents()),
            committed: set(balances.committed.cents()),
            paid: set(balances.paid.cents()),
            carried_out: set(balances.carried_out.cents()),
            lapsed: set(balances.lapsed.cents()),
            closed_at: set(self.closed_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        Ok(Self {
            year: row.year,
            version: row.version,
            balances: Balances {
                appropriated: Money::from_cents(row.appropriated),
                increases: Money::from_cents(row.increases),
                cuts: Money::from_cents(row.cuts),
                carried_in: Money::from_cents(row.carried_in),
                repaid: Money::from_cents(row.repaid),
                committed: Money::from_cents(row.committed),
                paid: Money::from_cents(row.paid),
                carried_out: Money::from_cents(row.carried_out),
                lapsed: Money::from_cents(row.lapsed),
            },
            closed_at: row.closed_at,
        })
    }
}

/// Writes a new year.
pub async fn insert_year(tx: &Tx, year: &BudgetYear) -> Result<()> {
    row::insert(tx, year).await
}

/// A year.
pub async fn find_year<C: Connection>(db: &C, year: i32) -> Result<Option<BudgetYear>> {
    row::find(db, year).await
}

/// Those of the years that exist, in their order.
pub async fn find_years<C: Connection>(db: &C, years: &[i32]) -> Result<Vec<BudgetYear>> {
    row::find_many(db, years.iter().copied()).await
}

/// A year, kept from everybody else until the transaction ends: money is moved by one command after the other (R26).
pub async fn lock_year(tx: &Tx, year: i32) -> Result<Option<BudgetYear>> {
    row::lock(tx, year).await
}

/// Saves a changed year. An overspent one is refused (R26).
pub async fn save_year(tx: &Tx, year: &BudgetYear) -> Result<()> {
    row::save(tx, year).await
}

/// All years, in their order.
pub async fn years<C: Connection>(db: &C) -> Result<Vec<BudgetYear>> {
    row::list(db, budget_year::Entity::find().order_by_asc(budget_year::Column::Year)).await
}

/// The first open year before that one.
pub async fn first_open_before<C: Connection>(db: &C, year: i32) -> Result<Option<i32>> {
    use budget_year::Column;
    let open = budget_year::Entity::find().filter(Column::Year.lt(year)).filter(Column::ClosedAt.is_null());
    Ok(open.select_only().column(Column::Year).order_by_asc(Column::Year).into_tuple().one(db).await?)
}

/// The last place in a year's journal, or 0. The year is locked, so that the journal has no gaps.
pub async fn last_ordinal(tx: &Tx, year: i32) -> Result<i64> {
    use journal_entry::Column;
    let query = journal_entry::Entity::find().filter(Column::Year.eq(year));
    let last: Option<Option<i64>> = query.select_only().column_as(Column::Ordinal.max(), "last").into_tuple().one(tx).await?;
    Ok(last.flatten().unwrap_or_default())
}

/// Writes entries at the end of the journal. Their event is there already.
pub async fn append_entries(tx: &Tx, entries: &[Entry]) -> Result<()> {
    row::insert_rows(tx, entries.iter().map(entry_row).collect(), |insert| insert).await
}

/// A page of a year's journal, without the entries that rest on one of the awards `except`.
pub async fn entries<C: Connection>(db: &C, year: i32, except: &[AwardId], window: &Window) -> Result<Page<Entry>> {
    entries_of(db, year, None, except, window).await
}

/// As [`entries`], of one kind of movement.
pub async fn entries_of<C: Connection>(
    db: &C,
    year: i32,
    movement: Option<Movement>,
    except: &[AwardId],
    window: &Window,
) -> Result<Page<Entry>> {
    let mut query = journal_entry::Entity::find().filter(journal_entry::Column::Year.eq(year));
    if let Some(movement) = movement {
        query = query.filter(journal_entry::Column::Movement.eq(movement.name()));
    }
    if !except.is_empty() {
        let others = journal_entry::Column::AwardId.is_not_in(except.iter().map(|id| id.0));
        query = query.filter(sea_orm::Condition::any().add(journal_entry::Column::AwardId.is_null()).add(others));
    }
    page::fetch(db, query, journal_entry::Column::Ordinal, window).await?.try_map(read_entry)
}

/// The entries of a year after a place in its journal, at most `limit`: to go through all of them in batches.
pub async fn entries_after<C: Connection>(db: &C, year: i32, ordinal: i64, limit: u64) -> Result<Vec<Entry>> {
    use journal_entry::Column;
    let query = journal_entry::Entity::find().filter(Column::Year.eq(year)).filter(Column::Ordinal.gt(ordinal));
    let rows = query.order_by_asc(Column::Ordinal).limit(limit).all(db).await?;
    rows.into_iter().map(read_entry).collect()
}

fn entry_row(entry: &Entry) -> journal_entry::ActiveModel {
    let posting = &entry.posting;
    let (basis, resolution, award) = match &posting.basis {
        Basis::Resolution { number } => ("resolution", Some(number.clone()), None),
        Basis::Award { award } => ("award", None, Some(award.0)),
        Basis::YearEnd => ("year-end", None, None),
    };
    journal_entry::ActiveModel {
        id: set(entry.id.0),
        year: set(posting.year),
        ordinal: set(entry.ordinal),
        movement: set(posting.movement.name().to_owned()),
        amount: set(posting.amount.cents()),
        basis: set(basis.to_owned()),
        resolution: set(resolution),
        award_id: set(award),
        event_sequence: set(entry.event),
        by_id: set(entry.by.map(|person| person.0)),
        at: set(entry.at),
    }
}

fn read_entry(row: journal_entry::Model) -> Result<Entry> {
    let origin = Origin { table: "journal_entry", key: &row.id };
    let basis = match (row.basis.as_str(), row.resolution, row.award_id) {
        ("resolution", Some(number), None) => Basis::Resolution { number },
        ("award", None, Some(award)) => Basis::Award { award: award.into() },
        ("year-end", None, None) => Basis::YearEnd,
        _ => return Err(origin.corrupt("basis", "it doesn't fit what it rests on")),
    };
    let movement = origin.name("movement", &row.movement)?;
    Ok(Entry {
        id: row.id.into(),
        ordinal: row.ordinal,
        posting: Posting { year: row.year, movement, amount: Money::from_cents(row.amount), basis },
        event: row.event_sequence,
        by: row.by_id.map(PersonId),
        at: row.at,
    })
}
