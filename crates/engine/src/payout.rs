//! Payouts: requested by the applicant, certified by one, ordered by another, booked as the bank reports (R36 to R39).

use chrono::NaiveDate;
use domain::award::{Award, AwardAction};
use domain::budget::Posting;
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Role};
use domain::ids::{AwardId, BankAccountId, PayoutId};
use domain::money::Money;
use domain::outbox::Notice;
use domain::payout::{Payout, PayoutAction as Action};
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Result, visible};

/// A request for an instalment (R36).
#[derive(Debug, Clone, Serialize)]
pub struct RequestPayout {
    /// Of which award.
    pub award: AwardId,
    /// How much.
    pub amount: Money,
    /// What it is needed for.
    pub purpose: String,
    /// Until when it is needed.
    pub needed_by: NaiveDate,
}

/// A certification (R37).
#[derive(Debug, Clone, Serialize)]
pub struct CertifyPayout {
    /// Which payout.
    pub payout: PayoutId,
    /// To which account of the applicant.
    pub account: BankAccountId,
}

/// What the bank reported (R39).
#[derive(Debug, Clone, Serialize)]
pub struct BookReturn {
    /// Which payout.
    pub payout: PayoutId,
    /// The day.
    pub on: NaiveDate,
    /// The bank's reason, an ISO 20022 code such as `AC04`.
    pub reason: String,
}

impl Engine {
    /// The applicant asks for an instalment (R34, R36).
    pub async fn request_payout(&self, call: &Call, input: RequestPayout) -> Result<PayoutId> {
        self.run(call, "requestPayout", input, |work, input| {
            async move {
                let award = work.lock_award_on(input.award).await?;
                work.authorise(&award, AwardAction::RequestPayout)?;
                let before = store::payout::of_award(&work.tx, input.award).await?;
                let instalment = u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_add(1);
                let rules = work.engine.fund.award.clone();
                let payout =
                    Payout::request(work.id(), &award, instalment, input.amount, &input.purpose, input.needed_by, &rules, work.now)?;
                store::payout::insert(&work.tx, &payout).await?;
                let details = json!({ "award": award.award.id, "amount": payout.amount });
                let subject = Subject::new(SubjectKind::Payout, payout.id, payout.version);
                work.record(Happening { kind: "payout-requested", subject, details }, Vec::new());
                work.changed(Change::Application(award.award.application));
                Ok(payout.id)
            }
            .boxed()
        })
        .await
    }

    /// Refuses a request, with a reason.
    pub async fn refuse_payout(&self, call: &Call, id: PayoutId, reason: String) -> Result<PayoutId> {
        self.run(call, "refusePayout", (id, reason), |work, (id, reason)| {
            async move {
                let payout = work.lock_payout(id, Action::Refuse).await?.refuse(&reason)?;
                work.save_payout("payout-refused", &payout, json!({ "reason": reason }), None).await?;
                Ok(payout.id)
            }
            .boxed()
        })
        .await
    }

    /// Certifies that a payout is factually and arithmetically correct, to a confirmed account (R37).
    pub async fn certify_payout(&self, call: &Call, input: CertifyPayout) -> Result<PayoutId> {
        self.run(call, "certifyPayout", input, |work, input| {
            async move {
                let payout = work.lock_payout(input.payout, Action::Certify).await?;
                let account = store::applicant::find_account(&work.tx, input.account).await?;
                let account = account.ok_or(Problem::AccountOfAnother.at("bankAccountId"))?;
                let payout = payout.certify(&account, work.person()?, work.now)?;
                work.save_payout("payout-certified", &payout, json!({ "account": account.id }), None).await?;
                Ok(payout.id)
            }
            .boxed()
        })
        .await
    }

    /// Orders a payout: another person than who certified it (R37).
    pub async fn order_payout(&self, call: &Call, id: PayoutId) -> Result<PayoutId> {
        self.run(call, "orderPayout", id, |work, id| {
            async move {
                let payout = work.lock_payout(id, Action::Order).await?;
                let award = found(store::award::find(&work.tx, payout.award).await?)?;
                let application = found(store::application::find(&work.tx, award.application).await?)?;
                let payout = payout.order(&application.number.unwrap_or_default(), work.person()?, work.now);
                let details = json!({ "endToEndId": payout.state.order().map(|order| &order.end_to_end_id) });
                work.save_payout("payout-ordered", &payout, details, None).await?;
                Ok(payout.id)
            }
            .boxed()
        })
        .await
    }

    /// Books that the bank executed a payout: what was committed is paid.
    pub async fn book_payout_execution(&self, call: &Call, id: PayoutId, on: NaiveDate) -> Result<PayoutId> {
        self.run(call, "bookPayoutExecution", (id, on), |work, (id, on)| {
            async move {
                let (award, payout) = work.lock_award_and_payout(id, Action::BookExecution).await?;
                let mut year = found(store::budget::lock_year(&work.tx, award.year).await?)?;
                let (payout, award, posting) = payout.book_execution(award, on, work.today(), &mut year)?;
                store::budget::save_year(&work.tx, &year).await?;
                store::award::save(&work.tx, &award).await?;
                work.save_payout("payout-executed", &payout, json!({ "on": on }), Some(posting)).await?;
                let application = found(store::application::find(&work.tx, award.application).await?)?;
                let about = work.about(&application).await?;
                let notice = Notice::PayoutExecuted { about, instalment: payout.instalment, amount: payout.amount };
                let people = store::identity::persons_of_applicant(&work.tx, award.applicant).await?;
                work.tell(people, &format!("{}:{}", payout.id, payout.version), &notice);
                Ok(payout.id)
            }
            .boxed()
        })
        .await
    }

    /// Books that the bank returned a payout: it is payable again (R39).
    pub async fn book_payout_return(&self, call: &Call, input: BookReturn) -> Result<PayoutId> {
        self.run(call, "bookPayoutReturn", input, |work, input| {
            async move {
                let (award, payout) = work.lock_award_and_payout(input.payout, Action::BookReturn).await?;
                let mut year = found(store::budget::lock_year(&work.tx, award.year).await?)?;
                let (payout, award, posting) = payout.book_return(award, input.on, &input.reason, work.today(), &mut year)?;
                if posting.is_some() {
                    store::budget::save_year(&work.tx, &year).await?;
                    store::award::save(&work.tx, &award).await?;
                }
                let details = json!({ "on": input.on, "reason": input.reason });
                work.save_payout("payout-returned", &payout, details, posting).await?;
                let application = found(store::application::find(&work.tx, award.application).await?)?;
                let about = work.about(&application).await?;
                let notice = Notice::PayoutReturned { about, instalment: payout.instalment, amount: payout.amount, reason: input.reason };
                let mut people = store::identity::persons_of_applicant(&work.tx, award.applicant).await?;
                let officers = store::identity::persons_with_roles(&work.tx, &[Role::CaseOfficer], work.today()).await?;
                people.extend(work.without_recused(officers, application.id).await?);
                people.sort_unstable();
                people.dedup();
                work.tell(people, &format!("{}:{}", payout.id, payout.version), &notice);
                Ok(payout.id)
            }
            .boxed()
        })
        .await
    }

    /// A payout that the actor may see.
    pub async fn payout(&self, actor: &Actor, id: PayoutId) -> Result<Option<Payout>> {
        let Some(payout) = visible(actor, store::payout::find(self.database.reader(), id).await?) else { return Ok(None) };
        // Who is excluded from the award's application sees none of its payouts (R16).
        Ok(self.award(actor, payout.award).await?.map(|_| payout))
    }

    /// Those of the awards' payouts that the actor may see, by award and instalment.
    pub async fn payouts_of(&self, actor: &Actor, awards: &[AwardId]) -> Result<Vec<Payout>> {
        let db = self.database.reader();
        let mut found = store::payout::of_awards(db, awards).await?;
        if !actor.recused_from.is_empty() {
            let recused: Vec<_> = actor.recused_from.iter().copied().collect();
            let hidden = store::award::of_applications(db, &recused).await?;
            found.retain(|payout| {
                let own = actor.acts_for.contains_key(&payout.applicant);
                own || !hidden.iter().any(|award| award.id == payout.award)
            });
        }
        Ok(found.into_iter().filter_map(|payout| visible(actor, Some(payout))).collect())
    }
}

impl Work {
    async fn lock_payout(&mut self, id: PayoutId, action: Action) -> Result<Payout> {
        self.person()?;
        let payout = found(store::payout::lock(&self.tx, id).await?)?;
        if !self.actor.recused_from.is_empty() {
            let award = found(store::award::find(&self.tx, payout.award).await?)?;
            if self.actor.recused_from.contains(&award.application) && !self.actor.acts_for.contains_key(&award.applicant) {
                return Err(crate::Error::NotFound);
            }
        }
        self.authorise(&payout, action)?;
        Ok(payout)
    }

    /// As [`Work::lock_payout`], with its award: locked first, as everybody does who locks both.
    async fn lock_award_and_payout(&mut self, id: PayoutId, action: Action) -> Result<(Award, Payout)> {
        self.person()?;
        let payout = found(store::payout::find(&self.tx, id).await?)?;
        let award = found(store::award::lock(&self.tx, payout.award).await?)?;
        Ok((award, self.lock_payout(id, action).await?))
    }

    async fn save_payout(
        &mut self,
        kind: &'static str,
        payout: &Payout,
        details: serde_json::Value,
        posting: Option<Posting>,
    ) -> Result<()> {
        store::payout::save(&self.tx, payout).await?;
        let subject = Subject::new(SubjectKind::Payout, payout.id, payout.version + 1);
        self.record(Happening { kind, subject, details }, posting.into_iter().collect());
        if let Some(award) = store::award::find(&self.tx, payout.award).await? {
            self.changed(Change::Application(award.application));
        }
        Ok(())
    }
}
