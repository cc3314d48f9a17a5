//! Payouts: instalments requested, certified by one, ordered by another, executed or returned, and paid again (R36 to R39).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::applicant::BankAccount;
use crate::award::{Award, AwardOn, Signature};
use crate::budget::{Basis, BudgetYear, Movement, Posting};
use crate::calendar::months_after;
use crate::fund::AwardRules;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, AwardId, BankAccountId, PayoutId, PersonId};
use crate::money::Money;
use crate::problem::{Problem, Refusal};
use crate::text;

/// A payout: one instalment of an award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// Its id.
    pub id: PayoutId,
    /// Counts the changes.
    pub version: i64,
    /// The award.
    pub award: AwardId,
    /// Whose it is.
    pub applicant: ApplicantId,
    /// Which instalment of the award, from 1.
    pub instalment: u32,
    /// Euro.
    pub amount: Money,
    /// What the money is needed for (R36).
    pub purpose: String,
    /// Until when it is needed (R36).
    pub needed_by: NaiveDate,
    /// How many times it was ordered: part of the end-to-end id, so that it is unique for ever (R38, R39).
    pub attempt: u32,
    /// Where it stands.
    pub state: PayoutState,
    /// When it was requested.
    pub requested_at: DateTime<Utc>,
}

/// Where a payout stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum PayoutState {
    /// Asked for.
    Requested,
    /// Refused, or no longer needed.
    Refused {
        /// Why.
        reason: String,
    },
    /// Certified as factually and arithmetically correct, to this account.
    Certified(Certificate),
    /// Ordered by somebody else, and on its way through the bank.
    Ordered(Order),
    /// Executed by the bank.
    Executed {
        /// The order.
        order: Order,
        /// On that day.
        on: NaiveDate,
    },
    /// Returned by the bank: payable again.
    Returned {
        /// The order that failed.
        order: Order,
        /// On that day.
        on: NaiveDate,
        /// The bank's reason: `AC04`, an account that was closed.
        reason: String,
    },
}

/// Who certified, and to which account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The account.
    pub account: BankAccountId,
    /// Who and when.
    pub certified: Signature,
}

/// Who ordered what was certified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What was certified.
    pub certificate: Certificate,
    /// Who ordered it, and when.
    pub ordered: Signature,
    /// The end-to-end id: unique for ever, at most 35 characters (R38).
    pub end_to_end_id: String,
}

impl PayoutState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Refused { .. } => "refused",
            Self::Certified(_) => "certified",
            Self::Ordered(_) => "ordered",
            Self::Executed { .. } => "executed",
            Self::Returned { .. } => "returned",
        }
    }

    /// The last order, if there was one.
    #[must_use]
    pub const fn order(&self) -> Option<&Order> {
        match self {
            Self::Ordered(order) | Self::Executed { order, .. } | Self::Returned { order, .. } => Some(order),
            Self::Requested | Self::Refused { .. } | Self::Certified(_) => None,
        }
    }

    /// The certificate, if it was certified.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        match self {
            Self::Certified(certificate) => Some(certificate),
            _ => self.order().map(|order| &order.certificate),
        }
    }
}

/// What can be done with a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PayoutAction {
    /// Refuse the request.
    Refuse,
    /// Certify it.
    Certify,
    /// Order it.
    Order,
    /// Book that the bank executed it.
    BookExecution,
    /// Book that the bank returned it.
    BookReturn,
}

impl Action for PayoutAction {
    const ALL: &'static [Self] = &[Self::Refuse, Self::Certify, Self::Order, Self::BookExecution, Self::BookReturn];

    fn permission(self) -> Permission {
        match self {
            Self::Refuse => Permission::RefusePayout,
            Self::Certify => Permission::CertifyPayout,
            Self::Order => Permission::OrderPayout,
            Self::BookExecution | Self::BookReturn => Permission::BookPayout,
        }
    }
}

impl Scoped for Payout {
    const READ: Permission = Permission::ReadAward;

    fn scope(&self) -> Scope {
        Scope::of(self.applicant)
    }
}

impl Guarded for Payout {
    type Action = PayoutAction;

    fn permits(&self, action: PayoutAction, actor: &Actor) -> Result<(), Problem> {
        use PayoutAction as A;
        use PayoutState as S;
        match (action, &self.state) {
            // Per case, not only per role: a person with both roles still is one person (R37).
            (A::Order, S::Certified(certificate)) if actor.person == Some(certificate.certified.by) => Err(Problem::CertifierCannotOrder),
            (A::Refuse | A::Certify, S::Requested | S::Returned { .. })
            | (A::Refuse | A::Order, S::Certified(_))
            | (A::BookExecution, S::Ordered(_))
            | (A::BookReturn, S::Ordered(_) | S::Executed { .. }) => Ok(()),
            (_, state) => Err(Problem::wrong_state(state.name(), action)),
        }
    }
}

impl Payout {
    /// Asks for an instalment (R34, R36). The award's own guard has let the request through.
    pub fn request(
        id: PayoutId,
        on: &AwardOn,
        instalment: u32,
        amount: Money,
        purpose: &str,
        needed_by: NaiveDate,
        rules: &AwardRules,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let remaining = on.payable - on.requested;
        if !amount.is_positive() {
            violations.push(Problem::AmountNotPositive.at("amount"));
        } else if amount > remaining {
            violations.push(Problem::AboveAward { remaining }.at("amount"));
        }
        let latest = months_after(on.today, rules.payout_horizon_months);
        if needed_by > latest {
            violations.push(Problem::NeededTooLate { latest }.at("neededBy"));
        }
        let purpose = text::required_paragraphs("purpose", purpose).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        Refusal::unless_empty(violations)?;
        Ok(Self {
            id,
            version: 1,
            award: on.award.id,
            applicant: on.award.applicant,
            instalment,
            amount,
            purpose,
            needed_by,
            attempt: 0,
            state: PayoutState::Requested,
            requested_at: now,
        })
    }

    /// Refuses the request, with a reason.
    pub fn refuse(self, reason: &str) -> Result<Self, Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        Ok(Self { state: PayoutState::Refused { reason }, ..self })
    }

    /// Certifies it, to an account of the applicant that another person confirmed (R37).
    pub fn certify(self, account: &BankAccount, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if account.applicant != self.applicant {
            return Err(Refusal::one("bankAccountId", Problem::AccountOfAnother));
        }
        if account.confirmed.is_none() {
            return Err(Refusal::one("bankAccountId", Problem::AccountNotConfirmed));
        }
        let certificate = Certificate { account: account.id, certified: Signature { by, at: now } };
        Ok(Self { state: PayoutState::Certified(certificate), ..self })
    }

    /// Orders it: another person than who certified it, which the guard has seen to (R37). `number` is the application's.
    #[must_use]
    pub fn order(self, number: &str, by: PersonId, now: DateTime<Utc>) -> Self {
        let PayoutState::Certified(certificate) = self.state else {
            return self;
        };
        let attempt = self.attempt + 1;
        let end_to_end_id = format!("{number}-{}-{attempt}", self.instalment);
        let order = Order { certificate, ordered: Signature { by, at: now }, end_to_end_id };
        Self { attempt, state: PayoutState::Ordered(order), ..self }
    }

    /// Books that the bank executed it: what was committed is paid.
    pub fn book_execution(
        self,
        award: Award,
        on: NaiveDate,
        today: NaiveDate,
        year: &mut BudgetYear,
    ) -> Result<(Self, Award, Posting), Refusal> {
        let PayoutState::Ordered(order) = self.state else {
            return Err(Problem::wrong_state(self.state.name(), PayoutAction::BookExecution).into());
        };
        not_ahead(on, today)?;
        let posting = year.post(Movement::Payout, self.amount, Basis::Award { award: award.id })?;
        let award = Award { paid: award.paid + self.amount, ..award };
        Ok((Self { state: PayoutState::Executed { order, on }, ..self }, award, posting))
    }

    /// Books that the bank returned it, with its reason: payable again (R39). Money that had been booked as paid is committed again.
    pub fn book_return(
        self,
        award: Award,
        on: NaiveDate,
        reason: &str,
        today: NaiveDate,
        year: &mut BudgetYear,
    ) -> Result<(Self, Award, Option<Posting>), Refusal> {
        let (order, was_paid) = match self.state {
            PayoutState::Ordered(order) => (order, false),
            PayoutState::Executed { order, .. } => (order, true),
            _ => return Err(Problem::wrong_state(self.state.name(), PayoutAction::BookReturn).into()),
        };
        not_ahead(on, today)?;
        if reason.len() != 4 || !reason.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Err(Refusal::one("reason", Problem::ReasonCode));
        }
        let (award, posting) = if was_paid {
            let posting = year.post(Movement::PayoutReturn, self.amount, Basis::Award { award: award.id })?;
            (Award { paid: award.paid - self.amount, ..award }, Some(posting))
        } else {
            (award, None)
        };
        Ok((Self { state: PayoutState::Returned { order, on, reason: reason.to_owned() }, ..self }, award, posting))
    }

    /// Whether it takes part of the award: everything but what was refused.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !matches!(self.state, PayoutState::Refused { .. })
    }
}

fn not_ahead(on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if on > today { Err(Refusal::one("on", Problem::DateAhead)) } else { Ok(()) }
}
