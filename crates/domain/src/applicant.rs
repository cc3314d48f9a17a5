//! Who applies: an association, another legal person, a public institution, or a natural person (R1).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::fund::Fund;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicantId, BankAccountId, PersonId};
use crate::problem::{Problem, Refusal, Violation};
use crate::text;

pub mod details;

pub use details::{Contact, Correction, Details, Register};

/// The kinds of R1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// Who applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// Its id.
    pub id: ApplicantId,
    /// Counts the changes; a save that finds another version is a conflict.
    pub version: i64,
    /// Which kind of R1 it is.
    pub kind: ApplicantKind,
    /// Its full name, as in the register.
    pub name: String,
    /// Postal address: street, postcode and town on lines of their own.
    pub address: String,
    /// What else it said of itself.
    pub details: Details,
    /// Whether two of its people have to submit an application (joint representation).
    pub joint_representation: bool,
    /// When it was registered here.
    pub registered_at: DateTime<Utc>,
}

/// What an applicant is registered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewApplicant {
    /// Which kind of R1.
    pub kind: ApplicantKind,
    /// Full name.
    pub name: String,
    /// Postal address.
    pub address: String,
}

impl Applicant {
    /// A new applicant, if its kind may apply (R1) and its name and address can be printed.
    pub fn register(id: ApplicantId, new: &NewApplicant, fund: &Fund, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if !fund.application.applicant_kinds.contains(&new.kind) {
            violations.push(Problem::ApplicantKindNotAdmitted.at("kind"));
        }
        let mut keep = |result: Result<String, Violation>| {
            result.unwrap_or_else(|violation| {
                violations.push(violation);
                String::new()
            })
        };
        let name = keep(text::required_line("name", &new.name));
        let address = keep(text::required_paragraphs("address", &new.address));
        Refusal::unless_empty(violations)?;
        Ok(Self {
            id,
            version: 1,
            kind: new.kind,
            name,
            address,
            details: Details::default(),
            joint_representation: false,
            registered_at: now,
        })
    }

    /// Requires from now on that two people submit, or no longer. `signatories` is how many people could.
    pub fn require_joint_representation(self, required: bool, signatories: usize) -> Result<Self, Refusal> {
        if required && signatories < 2 {
            return Err(Refusal::one("required", Problem::TooFewSignatories));
        }
        Ok(Self { joint_representation: required, ..self })
    }
}

/// What can be done with an applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ApplicantAction {
    /// Begin an application.
    StartApplication,
    /// Name a bank account.
    NameBankAccount,
    /// Correct what it said of itself.
    Correct,
    /// Require that two people submit, or no longer.
    RequireJointRepresentation,
    /// Invite somebody to act for it.
    InviteMember,
    /// Appoint an owner where the owner is gone.
    AppointOwner,
}

impl Action for ApplicantAction {
    const ALL: &'static [Self] = &[
        Self::StartApplication,
        Self::NameBankAccount,
        Self::Correct,
        Self::RequireJointRepresentation,
        Self::InviteMember,
        Self::AppointOwner,
    ];

    fn permission(self) -> Permission {
        match self {
            Self::StartApplication => Permission::StartApplication,
            Self::NameBankAccount => Permission::NameBankAccount,
            Self::Correct => Permission::CorrectApplicant,
            Self::RequireJointRepresentation => Permission::RequireJointRepresentation,
            Self::InviteMember => Permission::ManageMembers,
            Self::AppointOwner => Permission::AppointOwner,
        }
    }
}

impl Scoped for Applicant {
    const READ: Permission = Permission::ReadApplicant;

    fn scope(&self) -> Scope {
        Scope::of(self.id)
    }
}

impl Guarded for Applicant {
    type Action = ApplicantAction;

    fn permits(&self, _: ApplicantAction, _: &Actor) -> Result<(), Problem> {
        Ok(())
    }
}

/// An account that an applicant named for its payouts. Never changed: another account is another record, confirmed anew (R37).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// Its id.
    pub id: BankAccountId,
    /// Counts the changes.
    pub version: i64,
    /// Whose account it is.
    pub applicant: ApplicantId,
    /// The IBAN, checked (R38, ISO 13616).
    pub iban: iban::Iban,
    /// The account holder's name, at most 70 characters that SEPA can carry.
    pub holder: String,
    /// Who named it.
    pub named_by: PersonId,
    /// When.
    pub named_at: DateTime<Utc>,
    /// Who of the city confirmed it, and when.
    pub confirmed: Option<(PersonId, DateTime<Utc>)>,
}

impl BankAccount {
    /// Names an account (R38); it pays nothing until another person confirmed it (R37).
    pub fn name(
        id: BankAccountId,
        applicant: ApplicantId,
        iban: &str,
        holder: &str,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let compact: String = iban.chars().filter(|character| !character.is_whitespace()).collect::<String>().to_uppercase();
        let parsed = compact.parse::<iban::Iban>().ok();
        if parsed.is_none() {
            violations.push(Problem::IbanWrong.at("iban"));
        }
        match text::required_line("holder", holder) {
            Err(violation) => violations.push(violation),
            Ok(holder) if !is_sepa_name(&holder) => {
                violations.push(Problem::NotInSepaCharacters.at("holder"));
            }
            Ok(holder) => {
                if let Some(iban) = parsed {
                    return Ok(Self { id, version: 1, applicant, iban, holder, named_by: by, named_at: now, confirmed: None });
                }
            }
        }
        Err(Refusal(violations))
    }

    /// The first four and the last four characters, for whoever does not need the account: `DE02 … 2051`.
    #[must_use]
    pub fn shortened_iban(&self) -> String {
        use iban::IbanLike as _;
        let iban = self.iban.electronic_str();
        format!("{} … {}", &iban[..4], &iban[iban.len() - 4..])
    }

    /// Confirms the account. Whoever named it can't (R37).
    pub fn confirm(self, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.may_be_confirmed_by(by).map_err(|problem| Refusal::one("bankAccountId", problem))?;
        Ok(Self { confirmed: Some((by, now)), ..self })
    }

    fn may_be_confirmed_by(&self, person: PersonId) -> Result<(), Problem> {
        if self.confirmed.is_some() {
            return Err(Problem::AccountAlreadyConfirmed);
        }
        if self.named_by == person {
            return Err(Problem::AccountNamedBySamePerson);
        }
        Ok(())
    }
}

/// What can be done with a bank account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BankAccountAction {
    /// Confirm that it is the applicant's.
    Confirm,
}

impl Action for BankAccountAction {
    const ALL: &'static [Self] = &[Self::Confirm];

    fn permission(self) -> Permission {
        Permission::ConfirmBankAccount
    }
}

impl Scoped for BankAccount {
    const READ: Permission = Permission::ReadBankAccounts;

    fn scope(&self) -> Scope {
        Scope::of(self.applicant)
    }
}

impl Guarded for BankAccount {
    type Action = BankAccountAction;

    fn permits(&self, _: BankAccountAction, actor: &Actor) -> Result<(), Problem> {
        actor.person.map_or(Ok(()), |person| self.may_be_confirmed_by(person))
    }
}

/// Whether a name fits into a SEPA file: at most 70 characters of the EPC's set, where German letters are transliterated when the file is
/// made (EPC217-08, R38).
fn is_sepa_name(name: &str) -> bool {
    name.chars().count() <= 70
        && name.chars().all(|character| {
            character.is_ascii_alphanumeric()
                || " /-?:().,'+&".contains(character)
                || (character.is_alphabetic() && ('\u{C0}'..='\u{17F}').contains(&character))
        })
}
