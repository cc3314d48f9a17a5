//! Applications: from the first draft to the check's end.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::applicant::{Applicant, ApplicantAction};
use domain::application::{Application, ApplicationAction as Action, ApplicationCase, Field, Form, State};
use domain::committee::{Motion, MotionState};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Action as _, Actor, Permission, Scope, Scoped as _, available_actions};
use domain::ids::{ApplicantId, ApplicationId, RoundId};
use domain::outbox::{About, Notice};
use domain::problem::{Problem, Violation};
use domain::round::Round;
use domain::waiting_list::{Place, PlaceState};
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;
use store::application::{ApplicationFilter, Version};

use crate::change::Change;
use crate::work::{Call, Work, found};
use crate::{Count, Engine, Error, Page, Result, Window, visible};

/// How many applications one command admits at most.
const MOST_ADMITTED: usize = 200;

/// What an application is begun with.
#[derive(Debug, Clone, Serialize)]
pub struct StartApplication {
    /// The round.
    pub round: RoundId,
    /// Who applies.
    pub applicant: ApplicantId,
}

/// A draft to be saved.
#[derive(Debug, Clone, Serialize)]
pub struct SaveDraft {
    /// Which application.
    pub application: ApplicationId,
    /// The version that the person saw; with another one stored, somebody else saved in between and the save is a conflict.
    pub expected_version: Option<i64>,
    /// All that is filled in so far.
    pub form: Form,
}

/// A request for changes (R14).
#[derive(Debug, Clone, Serialize)]
pub struct RequestChanges {
    /// Which application.
    pub application: ApplicationId,
    /// The fields to open.
    pub fields: Vec<Field>,
    /// Until when.
    pub due: NaiveDate,
    /// What is wished.
    pub remark: String,
}

/// Which applications are asked for.
#[derive(Debug, Clone, Default)]
pub struct ApplicationQuery {
    /// Of that round.
    pub round: Option<RoundId>,
    /// In one of these states, by name; empty: in any.
    pub states: Vec<&'static str>,
    /// Of that applicant.
    pub applicant: Option<ApplicantId>,
    /// With that partner city, by its code.
    pub city: Option<String>,
    /// Whose number, title or applicant's name holds that text.
    pub search: Option<String>,
    /// Only of the applicants that the actor acts for, whatever else they may see by a role.
    pub own: bool,
}

impl Engine {
    /// Begins an application: an empty draft (R13).
    pub async fn start_application(&self, call: &Call, input: StartApplication) -> Result<ApplicationId> {
        self.run(call, "startApplication", input, |work, input| {
            async move {
                let applicant = found(store::applicant::find(&work.tx, input.applicant).await?)?;
                work.authorise(&applicant, ApplicantAction::StartApplication)?;
                let round = found(store::round::find(&work.tx, input.round).await?)?;
                let application = Application::start(work.id(), round.id, applicant.id, work.person()?, work.now);
                store::application::insert(&work.tx, &application).await?;
                work.record_application("application-started", &application, 0, json!({}));
                Ok(application.id)
            }
            .boxed()
        })
        .await
    }

    /// Saves what is filled in, complete or not (R13, R14).
    pub async fn save_draft(&self, call: &Call, input: SaveDraft) -> Result<ApplicationId> {
        self.run(call, "saveDraft", input, |work, input| {
            async move {
                let application = work.lock_application(input.application, Action::SaveDraft).await?;
                if input.expected_version.is_some_and(|version| version != application.version) {
                    return Err(Error::Conflict);
                }
                let application = application.save_draft(input.form)?;
                store::application::save(&work.tx, &application).await?;
                work.record_application("draft-saved", &application, 1, json!({}));
                Ok(application.id)
            }
            .boxed()
        })
        .await
    }

    /// Submits an application, for the first time or with the requested changes (R2 to R13).
    pub async fn submit_application(&self, call: &Call, id: ApplicationId) -> Result<ApplicationId> {
        self.run(call, "submitApplication", id, |work, id| {
            async move {
                let application = work.lock_application(id, Action::Submit).await?;
                let round = found(store::round::find(&work.tx, application.round).await?)?;
                let applicant = found(store::applicant::find(&work.tx, application.applicant).await?)?;
                if applicant.joint_representation {
                    return work.sign(application, applicant, &round).await;
                }
                work.receive(application, &round).await
            }
            .boxed()
        })
        .await
    }

    /// Confirms, as the second of two people, what the first submitted: now it is received.
    pub async fn confirm_submission(&self, call: &Call, id: ApplicationId) -> Result<ApplicationId> {
        self.run(call, "confirmSubmission", id, |work, id| {
            async move {
                let application = work.lock_application(id, Action::ConfirmSubmission).await?;
                let round = found(store::round::find(&work.tx, application.round).await?)?;
                let first = application.signed.as_ref().map(|signed| signed.by).ok_or(Error::Conflict)?;
                let first = store::membership::of_person_at(&work.tx, first, application.applicant).await?;
                if !first.is_some_and(|membership| membership.level.may_submit()) {
                    return Err(Problem::SignatureLapsed.into());
                }
                work.receive(application, &round).await
            }
            .boxed()
        })
        .await
    }

    /// Withdraws an application; a motion on it that is not being voted on yet and a place on the waiting list go with it (R15).
    pub async fn withdraw_application(&self, call: &Call, id: ApplicationId) -> Result<ApplicationId> {
        self.run(call, "withdrawApplication", id, |work, id| {
            async move {
                let application = work.lock_application(id, Action::Withdraw).await?;
                if let State::Waiting { place } = application.state {
                    let place = found(store::waiting_list::lock(&work.tx, place).await?)?;
                    let year = place.year;
                    store::waiting_list::save(&work.tx, &Place { state: PlaceState::Withdrawn, ..place }).await?;
                    work.changed(Change::BudgetYear(year));
                }
                if let Some(motion) = store::committee::pending_motion(&work.tx, application.id).await?
                    && motion.state == MotionState::Pending
                {
                    store::committee::save_motion(&work.tx, &Motion { state: MotionState::Withdrawn, ..motion }).await?;
                }
                let application = application.withdraw();
                store::application::save(&work.tx, &application).await?;
                work.record_application("application-withdrawn", &application, 1, json!({}));
                Ok(application.id)
            }
            .boxed()
        })
        .await
    }

    /// Asks the applicant for changes (R14).
    pub async fn request_changes(&self, call: &Call, input: RequestChanges) -> Result<ApplicationId> {
        self.run(call, "requestChanges", input, |work, input| {
            async move {
                let application = work.lock_application(input.application, Action::RequestChanges).await?;
                let application = application.request_changes(input.fields, input.due, &input.remark, work.now)?;
                store::application::save(&work.tx, &application).await?;
                let State::ChangesRequested(request) = application.state.clone() else { return Err(Error::Conflict) };
                let details = json!({ "fields": request.fields, "due": request.due, "remark": request.remark });
                work.record_application("changes-requested", &application, 1, details);
                let about = work.about(&application).await?;
                let notice = Notice::ChangesRequested { about, fields: request.fields, due: request.due, remark: request.remark };
                work.tell_applicant(&application, &notice).await?;
                Ok(application.id)
            }
            .boxed()
        })
        .await
    }

    /// Admits an application to the decision.
    pub async fn admit_application(&self, call: &Call, id: ApplicationId) -> Result<ApplicationId> {
        self.run(call, "admitApplication", id, |work, id| async move { work.admit(id).await }.boxed()).await
    }

    /// Admits several applications to the decision: all or none.
    pub async fn admit_applications(&self, call: &Call, ids: Vec<ApplicationId>) -> Result<Vec<ApplicationId>> {
        self.run(call, "admitApplications", ids, |work, ids| async move { admit_all(work, ids).await }.boxed()).await
    }

    /// Refuses an application on formal grounds.
    pub async fn refuse_application(&self, call: &Call, id: ApplicationId, reason: String) -> Result<ApplicationId> {
        self.run(call, "refuseApplication", (id, reason), |work, (id, reason)| {
            async move {
                let application = work.lock_application(id, Action::Refuse).await?.refuse(&reason)?;
                store::application::save(&work.tx, &application).await?;
                let State::Refused { reason } = application.state.clone() else {
                    return Err(Error::Conflict);
                };
                work.record_application("application-refused", &application, 1, json!({ "reason": reason }));
                let notice = Notice::ApplicationRefused { about: work.about(&application).await?, reason };
                work.tell_applicant(&application, &notice).await?;
                Ok(application.id)
            }
            .boxed()
        })
        .await
    }

    /// Lets a draft be submitted after the deadline (R3).
    pub async fn permit_late_submission(&self, call: &Call, id: ApplicationId, reason: String) -> Result<ApplicationId> {
        self.run(call, "permitLateSubmission", (id, reason), |work, (id, reason)| {
            async move {
                let application = work.lock_application(id, Action::PermitLateSubmission).await?;
                let application = application.permit_late_submission(work.person()?, &reason, work.now)?;
                store::application::save(&work.tx, &application).await?;
                let details = json!({ "reason": application.late_permit.as_ref().map(|permit| &permit.reason) });
                work.record_application("late-submission-permitted", &application, 1, details);
                Ok(application.id)
            }
            .boxed()
        })
        .await
    }

    /// Consents to a start before the award letter (R12).
    pub async fn consent_to_early_start(&self, call: &Call, id: ApplicationId, reason: String) -> Result<ApplicationId> {
        self.run(call, "consentToEarlyStart", (id, reason), |work, (id, reason)| {
            async move {
                let application = work.lock_application(id, Action::ConsentToEarlyStart).await?;
                let application = application.consent_to_early_start(work.person()?, &reason, work.now)?;
                store::application::save(&work.tx, &application).await?;
                let details = json!({ "reason": application.early_start.as_ref().map(|consent| &consent.reason) });
                work.record_application("early-start-consented", &application, 1, details);
                Ok(application.id)
            }
            .boxed()
        })
        .await
    }

    /// An application that the actor may see.
    pub async fn application(&self, actor: &Actor, id: ApplicationId) -> Result<Option<Application>> {
        Ok(visible(actor, store::application::find(self.database.reader(), id).await?))
    }

    /// The application with that number, if the actor may see it.
    pub async fn application_by_number(&self, actor: &Actor, number: &str) -> Result<Option<Application>> {
        Ok(visible(actor, store::application::find_by_number(self.database.reader(), number).await?))
    }

    /// Those of the applications that the actor may see.
    pub async fn applications_by_ids(&self, actor: &Actor, ids: &[ApplicationId]) -> Result<Vec<Application>> {
        let found = store::application::find_many(self.database.reader(), ids).await?;
        Ok(found.into_iter().filter_map(|application| visible(actor, Some(application))).collect())
    }

    /// A page of the applications that the actor may see, in the order in which they were begun.
    pub async fn applications(&self, actor: &Actor, query: &ApplicationQuery, window: &Window) -> Result<Page<Application>> {
        match filter_for(actor, query)? {
            Some(filter) => Ok(store::application::page(self.database.reader(), &filter, window).await?),
            None => Ok(Page { items: Vec::new(), has_previous: false, has_next: false }),
        }
    }

    /// How many applications the actor may see.
    pub async fn count_applications(&self, actor: &Actor, query: &ApplicationQuery) -> Result<u64> {
        match filter_for(actor, query)? {
            Some(filter) => Ok(store::application::count(self.database.reader(), &filter).await?),
            None => Ok(0),
        }
    }

    /// How many of the applications that the actor may see are in each state that has any, by its name. Those of many
    /// rounds that are settled are not counted to their end: they are more with every year.
    pub async fn count_applications_by_state(&self, actor: &Actor, query: &ApplicationQuery) -> Result<BTreeMap<String, Count>> {
        match filter_for(actor, query)? {
            Some(filter) => Ok(store::application::count_by_state(self.database.reader(), &filter).await?),
            None => Ok(BTreeMap::new()),
        }
    }

    /// What the actor may do with an application now.
    pub async fn application_actions(&self, actor: &Actor, application: &Application) -> Result<Vec<Action>> {
        let permitted: Vec<Action> =
            Action::ALL.iter().copied().filter(|action| actor.may(action.permission(), application.scope())).collect();
        let case = case(self.database.reader(), application.clone(), &permitted, self.now()).await?;
        Ok(available_actions(actor, &case))
    }

    /// Everything that keeps an application from being submitted now (R2 to R13). Nothing is changed.
    pub async fn check_application(&self, actor: &Actor, application: &Application) -> Result<Vec<Violation>> {
        if visible(actor, Some(application.clone())).is_none() {
            return Err(Error::NotFound);
        }
        let round = found(store::round::find(self.database.reader(), application.round).await?)?;
        let tried = application.clone().submit(&round, &self.fund, 0, self.now());
        Ok(tried.err().map(|refusal| refusal.0).unwrap_or_default())
    }

    /// The earlier versions of an application (R14), of which the last is what was submitted last.
    pub async fn versions(&self, actor: &Actor, application: &Application) -> Result<Vec<Version>> {
        if visible(actor, Some(application.clone())).is_none() {
            return Ok(Vec::new());
        }
        Ok(store::application::versions(self.database.reader(), application.id).await?)
    }
}

/// What the actor may see, as a filter: the same policy as [`visible`], said in rows. `None` is nothing.
pub(crate) fn filter_for(actor: &Actor, query: &ApplicationQuery) -> Result<Option<ApplicationFilter>> {
    if actor.person.is_none() {
        return Err(Error::Unauthenticated);
    }
    let own: Vec<ApplicantId> = actor.acts_for.keys().copied().collect();
    let all_drafts = actor.may(Permission::ReadApplication, Scope { private: true, ..Scope::everyone() });
    let all_submitted = actor.may(Permission::ReadApplication, Scope::everyone());
    let mut filter = ApplicationFilter {
        round: query.round,
        states: query.states.clone(),
        applicants: query.applicant.map(|applicant| vec![applicant]),
        city: query.city.clone(),
        search: query.search.clone(),
        submitted: all_submitted && !all_drafts,
        or_applicants: if all_submitted && !all_drafts { own.clone() } else { Vec::new() },
        except: actor.recused_from.iter().copied().collect(),
        but_of: own.clone(),
        without_recusal_of: None,
    };
    if !all_submitted || query.own {
        filter.submitted = false;
        let visible: Vec<ApplicantId> = match query.applicant {
            Some(applicant) => own.into_iter().filter(|own| *own == applicant).collect(),
            None => own,
        };
        if visible.is_empty() {
            return Ok(None);
        }
        filter.applicants = Some(visible);
    }
    Ok(Some(filter))
}

/// The application with what the guard needs to know for these actions, and no query more.
async fn case<C: store::Connection>(db: &C, application: Application, actions: &[Action], now: DateTime<Utc>) -> Result<ApplicationCase> {
    let in_time = match (&application.state, actions.contains(&Action::PermitLateSubmission)) {
        (State::Draft, true) => found(store::round::find(db, application.round).await?)?.is_in_time(now),
        _ => true,
    };
    let motion_pending =
        match (&application.state, actions.iter().any(|action| matches!(action, Action::PrepareProposal | Action::ProposeMotion))) {
            (State::Admitted, true) => store::committee::pending_motion(db, application.id).await?.is_some(),
            _ => false,
        };
    Ok(ApplicationCase { application, in_time, motion_pending })
}

async fn admit_all(work: &mut Work, ids: Vec<ApplicationId>) -> Result<Vec<ApplicationId>> {
    if ids.is_empty() {
        return Err(Problem::Missing.at("applicationIds").into());
    }
    if ids.len() > MOST_ADMITTED {
        return Err(Problem::TooMany { most: MOST_ADMITTED }.at("applicationIds").into());
    }
    // In the order of their ids, so that two such commands can't wait for each other.
    let ids: Vec<ApplicationId> = ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    for id in &ids {
        work.admit(*id).await?;
    }
    Ok(ids)
}

impl Work {
    /// Admits an application, and tells its applicant.
    async fn admit(&mut self, id: ApplicationId) -> Result<ApplicationId> {
        let application = self.lock_application(id, Action::Admit).await?.admit();
        store::application::save(&self.tx, &application).await?;
        self.record_application("application-admitted", &application, 1, json!({}));
        let notice = Notice::ApplicationAdmitted { about: self.about(&application).await? };
        self.tell_applicant(&application, &notice).await?;
        Ok(application.id)
    }

    /// Loads an application for a command and lets the actor through.
    pub(crate) async fn lock_application(&mut self, id: ApplicationId, action: Action) -> Result<Application> {
        self.person()?;
        let application = found(store::application::lock(&self.tx, id).await?)?;
        let case = case(&self.tx, application, &[action], self.now).await?;
        self.authorise(&case, action)?;
        Ok(case.application)
    }

    /// The first of two people submits: the others who may are asked to confirm.
    async fn sign(&mut self, application: Application, applicant: Applicant, round: &Round) -> Result<ApplicationId> {
        let by = self.person()?;
        let application = application.sign(round, self.engine.fund(), by, self.now)?;
        store::application::save(&self.tx, &application).await?;
        self.record_application("submission-signed", &application, 1, json!({}));
        let members = store::membership::of_applicant(&self.tx, applicant.id).await?;
        let others = members.iter().filter(|membership| membership.level.may_submit() && membership.person != by);
        let others = others.map(|membership| membership.person).collect();
        let title = application.form.title.clone().unwrap_or_default();
        let notice = Notice::SubmissionToConfirm { application: Some(application.id), applicant: applicant.name, title };
        self.tell(others, &format!("{}:{}", application.id, application.version), &notice);
        Ok(application.id)
    }

    /// The application is submitted by whoever has to, and received.
    async fn receive(&mut self, application: Application, round: &Round) -> Result<ApplicationId> {
        let changed = application.number.is_some();
        let first = application.signed.as_ref().map(|signed| signed.by);
        // Checked before a number is drawn, so that the round's numbers have no gaps.
        let checked = application.clone().submit(round, self.engine.fund(), 0, self.now)?;
        let application = if changed {
            checked
        } else {
            let ordinal = store::round::next_ordinal(&self.tx, round.id).await?;
            application.submit(round, self.engine.fund(), ordinal, self.now)?
        };
        store::application::save(&self.tx, &application).await?;
        store::application::append_version(&self.tx, &application, self.person()?, self.now).await?;
        let mut details = json!({ "number": application.number, "amountRequested": application.amount_requested() });
        if let Some(first) = first {
            details["signedBy"] = json!(first);
        }
        self.record_application("application-submitted", &application, 1, details);
        let about = self.about(&application).await?;
        let notice = Notice::ApplicationReceived { about, amount: application.amount_requested(), changed };
        self.tell_applicant(&application, &notice).await?;
        Ok(application.id)
    }

    /// `ahead` is by how much the saved version is ahead of the loaded one.
    pub(crate) fn record_application(&mut self, kind: &'static str, application: &Application, ahead: i64, details: serde_json::Value) {
        let subject = Subject::new(SubjectKind::Application, application.id, application.version + ahead);
        self.record(Happening { kind, subject, details }, Vec::new());
        self.changed(Change::Application(application.id));
    }

    /// The application as notices name it.
    pub(crate) async fn about(&self, application: &Application) -> Result<About> {
        let applicant = found(store::applicant::find(&self.tx, application.applicant).await?)?;
        Ok(About {
            application: Some(application.id),
            number: application.number.clone().unwrap_or_default(),
            title: application.form.title.clone().unwrap_or_default(),
            applicant: applicant.name,
        })
    }

    /// Tells everybody who acts for the applicant.
    pub(crate) async fn tell_applicant(&mut self, application: &Application, notice: &Notice) -> Result<()> {
        let people = store::identity::persons_of_applicant(&self.tx, application.applicant).await?;
        let cause = format!("{}:{}", application.id, application.version);
        self.tell(people, &cause, notice);
        Ok(())
    }
}
