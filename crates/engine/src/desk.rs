//! A member's desk: what is waiting for them, what was decided, what the year looks like.

use chrono::Datelike as _;
use domain::application::Application;
use domain::budget::BudgetYear;
use domain::committee::{Ballot, BallotAction, BallotBox, BallotState};
use domain::identity::{Actor, Permission, Scope, guard};
use domain::ids::ApplicationId;
use domain::meeting::Meeting;
use domain::minutes::{Minutes, MinutesAction};
use store::application::ApplicationFilter;

use crate::{Engine, Result, Window, require};

/// How many open ballots are looked through for those that wait for a vote.
const MOST_OPEN: u64 = 200;

/// How many decisions are shown.
const RECENT: u64 = 10;

/// How many conflicts to declare are shown.
const MOST_CONFLICTS: u64 = 50;

/// In these states of an application the committee has yet to decide.
const UNDECIDED: [&str; 3] = ["submitted", "changes-requested", "admitted"];

impl Engine {
    /// Whether the actor has a desk: who votes has one.
    #[must_use]
    pub fn has_desk(&self, actor: &Actor) -> bool {
        actor.may(Permission::CastVote, Scope::everyone())
    }

    /// The open ballots on which the actor can vote and has not voted, the oldest first.
    pub async fn ballots_to_vote(&self, actor: &Actor) -> Result<Vec<BallotBox>> {
        let open = self.ballots(actor, Some("open"), &Window::first(MOST_OPEN)).await?;
        Ok(open.items.into_iter().filter(|ballot| waits_for(actor, ballot)).collect())
    }

    /// As [`Engine::ballots_to_vote`], with the ballots that were opened last of the closed ones, the latest first, at most `closed`.
    pub async fn ballots_on_desk(&self, actor: &Actor, closed: u64) -> Result<(Vec<BallotBox>, Vec<Ballot>)> {
        require(actor, Permission::ReadBallots)?;
        let recused: Vec<ApplicationId> = actor.recused_from.iter().copied().collect();
        let found = store::committee::open_and_last_closed(self.database.reader(), &recused, MOST_OPEN, closed).await?;
        let (open, mut closed): (Vec<Ballot>, Vec<Ballot>) = found.into_iter().partition(|ballot| ballot.state == BallotState::Open);
        closed.reverse();
        let open = self.ballot_boxes(open).await?;
        Ok((open.into_iter().filter(|ballot| waits_for(actor, ballot)).collect(), closed))
    }

    /// The meetings that take place now or are still to come, the next first, and the minutes that the actor can sign, those due first.
    pub async fn meetings_on_desk(&self, actor: &Actor) -> Result<(Vec<Meeting>, Vec<Minutes>)> {
        require(actor, Permission::ReadMeetings)?;
        let found = store::meeting::current_or_unsigned(self.database.reader()).await?;
        let (mut meetings, mut unsigned) = (Vec::new(), Vec::new());
        for (meeting, minutes) in found {
            let signs = |minutes: &Minutes| guard(actor, minutes, MinutesAction::Sign).is_ok();
            unsigned.extend(minutes.filter(signs));
            if meeting.state.closed_at().is_none() {
                meetings.push(meeting);
            }
        }
        unsigned.sort_by_key(|minutes| (minutes.due, minutes.id));
        Ok((meetings, unsigned))
    }

    /// The applications on which the committee has yet to decide and for whose applicant the actor acts, where nothing is recorded of that: a
    /// conflict to declare (R16). No ballot on them opens before.
    pub async fn conflicts_to_declare(&self, actor: &Actor) -> Result<Vec<Application>> {
        let Some(person) = actor.person.filter(|_| actor.may(Permission::DeclareRecusal, Scope::everyone())) else {
            return Ok(Vec::new());
        };
        if actor.acts_for.is_empty() {
            return Ok(Vec::new());
        }
        let db = self.database.reader();
        let filter = ApplicationFilter {
            states: UNDECIDED.to_vec(),
            applicants: Some(actor.acts_for.keys().copied().collect()),
            submitted: true,
            // A dismissed one too: that there is no conflict has been found.
            without_recusal_of: Some(person),
            ..ApplicationFilter::default()
        };
        Ok(store::application::page(db, &filter, &Window::first(MOST_CONFLICTS)).await?.items)
    }

    /// The ballots that were closed last, of those opened last; the latest first.
    pub async fn recent_decisions(&self, actor: &Actor) -> Result<Vec<BallotBox>> {
        let mut closed = self.ballots(actor, Some("closed"), &Window::last(RECENT)).await?.items;
        closed.reverse();
        Ok(closed)
    }

    /// The budget year of today, if it has a budget.
    pub async fn budget_year_of_today(&self, actor: &Actor) -> Result<Option<BudgetYear>> {
        self.budget_year(actor, self.today().year()).await
    }
}

/// Whether the actor can vote on it and has not voted.
fn waits_for(actor: &Actor, ballot: &BallotBox) -> bool {
    let voted = ballot.votes.iter().any(|vote| Some(vote.member) == actor.person);
    !voted && guard(actor, ballot, BallotAction::CastVote).is_ok()
}
