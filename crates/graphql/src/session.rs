//! Who asks, and what is loaded for them: one for each request, never shared between people.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::Context;
use domain::applicant::Applicant;
use domain::application::Application;
use domain::award::AwardOn;
use domain::budget::BudgetYear;
use domain::committee::Motion;
use domain::identity::{Actor, Permission, Person, Scope};
use domain::ids::{ApplicantId, ApplicationId, AwardId, BriefingId, MotionId, PersonId, RoundId};
use domain::payout::Payout;
use engine::{Call, Engine, RoundView};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::batch::Batch;
use crate::error::{Nullable, Result};
use crate::mutation::{Loaded, Payload, UserError};

/// A person at the API, for the time of one request or connection. Cheap to clone.
///
/// The server puts one into each request's data: `request.data(Session::new(engine, actor))`. A request that has none but an [`Actor`] is
/// answered too, and loads one thing at a time; one that has neither is from nobody.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    engine: Engine,
    actor: RwLock<Arc<Actor>>,
    applicants: Batch<ApplicantId, Applicant>,
    applications: Batch<ApplicationId, Application>,
    rounds: Batch<RoundId, RoundView>,
    budget_years: Batch<i32, BudgetYear>,
    awards: Batch<ApplicationId, AwardOn>,
    payouts: Batch<AwardId, Vec<Payout>>,
    motions: Batch<MotionId, Motion>,
    persons: Batch<PersonId, Person>,
    briefings_read: Batch<BriefingId, ()>,
}

impl Session {
    /// A person at that engine.
    #[must_use]
    pub fn new(engine: Engine, actor: Actor) -> Self {
        Self(Arc::new(Inner {
            engine,
            actor: RwLock::new(Arc::new(actor)),
            applicants: Batch::default(),
            applications: Batch::default(),
            rounds: Batch::default(),
            budget_years: Batch::default(),
            awards: Batch::default(),
            payouts: Batch::default(),
            motions: Batch::default(),
            persons: Batch::default(),
            briefings_read: Batch::default(),
        }))
    }

    /// The session of a request.
    pub(crate) fn of(ctx: &Context<'_>) -> Self {
        if let Some(session) = ctx.data_opt::<Self>() {
            return session.clone();
        }
        let actor = ctx.data_opt::<Actor>().cloned().unwrap_or_default();
        Self::new(ctx.data_unchecked::<Engine>().clone(), actor)
    }

    /// The use cases.
    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// Who asks.
    pub(crate) fn actor(&self) -> Arc<Actor> {
        Arc::clone(&self.0.actor.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks again what the person is: after a command that changed it, and before each answer of a subscription.
    pub(crate) async fn refresh(&self) -> Result<()> {
        let actor = self.engine().refreshed(&self.actor()).await?;
        *self.0.actor.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(actor);
        Ok(())
    }

    /// A command of this person.
    pub(crate) fn call(&self, idempotency_key: Option<String>) -> Call {
        Call { actor: self.actor().as_ref().clone(), idempotency_key }
    }

    /// Answers a mutation: with the thing as it is now, or with what the rules refuse.
    ///
    /// On the heap: the library's future of all mutations has room for each of them side by side.
    pub(crate) fn answer<'a, P: Payload + 'a>(
        &'a self,
        outcome: impl Future<Output = Result<<P::Object as Loaded>::Id>> + Send + 'a,
    ) -> BoxFuture<'a, Nullable<P>> {
        let answered = async move {
            Some(match outcome.await {
                Ok(id) => P::Object::load(self, id).await.map(P::done),
                Err(crate::error::Fault::Refused(refusal)) => Ok(P::refused(UserError::all(refusal, self.actor().language))),
                Err(fault) => Err(fault),
            })
        };
        answered.boxed()
    }

    /// The applicant, if this person may see it.
    pub(crate) async fn applicant(&self, id: ApplicantId) -> Result<Option<Applicant>> {
        let session = self.clone();
        let load = |ids: Vec<ApplicantId>| async move {
            let found = session.engine().applicants(&session.actor(), &ids).await?;
            Ok(by(found, |applicant| applicant.id))
        };
        self.0.applicants.one(id, load).await
    }

    /// The application, if this person may see it.
    pub(crate) async fn application(&self, id: ApplicationId) -> Result<Option<Application>> {
        let session = self.clone();
        let load = |ids: Vec<ApplicationId>| async move {
            let found = session.engine().applications_by_ids(&session.actor(), &ids).await?;
            Ok(by(found, |application| application.id))
        };
        self.0.applications.one(id, load).await
    }

    /// The round.
    pub(crate) async fn round(&self, id: RoundId) -> Result<Option<RoundView>> {
        let engine = self.engine().clone();
        let load = |ids: Vec<RoundId>| async move { Ok(by(engine.rounds_by_ids(&ids).await?, |view| view.round.id)) };
        self.0.rounds.one(id, load).await
    }

    /// The budget year, if there is one and this person may see it.
    pub(crate) async fn budget_year(&self, year: i32) -> Result<Option<BudgetYear>> {
        let session = self.clone();
        let load = |years: Vec<i32>| async move {
            let found = session.engine().budget_years_by_year(&session.actor(), &years).await?;
            Ok(by(found, |year| year.year))
        };
        self.0.budget_years.one(year, load).await
    }

    /// The award of an application, if there is one and this person may see it.
    pub(crate) async fn award_of(&self, application: ApplicationId) -> Result<Option<AwardOn>> {
        let session = self.clone();
        let load = |ids: Vec<ApplicationId>| async move {
            let found = session.engine().awards_of(&session.actor(), &ids).await?;
            Ok(by(found, |on| on.award.application))
        };
        self.0.awards.one(application, load).await
    }

    /// The payouts of an award that this person may see, by instalment.
    pub(crate) async fn payouts_of(&self, award: AwardId) -> Result<Vec<Payout>> {
        let session = self.clone();
        let load = |ids: Vec<AwardId>| async move {
            let mut of: HashMap<AwardId, Vec<Payout>> = HashMap::new();
            for payout in session.engine().payouts_of(&session.actor(), &ids).await? {
                of.entry(payout.award).or_default().push(payout);
            }
            Ok(of)
        };
        Ok(self.0.payouts.one(award, load).await?.unwrap_or_default())
    }

    /// The motion, if this person may see it.
    pub(crate) async fn motion(&self, id: MotionId) -> Result<Option<Motion>> {
        let session = self.clone();
        let load = |ids: Vec<MotionId>| async move {
            let found = session.engine().motions_by_ids(&session.actor(), &ids).await?;
            Ok(by(found, |motion| motion.id))
        };
        self.0.motions.one(id, load).await
    }

    /// Whether this person has read the briefing.
    pub(crate) async fn has_read(&self, id: BriefingId) -> Result<bool> {
        let session = self.clone();
        let load = |ids: Vec<BriefingId>| async move {
            let read = session.engine().briefings_read(&session.actor(), &ids).await?;
            Ok(read.into_iter().map(|id| (id, ())).collect())
        };
        Ok(self.0.briefings_read.one(id, load).await?.is_some())
    }

    /// The person, if this person is that one or has a permission that shows names.
    pub(crate) async fn person(&self, id: PersonId, shown_by: Permission) -> Result<Option<Person>> {
        self.person_within(id, shown_by, Scope::everyone()).await
    }

    /// As [`Self::person`], where the permission is one for the things of an applicant.
    pub(crate) async fn person_within(&self, id: PersonId, shown_by: Permission, scope: Scope) -> Result<Option<Person>> {
        let actor = self.actor();
        if actor.person != Some(id) && !actor.may(shown_by, scope) {
            return Ok(None);
        }
        let engine = self.engine().clone();
        let load = |ids: Vec<PersonId>| async move { Ok(by(engine.persons(&ids).await?, |person| person.id)) };
        self.0.persons.one(id, load).await
    }
}

fn by<K: std::hash::Hash + Eq, V>(found: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, V> {
    found.into_iter().map(|thing| (key(&thing), thing)).collect()
}
