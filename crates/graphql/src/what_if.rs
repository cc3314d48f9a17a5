//! What-ifs: amounts in an order, tried against the money that there is. What is done with them is in [`mutation`].

use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};
use domain::identity::{Permission, available_actions};
use domain::ids::WhatIfId;
use domain::problem::Refusal;
use domain::what_if::{Played, PlayedLine, Total, WhatIfState as State};
use futures_util::future::try_join_all;

use crate::application::Application;
use crate::committee::{Motion, ProposalKind};
use crate::error::{Fault, Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, UserError};
use crate::node::{id_of, read_id};
use crate::round::Round;
use crate::scalar::{DateTime, Money};
use crate::session::Session;

pub mod mutation;

/// Where a what-if stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum WhatIfState {
    /// Saved, and free to be changed.
    Saved,
    /// Its lines were put as motions.
    Put,
    /// Thrown away.
    Discarded,
}

/// What can be done with a what-if. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::what_if::WhatIfAction")]
pub enum WhatIfAction {
    /// `saveWhatIf`: save it with another name, other lines or another order.
    SaveWhatIf,
    /// `discardWhatIf`: throw it away.
    #[graphql(name = "DISCARD_WHAT_IF")]
    Discard,
    /// `putMotions`: put all of its lines as motions.
    PutMotions,
}

/// What would become of a line of a what-if.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::what_if::LineResult")]
pub enum WhatIfResult {
    /// Awarded: it fits into what is left when its turn comes.
    Awarded,
    /// On the waiting list: it doesn't fit.
    Waiting,
    /// Rejected.
    Rejected,
    /// Decided later.
    Deferred,
    /// No motion of it could be put: its `userErrors` say why. It takes no money.
    Impossible,
}

/// A what-if: any amounts for a round's applications in any order, tried against the money that the round's budget year has. Nothing is
/// committed by trying.
#[derive(Description)]
pub struct WhatIf(pub(crate) domain::what_if::WhatIf);

#[Object(use_type_description)]
impl WhatIf {
    /// The what-if's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Where it stands.
    async fn state(&self) -> WhatIfState {
        match self.0.state {
            State::Saved => WhatIfState::Saved,
            State::Put { .. } => WhatIfState::Put,
            State::Discarded => WhatIfState::Discarded,
        }
    }

    /// The round whose applications it is about.
    async fn round(&self, ctx: &Context<'_>) -> Result<Round> {
        Round::load(&Session::of(ctx), self.0.round).await?.ok_or_else(Fault::not_found)
    }

    /// What the office calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How it comes out against the money that there is now, if every motion was carried.
    async fn outcome(&self, ctx: &Context<'_>) -> Result<WhatIfOutcome> {
        let session = Session::of(ctx);
        Ok(WhatIfOutcome(session.engine().play_what_if(&session.actor(), &self.0).await?))
    }

    /// The motions that its lines were put as, in their order; empty unless the state is `PUT`.
    async fn motions(&self, ctx: &Context<'_>) -> Result<Vec<Motion>> {
        let State::Put { motions, .. } = &self.0.state else { return Ok(Vec::new()) };
        let session = Session::of(ctx);
        let found = try_join_all(motions.iter().map(|motion| session.motion(*motion))).await?;
        Ok(found.into_iter().flatten().map(Motion).collect())
    }

    /// Who saved it last.
    async fn saved_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.saved_by, Permission::ReadProposals).await
    }

    /// When it was saved last, in UTC.
    async fn saved_at(&self) -> DateTime {
        self.0.saved_at.into()
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<WhatIfAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for WhatIf {
    type Id = WhatIfId;

    async fn load(session: &Session, id: WhatIfId) -> Result<Option<Self>> {
        Ok(session.engine().what_if(&session.actor(), id).await?.map(Self))
    }
}

/// How a what-if comes out against the money that there is now.
#[derive(Description)]
pub struct WhatIfOutcome(Played);

#[Object(use_type_description)]
impl WhatIfOutcome {
    /// What the round's budget year has available now, in euro.
    async fn available(&self) -> Money {
        self.0.available.into()
    }

    /// What would be awarded, in euro.
    async fn awarded(&self) -> Money {
        self.0.awarded.into()
    }

    /// What would be left, in euro.
    async fn left(&self) -> Money {
        self.0.left.into()
    }

    /// What would wait for money, in euro.
    async fn waiting(&self) -> Money {
        self.0.waiting.into()
    }

    /// The lines, in their order.
    async fn lines(&self) -> Vec<WhatIfLine> {
        self.0.lines.iter().cloned().map(WhatIfLine).collect()
    }

    /// Where the money ends: the first line that has to wait. Null if there is enough for all.
    async fn ends_at(&self) -> Option<WhatIfLine> {
        self.0.ends_at.and_then(|index| self.0.lines.get(index)).cloned().map(WhatIfLine)
    }

    /// The lines that would go on the waiting list, in its order.
    async fn waiting_list(&self) -> Vec<WhatIfLine> {
        self.0.lines.iter().filter(|line| line.place.is_some()).cloned().map(WhatIfLine).collect()
    }

    /// What each partner city would get, in the order of the fund's cities. An award for several cities counts in full with each.
    async fn per_city(&self) -> Vec<WhatIfTotal> {
        self.0.per_city.iter().map(WhatIfTotal::from).collect()
    }

    /// What each objective would get, in the order of the fund's objectives. An award for several objectives counts in full with each.
    async fn per_objective(&self) -> Vec<WhatIfTotal> {
        self.0.per_objective.iter().map(WhatIfTotal::from).collect()
    }
}

/// A line of a what-if, and what would become of it.
#[derive(Description)]
pub struct WhatIfLine(PlayedLine);

#[Object(use_type_description)]
impl WhatIfLine {
    /// The application.
    async fn application(&self, ctx: &Context<'_>) -> Result<Application> {
        Session::of(ctx).application(self.0.line.application).await?.map(Application).ok_or_else(Fault::not_found)
    }

    /// What would be decided.
    async fn kind(&self) -> ProposalKind {
        self.0.line.proposal.kind().into()
    }

    /// What would be awarded, in euro; null for a refusal or a deferral.
    async fn amount(&self) -> Option<Money> {
        self.0.line.proposal.amount().map(Money)
    }

    /// The wording of its motion; null: the usual one, written from the application.
    async fn wording(&self) -> Option<&str> {
        self.0.line.wording.as_deref()
    }

    /// What would become of it.
    async fn result(&self) -> WhatIfResult {
        self.0.result.into()
    }

    /// The place on the year's waiting list that it would get. Null unless it has to wait.
    async fn place(&self) -> Option<i64> {
        self.0.place
    }

    /// What would be left after it, in euro.
    async fn left(&self) -> Money {
        self.0.left.into()
    }

    /// Everything for which a motion of it would be refused now, with the line's field; empty if it could be put.
    async fn user_errors(&self, ctx: &Context<'_>) -> Vec<UserError> {
        UserError::all(Refusal(self.0.violations.clone()), Session::of(ctx).actor().language)
    }
}

/// What a partner city or an objective would get.
#[derive(SimpleObject)]
pub struct WhatIfTotal {
    /// The code of the city or objective.
    code: String,
    /// How many awards.
    awards: u32,
    /// Their sum, in euro.
    amount: Money,
}

impl From<&Total> for WhatIfTotal {
    fn from(total: &Total) -> Self {
        Self { code: total.code.clone(), awards: total.awards, amount: total.amount.into() }
    }
}

/// Questions about what-ifs.
#[derive(Default)]
pub struct WhatIfQueries;

#[Object]
impl WhatIfQueries {
    /// A round's what-ifs, to be compared, at most 50, the oldest first; for case officers and the auditor.
    #[graphql(complexity = "10 * child_complexity")]
    async fn what_ifs(&self, ctx: &Context<'_>, #[graphql(desc = "The round's id.")] round_id: ID) -> Nullable<Vec<WhatIf>> {
        let found = async {
            let session = Session::of(ctx);
            let found = session.engine().what_ifs(&session.actor(), read_id(&round_id, "roundId")?).await?;
            Ok(found.into_iter().map(WhatIf).collect())
        };
        Some(found.await)
    }
}
