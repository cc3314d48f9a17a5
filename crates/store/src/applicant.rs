//! Applicants and their bank accounts.

use domain::applicant::{Applicant, BankAccount};
use domain::ids::{ApplicantId, BankAccountId, PersonId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value};

use crate::entity::{applicant, bank_account};
use crate::page::{Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Applicant {
    type Entity = applicant::Entity;
    const KEY: applicant::Column = applicant::Column::Id;
    const VERSION: applicant::Column = applicant::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(applicant::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            kind: set(row::name(&self.kind)?),
            name: set(self.name.clone()),
            address: set(self.address.clone()),
            registered_at: set(self.registered_at),
            details: set(Some(row::json(&self.details)?)),
            joint_representation: set(self.joint_representation),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "applicant", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            kind: origin.name("kind", &row.kind)?,
            name: row.name,
            address: row.address,
            registered_at: row.registered_at,
            details: origin.optional_json("details", row.details)?.unwrap_or_default(),
            joint_representation: row.joint_representation,
        })
    }
}

impl Stored for BankAccount {
    type Entity = bank_account::Entity;
    const KEY: bank_account::Column = bank_account::Column::Id;
    const VERSION: bank_account::Column = bank_account::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(bank_account::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            applicant_id: set(self.applicant.0),
            iban: set(self.iban.to_string().replace(' ', "")),
            holder: set(self.holder.clone()),
            named_by: set(self.named_by.0),
            named_at: set(self.named_at),
            confirmed_by: set(self.confirmed.map(|(by, _)| by.0)),
            confirmed_at: set(self.confirmed.map(|(_, at)| at)),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "bank_account", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            applicant: row.applicant_id.into(),
            // What an IBAN is wrong in, and the IBAN with it, stays out of the error.
            iban: row.iban.parse().map_err(|_| origin.corrupt("iban", "it is none"))?,
            holder: row.holder,
            named_by: row.named_by.into(),
            named_at: row.named_at,
            confirmed: row.confirmed_by.map(PersonId).zip(row.confirmed_at),
        })
    }
}

/// Writes a new applicant.
pub async fn insert(tx: &Tx, applicant: &Applicant) -> Result<()> {
    row::insert(tx, applicant).await
}

/// An applicant.
pub async fn find<C: Connection>(db: &C, id: ApplicantId) -> Result<Option<Applicant>> {
    row::find(db, id.0).await
}

/// Those of the applicants that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[ApplicantId]) -> Result<Vec<Applicant>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// An applicant, kept from everybody else until the transaction ends: whoever changes who acts for it holds it, so that two owners can't
/// both leave at once.
pub async fn lock(tx: &Tx, id: ApplicantId) -> Result<Option<Applicant>> {
    row::lock(tx, id.0).await
}

/// Saves a changed applicant.
pub async fn save(tx: &Tx, applicant: &Applicant) -> Result<()> {
    row::save(tx, applicant).await
}

/// Writes a new bank account.
pub async fn insert_account(tx: &Tx, account: &BankAccount) -> Result<()> {
    row::insert(tx, account).await
}

/// A bank account.
pub async fn find_account<C: Connection>(db: &C, id: BankAccountId) -> Result<Option<BankAccount>> {
    row::find(db, id.0).await
}

/// A bank account, kept from everybody else until the transaction ends.
pub async fn lock_account(tx: &Tx, id: BankAccountId) -> Result<Option<BankAccount>> {
    row::lock(tx, id.0).await
}

/// Saves a changed bank account.
pub async fn save_account(tx: &Tx, account: &BankAccount) -> Result<()> {
    row::save(tx, account).await
}

/// An applicant's bank accounts, in the order in which they were named.
pub async fn accounts_of<C: Connection>(db: &C, applicant: ApplicantId) -> Result<Vec<BankAccount>> {
    let query = bank_account::Entity::find().filter(bank_account::Column::ApplicantId.eq(applicant.0));
    row::list(db, query.order_by_asc(bank_account::Column::Id)).await
}

/// A page of the bank accounts that nobody has confirmed, in the order in which they were named.
pub async fn unconfirmed_accounts<C: Connection>(db: &C, window: &Window) -> Result<Page<BankAccount>> {
    let query = bank_account::Entity::find().filter(bank_account::Column::ConfirmedBy.is_null());
    row::page(db, query, bank_account::Column::Id, window).await
}
