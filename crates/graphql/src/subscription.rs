//! Who watches something is told when it changes, and reads it again with their own permissions.

use async_graphql::{Context, Description, ID, Subscription};
use domain::ids::{ApplicationId, BallotId};
use engine::Change;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};

use crate::application::Application;
use crate::budget::BudgetYear;
use crate::committee::Ballot;
use crate::error::{Fault, Result};
use crate::mutation::Loaded;
use crate::node::read_id;
use crate::session::Session;

/// What can be watched. Subscribe first, then ask for the present state: nothing gets lost in between.
#[derive(Default, Description)]
pub struct SubscriptionRoot;

#[Subscription(name = "Subscription", use_type_description)]
impl SubscriptionRoot {
    /// The application each time that it changed, or its motion, ballot, award or payout did. Ends when the person who watches may no
    /// longer see it.
    async fn application_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The application's id.")] id: ID,
    ) -> Result<BoxStream<'static, Result<Application>>> {
        let id: ApplicationId = read_id(&id, "id")?;
        watch(Session::of(ctx), id, Change::Application(id)).await
    }

    /// The ballot each time that somebody voted, or it ended. Ends when the person who watches may no longer see it.
    async fn ballot_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ballot's id.")] id: ID,
    ) -> Result<BoxStream<'static, Result<Ballot>>> {
        let (session, id): (Session, BallotId) = (Session::of(ctx), read_id(&id, "id")?);
        let ballot = Ballot::load(&session, id).await?.ok_or_else(Fault::not_found)?;
        watch(session, id, Change::Application(ballot.0.ballot.application)).await
    }

    /// The budget year each time that money was moved, or a place was put on its waiting list. For those who may see the budget.
    async fn budget_year_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, such as 2020.")] year: i32,
    ) -> Result<BoxStream<'static, Result<BudgetYear>>> {
        watch(Session::of(ctx), year, Change::BudgetYear(year)).await
    }
}

/// The thing after each change of it. What is not there, or not to be seen, is not found.
async fn watch<T>(session: Session, id: T::Id, change: Change) -> Result<BoxStream<'static, Result<T>>>
where
    T: Loaded + 'static,
    T::Id: Copy + Sync + 'static,
{
    // Heard before it is looked for, so that no change falls in between.
    let changes = session.engine().changes();
    T::load(&session, id).await?.ok_or_else(Fault::not_found)?;
    let watching = stream::unfold(Some((session, changes)), move |watching| async move {
        let (session, mut changes) = watching?;
        loop {
            let heard = changes.next().await?;
            if heard == change || heard == Change::Lost {
                break;
            }
        }
        let read = async {
            session.refresh().await?;
            T::load(&session, id).await
        };
        match read.await {
            Ok(Some(thing)) => Some((Ok(thing), Some((session, changes)))),
            Ok(None) => None,
            Err(fault) => Some((Err(fault), None)),
        }
    });
    Ok(watching.boxed())
}
