//! Awards: what they are. What is done with them is in [`mutation`].

use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};
use domain::award::{Appeal, AwardState as State};
use domain::identity::available_actions;
use domain::ids::AwardId;
use futures_util::future::try_join_all;

use crate::applicant::Applicant;
use crate::application::Application;
use crate::budget::BudgetYear;
use crate::committee::Ballot;
use crate::error::{Fault, Nullable, Result};
use crate::mutation::Loaded;
use crate::node::id_of;
use crate::payout::Payout;
use crate::scalar::{Date, DateTime, Money};
use crate::session::Session;

pub mod mutation;

/// Where an award stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AwardState {
    /// Granted by the committee; the letter has not been dispatched.
    Granted,
    /// The applicant was notified, and has not said yes or no (R35).
    Notified,
    /// Accepted by the applicant.
    Accepted,
    /// Declined by the applicant, before or after it was accepted: the project is off (R15).
    Declined,
    /// Revoked by the city.
    Revoked,
}

impl From<&State> for AwardState {
    fn from(state: &State) -> Self {
        match state {
            State::Granted => Self::Granted,
            State::Notified(_) => Self::Notified,
            State::Accepted(_) => Self::Accepted,
            State::Declined { .. } => Self::Declined,
            State::Revoked { .. } => Self::Revoked,
        }
    }
}

/// What became of the right to appeal (R34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AppealState {
    /// It runs, or ran out.
    Running,
    /// The applicant waived it: the award is final at once.
    Waived,
    /// The applicant objected: the clock is stopped.
    Objected,
    /// The objection is settled.
    Settled,
}

/// What can be done with an award. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::award::AwardAction")]
pub enum AwardAction {
    /// `notifyAward`: record that the award letter was dispatched.
    #[graphql(name = "NOTIFY_AWARD")]
    Notify,
    /// `acceptAward`: accept it.
    #[graphql(name = "ACCEPT_AWARD")]
    Accept,
    /// `declineAward`: decline it, or call the project off.
    #[graphql(name = "DECLINE_AWARD")]
    Decline,
    /// `waiveAppeal`: waive the appeal.
    WaiveAppeal,
    /// `recordObjection`: record an objection.
    RecordObjection,
    /// `settleObjection`: record that the objection is settled.
    SettleObjection,
    /// `extendAwards`: extend the term, of this award or of many.
    #[graphql(name = "EXTEND_AWARDS")]
    Extend,
    /// `revokeAward`: revoke it.
    #[graphql(name = "REVOKE_AWARD")]
    Revoke,
    /// `requestPayout`: ask for an instalment.
    RequestPayout,
    /// `bookRepayment`: book a repayment.
    BookRepayment,
}

/// An award (Bewilligung): money committed to a project by a carried motion (R33).
#[derive(Description)]
pub struct Award(pub(crate) domain::award::AwardOn);

#[Object(use_type_description)]
impl Award {
    /// The award's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.award.id)
    }

    /// Where it stands.
    async fn state(&self) -> AwardState {
        (&self.0.award.state).into()
    }

    /// What it is for.
    async fn application(&self, ctx: &Context<'_>) -> Result<Application> {
        Session::of(ctx).application(self.0.award.application).await?.map(Application).ok_or_else(Fault::not_found)
    }

    /// Whose it is.
    async fn applicant(&self, ctx: &Context<'_>) -> Nullable<Applicant> {
        Session::of(ctx).applicant(self.0.award.applicant).await.map(|found| found.map(Applicant)).transpose()
    }

    /// The ballot whose carried motion it rests on (R33); null for whoever may not see ballots.
    async fn ballot(&self, ctx: &Context<'_>) -> Nullable<Ballot> {
        Ballot::load(&Session::of(ctx), self.0.award.ballot).await.transpose()
    }

    /// The year in which its money is committed now; moves on when commitments are carried over (R30).
    async fn year(&self) -> i32 {
        self.0.award.year
    }

    /// The budget of that year; null for whoever may not see it.
    async fn budget_year(&self, ctx: &Context<'_>) -> Nullable<BudgetYear> {
        Session::of(ctx).budget_year(self.0.award.year).await.map(|found| found.map(BudgetYear)).transpose()
    }

    /// What was awarded, in euro (R8).
    async fn amount(&self) -> Money {
        self.0.award.amount.into()
    }

    /// Whether it was a vote on hardship, above the highest rate (R9).
    async fn hardship(&self) -> bool {
        self.0.award.hardship
    }

    /// What it turned out not to need and is free again, in euro (R32).
    async fn released(&self) -> Money {
        self.0.award.released.into()
    }

    /// What was paid out and did not come back from the bank, in euro.
    async fn paid(&self) -> Money {
        self.0.award.paid.into()
    }

    /// What the applicant repaid, in euro (R31).
    async fn repaid(&self) -> Money {
        self.0.award.repaid.into()
    }

    /// What is committed to it and not paid, in euro.
    async fn open(&self) -> Money {
        self.0.award.open().into()
    }

    /// What can still be asked for, in euro: the award, less what is held back and what was asked for already (R36).
    async fn requestable(&self, ctx: &Context<'_>) -> Money {
        let session = Session::of(ctx);
        (self.0.award.payable(&session.engine().fund().award) - self.0.requested).into()
    }

    /// The term's first day: the project's, in Europe/Berlin.
    async fn term_start(&self) -> Date {
        self.0.award.term_start.into()
    }

    /// The term's last day, in Europe/Berlin (R40).
    async fn term_end(&self) -> Date {
        self.0.award.term_end.into()
    }

    /// When the motion was carried, or the waiting list served, in UTC.
    async fn granted_at(&self) -> DateTime {
        self.0.award.granted_at.into()
    }

    /// When the applicant was notified, and what follows from it (R34, R35). Null before, and when it was declined or revoked.
    async fn notification(&self) -> Option<Notification> {
        self.0.award.state.notification().map(|notification| {
            let (appeal, appeal_on) = match notification.appeal {
                Appeal::Running => (AppealState::Running, None),
                Appeal::Waived { on } => (AppealState::Waived, Some(on)),
                Appeal::Objected { on } => (AppealState::Objected, Some(on)),
                Appeal::Settled { on } => (AppealState::Settled, Some(on)),
            };
            Notification {
                dispatched_on: notification.dispatched_on.into(),
                notified_on: notification.notified_on.into(),
                accept_by: notification.accept_by.into(),
                appeal_until: notification.appeal_until.into(),
                appeal,
                appeal_on: appeal_on.map(Date),
                final_from: notification.final_from().map(Date),
            }
        })
    }

    /// Whether it is final (bestandskräftig) today in Europe/Berlin: before, no money (R34).
    async fn is_final(&self) -> bool {
        let from = self.0.award.state.notification().and_then(domain::award::Notification::final_from);
        from.is_some_and(|day| day <= self.0.today)
    }

    /// Why it was declined, if the applicant said, or why it was revoked. Null while it stands.
    async fn end_reason(&self) -> Option<&str> {
        match &self.0.award.state {
            State::Declined { reason } => reason.as_deref(),
            State::Revoked { reason } => Some(reason),
            _ => None,
        }
    }

    /// Its instalments, in their order.
    async fn payouts(&self, ctx: &Context<'_>) -> Result<Vec<Payout>> {
        let payouts = Session::of(ctx).payouts_of(self.0.award.id).await?;
        Ok(payouts.into_iter().map(Payout).collect())
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AwardAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Award {
    type Id = AwardId;

    async fn load(session: &Session, id: AwardId) -> Result<Option<Self>> {
        Ok(session.engine().award(&session.actor(), id).await?.map(Self))
    }
}

impl Loaded for Vec<Award> {
    type Id = Vec<AwardId>;

    async fn load(session: &Session, ids: Vec<AwardId>) -> Result<Option<Self>> {
        let found = try_join_all(ids.into_iter().map(|id| Award::load(session, id))).await?;
        Ok(Some(found.into_iter().flatten().collect()))
    }
}

/// When the applicant was notified of an award, and what follows from it. All days are in Europe/Berlin.
#[derive(SimpleObject)]
pub struct Notification {
    /// The day on which the letter was dispatched.
    dispatched_on: Date,
    /// The day that counts as that of notification (R34).
    notified_on: Date,
    /// The last day to accept or decline (R35). A later yes is still a yes.
    accept_by: Date,
    /// The last day to appeal (R34).
    appeal_until: Date,
    /// What became of the appeal.
    appeal: AppealState,
    /// The day of the waiver, the objection or its settlement; null while the appeal runs.
    appeal_on: Option<Date>,
    /// The day from which the award is final, as far as it can be said now (R34); null while an objection is not settled.
    final_from: Option<Date>,
}
