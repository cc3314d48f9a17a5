//! Applications and their earlier versions.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::applicant::Applicant;
use domain::application::{Application, Form};
use domain::ids::{ApplicantId, ApplicationId, PersonId, RoundId};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _, QuerySelect, QueryTrait as _, Select, Value,
};

use crate::entity::{applicant, application, application_city, application_version, recusal};
use crate::page::{self, Count, Page, Window};
use crate::row::{self, Found, Origin, Row, Stored, set};
use crate::{Connection, Result, Tx};

/// The names of the states.
const STATES: [&str; 9] = ["draft", "submitted", "changes-requested", "admitted", "refused", "withdrawn", "rejected", "waiting", "awarded"];

/// In these, something is to be done by the office or the committee.
const UNDER_WAY: [&str; 3] = ["submitted", "changes-requested", "admitted"];

/// Which applications are listed. What is empty restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationFilter {
    /// Of that round.
    pub round: Option<RoundId>,
    /// In one of these states, by name.
    pub states: Vec<&'static str>,
    /// Of one of these applicants. An empty list is nobody's.
    pub applicants: Option<Vec<ApplicantId>>,
    /// With that partner city, by its code.
    pub city: Option<String>,
    /// Whose number, title or applicant's name holds that text.
    pub search: Option<String>,
    /// Only with a number: those that were submitted.
    pub submitted: bool,
    /// With `submitted`: or, without a number, of one of these applicants.
    pub or_applicants: Vec<ApplicantId>,
    /// Not these, unless they are of one of the applicants `but_of`.
    pub except: Vec<ApplicationId>,
    /// Whose applications are listed even so.
    pub but_of: Vec<ApplicantId>,
    /// Only where nothing is recorded of a conflict of interest of that person, standing or dismissed.
    pub without_recusal_of: Option<PersonId>,
}

/// An application's form as it was submitted once (R14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which submission, from 1.
    pub ordinal: i64,
    /// What was submitted.
    pub form: Form,
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Stored for Application {
    type Entity = application::Entity;
    const KEY: application::Column = application::Column::Id;
    const VERSION: application::Column = application::Column::Version;

    fn key(&self) -> Value {
        self.id.0.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn row(&self) -> Result<Row<Self>> {
        let (state, state_data) = row::state(&self.state)?;
        Ok(application::ActiveModel {
            id: set(self.id.0),
            version: set(self.version),
            round_id: set(self.round.0),
            applicant_id: set(self.applicant.0),
            number: set(self.number.clone()),
            state: set(state),
            state_data: set(state_data),
            form: set(row::json(&self.form)?),
            title: set(self.form.title.clone()),
            amount_requested: set(self.form.amount_requested.map(domain::money::Money::cents)),
            received_at: set(self.received_at),
            late_permit: set(self.late_permit.as_ref().map(row::json).transpose()?),
            early_start: set(self.early_start.as_ref().map(row::json).transpose()?),
            created_by: set(self.created_by.0),
            created_at: set(self.created_at),
            signed: set(self.signed.as_ref().map(row::json).transpose()?),
        })
    }

    fn read(row: Found<Self>) -> Result<Self> {
        let origin = Origin { table: "application", key: &row.id };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            round: row.round_id.into(),
            applicant: row.applicant_id.into(),
            number: row.number,
            form: origin.json("form", row.form)?,
            state: origin.state(&row.state, row.state_data)?,
            received_at: row.received_at,
            late_permit: origin.optional_json("late_permit", row.late_permit)?,
            early_start: origin.optional_json("early_start", row.early_start)?,
            created_by: row.created_by.into(),
            created_at: row.created_at,
            signed: origin.optional_json("signed", row.signed)?,
        })
    }
}

/// Writes a new application.
pub async fn insert(tx: &Tx, application: &Application) -> Result<()> {
    row::insert(tx, application).await
}

/// An application.
pub async fn find<C: Connection>(db: &C, id: ApplicationId) -> Result<Option<Application>> {
    row::find(db, id.0).await
}

/// Those of the applications that exist, in the order of their ids.
pub async fn find_many<C: Connection>(db: &C, ids: &[ApplicationId]) -> Result<Vec<Application>> {
    row::find_many(db, ids.iter().map(|id| id.0)).await
}

/// Those of the applications that exist, each with who applies.
pub async fn with_applicants<C: Connection>(db: &C, ids: &[ApplicationId]) -> Result<Vec<(Application, Applicant)>> {
    let applicant_of = application::Entity::belongs_to(applicant::Entity);
    let applicant_of = applicant_of.from(application::Column::ApplicantId).to(applicant::Column::Id).into();
    let query = application::Entity::find().select_also(applicant::Entity).join(JoinType::InnerJoin, applicant_of);
    let query = query.filter(application::Column::Id.is_in(ids.iter().map(|id| id.0)));
    let rows = query.limit(page::MOST).all(db).await?.into_iter().filter_map(|(application, applicant)| Some((application, applicant?)));
    rows.map(|(application, applicant)| Ok((Application::read(application)?, Applicant::read(applicant)?))).collect()
}

/// The application with that number.
pub async fn find_by_number<C: Connection>(db: &C, number: &str) -> Result<Option<Application>> {
    row::one(db, application::Entity::find().filter(application::Column::Number.eq(number))).await
}

/// An application, kept from everybody else until the transaction ends.
pub async fn lock(tx: &Tx, id: ApplicationId) -> Result<Option<Application>> {
    row::lock(tx, id.0).await
}

/// Saves a changed application.
pub async fn save(tx: &Tx, application: &Application) -> Result<()> {
    row::save(tx, application).await
}

/// Keeps the form as it was submitted now (R14). The application is locked, so that the versions have no gaps.
pub async fn append_version(tx: &Tx, application: &Application, by: PersonId, at: DateTime<Utc>) -> Result<()> {
    use application_version::Column;
    let of_application = application_version::Entity::find().filter(Column::ApplicationId.eq(application.id.0));
    let last = of_application.select_only().column_as(Column::Ordinal.max(), "last");
    let last: Option<Option<i64>> = last.into_tuple().one(tx).await?;
    let row = application_version::ActiveModel {
        application_id: set(application.id.0),
        ordinal: set(last.flatten().unwrap_or_default() + 1),
        form: set(row::json(&application.form)?),
        by_id: set(by.0),
        at: set(at),
    };
    row::insert_row(tx, row).await
}

/// An application's forms as they were submitted, from the first to the last.
pub async fn versions<C: Connection>(db: &C, application: ApplicationId) -> Result<Vec<Version>> {
    use application_version::Column;
    let query = application_version::Entity::find().filter(Column::ApplicationId.eq(application.0)).order_by_asc(Column::Ordinal);
    let rows = page::whole(db, query, page::MOST).await?;
    let version = |row: application_version::Model| {
        let origin = Origin { table: "application_version", key: &application };
        Ok(Version { ordinal: row.ordinal, form: origin.json("form", row.form)?, by: row.by_id.into(), at: row.at })
    };
    rows.into_iter().map(version).collect()
}

/// A page of the applications that pass the filter, in the order in which they were begun.
pub async fn page<C: Connection>(db: &C, filter: &ApplicationFilter, window: &Window) -> Result<Page<Application>> {
    match filter.city {
        // The same order, by the index that has the city's: sorting all that a city has takes longer with every year.
        Some(_) => row::page(db, filtered(filter), application_city::Column::ApplicationId, window).await,
        None => row::page(db, filtered(filter), application::Column::Id, window).await,
    }
}

/// The applications to these rounds that were awarded, in the order in which they were begun.
pub async fn awarded_in<C: Connection>(db: &C, rounds: &[RoundId]) -> Result<Vec<Application>> {
    use application::Column;
    let query = application::Entity::find().filter(Column::RoundId.is_in(rounds.iter().map(|id| id.0))).filter(Column::State.eq("awarded"));
    // Sorted here: asked for in this order, SQLite goes through all that was ever awarded.
    let mut awarded: Vec<Application> = row::list(db, query).await?;
    awarded.sort_unstable_by_key(|application| application.id);
    Ok(awarded)
}

/// How many applications pass the filter.
pub async fn count<C: Connection>(db: &C, filter: &ApplicationFilter) -> Result<u64> {
    let query = filtered(filter).select_only().column_as(application::Column::Id.count(), "count");
    let count: Option<i64> = query.into_tuple().one(db).await?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

/// How many of the applications that pass the filter are in each state that has any, by its name. In many rounds there are more with every year
/// in the states in which nothing more is to be done: those are not counted to their end.
pub async fn count_by_state<C: Connection>(db: &C, filter: &ApplicationFilter) -> Result<BTreeMap<String, Count>> {
    use application::Column;
    let states = if filter.states.is_empty() { STATES.to_vec() } else { filter.states.clone() };
    let in_state = |state| ApplicationFilter { states: vec![state], ..filter.clone() };
    if filter.round.is_none() {
        return page::counts(db, &states, |state| filtered(&in_state(state)), Column::Id, |state| !UNDER_WAY.contains(&state)).await;
    }
    let query = filtered(filter).select_only().column(Column::State);
    let query = query.column_as(Column::Id.count(), "count").group_by(Column::State);
    let counts: Vec<(String, i64)> = query.into_tuple().all(db).await?;
    Ok(counts.into_iter().map(|(state, count)| (state, count.unsigned_abs().into())).collect())
}

/// How many are in each state in which something is to be done, as a part of a greater question: `application`, state and count.
pub(crate) fn under_way(filter: &ApplicationFilter) -> SelectStatement {
    use application::Column;
    let states = UNDER_WAY.to_vec();
    let query = filtered(&ApplicationFilter { states, ..filter.clone() }).select_only().expr(Expr::cust("'application'"));
    query.column(Column::State).expr(Column::Id.count()).group_by(Column::State).into_query()
}

/// Number, title or applicant's name holds that text.
fn holds(search: &str) -> Condition {
    use application::Column;
    // SQLite folds ASCII letters only, so what was typed is looked for as it was typed, too.
    let pattern = |text: &str| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let like = |column: Expr, text: &str| column.like(LikeExpr::new(pattern(text)).escape('\\'));
    let either = |column: Expr| {
        Condition::any().add(like(Expr::expr(Func::lower(column.clone())), &search.to_lowercase())).add(like(column, search))
    };
    let mut applicants: SelectStatement = Query::select();
    applicants.column(applicant::Column::Id).from(applicant::Entity).cond_where(either(Expr::col(applicant::Column::Name)));
    let own = |column: Column| either(Expr::col((application::Entity, column)));
    Condition::any().add(own(Column::Number)).add(own(Column::Title)).add(Column::ApplicantId.in_subquery(applicants))
}

fn filtered(filter: &ApplicationFilter) -> Select<application::Entity> {
    use application::Column;
    use application_city::Column as Of;
    let of = |applicants: &[ApplicantId]| Column::ApplicantId.is_in(applicants.iter().map(|id| id.0));
    let mut query = application::Entity::find();
    if let Some(round) = filter.round {
        query = query.filter(Column::RoundId.eq(round.0));
    }
    if let Some(city) = &filter.city {
        let same = Expr::col((application_city::Entity, Of::ApplicationId)).equals((application::Entity, Column::Id));
        QuerySelect::query(&mut query).inner_join(application_city::Entity, same);
        query = query.filter(Of::City.eq(city.as_str()));
    }
    if !filter.states.is_empty() {
        let states = filter.states.iter().copied();
        // The city's rows have the state too, and lie beside each other by both.
        query = query.filter(match filter.city {
            Some(_) => row::is_one_of((application_city::Entity, Of::State), states),
            None => row::is_one_of((application::Entity, Column::State), states),
        });
    }
    if let Some(applicants) = &filter.applicants {
        query = query.filter(of(applicants));
    }
    if let Some(search) = &filter.search {
        query = query.filter(holds(search));
    }
    if filter.submitted {
        let mut visible = Condition::any().add(Column::Number.is_not_null());
        if !filter.or_applicants.is_empty() {
            visible = visible.add(of(&filter.or_applicants));
        }
        query = query.filter(visible);
    }
    if let Some(person) = filter.without_recusal_of {
        let mut recused = Query::select();
        recused.column(recusal::Column::ApplicationId).from(recusal::Entity).and_where(recusal::Column::PersonId.eq(person.0));
        query = query.filter(Column::Id.not_in_subquery(recused));
    }
    if !filter.except.is_empty() {
        let mut visible = Condition::any().add(Column::Id.is_not_in(filter.except.iter().map(|id| id.0)));
        if !filter.but_of.is_empty() {
            visible = visible.add(of(&filter.but_of));
        }
        query = query.filter(visible);
    }
    query
}
