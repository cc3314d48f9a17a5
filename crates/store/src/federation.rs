//! Which account at an identity provider is whose, and the roles that rest on it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::calendar::day_of;
use domain::federation::RoleChange;
use domain::identity::{Person, Role};
use domain::ids::{GrantId, PersonId};
use domain::membership::Ended;
use domain::role::Grant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::entity::{federated_identity, federated_role};
use crate::row::{self, Origin, set};
use crate::{Result, StoreError, Tx};

/// That an account is a person's.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The provider's id in the configuration.
    pub provider: String,
    /// The account's id at the provider.
    pub subject: String,
    /// Whose it is.
    pub person: PersonId,
    /// When they first signed in with it.
    pub linked_at: DateTime<Utc>,
    /// When they last did.
    pub last_sign_in: DateTime<Utc>,
}

/// Whose account that is; the link is kept from everybody else until the transaction ends.
pub async fn lock_link(tx: &Tx, provider: &str, subject: &str) -> Result<Option<Link>> {
    let query = federated_identity::Entity::find_by_id((provider.to_owned(), subject.to_owned()));
    Ok(row::locked(query).one(tx).await?.map(|row| Link {
        provider: row.provider,
        subject: row.subject,
        person: row.person_id.into(),
        linked_at: row.linked_at,
        last_sign_in: row.last_sign_in,
    }))
}

/// Whether the person has an account of that provider's already.
pub async fn has_link(tx: &Tx, provider: &str, person: PersonId) -> Result<bool> {
    let query = federated_identity::Entity::find()
        .filter(federated_identity::Column::Provider.eq(provider))
        .filter(federated_identity::Column::PersonId.eq(person.0));
    Ok(query.one(tx).await?.is_some())
}

/// Writes a new link.
pub async fn insert_link(tx: &Tx, link: &Link) -> Result<()> {
    let row = federated_identity::ActiveModel {
        provider: set(link.provider.clone()),
        subject: set(link.subject.clone()),
        person_id: set(link.person.0),
        linked_at: set(link.linked_at),
        last_sign_in: set(link.last_sign_in),
    };
    row::insert_row(tx, row).await
}

/// Notes a sign-in.
pub async fn note_sign_in(tx: &Tx, provider: &str, subject: &str, now: DateTime<Utc>) -> Result<()> {
    let update = federated_identity::Entity::update_many()
        .col_expr(federated_identity::Column::LastSignIn, Expr::value(now))
        .filter(federated_identity::Column::Provider.eq(provider))
        .filter(federated_identity::Column::Subject.eq(subject));
    match update.exec(tx).await?.rows_affected {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// A person, kept from everybody else until the transaction ends.
pub async fn lock_person(tx: &Tx, person: PersonId) -> Result<Option<Person>> {
    row::lock(tx, person.0).await
}

/// Makes the person's roles by this provider exactly these, and says what that changed. A role that somebody gave them, or another provider
/// vouches for, stays. The caller holds the person's lock. `new_id` makes the ids of new grants.
pub async fn set_roles_of_provider(
    tx: &Tx,
    provider: &str,
    person: PersonId,
    roles: &BTreeSet<Role>,
    now: DateTime<Utc>,
    new_id: impl Fn() -> GrantId,
) -> Result<RoleChange> {
    let of_person = federated_role::Column::PersonId.eq(person.0);
    let known = federated_role::Entity::find().filter(of_person).all(tx).await?;
    let held = standing(crate::role::of_person(tx, person).await?, now);
    let before = roles_by(provider, person, &known)?;
    let change = RoleChange::between(&before, roles);
    for role in &change.given {
        let alone = !held.iter().any(|grant| grant.role == *role);
        if alone {
            let grant = Grant::at_the_console(new_id(), person, *role, day_of(now), now);
            crate::role::insert(tx, &Grant { reason: Some(provider.to_owned()), ..grant }).await?;
        }
        let row = federated_role::ActiveModel {
            provider: set(provider.to_owned()),
            person_id: set(person.0),
            role: set(role.code().to_owned()),
            granted_at: set(now),
            alone: set(alone),
        };
        row::insert_row(tx, row).await?;
    }
    for role in &change.taken {
        let by_this = |row: &&federated_role::Model| row.provider == provider && row.role == role.code();
        let was_alone = known.iter().find(by_this).is_some_and(|row| row.alone);
        federated_role::Entity::delete_by_id((provider.to_owned(), person.0, role.code().to_owned())).exec(tx).await?;
        if !was_alone {
            continue;
        }
        match known.iter().find(|row| row.provider != provider && row.role == role.code()) {
            Some(other) => rest_on(tx, other).await?,
            None => {
                for grant in held.iter().filter(|grant| grant.role == *role) {
                    let ended = Some(Ended { at: now, by: None, reason: Some(provider.to_owned()) });
                    crate::role::save(tx, &Grant { ended, ..grant.clone() }).await?;
                }
            }
        }
    }
    Ok(change)
}

/// The roles that hold now.
fn standing(grants: Vec<Grant>, now: DateTime<Utc>) -> Vec<Grant> {
    grants.into_iter().filter(|grant| grant.holds_on(day_of(now))).collect()
}

fn roles_by(provider: &str, person: PersonId, known: &[federated_role::Model]) -> Result<BTreeSet<Role>> {
    let origin = Origin { table: "federated_role", key: &person };
    known.iter().filter(|row| row.provider == provider).map(|row| origin.name("role", &row.role)).collect()
}

/// The role that rested on one provider rests on this other from now on.
async fn rest_on(tx: &Tx, other: &federated_role::Model) -> Result<()> {
    federated_role::Entity::update_many()
        .col_expr(federated_role::Column::Alone, Expr::value(true))
        .filter(federated_role::Column::Provider.eq(other.provider.clone()))
        .filter(federated_role::Column::PersonId.eq(other.person_id))
        .filter(federated_role::Column::Role.eq(other.role.clone()))
        .exec(tx)
        .await?;
    Ok(())
}
