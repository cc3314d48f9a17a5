//! A member's desk: what is waiting for them, what was decided, what the year looks like.

use chrono::Datelike as _;
use domain::application::Application;
use domain::budget::BudgetYear;
use domain::committee::{BallotAction, BallotBox};
use domain::identity::{Actor, Permission, Scope, guard};
use store::application::ApplicationFilter;

use crate::{Engine, Result, Window};

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
        let has_voted = |ballot: &BallotBox| ballot.votes.iter().any(|vote| Some(vote.member) == actor.person);
        let waits = |ballot: &BallotBox| guard(actor, ballot, BallotAction::CastVote).is_ok() && !has_voted(ballot);
        Ok(open.items.into_iter().filter(waits).collect())
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
            states: UNDECIDED.map(str::to_owned).to_vec(),
            applicants: Some(actor.acts_for.keys().copied().collect()),
            submitted: true,
            // A dismissed one too: that there is no conflict has been found.
            except: store::recusal::of_person(db, person).await?.into_iter().map(|recusal| recusal.application).collect(),
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
