//! Persons, and who the person is that asks.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, Scope};
use domain::ids::PersonId;
use futures_util::future::try_join_all;

use crate::applicant::Applicant;
use crate::briefing::DigestFrequency;
use crate::committee::recusal::Recusal;
use crate::connection::{Connection, Paging};
use crate::desk::Desk;
use crate::error::{Nullable, Result};
use crate::event::Event;
use crate::fund::Language;
use crate::membership::Invitation;
use crate::mutation::{Loaded, input, payload};
use crate::node::id_of;
use crate::role::RoleGrant;
use crate::session::Session;
use crate::sign_in::SignInSession;
use crate::token::Token;

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
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// The name that others see.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where e-mail reaches them; null for a machine, and for everybody but the person, administrators and auditors.
    async fn email(&self, ctx: &Context<'_>) -> Option<&str> {
        let actor = Session::of(ctx).actor();
        let shown = actor.person == Some(self.0.id) || actor.may(Permission::ReadPersons, Scope::everyone());
        self.0.email.as_deref().filter(|_| shown)
    }

    /// All roles that they have, had and will have, the earliest first; empty for everybody but the person, administrators and auditors.
    #[graphql(complexity = "5 + child_complexity")]
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<RoleGrant>> {
        let session = Session::of(ctx);
        let roles = session.engine().roles_of(&session.actor(), self.0.id).await?;
        Ok(roles.into_iter().map(RoleGrant).collect())
    }
}

impl Loaded for Person {
    type Id = PersonId;

    async fn load(session: &Session, id: PersonId) -> Result<Option<Self>> {
        Ok(session.engine().person(&session.actor(), id).await?.map(Self))
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

    /// What they are in the fund today; empty for who only applies.
    async fn roles(&self, ctx: &Context<'_>) -> Vec<Role> {
        Session::of(ctx).actor().roles.iter().copied().map(Into::into).collect()
    }

    /// From which applications they are excluded, and were: of those it names the number, and nothing else (R16).
    async fn recusals(&self, ctx: &Context<'_>) -> Result<Vec<Recusal>> {
        let session = Session::of(ctx);
        let recusals = session.engine().own_recusals(&session.actor()).await?;
        Ok(recusals.into_iter().map(Recusal).collect())
    }

    /// The applicants that they act for.
    async fn applicants(&self, ctx: &Context<'_>) -> Result<Vec<Applicant>> {
        let session = Session::of(ctx);
        let actor = session.actor();
        let found = try_join_all(actor.acts_for.keys().map(|id| Applicant::load(&session, *id))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The invitations to act for an applicant that they can answer.
    async fn invitations(&self, ctx: &Context<'_>) -> Result<Vec<Invitation>> {
        let session = Session::of(ctx);
        let found = session.engine().invitations_to(&session.actor()).await?;
        Ok(found.into_iter().map(|(case, applicant)| Invitation::new(case, applicant)).collect())
    }

    /// All that is kept about them, as JSON text (GDPR, article 15): `docs/export.md` explains its parts.
    #[graphql(complexity = "1_000")]
    async fn export(&self, ctx: &Context<'_>) -> Result<String> {
        let session = Session::of(ctx);
        Ok(session.engine().export(&session.actor()).await?.to_string())
    }

    /// Where they are signed in, in the order in which they signed in.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<SignInSession>> {
        let session = Session::of(ctx);
        let found = session.engine().sessions(&session.actor()).await?;
        Ok(found.into_iter().map(SignInSession).collect())
    }

    /// Their API tokens that are good now, in the order in which they were made.
    async fn tokens(&self, ctx: &Context<'_>) -> Result<Vec<Token>> {
        let session = Session::of(ctx);
        Ok(session.engine().tokens(&session.actor()).await?.into_iter().map(Token).collect())
    }

    /// What they did, and what was done about them: sign-ins, refused ones too, sessions, tokens; in the record's order (R45).
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Event>> {
        let found = async {
            let session = Session::of(ctx);
            let window = Paging { first, after, last, before }.window::<Event>(ctx, "viewer.events")?;
            let page = session.engine().own_events(&session.actor(), &window).await?;
            Ok(Connection::new("viewer.events", page, Event, None))
        };
        Some(found.await)
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

input! {
    /// What a person says of themself.
    CorrectMyselfInput {
        /// The name that others see; one line of at most 200 characters.
        name: String,
        /// What they are spoken to in.
        language: Language,
    }
}

payload! {
    /// The answer to `correctMyself`.
    CorrectMyselfPayload {
        /// The person as they are now; null if it was refused.
        person: Person
    }
}

input! {
    /// Another address.
    RequestNewAddressInput {
        /// Where e-mail is to reach them; the link is sent there.
        address: String,
    }
}

payload! {
    /// The answer to `requestNewAddress`.
    RequestNewAddressPayload {
        /// The person, with the address that still holds; null if it was refused.
        person: Person
    }
}

input! {
    /// What proves that the address is theirs.
    ConfirmNewAddressInput {
        /// What the link in the e-mail carries.
        token: String,
    }
}

payload! {
    /// The answer to `confirmNewAddress`.
    ConfirmNewAddressPayload {
        /// The person with the new address; null if it was refused.
        person: Person
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

/// What people do with what is known of themselves.
#[derive(Default)]
pub struct IdentityMutations;

#[Object]
impl IdentityMutations {
    /// Corrects one's own name and language.
    async fn correct_myself(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is right.")] input: CorrectMyselfInput,
    ) -> Nullable<CorrectMyselfPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let call = session.call(input.idempotency_key);
            let id = session.engine().correct_myself(&call, input.name, input.language.into()).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Asks to be reached by another address: a link is sent there, good once and for a few minutes. It takes a session, not a token, and a
    /// sign-in a moment ago. Whether somebody has the address shows nowhere.
    async fn request_new_address(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address.")] input: RequestNewAddressInput,
    ) -> Nullable<RequestNewAddressPayload> {
        let session = Session::of(ctx);
        let call = session.call(input.idempotency_key);
        session.answer(async { Ok(session.engine().request_new_address(&call, input.address).await?) }).await
    }

    /// Makes the address one's own to which the link was sent. It takes a session of the same person; all others end, and the address before
    /// is told.
    async fn confirm_new_address(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the link carries.")] input: ConfirmNewAddressInput,
    ) -> Nullable<ConfirmNewAddressPayload> {
        let session = Session::of(ctx);
        let call = session.call(input.idempotency_key);
        session.answer(async { Ok(session.engine().confirm_new_address(&call, input.token).await?) }).await
    }
}
