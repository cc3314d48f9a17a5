//! Awards: granted with their commitment, notified, accepted or declined, extended, revoked (R32 to R35, R40).

use chrono::NaiveDate;
use domain::application::{Application, State};
use domain::award::{Appeal, Award, AwardAction as Action, AwardOn, AwardState};
use domain::budget::{BudgetYear, Posting};
use domain::committee::Proposal;
use domain::event::{Happening, Subject, SubjectKind};
use domain::fund::AwardRules;
use domain::identity::{Actor, Permission, Role};
use domain::ids::{ApplicationId, AwardId, BallotId, RoundId};
use domain::money::Money;
use domain::outbox::Notice;
use domain::payout::{Payout, PayoutState};
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;
use store::award::AwardFilter;

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Page, Result, Window, require, visible};

/// How many awards one command extends at most.
const MOST_EXTENDED: usize = 500;

/// A notification (R34).
#[derive(Debug, Clone, Serialize)]
pub struct NotifyAward {
    /// Of which award.
    pub award: AwardId,
    /// The day on which the letter was dispatched.
    pub dispatched_on: NaiveDate,
}

/// An extension of one award or many (R40).
#[derive(Debug, Clone, Serialize)]
pub struct ExtendAwards {
    /// Which awards.
    pub awards: Vec<AwardId>,
    /// The term's new last day.
    pub until: NaiveDate,
    /// The council's resolution, needed beyond the longest term.
    pub resolution: Option<String>,
}

/// A repayment that has arrived (R31).
#[derive(Debug, Clone, Serialize)]
pub struct BookRepayment {
    /// Of which award.
    pub award: AwardId,
    /// How much.
    pub amount: Money,
    /// The day on which it arrived; its year is credited.
    pub received_on: NaiveDate,
}

/// Which awards are asked for.
#[derive(Debug, Clone, Default)]
pub struct AwardQuery {
    /// In that state, by name.
    pub state: Option<String>,
    /// Only those that should have been accepted or declined by now (R35).
    pub overdue: bool,
    /// For applications to that round.
    pub round: Option<RoundId>,
}

impl Engine {
    /// A page of all awards that the actor may see by a role, in the order in which they were granted.
    pub async fn awards(&self, actor: &Actor, query: &AwardQuery, window: &Window) -> Result<Page<AwardOn>> {
        require(actor, Permission::ReadAward)?;
        let db = self.database.reader();
        let page = store::award::page(db, &self.award_filter(actor, query), window).await?;
        let ids: Vec<AwardId> = page.items.iter().map(|award| award.id).collect();
        let payouts = store::payout::of_awards(db, &ids).await?;
        let on = |award: Award| {
            let own: Vec<Payout> = payouts.iter().filter(|payout| payout.award == award.id).cloned().collect();
            award_on(award, self.today(), &own, &self.fund.award)
        };
        Ok(Page { items: page.items.into_iter().map(on).collect(), has_previous: page.has_previous, has_next: page.has_next })
    }

    /// How many awards the actor may see by a role.
    pub async fn count_awards(&self, actor: &Actor, query: &AwardQuery) -> Result<u64> {
        require(actor, Permission::ReadAward)?;
        Ok(store::award::count(self.database.reader(), &self.award_filter(actor, query)).await?)
    }

    fn award_filter(&self, actor: &Actor, query: &AwardQuery) -> AwardFilter {
        AwardFilter {
            state: query.state.clone(),
            accept_before: query.overdue.then(|| self.today()),
            round: query.round,
            except: actor.recused_from.iter().copied().collect(),
        }
    }

    /// Those of the awards that the actor may see.
    pub async fn awards_by_ids(&self, actor: &Actor, ids: &[AwardId]) -> Result<Vec<AwardOn>> {
        let db = self.database.reader();
        let payouts = store::payout::of_awards(db, ids).await?;
        let on = |award: Award| {
            let own: Vec<Payout> = payouts.iter().filter(|payout| payout.award == award.id).cloned().collect();
            visible(actor, Some(award_on(award, self.today(), &own, &self.fund.award)))
        };
        Ok(store::award::find_many(db, ids).await?.into_iter().filter_map(on).collect())
    }

    /// Records that the award letter was dispatched, and asks the applicant to accept (R34, R35).
    pub async fn notify_award(&self, call: &Call, input: NotifyAward) -> Result<AwardId> {
        self.run(call, "notifyAward", input, |work, input| {
            async move {
                let award = work.lock_award(input.award, Action::Notify).await?;
                let application = found(store::application::find(&work.tx, award.application).await?)?;
                let rules = work.engine.fund.award.clone();
                let award = award.notify(&application, input.dispatched_on, &rules, work.today())?;
                work.save_award("award-notified", &award, json!({ "dispatchedOn": input.dispatched_on }), Vec::new()).await?;
                if let Some(notification) = award.state.notification() {
                    let notice = Notice::AwardToAccept {
                        about: work.about(&application).await?,
                        amount: award.amount,
                        accept_by: notification.accept_by,
                        appeal_until: notification.appeal_until,
                    };
                    work.tell_of_award(&award, &notice).await?;
                }
                Ok(award.id)
            }
            .boxed()
        })
        .await
    }

    /// The applicant accepts (R35).
    pub async fn accept_award(&self, call: &Call, id: AwardId) -> Result<AwardId> {
        self.run(call, "acceptAward", id, |work, id| {
            async move {
                let award = work.lock_award(id, Action::Accept).await?.accept();
                work.save_award("award-accepted", &award, json!({}), Vec::new()).await?;
                Ok(award.id)
            }
            .boxed()
        })
        .await
    }

    /// The applicant declines, or calls the project off: what was not paid is free again (R15, R32).
    pub async fn decline_award(&self, call: &Call, id: AwardId, reason: String) -> Result<AwardId> {
        self.run(call, "declineAward", (id, reason), |work, (id, reason)| {
            async move {
                let award = work.lock_award(id, Action::Decline).await?;
                let mut year = found(store::budget::lock_year(&work.tx, award.year).await?)?;
                let (award, posting) = award.decline(&reason, &mut year)?;
                release(work, "award-declined", award, year, posting, &reason).await
            }
            .boxed()
        })
        .await
    }

    /// The city revokes the award: what was not paid is free again (R32).
    pub async fn revoke_award(&self, call: &Call, id: AwardId, reason: String) -> Result<AwardId> {
        self.run(call, "revokeAward", (id, reason), |work, (id, reason)| {
            async move {
                let award = work.lock_award(id, Action::Revoke).await?;
                let mut year = found(store::budget::lock_year(&work.tx, award.year).await?)?;
                let (award, posting) = award.revoke(&reason, &mut year)?;
                let application = found(store::application::find(&work.tx, award.application).await?)?;
                let notice = Notice::AwardRevoked { about: work.about(&application).await?, reason: reason.clone() };
                work.tell_of_award(&award, &notice).await?;
                release(work, "award-revoked", award, year, posting, &reason).await
            }
            .boxed()
        })
        .await
    }

    /// The applicant waives the appeal: the award is final at once (R34).
    pub async fn waive_appeal(&self, call: &Call, id: AwardId) -> Result<AwardId> {
        self.set_appeal(call, "waiveAppeal", id, Action::WaiveAppeal, "appeal-waived", |on| Appeal::Waived { on }).await
    }

    /// Records an objection: the clock stops (R34).
    pub async fn record_objection(&self, call: &Call, id: AwardId) -> Result<AwardId> {
        self.set_appeal(call, "recordObjection", id, Action::RecordObjection, "objection-recorded", |on| Appeal::Objected { on }).await
    }

    /// Records that the objection is settled: the award is final (R34).
    pub async fn settle_objection(&self, call: &Call, id: AwardId) -> Result<AwardId> {
        self.set_appeal(call, "settleObjection", id, Action::SettleObjection, "objection-settled", |on| Appeal::Settled { on }).await
    }

    async fn set_appeal(
        &self,
        call: &Call,
        operation: &'static str,
        id: AwardId,
        action: Action,
        kind: &'static str,
        appeal: fn(NaiveDate) -> Appeal,
    ) -> Result<AwardId> {
        self.run(call, operation, id, move |work, id| {
            async move {
                let award = work.lock_award(id, action).await?;
                let award = award.with_appeal(appeal(work.today()));
                work.save_award(kind, &award, json!({}), Vec::new()).await?;
                Ok(award.id)
            }
            .boxed()
        })
        .await
    }

    /// Extends the term of one award or many, all or none; beyond the longest term with the council's resolution (R40).
    pub async fn extend_awards(&self, call: &Call, input: ExtendAwards) -> Result<Vec<AwardId>> {
        self.run(call, "extendAwards", input, |work, input| async move { extend(work, input).await }.boxed()).await
    }

    /// Books a repayment to the year in which it arrived (R31), and offers it to the waiting list.
    pub async fn book_repayment(&self, call: &Call, input: BookRepayment) -> Result<AwardId> {
        self.run(call, "bookRepayment", input, |work, input| {
            async move {
                let award = work.lock_award(input.award, Action::BookRepayment).await?;
                if input.received_on > work.today() {
                    return Err(Problem::DateAhead.at("receivedOn").into());
                }
                let number = chrono::Datelike::year(&input.received_on);
                let year = store::budget::lock_year(&work.tx, number).await?;
                let mut year = year.ok_or(Problem::NoSuchBudgetYear { year: number }.at("receivedOn"))?;
                let (award, posting) = award.book_repayment(input.amount, &mut year)?;
                store::budget::save_year(&work.tx, &year).await?;
                let details = json!({ "amount": input.amount, "receivedOn": input.received_on });
                work.save_award("repayment-booked", &award, details, vec![posting]).await?;
                let application = found(store::application::find(&work.tx, award.application).await?)?;
                work.offer_to_waiting_list(&year, year.version + 1, input.amount, Some(&application)).await?;
                Ok(award.id)
            }
            .boxed()
        })
        .await
    }

    /// Tells the case officers of awards that nobody accepted or declined in time (R35). Returns how many there were.
    pub async fn tell_of_overdue_acceptances(&self) -> Result<usize> {
        let overdue = store::award::awaiting_acceptance_since(self.database.reader(), self.today(), 100).await?;
        let count = overdue.len();
        for award in overdue {
            self.run_unattended(&Call::default(), "tellOfOverdueAcceptance", award.id, |work, id| {
                async move {
                    let award = found(store::award::lock(&work.tx, id).await?)?;
                    let AwardState::Notified(notification) = &award.state else {
                        return Ok(());
                    };
                    store::award::mark_overdue_told(&work.tx, id, work.now).await?;
                    let application = found(store::application::find(&work.tx, award.application).await?)?;
                    let people = store::identity::persons_with_roles(&work.tx, &[Role::CaseOfficer], work.today()).await?;
                    let people = work.without_recused(people, application.id).await?;
                    let notice = Notice::AcceptanceOverdue { about: work.about(&application).await?, accept_by: notification.accept_by };
                    work.tell(people, &id.to_string(), &notice);
                    Ok(())
                }
                .boxed()
            })
            .await?;
        }
        Ok(count)
    }

    /// An award that the actor may see, as it stands today.
    pub async fn award(&self, actor: &Actor, id: AwardId) -> Result<Option<AwardOn>> {
        self.seen_award(actor, store::award::find(self.database.reader(), id).await?).await
    }

    /// The award of an application.
    pub async fn award_of(&self, actor: &Actor, application: ApplicationId) -> Result<Option<AwardOn>> {
        self.seen_award(actor, store::award::of_application(self.database.reader(), application).await?).await
    }

    /// Those of the awards of the applications that the actor may see.
    pub async fn awards_of(&self, actor: &Actor, applications: &[ApplicationId]) -> Result<Vec<AwardOn>> {
        let db = self.database.reader();
        let awards = store::award::of_applications(db, applications).await?;
        let ids: Vec<AwardId> = awards.iter().map(|award| award.id).collect();
        let payouts = store::payout::of_awards(db, &ids).await?;
        let today = self.today();
        let on = |award: Award| {
            let own: Vec<Payout> = payouts.iter().filter(|payout| payout.award == award.id).cloned().collect();
            visible(actor, Some(award_on(award, today, &own, &self.fund.award)))
        };
        Ok(awards.into_iter().filter_map(on).collect())
    }

    async fn seen_award(&self, actor: &Actor, award: Option<Award>) -> Result<Option<AwardOn>> {
        let Some(award) = award else { return Ok(None) };
        let payouts = store::payout::of_award(self.database.reader(), award.id).await?;
        Ok(visible(actor, Some(award_on(award, self.today(), &payouts, &self.fund.award))))
    }
}

/// An award with what its guard needs to know of its payouts.
fn award_on(award: Award, today: NaiveDate, payouts: &[Payout], rules: &AwardRules) -> AwardOn {
    let payout_under_way = payouts.iter().any(|payout| matches!(payout.state, PayoutState::Ordered(_)));
    let requested = payouts.iter().filter(|payout| payout.counts()).map(|payout| payout.amount).sum();
    let payable = award.payable(rules);
    AwardOn { award, today, payout_under_way, requested, payable }
}

async fn extend(work: &mut Work, input: ExtendAwards) -> Result<Vec<AwardId>> {
    if input.awards.len() > MOST_EXTENDED {
        return Err(Problem::TooMany { most: MOST_EXTENDED }.at("awardIds").into());
    }
    if input.awards.is_empty() {
        return Err(Problem::Missing.at("awardIds").into());
    }
    let rules = work.engine.fund.award.clone();
    // In the order of their ids, so that two such commands can't wait for each other.
    let mut ids = input.awards.clone();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let award = work.lock_award(id, Action::Extend).await?;
        let award = award.extend(input.until, input.resolution.as_deref(), &rules)?;
        let details = json!({ "until": input.until, "resolution": input.resolution });
        work.save_award("award-extended", &award, details, Vec::new()).await?;
        let application = found(store::application::find(&work.tx, award.application).await?)?;
        let resolution = input.resolution.clone();
        let notice = Notice::AwardExtended { about: work.about(&application).await?, until: input.until, resolution };
        work.tell_of_award(&award, &notice).await?;
    }
    Ok(input.awards)
}

/// What follows when an award falls away: requests for its money end, what was committed is free, and the waiting list is offered it (R32).
async fn release(
    work: &mut Work,
    kind: &'static str,
    award: Award,
    year: BudgetYear,
    posting: Option<Posting>,
    reason: &str,
) -> Result<AwardId> {
    for payout in store::payout::of_award(&work.tx, award.id).await? {
        if matches!(payout.state, PayoutState::Requested | PayoutState::Certified(_) | PayoutState::Returned { .. }) {
            let ended = Payout { state: PayoutState::Refused { reason: kind.to_owned() }, ..payout };
            store::payout::save(&work.tx, &ended).await?;
        }
    }
    let freed = posting.as_ref().map(|posting| posting.amount);
    if freed.is_some() {
        store::budget::save_year(&work.tx, &year).await?;
    }
    work.save_award(kind, &award, json!({ "reason": reason }), posting.into_iter().collect()).await?;
    if let Some(freed) = freed {
        let application = found(store::application::find(&work.tx, award.application).await?)?;
        work.offer_to_waiting_list(&year, year.version + 1, freed, Some(&application)).await?;
    }
    Ok(award.id)
}

impl Work {
    /// Grants an award under a new id.
    pub(crate) async fn grant(
        &mut self,
        application: Application,
        proposal: Proposal,
        ballot: BallotId,
        year: &mut BudgetYear,
        from_waiting_list: bool,
    ) -> Result<Posting> {
        let id = self.id();
        self.grant_as(id, application, proposal, ballot, year, from_waiting_list).await
    }

    /// Grants an award: saves it, its application and its year. The posting is for the caller's event to record (R33).
    pub(crate) async fn grant_as(
        &mut self,
        id: AwardId,
        application: Application,
        proposal: Proposal,
        ballot: BallotId,
        year: &mut BudgetYear,
        from_waiting_list: bool,
    ) -> Result<Posting> {
        let (award, posting) = Award::grant(id, &application, proposal, ballot, year, &self.engine.fund, self.now)?;
        store::award::insert(&self.tx, &award).await?;
        store::budget::save_year(&self.tx, year).await?;
        let notice = Notice::ApplicationAwarded { about: self.about(&application).await?, amount: award.amount, from_waiting_list };
        let application = Application { state: State::Awarded { award: award.id }, ..application };
        store::application::save(&self.tx, &application).await?;
        self.changed(Change::Application(application.id));
        self.tell_applicant(&application, &notice).await?;
        Ok(posting)
    }

    /// Loads an award for a command and lets the actor through.
    pub(crate) async fn lock_award(&mut self, id: AwardId, action: Action) -> Result<Award> {
        let award = self.lock_award_on(id).await?;
        self.authorise(&award, action)?;
        Ok(award.award)
    }

    /// Loads an award with what its guard needs to know.
    pub(crate) async fn lock_award_on(&mut self, id: AwardId) -> Result<AwardOn> {
        self.person()?;
        let award = found(store::award::lock(&self.tx, id).await?)?;
        let payouts = store::payout::of_award(&self.tx, id).await?;
        Ok(award_on(award, self.today(), &payouts, &self.engine.fund.award))
    }

    /// Saves an award and records what happened to it.
    pub(crate) async fn save_award(
        &mut self,
        kind: &'static str,
        award: &Award,
        details: serde_json::Value,
        postings: Vec<Posting>,
    ) -> Result<()> {
        store::award::save(&self.tx, award).await?;
        let subject = Subject::new(SubjectKind::Award, award.id, award.version + 1);
        self.record(Happening { kind, subject, details }, postings);
        self.changed(Change::Application(award.application));
        Ok(())
    }

    /// Tells everybody who acts for the award's applicant.
    pub(crate) async fn tell_of_award(&mut self, award: &Award, notice: &Notice) -> Result<()> {
        let people = store::identity::persons_of_applicant(&self.tx, award.applicant).await?;
        self.tell(people, &format!("{}:{}", award.id, award.version), notice);
        Ok(())
    }
}
