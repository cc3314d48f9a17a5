//! Payouts: instalments requested, certified by one, ordered by another, executed or returned (R36 to R39).

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, available_actions};
use domain::ids::PayoutId;
use domain::payout::PayoutState as State;

use crate::applicant::BankAccount;
use crate::award::Award;
use crate::error::{Fault, Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::{Date, DateTime, Money, Raw};
use crate::session::Session;

/// Where a payout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum PayoutState {
    /// Asked for by the applicant (R36).
    Requested,
    /// Refused, or no longer needed.
    Refused,
    /// Certified as factually and arithmetically correct (R37).
    Certified,
    /// Ordered by somebody else, and on its way through the bank (R37).
    Ordered,
    /// Executed by the bank.
    Executed,
    /// Returned by the bank: payable again (R39).
    Returned,
}

impl From<&State> for PayoutState {
    fn from(state: &State) -> Self {
        match state {
            State::Requested => Self::Requested,
            State::Refused { .. } => Self::Refused,
            State::Certified(_) => Self::Certified,
            State::Ordered(_) => Self::Ordered,
            State::Executed { .. } => Self::Executed,
            State::Returned { .. } => Self::Returned,
        }
    }
}

/// What can be done with a payout. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::payout::PayoutAction")]
pub enum PayoutAction {
    /// `refusePayout`: refuse the request.
    #[graphql(name = "REFUSE_PAYOUT")]
    Refuse,
    /// `certifyPayout`: certify it.
    #[graphql(name = "CERTIFY_PAYOUT")]
    Certify,
    /// `orderPayout`: order it.
    #[graphql(name = "ORDER_PAYOUT")]
    Order,
    /// `bookPayoutExecution`: book that the bank executed it.
    #[graphql(name = "BOOK_PAYOUT_EXECUTION")]
    BookExecution,
    /// `bookPayoutReturn`: book that the bank returned it.
    #[graphql(name = "BOOK_PAYOUT_RETURN")]
    BookReturn,
}

/// A payout (Auszahlung): one instalment of an award.
#[derive(Description)]
pub struct Payout(pub(crate) domain::payout::Payout);

#[Object(use_type_description)]
impl Payout {
    /// The payout's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Where it stands.
    async fn state(&self) -> PayoutState {
        (&self.0.state).into()
    }

    /// The award that it is paid from.
    async fn award(&self, ctx: &Context<'_>) -> Result<Award> {
        Award::load(&Session::of(ctx), self.0.award).await?.ok_or_else(Fault::not_found)
    }

    /// Which instalment of the award, from 1.
    async fn instalment(&self) -> u32 {
        self.0.instalment
    }

    /// How much, in euro.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }

    /// What the money is needed for (R36).
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// Until when it is needed, in Europe/Berlin (R36).
    async fn needed_by(&self) -> Date {
        self.0.needed_by.into()
    }

    /// When it was requested, in UTC.
    async fn requested_at(&self) -> DateTime {
        self.0.requested_at.into()
    }

    /// Why it was refused. Null unless the state is `REFUSED`.
    async fn refusal_reason(&self) -> Option<&str> {
        let State::Refused { reason } = &self.0.state else { return None };
        Some(reason)
    }

    /// The account that it goes to; null before it is certified, and for whoever may not see accounts.
    async fn bank_account(&self, ctx: &Context<'_>) -> Nullable<BankAccount> {
        BankAccount::load(&Session::of(ctx), self.0.state.certificate()?.account).await.transpose()
    }

    /// Who certified that it is factually and arithmetically correct (R37); null before, and for whoever may not see names.
    async fn certified_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.state.certificate()?.certified.by, Permission::ReadRemarks).await
    }

    /// When it was certified, in UTC.
    async fn certified_at(&self) -> Option<DateTime> {
        Some(self.0.state.certificate()?.certified.at.into())
    }

    /// Who ordered it: another person than who certified it (R37). Null before, and for whoever may not see names.
    async fn ordered_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.state.order()?.ordered.by, Permission::ReadRemarks).await
    }

    /// When it was ordered, in UTC.
    async fn ordered_at(&self) -> Option<DateTime> {
        Some(self.0.state.order()?.ordered.at.into())
    }

    /// How many times it was ordered: more than once if the bank returned it (R39).
    async fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// The end-to-end id of the last order, on bank statements too: unique for ever (R38). Null before it is ordered.
    async fn end_to_end_id(&self) -> Option<&str> {
        Some(&self.0.state.order()?.end_to_end_id)
    }

    /// The day on which the bank executed it. Null unless the state is `EXECUTED`.
    async fn executed_on(&self) -> Option<Date> {
        let State::Executed { on, .. } = &self.0.state else { return None };
        Some((*on).into())
    }

    /// The day on which the bank returned it. Null unless the state is `RETURNED`.
    async fn returned_on(&self) -> Option<Date> {
        let State::Returned { on, .. } = &self.0.state else { return None };
        Some((*on).into())
    }

    /// The bank's reason for returning it, a code of ISO 20022 such as `AC04`. Null unless the state is `RETURNED`.
    async fn return_reason(&self) -> Option<&str> {
        let State::Returned { reason, .. } = &self.0.state else { return None };
        Some(reason)
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<PayoutAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Payout {
    type Id = PayoutId;

    async fn load(session: &Session, id: PayoutId) -> Result<Option<Self>> {
        Ok(session.engine().payout(&session.actor(), id).await?.map(Self))
    }
}

input! {
    /// An instalment to ask for.
    RequestPayoutInput {
        /// Of which award.
        award_id: ID,
        /// How much, in euro; all instalments together are at most the award (R36).
        amount: Raw<Money>,
        /// What the money is needed for (R36).
        purpose: String,
        /// Until when it is needed, in Europe/Berlin, at most two months ahead (R36).
        needed_by: Raw<Date>,
    }
}

input! {
    /// A request for an instalment to refuse.
    RefusePayoutInput {
        /// Which payout.
        payout_id: ID,
        /// Why; the applicant reads it.
        reason: String,
    }
}

input! {
    /// A payout to certify.
    CertifyPayoutInput {
        /// Which payout.
        payout_id: ID,
        /// To which account of the applicant; another person must have confirmed it (R37).
        bank_account_id: ID,
    }
}

input! {
    /// A payout to order.
    OrderPayoutInput {
        /// Which payout.
        payout_id: ID,
    }
}

input! {
    /// An execution that the bank reported.
    BookPayoutExecutionInput {
        /// Which payout.
        payout_id: ID,
        /// The day on which the bank executed it, in Europe/Berlin.
        on: Raw<Date>,
    }
}

input! {
    /// A return that the bank reported.
    BookPayoutReturnInput {
        /// Which payout.
        payout_id: ID,
        /// The day on which the bank returned it, in Europe/Berlin.
        on: Raw<Date>,
        /// The bank's reason, a code of ISO 20022 with four characters: `AC04`.
        reason: String,
    }
}

payload! {
    /// The answer to `requestPayout`.
    RequestPayoutPayload {
        /// The new payout; null if it was refused.
        payout: Payout
    }
}

payload! {
    /// The answer to `refusePayout`.
    RefusePayoutPayload {
        /// The payout as it is now; null if it was refused.
        payout: Payout
    }
}

payload! {
    /// The answer to `certifyPayout`.
    CertifyPayoutPayload {
        /// The payout as it is now; null if it was refused.
        payout: Payout
    }
}

payload! {
    /// The answer to `orderPayout`.
    OrderPayoutPayload {
        /// The payout as it is now; null if it was refused.
        payout: Payout
    }
}

payload! {
    /// The answer to `bookPayoutExecution`.
    BookPayoutExecutionPayload {
        /// The payout as it is now; null if it was refused.
        payout: Payout
    }
}

payload! {
    /// The answer to `bookPayoutReturn`.
    BookPayoutReturnPayload {
        /// The payout as it is now; null if it was refused.
        payout: Payout
    }
}

/// What is done with payouts.
#[derive(Default)]
pub struct PayoutMutations;

#[Object]
impl PayoutMutations {
    /// Asks for an instalment of a final, accepted award, by somebody who acts for the applicant (Mittelabruf, R34, R36).
    async fn request_payout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How much, for what and until when.")] input: RequestPayoutInput,
    ) -> Nullable<RequestPayoutPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::RequestPayout {
                award: read_id(&input.award_id, "awardId")?,
                amount: input.amount.read("amount")?,
                purpose: input.purpose,
                needed_by: input.needed_by.read("neededBy")?,
            };
            Ok(session.engine().request_payout(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Refuses a request for an instalment, by a case officer with a reason.
    async fn refuse_payout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which payout, and why.")] input: RefusePayoutInput,
    ) -> Nullable<RefusePayoutPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let payout = read_id(&input.payout_id, "payoutId")?;
            Ok(session.engine().refuse_payout(&session.call(input.idempotency_key), payout, input.reason).await?)
        };
        session.answer(outcome).await
    }

    /// Certifies that a payout is factually and arithmetically correct (sachlich und rechnerisch richtig), by a case officer, to a
    /// confirmed account (R37).
    async fn certify_payout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which payout, and to which account.")] input: CertifyPayoutInput,
    ) -> Nullable<CertifyPayoutPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::CertifyPayout {
                payout: read_id(&input.payout_id, "payoutId")?,
                account: read_id(&input.bank_account_id, "bankAccountId")?,
            };
            Ok(session.engine().certify_payout(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Orders a payout (Anordnung), by a finance officer who did not certify it (R37).
    async fn order_payout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which payout.")] input: OrderPayoutInput,
    ) -> Nullable<OrderPayoutPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let payout = read_id(&input.payout_id, "payoutId")?;
            Ok(session.engine().order_payout(&session.call(input.idempotency_key), payout).await?)
        };
        session.answer(outcome).await
    }

    /// Books that the bank executed a payout, by a finance officer: what was committed is paid. The applicant is told.
    async fn book_payout_execution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which payout, and when.")] input: BookPayoutExecutionInput,
    ) -> Nullable<BookPayoutExecutionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let payout = read_id(&input.payout_id, "payoutId")?;
            let on = input.on.read("on")?;
            Ok(session.engine().book_payout_execution(&session.call(input.idempotency_key), payout, on).await?)
        };
        session.answer(outcome).await
    }

    /// Books that the bank returned a payout, by a finance officer: it is payable again, with a new end-to-end id (R39). The applicant is told.
    async fn book_payout_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which payout, when and why.")] input: BookPayoutReturnInput,
    ) -> Nullable<BookPayoutReturnPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command =
                engine::BookReturn { payout: read_id(&input.payout_id, "payoutId")?, on: input.on.read("on")?, reason: input.reason };
            Ok(session.engine().book_payout_return(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }
}
