//! The committee's decision: motions, ballots, votes, and what a closed ballot does to the application and the budget.

use std::collections::BTreeMap;

use domain::application::ApplicationAction;
use domain::budget::Posting;
use domain::committee::{
    Ballot, BallotAction, BallotBox, BallotState, Choice, EnBloc, Motion, MotionAction, MotionState, Proposal, ProposalKind, Vote,
};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Scope, Scoped as _};
use domain::ids::{AgendaItemId, ApplicationId, BallotId, MotionId};
use domain::meeting::attendance::present_at;
use domain::money::Money;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Page, Result, Window, require, visible};

mod closing;
mod objection;
mod opening;
mod recusal;
mod seat;

pub use store::committee::Matter;

pub use opening::{NewBallotForm, OpenBallot, OpenBallots};
pub use recusal::{DeclareRecusal, DisputeRecusal, RecordRecusal};
pub use seat::{AssignSeat, VacateSeat};

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

/// The tally of a show of hands (R23).
#[derive(Debug, Clone, Serialize)]
pub struct RecordTally {
    /// Of which ballot.
    pub ballot: BallotId,
    /// How many for the motion.
    pub yes: u32,
    /// How many against it.
    pub no: u32,
    /// How many abstained.
    pub abstained: u32,
    /// How many seats were excluded from the item (R16); left out: those whose recusal stands.
    pub excluded: Option<u32>,
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

    /// Votes, or votes otherwise, until the ballot closes (R22). In a vote en bloc the vote counts for each of its motions.
    pub async fn cast_vote(&self, call: &Call, ballot: BallotId, choice: Choice) -> Result<BallotId> {
        self.run(call, "castVote", (ballot, choice), |work, (id, choice)| {
            async move {
                let member = work.person()?;
                for open in work.lock_ballots(id, BallotAction::CastVote).await? {
                    let vote = Vote { ballot: open.ballot.id, member, choice, cast_at: work.now };
                    store::committee::put_vote(&work.tx, &vote).await?;
                    // How they voted is in the votes, which R25 guards; the record says that they did.
                    work.record_ballot("vote-cast", &open.ballot, open.ballot.version, json!({}), Vec::new());
                }
                Ok(id)
            }
            .boxed()
        })
        .await
    }

    /// Records the tally of a show of hands instead of votes (R23); in a vote en bloc for each of its motions.
    pub async fn record_tally(&self, call: &Call, input: RecordTally) -> Result<BallotId> {
        self.run(call, "recordTally", input, |work, input| {
            async move {
                for open in work.lock_ballots(input.ballot, BallotAction::RecordTally).await? {
                    let ballot = open.record_tally(input.yes, input.no, input.abstained, input.excluded)?;
                    store::committee::save_ballot(&work.tx, &ballot).await?;
                    let details = json!({ "tally": ballot.recorded_tally });
                    work.record_ballot("tally-recorded", &ballot, ballot.version + 1, details, Vec::new());
                }
                Ok(input.ballot)
            }
            .boxed()
        })
        .await
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
        if !actor.may(Permission::ReadBallots, Scope::everyone().about(application)) {
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

    /// The latest ballot on a motion.
    pub async fn ballot_of_motion(&self, actor: &Actor, motion: MotionId) -> Result<Option<BallotBox>> {
        let Some(ballot) = store::committee::ballot_of_motion(self.database.reader(), motion).await? else {
            return Ok(None);
        };
        Ok(visible(actor, Some(self.ballot_box(ballot).await?)))
    }

    /// A page of the ballots that the actor may see, in one state (`open`, `closed`, `inquorate`, `objected`) or all.
    pub async fn ballots(&self, actor: &Actor, state: Option<&str>, window: &Window) -> Result<Page<BallotBox>> {
        require(actor, Permission::ReadBallots)?;
        let recused: Vec<ApplicationId> = actor.recused_from.iter().copied().collect();
        let page = store::committee::ballots(self.database.reader(), state, &recused, window).await?;
        let items = self.ballot_boxes(page.items).await?;
        Ok(Page { items, has_previous: page.has_previous, has_next: page.has_next })
    }

    /// As [`Engine::ballots`], without what was voted: for lists that say how each came out.
    pub async fn ballots_listed(&self, actor: &Actor, state: Option<&str>, window: &Window) -> Result<Page<Ballot>> {
        require(actor, Permission::ReadBallots)?;
        let recused: Vec<ApplicationId> = actor.recused_from.iter().copied().collect();
        Ok(store::committee::ballots(self.database.reader(), state, &recused, window).await?)
    }

    /// What those of the motions are about that the actor may see, as people name it.
    pub async fn matters(&self, actor: &Actor, motions: &[MotionId]) -> Result<BTreeMap<MotionId, Matter>> {
        let found = store::committee::matters(self.database.reader(), motions).await?;
        let seen = |matter: &Matter| actor.may(Permission::ReadBallots, Scope::everyone().about(matter.application));
        Ok(found.into_iter().filter(seen).map(|matter| (matter.motion, matter)).collect())
    }

    /// The ballots on an item of an agenda, in the order in which they were opened; none for whoever may not see them.
    pub async fn ballots_on(&self, actor: &Actor, item: AgendaItemId) -> Result<Vec<BallotBox>> {
        self.ballots_on_items(actor, &[item]).await
    }

    /// The ballots on several items of agendas, in the order in which they were opened; none for whoever may not see them.
    pub async fn ballots_on_items(&self, actor: &Actor, items: &[AgendaItemId]) -> Result<Vec<BallotBox>> {
        let boxes = self.ballot_boxes(store::committee::ballots_on(self.database.reader(), items).await?).await?;
        Ok(boxes.into_iter().filter_map(|open| visible(actor, Some(open))).collect())
    }

    /// The ballots that are voted on together, in their places; none for whoever may not see them.
    pub async fn ballots_of_group(&self, actor: &Actor, en_bloc: &EnBloc) -> Result<Vec<Ballot>> {
        let ballots = store::committee::ballots_of_group(self.database.reader(), en_bloc.group).await?;
        let seen = |ballot: &Ballot| actor.may(Permission::ReadBallots, Scope::everyone().about(ballot.application));
        Ok(ballots.into_iter().filter(seen).collect())
    }

    /// A page of the motions that the actor may see, in one state (`pending`, `balloting`, `decided`, `withdrawn`) or all, in the order in
    /// which they were put.
    pub async fn motions(&self, actor: &Actor, state: Option<&str>, window: &Window) -> Result<Page<Motion>> {
        require(actor, Permission::ReadBallots)?;
        let recused: Vec<ApplicationId> = actor.recused_from.iter().copied().collect();
        Ok(store::committee::motions(self.database.reader(), state, &recused, window).await?)
    }

    /// Who voted how: the actor's own vote while the ballot is open, all of them after it closed, to those whom R25 names.
    #[must_use]
    pub fn votes(&self, actor: &Actor, open: &BallotBox) -> Vec<Vote> {
        let ended = open.ballot.state != BallotState::Open;
        let all = ended && actor.may(Permission::ReadBallots, open.scope());
        open.votes.iter().copied().filter(|vote| all || Some(vote.member) == actor.person).collect()
    }

    async fn ballot_box(&self, ballot: Ballot) -> Result<BallotBox> {
        found(self.ballot_boxes(vec![ballot]).await?.pop())
    }

    /// Ballots with their votes, and with who is there: asked for once, however many they are.
    pub(crate) async fn ballot_boxes(&self, ballots: Vec<Ballot>) -> Result<Vec<BallotBox>> {
        let db = self.database.reader();
        let ids: Vec<BallotId> = ballots.iter().map(|ballot| ballot.id).collect();
        let votes = store::committee::votes_of(db, &ids).await?;
        // What is open in a meeting is open in the one that takes place.
        let in_meeting = |ballot: &Ballot| ballot.agenda_item.filter(|_| ballot.state == BallotState::Open);
        let items: Vec<AgendaItemId> = ballots.iter().filter_map(in_meeting).collect();
        let present = present_at(&store::meeting::attendance_at(db, &items).await?, self.now());
        let today = self.today();
        let boxed = |ballot: Ballot| {
            let votes = votes.iter().copied().filter(|vote| vote.ballot == ballot.id).collect();
            BallotBox { votes, present: in_meeting(&ballot).map(|_| present.clone()), today, ballot }
        };
        Ok(ballots.into_iter().map(boxed).collect())
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

impl Work {
    async fn lock_motion(&mut self, id: MotionId, action: MotionAction) -> Result<Motion> {
        self.person()?;
        let motion = found(store::committee::lock_motion(&self.tx, id).await?)?;
        self.authorise(&motion, action)?;
        Ok(motion)
    }

    /// Loads a ballot, with those that are voted on together with it, in their order, and lets the actor through to each.
    async fn lock_ballots(&mut self, id: BallotId, action: BallotAction) -> Result<Vec<BallotBox>> {
        self.person()?;
        let boxes = self.lock_boxes(id).await?;
        for open in &boxes {
            self.authorise(open, action)?;
        }
        Ok(boxes)
    }

    /// Loads a ballot and those that are voted on together with it. Everybody locks in one order: ballots by their ids, meeting, motions,
    /// applications.
    async fn lock_boxes(&mut self, id: BallotId) -> Result<Vec<BallotBox>> {
        let found_ballot = found(store::committee::find_ballot(&self.tx, id).await?)?;
        let ids = match found_ballot.en_bloc {
            Some(en_bloc) => store::committee::ballots_of_group(&self.tx, en_bloc.group).await?.iter().map(|ballot| ballot.id).collect(),
            None => vec![id],
        };
        let mut boxes = Vec::with_capacity(ids.len());
        for id in ids {
            let ballot = found(store::committee::lock_ballot(&self.tx, id).await?)?;
            let votes = store::committee::votes(&self.tx, id).await?;
            boxes.push(BallotBox { ballot, votes, present: None, today: self.today() });
        }
        // Those of one vote are in one meeting, or in none.
        if let Some(item) = boxes.iter().find_map(|open| open.ballot.agenda_item) {
            let present = self.present_now(item).await?;
            for open in &mut boxes {
                open.present = Some(present.clone());
            }
        }
        Ok(boxes)
    }

    fn record_motion(&mut self, kind: &'static str, motion: &Motion, version: i64, details: serde_json::Value) {
        let subject = Subject::new(SubjectKind::Motion, motion.id, version);
        self.record(Happening { kind, subject, details }, Vec::new());
        self.changed(Change::Application(motion.application));
    }

    fn record_ballot(&mut self, kind: &'static str, ballot: &Ballot, version: i64, details: serde_json::Value, postings: Vec<Posting>) {
        let subject = Subject::new(SubjectKind::Ballot, ballot.id, version);
        self.record(Happening { kind, subject, details }, postings);
        self.changed(Change::Application(ballot.application));
    }
}
