//! Applicants and the accounts that they name.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, Scoped as _, available_actions};
use domain::ids::{ApplicantId, BankAccountId};

use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::mutation::{Loaded, input, payload};
use crate::node::{id_of, read_id};
use crate::scalar::DateTime;
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

    /// The whole IBAN, for the applicant's own people, case officers and finance; null for everybody else (R38).
    async fn iban(&self, ctx: &Context<'_>) -> Option<String> {
        let actor = Session::of(ctx).actor();
        let shown = actor.acts_for.contains(&self.0.applicant) || actor.may(Permission::ReadIban, self.0.scope());
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
