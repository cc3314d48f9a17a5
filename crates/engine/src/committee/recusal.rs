//! Recusals (R16): declared, recorded, disputed. From then on the person has no part in the application.

use chrono::NaiveDate;
use domain::application::{Application, ApplicationAction};
use domain::committee::{Ballot, BallotBox, BallotState, Holding, Recusal, RecusalAction, RecusalState};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Role, Scope};
use domain::ids::{ApplicationId, BallotId, PersonId, RecusalId};
use domain::outbox::Notice;
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result, visible};

/// A conflict of interest that a member declares.
#[derive(Debug, Clone, Serialize)]
pub struct DeclareRecusal {
    /// From which application.
    pub application: ApplicationId,
    /// Why, if they want to say.
    pub reason: Option<String>,
}

/// A conflict of interest that a case officer records.
#[derive(Debug, Clone, Serialize)]
pub struct RecordRecusal {
    /// From which application.
    pub application: ApplicationId,
    /// Whose.
    pub person: PersonId,
    /// Why.
    pub reason: Option<String>,
}

/// A recusal that somebody disputes.
#[derive(Debug, Clone, Serialize)]
pub struct DisputeRecusal {
    /// Which.
    pub recusal: RecusalId,
    /// Why.
    pub reason: String,
}

impl Engine {
    /// Declares a conflict of interest of one's own (R16). From now on the application doesn't exist for this person.
    pub async fn declare_recusal(&self, call: &Call, input: DeclareRecusal) -> Result<RecusalId> {
        self.run(call, "declareRecusal", input, |work, input| {
            async move {
                let person = work.person()?;
                recuse(work, ApplicationAction::DeclareRecusal, input.application, person, input.reason.as_deref()).await
            }
            .boxed()
        })
        .await
    }

    /// Records a member's conflict of interest (R16). The member is told, and may dispute it.
    pub async fn record_recusal(&self, call: &Call, input: RecordRecusal) -> Result<RecusalId> {
        self.run(call, "recordRecusal", input, |work, input| {
            async move { recuse(work, ApplicationAction::RecordRecusal, input.application, input.person, input.reason.as_deref()).await }
                .boxed()
        })
        .await
    }

    /// Disputes a recusal: the others decide, by a ballot on a motion that this puts (R16). Until then it stands.
    pub async fn dispute_recusal(&self, call: &Call, input: DisputeRecusal) -> Result<RecusalId> {
        self.run(call, "disputeRecusal", input, |work, input| {
            async move {
                let by = work.person()?;
                let recusal = found(store::recusal::find(&work.tx, input.recusal).await?)?;
                let application = found(store::application::lock(&work.tx, recusal.application).await?)?;
                let recusal = found(store::recusal::lock(&work.tx, input.recusal).await?)?;
                work.authorise(&recusal, RecusalAction::Dispute)?;
                let (recusal, motion) = recusal.dispute(work.id(), &application, &input.reason, by, work.now)?;
                store::recusal::save(&work.tx, &recusal).await?;
                store::committee::insert_motion(&work.tx, &motion).await?;
                work.record_recusal("recusal-disputed", &recusal, recusal.version + 1);
                let details = json!({ "application": application.id, "proposal": motion.proposal, "wording": motion.wording });
                work.record_motion("motion-proposed", &motion, motion.version, details);
                Ok(recusal.id)
            }
            .boxed()
        })
        .await
    }

    /// A recusal that the actor may see.
    pub async fn recusal(&self, actor: &Actor, id: RecusalId) -> Result<Option<Recusal>> {
        Ok(visible(actor, store::recusal::find(self.database.reader(), id).await?))
    }

    /// The recusals from an application that the actor may see.
    pub async fn recusals_of(&self, actor: &Actor, application: ApplicationId) -> Result<Vec<Recusal>> {
        let found = store::recusal::of_application(self.database.reader(), application).await?;
        Ok(found.into_iter().filter_map(|recusal| visible(actor, Some(recusal))).collect())
    }

    /// The actor's own recusals.
    pub async fn own_recusals(&self, actor: &Actor) -> Result<Vec<Recusal>> {
        let Some(person) = actor.person else { return Ok(Vec::new()) };
        let found = store::recusal::of_person(self.database.reader(), person).await?;
        Ok(found.into_iter().filter_map(|recusal| visible(actor, Some(recusal))).collect())
    }

    /// The persons on the committee who act for the applicant and of whom nothing is recorded yet: their recusal is proposed to the case
    /// officers, and no ballot on the application opens before (R16).
    pub async fn proposed_recusals(&self, actor: &Actor, application: ApplicationId) -> Result<Vec<PersonId>> {
        if !actor.may(Permission::RecordRecusal, Scope::everyone().about(application)) {
            return Ok(Vec::new());
        }
        let (db, today) = (self.database.reader(), self.today());
        let holdings = store::seat::since(db, today).await?;
        let recusals = store::recusal::of_application(db, application).await?;
        proposed(db, application, &holdings, &recusals, today).await
    }
}

/// The persons who hold a seat and act for the applicant, and of whom nothing is recorded.
pub(super) async fn proposed<C: store::Connection>(
    db: &C,
    application: ApplicationId,
    holdings: &[Holding],
    recusals: &[Recusal],
    today: NaiveDate,
) -> Result<Vec<PersonId>> {
    let application = found(store::application::find(db, application).await?)?;
    let acting = store::identity::persons_of_applicant(db, application.applicant).await?;
    let sits = |person: &PersonId| holdings.iter().any(|held| held.person == *person && held.holds_on(today));
    let known = |person: &PersonId| recusals.iter().any(|recusal| recusal.person == *person);
    Ok(acting.into_iter().filter(|person| sits(person) && !known(person)).collect())
}

async fn recuse(
    work: &mut Work,
    action: ApplicationAction,
    application: ApplicationId,
    person: PersonId,
    reason: Option<&str>,
) -> Result<RecusalId> {
    let by = work.person()?;
    // Everybody locks in one order: ballots, application.
    let balloting = work.lock_open_ballots(application).await?;
    let application = work.lock_application(application, action).await?;
    let mut open = store::committee::open_ballots_of(&work.tx, application.id).await?.into_iter();
    if open.any(|ballot| !balloting.iter().any(|locked| locked.ballot.id == ballot.id)) {
        return Err(Error::Conflict);
    }
    let roles = store::role::of_person(&work.tx, person).await?;
    if !roles.iter().any(|grant| grant.is_current(work.today()) && matches!(grant.role, Role::Member | Role::Chair)) {
        return Err(Problem::NotACommitteeMember.at("personId").into());
    }
    let recusals = store::recusal::of_application(&work.tx, application.id).await?;
    if recusals.iter().any(|recusal| recusal.person == person && recusal.stands()) {
        return Err(Problem::AlreadyRecused.at("personId").into());
    }
    let recusal = Recusal::new(work.id(), &application, person, reason, by, work.now)?;
    store::recusal::insert(&work.tx, &recusal).await?;
    let kind = if recusal.state == RecusalState::Declared { "recusal-declared" } else { "recusal-recorded" };
    work.record_recusal(kind, &recusal, recusal.version);
    if recusal.state == RecusalState::Recorded {
        let notice = Notice::RecusalRecorded { number: recusal.number.clone() };
        work.tell(vec![person], &recusal.id.to_string(), &notice);
    }
    work.leave_ballots(balloting, person).await?;
    work.take_back_messages(&recusal, &application).await?;
    work.rewrite_invitations(person).await?;
    Ok(recusal.id)
}

impl Work {
    /// The open ballots on an application, and those that are voted on together with them.
    async fn lock_open_ballots(&mut self, application: ApplicationId) -> Result<Vec<BallotBox>> {
        let mut locked: Vec<BallotBox> = Vec::new();
        for ballot in store::committee::open_ballots_of(&self.tx, application).await? {
            if !locked.iter().any(|open| open.ballot.id == ballot.id) {
                locked.extend(self.lock_boxes(ballot.id).await?);
            }
        }
        locked.retain(|open| open.ballot.state == BallotState::Open);
        Ok(locked)
    }

    /// Takes a person out of ballots that are open already, with the vote that they may have cast. A vote en bloc in which not
    /// everybody votes on the same ends; each motion is then voted on by itself.
    async fn leave_ballots(&mut self, balloting: Vec<BallotBox>, person: PersonId) -> Result<()> {
        let (together, single): (Vec<_>, Vec<_>) = balloting.into_iter().partition(|open| open.ballot.en_bloc.is_some());
        for open in single {
            let ballot = open.ballot;
            store::committee::remove_vote(&self.tx, ballot.id, person).await?;
            // A tally that counted the person is to be recorded anew.
            let ballot = Ballot { electorate: ballot.electorate.without(person), recorded_tally: None, ..ballot };
            store::committee::save_ballot(&self.tx, &ballot).await?;
            self.record_ballot("electorate-reduced", &ballot, ballot.version + 1, json!({ "excluded": person }), Vec::new());
        }
        self.end_without_vote(together, person).await
    }

    /// Takes back what the outbox still holds of the application for a person who is excluded from it. Of an e-mail that tells of others too,
    /// the rest is told anew.
    async fn take_back_messages(&mut self, recusal: &Recusal, application: &Application) -> Result<()> {
        let acting = store::identity::persons_of_applicant(&self.tx, application.applicant).await?;
        let acts_for_it = acting.contains(&recusal.person);
        let (mut keys, mut rest) = (Vec::new(), Vec::new());
        for message in store::outbox::unsent_to(&self.tx, recusal.person).await? {
            let left = message.notice.clone().without(&recusal.number, acts_for_it);
            if left.as_ref() != Some(&message.notice) {
                rest.extend(left.map(|notice| (format!("{}:{}", message.id, recusal.id), notice)));
                keys.push(message.dedup_key);
            }
        }
        store::outbox::take_back(&self.tx, &keys).await?;
        for (cause, notice) in rest {
            self.tell_one(Some(recusal.person), &cause, notice);
        }
        Ok(())
    }

    fn record_recusal(&mut self, kind: &'static str, recusal: &Recusal, version: i64) {
        let subject = Subject::new(SubjectKind::Recusal, recusal.id, version);
        let details = json!({ "number": recusal.number, "person": recusal.person });
        self.record(Happening { kind, subject, details }, Vec::new());
        self.changed(Change::Application(recusal.application));
    }

    /// The others have decided on a disputed recusal.
    pub(crate) async fn decide_recusal(&mut self, id: RecusalId, excluded: bool, ballot: BallotId) -> Result<()> {
        let recusal = found(store::recusal::lock(&self.tx, id).await?)?.decided(excluded, ballot);
        store::recusal::save(&self.tx, &recusal).await?;
        self.record_recusal(if excluded { "recusal-upheld" } else { "recusal-dismissed" }, &recusal, recusal.version + 1);
        Ok(())
    }
}
