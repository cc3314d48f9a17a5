//! To which page of the portal each notice leads: the one on which its reader can do what it asks for. Readers who have not signed in do so
//! first, and come to it then.

use domain::ids::ApplicationId;
use domain::outbox::{About, Notice};

/// Where somebody finds all that waits for them.
const DESK: &str = "/desk";

/// The page's path.
pub(crate) fn of(notice: &Notice) -> String {
    match notice {
        Notice::ApplicationReceived { about, .. }
        | Notice::ChangesRequested { about, .. }
        | Notice::ApplicationAdmitted { about }
        | Notice::ApplicationRefused { about, .. }
        | Notice::ApplicationAwarded { about, .. }
        | Notice::ApplicationRejected { about }
        | Notice::WaitingListed { about, .. }
        | Notice::AwardToAccept { about, .. }
        | Notice::AwardExtended { about, .. }
        | Notice::AwardRevoked { about, .. }
        | Notice::PayoutExecuted { about, .. }
        | Notice::PayoutReturned { about, .. } => application(about.application, ""),
        Notice::SubmissionToConfirm { application: id, .. } => application(*id, "/check"),
        Notice::AcceptanceOverdue { about: About { application: Some(id), .. }, .. } => format!("/office/applications/{id}"),
        Notice::BallotOpened { ballot: Some(id), .. }
        | Notice::CircularVoteOpened { ballot: Some(id), .. }
        | Notice::VoteReminder { ballot: Some(id), .. }
        | Notice::BallotWithoutResult { ballot: Some(id), .. } => format!("/committee/ballots/{id}"),
        Notice::MeetingInvited { meeting, .. } => format!("/committee/meetings/{meeting}"),
        Notice::MoneyFreed { year, .. } => format!("/finance/waiting-list?year={year}"),
        Notice::BudgetChanged { year, .. } => format!("/finance?year={year}"),
        Notice::Digest { .. } => "/briefings".to_owned(),
        Notice::AcceptanceOverdue { .. }
        | Notice::BallotOpened { .. }
        | Notice::CircularVoteOpened { .. }
        | Notice::VoteReminder { .. }
        | Notice::BallotWithoutResult { .. }
        | Notice::RecusalRecorded { .. }
        | Notice::BankAccountNamed { .. }
        | Notice::MemberInvited { .. }
        | Notice::MembershipChanged { .. }
        | Notice::OwnerAppointed { .. }
        | Notice::JointRepresentationChanged { .. }
        | Notice::RoleGranted { .. }
        | Notice::RoleEnded { .. }
        | Notice::SignIn { .. }
        | Notice::MinutesOverdue { .. }
        | Notice::AddressToConfirm { .. } => DESK.to_owned(),
        // Who reads it can't sign in by this address any more.
        Notice::AddressChanged { .. } => "/".to_owned(),
    }
}

/// An application's page, or another one below it.
fn application(id: Option<ApplicationId>, below: &str) -> String {
    id.map_or_else(|| DESK.to_owned(), |id| format!("/applications/{id}{below}"))
}
