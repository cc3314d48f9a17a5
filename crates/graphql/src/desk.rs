//! A member's desk: what is waiting for them, what was decided, what the year looks like.

use async_graphql::{Context, Description, Object};

use crate::application::Application;
use crate::briefing::Briefing;
use crate::budget::BudgetYear;
use crate::committee::Ballot;
use crate::error::{Nullable, Result};
use crate::session::Session;

/// A member's desk: what is waiting for the person who asks, what was decided, and what the year looks like.
#[derive(Description)]
pub struct Desk(());

#[Object(use_type_description)]
impl Desk {
    /// The open ballots on which the person can vote and has not voted, the oldest first (R22).
    async fn ballots_to_vote(&self, ctx: &Context<'_>) -> Result<Vec<Ballot>> {
        let session = Session::of(ctx);
        Ok(session.engine().ballots_to_vote(&session.actor()).await?.into_iter().map(Ballot).collect())
    }

    /// How many briefings the person has not marked as read.
    async fn unread_briefings(&self, ctx: &Context<'_>) -> Result<u64> {
        let session = Session::of(ctx);
        Ok(session.engine().unread_briefings(&session.actor()).await?)
    }

    /// The briefings that the person has not marked as read, among the latest hundred: at most ten, the latest first.
    async fn papers_unread(&self, ctx: &Context<'_>) -> Result<Vec<Briefing>> {
        let session = Session::of(ctx);
        Ok(session.engine().papers_unread(&session.actor()).await?.into_iter().map(Briefing).collect())
    }

    /// The conflicts of interest that the person has to declare, so far as the fund knows: applications not decided yet of organisations that
    /// they act for (R16). No ballot on them opens before.
    async fn conflicts_to_declare(&self, ctx: &Context<'_>) -> Result<Vec<Application>> {
        let session = Session::of(ctx);
        Ok(session.engine().conflicts_to_declare(&session.actor()).await?.into_iter().map(Application).collect())
    }

    /// What was decided last: at most ten closed ballots, the latest first.
    async fn recent_decisions(&self, ctx: &Context<'_>) -> Result<Vec<Ballot>> {
        let session = Session::of(ctx);
        Ok(session.engine().recent_decisions(&session.actor()).await?.into_iter().map(Ballot).collect())
    }

    /// The budget year of today; null if it has no budget.
    async fn budget_year(&self, ctx: &Context<'_>) -> Nullable<BudgetYear> {
        let session = Session::of(ctx);
        let found = session.engine().budget_year_of_today(&session.actor()).await;
        found.map(|year| year.map(BudgetYear)).map_err(Into::into).transpose()
    }
}

impl Desk {
    /// The desk of the person who asks, if they have one.
    pub(crate) fn of(session: &Session) -> Option<Self> {
        session.engine().has_desk(&session.actor()).then_some(Self(()))
    }
}
