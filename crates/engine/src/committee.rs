//! The committee's decision: motions, ballots, votes, and what a closed ballot does to the application and the budget.

use domain::application::{Application, ApplicationAction, State};
use domain::budget::{BudgetYear, Posting};
use domain::committee::{
    Ballot, BallotAction, BallotBox, BallotState, Choice, Motion, MotionAction, MotionState, Outcome, Proposal, ProposalKind, Tally, Vote,
    is_decidable,
};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Role, Scope};
use domain::ids::{ApplicationId, BallotId, MotionId, PersonId};
use domain::money::Money;
use domain::outbox::Notice;
use domain::problem::Problem;
use domain::waiting_list::{Place, PlaceState};
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Error, Page, Result, Window, require, visible};

/// A motion to be put (R20).
#[derive(Debug, Clone, Serialize)]
pub struct ProposeMotion {
    /// On which application.
    pub application: ApplicationId,
    /// What is to be decided.
    pub kind: ProposalKind,
    /// What is to be awarded, if it is an award.
    pub amount: Option<Money>,
    /// The wording that is voted on.
    pub wording: String,
}

/// A ballot to be opened.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OpenBallot {
    /// On which motion.
    pub motion: MotionId,
    /// Whether hands are shown in a meeting and the tally recorded (R23): then nobody is invited by e-mail.
    pub show_of_hands: bool,
}

/// The tally of a show of hands (R23).
#[derive(Debug, Clone, Serialize)]
pub struct RecordTally {
    /// Of which ballot.
    pub ballot: BallotId,
    /// What was counted.
    pub tally: Tally,
}

impl Engine {
    /// Puts a motion on an admitted application (R20).
    pub async fn propose_motion(&self, call: &Call, input: ProposeMotion) -> Result<MotionId> {
        self.run(call, "proposeMotion", input, |work, input| async move { propose(work, input).await }.boxed()).await
    }

    /// Takes a motion back before it is voted on.
    pub async fn withdraw_motion(&self, call: &Call, id: MotionId) -> Result<MotionId> {
        self.run(call, "withdrawMotion", id, |work, id| {
            async move {
                let motion = work.lock_motion(id, MotionAction::Withdraw).await?;
                let motion = Motion { state: MotionState::Withdrawn, ..motion };
                store::committee::save_motion(&work.tx, &motion).await?;
                work.record_motion("motion-withdrawn", &motion, motion.version + 1, json!({}));
                Ok(motion.id)
            }
            .boxed()
        })
        .await
    }

    /// Opens the ballot on a motion, with the committee as it is now, and invites its members to vote.
    pub async fn open_ballot(&self, call: &Call, input: OpenBallot) -> Result<BallotId> {
        self.run(call, "openBallot", input, |work, input| {
            async move {
                let motion = work.lock_motion(input.motion, MotionAction::OpenBallot).await?;
                let application = found(store::application::lock(&work.tx, motion.application).await?)?;
                if !is_decidable(&application) {
                    return Err(Problem::wrong_state(application.state.name(), MotionAction::OpenBallot).into());
                }
                let members = store::identity::persons_with_roles(&work.tx, &[Role::Member, Role::Chair]).await?;
                let ballot = Ballot::open(work.id(), &motion, members, &work.engine.fund.committee, work.now);
                store::committee::insert_ballot(&work.tx, &ballot).await?;
                let motion = Motion { state: MotionState::Balloting, ..motion };
                store::committee::save_motion(&work.tx, &motion).await?;
                let details = json!({ "motion": motion.id, "seats": ballot.seats, "electorate": ballot.electorate });
                work.record_ballot("ballot-opened", &ballot, ballot.version, application.id, details, Vec::new());
                if !input.show_of_hands {
                    let notice = Notice::BallotOpened { about: work.about(&application).await?, wording: motion.wording };
                    work.tell(ballot.electorate.clone(), &ballot.id.to_string(), &notice);
                }
                Ok(ballot.id)
            }
            .boxed()
        })
        .await
    }

    /// Votes, or votes otherwise, until the ballot closes (R22).
    pub async fn cast_vote(&self, call: &Call, ballot: BallotId, choice: Choice) -> Result<BallotId> {
        self.run(call, "castVote", (ballot, choice), |work, (id, choice)| {
            async move {
                let open = work.lock_ballot(id, BallotAction::CastVote).await?;
                let vote = Vote { ballot: id, member: work.person()?, choice, cast_at: work.now };
                store::committee::put_vote(&work.tx, &vote).await?;
                // How they voted is in the votes, which R25 guards; the record says that they did.
                let ballot = &open.ballot;
                let motion = found(store::committee::find_motion(&work.tx, ballot.motion).await?)?;
                work.record_ballot("vote-cast", ballot, ballot.version, motion.application, json!({}), Vec::new());
                Ok(id)
            }
            .boxed()
        })
        .await
    }

    /// Records the tally of a show of hands instead of votes (R23).
    pub async fn record_tally(&self, call: &Call, input: RecordTally) -> Result<BallotId> {
        self.run(call, "recordTally", input, |work, input| {
            async move {
                let open = work.lock_ballot(input.ballot, BallotAction::RecordTally).await?;
                let ballot = open.ballot.record_tally(input.tally)?;
                store::committee::save_ballot(&work.tx, &ballot).await?;
                let motion = found(store::committee::find_motion(&work.tx, ballot.motion).await?)?;
                let details = json!({ "tally": input.tally });
                work.record_ballot("tally-recorded", &ballot, ballot.version + 1, motion.application, details, Vec::new());
                Ok(ballot.id)
            }
            .boxed()
        })
        .await
    }

    /// Closes a ballot: computes the result (R25), and in the same transaction awards and commits the money, or puts the application on the
    /// waiting list, or rejects it (R33).
    pub async fn close_ballot(&self, call: &Call, id: BallotId) -> Result<BallotId> {
        self.run(call, "closeBallot", id, |work, id| async move { close_ballot(work, id).await }.boxed()).await
    }

    /// A motion that the actor may see.
    pub async fn motion(&self, actor: &Actor, id: MotionId) -> Result<Option<Motion>> {
        Ok(visible(actor, store::committee::find_motion(self.database.reader(), id).await?))
    }

    /// Those of the motions that the actor may see.
    pub async fn motions_by_ids(&self, actor: &Actor, ids: &[MotionId]) -> Result<Vec<Motion>> {
        let found = store::committee::find_motions(self.database.reader(), ids).await?;
        Ok(found.into_iter().filter_map(|motion| visible(actor, Some(motion))).collect())
    }

    /// The motions on an application, the latest last; none for whoever may not see them.
    pub async fn motions_of(&self, actor: &Actor, application: ApplicationId) -> Result<Vec<Motion>> {
        if !actor.may(Permission::ReadBallots, Scope::everyone()) {
            return Ok(Vec::new());
        }
        Ok(store::committee::motions_of(self.database.reader(), application).await?)
    }

    /// A ballot with its votes, as the guard sees it. Who voted how is for [`Engine::votes`] to say.
    pub async fn ballot(&self, actor: &Actor, id: BallotId) -> Result<Option<BallotBox>> {
        let Some(ballot) = store::committee::find_ballot(self.database.reader(), id).await? else {
            return Ok(None);
        };
        Ok(visible(actor, Some(self.ballot_box(ballot).await?)))
    }

    /// The ballot on a motion.
    pub async fn ballot_of_motion(&self, actor: &Actor, motion: MotionId) -> Result<Option<BallotBox>> {
        let Some(ballot) = store::committee::ballot_of_motion(self.database.reader(), motion).await? else {
            return Ok(None);
        };
        Ok(visible(actor, Some(self.ballot_box(ballot).await?)))
    }

    /// A page of the ballots, open or closed ones or all.
    pub async fn ballots(&self, actor: &Actor, open: Option<bool>, window: &Window) -> Result<Page<BallotBox>> {
        require(actor, Permission::ReadBallots)?;
        let state = open.map(|open| if open { "open" } else { "closed" });
        let page = store::committee::ballots(self.database.reader(), state, window).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for ballot in page.items {
            items.push(self.ballot_box(ballot).await?);
        }
        Ok(Page { items, has_previous: page.has_previous, has_next: page.has_next })
    }

    /// Who voted how: the actor's own vote while the ballot is open, all of them after it closed, to those whom R25 names.
    #[must_use]
    pub fn votes(&self, actor: &Actor, open: &BallotBox) -> Vec<Vote> {
        let closed = matches!(open.ballot.state, BallotState::Closed { .. });
        let all = closed && actor.may(Permission::ReadBallots, Scope::everyone());
        open.votes.iter().copied().filter(|vote| all || Some(vote.member) == actor.person).collect()
    }

    async fn ballot_box(&self, ballot: Ballot) -> Result<BallotBox> {
        let votes = store::committee::votes(self.database.reader(), ballot.id).await?;
        Ok(BallotBox { ballot, votes })
    }
}

/// Puts a motion on an admitted application; of its proposal, if one was prepared, it is kept that it was put.
pub(crate) async fn propose(work: &mut Work, input: ProposeMotion) -> Result<MotionId> {
    let application = work.lock_application(input.application, ApplicationAction::ProposeMotion).await?;
    let proposal = Proposal::new(input.kind, input.amount)?;
    let fund = work.engine.fund.clone();
    let motion = Motion::propose(work.id(), &application, proposal, &input.wording, &fund, work.person()?, work.now)?;
    store::committee::insert_motion(&work.tx, &motion).await?;
    let details = json!({ "application": application.id, "proposal": motion.proposal, "wording": motion.wording });
    work.record_motion("motion-proposed", &motion, motion.version, details);
    work.proposal_was_put(application.id, motion.id).await?;
    Ok(motion.id)
}

async fn close_ballot(work: &mut Work, id: BallotId) -> Result<BallotId> {
    let open = work.lock_ballot(id, BallotAction::Close).await?;
    let motion = found(store::committee::lock_motion(&work.tx, open.ballot.motion).await?)?;
    let application = found(store::application::lock(&work.tx, motion.application).await?)?;
    let chair = chair_of(&open, work).await?;
    let ballot = open.close(&work.engine.fund.committee, chair, work.now);
    let BallotState::Closed { tally, carried, .. } = ballot.state else {
        return Err(Error::Conflict);
    };
    store::committee::save_ballot(&work.tx, &ballot).await?;
    store::committee::save_motion(&work.tx, &Motion { state: MotionState::Decided, ..motion.clone() }).await?;

    let (outcome, postings) = decide(work, &motion, &ballot, carried, application).await?;
    let details = json!({ "tally": tally, "carried": carried, "outcome": outcome });
    work.record_ballot("ballot-closed", &ballot, ballot.version + 1, motion.application, details, postings);
    Ok(ballot.id)
}

/// Whose vote decides a tie, where the fund's rules give the chair's that weight (R19).
async fn chair_of(open: &BallotBox, work: &Work) -> Result<Option<PersonId>> {
    if !work.engine.fund.committee.casting_vote_of_chair {
        return Ok(None);
    }
    let chairs = store::identity::persons_with_roles(&work.tx, &[Role::Chair]).await?;
    Ok(chairs.into_iter().find(|chair| open.ballot.electorate.contains(chair)))
}

/// What the result does to the application: award, place on the waiting list, rejection, or nothing.
async fn decide(
    work: &mut Work,
    motion: &Motion,
    ballot: &Ballot,
    carried: bool,
    application: Application,
) -> Result<(Outcome, Vec<Posting>)> {
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
    let outcome = Outcome::of(motion.proposal, carried, year.available());
    let mut postings = Vec::new();
    match outcome {
        Outcome::Awarded => postings.push(work.grant(application, motion.proposal, ballot.id, &mut year, false).await?),
        Outcome::Waiting => put_on_waiting_list(work, application, motion, ballot, year.year).await?,
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
        created_at: work.now,
    };
    store::waiting_list::insert(&work.tx, &place).await?;
    let notice = Notice::WaitingListed { about: work.about(&application).await?, amount: place.amount(), position: place.position, year };
    let application = Application { state: State::Waiting { place: place.id }, ..application };
    store::application::save(&work.tx, &application).await?;
    work.changed(Change::BudgetYear(year));
    work.tell_applicant(&application, &notice).await
}

impl Work {
    async fn lock_motion(&mut self, id: MotionId, action: MotionAction) -> Result<Motion> {
        self.person()?;
        let motion = found(store::committee::lock_motion(&self.tx, id).await?)?;
        self.authorise(&motion, action)?;
        Ok(motion)
    }

    async fn lock_ballot(&mut self, id: BallotId, action: BallotAction) -> Result<BallotBox> {
        self.person()?;
        let ballot = found(store::committee::lock_ballot(&self.tx, id).await?)?;
        let votes = store::committee::votes(&self.tx, id).await?;
        let open = BallotBox { ballot, votes };
        self.authorise(&open, action)?;
        Ok(open)
    }

    fn record_motion(&mut self, kind: &'static str, motion: &Motion, version: i64, details: serde_json::Value) {
        let subject = Subject::new(SubjectKind::Motion, motion.id, version);
        self.record(Happening { kind, subject, details }, Vec::new());
        self.changed(Change::Application(motion.application));
    }

    fn record_ballot(
        &mut self,
        kind: &'static str,
        ballot: &Ballot,
        version: i64,
        application: ApplicationId,
        details: serde_json::Value,
        postings: Vec<Posting>,
    ) {
        let subject = Subject::new(SubjectKind::Ballot, ballot.id, version);
        self.record(Happening { kind, subject, details }, postings);
        self.changed(Change::Application(application));
    }
}
