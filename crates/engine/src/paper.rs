//! The papers: what a member reads before voting. Each application with its plan, what is proposed, the motion and its ballots, in as many
//! questions for a whole meeting as for one item. Of what somebody is excluded from there are none for them (R16).

use std::collections::BTreeMap;

use domain::applicant::Applicant;
use domain::application::Application;
use domain::committee::{Ballot, BallotBox, BallotState, Motion};
use domain::identity::{Actor, Permission, Scope, available_actions};
use domain::ids::{AgendaItemId, ApplicantId, ApplicationId, BallotId, MeetingId, MotionId};
use domain::meeting::{AgendaEntry, AgendaItem, ItemOn, Meeting, MeetingAction, MeetingOn, MeetingState};
use domain::minutes::Minutes;
use domain::proposal::Prepared;

use crate::{Engine, Matter, Page, Result, Window, require, visible};

/// The papers of a meeting.
#[derive(Debug, Clone)]
pub struct Papers {
    /// The meeting.
    pub meeting: Meeting,
    /// What is on its agenda, in its order.
    pub items: Vec<Item>,
    /// Its minutes, once it is over.
    pub minutes: Option<Minutes>,
    /// Whether the actor can open it, close it, or change its order now.
    pub presiding: Vec<MeetingAction>,
}

/// An item of an agenda with its papers.
#[derive(Debug, Clone)]
pub struct Item {
    /// The item, as the actor may see it.
    pub entry: AgendaEntry,
    /// Its papers, if it is about an application that the actor may see.
    pub paper: Option<Paper>,
    /// The ballots on it, in the order in which they were opened.
    pub ballots: Vec<Ballot>,
    /// Whether the actor has voted on the one that is open.
    pub voted: bool,
}

/// An application with what is proposed for it.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The application.
    pub application: Application,
    /// Who applies.
    pub applicant: Option<Applicant>,
    /// The proposal of the office, once it was put.
    pub proposal: Option<Prepared>,
    /// The motion that is voted on.
    pub motion: Option<Motion>,
}

/// A ballot with what is to be read before one votes.
#[derive(Debug, Clone)]
pub struct BallotPaper {
    /// The ballot with its votes, as the guard sees it.
    pub open: BallotBox,
    /// What is voted on.
    pub paper: Paper,
    /// All that are voted on in one vote, this one too, in their order; empty where it is voted on by itself.
    pub together: Vec<(Ballot, Motion, Option<Matter>)>,
}

impl Engine {
    /// The papers of a meeting that the actor may see.
    pub async fn papers(&self, actor: &Actor, id: MeetingId) -> Result<Option<Papers>> {
        let db = self.database.reader();
        if !actor.may(Permission::ReadMeetings, Scope::everyone()) {
            return Ok(None);
        }
        let Some(meeting) = store::meeting::find(db, id).await? else { return Ok(None) };
        let agenda = store::meeting::agenda::of_meeting(db, id).await?;
        let ids: Vec<AgendaItemId> = agenda.iter().map(|item| item.id).collect();
        let ballots = store::committee::ballots_on(db, &ids).await?;
        let open: Vec<BallotId> = ballots.iter().filter(|ballot| ballot.state == BallotState::Open).map(|ballot| ballot.id).collect();
        let votes = if open.is_empty() { Vec::new() } else { store::committee::votes_of(db, &open).await? };
        let minutes = match meeting.state {
            MeetingState::Closed { .. } => visible(actor, store::minutes::of_meeting(db, id).await?),
            _ => None,
        };
        let mut papers = self.papers_on(actor, &agenda).await?;
        let own = |ballot: &Ballot| votes.iter().any(|vote| vote.ballot == ballot.id && Some(vote.member) == actor.person);
        let state = meeting.state;
        let item = |item: AgendaItem| {
            let of_item: Vec<Ballot> = ballots.iter().filter(|ballot| ballot.agenda_item == Some(item.id)).cloned().collect();
            let voted_on = of_item.iter().any(|ballot| !ballot.state.is_without_result());
            let paper = papers.remove(&item.id);
            let entry = ItemOn { item, meeting: state, voted_on }.as_seen_by(actor);
            let of_item = if entry.seen.is_some() { of_item } else { Vec::new() };
            Item { voted: of_item.iter().any(own), ballots: of_item, paper, entry }
        };
        let items = agenda.iter().cloned().map(item).collect();
        let open_ballots = u32::try_from(open.len()).unwrap_or(u32::MAX);
        // Who attends is no matter for these.
        let on = MeetingOn { meeting, agenda, attendance: Vec::new(), open_ballots, today: self.today() };
        let presiding = available_actions(actor, &on).into_iter();
        let presiding =
            presiding.filter(|action| matches!(action, MeetingAction::Open | MeetingAction::Close | MeetingAction::Reorder)).collect();
        Ok(Some(Papers { meeting: on.meeting, items, minutes, presiding }))
    }

    /// What each of those items is about. Several can be about one application: a disputed recusal is voted on before the application itself.
    async fn papers_on(&self, actor: &Actor, agenda: &[AgendaItem]) -> Result<BTreeMap<AgendaItemId, Paper>> {
        let db = self.database.reader();
        let seen: Vec<&AgendaItem> = agenda.iter().filter(|item| item.is_seen_by(actor)).collect();
        let ids: Vec<ApplicationId> = seen.iter().filter_map(|item| item.application).collect();
        let applications = self.applications_by_ids(actor, &ids).await?;
        let applicants: Vec<ApplicantId> = applications.iter().map(|application| application.applicant).collect();
        let applicants = self.applicants(actor, &applicants).await?;
        let motions: Vec<MotionId> = seen.iter().filter_map(|item| item.motion).collect();
        let motions = self.motions_by_ids(actor, &motions).await?;
        let proposals = store::proposal::of_applications(db, &ids).await?;
        let paper = |item: &AgendaItem| {
            let application = applications.iter().find(|application| Some(application.id) == item.application)?.clone();
            let motion = motions.iter().find(|motion| Some(motion.id) == item.motion).cloned();
            let applicant = applicants.iter().find(|applicant| applicant.id == application.applicant).cloned();
            let proposal = proposals.iter().find(|prepared| prepared.application == application.id && prepared.is_visible_to(actor));
            Some((item.id, Paper { proposal: proposal.cloned(), application, applicant, motion }))
        };
        Ok(seen.into_iter().filter_map(paper).collect())
    }

    /// A ballot that the actor may see, with what is to be read before one votes.
    pub async fn ballot_paper(&self, actor: &Actor, id: BallotId) -> Result<Option<BallotPaper>> {
        let db = self.database.reader();
        let Some(open) = self.ballot(actor, id).await? else { return Ok(None) };
        let Some(application) = self.application(actor, open.ballot.application).await? else { return Ok(None) };
        let applicant = self.applicant(actor, application.applicant).await?;
        let group = match open.ballot.en_bloc {
            Some(en_bloc) => store::committee::ballots_of_group(db, en_bloc.group).await?,
            None => vec![open.ballot.clone()],
        };
        let ids: Vec<MotionId> = group.iter().map(|ballot| ballot.motion).collect();
        let motions = self.motions_by_ids(actor, &ids).await?;
        let mut matters = if group.len() > 1 { self.matters(actor, &ids).await? } else { BTreeMap::new() };
        let proposals = store::proposal::of_applications(db, &[application.id]).await?;
        let proposal = proposals.into_iter().find(|prepared| prepared.is_visible_to(actor));
        let motion = motions.iter().find(|motion| motion.id == open.ballot.motion).cloned();
        let with_motion = |ballot: Ballot| {
            let motion = motions.iter().find(|motion| motion.id == ballot.motion).cloned()?;
            let matter = matters.remove(&ballot.motion);
            Some((ballot, motion, matter))
        };
        let together = if open.ballot.en_bloc.is_some() { group.into_iter().filter_map(with_motion).collect() } else { Vec::new() };
        Ok(Some(BallotPaper { paper: Paper { application, applicant, proposal, motion }, together, open }))
    }

    /// A page of all meetings in the order in which they were called, with the minutes of those that are over.
    pub async fn meetings_listed(&self, actor: &Actor, window: &Window) -> Result<Page<(Meeting, Option<Minutes>)>> {
        require(actor, Permission::ReadMeetings)?;
        let db = self.database.reader();
        let page = store::meeting::page(db, None, window).await?;
        let over: Vec<MeetingId> =
            page.items.iter().filter(|meeting| meeting.state.closed_at().is_some()).map(|meeting| meeting.id).collect();
        let minutes =
            if actor.may(Permission::ReadMinutes, Scope::everyone()) { store::minutes::of_meetings(db, &over).await? } else { Vec::new() };
        let of = |id| minutes.iter().find(|minutes| minutes.meeting == id).cloned();
        let items = page.items.into_iter().map(|meeting| (of(meeting.id), meeting)).map(|(minutes, meeting)| (meeting, minutes)).collect();
        Ok(Page { items, has_previous: page.has_previous, has_next: page.has_next })
    }
}
