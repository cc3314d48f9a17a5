//! What is done with awards: notified, accepted or declined, extended, revoked (R32 to R35, R40), and served from the waiting list.

use async_graphql::{Context, ID, Object};

use crate::award::Award;
use crate::error::{Nullable, Result};
use crate::mutation::{input, payload};
use crate::node::read_id;
use crate::scalar::{Date, Money, Raw};
use crate::session::Session;
use crate::waiting_list::WaitingListPlace;

input! {
    /// A notification to record.
    NotifyAwardInput {
        /// Of which award.
        award_id: ID,
        /// The day on which the letter was dispatched, in Europe/Berlin; everything else is counted from it (R34, R35).
        dispatched_on: Raw<Date>,
    }
}

input! {
    /// An award to accept.
    AcceptAwardInput {
        /// Which award.
        award_id: ID,
    }
}

input! {
    /// An award to decline.
    DeclineAwardInput {
        /// Which award.
        award_id: ID,
        /// Why, if the applicant wants to say.
        reason: Option<String>,
    }
}

input! {
    /// A waiver of appeal.
    WaiveAppealInput {
        /// Of which award.
        award_id: ID,
    }
}

input! {
    /// An objection to record.
    RecordObjectionInput {
        /// To which award.
        award_id: ID,
    }
}

input! {
    /// An objection that is settled.
    SettleObjectionInput {
        /// To which award.
        award_id: ID,
    }
}

input! {
    /// An extension of one award or many.
    ExtendAwardsInput {
        /// Which awards, at most 500: all are extended, or none.
        award_ids: Vec<ID>,
        /// The term's new last day, in Europe/Berlin (R40).
        until: Raw<Date>,
        /// The council's resolution by its number, such as `Drs. 0630/2020`; needed beyond the longest term (R40).
        resolution: Option<String>,
    }
}

input! {
    /// An award to revoke.
    RevokeAwardInput {
        /// Which award.
        award_id: ID,
        /// Why; the applicant reads it.
        reason: String,
    }
}

input! {
    /// A repayment that has arrived.
    BookRepaymentInput {
        /// Of which award.
        award_id: ID,
        /// How much, in euro; at most what was paid and not repaid (R31).
        amount: Raw<Money>,
        /// The day on which it arrived, in Europe/Berlin; its year is credited (R31).
        received_on: Raw<Date>,
    }
}

input! {
    /// A place on the waiting list to serve.
    ServeWaitingListPlaceInput {
        /// Which place; the first one that fits into what is available (R32).
        place_id: ID,
    }
}

input! {
    /// A place on the waiting list to pass over.
    SkipWaitingListPlaceInput {
        /// Which place; the first one that fits into what is available (R32).
        place_id: ID,
        /// Why.
        reason: String,
    }
}

payload! {
    /// The answer to `skipWaitingListPlace`.
    SkipWaitingListPlacePayload {
        /// The place as it is now; null if it was refused.
        place: WaitingListPlace
    }
}

payload! {
    /// The answer to `notifyAward`.
    NotifyAwardPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `acceptAward`.
    AcceptAwardPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `declineAward`.
    DeclineAwardPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `waiveAppeal`.
    WaiveAppealPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `recordObjection`.
    RecordObjectionPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `settleObjection`.
    SettleObjectionPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `extendAwards`.
    ExtendAwardsPayload {
        /// The awards as they are now; null if it was refused.
        awards: Vec<Award>
    }
}

payload! {
    /// The answer to `revokeAward`.
    RevokeAwardPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `bookRepayment`.
    BookRepaymentPayload {
        /// The award as it is now; null if it was refused.
        award: Award
    }
}

payload! {
    /// The answer to `serveWaitingListPlace`.
    ServeWaitingListPlacePayload {
        /// The award; null if it was refused.
        award: Award
    }
}

/// What is done with awards.
#[derive(Default)]
pub struct AwardMutations;

#[Object]
impl AwardMutations {
    /// Records that the award letter was dispatched, by a case officer, and asks the applicant to accept (R34, R35).
    async fn notify_award(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award, and when.")] input: NotifyAwardInput,
    ) -> Nullable<NotifyAwardPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::NotifyAward {
                award: read_id(&input.award_id, "awardId")?,
                dispatched_on: input.dispatched_on.read("dispatchedOn")?,
            };
            Ok(session.engine().notify_award(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Accepts an award, by somebody who acts for the applicant (R35).
    async fn accept_award(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award.")] input: AcceptAwardInput,
    ) -> Nullable<AcceptAwardPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let award = read_id(&input.award_id, "awardId")?;
            Ok(session.engine().accept_award(&session.call(input.idempotency_key), award).await?)
        };
        session.answer(outcome).await
    }

    /// Declines an award or calls the project off, by somebody who acts for the applicant: what was not paid is free again (R15, R32).
    async fn decline_award(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award.")] input: DeclineAwardInput,
    ) -> Nullable<DeclineAwardPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let award = read_id(&input.award_id, "awardId")?;
            Ok(session.engine().decline_award(&session.call(input.idempotency_key), award, input.reason.unwrap_or_default()).await?)
        };
        session.answer(outcome).await
    }

    /// Waives the appeal, by somebody who acts for the applicant: the award is final at once (R34).
    async fn waive_appeal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award.")] input: WaiveAppealInput,
    ) -> Nullable<WaiveAppealPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let award = read_id(&input.award_id, "awardId")?;
            Ok(session.engine().waive_appeal(&session.call(input.idempotency_key), award).await?)
        };
        session.answer(outcome).await
    }

    /// Records the applicant's objection, by a case officer: the clock stops (R34).
    async fn record_objection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award.")] input: RecordObjectionInput,
    ) -> Nullable<RecordObjectionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let award = read_id(&input.award_id, "awardId")?;
            Ok(session.engine().record_objection(&session.call(input.idempotency_key), award).await?)
        };
        session.answer(outcome).await
    }

    /// Records that the objection is settled, by a case officer: the award is final (R34).
    async fn settle_objection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award.")] input: SettleObjectionInput,
    ) -> Nullable<SettleObjectionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let award = read_id(&input.award_id, "awardId")?;
            Ok(session.engine().settle_objection(&session.call(input.idempotency_key), award).await?)
        };
        session.answer(outcome).await
    }

    /// Extends the term of one award or many, by a case officer; beyond the longest term with the council's resolution (R40). The
    /// applicants are told.
    async fn extend_awards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which awards, until when, and on which resolution.")] input: ExtendAwardsInput,
    ) -> Nullable<ExtendAwardsPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let awards = input.award_ids.iter().enumerate();
            let command = engine::ExtendAwards {
                awards: awards.map(|(index, id)| read_id(id, &format!("awardIds[{index}]"))).collect::<Result<_>>()?,
                until: input.until.read("until")?,
                resolution: input.resolution,
            };
            Ok(session.engine().extend_awards(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Revokes an award, by a case officer: what was not paid is free again (R32). The applicant is told, with the reason.
    async fn revoke_award(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which award, and why.")] input: RevokeAwardInput,
    ) -> Nullable<RevokeAwardPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let award = read_id(&input.award_id, "awardId")?;
            Ok(session.engine().revoke_award(&session.call(input.idempotency_key), award, input.reason).await?)
        };
        session.answer(outcome).await
    }

    /// Books a repayment, by a finance officer: credited to the year in which it arrived, and offered to the waiting list (R31, R32).
    async fn book_repayment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which award, how much and when.")] input: BookRepaymentInput,
    ) -> Nullable<BookRepaymentPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::BookRepayment {
                award: read_id(&input.award_id, "awardId")?,
                amount: input.amount.read("amount")?,
                received_on: input.received_on.read("receivedOn")?,
            };
            Ok(session.engine().book_repayment(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Serves a place on the waiting list, by a case officer: it gets its award and its money (R32, R33). The applicant is told.
    async fn serve_waiting_list_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which place.")] input: ServeWaitingListPlaceInput,
    ) -> Nullable<ServeWaitingListPlacePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let place = read_id(&input.place_id, "placeId")?;
            Ok(session.engine().serve_waiting_list_place(&session.call(input.idempotency_key), place).await?)
        };
        session.answer(outcome).await
    }

    /// Passes over the place that is offered money, with a reason, by a case officer: the next one is offered it (R32). It ends with the year.
    async fn skip_waiting_list_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which place, and why.")] input: SkipWaitingListPlaceInput,
    ) -> Nullable<SkipWaitingListPlacePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let place = read_id(&input.place_id, "placeId")?;
            Ok(session.engine().skip_waiting_list_place(&session.call(input.idempotency_key), place, input.reason).await?)
        };
        session.answer(outcome).await
    }
}
