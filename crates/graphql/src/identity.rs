//! Persons, and who the person is that asks.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::Permission;
use domain::ids::PersonId;
use futures_util::future::try_join_all;

use crate::applicant::Applicant;
use crate::briefing::DigestFrequency;
use crate::desk::Desk;
use crate::error::{Nullable, Result};
use crate::fund::Language;
use crate::mutation::Loaded;
use crate::node::id_of;
use crate::session::Session;

/// What a person is in the fund, besides acting for applicants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::identity::Role")]
pub enum Role {
    /// Sachbearbeitung: checks applications, prepares decisions, certifies payouts.
    CaseOfficer,
    /// A member of the committee: reads applications and votes.
    Member,
    /// Presides over the committee, and is a member.
    Chair,
    /// Treasury and cash office: keeps the budget, orders payouts, books what the bank reports.
    Finance,
    /// Rechnungsprüfungsamt: reads everything, changes nothing.
    Auditor,
    /// Runs the installation: people, roles, rounds.
    Administrator,
}

/// A person with a sign-in, or a machine that holds a token.
#[derive(Description)]
pub struct Person(pub(crate) domain::identity::Person);

#[Object(use_type_description)]
impl Person {
    /// The person's id.
    async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// The name that others see.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

impl Person {
    /// The person, where the one who asks may see names.
    pub(crate) async fn named(session: &Session, id: PersonId, shown_by: Permission) -> Nullable<Self> {
        session.person(id, shown_by).await.map(|found| found.map(Self)).transpose()
    }
}

/// The person who asks.
#[derive(Description)]
pub struct Viewer(domain::identity::Person);

#[Object(use_type_description)]
impl Viewer {
    /// The person's id.
    async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// The name that others see.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where e-mail reaches them; null for a machine.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// What they are spoken to in.
    async fn language(&self) -> Language {
        self.0.language.into()
    }

    /// What they are in the fund; empty for who only applies.
    async fn roles(&self, ctx: &Context<'_>) -> Vec<Role> {
        Session::of(ctx).actor().roles.iter().copied().map(Into::into).collect()
    }

    /// The applicants that they act for.
    async fn applicants(&self, ctx: &Context<'_>) -> Result<Vec<Applicant>> {
        let session = Session::of(ctx);
        let actor = session.actor();
        let found = try_join_all(actor.acts_for.iter().map(|id| Applicant::load(&session, *id))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// How many briefings they have not marked as read; 0 for who doesn't follow them.
    async fn unread_briefings(&self, ctx: &Context<'_>) -> Result<u64> {
        let session = Session::of(ctx);
        Ok(session.engine().unread_briefings(&session.actor()).await?)
    }

    /// How often they get a digest.
    async fn digest(&self, ctx: &Context<'_>) -> Result<DigestFrequency> {
        let session = Session::of(ctx);
        Ok(session.engine().digest_frequency(&session.actor()).await?.into())
    }

    /// Their desk: what is waiting for them. Null for who doesn't vote.
    async fn desk(&self, ctx: &Context<'_>) -> Option<Desk> {
        Desk::of(&Session::of(ctx))
    }
}

impl Loaded for Viewer {
    type Id = PersonId;

    async fn load(session: &Session, id: PersonId) -> Result<Option<Self>> {
        let viewer = session.engine().viewer(&session.actor()).await?;
        Ok(viewer.filter(|viewer| viewer.id == id).map(Self))
    }
}

/// Questions about persons.
#[derive(Default)]
pub struct IdentityQueries;

#[Object]
impl IdentityQueries {
    /// The person who asks; null for somebody who has not signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Nullable<Viewer> {
        let session = Session::of(ctx);
        let found = session.engine().viewer(&session.actor()).await;
        found.map(|person| person.map(Viewer)).map_err(Into::into).transpose()
    }
}
