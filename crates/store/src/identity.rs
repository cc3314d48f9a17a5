//! Persons, their roles, and whom they act for.

use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::day_of;
use domain::identity::{Actor, Person, Role};
use domain::ids::{ApplicantId, ApplicationId, PersonId};
use domain::language::Language;
use domain::membership::Level;
use domain::session::Session;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LikeExpr};
use sea_orm::{
    ColumnTrait as _, Condition, DbBackend, EntityTrait as _, FromQueryResult, IdenStatic as _, Iterable as _, QueryFilter as _,
    QueryOrder as _, QueryResult, QuerySelect as _, Statement, Value,
};
use uuid::Uuid;

use crate::entity::{membership, person, role_grant, session};
use crate::page::{Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, StoreError, Tx};

/// The most persons that a list of persons is read with.
const MOST: u64 = 10_000;

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

/// One of a person's roles, one of the applicants that they act for, all of the applications that they are excluded from, or nothing.
#[derive(FromQueryResult)]
struct Standing {
    person_id: Uuid,
    language: String,
    role: Option<String>,
    applicant_id: Option<Uuid>,
    level: Option<String>,
    recused_from: Option<String>,
}

/// A person with what they are at that instant.
pub async fn actor_of_person<C: Connection>(db: &C, person: PersonId, now: DateTime<Utc>) -> Result<Option<Actor>> {
    actor_in(&standings(db, "", "FROM person p", "p.id = $1", vec![person.0.into()], day_of(now)).await?)
}

/// The session with that hash, valid or not, with the person who signed in as they are at that instant: read together, since every page
/// asks for both.
pub async fn session_and_actor<C: Connection>(db: &C, hash: &str, now: DateTime<Utc>) -> Result<Option<(Session, Actor)>> {
    let columns = session::Column::iter().map(|column| format!("s.{0} AS session_{0}", column.as_str())).collect::<Vec<_>>();
    let columns = format!(", {}", columns.join(", "));
    let from = "FROM session s JOIN person p ON p.id = s.person_id";
    let found = standings(db, &columns, from, "s.hash = $1", vec![hash.into()], day_of(now)).await?;
    let (Some(first), Some(actor)) = (found.first(), actor_in(&found)?) else { return Ok(None) };
    Ok(Some((crate::session::read(session::Model::from_query_result(first, "session_")?), actor)))
}

/// Roles on that day, applicants and recusals side by side, not each with each. The first branch has a row for everybody, even without a
/// role. `columns` are read with each row. Recusals stay for ever, so a member has more of them each year: they are one row, their ids
/// one text.
async fn standings<C: Connection>(
    db: &C,
    columns: &str,
    from: &'static str,
    condition: &'static str,
    mut values: Vec<Value>,
    today: NaiveDate,
) -> Result<Vec<QueryResult>> {
    values.push(today.into());
    let today = values.len();
    let recused_from = match db.get_database_backend() {
        DbBackend::Postgres => "string_agg(CAST(x.application_id AS TEXT), ',')",
        _ => "group_concat(hex(x.application_id))",
    };
    let sql = format!(
        "SELECT p.id AS person_id, p.language, r.role, CAST(NULL AS UUID) AS applicant_id, NULL AS level, \
         CAST(NULL AS TEXT) AS recused_from{columns} {from} \
         LEFT JOIN role_grant r ON r.person_id = p.id AND r.ended_at IS NULL AND r.valid_from <= ${today} \
         AND (r.valid_until IS NULL OR r.valid_until >= ${today}) WHERE {condition} \
         UNION ALL \
         SELECT p.id, p.language, NULL, m.applicant_id, m.level, NULL{columns} {from} \
         JOIN membership m ON m.person_id = p.id AND m.ended_at IS NULL WHERE {condition} \
         UNION ALL \
         SELECT p.id, p.language, NULL, NULL, NULL, \
         (SELECT {recused_from} FROM recusal x WHERE x.person_id = p.id AND x.state <> 'dismissed'){columns} {from} WHERE {condition}"
    );
    Ok(db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?)
}

fn actor_in(standings: &[QueryResult]) -> Result<Option<Actor>> {
    let standings = standings.iter().map(|row| Standing::from_query_result(row, "")).collect::<std::result::Result<Vec<_>, _>>()?;
    let Some(first) = standings.first() else {
        return Ok(None);
    };
    let language: Language = Origin { table: "person", key: &first.person_id }.name("language", &first.language)?;
    let mut actor = Actor { person: Some(first.person_id.into()), language, ..Actor::default() };
    for standing in &standings {
        if let Some(code) = &standing.role {
            actor.roles.insert(role(standing.person_id, code)?);
        }
        if let (Some(applicant), Some(level)) = (standing.applicant_id, &standing.level) {
            let level: Level = Origin { table: "membership", key: &applicant }.name("level", level)?;
            actor.acts_for.insert(ApplicantId(applicant), level);
        }
        for id in standing.recused_from.iter().flat_map(|ids| ids.split(',')) {
            let id =
                Uuid::try_parse(id).map_err(|_| Origin { table: "recusal", key: &standing.person_id }.corrupt("application_id", id))?;
            actor.recused_from.insert(ApplicationId(id));
        }
    }
    Ok(Some(actor))
}

/// A person's role of that name.
fn role(person: Uuid, code: &str) -> Result<Role> {
    Origin { table: "role_grant", key: &person }.name("role", code)
}

/// Everybody who has one of the roles on that day, each once, in the order of their ids.
pub async fn persons_with_roles<C: Connection>(db: &C, roles: &[Role], today: NaiveDate) -> Result<Vec<PersonId>> {
    let query = role_grant::Entity::find()
        .select_only()
        .column(role_grant::Column::PersonId)
        .distinct()
        .filter(role_grant::Column::Role.is_in(roles.iter().map(|role| role.code())))
        .filter(crate::role::holds_on(today))
        .order_by_asc(role_grant::Column::PersonId);
    ids(query.limit(MOST + 1).into_tuple().all(db).await?)
}

/// Everybody who acts for the applicant, in the order of their ids.
pub async fn persons_of_applicant<C: Connection>(db: &C, applicant: ApplicantId) -> Result<Vec<PersonId>> {
    let query = membership::Entity::find()
        .select_only()
        .column(membership::Column::PersonId)
        .filter(membership::Column::ApplicantId.eq(applicant.0))
        .filter(membership::Column::EndedAt.is_null())
        .order_by_asc(membership::Column::PersonId);
    ids(query.limit(MOST + 1).into_tuple().all(db).await?)
}

/// A page of all people, in the order in which they became known; with `search` those whose name or address holds it.
pub async fn page<C: Connection>(db: &C, search: Option<&str>, window: &Window) -> Result<Page<Person>> {
    let mut query = person::Entity::find();
    if let Some(search) = search {
        // SQLite folds ASCII letters only, so what was typed is looked for as it was typed, too.
        let pattern = |text: &str| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let like = |column: Expr, text: &str| column.like(LikeExpr::new(pattern(text)).escape('\\'));
        let name = || Expr::col(person::Column::Name);
        let found = Condition::any()
            .add(like(Expr::expr(Func::lower(name())), &search.to_lowercase()))
            .add(like(name(), search))
            .add(like(Expr::col(person::Column::EmailFolded), &folded(search)));
        query = query.filter(found);
    }
    row::page(db, query, person::Column::Id, window).await
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
