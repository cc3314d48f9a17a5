//! Persons, their roles and tokens, and whom they act for.

use chrono::{DateTime, Utc};
use domain::identity::{Actor, Person, Role};
use domain::ids::{ApplicantId, ApplicationId, PersonId};
use domain::language::Language;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value};
use uuid::Uuid;

use crate::entity::{membership, person, role_grant, token};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, StoreError, Tx};

/// The most persons that a list of persons is read with.
const MOST: u64 = 10_000;

/// A bearer token. The token itself is known to its owner only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// Its SHA-256, as 64 hexadecimal digits.
    pub hash: String,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// From when it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Stored for Person {
    type Entity = person::Entity;
    const KEY: person::Column = person::Column::Id;
    const VERSION: person::Column = person::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        Ok(person::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            name: set(self.name.clone()),
            email: set(self.email.clone()),
            email_folded: set(self.email.as_deref().map(folded)),
            language: set(self.language.code().to_owned()),
            created_at: set(self.created_at),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "person", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            language: origin.name("language", &row.language)?,
            name: row.name,
            email: row.email,
            created_at: row.created_at,
        })
    }
}

/// An address in the form in which two spellings of it are equal. Here and not in the database, whose two kinds fold differently.
fn folded(email: &str) -> String {
    email.to_lowercase()
}

/// Writes a new person.
pub async fn insert_person(tx: &Tx, person: &Person) -> Result<()> {
    row::insert(tx, person).await
}

/// A person.
pub async fn find_person<C: Connection>(db: &C, id: PersonId) -> Result<Option<Person>> {
    row::find(db, id.0).await
}

/// The person with that e-mail address, in upper or lower case.
pub async fn find_person_by_email<C: Connection>(db: &C, email: &str) -> Result<Option<Person>> {
    row::one(db, person::Entity::find().filter(person::Column::EmailFolded.eq(folded(email)))).await
}

/// Saves a changed person.
pub async fn save_person(tx: &Tx, person: &Person) -> Result<()> {
    row::save(tx, person).await
}

/// Those of the persons that exist, in the order of their ids.
pub async fn persons<C: Connection>(db: &C, ids: &[PersonId]) -> Result<Vec<Person>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// Gives a person a role. Once more is no harm.
pub async fn grant_role(tx: &Tx, person: PersonId, role: Role, at: DateTime<Utc>) -> Result<()> {
    let row = role_grant::ActiveModel { person_id: set(person.0), role: set(role.code().to_owned()), granted_at: set(at) };
    let once = OnConflict::columns([role_grant::Column::PersonId, role_grant::Column::Role]).do_nothing().to_owned();
    row::insert_rows(tx, vec![row], |insert| insert.on_conflict(once.clone())).await
}

/// A person's roles, in their order.
pub async fn roles_of<C: Connection>(db: &C, person: PersonId) -> Result<Vec<Role>> {
    let rows = role_grant::Entity::find().filter(role_grant::Column::PersonId.eq(person.0)).all(db).await?;
    let mut roles = rows.iter().map(|row| role(person.0, &row.role)).collect::<Result<Vec<_>>>()?;
    roles.sort_unstable();
    Ok(roles)
}

fn role(person: Uuid, code: &str) -> Result<Role> {
    Origin { table: "role_grant", key: &person }.name("role", code)
}

/// Lets a person act for an applicant. Once more is no harm.
pub async fn add_membership(tx: &Tx, person: PersonId, applicant: ApplicantId, at: DateTime<Utc>) -> Result<()> {
    let row = membership::ActiveModel { person_id: set(person.0), applicant_id: set(applicant.0), since: set(at) };
    let once = OnConflict::columns([membership::Column::PersonId, membership::Column::ApplicantId]).do_nothing().to_owned();
    row::insert_rows(tx, vec![row], |insert| insert.on_conflict(once.clone())).await
}

/// Writes a new token.
pub async fn insert_token(tx: &Tx, token: &Token) -> Result<()> {
    let row = token::ActiveModel {
        id: set(token.id),
        person_id: set(token.person.0),
        name: set(token.name.clone()),
        hash: set(token.hash.clone()),
        created_at: set(token.created_at),
        expires_at: set(token.expires_at),
        revoked_at: set(token.revoked_at),
    };
    row::insert_row(tx, row).await
}

/// One of a person's roles, one of the applicants that they act for, one of the applications that they are excluded from, or nothing.
#[derive(FromQueryResult)]
struct Standing {
    person_id: Uuid,
    language: String,
    role: Option<String>,
    applicant_id: Option<Uuid>,
    recused_from: Option<Uuid>,
}

/// Whom a token stands for, unless it expired or was revoked: one query, for it comes before every other.
pub async fn actor_of_token<C: Connection>(db: &C, hash: &str, now: DateTime<Utc>) -> Result<Option<Actor>> {
    let bearer = "FROM token t JOIN person p ON p.id = t.person_id";
    let valid = "t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)";
    actor(db, bearer, valid, [hash.into(), now.into()]).await
}

/// A person with what they are.
pub async fn actor_of_person<C: Connection>(db: &C, person: PersonId) -> Result<Option<Actor>> {
    actor(db, "FROM person p", "p.id = $1", [person.0.into()]).await
}

/// Roles, applicants and recusals side by side, not each with each. The first branch has a row for everybody, even without a role.
async fn actor<C: Connection>(
    db: &C,
    from: &'static str,
    condition: &'static str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<Actor>> {
    let sql = format!(
        "SELECT p.id AS person_id, p.language, r.role, CAST(NULL AS UUID) AS applicant_id, CAST(NULL AS UUID) AS recused_from {from} \
         LEFT JOIN role_grant r ON r.person_id = p.id WHERE {condition} \
         UNION ALL \
         SELECT p.id, p.language, NULL, m.applicant_id, NULL {from} \
         JOIN membership m ON m.person_id = p.id WHERE {condition} \
         UNION ALL \
         SELECT p.id, p.language, NULL, NULL, x.application_id {from} \
         JOIN recusal x ON x.person_id = p.id AND x.state <> 'dismissed' WHERE {condition}"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let standings = Standing::find_by_statement(statement).all(db).await?;
    let Some(first) = standings.first() else {
        return Ok(None);
    };
    let language: Language = Origin { table: "person", key: &first.person_id }.name("language", &first.language)?;
    let mut actor = Actor { person: Some(first.person_id.into()), language, ..Actor::default() };
    for standing in &standings {
        if let Some(code) = &standing.role {
            actor.roles.insert(role(standing.person_id, code)?);
        }
        actor.acts_for.extend(standing.applicant_id.map(ApplicantId));
        actor.recused_from.extend(standing.recused_from.map(ApplicationId));
    }
    Ok(Some(actor))
}

/// Everybody who has one of the roles, each once, in the order of their ids.
pub async fn persons_with_roles<C: Connection>(db: &C, roles: &[Role]) -> Result<Vec<PersonId>> {
    let query = role_grant::Entity::find()
        .select_only()
        .column(role_grant::Column::PersonId)
        .distinct()
        .filter(role_grant::Column::Role.is_in(roles.iter().map(|role| role.code())))
        .order_by_asc(role_grant::Column::PersonId);
    ids(query.limit(MOST + 1).into_tuple().all(db).await?)
}

/// Everybody who acts for the applicant, in the order of their ids.
pub async fn persons_of_applicant<C: Connection>(db: &C, applicant: ApplicantId) -> Result<Vec<PersonId>> {
    let query = membership::Entity::find()
        .select_only()
        .column(membership::Column::PersonId)
        .filter(membership::Column::ApplicantId.eq(applicant.0))
        .order_by_asc(membership::Column::PersonId);
    ids(query.limit(MOST + 1).into_tuple().all(db).await?)
}

/// Those of the persons whom e-mail can reach: machines have no address.
pub async fn reachable<C: Connection>(db: &C, among: &[PersonId]) -> Result<Vec<PersonId>> {
    let query = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::Id.is_in(among.iter().map(|person| person.0)))
        .filter(person::Column::Email.is_not_null());
    ids(query.limit(MOST + 1).into_tuple().all(db).await?)
}

fn ids(found: Vec<Uuid>) -> Result<Vec<PersonId>> {
    if u64::try_from(found.len()).is_ok_and(|count| count > MOST) {
        return Err(StoreError::other(format!("more than {MOST} persons in one list")));
    }
    Ok(found.into_iter().map(PersonId).collect())
}
