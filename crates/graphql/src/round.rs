//! Rounds: calls for applications.

use async_graphql::{Context, Description, ID, Object};
use domain::ids::RoundId;

use crate::application::{ApplicationConnection, applications};
use crate::budget::BudgetYear;
use crate::connection::Paging;
use crate::error::{Nullable, Result};
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::{Date, DateTime, Raw};
use crate::session::Session;

/// A round (Förderrunde): a call for applications with a deadline, a window for projects, and the budget year whose money it awards.
#[derive(Description)]
pub struct Round(pub(crate) engine::RoundView);

#[Object(use_type_description)]
impl Round {
    /// The round's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.round.id)
    }

    /// Its code, part of every application's number: `2020` in `SP-2020-017`, `2022-2` for a year's second round.
    async fn code(&self) -> &str {
        &self.0.round.code
    }

    /// The last day on which an application is in time, to its end in Europe/Berlin (R3).
    async fn deadline(&self) -> Date {
        self.0.round.deadline.into()
    }

    /// The first day of the window in which projects lie (R4).
    async fn projects_from(&self) -> Date {
        self.0.round.projects_from.into()
    }

    /// The last day of the window in which projects lie (R4).
    async fn projects_until(&self) -> Date {
        self.0.round.projects_until.into()
    }

    /// The year whose money the round's awards commit. It may lie after the deadline and after the decision.
    async fn year(&self) -> i32 {
        self.0.round.budget_year
    }

    /// The budget of that year; null while there is none, and for whoever may not see it.
    async fn budget_year(&self, ctx: &Context<'_>) -> Nullable<BudgetYear> {
        Session::of(ctx).budget_year(self.0.round.budget_year).await.map(|found| found.map(BudgetYear)).transpose()
    }

    /// Whether an application that is submitted now is in time (R3).
    async fn is_open(&self) -> bool {
        self.0.is_open
    }

    /// When it was announced, in UTC.
    async fn announced_at(&self) -> DateTime {
        self.0.round.announced_at.into()
    }

    /// Its applications that the person who asks may see, in the order in which they were begun.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn applications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<ApplicationConnection> {
        let query = engine::ApplicationQuery { round: Some(self.0.round.id), ..engine::ApplicationQuery::default() };
        Some(applications(ctx, query, Paging { first, after, last, before }).await)
    }
}

impl Loaded for Round {
    type Id = RoundId;

    async fn load(session: &Session, id: RoundId) -> Result<Option<Self>> {
        Ok(session.round(id).await?.map(Self))
    }
}

input! {
    /// A round to announce.
    AnnounceRoundInput {
        /// Its code, part of every application's number: 1 to 12 digits, capital letters and hyphens.
        code: String,
        /// The last day on which an application is in time, in Europe/Berlin (R3).
        deadline: Raw<Date>,
        /// The first day of the window in which projects lie (R4).
        projects_from: Raw<Date>,
        /// The last day of the window in which projects lie (R4).
        projects_until: Raw<Date>,
        /// The year whose money its awards commit.
        budget_year: i32,
    }
}

payload! {
    /// The answer to `announceRound`.
    AnnounceRoundPayload {
        /// The new round; null if it was refused.
        round: Round
    }
}

/// Questions about rounds.
#[derive(Default)]
pub struct RoundQueries;

#[Object]
impl RoundQueries {
    /// All rounds, in the order in which they were announced. Public.
    async fn rounds(&self, ctx: &Context<'_>) -> Result<Vec<Round>> {
        Ok(Session::of(ctx).engine().rounds().await?.into_iter().map(Round).collect())
    }

    /// The round with that id; null if there is none. Public.
    async fn round(&self, ctx: &Context<'_>, #[graphql(desc = "The round's id.")] id: ID) -> Nullable<Round> {
        let found = async { Round::load(&Session::of(ctx), read_id(&id, "id")?).await };
        found.await.transpose()
    }
}

/// What is done with rounds.
#[derive(Default)]
pub struct RoundMutations;

#[Object]
impl RoundMutations {
    /// Announces a round, by a case officer or the administrator.
    async fn announce_round(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round.")] input: AnnounceRoundInput,
    ) -> Nullable<AnnounceRoundPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let new = domain::round::NewRound {
                code: input.code,
                deadline: input.deadline.read("deadline")?,
                projects_from: input.projects_from.read("projectsFrom")?,
                projects_until: input.projects_until.read("projectsUntil")?,
                budget_year: input.budget_year,
            };
            Ok(session.engine().announce_round(&session.call(input.idempotency_key), new).await?)
        };
        session.answer(outcome).await
    }
}
