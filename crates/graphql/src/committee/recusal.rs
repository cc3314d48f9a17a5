//! Recusals: who has no part in an application (R16).

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::committee::RecusalState as State;
use domain::identity::{Permission, available_actions};
use domain::ids::RecusalId;

use crate::application::Application;
use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::DateTime;
use crate::session::Session;

/// Where a recusal stands. In every state but `DISMISSED` the person is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RecusalState {
    /// The person declared it.
    Declared,
    /// A case officer recorded it.
    Recorded,
    /// Disputed: the others decide, without the person.
    Disputed,
    /// Disputed, and the others found that the person is excluded.
    Upheld,
    /// Disputed, and the others found that the person is not.
    Dismissed,
}

/// What can be done with a recusal. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::committee::RecusalAction")]
pub enum RecusalAction {
    /// `disputeRecusal`: say that there is no conflict.
    #[graphql(name = "DISPUTE_RECUSAL")]
    Dispute,
}

/// A recusal (Befangenheit): a person has no part in an application, neither file nor debate nor vote (R16).
#[derive(Description)]
pub struct Recusal(pub(crate) domain::committee::Recusal);

#[Object(use_type_description)]
impl Recusal {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// The application's number: all of it that the excluded person sees.
    async fn application_number(&self) -> &str {
        &self.0.number
    }

    /// The application; null for the excluded person.
    async fn application(&self, ctx: &Context<'_>) -> Nullable<Application> {
        Session::of(ctx).application(self.0.application).await.map(|found| found.map(Application)).transpose()
    }

    /// Who is excluded.
    async fn person(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.person, Permission::ReadRecusals).await
    }

    /// Why, if it was said: nobody has to.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Where it stands.
    async fn state(&self) -> RecusalState {
        match self.0.state {
            State::Declared => RecusalState::Declared,
            State::Recorded => RecusalState::Recorded,
            State::Disputed { .. } => RecusalState::Disputed,
            State::Upheld { .. } => RecusalState::Upheld,
            State::Dismissed { .. } => RecusalState::Dismissed,
        }
    }

    /// When it was declared or recorded, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<RecusalAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Recusal {
    type Id = RecusalId;

    async fn load(session: &Session, id: RecusalId) -> Result<Option<Self>> {
        Ok(session.engine().recusal(&session.actor(), id).await?.map(Self))
    }
}

input! {
    /// A conflict of interest of one's own.
    DeclareRecusalInput {
        /// From which application.
        application_id: ID,
        /// Why, if you want to say.
        reason: Option<String>,
    }
}

input! {
    /// A member's conflict of interest.
    RecordRecusalInput {
        /// From which application.
        application_id: ID,
        /// Whose.
        person_id: ID,
        /// Why.
        reason: Option<String>,
    }
}

input! {
    /// A recusal to dispute.
    DisputeRecusalInput {
        /// Which.
        recusal_id: ID,
        /// Why.
        reason: String,
    }
}

payload! {
    /// The answer to `declareRecusal`.
    DeclareRecusalPayload {
        /// The recusal; null if it was refused.
        recusal: Recusal
    }
}

payload! {
    /// The answer to `recordRecusal`.
    RecordRecusalPayload {
        /// The recusal; null if it was refused.
        recusal: Recusal
    }
}

payload! {
    /// The answer to `disputeRecusal`.
    DisputeRecusalPayload {
        /// The recusal as it is now; null if it was refused.
        recusal: Recusal
    }
}

/// What is done with recusals.
#[derive(Default)]
pub struct RecusalMutations;

#[Object]
impl RecusalMutations {
    /// Declares a conflict of interest, by a member, with or without a word why (R16). From now on the application doesn't exist for this
    /// person: neither the file nor its ballots, in no list, message or subscription.
    async fn declare_recusal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From which application.")] input: DeclareRecusalInput,
    ) -> Nullable<DeclareRecusalPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            let command = engine::DeclareRecusal { application, reason: input.reason };
            let id = session.engine().declare_recusal(&session.call(input.idempotency_key), command).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Records a member's conflict of interest, by a case officer (R16). The member is told, and may dispute it.
    async fn record_recusal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From which application, and whose.")] input: RecordRecusalInput,
    ) -> Nullable<RecordRecusalPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            let person = read_id(&input.person_id, "personId")?;
            let command = engine::RecordRecusal { application, person, reason: input.reason };
            let id = session.engine().record_recusal(&session.call(input.idempotency_key), command).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Disputes a recusal: a motion is put, and the others decide by a ballot (R16). Until then it stands.
    async fn dispute_recusal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: DisputeRecusalInput,
    ) -> Nullable<DisputeRecusalPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::DisputeRecusal { recusal: read_id(&input.recusal_id, "recusalId")?, reason: input.reason };
            Ok(session.engine().dispute_recusal(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }
}
