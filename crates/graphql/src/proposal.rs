//! Proposals (Entscheidungsvorschläge): what the administration proposes to the committee.

use async_graphql::{Context, Description, ID, Object};
use domain::identity::Permission;
use domain::ids::ProposalId;

use crate::application::Application;
use crate::committee::{Motion, ProposalKind};
use crate::connection::{Connection, Listed, Paging};
use crate::error::{Fault, Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::{DateTime, Money, Raw};
use crate::session::Session;

/// A proposal (Entscheidungsvorschlag): what the administration proposes to the committee for one application. It is the office's until it
/// is put as a motion; then the committee sees it too. The applicant never does.
#[derive(Description)]
pub struct Proposal(pub(crate) domain::proposal::Prepared);

#[Object(use_type_description)]
impl Proposal {
    /// The proposal's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// For which application.
    async fn application(&self, ctx: &Context<'_>) -> Result<Application> {
        Session::of(ctx).application(self.0.application).await?.map(Application).ok_or_else(Fault::not_found)
    }

    /// What is proposed.
    async fn kind(&self) -> ProposalKind {
        self.0.proposal.kind().into()
    }

    /// What would be awarded, in euro; null for a refusal or a deferral.
    async fn amount(&self) -> Option<Money> {
        self.0.proposal.amount().map(Money)
    }

    /// Why.
    async fn reasons(&self) -> &str {
        &self.0.reasons
    }

    /// The motion that it was put as; null until then.
    async fn motion(&self, ctx: &Context<'_>) -> Nullable<Motion> {
        Motion::load(&Session::of(ctx), self.0.motion?).await.transpose()
    }

    /// Who prepared it last.
    async fn prepared_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.prepared_by, Permission::ReadBallots).await
    }

    /// When it was prepared last, in UTC.
    async fn prepared_at(&self) -> DateTime {
        self.0.prepared_at.into()
    }
}

impl Proposal {
    /// The proposal for an application, if there is one that the person who asks may see.
    pub(crate) async fn of(session: &Session, application: domain::ids::ApplicationId) -> Nullable<Self> {
        let found = session.engine().proposal_of(&session.actor(), application).await;
        found.map(|found| found.map(Self)).map_err(Into::into).transpose()
    }
}

impl Loaded for Proposal {
    type Id = ProposalId;

    async fn load(session: &Session, id: ProposalId) -> Result<Option<Self>> {
        Ok(session.engine().proposal(&session.actor(), id).await?.map(Self))
    }
}

impl Listed for Proposal {
    fn key(&self) -> engine::Key {
        engine::Key::Id(self.0.id.0)
    }
}

input! {
    /// A proposal to prepare.
    PrepareProposalInput {
        /// For which application; it is submitted and not decided.
        application_id: ID,
        /// What is proposed.
        kind: ProposalKind,
        /// What is to be awarded, in euro; for `AWARD` and `HARDSHIP_AWARD` only (R20).
        amount: Option<Raw<Money>>,
        /// Why; the committee reads it once it is put as a motion.
        reasons: String,
    }
}

payload! {
    /// The answer to `prepareProposal`.
    PrepareProposalPayload {
        /// The proposal as it is now; null if it was refused.
        proposal: Proposal
    }
}

/// Questions about proposals.
#[derive(Default)]
pub struct ProposalQueries;

#[Object]
impl ProposalQueries {
    /// The proposals for a round's applications, in the order in which they were first prepared; for case officers and the auditor.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn proposals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round's id.")] round_id: ID,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Proposal>> {
        let found = async {
            let session = Session::of(ctx);
            let window = Paging { first, after, last, before }.window::<Proposal>(ctx, "proposals")?;
            let page = session.engine().proposals(&session.actor(), read_id(&round_id, "roundId")?, &window).await?;
            Ok(Connection::new("proposals", page, Proposal, None))
        };
        Some(found.await)
    }
}

/// What is done with proposals.
#[derive(Default)]
pub struct ProposalMutations;

#[Object]
impl ProposalMutations {
    /// Prepares the proposal for an application, by a case officer, in place of an earlier one. What a motion would be refused for is
    /// refused here too (R8, R9).
    async fn prepare_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The proposal.")] input: PrepareProposalInput,
    ) -> Nullable<PrepareProposalPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::PrepareProposal {
                application: read_id(&input.application_id, "applicationId")?,
                kind: input.kind.into(),
                amount: input.amount.map(|amount| amount.read("amount")).transpose()?,
                reasons: input.reasons,
            };
            Ok(session.engine().prepare_proposal(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }
}
