//! The waiting list: carried, but no money yet (R30, R32). A place is served by `serveWaitingListPlace`, among the awards' mutations.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::available_actions;
use domain::ids::PlaceId;
use domain::waiting_list::PlaceState as State;

use crate::application::Application;
use crate::award::Award;
use crate::committee::{Ballot, ProposalKind};
use crate::connection::Listed;
use crate::error::{Fault, Nullable, Result};
use crate::mutation::Loaded;
use crate::node::id_of;
use crate::scalar::{DateTime, Money};
use crate::session::Session;

/// Where a place on the waiting list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum WaitingListPlaceState {
    /// Waiting for money.
    Waiting,
    /// Served: the award exists.
    Served,
    /// The applicant withdrew (R15).
    Withdrawn,
    /// The budget year ended (R30).
    Ended,
}

impl From<State> for WaitingListPlaceState {
    fn from(state: State) -> Self {
        match state {
            State::Waiting => Self::Waiting,
            State::Served { .. } => Self::Served,
            State::Withdrawn => Self::Withdrawn,
            State::Ended => Self::Ended,
        }
    }
}

/// What can be done with a place on the waiting list. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::waiting_list::PlaceAction")]
pub enum WaitingListPlaceAction {
    /// `serveWaitingListPlace`: award it the money that is free.
    #[graphql(name = "SERVE_WAITING_LIST_PLACE")]
    Serve,
    /// `skipWaitingListPlace`: pass it over, with a reason.
    #[graphql(name = "SKIP_WAITING_LIST_PLACE")]
    Skip,
}

/// A place on the waiting list (Nachrückliste) of a budget year: the committee carried the motion, but there was no money left.
#[derive(Description)]
pub struct WaitingListPlace(pub(crate) domain::waiting_list::Queue);

#[Object(use_type_description)]
impl WaitingListPlace {
    /// The place's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.place.id)
    }

    /// Where it stands.
    async fn state(&self) -> WaitingListPlaceState {
        self.0.place.state.into()
    }

    /// The year whose money it waits for.
    async fn year(&self) -> i32 {
        self.0.place.year
    }

    /// Its place, from 1, in the order in which the motions were carried.
    async fn position(&self) -> i64 {
        self.0.place.position
    }

    /// What was carried: an award or a hardship award.
    async fn kind(&self) -> ProposalKind {
        self.0.place.proposal.kind().into()
    }

    /// What it waits for, in euro.
    async fn amount(&self) -> Money {
        self.0.place.amount().into()
    }

    /// Whether it is offered the money that is available now: in the list's order, each place that still fits (R32).
    async fn is_offered(&self) -> bool {
        self.0.offered.contains(&self.0.place.id)
    }

    /// Why it was passed over, if it was: it is offered no more money, and ends with the year (R32).
    async fn skipped_because(&self) -> Option<&str> {
        self.0.place.skipped.as_ref().map(|skip| skip.reason.as_str())
    }

    /// The application.
    async fn application(&self, ctx: &Context<'_>) -> Result<Application> {
        Session::of(ctx).application(self.0.place.application).await?.map(Application).ok_or_else(Fault::not_found)
    }

    /// The ballot that carried it; null for whoever may not see ballots.
    async fn ballot(&self, ctx: &Context<'_>) -> Nullable<Ballot> {
        Ballot::load(&Session::of(ctx), self.0.place.ballot).await.transpose()
    }

    /// The award that it was served with. Null unless the state is `SERVED`.
    async fn award(&self, ctx: &Context<'_>) -> Nullable<Award> {
        let State::Served { award } = self.0.place.state else { return None };
        Award::load(&Session::of(ctx), award).await.transpose()
    }

    /// Since when it waits, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.place.created_at.into()
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<WaitingListPlaceAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for WaitingListPlace {
    type Id = PlaceId;

    async fn load(session: &Session, id: PlaceId) -> Result<Option<Self>> {
        Ok(session.engine().place(&session.actor(), id).await?.map(Self))
    }
}

impl Listed for WaitingListPlace {
    const NUMBERED: bool = true;

    fn key(&self) -> engine::Key {
        engine::Key::Number(self.0.place.position)
    }
}
