//! Applications: what they are, and what is asked about them.

use async_graphql::{Context, Description, Enum, ID, InputObject, Object, SimpleObject};
use domain::application::{Recorded, State};
use domain::identity::Permission;
use domain::ids::ApplicationId;

use crate::applicant::Applicant;
use crate::award::Award;
use crate::committee::recusal::Recusal;
use crate::committee::{Ballot, Motion};
use crate::connection::{Connection, Listed, Paging};
use crate::error::{Fault, Nullable, Result};
use crate::fund::City;
use crate::identity::Person;
use crate::mutation::Loaded;
use crate::node::{id_of, read_id, read_optional_id};
use crate::proposal::Proposal;
use crate::round::Round;
use crate::scalar::{Date, DateTime, Money};
use crate::session::Session;
use crate::waiting_list::WaitingListPlace;

pub mod form;
pub mod mutation;

use form::{ApplicationField, ApplicationForm};

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ApplicationState {
    /// Being filled in; seen by the applicant and the case officers only.
    Draft,
    /// Submitted: frozen, and waiting for the check (R14).
    Submitted,
    /// Some fields are open for changes (R14).
    ChangesRequested,
    /// Checked, and ready for the committee. A deferral leaves it here.
    Admitted,
    /// Refused on formal grounds.
    Refused,
    /// Withdrawn by the applicant (R15).
    Withdrawn,
    /// Rejected by the committee.
    Rejected,
    /// Carried by the committee, but there is no money yet: on the waiting list.
    Waiting,
    /// Awarded; how it goes on is the award's story.
    Awarded,
}

impl From<&State> for ApplicationState {
    fn from(state: &State) -> Self {
        match state {
            State::Draft => Self::Draft,
            State::Submitted => Self::Submitted,
            State::ChangesRequested(_) => Self::ChangesRequested,
            State::Admitted => Self::Admitted,
            State::Refused { .. } => Self::Refused,
            State::Withdrawn => Self::Withdrawn,
            State::Rejected { .. } => Self::Rejected,
            State::Waiting { .. } => Self::Waiting,
            State::Awarded { .. } => Self::Awarded,
        }
    }
}

impl ApplicationState {
    /// The state's name in the domain.
    const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::ChangesRequested => "changes-requested",
            Self::Admitted => "admitted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Rejected => "rejected",
            Self::Waiting => "waiting",
            Self::Awarded => "awarded",
        }
    }
}

/// What can be done with an application. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::application::ApplicationAction")]
pub enum ApplicationAction {
    /// `saveDraft`: save what was filled in.
    SaveDraft,
    /// `submitApplication`: submit it, for the first time or with the changes.
    #[graphql(name = "SUBMIT_APPLICATION")]
    Submit,
    /// `confirmSubmission`: confirm, as the second of two people, that it is submitted.
    ConfirmSubmission,
    /// `withdrawApplication`: withdraw it (R15).
    #[graphql(name = "WITHDRAW_APPLICATION")]
    Withdraw,
    /// `requestChanges`: ask for changes (R14).
    RequestChanges,
    /// `admitApplication`: admit it to the decision.
    #[graphql(name = "ADMIT_APPLICATION")]
    Admit,
    /// `refuseApplication`: refuse it on formal grounds.
    #[graphql(name = "REFUSE_APPLICATION")]
    Refuse,
    /// `permitLateSubmission`: let it be submitted after the deadline (R3).
    PermitLateSubmission,
    /// `consentToEarlyStart`: consent to a start before the award letter (R12).
    ConsentToEarlyStart,
    /// `prepareProposal`: prepare what is proposed to the committee for it, or prepare it anew.
    PrepareProposal,
    /// `proposeMotion`: put a motion on it (R20).
    ProposeMotion,
    /// `declareRecusal`: declare a conflict of interest of one's own (R16).
    DeclareRecusal,
    /// `recordRecusal`: record a member's conflict of interest (R16).
    RecordRecusal,
}

/// An application (Antrag), from the first draft to the committee's decision.
#[derive(Description)]
pub struct Application(pub(crate) domain::application::Application);

#[Object(use_type_description)]
impl Application {
    /// The application's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// The number that people see, `SP-2020-017`: given when it is submitted, in that order, without gaps in a round. Null for a draft.
    async fn number(&self) -> Option<&str> {
        self.0.number.as_deref()
    }

    /// Counts the changes. `saveDraft` takes it, so that nobody overwrites what somebody else saved in between.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// Where it stands.
    async fn state(&self) -> ApplicationState {
        (&self.0.state).into()
    }

    /// Who applies.
    async fn applicant(&self, ctx: &Context<'_>) -> Nullable<Applicant> {
        Session::of(ctx).applicant(self.0.applicant).await.map(|found| found.map(Applicant)).transpose()
    }

    /// The round that it is made to.
    async fn round(&self, ctx: &Context<'_>) -> Result<Round> {
        Session::of(ctx).round(self.0.round).await?.map(Round).ok_or_else(Fault::not_found)
    }

    /// What was filled in, as it is now, with the financing plan.
    async fn form(&self) -> ApplicationForm {
        ApplicationForm(self.0.form.clone())
    }

    /// The project's title; null while it is not filled in.
    async fn title(&self) -> Option<&str> {
        self.0.form.title.as_deref()
    }

    /// The partner cities that it names (R5). What a draft names and the fund doesn't know is in `form` only.
    async fn cities(&self, ctx: &Context<'_>) -> Vec<City> {
        let session = Session::of(ctx);
        let fund = session.engine().fund();
        self.0.form.cities.iter().filter_map(|code| fund.partner_city(code)).cloned().map(City::from).collect()
    }

    /// The project's total cost in euro: the sum of the cost lines (R10).
    async fn total_cost(&self) -> Money {
        self.0.form.total_cost().into()
    }

    /// The grant that is asked for, in euro (R8, R9); null while it is not filled in.
    async fn amount_requested(&self) -> Option<Money> {
        self.0.form.amount_requested.map(Money)
    }

    /// When it was first submitted, in UTC: what the deadline is compared with (R3). Null for a draft.
    async fn received_at(&self) -> Option<DateTime> {
        self.0.received_at.map(DateTime)
    }

    /// When the first of two people submitted it, in UTC, where the applicant is represented jointly; a second one has to confirm. Null if
    /// nobody has, and once it is received.
    async fn signed_at(&self) -> Option<DateTime> {
        self.0.signed.as_ref().map(|signed| signed.at.into())
    }

    /// When it was begun, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// What the applicant is asked to change (R14). Null unless the state is `CHANGES_REQUESTED`.
    async fn change_request(&self) -> Option<ChangeRequest> {
        let State::ChangesRequested(request) = &self.0.state else { return None };
        Some(ChangeRequest {
            fields: request.fields.iter().copied().map(Into::into).collect(),
            due: request.due.into(),
            remark: request.remark.clone(),
        })
    }

    /// Why it was refused on formal grounds. Null unless the state is `REFUSED`.
    async fn refusal_reason(&self) -> Option<&str> {
        let State::Refused { reason } = &self.0.state else { return None };
        Some(reason)
    }

    /// The ballot that rejected it; for the committee and the office. Null unless the state is `REJECTED`.
    async fn rejected_by(&self, ctx: &Context<'_>) -> Nullable<Ballot> {
        let State::Rejected { ballot } = &self.0.state else { return None };
        Ballot::load(&Session::of(ctx), *ballot).await.transpose()
    }

    /// Its place on the waiting list; for those who may see the budget. Null unless the state is `WAITING`.
    async fn waiting_list_place(&self, ctx: &Context<'_>) -> Nullable<WaitingListPlace> {
        let State::Waiting { place } = &self.0.state else { return None };
        WaitingListPlace::load(&Session::of(ctx), *place).await.transpose()
    }

    /// The award. Null unless the state is `AWARDED`.
    async fn award(&self, ctx: &Context<'_>) -> Nullable<Award> {
        if !matches!(self.0.state, State::Awarded { .. }) {
            return None;
        }
        Session::of(ctx).award_of(self.0.id).await.map(|found| found.map(Award)).transpose()
    }

    /// That and why it may be submitted after the deadline (R3); null if it may not.
    async fn late_permit(&self) -> Option<RecordedDecision> {
        self.0.late_permit.clone().map(RecordedDecision)
    }

    /// That and why the project may begin before the award letter (R12); null if it may not. It gives no claim to money.
    async fn early_start_consent(&self) -> Option<RecordedDecision> {
        self.0.early_start.clone().map(RecordedDecision)
    }

    /// What was submitted, the earliest first (R14).
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<ApplicationVersion>> {
        let session = Session::of(ctx);
        let versions = session.engine().versions(&session.actor(), &self.0).await?;
        Ok(versions.into_iter().map(ApplicationVersion).collect())
    }

    /// The motions on it, the latest last; for the committee and the office, empty for everybody else (R20).
    async fn motions(&self, ctx: &Context<'_>) -> Result<Vec<Motion>> {
        let session = Session::of(ctx);
        let motions = session.engine().motions_of(&session.actor(), self.0.id).await?;
        Ok(motions.into_iter().map(Motion).collect())
    }

    /// Who is excluded from it, and who was; for the committee and the office, empty for everybody else (R16).
    async fn recusals(&self, ctx: &Context<'_>) -> Result<Vec<Recusal>> {
        let session = Session::of(ctx);
        let recusals = session.engine().recusals_of(&session.actor(), self.0.id).await?;
        Ok(recusals.into_iter().map(Recusal).collect())
    }

    /// The members of the committee who act for the applicant and of whom nothing is recorded; for case officers. No ballot opens before they
    /// have recorded it (R16).
    async fn proposed_recusals(&self, ctx: &Context<'_>) -> Result<Vec<Person>> {
        let session = Session::of(ctx);
        let proposed = session.engine().proposed_recusals(&session.actor(), self.0.id).await?;
        let persons = session.engine().persons(&proposed).await?;
        Ok(persons.into_iter().map(Person).collect())
    }

    /// What the administration proposes for it: for case officers and the auditor, and for the committee once it was put as a motion.
    async fn proposal(&self, ctx: &Context<'_>) -> Nullable<Proposal> {
        Proposal::of(&Session::of(ctx), self.0.id).await
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<ApplicationAction>> {
        let session = Session::of(ctx);
        let actions = session.engine().application_actions(&session.actor(), &self.0).await?;
        Ok(actions.into_iter().map(Into::into).collect())
    }
}

impl Loaded for Application {
    type Id = ApplicationId;

    async fn load(session: &Session, id: ApplicationId) -> Result<Option<Self>> {
        Ok(session.application(id).await?.map(Self))
    }
}

/// A request for changes (Nachforderung, R14): it opens some fields of a submitted application until a day.
#[derive(SimpleObject)]
pub struct ChangeRequest {
    /// The fields that are open, in the form's order.
    fields: Vec<ApplicationField>,
    /// Until when, to the end of that day in Europe/Berlin. A later answer is still read.
    due: Date,
    /// What is wished.
    remark: String,
}

/// A decision of a person, with the reason.
#[derive(Description)]
pub struct RecordedDecision(Recorded);

#[Object(use_type_description)]
impl RecordedDecision {
    /// Who decided; null for whoever may not see names.
    async fn by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.by, Permission::ReadRemarks).await
    }

    /// When, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
}

/// An application as it was submitted at one time (R14).
#[derive(Description)]
pub struct ApplicationVersion(engine::Version);

#[Object(use_type_description)]
impl ApplicationVersion {
    /// Which submission, from 1.
    async fn ordinal(&self) -> i64 {
        self.0.ordinal
    }

    /// What was filled in then.
    async fn form(&self) -> ApplicationForm {
        ApplicationForm(self.0.form.clone())
    }

    /// When it was submitted, in UTC.
    async fn submitted_at(&self) -> DateTime {
        self.0.at.into()
    }

    /// Who submitted it; null for whoever may not see names.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.by, Permission::ReadRemarks).await
    }
}

/// A page of applications.
pub type ApplicationConnection = Connection<Application>;

impl Listed for Application {
    fn key(&self) -> engine::Key {
        engine::Key::Id(self.0.id.0)
    }
}

/// A page of the applications that the person who asks may see.
pub(crate) async fn applications(ctx: &Context<'_>, query: engine::ApplicationQuery, paging: Paging) -> Result<ApplicationConnection> {
    let session = Session::of(ctx);
    let window = paging.window::<Application>(ctx, "applications")?;
    let actor = session.actor();
    let counted = ctx.look_ahead().field("totalCount").exists();
    let total = if counted { Some(session.engine().count_applications(&actor, &query).await?) } else { None };
    let page = session.engine().applications(&actor, &query, &window).await?;
    Ok(Connection::new("applications", page, Application, total))
}

/// Which applications are asked for; what is left out asks for all.
#[derive(Debug, InputObject)]
pub struct ApplicationFilter {
    /// Those of that round.
    round_id: Option<ID>,
    /// Those in one of these states.
    states: Option<Vec<ApplicationState>>,
    /// Those of that applicant.
    applicant_id: Option<ID>,
}

/// Questions about applications.
#[derive(Default)]
pub struct ApplicationQueries;

#[Object]
impl ApplicationQueries {
    /// The application with that id; null if there is none, or none that the person who asks may see.
    async fn application(&self, ctx: &Context<'_>, #[graphql(desc = "The application's id.")] id: ID) -> Nullable<Application> {
        let found = async { Application::load(&Session::of(ctx), read_id(&id, "id")?).await };
        found.await.transpose()
    }

    /// The application with that number; null if there is none, or none that the person who asks may see.
    async fn application_by_number(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number that people see: `SP-2020-017`.")] number: String,
    ) -> Nullable<Application> {
        let session = Session::of(ctx);
        let found = session.engine().application_by_number(&session.actor(), &number).await;
        found.map(|found| found.map(Application)).map_err(Into::into).transpose()
    }

    /// The applications that the person who asks may see, in the order in which they were begun: an applicant's people their own, with
    /// drafts; the committee, finance and the auditor all that were submitted; case officers all.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn applications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them; left out: all.")] filter: Option<ApplicationFilter>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<ApplicationConnection> {
        let found = async {
            let query = match &filter {
                None => engine::ApplicationQuery::default(),
                Some(filter) => engine::ApplicationQuery {
                    own: false,
                    round: read_optional_id(filter.round_id.as_ref(), "filter.roundId")?,
                    states: filter.states.iter().flatten().map(|state| state.name()).collect(),
                    applicant: read_optional_id(filter.applicant_id.as_ref(), "filter.applicantId")?,
                    ..engine::ApplicationQuery::default()
                },
            };
            applications(ctx, query, Paging { first, after, last, before }).await
        };
        Some(found.await)
    }
}
