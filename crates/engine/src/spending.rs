//! What finance looks at: for what a year's money went, the journal, instalments by their state, accounts that wait to be confirmed.

use std::collections::BTreeMap;

use domain::applicant::{Applicant, BankAccount};
use domain::application::Application;
use domain::award::Award;
use domain::budget::{Entry, Movement};
use domain::identity::{Actor, Permission, Scope};
use domain::ids::{ApplicantId, ApplicationId, AwardId, PayoutId, RoundId};
use domain::money::Money;
use domain::payout::Payout;

use crate::{Engine, Page, Result, Window, require};

/// In these states something is to be done with an instalment.
pub(crate) const UNSETTLED: [&str; 4] = ["requested", "certified", "ordered", "returned"];

/// How many awards there are of something, and how much they come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many awards.
    pub awards: usize,
    /// What they were awarded and needed, in euro.
    pub amount: Money,
}

/// For what the awards from a year's rounds are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spending {
    /// All of them.
    pub total: Share,
    /// By the partner city's code. An award for several counts for each.
    pub cities: BTreeMap<String, Share>,
    /// By the objective's code. An award for several counts for each.
    pub objectives: BTreeMap<String, Share>,
}

/// An instalment with whose and for what it is.
#[derive(Debug, Clone)]
pub struct PayoutCase {
    /// The instalment.
    pub payout: Payout,
    /// Its award.
    pub award: Award,
    /// What was applied for.
    pub application: Application,
    /// Who gets it.
    pub applicant: Applicant,
}

impl Share {
    fn add(&mut self, amount: Money) {
        self.awards += 1;
        self.amount += amount;
    }
}

impl Engine {
    /// For what the awards from a year's rounds are, without those that the actor is excluded from (R16). They are few: the year's money is
    /// bounded, and so is the smallest award (R8).
    pub async fn spending(&self, actor: &Actor, year: i32) -> Result<Spending> {
        require(actor, Permission::ReadBudget)?;
        let db = self.database.reader();
        let rounds: Vec<RoundId> = store::round::of_budget_year(db, year).await?.iter().map(|round| round.id).collect();
        let mut spending = Spending::default();
        if rounds.is_empty() {
            return Ok(spending);
        }
        let applications = store::application::awarded_in(db, &rounds).await?;
        let ids: Vec<ApplicationId> = applications.iter().map(|application| application.id).collect();
        let awards = store::award::of_applications(db, &ids).await?;
        let amounts: BTreeMap<ApplicationId, Money> =
            awards.into_iter().map(|award| (award.application, award.amount - award.released)).collect();
        for application in applications.iter().filter(|application| !actor.recused_from.contains(&application.id)) {
            // What was given back altogether is no project any more.
            let Some(amount) = amounts.get(&application.id).copied().filter(|amount| amount.is_positive()) else { continue };
            spending.total.add(amount);
            for city in &application.form.cities {
                spending.cities.entry(city.clone()).or_default().add(amount);
            }
            for claim in &application.form.objectives {
                spending.objectives.entry(claim.objective.clone()).or_default().add(amount);
            }
        }
        Ok(spending)
    }

    /// As [`Engine::entries`], of one kind of movement.
    pub async fn journal(&self, actor: &Actor, year: i32, movement: Option<Movement>, window: &Window) -> Result<Page<Entry>> {
        require(actor, Permission::ReadBudget)?;
        let except = self.awards_hidden_from(actor).await?;
        Ok(store::budget::entries_of(self.database.reader(), year, movement, &except, window).await?)
    }

    /// The numbers of the applications that awards are for, of those that the actor may see.
    pub async fn numbers_of_awards(&self, actor: &Actor, awards: &[AwardId]) -> Result<BTreeMap<AwardId, String>> {
        let db = self.database.reader();
        let awards = store::award::find_many(db, awards).await?;
        let ids: Vec<ApplicationId> = awards.iter().map(|award| award.application).collect();
        let numbers = self.applications_by_ids(actor, &ids).await?.into_iter().filter_map(|one| Some((one.id, one.number?)));
        let numbers: BTreeMap<ApplicationId, String> = numbers.collect();
        Ok(awards.into_iter().filter_map(|award| Some((award.id, numbers.get(&award.application)?.clone()))).collect())
    }

    /// A page of the instalments in one state (`requested`, `certified`, …) or all, in the order in which they were asked for, without those
    /// of awards that the actor is excluded from (R16).
    pub async fn payout_cases(&self, actor: &Actor, state: Option<&str>, window: &Window) -> Result<Page<PayoutCase>> {
        require(actor, Permission::ReadAward)?;
        let except = self.awards_hidden_from(actor).await?;
        let page = store::payout::page(self.database.reader(), state, &except, window).await?;
        let items = self.cases_of(page.items).await?;
        Ok(Page { items, has_previous: page.has_previous, has_next: page.has_next })
    }

    /// How many instalments are in each of the states in which something is to be done with them, for whoever may see them all. Those that
    /// are settled are not counted: they are more with every year.
    pub async fn count_payouts(&self, actor: &Actor) -> Result<BTreeMap<String, u64>> {
        require(actor, Permission::ReadAward)?;
        let except = self.awards_hidden_from(actor).await?;
        Ok(store::payout::count_by_state(self.database.reader(), &UNSETTLED, &except).await?)
    }

    /// An instalment that the actor may see by what they are, with whose and for what it is.
    pub async fn payout_case(&self, actor: &Actor, id: PayoutId) -> Result<Option<PayoutCase>> {
        let Some(payout) = store::payout::find(self.database.reader(), id).await? else { return Ok(None) };
        let case = self.cases_of(vec![payout]).await?.pop();
        Ok(case.filter(|case| actor.may(Permission::ReadAward, Scope::everyone().about(case.application.id))))
    }

    async fn cases_of(&self, payouts: Vec<Payout>) -> Result<Vec<PayoutCase>> {
        let db = self.database.reader();
        let awards: Vec<AwardId> = payouts.iter().map(|payout| payout.award).collect();
        let awards = store::award::find_many(db, &awards).await?;
        let applications: Vec<ApplicationId> = awards.iter().map(|award| award.application).collect();
        let applications = store::application::find_many(db, &applications).await?;
        let applicants: Vec<ApplicantId> = payouts.iter().map(|payout| payout.applicant).collect();
        let applicants = store::applicant::find_many(db, &applicants).await?;
        let case = |payout: Payout| {
            let award = awards.iter().find(|award| award.id == payout.award)?.clone();
            let application = applications.iter().find(|application| application.id == award.application)?.clone();
            let applicant = applicants.iter().find(|applicant| applicant.id == payout.applicant)?.clone();
            Some(PayoutCase { payout, award, application, applicant })
        };
        Ok(payouts.into_iter().filter_map(case).collect())
    }

    /// A page of the bank accounts that nobody has confirmed yet, with whose they are, for whoever confirms them.
    pub async fn accounts_to_confirm(&self, actor: &Actor, window: &Window) -> Result<Page<(BankAccount, Applicant)>> {
        require(actor, Permission::ConfirmBankAccount)?;
        let db = self.database.reader();
        let page = store::applicant::unconfirmed_accounts(db, window).await?;
        let ids: Vec<ApplicantId> = page.items.iter().map(|account| account.applicant).collect();
        let applicants = store::applicant::find_many(db, &ids).await?;
        let of = |id| applicants.iter().find(|applicant: &&Applicant| applicant.id == id).cloned();
        let items = page.items.into_iter().filter_map(|account| Some((of(account.applicant)?, account)));
        let items = items.map(|(applicant, account)| (account, applicant)).collect();
        Ok(Page { items, has_previous: page.has_previous, has_next: page.has_next })
    }

    /// The awards for the applications that the actor is excluded from.
    async fn awards_hidden_from(&self, actor: &Actor) -> Result<Vec<AwardId>> {
        if actor.recused_from.is_empty() {
            return Ok(Vec::new());
        }
        let recused: Vec<ApplicationId> = actor.recused_from.iter().copied().collect();
        Ok(store::award::of_applications(self.database.reader(), &recused).await?.iter().map(|award| award.id).collect())
    }
}
