//! What may still be told to who is excluded from an application (R16).

use crate::digest::BudgetChange;
use crate::outbox::Notice;

impl Notice {
    /// What is left of a notice that was not sent yet, for who is excluded from the application of that number; `None` if nothing is.
    /// Who acts for the applicant is told as such what they know anyway: `acts_for_it`.
    #[must_use]
    pub fn without(self, number: &str, acts_for_it: bool) -> Option<Self> {
        match self {
            Self::BallotOpened { ref about, .. }
            | Self::CircularVoteOpened { ref about, .. }
            | Self::VoteReminder { ref about, .. }
            | Self::BallotWithoutResult { ref about, .. }
            | Self::AcceptanceOverdue { ref about, .. } => (about.number != number).then_some(self),
            Self::ApplicationReceived { ref about, .. }
            | Self::ChangesRequested { ref about, .. }
            | Self::ApplicationAdmitted { ref about }
            | Self::ApplicationRefused { ref about, .. }
            | Self::ApplicationAwarded { ref about, .. }
            | Self::ApplicationRejected { ref about }
            | Self::WaitingListed { ref about, .. }
            | Self::AwardToAccept { ref about, .. }
            | Self::AwardExtended { ref about, .. }
            | Self::AwardRevoked { ref about, .. }
            | Self::PayoutExecuted { ref about, .. }
            | Self::PayoutReturned { ref about, .. } => (acts_for_it || about.number != number).then_some(self),
            Self::MoneyFreed { ref freed_by, .. } if freed_by.as_deref() == Some(number) => None,
            Self::MoneyFreed { year, amount, available, mut offers, freed_by } => {
                offers.retain(|offer| offer.number != number);
                Some(Self::MoneyFreed { year, amount, available, offers, freed_by })
            }
            // Which of the year's sums an award that fell away or a repayment has a part in, a digest doesn't say.
            Self::Digest { mut digest } => {
                digest.budget.retain(|news| !matches!(news.change, BudgetChange::Freed | BudgetChange::Repaid));
                (!digest.is_empty()).then_some(Self::Digest { digest })
            }
            // Of the fund, of an applicant whom they act for, or of themselves: nothing of an application.
            Self::RecusalRecorded { .. }
            | Self::BankAccountNamed { .. }
            | Self::BudgetChanged { .. }
            | Self::MemberInvited { .. }
            | Self::MembershipChanged { .. }
            | Self::OwnerAppointed { .. }
            | Self::JointRepresentationChanged { .. }
            | Self::SubmissionToConfirm { .. }
            | Self::RoleGranted { .. }
            | Self::RoleEnded { .. }
            | Self::AddressToConfirm { .. }
            | Self::AddressChanged { .. }
            | Self::MinutesOverdue { .. }
            | Self::SignIn { .. }
            // Written anew with an agenda that leaves the title out, since only the meeting knows which item is about what.
            | Self::MeetingInvited { .. } => Some(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::digest::{BudgetChange, BudgetNews, Digest};
    use crate::money::Money;
    use crate::outbox::{About, Notice, Offer};

    fn about(number: &str) -> About {
        About { application: None, number: number.to_owned(), title: "Chorreise".to_owned(), applicant: "Chor".to_owned() }
    }

    #[test]
    fn what_the_office_and_the_committee_are_told_of_it_is_gone_and_of_others_stays() {
        let ballot = Notice::BallotOpened { about: about("SP-2020-001"), ballot: None, wording: "Bewilligung".to_owned() };
        for acts in [false, true] {
            assert_eq!(ballot.clone().without("SP-2020-001", acts), None, "a vote is never the applicant's");
            assert_eq!(ballot.clone().without("SP-2020-002", acts), Some(ballot.clone()));
        }
        let rejected = Notice::ApplicationRejected { about: about("SP-2020-001") };
        assert_eq!(rejected.clone().without("SP-2020-001", false), None);
        assert_eq!(rejected.clone().without("SP-2020-001", true), Some(rejected), "who applies is told what became of it");
    }

    #[test]
    fn an_offer_to_it_is_left_out_of_those_to_others() {
        let offer = |position, number: &str| Offer { position, number: number.to_owned(), amount: Money::ZERO };
        let freed = |offers| Notice::MoneyFreed {
            year: 2020,
            amount: Money::ZERO,
            available: Money::ZERO,
            offers,
            freed_by: Some("SP-2020-003".to_owned()),
        };
        let both = freed(vec![offer(1, "SP-2020-001"), offer(2, "SP-2020-002")]);
        assert_eq!(both.clone().without("SP-2020-001", false), Some(freed(vec![offer(2, "SP-2020-002")])));
        assert_eq!(both.without("SP-2020-003", false), None, "how much it gave up");
    }

    #[test]
    fn a_digest_keeps_what_is_of_no_application() {
        let news = |change| BudgetNews { year: 2020, change, amount: Money::ZERO };
        let digest = |changes: &[BudgetChange]| Notice::Digest {
            digest: Digest { budget: changes.iter().copied().map(news).collect(), ..Digest::default() },
        };
        let both = digest(&[BudgetChange::Increased, BudgetChange::Freed]);
        assert_eq!(both.without("SP-2020-001", false), Some(digest(&[BudgetChange::Increased])));
        assert_eq!(digest(&[BudgetChange::Repaid]).without("SP-2020-001", false), None, "of nothing nobody is told");
    }
}
