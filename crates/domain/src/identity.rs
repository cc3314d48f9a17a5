//! Persons, roles, and who may do what.
//!
//! The policy is one table, [`Permission::roles`]; the guard, [`guard`], is the one door through which every command goes, and
//! [`available_actions`] asks the same door. So what is listed is what is allowed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{ApplicantId, ApplicationId, PersonId};
use crate::language::Language;
use crate::membership::Level;
use crate::problem::{Problem, Refusal};
use crate::sign_in::Credential;
use crate::text;
use crate::token;

/// A person who signs in, or a machine that holds a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Counts the changes.
    pub version: i64,
    /// The name that others see.
    pub name: String,
    /// Where e-mail reaches them; a machine has none.
    pub email: Option<String>,
    /// What they are spoken to in.
    pub language: Language,
    /// When they became known.
    pub created_at: DateTime<Utc>,
}

impl Person {
    /// The person with another name and language. Another address is another matter: it has to be confirmed from there first.
    pub fn correct(self, name: &str, language: Language) -> Result<Self, Refusal> {
        Ok(Self { name: text::required_line("name", name)?, language, ..self })
    }
}

/// What a person is in the fund, besides acting for applicants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Sachbearbeitung.
    CaseOfficer,
    /// Member of the committee.
    Member,
    /// Presides over the committee; a member too.
    Chair,
    /// Treasury and cash office.
    Finance,
    /// Rechnungsprüfungsamt: reads everything, changes nothing.
    Auditor,
    /// Runs the installation.
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [Self::CaseOfficer, Self::Member, Self::Chair, Self::Finance, Self::Auditor, Self::Administrator];

    /// The role's code, as on the command line and in the database: `case-officer`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CaseOfficer => "case-officer",
            Self::Member => "member",
            Self::Chair => "chair",
            Self::Finance => "finance",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }
}

/// Whoever asks for something: a signed-in person with what they are, or somebody unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// The person; `None` is somebody who has not signed in.
    pub person: Option<PersonId>,
    /// Their roles today, in Europe/Berlin.
    pub roles: BTreeSet<Role>,
    /// The applicants that they act for, and how far.
    pub acts_for: BTreeMap<ApplicantId, Level>,
    /// The applications from which they are excluded (R16): to them these don't exist, but as their applicant.
    pub recused_from: BTreeSet<ApplicationId>,
    /// What they are spoken to in.
    pub language: Language,
    /// By what they were recognised; `None` at the installation's console.
    pub credential: Option<Credential>,
}

impl Actor {
    /// Somebody who has not signed in.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Whether the actor has that role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the actor came with a token that is good for asking only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self.credential, Some(Credential::Token { access: token::Access::Read, .. }))
    }

    /// Whether the actor may do what `permission` names with a thing of that scope.
    #[must_use]
    pub fn may(&self, permission: Permission, scope: Scope) -> bool {
        if self.person.is_none() {
            return permission.is_public();
        }
        let level = scope.applicant.and_then(|applicant| self.acts_for.get(&applicant));
        let as_applicant = level.is_some_and(|level| permission.least_level().is_some_and(|least| *level >= least));
        let concerned = self.person.is_some() && scope.concerns == self.person;
        let recused = !concerned && scope.application.is_some_and(|application| self.recused_from.contains(&application));
        let by_role = !recused && permission.roles().iter().any(|role| self.is(*role) && (!scope.private || *role == Role::CaseOfficer));
        let signed_in = permission.is_for_everybody_signed_in() && (!self.is(Role::Auditor) || permission == Permission::KeepOwnAccess);
        permission.is_public() || as_applicant || by_role || signed_in
    }
}

/// Whose a thing is: what a permission is checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The applicant that it belongs to.
    pub applicant: Option<ApplicantId>,
    /// Not yet handed in: only the applicant sees it, and the case officers who help.
    pub private: bool,
    /// The application that it is about or follows from: who is excluded from that one has no part in it (R16).
    pub application: Option<ApplicationId>,
    /// The person of whom it says something that they may know, although they are excluded.
    pub concerns: Option<PersonId>,
}

impl Scope {
    /// Of an applicant.
    #[must_use]
    pub const fn of(applicant: ApplicantId) -> Self {
        Self { applicant: Some(applicant), private: false, application: None, concerns: None }
    }

    /// Of the fund: nobody's in particular.
    #[must_use]
    pub const fn everyone() -> Self {
        Self { applicant: None, private: false, application: None, concerns: None }
    }

    /// The same, about an application.
    #[must_use]
    pub const fn about(self, application: ApplicationId) -> Self {
        Self { application: Some(application), ..self }
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $access:expr,)+) => {
        /// What can be permitted: one per action and one per kind of reading. Deny is the default.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[$doc])* $name,)+ }

        impl Permission {
            /// All of them, for the matrix.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            const fn access(self) -> Access {
                match self { $(Self::$name => $access,)+ }
            }
        }
    };
}

/// Who has a permission.
#[derive(Clone, Copy)]
struct Access {
    public: bool,
    signed_in: bool,
    applicant: Option<Level>,
    roles: &'static [Role],
}

const fn roles(roles: &'static [Role]) -> Access {
    Access { public: false, signed_in: false, applicant: None, roles }
}
/// The applicant's own people from that level on, and those roles.
const fn from(least: Level, roles: &'static [Role]) -> Access {
    Access { public: false, signed_in: false, applicant: Some(least), roles }
}
const PUBLIC: Access = Access { public: true, signed_in: true, applicant: Some(Level::Reader), roles: &Role::ALL };
const SIGNED_IN: Access = Access { public: false, signed_in: true, applicant: None, roles: &[] };
const OFFICE: &[Role] = &[Role::CaseOfficer];
const COMMITTEE: &[Role] = &[Role::Member, Role::Chair];
const READERS: &[Role] = &[Role::CaseOfficer, Role::Member, Role::Chair, Role::Finance, Role::Auditor];
const ADMINISTRATION: &[Role] = &[Role::Administrator];
const STAFF: &[Role] = &[Role::CaseOfficer, Role::Finance, Role::Auditor];

permissions! {
    /// See the fund's rules, objectives, cities and rounds.
    ReadFund: PUBLIC,
    /// Register an applicant and act for it.
    RegisterApplicant: SIGNED_IN,
    /// See an applicant.
    ReadApplicant: from(Level::Reader, &[Role::CaseOfficer, Role::Member, Role::Chair, Role::Finance, Role::Auditor, Role::Administrator]),
    /// Correct what an applicant said of itself.
    CorrectApplicant: from(Level::Owner, OFFICE),
    /// Require that two people submit an applicant's applications, or no longer.
    RequireJointRepresentation: from(Level::Owner, &[]),
    /// See who acts for an applicant.
    ReadMembers: from(Level::Reader, &[Role::CaseOfficer, Role::Auditor, Role::Administrator]),
    /// See whom an applicant invited, with the address.
    ReadInvitations: from(Level::Owner, &[Role::CaseOfficer, Role::Administrator]),
    /// Invite people, change and end what they may do for an applicant, hand it over.
    ManageMembers: from(Level::Owner, &[]),
    /// Stop acting for an applicant.
    LeaveApplicant: from(Level::Reader, &[]),
    /// Accept or decline an invitation that is addressed to oneself.
    AnswerInvitation: SIGNED_IN,
    /// Appoint an owner where the owner is gone.
    AppointOwner: roles(ADMINISTRATION),
    /// See an applicant's bank accounts.
    ReadBankAccounts: from(Level::Reader, STAFF),
    /// See a bank account's whole IBAN.
    ReadIban: from(Level::Owner, &[Role::CaseOfficer, Role::Finance]),
    /// Name a bank account.
    NameBankAccount: from(Level::Owner, OFFICE),
    /// Confirm a bank account.
    ConfirmBankAccount: roles(&[Role::CaseOfficer, Role::Finance]),
    /// Announce a round.
    AnnounceRound: roles(&[Role::CaseOfficer, Role::Administrator]),
    /// See an application.
    ReadApplication: from(Level::Reader, READERS),
    /// See an application's internal notes: remarks of the check.
    ReadRemarks: roles(READERS),
    /// Begin an application.
    StartApplication: from(Level::Editor, &[]),
    /// Save a draft.
    SaveDraft: from(Level::Editor, &[]),
    /// Submit an application, or confirm that another person submits it.
    SubmitApplication: from(Level::Editor, &[]),
    /// Withdraw an application.
    WithdrawApplication: from(Level::Owner, &[]),
    /// Ask for changes.
    RequestChanges: roles(OFFICE),
    /// Admit an application to the decision.
    AdmitApplication: roles(OFFICE),
    /// Refuse an application on formal grounds.
    RefuseApplication: roles(OFFICE),
    /// Let a late application in (R3).
    PermitLateSubmission: roles(OFFICE),
    /// Consent to an early start (R12).
    ConsentToEarlyStart: roles(OFFICE),
    /// See motions and ballots, and after closing who voted how (R25).
    ReadBallots: roles(&[Role::CaseOfficer, Role::Member, Role::Chair, Role::Auditor]),
    /// Put a motion.
    ProposeMotion: roles(OFFICE),
    /// Take a motion back.
    WithdrawMotion: roles(OFFICE),
    /// Open a ballot.
    OpenBallot: roles(&[Role::CaseOfficer, Role::Chair]),
    /// Vote.
    CastVote: roles(COMMITTEE),
    /// Record the tally of a show of hands (R23).
    RecordTally: roles(OFFICE),
    /// Close a ballot.
    CloseBallot: roles(&[Role::Chair]),
    /// See who holds which seat of the committee.
    ReadSeats: roles(&[Role::CaseOfficer, Role::Member, Role::Chair, Role::Auditor, Role::Administrator]),
    /// Give and end seats.
    AssignSeat: roles(&[Role::CaseOfficer, Role::Administrator]),
    /// See who is excluded from what.
    ReadRecusals: roles(&[Role::CaseOfficer, Role::Member, Role::Chair, Role::Auditor]),
    /// Declare a conflict of interest of one's own.
    DeclareRecusal: roles(COMMITTEE),
    /// Record a member's conflict of interest.
    RecordRecusal: roles(OFFICE),
    /// Dispute a recusal.
    DisputeRecusal: roles(&[Role::CaseOfficer, Role::Member, Role::Chair]),
    /// Object to a vote in writing or en bloc.
    ObjectToBallot: roles(COMMITTEE),
    /// See meetings, their agendas and who attended; of an item from which one is excluded only that there is one (R16).
    ReadMeetings: roles(&[Role::CaseOfficer, Role::Member, Role::Chair, Role::Auditor]),
    /// Call a meeting, move it, put items on its agenda, and invite to it.
    CallMeeting: roles(OFFICE),
    /// Reorder an agenda, and defer its items.
    ArrangeAgenda: roles(&[Role::CaseOfficer, Role::Chair]),
    /// Record who came to a meeting, and who left.
    RecordAttendance: roles(OFFICE),
    /// Open and close a meeting.
    PresideMeeting: roles(&[Role::Chair]),
    /// See signed minutes, without the items from which one is excluded (R16).
    ReadMinutes: roles(&[Role::CaseOfficer, Role::Member, Role::Chair, Role::Auditor]),
    /// See minutes that are not signed yet.
    ReadDraftMinutes: roles(&[Role::CaseOfficer, Role::Chair, Role::Auditor]),
    /// Write what the minutes say besides the facts.
    WriteMinutes: roles(OFFICE),
    /// Sign minutes: one who presides, and one who keeps them (GO § 41).
    SignMinutes: roles(&[Role::CaseOfficer, Role::Chair]),
    /// Correct signed minutes by an addendum.
    AddAddendum: roles(&[Role::CaseOfficer, Role::Chair]),
    /// See budget years, the journal and the waiting list.
    ReadBudget: roles(READERS),
    /// Appropriate, increase and cut.
    ChangeBudget: roles(&[Role::Finance]),
    /// Close a budget year.
    CloseBudgetYear: roles(&[Role::Finance]),
    /// Serve the waiting list.
    ServeWaitingList: roles(OFFICE),
    /// See an award and its payouts.
    ReadAward: from(Level::Reader, READERS),
    /// Notify the applicant of an award.
    NotifyAward: roles(OFFICE),
    /// Accept an award.
    AcceptAward: from(Level::Owner, &[]),
    /// Decline an award, or call the project off.
    DeclineAward: from(Level::Owner, &[]),
    /// Waive the appeal.
    WaiveAppeal: from(Level::Owner, &[]),
    /// Record an objection, and that it is settled.
    RecordObjection: roles(OFFICE),
    /// Extend the term of awards.
    ExtendAwards: roles(OFFICE),
    /// Revoke an award.
    RevokeAward: roles(OFFICE),
    /// Ask for an instalment.
    RequestPayout: from(Level::Editor, &[]),
    /// Refuse a request for an instalment.
    RefusePayout: roles(OFFICE),
    /// Certify that a payout is factually and arithmetically correct.
    CertifyPayout: roles(OFFICE),
    /// Order a payout.
    OrderPayout: roles(&[Role::Finance]),
    /// Book what the bank reports: executed, returned.
    BookPayout: roles(&[Role::Finance]),
    /// Book a repayment (R31).
    BookRepayment: roles(&[Role::Finance]),
    /// See the append-only record.
    ReadEvents: roles(&[Role::Auditor]),
    /// See which e-mail was or could not be sent.
    ReadOutbox: roles(&[Role::CaseOfficer, Role::Auditor, Role::Administrator]),
    /// Look after one's own sessions and tokens; the only thing that an auditor changes too.
    KeepOwnAccess: SIGNED_IN,
    /// Send a dead letter again.
    ResendMessage: roles(&[Role::CaseOfficer, Role::Administrator]),
    /// See who is known, with address and roles.
    ReadPersons: roles(&[Role::Auditor, Role::Administrator]),
    /// Make a person known.
    AddPerson: roles(ADMINISTRATION),
    /// Give somebody else a role.
    GrantRole: roles(ADMINISTRATION),
    /// End somebody else's role.
    EndRole: roles(ADMINISTRATION),

    /// See briefings.
    ReadBriefings: roles(READERS),
    /// Post a briefing.
    PostBriefing: roles(OFFICE),
    /// Correct a briefing.
    CorrectBriefing: roles(OFFICE),
    /// Withdraw a briefing.
    WithdrawBriefing: roles(OFFICE),
    /// Keep which briefings one has read, and choose how often one gets a digest.
    FollowBriefings: roles(&[Role::CaseOfficer, Role::Member, Role::Chair, Role::Finance]),
    /// See proposals before they are put as motions, and what-ifs.
    ReadProposals: roles(&[Role::CaseOfficer, Role::Auditor]),
    /// Prepare a proposal.
    PrepareProposal: roles(OFFICE),
    /// Save, change and discard what-ifs.
    SaveWhatIf: roles(OFFICE),
}

impl Permission {
    /// Whether nobody needs to sign in for it.
    #[must_use]
    pub const fn is_public(self) -> bool {
        self.access().public
    }

    /// Whether every signed-in person has it, but for auditors, who change nothing.
    #[must_use]
    pub const fn is_for_everybody_signed_in(self) -> bool {
        self.access().signed_in
    }

    /// From which level on those who act for an applicant have it for the applicant's things; `None`: from none.
    #[must_use]
    pub const fn least_level(self) -> Option<Level> {
        self.access().applicant
    }

    /// The roles that have it for everybody's things.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        self.access().roles
    }
}

/// Something that can be done with one kind of thing.
pub trait Action: Copy + 'static {
    /// All actions of that kind, in the order in which they are listed.
    const ALL: &'static [Self];

    /// What an actor needs to do it.
    fn permission(self) -> Permission;
}

/// A thing that is somebody's, and that not everybody may see.
pub trait Scoped {
    /// What an actor needs to see it at all. Who doesn't have it is told that there is no such thing.
    const READ: Permission;

    /// Whose it is.
    fn scope(&self) -> Scope;
}

/// A thing on which actions are guarded.
pub trait Guarded: Scoped {
    /// What can be done with it.
    type Action: Action;

    /// Whether its state, its surroundings, and what this actor did in the same case before (R37), allow the action. It says nothing about
    /// permission.
    fn permits(&self, action: Self::Action, actor: &Actor) -> Result<(), Problem>;
}

/// Why an actor can't do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// Not theirs to do.
    Permission,
    /// Theirs to do, but not now.
    State(Problem),
}

/// The one door: first permission, then state.
pub fn guard<T: Guarded>(actor: &Actor, thing: &T, action: T::Action) -> Result<(), Denial> {
    if !actor.may(action.permission(), thing.scope()) {
        return Err(Denial::Permission);
    }
    thing.permits(action, actor).map_err(Denial::State)
}

/// What the actor may do with the thing now: exactly what [`guard`] lets through.
#[must_use]
pub fn available_actions<T: Guarded>(actor: &Actor, thing: &T) -> Vec<T::Action> {
    T::Action::ALL.iter().copied().filter(|action| guard(actor, thing, *action).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(roles: &[Role]) -> Actor {
        Actor { person: Some(PersonId(uuid::Uuid::nil())), roles: roles.iter().copied().collect(), ..Actor::default() }
    }

    #[test]
    fn the_auditor_changes_nothing() {
        let reads = |permission: Permission| format!("{permission:?}").starts_with("Read");
        for permission in Permission::ALL {
            if !reads(*permission) && *permission != Permission::KeepOwnAccess {
                assert!(!actor(&[Role::Auditor]).may(*permission, Scope::everyone()), "{permission:?}");
            }
        }
    }

    #[test]
    fn who_has_not_signed_in_may_only_what_is_public() {
        for permission in Permission::ALL {
            assert_eq!(Actor::anonymous().may(*permission, Scope::everyone()), permission.is_public(), "{permission:?}");
        }
    }

    #[test]
    fn nobody_but_the_office_sees_drafts() {
        let draft = Scope { private: true, ..Scope::everyone() };
        assert!(actor(&[Role::CaseOfficer]).may(Permission::ReadApplication, draft));
        for role in [Role::Member, Role::Chair, Role::Finance, Role::Auditor] {
            assert!(actor(&[role]).may(Permission::ReadApplication, Scope::everyone()));
            assert!(!actor(&[role]).may(Permission::ReadApplication, draft));
        }
    }

    #[test]
    fn who_may_more_for_an_applicant_may_everything_that_others_may() {
        let applicant = ApplicantId(uuid::Uuid::nil());
        let acting = |level| Actor { person: Some(PersonId(uuid::Uuid::nil())), acts_for: [(applicant, level)].into(), ..Actor::default() };
        let may = |level, permission: &Permission| acting(level).may(*permission, Scope::of(applicant));
        for permission in Permission::ALL {
            assert!(!may(Level::Reader, permission) || may(Level::Editor, permission), "{permission:?}");
            assert!(!may(Level::Editor, permission) || may(Level::Owner, permission), "{permission:?}");
            assert!(
                !acting(Level::Owner).may(*permission, Scope::of(ApplicantId(uuid::Uuid::max())))
                    || permission.is_for_everybody_signed_in()
            );
        }
        assert!(may(Level::Reader, &Permission::ReadApplication) && !may(Level::Reader, &Permission::SaveDraft));
        assert!(may(Level::Editor, &Permission::SubmitApplication) && !may(Level::Editor, &Permission::AcceptAward));
        assert!(may(Level::Owner, &Permission::AcceptAward) && !may(Level::Owner, &Permission::AppointOwner));
    }

    #[test]
    fn who_is_excluded_sees_nothing_by_role_but_that_they_are() {
        let application = ApplicationId(uuid::Uuid::from_u128(7));
        let applicant = ApplicantId(uuid::Uuid::from_u128(8));
        let scope = Scope::of(applicant).about(application);
        for role in Role::ALL {
            let recused = Actor { recused_from: BTreeSet::from([application]), ..actor(&[role]) };
            for permission in Permission::ALL {
                assert!(
                    !recused.may(*permission, scope) || permission.is_public() || permission.is_for_everybody_signed_in(),
                    "{permission:?}"
                );
                assert_eq!(recused.may(*permission, Scope::of(applicant)), actor(&[role]).may(*permission, Scope::of(applicant)));
            }
            let own = Scope { concerns: recused.person, ..scope };
            assert_eq!(recused.may(Permission::ReadRecusals, own), actor(&[role]).may(Permission::ReadRecusals, own));
        }
    }

    #[test]
    fn the_two_pairs_of_eyes_belong_to_different_roles() {
        for role in Role::ALL {
            let both = [Permission::CertifyPayout, Permission::OrderPayout].iter().all(|permission| permission.roles().contains(&role));
            assert!(!both, "{role:?} certifies and orders");
        }
    }
}
