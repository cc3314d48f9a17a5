//! The budget of a year: dated movements between accounts, and the balances that they add up to (R26 to R33).
//!
//! A year's money is never one number. Each [`Movement`] takes an amount from one [`Account`] to another; the [`Balances`] are what the
//! movements so far have left on each. [`BudgetYear::post`] is the only way to change a balance, and refuses what would break R26.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{AwardId, EntryId, PersonId};
use crate::money::Money;
use crate::problem::{Problem, Refusal};
use crate::text;

/// Where money of a year comes from, rests, and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// The council's appropriation (Haushaltsansatz).
    Appropriation,
    /// Later increases.
    Increases,
    /// Later cuts.
    Cuts,
    /// Carried in from the year before.
    CarriedIn,
    /// Repaid by applicants, credited when it arrives (R31).
    Repaid,
    /// What can still be committed.
    Available,
    /// Committed to awards and not paid.
    Committed,
    /// Paid out.
    Paid,
    /// Carried into the next year.
    CarriedOut,
    /// Lapsed at the year's end (R30).
    Lapsed,
}

impl Account {
    /// All accounts.
    pub const ALL: [Self; 10] = [
        Self::Appropriation,
        Self::Increases,
        Self::Cuts,
        Self::CarriedIn,
        Self::Repaid,
        Self::Available,
        Self::Committed,
        Self::Paid,
        Self::CarriedOut,
        Self::Lapsed,
    ];

    /// The account's name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Appropriation => "appropriation",
            Self::Increases => "increases",
            Self::Cuts => "cuts",
            Self::CarriedIn => "carried-in",
            Self::Repaid => "repaid",
            Self::Available => "available",
            Self::Committed => "committed",
            Self::Paid => "paid",
            Self::CarriedOut => "carried-out",
            Self::Lapsed => "lapsed",
        }
    }
}

/// What kind of movement an entry is. The kind decides from which account to which (R27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Movement {
    /// The year's money by the budget.
    Appropriation,
    /// A later resolution that raises it (R29).
    Increase,
    /// A later resolution that lowers it (R29).
    Cut,
    /// Free money carried in by a resolution (R30).
    CarryIn,
    /// Open commitments carried in with their money (R30).
    CarryInCommitment,
    /// A repayment, credited to the year in which it arrives (R31).
    Repayment,
    /// Money set aside for an award (R33).
    Commitment,
    /// Money that an award turned out not to need (R32).
    Release,
    /// Paid out, as the bank reports it.
    Payout,
    /// Came back from the bank.
    PayoutReturn,
    /// Free money carried into the next year by a resolution (R30).
    CarryOut,
    /// Open commitments carried into the next year with their money (R30).
    CarryOutCommitment,
    /// Free money that lapses at the year's end (R30).
    Lapse,
}

impl Movement {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Appropriation,
        Self::Increase,
        Self::Cut,
        Self::CarryIn,
        Self::CarryInCommitment,
        Self::Repayment,
        Self::Commitment,
        Self::Release,
        Self::Payout,
        Self::PayoutReturn,
        Self::CarryOut,
        Self::CarryOutCommitment,
        Self::Lapse,
    ];

    /// From which account to which the money goes.
    #[must_use]
    pub const fn accounts(self) -> (Account, Account) {
        match self {
            Self::Appropriation => (Account::Appropriation, Account::Available),
            Self::Increase => (Account::Increases, Account::Available),
            Self::Cut => (Account::Available, Account::Cuts),
            Self::CarryIn => (Account::CarriedIn, Account::Available),
            Self::CarryInCommitment => (Account::CarriedIn, Account::Committed),
            Self::Repayment => (Account::Repaid, Account::Available),
            Self::Commitment => (Account::Available, Account::Committed),
            Self::Release => (Account::Committed, Account::Available),
            Self::Payout => (Account::Committed, Account::Paid),
            Self::PayoutReturn => (Account::Paid, Account::Committed),
            Self::CarryOut => (Account::Available, Account::CarriedOut),
            Self::CarryOutCommitment => (Account::Committed, Account::CarriedOut),
            Self::Lapse => (Account::Available, Account::Lapsed),
        }
    }

    /// The kind's name, in the database and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Appropriation => "appropriation",
            Self::Increase => "increase",
            Self::Cut => "cut",
            Self::CarryIn => "carry-in",
            Self::CarryInCommitment => "carry-in-commitment",
            Self::Repayment => "repayment",
            Self::Commitment => "commitment",
            Self::Release => "release",
            Self::Payout => "payout",
            Self::PayoutReturn => "payout-return",
            Self::CarryOut => "carry-out",
            Self::CarryOutCommitment => "carry-out-commitment",
            Self::Lapse => "lapse",
        }
    }

    /// Whether it leaves more money that can be committed, so that the waiting list is offered it (R32).
    #[must_use]
    pub const fn frees_money(self) -> bool {
        matches!(self.accounts().1, Account::Available)
    }
}

/// What is on each account of a year. `available` is computed, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the account of the same name")]
pub struct Balances {
    pub appropriated: Money,
    pub increases: Money,
    pub cuts: Money,
    pub carried_in: Money,
    pub repaid: Money,
    pub committed: Money,
    pub paid: Money,
    pub carried_out: Money,
    pub lapsed: Money,
}

impl Balances {
    /// What the year has: budget + increases − cuts + carried in + repaid.
    #[must_use]
    pub fn allotted(&self) -> Money {
        self.appropriated + self.increases - self.cuts + self.carried_in + self.repaid
    }

    /// What can still be committed. R26 says that it is never negative.
    #[must_use]
    pub fn available(&self) -> Money {
        self.allotted() - self.committed - self.paid - self.carried_out - self.lapsed
    }

    /// The balances after a movement, or `None` where R26 would be broken or an account fall below nothing.
    #[must_use]
    pub fn after(self, movement: Movement, amount: Money) -> Option<Self> {
        let after = self.plus(movement, amount);
        let all = [after.committed, after.paid, after.available()];
        all.iter().all(|balance| !balance.is_negative()).then_some(after)
    }

    fn of_mut(&mut self, account: Account) -> Option<&mut Money> {
        Some(match account {
            Account::Appropriation => &mut self.appropriated,
            Account::Increases => &mut self.increases,
            Account::Cuts => &mut self.cuts,
            Account::CarriedIn => &mut self.carried_in,
            Account::Repaid => &mut self.repaid,
            Account::Available => return None,
            Account::Committed => &mut self.committed,
            Account::Paid => &mut self.paid,
            Account::CarriedOut => &mut self.carried_out,
            Account::Lapsed => &mut self.lapsed,
        })
    }

    /// The balances that a list of movements adds up to, without asking whether each was allowed (R28).
    #[must_use]
    pub fn sum(movements: impl IntoIterator<Item = (Movement, Money)>) -> Self {
        movements.into_iter().fold(Self::default(), |sum, (movement, amount)| sum.plus(movement, amount))
    }

    /// The balances with one more movement, allowed or not (R28).
    #[must_use]
    pub fn plus(mut self, movement: Movement, amount: Money) -> Self {
        let (from, to) = movement.accounts();
        // What comes from outside counts up on the account that it came through.
        let source = matches!(from, Account::Appropriation | Account::Increases | Account::CarriedIn | Account::Repaid);
        if let Some(balance) = self.of_mut(from) {
            *balance = if source { *balance + amount } else { *balance - amount };
        }
        if let Some(balance) = self.of_mut(to) {
            *balance += amount;
        }
        self
    }
}

/// A year's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetYear {
    /// The year.
    pub year: i32,
    /// Counts the changes.
    pub version: i64,
    /// What is on its accounts.
    pub balances: Balances,
    /// When it was closed, if it was (R30).
    pub closed_at: Option<DateTime<Utc>>,
}

/// What an entry rests on (R27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "kebab-case")]
pub enum Basis {
    /// A resolution of the council, by its number: `Drs. 0100/2020`.
    Resolution {
        /// The number.
        number: String,
    },
    /// An award.
    Award {
        /// Which.
        award: AwardId,
    },
    /// The year's end, by law (R30).
    YearEnd,
}

/// A movement that has been decided and is to be written: becomes a journal entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The year.
    pub year: i32,
    /// What kind.
    pub movement: Movement,
    /// Euro, more than nothing.
    pub amount: Money,
    /// What it rests on.
    pub basis: Basis,
}

/// An entry of the journal: never changed, never deleted (R27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Its place in the year's journal, from 1, without gaps.
    pub ordinal: i64,
    /// What was moved.
    pub posting: Posting,
    /// The event of the command that caused it: its place in the record.
    pub event: i64,
    /// Who did it; `None` is the program itself.
    pub by: Option<PersonId>,
    /// When.
    pub at: DateTime<Utc>,
}

impl BudgetYear {
    /// A year without money yet.
    pub fn new(year: i32) -> Result<Self, Refusal> {
        if !(2000..=2200).contains(&year) {
            return Err(Refusal::one("year", Problem::YearOutOfRange));
        }
        Ok(Self { year, version: 1, balances: Balances::default(), closed_at: None })
    }

    /// What can still be committed.
    #[must_use]
    pub fn available(&self) -> Money {
        self.balances.available()
    }

    /// Moves money: the one door to the balances (R26, R27).
    pub fn post(&mut self, movement: Movement, amount: Money, basis: Basis) -> Result<Posting, Problem> {
        if self.closed_at.is_some() {
            return Err(Problem::YearClosed { year: self.year });
        }
        if !amount.is_positive() {
            return Err(Problem::AmountNotPositive);
        }
        let available = self.available();
        self.balances = self.balances.after(movement, amount).ok_or(match movement {
            Movement::Cut => Problem::CutBelowCommitments { available },
            _ => Problem::NotEnoughMoney { available },
        })?;
        Ok(Posting { year: self.year, movement, amount, basis })
    }

    /// Posts what the council resolved: the appropriation, an increase or a cut (R29).
    pub fn resolve(&mut self, change: CouncilChange, amount: Money, resolution: &str) -> Result<Posting, Refusal> {
        let number = text::line("resolution", resolution)?;
        if number.is_empty() {
            return Err(Refusal::one("resolution", Problem::ResolutionMissing));
        }
        if amount.cents() >= Money::LIMIT / 100 {
            return Err(Refusal::one("amount", Problem::NotEnoughMoney { available: Money::from_cents(Money::LIMIT / 100) }));
        }
        self.post(change.movement(), amount, Basis::Resolution { number }).map_err(|problem| Refusal::one("amount", problem))
    }

    /// Closes the year: open commitments go into the next year with their money, free money lapses unless a resolution carries it (R30).
    /// Returns the postings of this year and of the next. That the year is over is for the guard to see.
    pub fn close(
        mut self,
        next: Option<BudgetYear>,
        carry: Option<(Money, String)>,
        now: DateTime<Utc>,
    ) -> Result<(Self, Option<BudgetYear>, Vec<Posting>), Refusal> {
        let (carried, resolution) = match carry {
            None => (Money::ZERO, String::new()),
            Some((amount, resolution)) => (amount, text::required_line("resolution", &resolution)?),
        };
        if carried.is_negative() || carried > self.available() {
            return Err(Refusal::one("carryOver", Problem::CarryAboveAvailable { available: self.available() }));
        }
        let open = self.balances.committed;
        let mut postings = Vec::new();
        let mut next = next;
        let rest = self.available() - carried;
        let by_resolution = Basis::Resolution { number: resolution };
        let moves = [
            (open, Movement::CarryOutCommitment, Some(Movement::CarryInCommitment), Basis::YearEnd),
            (carried, Movement::CarryOut, Some(Movement::CarryIn), by_resolution),
            (rest, Movement::Lapse, None, Basis::YearEnd),
        ];
        for (amount, out, back_in, basis) in moves {
            if !amount.is_positive() {
                continue;
            }
            postings.push(self.post(out, amount, basis.clone())?);
            if let Some(back_in) = back_in {
                let target = next.as_mut().ok_or(Problem::NextYearMissing { year: self.year + 1 })?;
                postings.push(target.post(back_in, amount, basis)?);
            }
        }
        self.closed_at = Some(now);
        Ok((self, next, postings))
    }
}

/// A change of a year's money by the council.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CouncilChange {
    /// The year's appropriation.
    Appropriation,
    /// An increase.
    Increase,
    /// A cut.
    Cut,
}

impl CouncilChange {
    /// The movement that it is.
    #[must_use]
    pub const fn movement(self) -> Movement {
        match self {
            Self::Appropriation => Movement::Appropriation,
            Self::Increase => Movement::Increase,
            Self::Cut => Movement::Cut,
        }
    }
}

/// What can be done with a budget year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BudgetYearAction {
    /// Increase it by a resolution.
    Increase,
    /// Cut it by a resolution.
    Cut,
    /// Close it.
    Close,
}

impl Action for BudgetYearAction {
    const ALL: &'static [Self] = &[Self::Increase, Self::Cut, Self::Close];

    fn permission(self) -> Permission {
        match self {
            Self::Increase | Self::Cut => Permission::ChangeBudget,
            Self::Close => Permission::CloseBudgetYear,
        }
    }
}

/// A budget year as it stands on a day, with what its guard needs to know of the other years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetYearOn {
    /// The year.
    pub year: BudgetYear,
    /// Today, in Europe/Berlin.
    pub today: NaiveDate,
    /// The first year before it that is still open.
    pub earlier_open: Option<i32>,
}

impl Scoped for BudgetYearOn {
    const READ: Permission = Permission::ReadBudget;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for BudgetYearOn {
    type Action = BudgetYearAction;

    fn permits(&self, action: BudgetYearAction, _: &Actor) -> Result<(), Problem> {
        let year = self.year.year;
        if self.year.closed_at.is_some() {
            return Err(Problem::YearClosed { year });
        }
        match (action, self.earlier_open) {
            (BudgetYearAction::Close, _) if self.today.year() <= year => Err(Problem::YearNotOver { year }),
            (BudgetYearAction::Close, Some(year)) => Err(Problem::EarlierYearOpen { year }),
            _ => Ok(()),
        }
    }
}
