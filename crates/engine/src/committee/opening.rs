//! Ballots are opened, one by one or several en bloc, with the committee as it is now.

use chrono::NaiveDate;
use domain::committee::{
    Ballot, BallotForm, BallotFormKind, Electorate, EnBloc, Motion, MotionAction, MotionState, Purse, RecusalState, is_decidable,
};
use domain::identity::Role;
use domain::ids::{ApplicationId, BallotId, MotionId, PersonId};
use domain::outbox::Notice;
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::work::{Call, Work, found};
use crate::{Engine, Result};

/// How many motions are voted on together at most.
const MOST_EN_BLOC: usize = 50;

/// How is voted, as it was asked for.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct NewBallotForm {
    /// How.
    pub kind: BallotFormKind,
    /// The last day to object to a vote in writing (R21).
    pub objections_until: Option<NaiveDate>,
    /// The last day to vote in writing (R21).
    pub votes_until: Option<NaiveDate>,
}

/// A ballot to be opened.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct OpenBallot {
    /// On which motion.
    pub motion: MotionId,
    /// How is voted. Where hands are shown in a meeting, nobody is invited by e-mail.
    pub form: NewBallotForm,
}

/// Several ballots to be opened as one vote (en bloc).
#[derive(Debug, Clone, Serialize)]
pub struct OpenBallots {
    /// On which motions, in the order in which the money is committed.
    pub motions: Vec<MotionId>,
    /// How is voted.
    pub form: NewBallotForm,
    /// What happens where the money does not suffice for all.
    pub purse: Purse,
}

impl Engine {
    /// Opens the ballot on a motion, with the committee as it is now, and invites its members to vote.
    pub async fn open_ballot(&self, call: &Call, input: OpenBallot) -> Result<BallotId> {
        self.run(call, "openBallot", input, |work, input| {
            async move {
                let ballot = work.open(input.motion, input.form, None).await?;
                Ok(ballot.id)
            }
            .boxed()
        })
        .await
    }

    /// Opens ballots on several motions as one vote: whoever votes votes on each, and each has its own result, in the order given.
    pub async fn open_ballots(&self, call: &Call, input: OpenBallots) -> Result<Vec<BallotId>> {
        self.run(call, "openBallots", input, |work, input| async move { open_en_bloc(work, input).await }.boxed()).await
    }
}

async fn open_en_bloc(work: &mut Work, input: OpenBallots) -> Result<Vec<BallotId>> {
    work.person()?;
    if input.motions.len() > MOST_EN_BLOC {
        return Err(Problem::TooMany { most: MOST_EN_BLOC }.at("motionIds").into());
    }
    let group: Uuid = work.id();
    let mut opened: Vec<Ballot> = Vec::with_capacity(input.motions.len());
    let mut year = None;
    for (position, motion) in (1..).zip(&input.motions) {
        if opened.iter().any(|ballot| ballot.motion == *motion) {
            return Err(Problem::EnBlocTooFew.at("motionIds").into());
        }
        let ballot = work.open(*motion, input.form, Some(EnBloc { group, position, purse: input.purse })).await?;
        let application = found(store::application::find(&work.tx, ballot.application).await?)?;
        let round = found(store::round::find(&work.tx, application.round).await?)?;
        if *year.get_or_insert(round.budget_year) != round.budget_year {
            return Err(Problem::EnBlocYears.at("motionIds").into());
        }
        opened.push(ballot);
    }
    // Where somebody is excluded from one of them, not everybody votes on the same.
    if opened.iter().any(|ballot| {
        ballot.electorate.seats.iter().any(|seat| [seat.member, seat.substitute].into_iter().flatten().any(|sitting| sitting.excluded))
    }) {
        return Err(Problem::EnBlocElectorates.at("motionIds").into());
    }
    if opened.len() < 2 {
        return Err(Problem::EnBlocTooFew.at("motionIds").into());
    }
    Ok(opened.into_iter().map(|ballot| ballot.id).collect())
}

impl Work {
    /// Opens one ballot. The committee, and the rules in force, are frozen with it.
    async fn open(&mut self, motion: MotionId, form: NewBallotForm, en_bloc: Option<EnBloc>) -> Result<Ballot> {
        let seen = found(store::committee::find_motion(&self.tx, motion).await?)?;
        self.authorise(&seen, MotionAction::OpenBallot)?;
        // In an open meeting is voted on what is on its agenda; in writing at any time.
        let item = if form.kind == BallotFormKind::Circular { None } else { self.item_of_open_meeting(&seen).await? };
        let motion = self.lock_motion(motion, MotionAction::OpenBallot).await?;
        let application = found(store::application::lock(&self.tx, motion.application).await?)?;
        let about_recusal = motion.proposal.recusal().is_some();
        if !about_recusal && !is_decidable(&application) {
            return Err(Problem::wrong_state(application.state.name(), MotionAction::OpenBallot).into());
        }
        let form = BallotForm::new(form.kind, form.objections_until, form.votes_until, self.today())?;
        let electorate = self.electorate(motion.application, about_recusal).await?;
        let ballot = Ballot::open(self.id(), &motion, form, electorate, en_bloc, item.as_ref().map(|item| item.id), self.now);
        store::committee::insert_ballot(&self.tx, &ballot).await?;
        let motion = Motion { state: MotionState::Balloting, ..motion };
        store::committee::save_motion(&self.tx, &motion).await?;
        let details = json!({
            "motion": motion.id, "form": form, "electorate": ballot.electorate, "enBloc": en_bloc, "agendaItem": ballot.agenda_item,
        });
        self.record_ballot("ballot-opened", &ballot, ballot.version, details, Vec::new());
        let about = self.about(&application).await?;
        let notice = match form {
            // Who sits in the room needs no e-mail.
            BallotForm::Meeting if ballot.agenda_item.is_some() => return Ok(ballot),
            BallotForm::Recorded => return Ok(ballot),
            BallotForm::Meeting => Notice::BallotOpened { about, ballot: Some(ballot.id), wording: motion.wording },
            BallotForm::Circular(deadlines) => Notice::CircularVoteOpened {
                about,
                ballot: Some(ballot.id),
                wording: motion.wording,
                objections_until: deadlines.objections_until,
                votes_until: deadlines.votes_until,
            },
        };
        self.tell(ballot.electorate.voters().collect(), &ballot.id.to_string(), &notice);
        Ok(ballot)
    }

    /// The committee as it is today, without those who are excluded from the application (R16). Who acts for the applicant has to be
    /// recorded first, and a dispute decided first.
    async fn electorate(&mut self, application: ApplicationId, about_recusal: bool) -> Result<Electorate> {
        let today = self.today();
        let holdings = store::seat::since(&self.tx, today).await?;
        let recusals = store::recusal::of_application(&self.tx, application).await?;
        if !about_recusal {
            if recusals.iter().any(|recusal| matches!(recusal.state, RecusalState::Disputed { .. })) {
                return Err(Problem::RecusalIsDisputed.into());
            }
            let proposed = crate::committee::recusal::proposed(&self.tx, application, &holdings, &recusals, today).await?;
            if !proposed.is_empty() {
                return Err(Problem::RecusalNotRecorded { persons: u32::try_from(proposed.len()).unwrap_or(u32::MAX) }.into());
            }
        }
        let excluded: Vec<PersonId> = recusals.iter().filter(|recusal| recusal.stands()).map(|recusal| recusal.person).collect();
        let chairs = store::identity::persons_with_roles(&self.tx, &[Role::Chair], self.today()).await?;
        Ok(Electorate::on(today, &holdings, &excluded, &chairs, &self.engine.fund.committee))
    }
}
