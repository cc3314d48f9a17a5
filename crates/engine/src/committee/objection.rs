//! Objections to a form of voting, and what time does to a vote in writing (R21): it ends at its deadline, and reminds before.

use domain::committee::{Ballot, BallotAction, BallotBox, BallotState, Motion, MotionState, is_decidable};
use domain::identity::{Guarded as _, Role};
use domain::ids::{ApplicationId, BallotId, PersonId};
use domain::outbox::Notice;
use futures_util::FutureExt as _;
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result};

/// How many days before the end of a vote in writing those who have not voted are reminded.
const REMINDED_BEFORE: u32 = 2;

/// How many ballots one round of the background work takes on.
const MOST_AT_ONCE: u64 = 100;

impl Engine {
    /// Objects to a vote in writing: it ends, and the motion goes to a meeting (R21).
    pub async fn object_to_circular_vote(&self, call: &Call, id: BallotId) -> Result<BallotId> {
        self.object(call, "objectToCircularVote", id, BallotAction::ObjectToCircularVote).await
    }

    /// Objects to a vote en bloc: it ends, and each motion is voted on by itself.
    pub async fn object_to_en_bloc(&self, call: &Call, id: BallotId) -> Result<BallotId> {
        self.object(call, "objectToEnBloc", id, BallotAction::ObjectToEnBloc).await
    }

    async fn object(&self, call: &Call, operation: &'static str, id: BallotId, action: BallotAction) -> Result<BallotId> {
        self.run(call, operation, id, move |work, id| {
            async move {
                let boxes = work.lock_ballots(id, action).await?;
                let by = work.person()?;
                work.end_without_vote(boxes, by).await?;
                Ok(id)
            }
            .boxed()
        })
        .await
    }

    /// Closes the votes in writing whose last day is over (R21). Returns how many there were.
    pub async fn close_votes_that_are_over(&self) -> Result<usize> {
        let over = store::committee::over_before(self.database.reader(), self.today(), MOST_AT_ONCE).await?;
        let mut closed = 0;
        let program = Call::default();
        for ballot in over {
            let outcome = self.run_unattended(&program, "closeVoteThatIsOver", ballot.id, |work, id| {
                async move {
                    let boxes = work.lock_boxes(id).await?;
                    // Another process, or the chair, was faster.
                    if boxes.iter().any(|open| open.permits(BallotAction::Close, &work.actor).is_err()) {
                        return Ok(false);
                    }
                    super::closing::close(work, boxes).await?;
                    Ok(true)
                }
                .boxed()
            });
            match outcome.await {
                Ok(done) => closed += usize::from(done),
                // It can't be closed yet: there is no budget for what it carries. The others can.
                Err(Error::Refused(_) | Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(closed)
    }

    /// Reminds those who have not voted in writing shortly before the end, once each ballot. Returns of how many ballots.
    pub async fn remind_of_votes(&self) -> Result<usize> {
        let soon = domain::calendar::days_after(self.today(), REMINDED_BEFORE);
        let ballots = store::committee::to_remind_of(self.database.reader(), soon, MOST_AT_ONCE).await?;
        let count = ballots.len();
        let program = Call::default();
        for ballot in ballots {
            let reminded = self.run_unattended(&program, "remindOfVote", ballot.id, |work, id| {
                async move {
                    let ballot = found(store::committee::lock_ballot(&work.tx, id).await?)?;
                    let Some(deadlines) = ballot.form.deadlines().filter(|_| ballot.state == BallotState::Open) else {
                        return Ok(());
                    };
                    store::committee::mark_reminded(&work.tx, id, work.now).await?;
                    if deadlines.are_over(work.today()) {
                        return Ok(());
                    }
                    let votes = store::committee::votes(&work.tx, id).await?;
                    let application = found(store::application::find(&work.tx, ballot.application).await?)?;
                    let about = work.about(&application).await?;
                    let notice = Notice::VoteReminder { about, ballot: Some(id), votes_until: deadlines.votes_until };
                    work.tell(ballot.electorate.silent(&votes), &id.to_string(), &notice);
                    Ok(())
                }
                .boxed()
            });
            match reminded.await {
                // Another process was faster.
                Ok(()) | Err(Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }
}

impl Work {
    /// Ends ballots without a vote: their form is objected to. Their motions are pending again.
    pub(crate) async fn end_without_vote(&mut self, boxes: Vec<BallotBox>, by: PersonId) -> Result<()> {
        for open in boxes {
            let ballot = open.ballot.objected(by, self.now);
            store::committee::save_ballot(&self.tx, &ballot).await?;
            self.record_ballot("ballot-objected", &ballot, ballot.version + 1, json!({}), Vec::new());
            self.put_motion_back(&ballot, true).await?;
        }
        Ok(())
    }

    /// A ballot ended without a result: its motion can be voted on again, unless its application was withdrawn meanwhile. The chair and the
    /// case officers are told.
    pub(crate) async fn put_motion_back(&mut self, ballot: &Ballot, objected: bool) -> Result<()> {
        let motion = found(store::committee::lock_motion(&self.tx, ballot.motion).await?)?;
        let application = found(store::application::lock(&self.tx, motion.application).await?)?;
        let goes_on = motion.proposal.recusal().is_some() || is_decidable(&application);
        let state = if goes_on { MotionState::Pending } else { MotionState::Withdrawn };
        store::committee::save_motion(&self.tx, &Motion { state, ..motion }).await?;
        let people = store::identity::persons_with_roles(&self.tx, &[Role::Chair, Role::CaseOfficer], self.today()).await?;
        let people = self.without_recused(people, application.id).await?;
        let notice = Notice::BallotWithoutResult { about: self.about(&application).await?, ballot: Some(ballot.id), objected };
        self.tell(people, &ballot.id.to_string(), &notice);
        Ok(())
    }

    /// The persons without those who are excluded from the application (R16).
    pub(crate) async fn without_recused(&self, mut people: Vec<PersonId>, application: ApplicationId) -> Result<Vec<PersonId>> {
        let recusals = store::recusal::of_application(&self.tx, application).await?;
        people.retain(|person| !recusals.iter().any(|recusal| recusal.stands() && recusal.person == *person));
        Ok(people)
    }
}
