//! Who acts for which applicant, and whom applicants invited.

use domain::ids::{ApplicantId, InvitationId, MembershipId, PersonId};
use domain::membership::{Ended, Invitation, Membership};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Value};

use crate::entity::{invitation, membership};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

impl Stored for Membership {
    type Entity = membership::Entity;
    const KEY: membership::Column = membership::Column::Id;
    const VERSION: membership::Column = membership::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let ended = self.ended.as_ref();
        Ok(membership::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            person_id: set(self.person.0),
            applicant_id: set(self.applicant.0),
            level: set(self.level.code().to_owned()),
            since: set(self.since),
            ended_at: set(ended.map(|ended| ended.at)),
            ended_by: set(ended.and_then(|ended| ended.by).map(|by| by.0)),
            end_reason: set(ended.and_then(|ended| ended.reason.clone())),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "membership", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            person: row.person_id.into(),
            applicant: row.applicant_id.into(),
            level: origin.name("level", &row.level)?,
            since: row.since,
            ended: row.ended_at.map(|at| Ended { at, by: row.ended_by.map(PersonId), reason: row.end_reason }),
        })
    }
}

impl Stored for Invitation {
    type Entity = invitation::Entity;
    const KEY: invitation::Column = invitation::Column::Id;
    const VERSION: invitation::Column = invitation::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let (state, state_data) = row::state(&self.state)?;
        Ok(invitation::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            applicant_id: set(self.applicant.0),
            name: set(self.name.clone()),
            email_folded: set(self.email.clone()),
            level: set(self.level.code().to_owned()),
            invited_by: set(self.invited_by.0),
            created_at: set(self.created_at),
            expires_at: set(self.expires_at),
            state: set(state),
            state_data: set(state_data),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "invitation", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            applicant: row.applicant_id.into(),
            name: row.name,
            email: row.email_folded,
            level: origin.name("level", &row.level)?,
            invited_by: row.invited_by.into(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            state: origin.state(&row.state, row.state_data)?,
        })
    }
}

/// Writes a new membership.
pub async fn insert(tx: &Tx, membership: &Membership) -> Result<()> {
    row::insert(tx, membership).await
}

/// A membership, also one that ended.
pub async fn find<C: Connection>(db: &C, id: MembershipId) -> Result<Option<Membership>> {
    row::find(db, id.0).await
}

/// Saves a changed membership.
pub async fn save(tx: &Tx, membership: &Membership) -> Result<()> {
    row::save(tx, membership).await
}

/// Everybody who acts for an applicant now, in the order in which they joined.
pub async fn of_applicant<C: Connection>(db: &C, applicant: ApplicantId) -> Result<Vec<Membership>> {
    use membership::Column;
    let query = membership::Entity::find().filter(Column::ApplicantId.eq(applicant.0)).filter(Column::EndedAt.is_null());
    row::list(db, query.order_by_asc(Column::Since).order_by_asc(Column::Id)).await
}

/// That a person acts for an applicant now.
pub async fn of_person_at<C: Connection>(db: &C, person: PersonId, applicant: ApplicantId) -> Result<Option<Membership>> {
    use membership::Column;
    let query = membership::Entity::find().filter(Column::PersonId.eq(person.0)).filter(Column::ApplicantId.eq(applicant.0));
    row::one(db, query.filter(Column::EndedAt.is_null())).await
}

/// All for whom a person acts or acted, in the order in which they joined.
pub async fn of_person<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Membership>> {
    use membership::Column;
    let query = membership::Entity::find().filter(Column::PersonId.eq(person.0));
    row::list(db, query.order_by_asc(Column::Since).order_by_asc(Column::Id)).await
}

/// Writes a new invitation.
pub async fn insert_invitation(tx: &Tx, invitation: &Invitation) -> Result<()> {
    row::insert(tx, invitation).await
}

/// An invitation.
pub async fn find_invitation<C: Connection>(db: &C, id: InvitationId) -> Result<Option<Invitation>> {
    row::find(db, id.0).await
}

/// An invitation, kept from everybody else until the transaction ends.
pub async fn lock_invitation(tx: &Tx, id: InvitationId) -> Result<Option<Invitation>> {
    row::lock(tx, id.0).await
}

/// Saves a changed invitation.
pub async fn save_invitation(tx: &Tx, invitation: &Invitation) -> Result<()> {
    row::save(tx, invitation).await
}

/// An applicant's invitations that nobody answered, the earliest first.
pub async fn open_invitations<C: Connection>(db: &C, applicant: ApplicantId) -> Result<Vec<Invitation>> {
    use invitation::Column;
    let query = invitation::Entity::find().filter(Column::ApplicantId.eq(applicant.0)).filter(Column::State.eq("open"));
    // Expired ones stay open: the latest are those that count.
    let mut latest: Vec<Invitation> =
        query.order_by_desc(Column::Id).limit(100).all(db).await?.into_iter().map(Invitation::read).collect::<Result<_>>()?;
    latest.reverse();
    Ok(latest)
}

/// How many invitations an applicant sent after that instant.
pub async fn invitations_since<C: Connection>(db: &C, applicant: ApplicantId, since: chrono::DateTime<chrono::Utc>) -> Result<u64> {
    use invitation::Column;
    let query = invitation::Entity::find().filter(Column::ApplicantId.eq(applicant.0)).filter(Column::CreatedAt.gt(since));
    let count: Option<i64> = query.select_only().column_as(Column::Id.count(), "count").into_tuple().one(db).await?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

/// The invitations to an address, the earliest first; the last 100 of them.
pub async fn invitations_to<C: Connection>(db: &C, email: &str) -> Result<Vec<Invitation>> {
    use invitation::Column;
    let query = invitation::Entity::find().filter(Column::EmailFolded.eq(email.to_lowercase())).order_by_desc(Column::Id);
    let mut latest: Vec<Invitation> = query.limit(100).all(db).await?.into_iter().map(Invitation::read).collect::<Result<_>>()?;
    latest.reverse();
    Ok(latest)
}

/// The invitations that a person sent, the earliest first.
pub async fn invitations_by<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Invitation>> {
    use invitation::Column;
    let query = invitation::Entity::find().filter(Column::InvitedBy.eq(person.0));
    row::list(db, query.order_by_asc(Column::Id)).await
}
