//! Motions, ballots and votes.

use domain::committee::{Ballot, Motion, MotionState, Proposal, Vote};
use domain::ids::{ApplicationId, BallotId, MotionId};
use domain::money::Money;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value};

use crate::entity::{ballot, motion, vote};
use crate::page::{self, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

/// A proposal from its name and its amount in cents, or nothing if the two don't fit.
pub(crate) fn proposal(kind: &str, amount: Option<i64>) -> Option<Proposal> {
    match (kind, amount.map(Money::from_cents)) {
        ("award", Some(amount)) => Some(Proposal::Award { amount }),
        ("hardship-award", Some(amount)) => Some(Proposal::HardshipAward { amount }),
        ("reject", None) => Some(Proposal::Reject),
        ("defer", None) => Some(Proposal::Defer),
        _ => None,
    }
}

impl Stored for Motion {
    type Entity = motion::Entity;
    const KEY: motion::Column = motion::Column::Id;
    const VERSION: motion::Column = motion::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(motion::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            application_id: set(self.application.0),
            applicant_id: set(self.applicant.0),
            kind: set(self.proposal.name().to_owned()),
            amount: set(self.proposal.amount().map(Money::cents)),
            wording: set(self.wording.clone()),
            state: set(row::name(&self.state)?),
            proposed_by: set(self.proposed_by.0),
            proposed_at: set(self.proposed_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "motion", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            application: row.application_id.into(),
            applicant: row.applicant_id.into(),
            proposal: proposal(&row.kind, row.amount).ok_or_else(|| origin.corrupt("kind", "it doesn't fit the amount"))?,
            wording: row.wording,
            state: origin.name("state", &row.state)?,
            proposed_by: row.proposed_by.into(),
            proposed_at: row.proposed_at,
        })
    }
}

impl Stored for Ballot {
    type Entity = ballot::Entity;
    const KEY: ballot::Column = ballot::Column::Id;
    const VERSION: ballot::Column = ballot::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let (state, state_data) = row::state(&self.state)?;
        Ok(ballot::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            motion_id: set(self.motion.0),
            electorate: set(row::json(&self.electorate)?),
            seats: set(self.seats.into()),
            recorded_tally: set(self.recorded_tally.as_ref().map(row::json).transpose()?),
            state: set(state),
            state_data: set(state_data),
            opened_at: set(self.opened_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "ballot", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            motion: row.motion_id.into(),
            electorate: origin.json("electorate", row.electorate)?,
            seats: origin.count("seats", row.seats)?,
            recorded_tally: origin.optional_json("recorded_tally", row.recorded_tally)?,
            state: origin.state(&row.state, row.state_data)?,
            opened_at: row.opened_at,
        })
    }
}

/// Writes a new motion. A second undecided one on the same application is a duplicate.
pub async fn insert_motion(tx: &Tx, motion: &Motion) -> Result<()> {
    row::insert(tx, motion).await
}

/// A motion.
pub async fn find_motion<C: Connection>(db: &C, id: MotionId) -> Result<Option<Motion>> {
    row::find(db, id.0).await
}

/// Those of the motions that exist, in the order of their ids.
pub async fn find_motions<C: Connection>(db: &C, ids: &[MotionId]) -> Result<Vec<Motion>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// A motion, kept from everybody else until the transaction ends.
pub async fn lock_motion(tx: &Tx, id: MotionId) -> Result<Option<Motion>> {
    row::lock(tx, id.0).await
}

/// Saves a changed motion.
pub async fn save_motion(tx: &Tx, motion: &Motion) -> Result<()> {
    row::save(tx, motion).await
}

/// The motion on an application that is not decided yet: put, or being voted on. There is at most one.
pub async fn pending_motion<C: Connection>(db: &C, application: ApplicationId) -> Result<Option<Motion>> {
    let undecided = [row::name(&MotionState::Pending)?, row::name(&MotionState::Balloting)?];
    let query =
        motion::Entity::find().filter(motion::Column::ApplicationId.eq(application.0)).filter(motion::Column::State.is_in(undecided));
    row::one(db, query).await
}

/// The motions on an application, in the order in which they were put.
pub async fn motions_of<C: Connection>(db: &C, application: ApplicationId) -> Result<Vec<Motion>> {
    let query = motion::Entity::find().filter(motion::Column::ApplicationId.eq(application.0));
    row::list(db, query.order_by_asc(motion::Column::Id)).await
}

/// Writes a new ballot. A second one on the same motion is a duplicate.
pub async fn insert_ballot(tx: &Tx, ballot: &Ballot) -> Result<()> {
    row::insert(tx, ballot).await
}

/// A ballot.
pub async fn find_ballot<C: Connection>(db: &C, id: BallotId) -> Result<Option<Ballot>> {
    row::find(db, id.0).await
}

/// Those of the ballots that exist, in the order of their ids.
pub async fn find_ballots<C: Connection>(db: &C, ids: &[BallotId]) -> Result<Vec<Ballot>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// A ballot, kept from everybody else until the transaction ends.
pub async fn lock_ballot(tx: &Tx, id: BallotId) -> Result<Option<Ballot>> {
    row::lock(tx, id.0).await
}

/// Saves a changed ballot.
pub async fn save_ballot(tx: &Tx, ballot: &Ballot) -> Result<()> {
    row::save(tx, ballot).await
}

/// The ballot on a motion.
pub async fn ballot_of_motion<C: Connection>(db: &C, motion: MotionId) -> Result<Option<Ballot>> {
    row::one(db, ballot::Entity::find().filter(ballot::Column::MotionId.eq(motion.0))).await
}

/// A page of the ballots, in one state (`open`, `closed`) or all, in the order in which they were opened.
pub async fn ballots<C: Connection>(db: &C, state: Option<&str>, window: &Window) -> Result<Page<Ballot>> {
    let mut query = ballot::Entity::find();
    if let Some(state) = state {
        query = query.filter(ballot::Column::State.eq(state));
    }
    row::page(db, query, ballot::Column::Id, window).await
}

/// The votes of a ballot, in the order of the members' ids.
pub async fn votes<C: Connection>(db: &C, ballot: BallotId) -> Result<Vec<Vote>> {
    let query = vote::Entity::find().filter(vote::Column::BallotId.eq(ballot.0)).order_by_asc(vote::Column::MemberId);
    let vote = |row: vote::Model| {
        let choice = Origin { table: "vote", key: &ballot }.name("choice", &row.choice)?;
        Ok(Vote { ballot, member: row.member_id.into(), choice, cast_at: row.cast_at })
    };
    page::whole(db, query, page::MOST).await?.into_iter().map(vote).collect()
}

/// Writes a vote, in place of the member's earlier one (R22).
pub async fn put_vote(tx: &Tx, vote: &Vote) -> Result<()> {
    use vote::Column;
    let row = vote::ActiveModel {
        ballot_id: set(vote.ballot.0),
        member_id: set(vote.member.0),
        choice: set(row::name(&vote.choice)?),
        cast_at: set(vote.cast_at),
    };
    let last = OnConflict::columns([Column::BallotId, Column::MemberId]).update_columns([Column::Choice, Column::CastAt]).to_owned();
    row::insert_rows(tx, vec![row], |insert| insert.on_conflict(last.clone())).await
}
