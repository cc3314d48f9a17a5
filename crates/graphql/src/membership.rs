//! Who acts for an applicant, and whom it invited.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::applicant::Applicant as DomainApplicant;
use domain::identity::{Permission, Scoped as _, available_actions};
use domain::ids::{InvitationId, MembershipId};
use domain::membership::{InvitationCase, InvitationState as State, MembershipCase, NewInvitation};
use engine::{AppointOwner, HandOverApplicant};

use crate::applicant::Applicant;
use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id, read_optional_id};
use crate::scalar::DateTime;
use crate::session::Session;

/// How far somebody acts for an applicant. Whoever is higher may all that the lower ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::membership::Level")]
pub enum MembershipLevel {
    /// Reads.
    Reader,
    /// Drafts, submits, answers requests for changes, asks for instalments.
    Editor,
    /// Accepts, declines and withdraws, names accounts, manages people.
    Owner,
}

/// What can be done with a membership. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::membership::MembershipAction")]
pub enum MembershipAction {
    /// `changeMembership`: raise or lower the level.
    #[graphql(name = "CHANGE_MEMBERSHIP")]
    Change,
    /// `endMembership`: remove the person.
    #[graphql(name = "END_MEMBERSHIP")]
    End,
    /// `leaveApplicant`: stop acting for the applicant; with one's own membership.
    #[graphql(name = "LEAVE_APPLICANT")]
    Leave,
    /// `handOverApplicant`: make somebody else the owner; with one's own membership.
    #[graphql(name = "HAND_OVER_APPLICANT")]
    HandOver,
}

/// That a person acts for an applicant.
#[derive(Description)]
pub struct Membership(pub(crate) MembershipCase);

#[Object(use_type_description)]
impl Membership {
    /// The membership's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.membership.id)
    }

    /// Who acts.
    async fn person(&self, ctx: &Context<'_>) -> Nullable<Person> {
        let found = Session::of(ctx).person_within(self.0.membership.person, Permission::ReadMembers, self.0.scope()).await;
        found.map(|found| found.map(Person)).transpose()
    }

    /// For whom.
    async fn applicant(&self, ctx: &Context<'_>) -> Nullable<Applicant> {
        Session::of(ctx).applicant(self.0.membership.applicant).await.map(|found| found.map(Applicant)).transpose()
    }

    /// How far.
    async fn level(&self) -> MembershipLevel {
        self.0.membership.level.into()
    }

    /// From when, in UTC.
    async fn since(&self) -> DateTime {
        self.0.membership.since.into()
    }

    /// When it ended, in UTC; null while it has not.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.membership.ended.as_ref().map(|ended| ended.at.into())
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<MembershipAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Membership {
    type Id = MembershipId;

    async fn load(session: &Session, id: MembershipId) -> Result<Option<Self>> {
        Ok(session.engine().membership(&session.actor(), id).await?.map(Self))
    }
}

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum InvitationState {
    /// Not answered.
    Open,
    /// Accepted: who was invited acts for the applicant.
    Accepted,
    /// Declined.
    Declined,
    /// Taken back by the applicant.
    Withdrawn,
}

/// What can be done with an invitation. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::membership::InvitationAction")]
pub enum InvitationAction {
    /// `acceptInvitation`: by who is invited.
    #[graphql(name = "ACCEPT_INVITATION")]
    Accept,
    /// `declineInvitation`: by who is invited.
    #[graphql(name = "DECLINE_INVITATION")]
    Decline,
    /// `withdrawInvitation`: by the applicant's owners.
    #[graphql(name = "WITHDRAW_INVITATION")]
    Withdraw,
}

/// An invitation to act for an applicant. It is bound to an address: whoever signs in with it can answer.
#[derive(Description)]
pub struct Invitation {
    case: InvitationCase,
    applicant: DomainApplicant,
}

impl Invitation {
    pub(crate) const fn new(case: InvitationCase, applicant: DomainApplicant) -> Self {
        Self { case, applicant }
    }
}

#[Object(use_type_description)]
impl Invitation {
    /// The invitation's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.case.invitation.id)
    }

    /// The name of who invites: who is invited sees nothing else of it.
    async fn applicant_name(&self) -> &str {
        &self.applicant.name
    }

    /// What the inviting person calls the invited one.
    async fn name(&self) -> &str {
        &self.case.invitation.name
    }

    /// The address that is invited.
    async fn email(&self) -> &str {
        &self.case.invitation.email
    }

    /// How far the invited person would act.
    async fn level(&self) -> MembershipLevel {
        self.case.invitation.level.into()
    }

    /// When it was sent, in UTC.
    async fn created_at(&self) -> DateTime {
        self.case.invitation.created_at.into()
    }

    /// From when it can't be accepted any more, in UTC.
    async fn expires_at(&self) -> DateTime {
        self.case.invitation.expires_at.into()
    }

    /// Where it stands.
    async fn state(&self) -> InvitationState {
        match self.case.invitation.state {
            State::Open => InvitationState::Open,
            State::Accepted { .. } => InvitationState::Accepted,
            State::Declined { .. } => InvitationState::Declined,
            State::Withdrawn { .. } => InvitationState::Withdrawn,
        }
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<InvitationAction> {
        let actions = available_actions(&Session::of(ctx).actor(), &self.case).into_iter();
        let theirs =
            |action: &domain::membership::InvitationAction| self.case.mine || *action == domain::membership::InvitationAction::Withdraw;
        actions.filter(theirs).map(Into::into).collect()
    }
}

impl Loaded for Invitation {
    type Id = InvitationId;

    async fn load(session: &Session, id: InvitationId) -> Result<Option<Self>> {
        let found = session.engine().invitation(&session.actor(), id).await?;
        Ok(found.map(|(case, applicant)| Self { case, applicant }))
    }
}

input! {
    /// Somebody to invite.
    InviteMemberInput {
        /// For whom they shall act.
        applicant_id: ID,
        /// What they are called until they say it themselves.
        name: String,
        /// Their e-mail address. Whether it is known here can't be told from the answer.
        email: String,
        /// How far they shall act.
        level: MembershipLevel,
    }
}

payload! {
    /// The answer to `inviteMember`.
    InviteMemberPayload {
        /// The invitation; null if it was refused.
        invitation: Invitation
    }
}

input! {
    /// An invitation to accept.
    AcceptInvitationInput {
        /// Which invitation.
        invitation_id: ID,
    }
}

payload! {
    /// The answer to `acceptInvitation`.
    AcceptInvitationPayload {
        /// The invitation as it is now; null if it was refused.
        invitation: Invitation
    }
}

input! {
    /// An invitation to decline.
    DeclineInvitationInput {
        /// Which invitation.
        invitation_id: ID,
    }
}

payload! {
    /// The answer to `declineInvitation`.
    DeclineInvitationPayload {
        /// The invitation as it is now; null if it was refused.
        invitation: Invitation
    }
}

input! {
    /// An invitation to take back.
    WithdrawInvitationInput {
        /// Which invitation.
        invitation_id: ID,
    }
}

payload! {
    /// The answer to `withdrawInvitation`.
    WithdrawInvitationPayload {
        /// The invitation as it is now; null if it was refused.
        invitation: Invitation
    }
}

input! {
    /// A membership to change.
    ChangeMembershipInput {
        /// Which membership.
        membership_id: ID,
        /// How far the person acts from now on.
        level: MembershipLevel,
    }
}

payload! {
    /// The answer to `changeMembership`.
    ChangeMembershipPayload {
        /// The membership as it is now; null if it was refused, and for whoever may not see it any more.
        membership: Membership
    }
}

input! {
    /// Somebody to remove.
    EndMembershipInput {
        /// Which membership.
        membership_id: ID,
        /// Why; the person reads it.
        reason: String,
    }
}

payload! {
    /// The answer to `endMembership`.
    EndMembershipPayload {
        /// The membership as it is now; null if it was refused, and for whoever may not see it any more.
        membership: Membership
    }
}

input! {
    /// An applicant to leave.
    LeaveApplicantInput {
        /// Which applicant.
        applicant_id: ID,
    }
}

payload! {
    /// The answer to `leaveApplicant`.
    LeaveApplicantPayload {
        /// Null: who has left doesn't see it any more, unless they may for another reason.
        applicant: Applicant
    }
}

input! {
    /// An applicant to hand over.
    HandOverApplicantInput {
        /// Which applicant.
        applicant_id: ID,
        /// The successor's membership.
        membership_id: ID,
        /// How far the predecessor still acts for it; left out: not any more.
        remaining_level: Option<MembershipLevel>,
    }
}

payload! {
    /// The answer to `handOverApplicant`.
    HandOverApplicantPayload {
        /// The applicant; null if it was refused, and for whoever may not see it any more.
        applicant: Applicant
    }
}

input! {
    /// An owner to appoint.
    AppointOwnerInput {
        /// Of which applicant.
        applicant_id: ID,
        /// Whom; another person than the one who appoints.
        person_id: ID,
        /// The membership of the owner who is gone: it ends. Left out: nobody's.
        replaces_id: Option<ID>,
        /// Why; all who act for the applicant, and the owner before, read it.
        reason: String,
    }
}

payload! {
    /// The answer to `appointOwner`.
    AppointOwnerPayload {
        /// The applicant; null if it was refused.
        applicant: Applicant
    }
}

/// What is done with memberships and invitations.
#[derive(Default)]
pub struct MembershipMutations;

#[Object]
impl MembershipMutations {
    /// Invites somebody to act for an applicant, by its owners. They are told by e-mail, and answer when they sign in with that address.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and how far.")] input: InviteMemberInput,
    ) -> Nullable<InviteMemberPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let applicant = read_id(&input.applicant_id, "applicantId")?;
            let new = NewInvitation { applicant, name: input.name, email: input.email, level: input.level.into() };
            Ok(session.engine().invite_member(&session.call(input.idempotency_key), new).await?)
        };
        session.answer(outcome).await
    }

    /// Accepts an invitation: from then on the person acts for the applicant.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation.")] input: AcceptInvitationInput,
    ) -> Nullable<AcceptInvitationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.invitation_id, "invitationId")?;
            let id = session.engine().accept_invitation(&session.call(input.idempotency_key), id).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Declines an invitation.
    async fn decline_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation.")] input: DeclineInvitationInput,
    ) -> Nullable<DeclineInvitationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.invitation_id, "invitationId")?;
            Ok(session.engine().decline_invitation(&session.call(input.idempotency_key), id).await?)
        };
        session.answer(outcome).await
    }

    /// Takes an invitation back, by the applicant's owners.
    async fn withdraw_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation.")] input: WithdrawInvitationInput,
    ) -> Nullable<WithdrawInvitationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.invitation_id, "invitationId")?;
            Ok(session.engine().withdraw_invitation(&session.call(input.idempotency_key), id).await?)
        };
        session.answer(outcome).await
    }

    /// Raises or lowers how far somebody acts for an applicant, by its owners. The last owner stays one.
    async fn change_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which membership, and what it becomes.")] input: ChangeMembershipInput,
    ) -> Nullable<ChangeMembershipPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.membership_id, "membershipId")?;
            let id = session.engine().change_membership(&session.call(input.idempotency_key), id, input.level.into()).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Removes somebody who acts for an applicant, by its owners. The last owner stays.
    async fn end_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which membership, and why it ends.")] input: EndMembershipInput,
    ) -> Nullable<EndMembershipPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.membership_id, "membershipId")?;
            let id = session.engine().end_membership(&session.call(input.idempotency_key), id, input.reason).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Stops acting for an applicant. The last owner hands it over instead.
    async fn leave_applicant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which applicant.")] input: LeaveApplicantInput,
    ) -> Nullable<LeaveApplicantPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let id = read_id(&input.applicant_id, "applicantId")?;
            let id = session.engine().leave_applicant(&session.call(input.idempotency_key), id).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Hands an applicant over to somebody who acts for it already, by an owner: both change at once.
    async fn hand_over_applicant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which applicant, and to whom.")] input: HandOverApplicantInput,
    ) -> Nullable<HandOverApplicantPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let applicant = read_id(&input.applicant_id, "applicantId")?;
            let successor = read_id(&input.membership_id, "membershipId")?;
            let input_to = HandOverApplicant { applicant, successor, remains: input.remaining_level.map(Into::into) };
            let id = session.engine().hand_over_applicant(&session.call(input.idempotency_key), input_to).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Appoints an owner where the owner is gone, by an administrator, with a reason that the others are told.
    async fn appoint_owner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which applicant, whom, and why.")] input: AppointOwnerInput,
    ) -> Nullable<AppointOwnerPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let appoint = AppointOwner {
                applicant: read_id(&input.applicant_id, "applicantId")?,
                person: read_id(&input.person_id, "personId")?,
                replaces: read_optional_id(input.replaces_id.as_ref(), "replacesId")?,
                reason: input.reason,
            };
            Ok(session.engine().appoint_owner(&session.call(input.idempotency_key), appoint).await?)
        };
        session.answer(outcome).await
    }
}
