//! Applicants and the accounts that they name.

use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};
use domain::identity::{Permission, Scoped as _, available_actions};
use domain::ids::{ApplicantId, BankAccountId};

use crate::error::{Nullable, Result};
use crate::fund::Language;
use crate::identity::Person;
use crate::membership::{Invitation, Membership};
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::{Date, DateTime, Raw};
use crate::session::Session;

/// The kinds of applicant (R1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::applicant::ApplicantKind")]
pub enum ApplicantKind {
    /// A natural person.
    NaturalPerson,
    /// A legal person that is not an association.
    LegalPerson,
    /// A non-profit association.
    NonProfitAssociation,
    /// A public institution.
    PublicInstitution,
}

/// What can be done with an applicant. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::applicant::ApplicantAction")]
pub enum ApplicantAction {
    /// `startApplication`: begin an application.
    StartApplication,
    /// `nameBankAccount`: name an account for its payouts.
    NameBankAccount,
    /// `correctApplicant`: correct what it said of itself.
    #[graphql(name = "CORRECT_APPLICANT")]
    Correct,
    /// `requireJointRepresentation`: require that two people submit, or no longer.
    RequireJointRepresentation,
    /// `inviteMember`: invite somebody to act for it.
    InviteMember,
    /// `appointOwner`: appoint an owner where the owner is gone.
    AppointOwner,
}

/// What can be done with a bank account. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::applicant::BankAccountAction")]
pub enum BankAccountAction {
    /// `confirmBankAccount`: confirm that it is the applicant's.
    #[graphql(name = "CONFIRM_BANK_ACCOUNT")]
    Confirm,
}

/// Who applies (Antragsteller*in): an association, another legal person, a public institution, or a natural person.
#[derive(Description)]
pub struct Applicant(pub(crate) domain::applicant::Applicant);

#[Object(use_type_description)]
impl Applicant {
    /// The applicant's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Which kind it is (R1).
    async fn kind(&self) -> ApplicantKind {
        self.0.kind.into()
    }

    /// Its full name, as in the register.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its postal address: street, postcode and town on lines of their own.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// Counts the changes. `correctApplicant` takes it, so that nobody overwrites what somebody else corrected in between.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// Where it is registered; null if it is not, or has not said so.
    async fn register(&self) -> Option<Register> {
        let register = self.0.details.register.as_ref()?;
        Some(Register { number: register.number.clone(), court: register.court.clone() })
    }

    /// The day of the tax office's certificate that it is a non-profit organisation; null if it has not said so.
    async fn non_profit_since(&self) -> Option<Date> {
        self.0.details.non_profit_since.map(Date)
    }

    /// What it is written to in.
    async fn language(&self) -> Language {
        self.0.details.language.into()
    }

    /// Whom to talk to; null if it has not said so, and for everybody but its own people, case officers and administrators.
    async fn contact(&self, ctx: &Context<'_>) -> Option<ContactPerson> {
        let contact = self.0.details.contact.as_ref()?;
        let shown = Session::of(ctx).actor().may(Permission::ReadMembers, self.0.scope());
        shown.then(|| ContactPerson { name: contact.name.clone(), email: contact.email.clone(), phone: contact.phone.clone() })
    }

    /// Whether two of its people have to submit an application: one submits, another confirms.
    async fn joint_representation(&self) -> bool {
        self.0.joint_representation
    }

    /// Everybody who acts for it, the longest first; empty for everybody but its own people, case officers, auditors and administrators.
    #[graphql(complexity = "5 + child_complexity")]
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<Membership>> {
        let session = Session::of(ctx);
        let members = session.engine().members(&session.actor(), &self.0).await?;
        Ok(members.into_iter().map(Membership).collect())
    }

    /// Its invitations that were not answered, the earliest first; empty for everybody but its owners, case officers and administrators.
    #[graphql(complexity = "5 + child_complexity")]
    async fn invitations(&self, ctx: &Context<'_>) -> Result<Vec<Invitation>> {
        let session = Session::of(ctx);
        let invitations = session.engine().invitations(&session.actor(), &self.0).await?;
        Ok(invitations.into_iter().map(|case| Invitation::new(case, self.0.clone())).collect())
    }

    /// When it was registered here, in UTC.
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }

    /// The accounts that it named for its payouts, the latest last. Empty for whoever may not see them.
    async fn bank_accounts(&self, ctx: &Context<'_>) -> Result<Vec<BankAccount>> {
        let session = Session::of(ctx);
        let accounts = session.engine().bank_accounts(&session.actor(), &self.0).await?;
        Ok(accounts.into_iter().map(BankAccount).collect())
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<ApplicantAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Applicant {
    type Id = ApplicantId;

    async fn load(session: &Session, id: ApplicantId) -> Result<Option<Self>> {
        Ok(session.applicant(id).await?.map(Self))
    }
}

/// An entry in a register of associations or companies.
#[derive(Debug, SimpleObject)]
pub struct Register {
    /// Its number, such as `VR 1234 KI`.
    number: String,
    /// The court that keeps it.
    court: String,
}

/// Somebody to talk to.
#[derive(Debug, SimpleObject)]
pub struct ContactPerson {
    /// Their name.
    name: String,
    /// Their e-mail address; null if they gave none.
    email: Option<String>,
    /// Their telephone number; null if they gave none.
    phone: Option<String>,
}

/// An account that an applicant named for its payouts. It is never changed: another account is named anew and confirmed anew (R37).
#[derive(Description)]
pub struct BankAccount(pub(crate) domain::applicant::BankAccount);

#[Object(use_type_description)]
impl BankAccount {
    /// The account's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.id)
    }

    /// Whose account it is.
    async fn applicant(&self, ctx: &Context<'_>) -> Nullable<Applicant> {
        Session::of(ctx).applicant(self.0.applicant).await.map(|found| found.map(Applicant)).transpose()
    }

    /// The whole IBAN, for the applicant's owners, case officers and finance; null for everybody else (R38).
    async fn iban(&self, ctx: &Context<'_>) -> Option<String> {
        let shown = Session::of(ctx).actor().may(Permission::ReadIban, self.0.scope());
        shown.then(|| self.0.iban.to_string().replace(' ', ""))
    }

    /// The IBAN's first and last four characters: `DE02 … 2051`.
    async fn shortened_iban(&self) -> String {
        self.0.shortened_iban()
    }

    /// The account holder's name.
    async fn holder(&self) -> &str {
        &self.0.holder
    }

    /// Who named it; null for whoever may not see names.
    async fn named_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.named_by, Permission::ReadRemarks).await
    }

    /// When it was named, in UTC.
    async fn named_at(&self) -> DateTime {
        self.0.named_at.into()
    }

    /// Who of the city confirmed it; another person than who named it (R37). Null while it is not confirmed.
    async fn confirmed_by(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.confirmed?.0, Permission::ReadRemarks).await
    }

    /// When it was confirmed, in UTC. Null while it is not: then nothing is paid to it (R37).
    async fn confirmed_at(&self) -> Option<DateTime> {
        self.0.confirmed.map(|(_, at)| at.into())
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<BankAccountAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for BankAccount {
    type Id = BankAccountId;

    async fn load(session: &Session, id: BankAccountId) -> Result<Option<Self>> {
        Ok(session.engine().bank_account(&session.actor(), id).await?.map(Self))
    }
}

input! {
    /// An applicant to register.
    RegisterApplicantInput {
        /// Which kind it is (R1).
        kind: ApplicantKind,
        /// Its full name, as in the register; one line of at most 200 characters.
        name: String,
        /// Its postal address: street, postcode and town on lines of their own.
        address: String,
    }
}

payload! {
    /// The answer to `registerApplicant`.
    RegisterApplicantPayload {
        /// The new applicant; null if it was refused.
        applicant: Applicant
    }
}

input! {
    /// All that an applicant says of itself, said anew: what is left out is no longer said.
    CorrectApplicantInput {
        /// Which applicant.
        applicant_id: ID,
        /// The version that the person saw; with another one stored, somebody else was faster and the answer is `CONFLICT`. Left out:
        /// whatever is stored is replaced.
        expected_version: Option<i64>,
        /// Its full name, as in the register; one line of at most 200 characters.
        name: String,
        /// Its postal address: street, postcode and town on lines of their own.
        address: String,
        /// Its number in the register; together with the court.
        register_number: Option<String>,
        /// The court that keeps the register; together with the number.
        register_court: Option<String>,
        /// The day of the tax office's certificate that it is a non-profit organisation.
        non_profit_since: Option<Raw<Date>>,
        /// What it is written to in.
        language: Language,
        /// The name of whom to talk to.
        contact_name: Option<String>,
        /// Their e-mail address.
        contact_email: Option<String>,
        /// Their telephone number.
        contact_phone: Option<String>,
    }
}

payload! {
    /// The answer to `correctApplicant`.
    CorrectApplicantPayload {
        /// The applicant as it is now; null if it was refused.
        applicant: Applicant
    }
}

input! {
    /// Whether two people have to submit.
    RequireJointRepresentationInput {
        /// Whose people.
        applicant_id: ID,
        /// Whether two have to, from now on.
        required: bool,
    }
}

payload! {
    /// The answer to `requireJointRepresentation`.
    RequireJointRepresentationPayload {
        /// The applicant as it is now; null if it was refused.
        applicant: Applicant
    }
}

input! {
    /// A bank account to name.
    NameBankAccountInput {
        /// Whose account it is.
        applicant_id: ID,
        /// The IBAN, with or without blanks (R38).
        iban: String,
        /// The account holder's name, at most 70 characters that SEPA can carry (R38).
        holder: String,
    }
}

payload! {
    /// The answer to `nameBankAccount`.
    NameBankAccountPayload {
        /// The new account; null if it was refused.
        bank_account: BankAccount
    }
}

input! {
    /// A bank account to confirm.
    ConfirmBankAccountInput {
        /// Which account.
        bank_account_id: ID,
    }
}

payload! {
    /// The answer to `confirmBankAccount`.
    ConfirmBankAccountPayload {
        /// The account; null if it was refused.
        bank_account: BankAccount
    }
}

/// Questions about applicants.
#[derive(Default)]
pub struct ApplicantQueries;

#[Object]
impl ApplicantQueries {
    /// The applicant with that id; null if there is none, or none that the person who asks may see.
    async fn applicant(&self, ctx: &Context<'_>, #[graphql(desc = "The applicant's id.")] id: ID) -> Nullable<Applicant> {
        let found = async { Applicant::load(&Session::of(ctx), read_id(&id, "id")?).await };
        found.await.transpose()
    }
}

/// What is done with applicants.
#[derive(Default)]
pub struct ApplicantMutations;

#[Object]
impl ApplicantMutations {
    /// Registers an applicant (R1). Whoever does acts for it from then on.
    async fn register_applicant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The applicant.")] input: RegisterApplicantInput,
    ) -> Nullable<RegisterApplicantPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let new = domain::applicant::NewApplicant { kind: input.kind.into(), name: input.name, address: input.address };
            let id = session.engine().register_applicant(&session.call(input.idempotency_key), new).await?;
            session.refresh().await?;
            Ok(id)
        };
        session.answer(outcome).await
    }

    /// Corrects what an applicant says of itself, by its owners or a case officer.
    async fn correct_applicant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is right.")] input: CorrectApplicantInput,
    ) -> Nullable<CorrectApplicantPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let applicant = read_id(&input.applicant_id, "applicantId")?;
            let correction = domain::applicant::Correction {
                name: input.name,
                address: input.address,
                register_number: input.register_number,
                register_court: input.register_court,
                non_profit_since: input.non_profit_since.map(|day| day.read("nonProfitSince")).transpose()?,
                language: input.language.into(),
                contact_name: input.contact_name,
                contact_email: input.contact_email,
                contact_phone: input.contact_phone,
            };
            let call = session.call(input.idempotency_key);
            Ok(session.engine().correct_applicant(&call, applicant, input.expected_version, correction).await?)
        };
        session.answer(outcome).await
    }

    /// Requires from now on that two people submit an applicant's applications, or no longer, by its owners. All its people are told.
    async fn require_joint_representation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose people, and whether.")] input: RequireJointRepresentationInput,
    ) -> Nullable<RequireJointRepresentationPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let applicant = read_id(&input.applicant_id, "applicantId")?;
            let call = session.call(input.idempotency_key);
            Ok(session.engine().require_joint_representation(&call, applicant, input.required).await?)
        };
        session.answer(outcome).await
    }

    /// Names a bank account for an applicant's payouts (R38). Everybody who acts for the applicant is told; nothing is paid to it before
    /// somebody else confirmed it (R37).
    async fn name_bank_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account.")] input: NameBankAccountInput,
    ) -> Nullable<NameBankAccountPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let applicant = read_id(&input.applicant_id, "applicantId")?;
            let call = session.call(input.idempotency_key);
            Ok(session.engine().name_bank_account(&call, applicant, input.iban, input.holder).await?)
        };
        session.answer(outcome).await
    }

    /// Confirms a bank account, by a case officer or finance officer who did not name it (R37).
    async fn confirm_bank_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] input: ConfirmBankAccountInput,
    ) -> Nullable<ConfirmBankAccountPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let account = read_id(&input.bank_account_id, "bankAccountId")?;
            Ok(session.engine().confirm_bank_account(&session.call(input.idempotency_key), account).await?)
        };
        session.answer(outcome).await
    }
}
