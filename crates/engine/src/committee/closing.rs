//! A ballot closes: its result is computed, and in the same transaction the money is committed, or the application waits, or is rejected
//! (R25, R33).

use domain::application::{Application, State};
use domain::budget::{BudgetYear, Posting};
use domain::committee::{Ballot, BallotAction, BallotBox, BallotState, Motion, MotionState, Outcome, is_decidable};
use domain::ids::BallotId;
use domain::money::Money;
use domain::outbox::Notice;
use domain::problem::Problem;
use domain::waiting_list::{Place, PlaceState};
use futures_util::FutureExt as _;
use serde_json::json;

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Result};

impl Engine {
    /// Closes a ballot: computes the result (R25), and in the same transaction awards and commits the money, or puts the application on the
    /// waiting list, or rejects it (R33). A vote en bloc closes as a whole. Without a quorum nothing is decided (R17).
    pub async fn close_ballot(&self, call: &Call, id: BallotId) -> Result<BallotId> {
        self.run(call, "closeBallot", id, |work, id| {
            async move {
                let boxes = work.lock_ballots(id, BallotAction::Close).await?;
                close(work, boxes).await?;
                Ok(id)
            }
            .boxed()
        })
        .await
    }
}

/// A ballot that has its result, and what it is about.
struct Closed {
    ballot: Ballot,
    motion: Motion,
    application: Application,
    carried: bool,
}

/// Closes ballots that are voted on together, or one that is voted on by itself, in their order.
pub(super) async fn close(work: &mut Work, boxes: Vec<BallotBox>) -> Result<()> {
    let mut decided = Vec::with_capacity(boxes.len());
    for open in boxes {
        let ballot = open.close(work.now);
        store::committee::save_ballot(&work.tx, &ballot).await?;
        let BallotState::Closed { carried, .. } = ballot.state else {
            let details = json!({ "tally": ballot.state.tally(), "computation": ballot.computation });
            work.record_ballot("ballot-inquorate", &ballot, ballot.version + 1, details, Vec::new());
            work.put_motion_back(&ballot, false).await?;
            continue;
        };
        let motion = found(store::committee::lock_motion(&work.tx, ballot.motion).await?)?;
        let application = found(store::application::lock(&work.tx, motion.application).await?)?;
        store::committee::save_motion(&work.tx, &Motion { state: MotionState::Decided, ..motion.clone() }).await?;
        decided.push(Closed { ballot, motion, application, carried });
    }
    let granted = granted(work, &decided).await?;
    for (closed, may_grant) in decided.into_iter().zip(granted) {
        let (ballot, carried) = (closed.ballot.clone(), closed.carried);
        let (outcome, postings) = decide(work, closed, may_grant).await?;
        let details = json!({ "tally": ballot.state.tally(), "carried": carried, "outcome": outcome, "computation": ballot.computation });
        work.record_ballot("ballot-closed", &ballot, ballot.version + 1, details, postings);
    }
    Ok(())
}

/// Which of the ballots may take money: by itself each, as far as there is any; en bloc as was chosen before.
async fn granted(work: &Work, decided: &[Closed]) -> Result<Vec<bool>> {
    let Some(purse) = decided.iter().find_map(|closed| closed.ballot.en_bloc).map(|en_bloc| en_bloc.purse) else {
        return Ok(vec![true; decided.len()]);
    };
    let amount = |closed: &Closed| closed.motion.proposal.amount().filter(|_| closed.carried && is_decidable(&closed.application));
    let amounts: Vec<Money> = decided.iter().filter_map(amount).collect();
    let mut available = Money::ZERO;
    if let Some(first) = decided.first() {
        let round = found(store::round::find(&work.tx, first.application.round).await?)?;
        available = store::budget::lock_year(&work.tx, round.budget_year).await?.map(|year| year.available()).unwrap_or_default();
    }
    let mut grants = purse.grants(&amounts, available).into_iter();
    Ok(decided.iter().map(|closed| amount(closed).is_none() || grants.next().unwrap_or_default()).collect())
}

/// What the result does to the application: award, place on the waiting list, rejection, or nothing.
async fn decide(work: &mut Work, closed: Closed, may_grant: bool) -> Result<(Outcome, Vec<Posting>)> {
    let Closed { ballot, motion, application, carried } = closed;
    if let Some(recusal) = motion.proposal.recusal() {
        work.decide_recusal(recusal, carried, ballot.id).await?;
        return Ok((Outcome::Undecided, Vec::new()));
    }
    if !is_decidable(&application) {
        // Withdrawn while the vote went on (R15): the result stands in the record, and changes nothing.
        return Ok((Outcome::Undecided, Vec::new()));
    }
    let round = found(store::round::find(&work.tx, application.round).await?)?;
    let mut year = match store::budget::lock_year(&work.tx, round.budget_year).await? {
        Some(year) => year,
        None if carried && motion.proposal.amount().is_some() => {
            return Err(Problem::NoSuchBudgetYear { year: round.budget_year }.into());
        }
        None => BudgetYear::new(round.budget_year)?,
    };
    let available = if may_grant { year.available() } else { Money::ZERO };
    let outcome = Outcome::of(motion.proposal, carried, available);
    let mut postings = Vec::new();
    match outcome {
        Outcome::Awarded => postings.push(work.grant(application, motion.proposal, ballot.id, &mut year, false).await?),
        Outcome::Waiting => put_on_waiting_list(work, application, &motion, &ballot, year.year).await?,
        Outcome::Rejected => {
            let about = work.about(&application).await?;
            let application = Application { state: State::Rejected { ballot: ballot.id }, ..application };
            store::application::save(&work.tx, &application).await?;
            work.tell_applicant(&application, &Notice::ApplicationRejected { about }).await?;
        }
        Outcome::Undecided => {}
    }
    Ok((outcome, postings))
}

async fn put_on_waiting_list(work: &mut Work, application: Application, motion: &Motion, ballot: &Ballot, year: i32) -> Result<()> {
    let place = Place {
        id: work.id(),
        version: 1,
        year,
        position: store::waiting_list::next_position(&work.tx, year).await?,
        proposal: motion.proposal,
        application: application.id,
        applicant: application.applicant,
        ballot: ballot.id,
        state: PlaceState::Waiting,
        skipped: None,
        created_at: work.now,
    };
    store::waiting_list::insert(&work.tx, &place).await?;
    let notice = Notice::WaitingListed { about: work.about(&application).await?, amount: place.amount(), position: place.position, year };
    let application = Application { state: State::Waiting { place: place.id }, ..application };
    store::application::save(&work.tx, &application).await?;
    work.changed(Change::BudgetYear(year));
    work.tell_applicant(&application, &notice).await
}
