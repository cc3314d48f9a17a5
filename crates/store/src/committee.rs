//! Motions, ballots and votes.

use chrono::{DateTime, NaiveDate, Utc};
use domain::committee::{Ballot, BallotForm, Deadlines, Electorate, Motion, MotionState, Proposal, Vote};
use domain::ids::{AgendaItemId, ApplicationId, BallotId, MotionId, PersonId, RecusalId};
use domain::money::Money;
use sea_orm::sea_query::{Expr, OnConflict, Query, SelectStatement, UnionType};
use sea_orm::{
    ActiveValue, ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select, Statement, Value,
};
use uuid::Uuid;

use crate::entity::{award, ballot, motion, vote, waiting_place};
use crate::page::{self, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, StoreError, Tx};

/// What a motion is about, as people name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// The motion.
    pub motion: MotionId,
    /// The application that it is on.
    pub application: ApplicationId,
    /// The application's number.
    pub number: String,
    /// The project's title.
    pub title: String,
    /// The applicant's name.
    pub applicant: String,
}

#[derive(FromQueryResult)]
struct MatterRow {
    motion: Uuid,
    application: Uuid,
    number: Option<String>,
    title: Option<String>,
    applicant: String,
}

/// The most votes that are read for several ballots at once: of a page of them, each with as many seats as a committee can have.
const MOST_VOTES: u64 = 50_000;

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
            recusal_id: set(self.proposal.recusal().map(|recusal| recusal.0)),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "motion", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            application: row.application_id.into(),
            applicant: row.applicant_id.into(),
            proposal: match (row.kind.as_str(), row.amount, row.recusal_id) {
                ("exclude", None, Some(recusal)) => Proposal::Exclude { recusal: RecusalId(recusal) },
                (kind, amount, None) => proposal(kind, amount).ok_or_else(|| origin.corrupt("kind", "it doesn't fit the amount"))?,
                _ => return Err(origin.corrupt("kind", "it doesn't fit the recusal")),
            },
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
        let deadlines = self.form.deadlines();
        Ok(ballot::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            motion_id: set(self.motion.0),
            application_id: set(self.application.0),
            form: set(self.form.name().to_owned()),
            objections_until: set(deadlines.map(|deadlines| deadlines.objections_until)),
            votes_until: set(deadlines.map(|deadlines| deadlines.votes_until)),
            electorate: set(row::json(&self.electorate)?),
            seats: set(self.electorate.rules.seats.into()),
            en_bloc: set(self.en_bloc.as_ref().map(row::json).transpose()?),
            en_bloc_group: set(self.en_bloc.map(|en_bloc| en_bloc.group)),
            agenda_item_id: set(self.agenda_item.map(|item| item.0)),
            recorded_tally: set(self.recorded_tally.as_ref().map(row::json).transpose()?),
            state: set(state),
            state_data: set(state_data),
            computation: set(self.computation.as_ref().map(row::json).transpose()?),
            // Not the ballot's: `mark_reminded` writes it.
            reminded_at: ActiveValue::NotSet,
            opened_at: set(self.opened_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "ballot", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            motion: row.motion_id.into(),
            application: row.application_id.into(),
            form: match (row.form.as_str(), row.objections_until, row.votes_until) {
                ("meeting", None, None) => BallotForm::Meeting,
                ("recorded", None, None) => BallotForm::Recorded,
                ("circular", Some(objections_until), Some(votes_until)) => {
                    BallotForm::Circular(Deadlines { objections_until, votes_until })
                }
                _ => return Err(origin.corrupt("form", "it doesn't fit the deadlines")),
            },
            // Before seats had numbers it was a list of persons.
            electorate: if row.electorate.is_array() {
                let voters: Vec<PersonId> = origin.json("electorate", row.electorate)?;
                Electorate::before_seats(&voters, origin.count("seats", row.seats)?)
            } else {
                origin.json("electorate", row.electorate)?
            },
            en_bloc: origin.optional_json("en_bloc", row.en_bloc)?,
            agenda_item: row.agenda_item_id.map(AgendaItemId),
            recorded_tally: origin.optional_json("recorded_tally", row.recorded_tally)?,
            state: origin.state(&row.state, row.state_data)?,
            computation: origin.optional_json("computation", row.computation)?,
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

/// The motion on an application that is not decided yet: put, or being voted on. There is at most one, besides those on disputed recusals.
pub async fn pending_motion<C: Connection>(db: &C, application: ApplicationId) -> Result<Option<Motion>> {
    let undecided = [row::name(&MotionState::Pending)?, row::name(&MotionState::Balloting)?];
    let query =
        motion::Entity::find().filter(motion::Column::ApplicationId.eq(application.0)).filter(motion::Column::State.is_in(undecided));
    row::one(db, query.filter(motion::Column::RecusalId.is_null())).await
}

/// The motions on an application, in the order in which they were put.
pub async fn motions_of<C: Connection>(db: &C, application: ApplicationId) -> Result<Vec<Motion>> {
    let query = motion::Entity::find().filter(motion::Column::ApplicationId.eq(application.0));
    row::list(db, query.order_by_asc(motion::Column::Id)).await
}

/// A page of the motions, in one state (`pending`, `balloting`) or all, in the order in which they were put; none on the applications
/// `except`.
pub async fn motions<C: Connection>(db: &C, state: Option<&str>, except: &[ApplicationId], window: &Window) -> Result<Page<Motion>> {
    row::page(db, motions_in(state, except), motion::Column::Id, window).await
}

fn motions_in(state: Option<&str>, except: &[ApplicationId]) -> Select<motion::Entity> {
    let mut query = motion::Entity::find();
    if !except.is_empty() {
        query = query.filter(motion::Column::ApplicationId.is_not_in(except.iter().map(|id| id.0)));
    }
    if let Some(state) = state {
        query = query.filter(motion::Column::State.eq(state));
    }
    query
}

/// Writes a new ballot. A second open one on the same motion is a duplicate.
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

/// The latest ballot on a motion.
pub async fn ballot_of_motion<C: Connection>(db: &C, motion: MotionId) -> Result<Option<Ballot>> {
    let query = ballot::Entity::find().filter(ballot::Column::MotionId.eq(motion.0));
    row::one(db, query.order_by_desc(ballot::Column::Id).limit(1)).await
}

/// The ballots on items of an agenda, in the order of their ids.
pub async fn ballots_on<C: Connection>(db: &C, items: &[AgendaItemId]) -> Result<Vec<Ballot>> {
    row::find_by(db, ballot::Column::AgendaItemId, ballot::Column::Id, items.iter().map(|item| item.0)).await
}

/// The ballots on items of an agenda, each with its motion, in the order of their ids.
pub async fn ballots_with_motions_on<C: Connection>(db: &C, items: &[AgendaItemId]) -> Result<Vec<(Ballot, Motion)>> {
    let motion_of = ballot::Entity::belongs_to(motion::Entity).from(ballot::Column::MotionId).to(motion::Column::Id).into();
    let query = ballot::Entity::find().select_also(motion::Entity).join(JoinType::InnerJoin, motion_of);
    let query = query.filter(ballot::Column::AgendaItemId.is_in(items.iter().map(|item| item.0))).order_by_asc(ballot::Column::Id);
    let rows = query.limit(page::MOST).all(db).await?.into_iter().filter_map(|(ballot, motion)| Some((ballot, motion?)));
    rows.map(|(ballot, motion)| Ok((Ballot::read(ballot)?, Motion::read(motion)?))).collect()
}

/// What followed from ballots at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// Of which ballot.
    pub ballot: BallotId,
    /// The place on the waiting list that it gave, by its number.
    pub position: Option<i64>,
    /// Whether it gave an award, then or later by that place.
    pub awarded: bool,
}

/// What followed from these ballots.
pub async fn followed<C: Connection>(db: &C, ballots: &[BallotId]) -> Result<Vec<Followed>> {
    let place = ballot::Entity::belongs_to(waiting_place::Entity).from(ballot::Column::Id).to(waiting_place::Column::BallotId).into();
    let award = ballot::Entity::belongs_to(award::Entity).from(ballot::Column::Id).to(award::Column::BallotId).into();
    let query = ballot::Entity::find().select_only().column(ballot::Column::Id).column(waiting_place::Column::Position);
    let query = query.column_as(award::Column::Id, "award").join(JoinType::LeftJoin, place).join(JoinType::LeftJoin, award);
    let query = query.filter(ballot::Column::Id.is_in(ballots.iter().map(|ballot| ballot.0)));
    let rows: Vec<(Uuid, Option<i64>, Option<Uuid>)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(ballot, position, award)| Followed { ballot: ballot.into(), position, awarded: award.is_some() }).collect())
}

/// The open ballots on an application, in the order of their ids.
pub async fn open_ballots_of<C: Connection>(db: &C, application: ApplicationId) -> Result<Vec<Ballot>> {
    let query = ballot::Entity::find().filter(ballot::Column::ApplicationId.eq(application.0)).filter(ballot::Column::State.eq("open"));
    row::list(db, query.order_by_asc(ballot::Column::Id)).await
}

/// The ballots of a vote en bloc, in the order of their ids, which is that of their places.
pub async fn ballots_of_group<C: Connection>(db: &C, group: Uuid) -> Result<Vec<Ballot>> {
    let query = ballot::Entity::find().filter(ballot::Column::EnBlocGroup.eq(group));
    row::list(db, query.order_by_asc(ballot::Column::Id)).await
}

/// The open votes in writing whose last day is before `day`, the longest over first, at most `limit` (R21).
pub async fn over_before<C: Connection>(db: &C, day: NaiveDate, limit: u64) -> Result<Vec<Ballot>> {
    use ballot::Column;
    let query = ballot::Entity::find().filter(Column::State.eq("open")).filter(Column::VotesUntil.lt(day));
    let rows = query.order_by_asc(Column::VotesUntil).order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Ballot::read).collect()
}

/// The open votes in writing that end on that day or before, and of which nobody was reminded, at most `limit`.
pub async fn to_remind_of<C: Connection>(db: &C, day: NaiveDate, limit: u64) -> Result<Vec<Ballot>> {
    use ballot::Column;
    let query = ballot::Entity::find().filter(Column::State.eq("open")).filter(Column::VotesUntil.lte(day));
    let query = query.filter(Column::RemindedAt.is_null()).order_by_asc(Column::VotesUntil).order_by_asc(Column::Id);
    query.limit(limit).all(db).await?.into_iter().map(Ballot::read).collect()
}

/// Remembers that who had not voted was reminded. It is no change of the ballot: its version stays.
pub async fn mark_reminded(tx: &Tx, id: BallotId, at: DateTime<Utc>) -> Result<()> {
    let reminded = ballot::Entity::update_many()
        .col_expr(ballot::Column::RemindedAt, Expr::value(at))
        .filter(ballot::Column::Id.eq(id.0))
        .filter(ballot::Column::RemindedAt.is_null());
    match reminded.exec(tx).await?.rows_affected {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// A page of the ballots, in one state (`open`, `closed`) or all, in the order in which they were opened; none on the applications
/// `except`.
pub async fn ballots<C: Connection>(db: &C, state: Option<&str>, except: &[ApplicationId], window: &Window) -> Result<Page<Ballot>> {
    let mut query = ballot::Entity::find();
    if !except.is_empty() {
        query = query.filter(ballot::Column::ApplicationId.is_not_in(except.iter().map(|id| id.0)));
    }
    if let Some(state) = state {
        query = query.filter(ballot::Column::State.eq(state));
    }
    row::page(db, query, ballot::Column::Id, window).await
}

/// The ballots that are open, the oldest of them, and those that were opened last of the closed ones, in the order in which they were
/// opened: what a desk shows, in one question. None on the applications `except`.
pub async fn open_and_last_closed<C: Connection>(db: &C, except: &[ApplicationId], open: u64, closed: u64) -> Result<Vec<Ballot>> {
    use ballot::Column;
    let ids = |state: &'static str| {
        let mut ids = Query::select();
        ids.column(Column::Id).from(ballot::Entity).and_where(row::is_one_of(Column::State, [state]));
        if !except.is_empty() {
            ids.and_where(Column::ApplicationId.is_not_in(except.iter().map(|id| id.0)));
        }
        ids
    };
    let part = |name: &'static str, ids: SelectStatement| Query::select().column(Column::Id).from_subquery(ids, name).to_owned();
    let oldest = part("oldest", ids("open").order_by(Column::Id, Order::Asc).limit(open).to_owned());
    let latest = part("latest", ids("closed").order_by(Column::Id, Order::Desc).limit(closed).to_owned());
    // One list of ids: with two, beside each other by OR, PostgreSQL goes through all ballots that there ever were.
    let shown = oldest.clone().union(UnionType::All, latest).to_owned();
    row::list(db, ballot::Entity::find().filter(Column::Id.in_subquery(shown)).order_by_asc(Column::Id)).await
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

/// What motions are about, as people name it, in one question; of each motion that exists.
pub async fn matters<C: Connection>(db: &C, motions: &[MotionId]) -> Result<Vec<Matter>> {
    if motions.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=motions.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT m.id AS motion, m.application_id AS application, a.number, a.title, p.name AS applicant FROM motion m \
         JOIN application a ON a.id = m.application_id JOIN applicant p ON p.id = a.applicant_id WHERE m.id IN ({})",
        places.join(", ")
    );
    let values: Vec<Value> = motions.iter().map(|motion| motion.0.into()).collect();
    let rows = MatterRow::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).all(db).await?;
    let matter = |row: MatterRow| Matter {
        motion: row.motion.into(),
        application: row.application.into(),
        number: row.number.unwrap_or_default(),
        title: row.title.unwrap_or_default(),
        applicant: row.applicant,
    };
    Ok(rows.into_iter().map(matter).collect())
}

/// The votes of several ballots, those of one beside each other.
pub async fn votes_of<C: Connection>(db: &C, ballots: &[BallotId]) -> Result<Vec<Vote>> {
    use vote::Column;
    let query = vote::Entity::find().filter(Column::BallotId.is_in(ballots.iter().map(|ballot| ballot.0)));
    let vote = |row: vote::Model| {
        let choice = Origin { table: "vote", key: &row.ballot_id }.name("choice", &row.choice)?;
        Ok(Vote { ballot: row.ballot_id.into(), member: row.member_id.into(), choice, cast_at: row.cast_at })
    };
    let rows = page::whole(db, query.order_by_asc(Column::BallotId).order_by_asc(Column::MemberId), MOST_VOTES).await?;
    rows.into_iter().map(vote).collect()
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

/// Takes a person's vote away: they are excluded after all (R16).
pub async fn remove_vote(tx: &Tx, ballot: BallotId, person: PersonId) -> Result<()> {
    let query = vote::Entity::delete_many().filter(vote::Column::BallotId.eq(ballot.0)).filter(vote::Column::MemberId.eq(person.0));
    query.exec(tx).await?;
    Ok(())
}
