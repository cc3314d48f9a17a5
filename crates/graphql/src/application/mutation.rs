//! What is done with applications, from the first draft to the check's end.

use async_graphql::{Context, ID, Object};

use crate::application::Application;
use crate::application::form::{ApplicationField, ApplicationFormInput};
use crate::error::Nullable;
use crate::mutation::{input, payload};
use crate::node::read_id;
use crate::scalar::{Date, Raw};
use crate::session::Session;

input! {
    /// An application to begin.
    StartApplicationInput {
        /// The round that it is made to.
        round_id: ID,
        /// Who applies; the person who asks acts for it.
        applicant_id: ID,
    }
}

input! {
    /// A draft to save.
    SaveDraftInput {
        /// Which application.
        application_id: ID,
        /// The version that the person saw; with another one stored, somebody else saved in between and the answer is `CONFLICT`. Left
        /// out: whatever is stored is replaced.
        expected_version: Option<i64>,
        /// All that is filled in so far, complete or not (R13).
        form: ApplicationFormInput,
    }
}

input! {
    /// An application to submit.
    SubmitApplicationInput {
        /// Which application.
        application_id: ID,
    }
}

input! {
    /// A submission to confirm.
    ConfirmSubmissionInput {
        /// Which application.
        application_id: ID,
    }
}

payload! {
    /// The answer to `confirmSubmission`.
    ConfirmSubmissionPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

input! {
    /// An application to withdraw.
    WithdrawApplicationInput {
        /// Which application.
        application_id: ID,
    }
}

input! {
    /// A request for changes.
    RequestChangesInput {
        /// Which application.
        application_id: ID,
        /// The fields to open, at least one (R14).
        fields: Vec<ApplicationField>,
        /// Until when, to the end of that day in Europe/Berlin; a day that lies ahead.
        due: Raw<Date>,
        /// What is wished; the applicant reads it.
        remark: String,
    }
}

input! {
    /// An application to admit.
    AdmitApplicationInput {
        /// Which application.
        application_id: ID,
    }
}

input! {
    /// An application to refuse.
    RefuseApplicationInput {
        /// Which application.
        application_id: ID,
        /// Why; the applicant reads it.
        reason: String,
    }
}

input! {
    /// A late submission to permit.
    PermitLateSubmissionInput {
        /// Which application.
        application_id: ID,
        /// Why; it goes into the record.
        reason: String,
    }
}

input! {
    /// An early start to consent to.
    ConsentToEarlyStartInput {
        /// Which application.
        application_id: ID,
        /// Why; it goes into the record.
        reason: String,
    }
}

payload! {
    /// The answer to `startApplication`.
    StartApplicationPayload {
        /// The new application; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `saveDraft`.
    SaveDraftPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `submitApplication`.
    SubmitApplicationPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `withdrawApplication`.
    WithdrawApplicationPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `requestChanges`.
    RequestChangesPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `admitApplication`.
    AdmitApplicationPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `refuseApplication`.
    RefuseApplicationPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `permitLateSubmission`.
    PermitLateSubmissionPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

payload! {
    /// The answer to `consentToEarlyStart`.
    ConsentToEarlyStartPayload {
        /// The application as it is now; null if it was refused.
        application: Application
    }
}

/// What is done with applications.
#[derive(Default)]
pub struct ApplicationMutations;

#[Object]
impl ApplicationMutations {
    /// Begins an application to a round: an empty draft (R13), by somebody who acts for the applicant.
    async fn start_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The round and who applies.")] input: StartApplicationInput,
    ) -> Nullable<StartApplicationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::StartApplication {
                round: read_id(&input.round_id, "roundId")?,
                applicant: read_id(&input.applicant_id, "applicantId")?,
            };
            Ok(session.engine().start_application(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Saves what is filled in, complete or not (R13). Where changes were requested, only the fields named there may differ (R14).
    async fn save_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is filled in.")] input: SaveDraftInput,
    ) -> Nullable<SaveDraftPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::SaveDraft {
                application: read_id(&input.application_id, "applicationId")?,
                expected_version: input.expected_version,
                form: input.form.read()?,
            };
            Ok(session.engine().save_draft(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Submits an application, for the first time or with the requested changes: gives it its number and freezes it (R14). Every violation of
    /// R2 to R12 is reported at once (R13). The applicant is told that it was received. Where the applicant is represented jointly, it waits
    /// for `confirmSubmission` by another person.
    async fn submit_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which application.")] input: SubmitApplicationInput,
    ) -> Nullable<SubmitApplicationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            Ok(session.engine().submit_application(&session.call(input.idempotency_key), application).await?)
        };
        session.answer(outcome).await
    }

    /// Confirms, as the second of two people who represent the applicant jointly, what the first submitted. Only now it is received and has
    /// its number, and the deadline is held to this instant (R3).
    async fn confirm_submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which application.")] input: ConfirmSubmissionInput,
    ) -> Nullable<ConfirmSubmissionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            Ok(session.engine().confirm_submission(&session.call(input.idempotency_key), application).await?)
        };
        session.answer(outcome).await
    }

    /// Withdraws an application, by an owner of the applicant, until the decision (R15). A place on the waiting list goes with it.
    async fn withdraw_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which application.")] input: WithdrawApplicationInput,
    ) -> Nullable<WithdrawApplicationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            Ok(session.engine().withdraw_application(&session.call(input.idempotency_key), application).await?)
        };
        session.answer(outcome).await
    }

    /// Asks the applicant for changes: opens the named fields until a day (R14), by a case officer. The applicant is told.
    async fn request_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: RequestChangesInput,
    ) -> Nullable<RequestChangesPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::RequestChanges {
                application: read_id(&input.application_id, "applicationId")?,
                fields: input.fields.into_iter().map(Into::into).collect(),
                due: input.due.read("due")?,
                remark: input.remark,
            };
            Ok(session.engine().request_changes(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Admits a submitted application to the decision, by a case officer who checked it. The applicant is told.
    async fn admit_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which application.")] input: AdmitApplicationInput,
    ) -> Nullable<AdmitApplicationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            Ok(session.engine().admit_application(&session.call(input.idempotency_key), application).await?)
        };
        session.answer(outcome).await
    }

    /// Refuses an application on formal grounds, by a case officer. The applicant is told, with the reason.
    async fn refuse_application(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which application, and why.")] input: RefuseApplicationInput,
    ) -> Nullable<RefuseApplicationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            Ok(session.engine().refuse_application(&session.call(input.idempotency_key), application, input.reason).await?)
        };
        session.answer(outcome).await
    }

    /// Lets a draft be submitted after the round's deadline, by a case officer with a recorded reason (R3).
    async fn permit_late_submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which application, and why.")] input: PermitLateSubmissionInput,
    ) -> Nullable<PermitLateSubmissionPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            Ok(session.engine().permit_late_submission(&session.call(input.idempotency_key), application, input.reason).await?)
        };
        session.answer(outcome).await
    }

    /// Consents to a start before the award letter, by a case officer (R12). It gives no claim to money.
    async fn consent_to_early_start(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which application, and why.")] input: ConsentToEarlyStartInput,
    ) -> Nullable<ConsentToEarlyStartPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let application = read_id(&input.application_id, "applicationId")?;
            Ok(session.engine().consent_to_early_start(&session.call(input.idempotency_key), application, input.reason).await?)
        };
        session.answer(outcome).await
    }
}
