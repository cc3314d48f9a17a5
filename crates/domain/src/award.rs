//! The award (Bewilligung): notification, acceptance, appeal, term (R33 to R36, R40).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::budget::{Basis, BudgetYear, Movement, Posting};
use crate::calendar::{day_of, days_after, months_after};
use crate::committee::Proposal;
use crate::fund::{AwardRules, Fund};
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, ApplicationId, AwardId, BallotId, PersonId};
use crate::money::Money;
use crate::problem::{Problem, Refusal};
use crate::text;

/// An award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Its id.
    pub id: AwardId,
    /// Counts the changes.
    pub version: i64,
    /// What it is for.
    pub application: ApplicationId,
    /// Whose it is.
    pub applicant: ApplicantId,
    /// The ballot whose carried motion it rests on (R33).
    pub ballot: BallotId,
    /// The year in which its money is committed now; moves on when commitments are carried over (R30).
    pub year: i32,
    /// What was awarded.
    pub amount: Money,
    /// Whether it was a vote on hardship (R9).
    pub hardship: bool,
    /// What it turned out not to need and is free again (R32).
    pub released: Money,
    /// What was paid out and did not come back from the bank.
    pub paid: Money,
    /// What was repaid (R31).
    pub repaid: Money,
    /// The term's first day: the project's.
    pub term_start: NaiveDate,
    /// The term's last day (R40).
    pub term_end: NaiveDate,
    /// Where it stands.
    pub state: AwardState,
    /// When the motion was carried, or the waiting list served.
    pub granted_at: DateTime<Utc>,
}

/// Where an award stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AwardState {
    /// Granted; the applicant has not been notified.
    Granted,
    /// Notified; the applicant has not said yes or no.
    Notified(Notification),
    /// Accepted.
    Accepted(Notification),
    /// Declined, before or after it was accepted: the project is off (R15).
    Declined {
        /// Why, if the applicant says.
        reason: Option<String>,
    },
    /// Revoked by the city.
    Revoked {
        /// Why.
        reason: String,
    },
}

/// When the applicant was notified, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The day on which the letter was dispatched.
    pub dispatched_on: NaiveDate,
    /// The day that counts as that of notification (R34).
    pub notified_on: NaiveDate,
    /// The last day to accept or decline (R35).
    pub accept_by: NaiveDate,
    /// The last day to appeal (R34).
    pub appeal_until: NaiveDate,
    /// What became of the appeal.
    pub appeal: Appeal,
}

/// What became of the right to appeal (R34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "appeal", rename_all = "kebab-case")]
pub enum Appeal {
    /// It runs, or ran out.
    Running,
    /// The applicant waived it.
    Waived {
        /// On that day.
        on: NaiveDate,
    },
    /// The applicant objected: the clock is stopped.
    Objected {
        /// On that day.
        on: NaiveDate,
    },
    /// The objection is settled.
    Settled {
        /// On that day.
        on: NaiveDate,
    },
}

impl Notification {
    /// The day from which the award is final, as far as it can be said now (R34): the day after the appeal ran out, or that of the waiver.
    #[must_use]
    pub fn final_from(&self) -> Option<NaiveDate> {
        match self.appeal {
            Appeal::Running => Some(days_after(self.appeal_until, 1)),
            Appeal::Waived { on } | Appeal::Settled { on } => Some(on),
            Appeal::Objected { .. } => None,
        }
    }
}

impl AwardState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Notified(_) => "notified",
            Self::Accepted(_) => "accepted",
            Self::Declined { .. } => "declined",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// The notification, while the award stands.
    #[must_use]
    pub const fn notification(&self) -> Option<&Notification> {
        match self {
            Self::Notified(notification) | Self::Accepted(notification) => Some(notification),
            Self::Granted | Self::Declined { .. } | Self::Revoked { .. } => None,
        }
    }
}

/// What can be done with an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AwardAction {
    /// Notify the applicant.
    Notify,
    /// Accept it.
    Accept,
    /// Decline it, or call the project off.
    Decline,
    /// Waive the appeal.
    WaiveAppeal,
    /// Record an objection.
    RecordObjection,
    /// Record that the objection is settled.
    SettleObjection,
    /// Extend the term.
    Extend,
    /// Revoke it.
    Revoke,
    /// Ask for an instalment.
    RequestPayout,
    /// Book a repayment.
    BookRepayment,
}

impl Action for AwardAction {
    const ALL: &'static [Self] = &[
        Self::Notify,
        Self::Accept,
        Self::Decline,
        Self::WaiveAppeal,
        Self::RecordObjection,
        Self::SettleObjection,
        Self::Extend,
        Self::Revoke,
        Self::RequestPayout,
        Self::BookRepayment,
    ];

    fn permission(self) -> Permission {
        match self {
            Self::Notify => Permission::NotifyAward,
            Self::Accept => Permission::AcceptAward,
            Self::Decline => Permission::DeclineAward,
            Self::WaiveAppeal => Permission::WaiveAppeal,
            Self::RecordObjection | Self::SettleObjection => Permission::RecordObjection,
            Self::Extend => Permission::ExtendAwards,
            Self::Revoke => Permission::RevokeAward,
            Self::RequestPayout => Permission::RequestPayout,
            Self::BookRepayment => Permission::BookRepayment,
        }
    }
}

/// An award as it stands on a day: finality is a matter of the calendar (R34), so the guard needs the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardOn {
    /// The award.
    pub award: Award,
    /// Today, in Europe/Berlin.
    pub today: NaiveDate,
    /// Whether a payout has been ordered and the bank has not answered.
    pub payout_under_way: bool,
    /// What was requested and not refused.
    pub requested: Money,
    /// What can be requested in all: see [`Award::payable`].
    pub payable: Money,
}

impl Scoped for AwardOn {
    const READ: Permission = Permission::ReadAward;

    fn scope(&self) -> Scope {
        Scope::of(self.award.applicant).about(self.award.application)
    }
}

impl Guarded for AwardOn {
    type Action = AwardAction;

    fn permits(&self, action: AwardAction, _: &Actor) -> Result<(), Problem> {
        use AwardAction as A;
        let award = &self.award;
        let state = &award.state;
        let wrong = || Err(Problem::wrong_state(state.name(), action));
        let stands = matches!(state, AwardState::Granted | AwardState::Notified(_) | AwardState::Accepted(_));
        match (action, state) {
            (A::Notify, AwardState::Granted) | (A::Accept, AwardState::Notified(_)) => Ok(()),
            (A::Decline, AwardState::Notified(_) | AwardState::Accepted(_)) | (A::Revoke, _) if stands => {
                if self.payout_under_way {
                    Err(Problem::PayoutUnderWay)
                } else {
                    Ok(())
                }
            }
            (A::Extend, _) if stands => Ok(()),
            (A::WaiveAppeal | A::RecordObjection, AwardState::Notified(notification) | AwardState::Accepted(notification)) => {
                match notification.appeal {
                    Appeal::Objected { .. } => Err(Problem::ObjectionPending),
                    Appeal::Running if self.today <= notification.appeal_until => Ok(()),
                    _ => Err(Problem::FinalAlready),
                }
            }
            (A::SettleObjection, AwardState::Notified(notification) | AwardState::Accepted(notification)) => match notification.appeal {
                Appeal::Objected { .. } => Ok(()),
                _ => wrong(),
            },
            (A::RequestPayout, AwardState::Notified(_)) => Err(Problem::NotAccepted),
            (A::RequestPayout, AwardState::Accepted(notification)) => match notification.final_from() {
                None => Err(Problem::ObjectionPending),
                Some(day) if self.today < day => Err(Problem::NotFinal),
                Some(_) if self.requested >= self.payable => Err(Problem::AboveAward { remaining: Money::ZERO }),
                Some(_) => Ok(()),
            },
            (A::BookRepayment, _) if award.paid > award.repaid => Ok(()),
            (A::BookRepayment, _) => Err(Problem::RepaymentAbovePaid { paid: Money::ZERO }),
            _ => wrong(),
        }
    }
}

impl Award {
    /// Grants an award: there is a carried motion, and its money is committed in the same breath (R33).
    pub fn grant(
        id: AwardId,
        application: &Application,
        proposal: Proposal,
        ballot: BallotId,
        year: &mut BudgetYear,
        fund: &Fund,
        now: DateTime<Utc>,
    ) -> Result<(Self, Posting), Problem> {
        let amount = proposal.amount().ok_or(Problem::MotionNeedsAmount)?;
        let posting = year.post(Movement::Commitment, amount, Basis::Award { award: id })?;
        let term_start = application.form.starts_on.unwrap_or_else(|| day_of(now));
        let latest = months_after(term_start, fund.award.term_months);
        let term_end = application.form.ends_on.unwrap_or(latest).min(latest);
        let award = Self {
            id,
            version: 1,
            application: application.id,
            applicant: application.applicant,
            ballot,
            year: year.year,
            amount,
            hardship: matches!(proposal, Proposal::HardshipAward { .. }),
            released: Money::ZERO,
            paid: Money::ZERO,
            repaid: Money::ZERO,
            term_start,
            term_end,
            state: AwardState::Granted,
            granted_at: now,
        };
        Ok((award, posting))
    }

    /// What is committed to it and not paid.
    #[must_use]
    pub fn open(&self) -> Money {
        self.amount - self.released - self.paid
    }

    /// Records the letter's dispatch; everything else is counted from it (R34, R35).
    /// Refused while the project would begin before the letter without consent (R12).
    pub fn notify(
        self,
        application: &Application,
        dispatched_on: NaiveDate,
        rules: &AwardRules,
        today: NaiveDate,
    ) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if dispatched_on > today {
            violations.push(Problem::DateAhead.at("dispatchedOn"));
        }
        let granted_on = day_of(self.granted_at);
        if dispatched_on < granted_on {
            violations.push(Problem::DateTooEarly { earliest: granted_on }.at("dispatchedOn"));
        }
        if application.early_start.is_none() && application.form.starts_on.is_some_and(|start| start < dispatched_on) {
            violations.push(Problem::AlreadyBegun.at("dispatchedOn"));
        }
        Refusal::unless_empty(violations)?;
        let notified_on = days_after(dispatched_on, rules.notification_days);
        let notification = Notification {
            dispatched_on,
            notified_on,
            accept_by: days_after(notified_on, rules.acceptance_days),
            appeal_until: months_after(notified_on, rules.appeal_months),
            appeal: Appeal::Running,
        };
        Ok(Self { state: AwardState::Notified(notification), ..self })
    }

    /// Accepts it (R35). A late yes is a yes: silence freed nothing.
    #[must_use]
    pub fn accept(self) -> Self {
        let state = match self.state {
            AwardState::Notified(notification) => AwardState::Accepted(notification),
            other => other,
        };
        Self { state, ..self }
    }

    /// Sets what became of the appeal (R34).
    #[must_use]
    pub fn with_appeal(self, appeal: Appeal) -> Self {
        let state = match self.state {
            AwardState::Notified(notification) => AwardState::Notified(Notification { appeal, ..notification }),
            AwardState::Accepted(notification) => AwardState::Accepted(Notification { appeal, ..notification }),
            other => other,
        };
        Self { state, ..self }
    }

    /// Declined by the applicant, or the project is called off (R15). What was not paid is free again (R32).
    pub fn decline(self, reason: &str, year: &mut BudgetYear) -> Result<(Self, Option<Posting>), Refusal> {
        let reason = text::paragraphs("reason", reason)?;
        let state = AwardState::Declined { reason: (!reason.is_empty()).then_some(reason) };
        self.release(state, year)
    }

    /// Revoked by the city. What was not paid is free again (R32).
    pub fn revoke(self, reason: &str, year: &mut BudgetYear) -> Result<(Self, Option<Posting>), Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        self.release(AwardState::Revoked { reason }, year)
    }

    fn release(self, state: AwardState, year: &mut BudgetYear) -> Result<(Self, Option<Posting>), Refusal> {
        let open = self.open();
        let posting = if open.is_positive() { Some(year.post(Movement::Release, open, Basis::Award { award: self.id })?) } else { None };
        Ok((Self { state, released: self.released + open, ..self }, posting))
    }

    /// Extends the term; beyond the longest (R40) only with a resolution.
    pub fn extend(self, until: NaiveDate, resolution: Option<&str>, rules: &AwardRules) -> Result<Self, Refusal> {
        if until <= self.term_end {
            return Err(Refusal::one("until", Problem::NotLonger { until: self.term_end }));
        }
        let latest = months_after(self.term_start, rules.term_months);
        if until > latest && resolution.is_none_or(|number| number.trim().is_empty()) {
            return Err(Refusal::one("resolution", Problem::ResolutionForTerm { latest }));
        }
        Ok(Self { term_end: until, ..self })
    }

    /// The money that can be asked for: the award, less what is held back until the proof (R36).
    #[must_use]
    pub fn payable(&self, rules: &AwardRules) -> Money {
        let amount = self.amount - self.released;
        amount - amount.percent_down(rules.held_back_percent)
    }

    /// Books a repayment: credited to the year in which it arrives (R31).
    pub fn book_repayment(self, amount: Money, year: &mut BudgetYear) -> Result<(Self, Posting), Refusal> {
        let paid = self.paid - self.repaid;
        if amount > paid {
            return Err(Refusal::one("amount", Problem::RepaymentAbovePaid { paid }));
        }
        let posting = year.post(Movement::Repayment, amount, Basis::Award { award: self.id });
        let posting = posting.map_err(|problem| Refusal::one("amount", problem))?;
        Ok((Self { repaid: self.repaid + amount, ..self }, posting))
    }
}

/// Who did something on which day, kept for the two pairs of eyes (R37).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}
