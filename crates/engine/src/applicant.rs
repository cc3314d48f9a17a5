//! Applicants and the accounts that they name.

use domain::applicant::{Applicant, ApplicantAction, BankAccount, BankAccountAction, Correction, NewApplicant};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Scope, Scoped as _};
use domain::ids::{ApplicantId, BankAccountId};
use domain::membership::{Level, Membership};
use domain::outbox::Notice;
use futures_util::FutureExt as _;

use crate::work::{Call, found};
use crate::{Engine, Error, Result, visible};

impl Engine {
    /// Registers an applicant; whoever does acts for it.
    pub async fn register_applicant(&self, call: &Call, new: NewApplicant) -> Result<ApplicantId> {
        self.run(call, "registerApplicant", new, |work, new| {
            async move {
                work.require(Permission::RegisterApplicant, Scope::everyone())?;
                let applicant = Applicant::register(work.id(), &new, work.engine.fund(), work.now)?;
                store::applicant::insert(&work.tx, &applicant).await?;
                let membership = Membership::begin(work.id(), work.person()?, applicant.id, Level::Owner, work.now);
                store::membership::insert(&work.tx, &membership).await?;
                let subject = Subject::new(SubjectKind::Applicant, applicant.id, applicant.version);
                work.record(Happening { kind: "applicant-registered", subject, details: serde_json::json!({}) }, Vec::new());
                Ok(applicant.id)
            }
            .boxed()
        })
        .await
    }

    /// Corrects what an applicant says of itself. With another version stored than the expected one, somebody else was faster.
    pub async fn correct_applicant(
        &self,
        call: &Call,
        applicant: ApplicantId,
        expected_version: Option<i64>,
        correction: Correction,
    ) -> Result<ApplicantId> {
        self.run(call, "correctApplicant", (applicant, expected_version, correction), |work, (applicant, expected, correction)| {
            async move {
                let applicant = found(store::applicant::lock(&work.tx, applicant).await?)?;
                work.authorise(&applicant, ApplicantAction::Correct)?;
                if expected.is_some_and(|version| version != applicant.version) {
                    return Err(Error::Conflict);
                }
                let applicant = applicant.correct(&correction, work.today())?;
                store::applicant::save(&work.tx, &applicant).await?;
                let subject = Subject::new(SubjectKind::Applicant, applicant.id, applicant.version + 1);
                work.record(Happening { kind: "applicant-corrected", subject, details: serde_json::json!({}) }, Vec::new());
                Ok(applicant.id)
            }
            .boxed()
        })
        .await
    }

    /// Requires from now on that two people submit an applicant's applications, or no longer. All its people are told, so that nobody
    /// shakes off the second pair of eyes unnoticed.
    pub async fn require_joint_representation(&self, call: &Call, applicant: ApplicantId, required: bool) -> Result<ApplicantId> {
        self.run(call, "requireJointRepresentation", (applicant, required), |work, (applicant, required)| {
            async move {
                let applicant = found(store::applicant::lock(&work.tx, applicant).await?)?;
                work.authorise(&applicant, ApplicantAction::RequireJointRepresentation)?;
                if applicant.joint_representation == required {
                    return Ok(applicant.id);
                }
                let members = store::membership::of_applicant(&work.tx, applicant.id).await?;
                let signatories = members.iter().filter(|membership| membership.level.may_submit()).count();
                let applicant = applicant.require_joint_representation(required, signatories)?;
                store::applicant::save(&work.tx, &applicant).await?;
                let version = applicant.version + 1;
                let subject = Subject::new(SubjectKind::Applicant, applicant.id, version);
                let details = serde_json::json!({ "required": required });
                work.record(Happening { kind: "joint-representation-changed", subject, details }, Vec::new());
                let people = members.iter().map(|membership| membership.person).collect();
                let notice = Notice::JointRepresentationChanged { applicant: applicant.name, required };
                work.tell(people, &format!("{}:{version}", applicant.id), &notice);
                Ok(applicant.id)
            }
            .boxed()
        })
        .await
    }

    /// An applicant that the actor may see.
    pub async fn applicant(&self, actor: &Actor, id: ApplicantId) -> Result<Option<Applicant>> {
        Ok(visible(actor, store::applicant::find(self.database.reader(), id).await?))
    }

    /// Those of the applicants that the actor may see.
    pub async fn applicants(&self, actor: &Actor, ids: &[ApplicantId]) -> Result<Vec<Applicant>> {
        let found = store::applicant::find_many(self.database.reader(), ids).await?;
        Ok(found.into_iter().filter_map(|applicant| visible(actor, Some(applicant))).collect())
    }

    /// Names a bank account for an applicant's payouts. Everybody who acts for the applicant is told, so that a swap is noticed.
    pub async fn name_bank_account(&self, call: &Call, applicant: ApplicantId, iban: String, holder: String) -> Result<BankAccountId> {
        self.run(call, "nameBankAccount", (applicant, iban, holder), |work, (applicant, iban, holder)| {
            async move {
                let applicant = found(store::applicant::find(&work.tx, applicant).await?)?;
                work.authorise(&applicant, ApplicantAction::NameBankAccount)?;
                let account = BankAccount::name(work.id(), applicant.id, &iban, &holder, work.person()?, work.now)?;
                store::applicant::insert_account(&work.tx, &account).await?;
                let subject = Subject::new(SubjectKind::BankAccount, account.id, account.version);
                let details = serde_json::json!({ "applicant": applicant.id });
                work.record(Happening { kind: "bank-account-named", subject, details }, Vec::new());
                let people = store::identity::persons_of_applicant(&work.tx, applicant.id).await?;
                let notice = Notice::BankAccountNamed { applicant: applicant.name, shortened_iban: account.shortened_iban() };
                work.tell(people, &account.id.to_string(), &notice);
                Ok(account.id)
            }
            .boxed()
        })
        .await
    }

    /// Confirms an account; another person than who named it (R37).
    pub async fn confirm_bank_account(&self, call: &Call, id: BankAccountId) -> Result<BankAccountId> {
        self.run(call, "confirmBankAccount", id, |work, id| {
            async move {
                let account = found(store::applicant::lock_account(&work.tx, id).await?)?;
                work.authorise(&account, BankAccountAction::Confirm)?;
                let account = account.confirm(work.person()?, work.now)?;
                store::applicant::save_account(&work.tx, &account).await?;
                let subject = Subject::new(SubjectKind::BankAccount, account.id, account.version + 1);
                work.record(Happening { kind: "bank-account-confirmed", subject, details: serde_json::json!({}) }, Vec::new());
                Ok(account.id)
            }
            .boxed()
        })
        .await
    }

    /// A bank account that the actor may see.
    pub async fn bank_account(&self, actor: &Actor, id: BankAccountId) -> Result<Option<BankAccount>> {
        Ok(visible(actor, store::applicant::find_account(self.database.reader(), id).await?))
    }

    /// An applicant's bank accounts, the latest last; none for whoever may not see them.
    pub async fn bank_accounts(&self, actor: &Actor, applicant: &Applicant) -> Result<Vec<BankAccount>> {
        if !actor.may(Permission::ReadBankAccounts, applicant.scope()) {
            return Ok(Vec::new());
        }
        Ok(store::applicant::accounts_of(self.database.reader(), applicant.id).await?)
    }
}
