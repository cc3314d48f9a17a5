//! What-ifs, and what they are tried against.

use std::collections::BTreeSet;

use domain::committee::MotionState;
use domain::ids::{ApplicationId, RoundId, WhatIfId};
use domain::what_if::{WhatIf, WhatIfState};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value};

use crate::entity::{motion, waiting_place, what_if};
use crate::page::{self, Key, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx, application};

impl Stored for WhatIf {
    type Entity = what_if::Entity;
    const KEY: what_if::Column = what_if::Column::Id;
    const VERSION: what_if::Column = what_if::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let (state, state_data) = row::state(&self.state)?;
        Ok(what_if::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            round_id: set(self.round.0),
            name: set(self.name.clone()),
            lines: set(row::json(&self.lines)?),
            state: set(state),
            state_data: set(state_data),
            saved_by: set(self.saved_by.0),
            saved_at: set(self.saved_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "what_if", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            round: row.round_id.into(),
            name: row.name,
            lines: origin.json("lines", row.lines)?,
            state: origin.state(&row.state, row.state_data)?,
            saved_by: row.saved_by.into(),
            saved_at: row.saved_at,
        })
    }
}

/// Writes a new what-if.
pub async fn insert(tx: &Tx, what_if: &WhatIf) -> Result<()> {
    row::insert(tx, what_if).await
}

/// Saves a changed what-if.
pub async fn save(tx: &Tx, what_if: &WhatIf) -> Result<()> {
    row::save(tx, what_if).await
}

/// A what-if.
pub async fn find<C: Connection>(db: &C, id: WhatIfId) -> Result<Option<WhatIf>> {
    row::find(db, id.0).await
}

/// Those of the what-ifs that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[WhatIfId]) -> Result<Vec<WhatIf>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// A what-if, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: WhatIfId) -> Result<Option<WhatIf>> {
    row::lock(tx, id.0).await
}

/// The what-ifs of a round that were not discarded, at most `limit`, the oldest first.
pub async fn of_round<C: Connection>(db: &C, round: RoundId, limit: u64) -> Result<Vec<WhatIf>> {
    let query = what_if::Entity::find()
        .filter(what_if::Column::RoundId.eq(round.0))
        .filter(what_if::Column::State.ne(WhatIfState::Discarded.name()))
        .order_by_asc(what_if::Column::Id)
        .limit(limit);
    query.all(db).await?.into_iter().map(WhatIf::read).collect()
}

/// The what-ifs that name one of the applications, discarded ones too.
pub async fn naming<C: Connection>(db: &C, applications: &[ApplicationId]) -> Result<Vec<WhatIfId>> {
    let rounds: BTreeSet<_> = application::find_many(db, applications).await?.into_iter().map(|application| application.round.0).collect();
    let mut found = Vec::new();
    let mut window = Window::first(page::MOST);
    loop {
        let query = what_if::Entity::find().filter(what_if::Column::RoundId.is_in(rounds.iter().copied()));
        let page = row::page::<WhatIf, C>(db, query, what_if::Column::Id, &window).await?;
        window.after = page.items.last().map(|what_if| Key::Id(what_if.id.0));
        let names = |what_if: &&WhatIf| what_if.lines.iter().any(|line| applications.contains(&line.application));
        found.extend(page.items.iter().filter(names).map(|what_if| what_if.id));
        if !page.has_next {
            return Ok(found);
        }
    }
}

/// Those of the applications on which a motion is not decided (R20).
pub async fn pending_among<C: Connection>(db: &C, applications: &[ApplicationId]) -> Result<BTreeSet<ApplicationId>> {
    use motion::Column;
    let undecided = [row::name(&MotionState::Pending)?, row::name(&MotionState::Balloting)?];
    let query = motion::Entity::find()
        .filter(Column::ApplicationId.is_in(applications.iter().map(|id| id.0)))
        .filter(Column::State.is_in(undecided))
        // A dispute about a recusal is no motion on what becomes of the application.
        .filter(Column::RecusalId.is_null());
    Ok(page::whole(db, query, page::MOST).await?.into_iter().map(|row| ApplicationId(row.application_id)).collect())
}

/// The place after the last one of a year's waiting list, as it is now.
pub async fn next_place<C: Connection>(db: &C, year: i32) -> Result<i64> {
    use waiting_place::Column;
    let query = waiting_place::Entity::find().filter(Column::Year.eq(year));
    let last: Option<Option<i64>> = query.select_only().column_as(Column::Position.max(), "last").into_tuple().one(db).await?;
    Ok(last.flatten().unwrap_or_default() + 1)
}
