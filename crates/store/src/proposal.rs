//! Proposals: one for each application.

use domain::ids::{ApplicationId, MotionId, ProposalId, RoundId};
use domain::money::Money;
use domain::proposal::Prepared;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, Value};

use crate::committee::proposal as read_proposal;
use crate::entity::proposal;
use crate::page::{Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Prepared {
    type Entity = proposal::Entity;
    const KEY: proposal::Column = proposal::Column::Id;
    const VERSION: proposal::Column = proposal::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(proposal::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            application_id: set(self.application.0),
            round_id: set(self.round.0),
            kind: set(self.proposal.name().to_owned()),
            amount: set(self.proposal.amount().map(Money::cents)),
            reasons: set(self.reasons.clone()),
            motion_id: set(self.motion.map(|motion| motion.0)),
            prepared_by: set(self.prepared_by.0),
            prepared_at: set(self.prepared_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "proposal", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            application: row.application_id.into(),
            round: row.round_id.into(),
            proposal: read_proposal(&row.kind, row.amount).ok_or_else(|| origin.corrupt("kind", "it doesn't fit the amount"))?,
            reasons: row.reasons,
            motion: row.motion_id.map(MotionId),
            prepared_by: row.prepared_by.into(),
            prepared_at: row.prepared_at,
        })
    }
}

/// Writes a new proposal. A second one for the same application is a duplicate.
pub async fn insert(tx: &Tx, prepared: &Prepared) -> Result<()> {
    row::insert(tx, prepared).await
}

/// Saves a changed proposal.
pub async fn save(tx: &Tx, prepared: &Prepared) -> Result<()> {
    row::save(tx, prepared).await
}

/// A proposal.
pub async fn find<C: Connection>(db: &C, id: ProposalId) -> Result<Option<Prepared>> {
    row::find(db, id.0).await
}

/// The proposal for an application.
pub async fn of_application<C: Connection>(db: &C, application: ApplicationId) -> Result<Option<Prepared>> {
    row::one(db, proposal::Entity::find().filter(proposal::Column::ApplicationId.eq(application.0))).await
}

/// The proposals for applications: at most one each.
pub async fn of_applications<C: Connection>(db: &C, applications: &[ApplicationId]) -> Result<Vec<Prepared>> {
    row::find_by(db, proposal::Column::ApplicationId, proposal::Column::Id, applications.iter().map(|id| id.0)).await
}

/// A page of a round's proposals but those for some applications, in the order in which they were first prepared.
pub async fn of_round<C: Connection>(db: &C, round: RoundId, except: &[ApplicationId], window: &Window) -> Result<Page<Prepared>> {
    let query = proposal::Entity::find()
        .filter(proposal::Column::RoundId.eq(round.0))
        .filter(proposal::Column::ApplicationId.is_not_in(except.iter().map(|application| application.0)));
    row::page(db, query, proposal::Column::Id, window).await
}
