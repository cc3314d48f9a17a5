//! The budget: years, their journal, and what the council resolves (R26 to R33).

use async_graphql::{Context, Description, Enum, ID, InputObject, Object};
use domain::budget::{Basis, CouncilChange};
use domain::identity::Permission;

use crate::award::Award;
use crate::connection::{Connection, Listed, Paging};
use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, id_of_year};
use crate::scalar::{DateTime, Money, Raw};
use crate::session::Session;
use crate::waiting_list::WaitingListPlace;

/// Where money of a year comes from, rests, and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::budget::Account")]
pub enum Account {
    /// The council's appropriation (Haushaltsansatz).
    Appropriation,
    /// Later increases (R29).
    Increases,
    /// Later cuts (R29).
    Cuts,
    /// Carried in from the year before (R30).
    CarriedIn,
    /// Repaid by applicants, credited when it arrives (R31).
    Repaid,
    /// What can still be committed.
    Available,
    /// Committed to awards and not paid.
    Committed,
    /// Paid out.
    Paid,
    /// Carried into the next year (R30).
    CarriedOut,
    /// Lapsed at the year's end (R30).
    Lapsed,
}

/// What kind of movement a journal entry is. The kind decides from which account to which (R27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::budget::Movement")]
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
    /// Came back from the bank (R39).
    PayoutReturn,
    /// Free money carried into the next year by a resolution (R30).
    CarryOut,
    /// Open commitments carried into the next year with their money (R30).
    CarryOutCommitment,
    /// Free money that lapses at the year's end (R30).
    Lapse,
}

/// What can be done with a budget year. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::budget::BudgetYearAction")]
pub enum BudgetYearAction {
    /// `increaseBudget`: raise it by a resolution (R29).
    #[graphql(name = "INCREASE_BUDGET")]
    Increase,
    /// `cutBudget`: lower it by a resolution (R29).
    #[graphql(name = "CUT_BUDGET")]
    Cut,
    /// `closeBudgetYear`: close it (R30).
    #[graphql(name = "CLOSE_BUDGET_YEAR")]
    Close,
}

/// A budget year (Haushaltsjahr). Every figure is in euro and equals the sum of the journal (R28). At every instant, what is committed and
/// paid is at most what is allotted, less what was carried out (R26).
#[derive(Description)]
pub struct BudgetYear(pub(crate) domain::budget::BudgetYear);

#[Object(use_type_description)]
impl BudgetYear {
    /// The budget year's id.
    pub(crate) async fn id(&self) -> ID {
        id_of_year(self.0.year)
    }

    /// The year.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The council's appropriation (Haushaltsansatz), in euro.
    async fn appropriated(&self) -> Money {
        self.0.balances.appropriated.into()
    }

    /// Later increases by resolution, in euro (R29).
    async fn increases(&self) -> Money {
        self.0.balances.increases.into()
    }

    /// Later cuts by resolution, in euro (R29).
    async fn cuts(&self) -> Money {
        self.0.balances.cuts.into()
    }

    /// Carried in from the year before, with and for open commitments, in euro (R30).
    async fn carried_in(&self) -> Money {
        self.0.balances.carried_in.into()
    }

    /// Repaid by applicants in this year, in euro (R31).
    async fn repaid(&self) -> Money {
        self.0.balances.repaid.into()
    }

    /// All that the year has, in euro: appropriated + increases − cuts + carriedIn + repaid.
    async fn allotted(&self) -> Money {
        self.0.balances.allotted().into()
    }

    /// Paid out, in euro.
    async fn paid(&self) -> Money {
        self.0.balances.paid.into()
    }

    /// Committed to awards and not paid, in euro (R33).
    async fn committed(&self) -> Money {
        self.0.balances.committed.into()
    }

    /// Carried into the next year, in euro (R30).
    async fn carried_out(&self) -> Money {
        self.0.balances.carried_out.into()
    }

    /// Lapsed at the year's end, in euro (R30).
    async fn lapsed(&self) -> Money {
        self.0.balances.lapsed.into()
    }

    /// What can still be committed, in euro: allotted − committed − paid − carriedOut − lapsed. Never negative (R26).
    async fn available(&self) -> Money {
        self.0.available().into()
    }

    /// The journal: every movement of the year's money, the earliest first (R27).
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<JournalEntry>> {
        let found = async {
            let session = Session::of(ctx);
            let list = format!("entries:{}", self.0.year);
            let window = Paging { first, after, last, before }.window::<JournalEntry>(ctx, &list)?;
            let page = session.engine().entries(&session.actor(), self.0.year, &window).await?;
            Ok(Connection::new(&list, page, JournalEntry, None))
        };
        Some(found.await)
    }

    /// The waiting list (Nachrückliste) in its order: carried, but no money yet (R32).
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn waiting_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<WaitingListPlace>> {
        let found = async {
            let session = Session::of(ctx);
            let list = format!("waitingList:{}", self.0.year);
            let window = Paging { first, after, last, before }.window::<WaitingListPlace>(ctx, &list)?;
            let page = session.engine().waiting_list(&session.actor(), self.0.year, &window).await?;
            Ok(Connection::new(&list, page, WaitingListPlace, None))
        };
        Some(found.await)
    }

    /// When it was closed, in UTC; null while it is open (R30).
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<BudgetYearAction>> {
        let session = Session::of(ctx);
        let actions = session.engine().budget_year_actions(&session.actor(), self.0).await?;
        Ok(actions.into_iter().map(Into::into).collect())
    }
}

impl Loaded for BudgetYear {
    type Id = i32;

    async fn load(session: &Session, year: i32) -> Result<Option<Self>> {
        Ok(session.budget_year(year).await?.map(Self))
    }
}

/// An entry of a year's journal: never changed, never deleted; an error is reversed by a new one (R27).
#[derive(Description)]
pub struct JournalEntry(domain::budget::Entry);

#[Object(use_type_description)]
impl JournalEntry {
    /// The entry's id.
    async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Its place in the year's journal, from 1, without gaps.
    async fn ordinal(&self) -> i64 {
        self.0.ordinal
    }

    /// The year.
    async fn year(&self) -> i32 {
        self.0.posting.year
    }

    /// What kind of movement it is.
    async fn movement(&self) -> Movement {
        self.0.posting.movement.into()
    }

    /// How much was moved, in euro; always more than nothing.
    async fn amount(&self) -> Money {
        self.0.posting.amount.into()
    }

    /// From which account.
    async fn from(&self) -> Account {
        self.0.posting.movement.accounts().0.into()
    }

    /// To which account.
    async fn to(&self) -> Account {
        self.0.posting.movement.accounts().1.into()
    }

    /// The council's resolution that it rests on, by its number: `Drs. 0100/2020`. Null if it rests on an award or on the year's end.
    async fn resolution(&self) -> Option<&str> {
        let Basis::Resolution { number } = &self.0.posting.basis else { return None };
        Some(number)
    }

    /// The award that it rests on; null if it rests on a resolution or on the year's end.
    async fn award(&self, ctx: &Context<'_>) -> Nullable<Award> {
        let Basis::Award { award } = &self.0.posting.basis else { return None };
        Award::load(&Session::of(ctx), *award).await.transpose()
    }

    /// Who did it; null for the program itself.
    async fn by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.by?, Permission::ReadBudget).await
    }

    /// When, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// The place in the record of the event that caused it (R45).
    async fn event(&self) -> i64 {
        self.0.event
    }
}

impl Listed for JournalEntry {
    const NUMBERED: bool = true;

    fn key(&self) -> engine::Key {
        engine::Key::Number(self.0.ordinal)
    }
}

input! {
    /// A year's appropriation.
    AppropriateBudgetInput {
        /// The year, which has no budget yet.
        year: i32,
        /// How much, in euro.
        amount: Raw<Money>,
        /// The council's resolution by its number: `Drs. 1105/2018` (R27).
        resolution: String,
    }
}

input! {
    /// An increase of a year's budget.
    IncreaseBudgetInput {
        /// The year.
        year: i32,
        /// By how much, in euro.
        amount: Raw<Money>,
        /// The council's resolution by its number: `Drs. 0100/2020` (R29).
        resolution: String,
    }
}

input! {
    /// A cut of a year's budget.
    CutBudgetInput {
        /// The year.
        year: i32,
        /// By how much, in euro; at most what is available (R29).
        amount: Raw<Money>,
        /// The council's resolution by its number (R29).
        resolution: String,
    }
}

/// Free money that a resolution carries into the next year (R30).
#[derive(Debug, InputObject)]
pub struct CarryOverInput {
    /// How much, in euro; at most what is available.
    amount: Raw<Money>,
    /// The council's resolution by its number.
    resolution: String,
}

impl CarryOverInput {
    fn read(self) -> Result<(domain::money::Money, String)> {
        Ok((self.amount.read("carryOver.amount")?, self.resolution))
    }
}

input! {
    /// A budget year to close.
    CloseBudgetYearInput {
        /// The year, which is over.
        year: i32,
        /// Free money that a resolution carries into the next year; what is not carried lapses (R30).
        carry_over: Option<CarryOverInput>,
    }
}

payload! {
    /// The answer to `appropriateBudget`.
    AppropriateBudgetPayload {
        /// The new budget year; null if it was refused.
        budget_year: BudgetYear
    }
}

payload! {
    /// The answer to `increaseBudget`.
    IncreaseBudgetPayload {
        /// The budget year as it is now; null if it was refused.
        budget_year: BudgetYear
    }
}

payload! {
    /// The answer to `cutBudget`.
    CutBudgetPayload {
        /// The budget year as it is now; null if it was refused.
        budget_year: BudgetYear
    }
}

payload! {
    /// The answer to `closeBudgetYear`.
    CloseBudgetYearPayload {
        /// The budget year as it is now; null if it was refused.
        budget_year: BudgetYear
    }
}

/// Questions about the budget.
#[derive(Default)]
pub struct BudgetQueries;

#[Object]
impl BudgetQueries {
    /// The budget of a year; null if there is none. For the committee, case officers, finance and the auditor.
    async fn budget_year(&self, ctx: &Context<'_>, #[graphql(desc = "The year, such as 2020.")] year: i32) -> Nullable<BudgetYear> {
        let session = Session::of(ctx);
        let found = session.engine().budget_year(&session.actor(), year).await;
        found.map(|found| found.map(BudgetYear)).map_err(Into::into).transpose()
    }

    /// All budget years, the earliest first. For the committee, case officers, finance and the auditor.
    async fn budget_years(&self, ctx: &Context<'_>) -> Nullable<Vec<BudgetYear>> {
        let session = Session::of(ctx);
        let found = session.engine().budget_years(&session.actor()).await;
        Some(found.map(|years| years.into_iter().map(BudgetYear).collect()).map_err(Into::into))
    }
}

/// What is done with the budget.
#[derive(Default)]
pub struct BudgetMutations;

#[Object]
impl BudgetMutations {
    /// Appropriates a year's money (Haushaltsansatz), by a finance officer on a resolution. The committee and finance are told.
    async fn appropriate_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, the amount and the resolution.")] input: AppropriateBudgetInput,
    ) -> Nullable<AppropriateBudgetPayload> {
        let AppropriateBudgetInput { year, amount, resolution, idempotency_key } = input;
        let session = Session::of(ctx);
        session.answer(change(&session, CouncilChange::Appropriation, year, amount, resolution, idempotency_key)).await
    }

    /// Increases a year's budget, by a finance officer on a resolution (R29). The committee and finance are told, and the money is offered
    /// to the waiting list (R32).
    async fn increase_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, the amount and the resolution.")] input: IncreaseBudgetInput,
    ) -> Nullable<IncreaseBudgetPayload> {
        let IncreaseBudgetInput { year, amount, resolution, idempotency_key } = input;
        let session = Session::of(ctx);
        session.answer(change(&session, CouncilChange::Increase, year, amount, resolution, idempotency_key)).await
    }

    /// Cuts a year's budget, by a finance officer on a resolution; never below what is committed (R29). The committee and finance are told.
    async fn cut_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, the amount and the resolution.")] input: CutBudgetInput,
    ) -> Nullable<CutBudgetPayload> {
        let CutBudgetInput { year, amount, resolution, idempotency_key } = input;
        let session = Session::of(ctx);
        session.answer(change(&session, CouncilChange::Cut, year, amount, resolution, idempotency_key)).await
    }

    /// Closes a budget year that is over, by a finance officer: open commitments go into the next year with their money, free money lapses
    /// unless a resolution carries it, and the waiting list ends (R30).
    async fn close_budget_year(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, and what is carried.")] input: CloseBudgetYearInput,
    ) -> Nullable<CloseBudgetYearPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let carry_over = input.carry_over.map(CarryOverInput::read).transpose()?;
            let command = engine::CloseBudgetYear { year: input.year, carry_over };
            Ok(session.engine().close_budget_year(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }
}

async fn change(
    session: &Session,
    change: CouncilChange,
    year: i32,
    amount: Raw<Money>,
    resolution: String,
    idempotency_key: Option<String>,
) -> Result<i32> {
    let command = engine::ChangeBudget { year, change, amount: amount.read("amount")?, resolution };
    Ok(session.engine().change_budget(&session.call(idempotency_key), command).await?)
}
