//! Proposals: prepared by the office for each application, and put as motions.

use domain::application::ApplicationAction;
use domain::committee::{Proposal, ProposalKind};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission};
use domain::ids::{ApplicationId, MotionId, ProposalId, RoundId};
use domain::money::Money;
use domain::proposal::Prepared;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, Work};
use crate::{Engine, Page, Result, Window, require, visible};

/// A proposal to be prepared.
#[derive(Debug, Clone, Serialize)]
pub struct PrepareProposal {
    /// For which application.
    pub application: ApplicationId,
    /// What is proposed.
    pub kind: ProposalKind,
    /// What is to be awarded, if it is an award.
    pub amount: Option<Money>,
    /// Why.
    pub reasons: String,
}

impl Engine {
    /// Prepares the proposal for an application, in place of an earlier one.
    pub async fn prepare_proposal(&self, call: &Call, input: PrepareProposal) -> Result<ProposalId> {
        self.run(call, "prepareProposal", input, |work, input| {
            async move {
                let application = work.lock_application(input.application, ApplicationAction::PrepareProposal).await?;
                let proposal = Proposal::new(input.kind, input.amount)?;
                let fund = work.engine.fund.clone();
                let prepared = Prepared::new(work.id(), &application, proposal, &input.reasons, &fund, work.person()?, work.now)?;
                let prepared = if let Some(earlier) = store::proposal::of_application(&work.tx, application.id).await? {
                    let prepared = Prepared { id: earlier.id, version: earlier.version, ..prepared };
                    store::proposal::save(&work.tx, &prepared).await?;
                    Prepared { version: earlier.version + 1, ..prepared }
                } else {
                    store::proposal::insert(&work.tx, &prepared).await?;
                    prepared
                };
                let subject = Subject::new(SubjectKind::Proposal, prepared.id, prepared.version);
                let details = json!({ "application": prepared.application, "proposal": prepared.proposal, "reasons": prepared.reasons });
                work.record(Happening { kind: "proposal-prepared", subject, details }, Vec::new());
                Ok(prepared.id)
            }
            .boxed()
        })
        .await
    }

    /// A proposal that the actor may see: they may see its application, and it is not only the office's any more, or they are of the office.
    pub async fn proposal(&self, actor: &Actor, id: ProposalId) -> Result<Option<Prepared>> {
        let found = store::proposal::find(self.database.reader(), id).await?;
        self.visible_proposal(actor, found).await
    }

    /// The proposal for an application.
    pub async fn proposal_of(&self, actor: &Actor, application: ApplicationId) -> Result<Option<Prepared>> {
        let found = store::proposal::of_application(self.database.reader(), application).await?;
        self.visible_proposal(actor, found).await
    }

    /// A page of a round's proposals, for the office and the auditor, without those for applications that the actor is excluded from (R16).
    pub async fn proposals(&self, actor: &Actor, round: RoundId, window: &Window) -> Result<Page<Prepared>> {
        require(actor, Permission::ReadProposals)?;
        let recused: Vec<ApplicationId> = actor.recused_from.iter().copied().collect();
        Ok(store::proposal::of_round(self.database.reader(), round, &recused, window).await?)
    }

    async fn visible_proposal(&self, actor: &Actor, prepared: Option<Prepared>) -> Result<Option<Prepared>> {
        let Some(prepared) = prepared.filter(|prepared| prepared.is_visible_to(actor)) else { return Ok(None) };
        let application = store::application::find(self.database.reader(), prepared.application).await?;
        Ok(visible(actor, application).map(|_| prepared))
    }
}

impl Work {
    /// Keeps that the proposal for an application, if there is one, was put as a motion: from now on the committee sees it.
    pub(crate) async fn proposal_was_put(&mut self, application: ApplicationId, motion: MotionId) -> Result<()> {
        let Some(prepared) = store::proposal::of_application(&self.tx, application).await? else { return Ok(()) };
        let prepared = Prepared { motion: Some(motion), ..prepared };
        store::proposal::save(&self.tx, &prepared).await?;
        let subject = Subject::new(SubjectKind::Proposal, prepared.id, prepared.version + 1);
        self.record(Happening { kind: "proposal-put", subject, details: json!({ "motion": motion }) }, Vec::new());
        Ok(())
    }
}
