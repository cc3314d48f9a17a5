//! What people are told by e-mail. A [`Notice`] holds exactly what its texts need, and nothing that an e-mail should not hold: no IBAN, no
//! votes, no names of other people.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::application::Field;
use crate::budget::CouncilChange;
use crate::identity::Role;
use crate::ids::{AddressChangeId, ApplicationId, BallotId, MeetingId, SignInId};
use crate::membership::Level;
use crate::money::Money;

/// The application that a notice is about, as its texts name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Which: `None` in messages from before their links led to it.
    #[serde(default)]
    pub application: Option<ApplicationId>,
    /// `SP-2020-017`.
    pub number: String,
    /// The project's title.
    pub title: String,
    /// Who applies.
    pub applicant: String,
}

/// What somebody is told. One variant is one kind of e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    /// To the applicant: received, with the number and what happens next.
    ApplicationReceived {
        /// The application.
        about: About,
        /// What was asked for.
        amount: Money,
        /// Whether it came back with requested changes.
        changed: bool,
    },
    /// To the applicant: please change these fields.
    ChangesRequested {
        /// The application.
        about: About,
        /// The open fields.
        fields: Vec<Field>,
        /// Until when.
        due: NaiveDate,
        /// What is wished.
        remark: String,
    },
    /// To the applicant: admitted to the decision.
    ApplicationAdmitted {
        /// The application.
        about: About,
    },
    /// To the applicant: refused on formal grounds.
    ApplicationRefused {
        /// The application.
        about: About,
        /// Why.
        reason: String,
    },
    /// To the members: a ballot is open.
    BallotOpened {
        /// The application.
        about: About,
        /// The ballot: `None` in messages from before their links led to it.
        #[serde(default)]
        ballot: Option<BallotId>,
        /// What is voted on.
        wording: String,
    },
    /// To the members: a vote in writing is open (R21).
    CircularVoteOpened {
        /// The application.
        about: About,
        /// The ballot: `None` in messages from before their links led to it.
        #[serde(default)]
        ballot: Option<BallotId>,
        /// What is voted on.
        wording: String,
        /// The last day to object to the form.
        objections_until: NaiveDate,
        /// The last day to vote.
        votes_until: NaiveDate,
    },
    /// To members who have not voted: the vote in writing ends soon.
    VoteReminder {
        /// The application.
        about: About,
        /// The ballot: `None` in messages from before their links led to it.
        #[serde(default)]
        ballot: Option<BallotId>,
        /// The last day to vote.
        votes_until: NaiveDate,
    },
    /// To the chair and the case officers: a ballot ended without a result, and its motion is pending again.
    BallotWithoutResult {
        /// The application.
        about: About,
        /// The ballot: `None` in messages from before their links led to it.
        #[serde(default)]
        ballot: Option<BallotId>,
        /// Whether a member objected (R21); else too few voted (R17).
        objected: bool,
    },
    /// To a member: a case officer recorded that they are excluded (R16). It names the number and nothing else.
    RecusalRecorded {
        /// `SP-2020-017`.
        number: String,
    },
    /// To the applicant: the committee awarded; the letter follows.
    ApplicationAwarded {
        /// The application.
        about: About,
        /// What was awarded.
        amount: Money,
        /// Whether it came from the waiting list.
        from_waiting_list: bool,
    },
    /// To the applicant: the committee rejected.
    ApplicationRejected {
        /// The application.
        about: About,
    },
    /// To the applicant: carried, but no money yet.
    WaitingListed {
        /// The application.
        about: About,
        /// What was carried.
        amount: Money,
        /// The place on the list.
        position: i64,
        /// Whose money it waits for.
        year: i32,
    },
    /// To the applicant: the award letter is out; accept or decline.
    AwardToAccept {
        /// The application.
        about: About,
        /// What was awarded.
        amount: Money,
        /// The last day to accept or decline.
        accept_by: NaiveDate,
        /// The last day to appeal.
        appeal_until: NaiveDate,
    },
    /// To the case officers: nobody accepted or declined in time (R35).
    AcceptanceOverdue {
        /// The application.
        about: About,
        /// The day that has passed.
        accept_by: NaiveDate,
    },
    /// To the applicant: the term is longer.
    AwardExtended {
        /// The application.
        about: About,
        /// Its new last day.
        until: NaiveDate,
        /// The resolution, if one was needed.
        resolution: Option<String>,
    },
    /// To the applicant: the award was revoked.
    AwardRevoked {
        /// The application.
        about: About,
        /// Why.
        reason: String,
    },
    /// To everybody who acts for the applicant: another bank account was named. Who did not do it should call.
    BankAccountNamed {
        /// The applicant.
        applicant: String,
        /// The account, shortened.
        shortened_iban: String,
    },
    /// To the applicant: paid.
    PayoutExecuted {
        /// The application.
        about: About,
        /// Which instalment.
        instalment: u32,
        /// How much.
        amount: Money,
    },
    /// To the applicant and the case officers: the bank returned it.
    PayoutReturned {
        /// The application.
        about: About,
        /// Which instalment.
        instalment: u32,
        /// How much.
        amount: Money,
        /// The bank's reason.
        reason: String,
    },
    /// To the case officers and finance: money is free again, and these places of the waiting list are offered it (R32).
    MoneyFreed {
        /// Whose year.
        year: i32,
        /// How much.
        amount: Money,
        /// What is available now.
        available: Money,
        /// The places that are offered it, in order.
        offers: Vec<Offer>,
        /// The number of the application that gave it up, if one did. No text names it: it says to whom nothing of it is told (R16).
        #[serde(default)]
        freed_by: Option<String>,
    },
    /// To the committee and finance: the year's budget was changed (R29).
    BudgetChanged {
        /// The year.
        year: i32,
        /// How.
        change: CouncilChange,
        /// By how much.
        amount: Money,
        /// By which resolution.
        resolution: String,
        /// What the year has now.
        allotted: Money,
        /// What is available now.
        available: Money,
    },
    /// To who is invited: act for an applicant.
    MemberInvited {
        /// The applicant.
        applicant: String,
        /// How far.
        level: Level,
        /// The last day to accept.
        until: NaiveDate,
    },
    /// To who acts, or acted, for an applicant: what they may do for it is another thing now.
    MembershipChanged {
        /// The applicant.
        applicant: String,
        /// How far they act for it now; `None`: not any more.
        level: Option<Level>,
        /// Why, if somebody else did it.
        reason: Option<String>,
    },
    /// To everybody else who acts for the applicant, and the owner before: the city appointed an owner.
    OwnerAppointed {
        /// The applicant.
        applicant: String,
        /// Why.
        reason: String,
    },
    /// To everybody who acts for the applicant: from now on two people submit, or one.
    JointRepresentationChanged {
        /// The applicant.
        applicant: String,
        /// Whether two are needed.
        required: bool,
    },
    /// To the others who may submit: one has, please confirm.
    SubmissionToConfirm {
        /// The application: `None` in messages from before their links led to it.
        #[serde(default)]
        application: Option<ApplicationId>,
        /// The applicant.
        applicant: String,
        /// The project's title.
        title: String,
    },
    /// To who got a role.
    RoleGranted {
        /// Which.
        role: Role,
        /// The first day.
        from: NaiveDate,
        /// The last day, if there is one.
        until: Option<NaiveDate>,
        /// Why.
        reason: String,
    },
    /// To who had a role.
    RoleEnded {
        /// Which.
        role: Role,
        /// Why.
        reason: String,
    },
    /// To whoever gave the address: sign in by link or code. Neither is in here: both are derived from the request's id when the e-mail is
    /// written.
    SignIn {
        /// Which request.
        request: SignInId,
        /// Until when link and code are good; after that the e-mail is not worth sending.
        expires_at: DateTime<Utc>,
        /// Whether nobody is known by the address: who signs in registers.
        registration: bool,
    },
    /// To whoever follows the fund's work, as often as they choose: what is new.
    Digest {
        /// What.
        digest: crate::digest::Digest,
    },
    /// To the committee: come to a meeting, with its agenda as this recipient may see it (R16).
    MeetingInvited {
        /// The calendar entry's UID.
        meeting: MeetingId,
        /// How often it was invited to before: the calendar entry's SEQUENCE.
        sequence: u32,
        /// When it begins.
        begins_at: DateTime<Utc>,
        /// When it ends.
        ends_at: DateTime<Utc>,
        /// Where.
        place: String,
        /// Whether it can be attended from afar.
        remote: bool,
        /// What is on its agenda.
        agenda: Vec<AgendaLine>,
        /// Why the notice is short, if it is.
        short_notice: Option<String>,
        /// Whether the recipient comes only where their member can't.
        substitute: bool,
    },
    /// To who has not signed minutes: they are overdue (R24).
    MinutesOverdue {
        /// The day of the meeting.
        held_on: NaiveDate,
        /// Until when they were to be signed.
        due: NaiveDate,
    },
    /// To the new address of somebody who wants to be reached by it: confirm by the link, which is derived from the wish's id.
    AddressToConfirm {
        /// Which wish.
        change: AddressChangeId,
        /// Until when the link is good; after that the e-mail is not worth sending.
        expires_at: DateTime<Utc>,
    },
    /// To the address before: from now on it is another one.
    AddressChanged {
        /// Which wish.
        change: AddressChangeId,
    },
}

/// An item of the agenda, as an invitation lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaLine {
    /// Its place.
    pub position: u32,
    /// Whether everybody may listen.
    pub public: bool,
    /// What it is called; `None` for whoever is excluded from it (R16).
    pub title: Option<String>,
}

/// A place that is offered money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its place.
    pub position: i64,
    /// The application's number.
    pub number: String,
    /// How much it waits for.
    pub amount: Money,
}

impl Notice {
    /// The kind's name, in the database and in the API: `application-received`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ApplicationReceived { .. } => "application-received",
            Self::ChangesRequested { .. } => "changes-requested",
            Self::ApplicationAdmitted { .. } => "application-admitted",
            Self::ApplicationRefused { .. } => "application-refused",
            Self::BallotOpened { .. } => "ballot-opened",
            Self::CircularVoteOpened { .. } => "circular-vote-opened",
            Self::VoteReminder { .. } => "vote-reminder",
            Self::BallotWithoutResult { .. } => "ballot-without-result",
            Self::RecusalRecorded { .. } => "recusal-recorded",
            Self::ApplicationAwarded { .. } => "application-awarded",
            Self::ApplicationRejected { .. } => "application-rejected",
            Self::WaitingListed { .. } => "waiting-listed",
            Self::AwardToAccept { .. } => "award-to-accept",
            Self::AcceptanceOverdue { .. } => "acceptance-overdue",
            Self::AwardExtended { .. } => "award-extended",
            Self::AwardRevoked { .. } => "award-revoked",
            Self::BankAccountNamed { .. } => "bank-account-named",
            Self::PayoutExecuted { .. } => "payout-executed",
            Self::PayoutReturned { .. } => "payout-returned",
            Self::MoneyFreed { .. } => "money-freed",
            Self::BudgetChanged { .. } => "budget-changed",
            Self::MemberInvited { .. } => "member-invited",
            Self::MembershipChanged { .. } => "membership-changed",
            Self::OwnerAppointed { .. } => "owner-appointed",
            Self::JointRepresentationChanged { .. } => "joint-representation-changed",
            Self::SubmissionToConfirm { .. } => "submission-to-confirm",
            Self::RoleGranted { .. } => "role-granted",
            Self::RoleEnded { .. } => "role-ended",
            Self::SignIn { .. } => "sign-in",
            Self::Digest { .. } => "digest",
            Self::MeetingInvited { .. } => "meeting-invited",
            Self::MinutesOverdue { .. } => "minutes-overdue",
            Self::AddressToConfirm { .. } => "address-to-confirm",
            Self::AddressChanged { .. } => "address-changed",
        }
    }

    /// Whether it is not worth sending any more.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        match self {
            Self::SignIn { expires_at, .. } | Self::AddressToConfirm { expires_at, .. } => *expires_at <= now,
            Self::MeetingInvited { ends_at, .. } => *ends_at <= now,
            _ => false,
        }
    }
}
