//! How much there is of what waits for the offices: one question for all of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::ids::ApplicationId;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};

use crate::application::{self, ApplicationFilter};
use crate::entity::{award, motion, outbox_message, payout};
use crate::{Connection, Result, row};

/// How much there is of each kind of thing in each of its states, by the names of both. A state that has none is absent.
#[derive(Debug, Clone, Default)]
pub struct Counts(BTreeMap<(String, String), u64>);

impl Counts {
    /// How many things of that kind are in that state.
    #[must_use]
    pub fn of(&self, kind: &str, state: &str) -> u64 {
        self.0.get(&(kind.to_owned(), state.to_owned())).copied().unwrap_or_default()
    }

    /// The states of that kind that have any.
    #[must_use]
    pub fn states(&self, kind: &str) -> BTreeMap<String, u64> {
        self.0.iter().filter(|((own, _), _)| own == kind).map(|((_, state), count)| (state.clone(), *count)).collect()
    }
}

/// Counts applications under way that pass the filter, and of what is not about the applications `except`: motions that are pending, awards that are
/// granted, or `overdue` because they should have been accepted before `today`, instalments in the states `unsettled`. And dead letters.
pub async fn counts<C: Connection>(
    db: &C,
    filter: &ApplicationFilter,
    except: &[ApplicationId],
    unsettled: &[&'static str],
    today: NaiveDate,
) -> Result<Counts> {
    let except = || except.iter().map(|id| id.0);
    let mut query = application::under_way(filter);
    let mut motions = Query::select();
    counted(&mut motions, "motion", "pending").from(motion::Entity);
    motions.and_where(row::is_one_of(motion::Column::State, ["pending"])).and_where(motion::Column::ApplicationId.is_not_in(except()));
    let mut granted = Query::select();
    counted(&mut granted, "award", "granted").from(award::Entity);
    granted.and_where(row::is_one_of(award::Column::State, ["granted"])).and_where(award::Column::ApplicationId.is_not_in(except()));
    let mut overdue = Query::select();
    counted(&mut overdue, "award", "overdue").from(award::Entity);
    overdue.and_where(row::is_one_of(award::Column::State, ["notified"])).and_where(award::Column::AcceptBy.lt(today));
    overdue.and_where(award::Column::ApplicationId.is_not_in(except()));
    let mut dead = Query::select();
    counted(&mut dead, "message", "dead").from(outbox_message::Entity).and_where(row::is_one_of(outbox_message::Column::State, ["dead"]));
    let mut hidden = Query::select();
    hidden.column(award::Column::Id).from(award::Entity).and_where(award::Column::ApplicationId.is_in(except()));
    let mut payouts = Query::select();
    payouts.expr(Expr::cust("'payout'")).column(payout::Column::State).expr(payout::Column::Id.count()).from(payout::Entity);
    payouts
        .and_where(row::is_one_of(payout::Column::State, unsettled.iter().copied()))
        .and_where(payout::Column::AwardId.not_in_subquery(hidden));
    payouts.group_by_col(payout::Column::State);
    for more in [motions, granted, overdue, dead, payouts] {
        query.union(UnionType::All, more);
    }
    let rows = db.query_all(&query).await?;
    let mut counts = BTreeMap::new();
    for row in rows {
        let count: i64 = row.try_get_by_index(2)?;
        counts.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), count.unsigned_abs());
    }
    Ok(Counts(counts))
}

/// A count of all that is there, of one kind and state.
fn counted<'query>(query: &'query mut SelectStatement, kind: &'static str, state: &'static str) -> &'query mut SelectStatement {
    query.expr(Expr::cust(format!("'{kind}'"))).expr(Expr::cust(format!("'{state}'"))).expr(Expr::cust("COUNT(*)"))
}
