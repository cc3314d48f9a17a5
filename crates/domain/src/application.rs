//! The application (Antrag): from the first draft to the committee's decision (R1 to R15).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::award::Signature;
use crate::calendar::day_of;
use crate::fund::Fund;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, ApplicationId, AwardId, BallotId, PersonId, PlaceId, RoundId};
use crate::money::Money;
use crate::problem::{Problem, Refusal};
use crate::round::Round;
use crate::text;

pub mod check;
pub mod form;

pub use form::{CostLine, Field, FinancingLine, Form, Measure, ObjectiveClaim, Participants};

/// An application.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Counts the changes; a save that finds another version is a conflict.
    pub version: i64,
    /// The round that it is made to.
    pub round: RoundId,
    /// Who applies.
    pub applicant: ApplicantId,
    /// The number that people see, `SP-2020-017`; given when it is submitted.
    pub number: Option<String>,
    /// What was filled in, as it is now. Earlier versions are kept apart (R14).
    pub form: Form,
    /// Where it stands.
    pub state: State,
    /// When it was first submitted: the instant that R3 looks at.
    pub received_at: Option<DateTime<Utc>>,
    /// Who submitted it as the first of two, where the applicant is represented jointly; it is received when the second confirms.
    pub signed: Option<Signature>,
    /// That and why it may be submitted late (R3).
    pub late_permit: Option<Recorded>,
    /// That and why the project may begin before the award letter (R12).
    pub early_start: Option<Recorded>,
    /// Who began it.
    pub created_by: PersonId,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

/// A decision of a person, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// Where an application stands. Each state holds its own data and no other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Being filled in.
    Draft,
    /// Submitted: frozen, and waiting for the check (R14).
    Submitted,
    /// Some fields are open for changes (R14).
    ChangesRequested(ChangeRequest),
    /// Checked, and ready for the committee. A deferral leaves it here.
    Admitted,
    /// Refused on formal grounds.
    Refused {
        /// Why.
        reason: String,
    },
    /// Withdrawn by the applicant (R15).
    Withdrawn,
    /// Rejected by the committee.
    Rejected {
        /// The ballot that decided.
        ballot: BallotId,
    },
    /// Carried, but there is no money yet.
    Waiting {
        /// The place on the waiting list.
        place: PlaceId,
    },
    /// Awarded; how it goes on is the award's story.
    Awarded {
        /// The award.
        award: AwardId,
    },
}

/// What an applicant is asked to change (R14).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeRequest {
    /// The fields that are open, in the form's order.
    pub fields: Vec<Field>,
    /// Until when, to the end of that day. A later answer is still read: silence is for the case officer to judge.
    pub due: NaiveDate,
    /// What is wished.
    pub remark: String,
    /// The form as it was submitted: what is compared with (R14).
    pub submitted: Box<Form>,
}

impl State {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::ChangesRequested(_) => "changes-requested",
            Self::Admitted => "admitted",
            Self::Refused { .. } => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Rejected { .. } => "rejected",
            Self::Waiting { .. } => "waiting",
            Self::Awarded { .. } => "awarded",
        }
    }
}

/// What can be done with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ApplicationAction {
    /// Save what was filled in.
    SaveDraft,
    /// Submit it, for the first time or with the changes.
    Submit,
    /// Confirm, as the second of two, that it is submitted.
    ConfirmSubmission,
    /// Withdraw it (R15).
    Withdraw,
    /// Ask for changes (R14).
    RequestChanges,
    /// Admit it to the decision.
    Admit,
    /// Refuse it on formal grounds.
    Refuse,
    /// Let it be submitted after the deadline (R3).
    PermitLateSubmission,
    /// Consent to an early start (R12).
    ConsentToEarlyStart,
    /// Prepare what is proposed to the committee for it, or prepare it anew.
    PrepareProposal,
    /// Put a motion on it (R20).
    ProposeMotion,
    /// Declare a conflict of interest of one's own (R16).
    DeclareRecusal,
    /// Record a member's conflict of interest (R16).
    RecordRecusal,
}

impl Action for ApplicationAction {
    const ALL: &'static [Self] = &[
        Self::SaveDraft,
        Self::Submit,
        Self::ConfirmSubmission,
        Self::Withdraw,
        Self::RequestChanges,
        Self::Admit,
        Self::Refuse,
        Self::PermitLateSubmission,
        Self::ConsentToEarlyStart,
        Self::PrepareProposal,
        Self::ProposeMotion,
        Self::DeclareRecusal,
        Self::RecordRecusal,
    ];

    fn permission(self) -> Permission {
        match self {
            Self::SaveDraft => Permission::SaveDraft,
            Self::Submit | Self::ConfirmSubmission => Permission::SubmitApplication,
            Self::Withdraw => Permission::WithdrawApplication,
            Self::RequestChanges => Permission::RequestChanges,
            Self::Admit => Permission::AdmitApplication,
            Self::Refuse => Permission::RefuseApplication,
            Self::PermitLateSubmission => Permission::PermitLateSubmission,
            Self::ConsentToEarlyStart => Permission::ConsentToEarlyStart,
            Self::PrepareProposal => Permission::PrepareProposal,
            Self::ProposeMotion => Permission::ProposeMotion,
            Self::DeclareRecusal => Permission::DeclareRecusal,
            Self::RecordRecusal => Permission::RecordRecusal,
        }
    }
}

impl Scoped for Application {
    const READ: Permission = Permission::ReadApplication;

    fn scope(&self) -> Scope {
        Scope { private: self.number.is_none(), ..Scope::of(self.applicant).about(self.id) }
    }
}

/// An application with what its guard needs to know of its surroundings.
#[derive(Debug, Clone, PartialEq)]
pub struct ApplicationCase {
    /// The application.
    pub application: Application,
    /// Whether the round's deadline has not passed (R3).
    pub in_time: bool,
    /// Whether a motion on it is not decided (R20).
    pub motion_pending: bool,
}

impl Scoped for ApplicationCase {
    const READ: Permission = Application::READ;

    fn scope(&self) -> Scope {
        self.application.scope()
    }
}

impl Guarded for ApplicationCase {
    type Action = ApplicationAction;

    fn permits(&self, action: ApplicationAction, actor: &Actor) -> Result<(), Problem> {
        use ApplicationAction as A;
        let state = &self.application.state;
        // A draft is nothing that the committee knows of; a conflict of interest lasts longer than the decision.
        if matches!(action, A::DeclareRecusal | A::RecordRecusal) {
            return if self.application.number.is_some() { Ok(()) } else { Err(Problem::wrong_state(state.name(), action)) };
        }
        let allowed = match state {
            State::Draft => {
                matches!(action, A::SaveDraft | A::Submit | A::ConfirmSubmission | A::Withdraw | A::ConsentToEarlyStart)
                    || action == A::PermitLateSubmission && self.application.late_permit.is_none()
            }
            State::Submitted => {
                matches!(action, A::Withdraw | A::RequestChanges | A::Admit | A::Refuse | A::ConsentToEarlyStart | A::PrepareProposal)
            }
            State::ChangesRequested(_) => {
                let applicants = matches!(action, A::SaveDraft | A::Submit | A::ConfirmSubmission | A::Withdraw);
                applicants || matches!(action, A::Refuse | A::ConsentToEarlyStart | A::PrepareProposal)
            }
            State::Admitted => matches!(action, A::Withdraw | A::ConsentToEarlyStart | A::PrepareProposal | A::ProposeMotion),
            // A place on the waiting list is no decision that the applicant could decline yet.
            State::Waiting { .. } => matches!(action, A::Withdraw | A::ConsentToEarlyStart),
            State::Awarded { .. } => action == A::ConsentToEarlyStart,
            State::Refused { .. } | State::Withdrawn | State::Rejected { .. } => false,
        };
        match action {
            _ if !allowed => Err(Problem::wrong_state(state.name(), action)),
            A::Submit if self.application.signed.is_some() => Err(Problem::SubmissionAwaitsConfirmation),
            A::ConfirmSubmission => match &self.application.signed {
                None => Err(Problem::NothingToConfirm),
                Some(first) if actor.person == Some(first.by) => Err(Problem::SecondPersonNeeded),
                Some(_) => Ok(()),
            },
            A::PermitLateSubmission if self.in_time => Err(Problem::NotLate),
            // Once it is the committee's turn, what the office proposes stays what it was.
            A::PrepareProposal | A::ProposeMotion if self.motion_pending => Err(Problem::MotionPending),
            _ => Ok(()),
        }
    }
}

impl Application {
    /// Begins an application to a round: an empty draft.
    #[must_use]
    pub fn start(id: ApplicationId, round: RoundId, applicant: ApplicantId, by: PersonId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            version: 1,
            round,
            applicant,
            number: None,
            form: Form::default(),
            state: State::Draft,
            received_at: None,
            signed: None,
            late_permit: None,
            early_start: None,
            created_by: by,
            created_at: now,
        }
    }

    /// What is asked for, or nothing yet.
    #[must_use]
    pub fn amount_requested(&self) -> Money {
        self.form.amount_requested.unwrap_or_default()
    }

    /// Whether more than the highest rate is asked for, so that only a hardship vote can grant it (R9).
    #[must_use]
    pub fn is_above_rate(&self, amount: Money, fund: &Fund) -> bool {
        !amount.is_within_percent_of(fund.application.highest_rate_percent, self.form.total_cost())
    }

    /// Saves what was filled in, complete or not (R13); what one of two people submitted is a draft again. Where changes were requested, only the named fields may differ (R14).
    pub fn save_draft(self, form: Form) -> Result<Self, Refusal> {
        let form = form.cleaned()?;
        if let State::ChangesRequested(request) = &self.state {
            let closed = form.changed_from(&request.submitted).into_iter().filter(|field| !request.fields.contains(field));
            Refusal::unless_empty(closed.map(|field| Problem::FieldNotOpen.at(field.name())).collect())?;
        }
        Ok(Self { form, signed: None, ..self })
    }

    /// Submits it. `ordinal` is its place in the round's order of submission, and used if it has no number yet.
    /// Every violation of R2 to R12 is reported at once (R13).
    pub fn submit(self, round: &Round, fund: &Fund, ordinal: i64, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut violations = check::check(&self.form, round, fund, self.received_at.unwrap_or(now), self.early_start.is_some());
        let first = self.received_at.is_none();
        if first && !round.is_in_time(now) && self.late_permit.is_none() {
            violations.insert(0, Problem::DeadlineMissed { deadline: round.deadline }.at("round"));
        }
        Refusal::unless_empty(violations)?;
        let number = self.number.clone().unwrap_or_else(|| round.application_number(fund, ordinal));
        Ok(Self { number: Some(number), state: State::Submitted, received_at: self.received_at.or(Some(now)), signed: None, ..self })
    }

    /// Submits it as the first of two people who represent the applicant jointly. Held to the same rules as [`Self::submit`], so that the
    /// second has nothing to mend; it is received, and the deadline of R3 met, only when the second confirms.
    pub fn sign(self, round: &Round, fund: &Fund, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.clone().submit(round, fund, 0, now)?;
        Ok(Self { signed: Some(Signature { by, at: now }), ..self })
    }

    /// Withdraws it (R15).
    #[must_use]
    pub fn withdraw(self) -> Self {
        Self { state: State::Withdrawn, signed: None, ..self }
    }

    /// Asks for changes: opens the named fields until a date (R14).
    pub fn request_changes(self, mut fields: Vec<Field>, due: NaiveDate, remark: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        fields.sort_unstable();
        fields.dedup();
        if fields.is_empty() {
            violations.push(Problem::Missing.at("fields"));
        }
        if due <= day_of(now) {
            violations.push(Problem::DateNotAhead.at("due"));
        }
        let remark = text::required_paragraphs("remark", remark).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        Refusal::unless_empty(violations)?;
        let submitted = Box::new(self.form.clone());
        Ok(Self { state: State::ChangesRequested(ChangeRequest { fields, due, remark, submitted }), ..self })
    }

    /// Admits it to the decision.
    #[must_use]
    pub fn admit(self) -> Self {
        Self { state: State::Admitted, ..self }
    }

    /// Refuses it on formal grounds.
    pub fn refuse(self, reason: &str) -> Result<Self, Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        Ok(Self { state: State::Refused { reason }, ..self })
    }

    /// Lets it be submitted after the deadline (R3). That the deadline has passed is for the guard to see.
    pub fn permit_late_submission(self, by: PersonId, reason: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        Ok(Self { late_permit: Some(Recorded { by, at: now, reason }), ..self })
    }

    /// Consents to a start before the award letter (R12). It gives no claim to money.
    pub fn consent_to_early_start(self, by: PersonId, reason: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        Ok(Self { early_start: Some(Recorded { by, at: now, reason }), ..self })
    }
}
