//! The case officers' desk: an application with all that its check needs, several of them at once, and who may be excluded.

use domain::applicant::Applicant;
use domain::application::check::check;
use domain::application::{Application, ApplicationAction as Action, ApplicationCase, State};
use domain::committee::{Holding, Recusal};
use domain::identity::{Actor, Permission, Scope, Scoped as _, guard};
use domain::ids::{ApplicationId, PersonId, RoundId};
use domain::problem::Violation;

use crate::application::filter_for;
use crate::spending::UNSETTLED;
use crate::{ApplicationQuery, Counts, Engine, Result, RoundView, require, visible};

/// An application with what its pages say of its surroundings.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The application.
    pub application: Application,
    /// Who applies.
    pub applicant: Option<Applicant>,
    /// The round that it is made to.
    pub round: RoundView,
    /// What the actor may do with it now.
    pub actions: Vec<Action>,
    /// What the rules say against it (R2 to R13).
    pub violations: Vec<Violation>,
}

/// An application that is to be admitted with others.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The application.
    pub application: Application,
    /// Whether the actor can admit it now.
    pub admissible: bool,
    /// What the rules say against it (R2 to R13).
    pub violations: Vec<Violation>,
}

/// Who is excluded from an application, and who may be.
#[derive(Debug, Clone)]
pub struct Exclusions {
    /// The recusals that the actor may see.
    pub recusals: Vec<Recusal>,
    /// Those on the committee who act for the applicant and of whom nothing is recorded (R16).
    pub proposed: Vec<PersonId>,
    /// Who holds a seat today.
    pub seats: Vec<Holding>,
}

impl Engine {
    /// Whether the actor works in the office: who checks applications does.
    #[must_use]
    pub fn has_office(&self, actor: &Actor) -> bool {
        actor.may(Permission::AdmitApplication, Scope::everyone())
    }

    /// How much waits for the office and for those who pay, without what the actor is excluded from (R16): applications by their states,
    /// motions, awards, instalments by their states, and e-mails.
    pub async fn counts(&self, actor: &Actor) -> Result<Counts> {
        for permission in [Permission::ReadBallots, Permission::ReadAward, Permission::ReadOutbox] {
            require(actor, permission)?;
        }
        let Some(filter) = filter_for(actor, &ApplicationQuery::default())? else { return Ok(Counts::default()) };
        let recused: Vec<ApplicationId> = actor.recused_from.iter().copied().collect();
        Ok(store::desk::counts(self.database.reader(), &filter, &recused, &UNSETTLED, self.today()).await?)
    }

    /// An application that the actor may see, with its surroundings.
    pub async fn case_file(&self, actor: &Actor, id: ApplicationId) -> Result<Option<CaseFile>> {
        let Some(application) = self.application(actor, id).await? else { return Ok(None) };
        let applicant = self.applicant(actor, application.applicant).await?;
        let Some(round) = self.rounds_by_ids(&[application.round]).await?.pop() else { return Ok(None) };
        let actions = self.application_actions(actor, &application).await?;
        let violations = self.violations_of(&application, &round);
        Ok(Some(CaseFile { application, applicant, round, actions, violations }))
    }

    /// Those of the applications that the actor may see, each with what is said against it and whether they can admit it.
    pub async fn check_applications(&self, actor: &Actor, ids: &[ApplicationId]) -> Result<Vec<Checked>> {
        let applications = self.applications_by_ids(actor, ids).await?;
        let rounds: Vec<RoundId> = applications.iter().map(|application| application.round).collect();
        let rounds = self.rounds_by_ids(&rounds).await?;
        let checked = |application: Application| {
            let round = rounds.iter().find(|view| view.round.id == application.round);
            let violations = round.map(|round| self.violations_of(&application, round)).unwrap_or_default();
            // For the admission nothing of an application's surroundings counts.
            let case = ApplicationCase { application, in_time: true, motion_pending: false };
            let admissible = guard(actor, &case, Action::Admit).is_ok();
            Checked { application: case.application, admissible, violations }
        };
        Ok(applications.into_iter().map(checked).collect())
    }

    /// What the rules say against what was handed in; against a draft, what they would say now.
    fn violations_of(&self, application: &Application, round: &RoundView) -> Vec<Violation> {
        let now = application.received_at.unwrap_or(self.now());
        match application.state {
            State::Draft => application.clone().submit(&round.round, &self.fund, 0, now).err().map(|refusal| refusal.0).unwrap_or_default(),
            _ => check(&application.form, &round.round, &self.fund, now, application.early_start.is_some()),
        }
    }

    /// Who is excluded from an application that the actor may see, and who may be (R16).
    pub async fn exclusions(&self, actor: &Actor, application: &Application) -> Result<Exclusions> {
        if visible(actor, Some(application.clone())).is_none() || !actor.may(Permission::ReadRecusals, application.scope()) {
            return Ok(Exclusions { recusals: Vec::new(), proposed: Vec::new(), seats: Vec::new() });
        }
        let (db, today) = (self.database.reader(), self.today());
        let mut seats = store::seat::since(db, today).await?;
        seats.retain(|held| held.holds_on(today));
        let recusals = store::recusal::of_application(db, application.id).await?;
        let acting = store::identity::persons_of_applicant(db, application.applicant).await?;
        let sits = |person: &PersonId| seats.iter().any(|held| held.person == *person);
        let known = |person: &PersonId| recusals.iter().any(|recusal| recusal.person == *person);
        let proposed = acting.into_iter().filter(|person| sits(person) && !known(person)).collect();
        Ok(Exclusions { recusals: recusals.into_iter().filter_map(|recusal| visible(actor, Some(recusal))).collect(), proposed, seats })
    }
}
