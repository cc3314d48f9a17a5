//! Who acts for an applicant, how far, and how people join and leave.
//!
//! An applicant has at least one owner at every moment: the last one can't leave, be lowered or be removed, but hands over.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, InvitationId, MembershipId, PersonId};
use crate::problem::{Problem, Refusal};
use crate::text;

/// For how many days an invitation can be accepted.
pub const INVITATION_DAYS: i64 = 28;
/// The most invitations that wait for an answer at one applicant. An invitation sends an e-mail to whoever is named, so they are bounded.
pub const MOST_INVITATIONS: usize = 20;
/// The most people who act for one applicant.
pub const MOST_MEMBERS: usize = 100;

/// How far somebody acts for an applicant. Whoever is higher may all that the lower ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Reads.
    Reader,
    /// Drafts, submits, answers requests for changes, asks for instalments.
    Editor,
    /// Accepts, declines and withdraws, names accounts, manages people.
    Owner,
}

impl Level {
    /// All levels, the lowest first.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Editor, Self::Owner];

    /// The level's code, in the database: `reader`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }

    /// Whether somebody of that level may submit an application.
    #[must_use]
    pub fn may_submit(self) -> bool {
        Permission::SubmitApplication.least_level().is_some_and(|least| self >= least)
    }
}

/// That something ended before its time: when, by whose hand and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: DateTime<Utc>,
    /// Who ended it; `None` is the installation's console.
    pub by: Option<PersonId>,
    /// Why; whoever leaves gives no reason.
    pub reason: Option<String>,
}

/// That a person acts for an applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Counts the changes.
    pub version: i64,
    /// Who.
    pub person: PersonId,
    /// For whom.
    pub applicant: ApplicantId,
    /// How far.
    pub level: Level,
    /// From when.
    pub since: DateTime<Utc>,
    /// That it ended.
    pub ended: Option<Ended>,
}

impl Membership {
    /// Begins to act for an applicant.
    #[must_use]
    pub const fn begin(id: MembershipId, person: PersonId, applicant: ApplicantId, level: Level, now: DateTime<Utc>) -> Self {
        Self { id, version: 1, person, applicant, level, since: now, ended: None }
    }

    /// Acts at another level from now on.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Removes the person, with a reason.
    pub fn end(self, by: PersonId, reason: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = Some(text::required_paragraphs("reason", reason)?);
        Ok(Self { ended: Some(Ended { at: now, by: Some(by), reason }), ..self })
    }

    /// Leaves.
    #[must_use]
    pub fn leave(self, now: DateTime<Utc>) -> Self {
        let by = Some(self.person);
        Self { ended: Some(Ended { at: now, by, reason: None }), ..self }
    }
}

/// What can be done with a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MembershipAction {
    /// Raise or lower the level.
    Change,
    /// Remove the person.
    End,
    /// Leave: with one's own.
    Leave,
    /// Hand the applicant over to a successor: with one's own.
    HandOver,
}

impl Action for MembershipAction {
    const ALL: &'static [Self] = &[Self::Change, Self::End, Self::Leave, Self::HandOver];

    fn permission(self) -> Permission {
        match self {
            Self::Change | Self::End | Self::HandOver => Permission::ManageMembers,
            Self::Leave => Permission::LeaveApplicant,
        }
    }
}

/// A membership with how many owners its applicant has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipCase {
    /// The membership.
    pub membership: Membership,
    /// How many owners the applicant has now.
    pub owners: usize,
}

impl Scoped for Membership {
    const READ: Permission = Permission::ReadMembers;

    fn scope(&self) -> Scope {
        Scope::of(self.applicant)
    }
}

impl Scoped for MembershipCase {
    const READ: Permission = Membership::READ;

    fn scope(&self) -> Scope {
        self.membership.scope()
    }
}

impl Guarded for MembershipCase {
    type Action = MembershipAction;

    fn permits(&self, action: MembershipAction, actor: &Actor) -> Result<(), Problem> {
        use MembershipAction as A;
        let own = actor.person == Some(self.membership.person);
        match action {
            _ if self.membership.ended.is_some() => Err(Problem::wrong_state("ended", action)),
            A::Leave | A::HandOver if !own => Err(Problem::OwnMembershipOnly),
            A::Change | A::End | A::Leave if self.membership.level == Level::Owner && self.owners <= 1 => Err(Problem::LastOwner),
            _ => Ok(()),
        }
    }
}

/// An invitation to act for an applicant. It is bound to an address and holds no secret: whoever signs in with that address can answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Counts the changes.
    pub version: i64,
    /// For whom to act.
    pub applicant: ApplicantId,
    /// What the inviting person calls the invited one.
    pub name: String,
    /// The address that is invited, in lower case.
    pub email: String,
    /// How far they would act.
    pub level: Level,
    /// Who invited.
    pub invited_by: PersonId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// From when it can't be accepted any more.
    pub expires_at: DateTime<Utc>,
    /// Where it stands.
    pub state: InvitationState,
}

/// Where an invitation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum InvitationState {
    /// Not answered.
    Open,
    /// Accepted.
    Accepted {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Declined.
    Declined {
        /// When.
        at: DateTime<Utc>,
    },
    /// Taken back.
    Withdrawn {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
    },
}

impl InvitationState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// Whom to invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewInvitation {
    /// For whom to act.
    pub applicant: ApplicantId,
    /// What they are called until they say it themselves.
    pub name: String,
    /// Their address.
    pub email: String,
    /// How far.
    pub level: Level,
}

impl Invitation {
    /// Invites somebody. `waiting` are the applicant's invitations that are not answered.
    pub fn invite(id: InvitationId, new: &NewInvitation, waiting: &[Self], by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let mut keep = |result| {
            Result::unwrap_or_else(result, |violation| {
                violations.push(violation);
                String::new()
            })
        };
        let name = keep(text::required_line("name", &new.name));
        let email = keep(text::address("email", &new.email));
        let mut waiting = waiting.iter().filter(|invitation| !invitation.is_expired(now));
        if waiting.clone().count() >= MOST_INVITATIONS {
            violations.push(Problem::TooMany { most: MOST_INVITATIONS }.at("applicantId"));
        }
        if waiting.any(|invitation| invitation.email == email) {
            violations.push(Problem::InvitedAlready.at("email"));
        }
        Refusal::unless_empty(violations)?;
        Ok(Self {
            id,
            version: 1,
            applicant: new.applicant,
            name,
            email,
            level: new.level,
            invited_by: by,
            created_at: now,
            expires_at: now + TimeDelta::days(INVITATION_DAYS),
            state: InvitationState::Open,
        })
    }

    /// Whether it is too old to be accepted.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }

    /// Accepts it.
    #[must_use]
    pub fn accept(self, by: PersonId, now: DateTime<Utc>) -> Self {
        Self { state: InvitationState::Accepted { by, at: now }, ..self }
    }

    /// Declines it.
    #[must_use]
    pub fn decline(self, now: DateTime<Utc>) -> Self {
        Self { state: InvitationState::Declined { at: now }, ..self }
    }

    /// Takes it back.
    #[must_use]
    pub fn withdraw(self, by: PersonId, now: DateTime<Utc>) -> Self {
        Self { state: InvitationState::Withdrawn { by, at: now }, ..self }
    }
}

/// What can be done with an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InvitationAction {
    /// Accept it: who is invited.
    Accept,
    /// Decline it: who is invited.
    Decline,
    /// Take it back: the applicant's owners.
    Withdraw,
}

impl Action for InvitationAction {
    const ALL: &'static [Self] = &[Self::Accept, Self::Decline, Self::Withdraw];

    fn permission(self) -> Permission {
        match self {
            Self::Accept | Self::Decline => Permission::AnswerInvitation,
            Self::Withdraw => Permission::ManageMembers,
        }
    }
}

/// An invitation as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationCase {
    /// The invitation.
    pub invitation: Invitation,
    /// Whether it is addressed to the person who looks.
    pub mine: bool,
    /// Whether it is too old to be accepted.
    pub expired: bool,
}

impl InvitationCase {
    /// The invitation as somebody with that address, or without one, sees it now.
    #[must_use]
    pub fn seen(invitation: Invitation, email: Option<&str>, now: DateTime<Utc>) -> Self {
        let mine = email.is_some_and(|email| email.to_lowercase() == invitation.email);
        let expired = invitation.is_expired(now);
        Self { invitation, mine, expired }
    }
}

impl Scoped for InvitationCase {
    const READ: Permission = Permission::ReadInvitations;

    fn scope(&self) -> Scope {
        Scope::of(self.invitation.applicant)
    }
}

impl Guarded for InvitationCase {
    type Action = InvitationAction;

    fn permits(&self, action: InvitationAction, _: &Actor) -> Result<(), Problem> {
        use InvitationAction as A;
        match (&self.invitation.state, action) {
            (InvitationState::Open, A::Accept) if self.expired => Err(Problem::InvitationExpired),
            (InvitationState::Open, _) => Ok(()),
            (state, _) => Err(Problem::wrong_state(state.name(), action)),
        }
    }
}
