//! The budget: appropriation, increases and cuts by resolution, the journal, the year's end.

use chrono::NaiveDate;
use domain::application::Application;
use domain::award::Award;
use domain::budget::{BudgetYear, BudgetYearAction, BudgetYearOn, CouncilChange, Entry};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Action as _, Actor, Permission, Role, Scope, available_actions};
use domain::money::Money;
use domain::outbox::{Notice, Offer};
use domain::problem::Problem;
use domain::waiting_list::{Place, PlaceState, offers};
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Page, Result, Window, require};

/// A change of a year's money by the council (R29).
#[derive(Debug, Clone, Serialize)]
pub struct ChangeBudget {
    /// The year.
    pub year: i32,
    /// How it changes.
    pub change: CouncilChange,
    /// By how much.
    pub amount: Money,
    /// The resolution that it rests on.
    pub resolution: String,
}

/// The year's end (R30).
#[derive(Debug, Clone, Serialize)]
pub struct CloseBudgetYear {
    /// The year.
    pub year: i32,
    /// Free money that a resolution carries into the next year, with its number. What is not carried lapses.
    pub carry_over: Option<(Money, String)>,
}

impl Engine {
    /// Appropriates, increases or cuts a year's money (R29). The committee and finance are told; what comes free is offered to the waiting list.
    pub async fn change_budget(&self, call: &Call, input: ChangeBudget) -> Result<i32> {
        self.run(call, "changeBudget", input, |work, input| async move { change_budget(work, input).await }.boxed()).await
    }

    /// Closes a year: open commitments are carried over, free money lapses unless a resolution carries it, the waiting list ends (R30).
    pub async fn close_budget_year(&self, call: &Call, input: CloseBudgetYear) -> Result<i32> {
        self.run(call, "closeBudgetYear", input, |work, input| async move { close_budget_year(work, input).await }.boxed()).await
    }

    /// A budget year that the actor may see.
    pub async fn budget_year(&self, actor: &Actor, year: i32) -> Result<Option<BudgetYear>> {
        require(actor, Permission::ReadBudget)?;
        Ok(store::budget::find_year(self.database.reader(), year).await?)
    }

    /// Budget years by year.
    pub async fn budget_years_by_year(&self, actor: &Actor, years: &[i32]) -> Result<Vec<BudgetYear>> {
        if !actor.may(Permission::ReadBudget, Scope::everyone()) {
            return Ok(Vec::new());
        }
        Ok(store::budget::find_years(self.database.reader(), years).await?)
    }

    /// All budget years, the earliest first.
    pub async fn budget_years(&self, actor: &Actor) -> Result<Vec<BudgetYear>> {
        require(actor, Permission::ReadBudget)?;
        Ok(store::budget::years(self.database.reader()).await?)
    }

    /// What the actor may do with a budget year now.
    pub async fn budget_year_actions(&self, actor: &Actor, year: BudgetYear) -> Result<Vec<BudgetYearAction>> {
        let may_close = actor.may(BudgetYearAction::Close.permission(), Scope::everyone());
        let earlier_open = if may_close { store::budget::first_open_before(self.database.reader(), year.year).await? } else { None };
        Ok(available_actions(actor, &on(year, self.today(), earlier_open)))
    }

    /// A page of a year's journal, without the entries of awards that the actor is excluded from (R16).
    pub async fn entries(&self, actor: &Actor, year: i32, window: &Window) -> Result<Page<Entry>> {
        require(actor, Permission::ReadBudget)?;
        let recused: Vec<_> = actor.recused_from.iter().copied().collect();
        let awards = store::award::of_applications(self.database.reader(), &recused).await?;
        let except: Vec<_> = awards.iter().map(|award| award.id).collect();
        Ok(store::budget::entries(self.database.reader(), year, &except, window).await?)
    }
}

/// A year as it stands today.
const fn on(year: BudgetYear, today: NaiveDate, earlier_open: Option<i32>) -> BudgetYearOn {
    BudgetYearOn { year, today, earlier_open }
}

async fn change_budget(work: &mut Work, input: ChangeBudget) -> Result<i32> {
    work.require(Permission::ChangeBudget, Scope::everyone())?;
    let stored = store::budget::lock_year(&work.tx, input.year).await?;
    let is_first = stored.is_none();
    let mut year = match (stored, input.change) {
        (Some(_), CouncilChange::Appropriation) => {
            return Err(Problem::YearAlreadyAppropriated { year: input.year }.at("year").into());
        }
        (None, CouncilChange::Increase | CouncilChange::Cut) => {
            return Err(Problem::NoSuchBudgetYear { year: input.year }.at("year").into());
        }
        (None, CouncilChange::Appropriation) => BudgetYear::new(input.year)?,
        (Some(year), CouncilChange::Increase) => {
            work.authorise(&on(year, work.today(), None), BudgetYearAction::Increase)?;
            year
        }
        (Some(year), CouncilChange::Cut) => {
            work.authorise(&on(year, work.today(), None), BudgetYearAction::Cut)?;
            year
        }
    };
    let posting = year.resolve(input.change, input.amount, &input.resolution)?;
    if is_first {
        store::budget::insert_year(&work.tx, &year).await?;
    } else {
        store::budget::save_year(&work.tx, &year).await?;
    }
    let version = if is_first { year.version } else { year.version + 1 };
    let resolution = input.resolution.trim().to_owned();
    let happening = Happening {
        kind: "budget-changed",
        subject: Subject::new(SubjectKind::BudgetYear, year.year, version),
        details: json!({ "change": input.change, "amount": input.amount, "resolution": resolution }),
    };
    let frees = posting.movement.frees_money();
    work.record(happening, vec![posting]);
    let people = store::identity::persons_with_roles(&work.tx, &[Role::Member, Role::Chair, Role::Finance], work.today()).await?;
    let notice = Notice::BudgetChanged {
        year: year.year,
        change: input.change,
        amount: input.amount,
        resolution,
        allotted: year.balances.allotted(),
        available: year.available(),
    };
    work.tell(people, &format!("{}:{version}", year.year), &notice);
    if frees {
        work.offer_to_waiting_list(&year, version, input.amount, None).await?;
    }
    Ok(year.year)
}

async fn close_budget_year(work: &mut Work, input: CloseBudgetYear) -> Result<i32> {
    work.require(Permission::CloseBudgetYear, Scope::everyone())?;
    let year = found(store::budget::lock_year(&work.tx, input.year).await?)?;
    let earlier_open = store::budget::first_open_before(&work.tx, year.year).await?;
    work.authorise(&on(year, work.today(), earlier_open), BudgetYearAction::Close)?;
    let next = store::budget::lock_year(&work.tx, input.year + 1).await?;
    let (year, next, postings) = year.close(next, input.carry_over, work.now)?;
    for award in store::award::with_open_money(&work.tx, year.year).await? {
        store::award::save(&work.tx, &Award { year: year.year + 1, ..award }).await?;
    }
    for place in store::waiting_list::waiting_of_year(&work.tx, year.year).await? {
        store::waiting_list::save(&work.tx, &Place { state: PlaceState::Ended, ..place }).await?;
    }
    store::budget::save_year(&work.tx, &year).await?;
    if let Some(next) = next.filter(|next| postings.iter().any(|posting| posting.year == next.year)) {
        store::budget::save_year(&work.tx, &next).await?;
    }
    let subject = Subject::new(SubjectKind::BudgetYear, year.year, year.version + 1);
    work.record(Happening { kind: "budget-year-closed", subject, details: json!({}) }, postings);
    Ok(year.year)
}

impl Work {
    /// Tells the case officers and finance that money is free, and which places of the waiting list are offered it, in their order (R32).
    /// What an application gave up is told even where nobody waits, but not to who is excluded from it (R16): `freed_by`. A change by the
    /// council has its own notice. Nobody is told of a place whose application they are excluded from.
    pub(crate) async fn offer_to_waiting_list(
        &mut self,
        year: &BudgetYear,
        version: i64,
        amount: Money,
        freed_by: Option<&Application>,
    ) -> Result<()> {
        let waiting = store::waiting_list::waiting_of_year(&self.tx, year.year).await?;
        let offered = offers(&waiting, year.available());
        let mut people = store::identity::persons_with_roles(&self.tx, &[Role::CaseOfficer, Role::Finance], self.today()).await?;
        let mut number = None;
        if let Some(application) = freed_by {
            people = self.without_recused(people, application.id).await?;
            number.clone_from(&application.number);
        }
        let mut list = Vec::with_capacity(offered.len());
        for place in waiting.iter().filter(|place| offered.contains(&place.id)) {
            let application = found(store::application::find(&self.tx, place.application).await?)?;
            let offer = Offer { position: place.position, number: application.number.unwrap_or_default(), amount: place.amount() };
            list.push((offer, self.without_recused(people.clone(), application.id).await?));
        }
        for person in people {
            let offers: Vec<Offer> = list.iter().filter(|(_, readers)| readers.contains(&person)).map(|(offer, _)| offer.clone()).collect();
            if !offers.is_empty() || freed_by.is_some() {
                let freed_by = number.clone();
                let notice = Notice::MoneyFreed { year: year.year, amount, available: year.available(), offers, freed_by };
                self.tell(vec![person], &format!("{}:{version}", year.year), &notice);
            }
        }
        Ok(())
    }
}
