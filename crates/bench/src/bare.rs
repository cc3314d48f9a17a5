//! The least that answers over HTTP: a handler, SQL, JSON.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use poem::http::StatusCode;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{Endpoint, Response, Server};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};
use serde::Serialize;
use uuid::Uuid;

use crate::Result;

/// Serves an endpoint on a free port, in this process, until the process ends.
pub(crate) async fn serve(endpoint: impl Endpoint + 'static) -> Result<SocketAddr> {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    let address = acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied()).ok_or("an address")?;
    tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
    Ok(address)
}

/// The answer of a handler.
pub(crate) fn answer(outcome: Result<Vec<u8>>) -> poem::Result<Response> {
    let failed = |error: crate::Error| poem::Error::from_string(error.to_string(), StatusCode::INTERNAL_SERVER_ERROR);
    Ok(Response::builder().content_type("application/json").body(outcome.map_err(failed)?))
}

/// What a list is made of.
pub(crate) struct List {
    database: DatabaseConnection,
    cities: HashMap<String, String>,
    sql: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    nodes: Vec<Application<'a>>,
    has_next_page: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Application<'a> {
    id: Uuid,
    number: Option<String>,
    title: Option<String>,
    state: String,
    amount_requested: Option<String>,
    received_at: Option<String>,
    applicant: Applicant,
    cities: Vec<City<'a>>,
    round: Round,
}

#[derive(Serialize)]
struct Applicant {
    id: Uuid,
    name: String,
}

#[derive(Serialize)]
struct City<'a> {
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Round {
    id: Uuid,
    code: String,
    budget_year: Option<BudgetYear>,
}

#[derive(Serialize)]
struct BudgetYear {
    year: i32,
    available: String,
}

impl List {
    /// The first page of the applications in the database behind `database`.
    pub(crate) fn new(database: DatabaseConnection, fund: &domain::fund::Fund) -> Arc<Self> {
        let cities = fund.partner_cities.iter().map(|city| (city.code.clone(), city.name.clone())).collect();
        let sql = "SELECT a.id, a.number, a.title, a.state, a.amount_requested, a.received_at, CAST(a.form -> 'cities' AS TEXT), \
             p.id, p.name, r.id, r.code, y.year, y.appropriated + y.increases - y.cuts + y.carried_in + y.repaid - y.committed - y.paid \
             - y.carried_out - y.lapsed FROM application a JOIN applicant p ON p.id = a.applicant_id JOIN round r ON r.id = a.round_id \
             LEFT JOIN budget_year y ON y.year = r.budget_year ORDER BY a.id LIMIT 21";
        Arc::new(Self { database, cities, sql: sql.to_owned() })
    }

    /// The page as JSON.
    pub(crate) async fn page(&self) -> Result<Vec<u8>> {
        let statement = Statement::from_string(self.database.get_database_backend(), self.sql.as_str());
        let rows = self.database.query_all_raw(statement).await?;
        let nodes = rows.iter().take(20).map(|row| self.application(row)).collect::<Result<_>>()?;
        Ok(serde_json::to_vec(&Page { nodes, has_next_page: rows.len() > 20 })?)
    }

    fn application(&self, row: &QueryResult) -> Result<Application<'_>> {
        let codes: Vec<String> = serde_json::from_str(&row.try_get_by_index::<String>(6)?)?;
        let received_at: Option<DateTime<Utc>> = row.try_get_by_index(5)?;
        let year: Option<i32> = row.try_get_by_index(11)?;
        let available: Option<i64> = row.try_get_by_index(12)?;
        Ok(Application {
            id: row.try_get_by_index(0)?,
            number: row.try_get_by_index(1)?,
            title: row.try_get_by_index(2)?,
            state: row.try_get_by_index(3)?,
            amount_requested: row.try_get_by_index::<Option<i64>>(4)?.map(euro),
            received_at: received_at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            applicant: Applicant { id: row.try_get_by_index(7)?, name: row.try_get_by_index(8)? },
            cities: codes.iter().filter_map(|code| self.cities.get(code)).map(|name| City { name }).collect(),
            round: Round {
                id: row.try_get_by_index(9)?,
                code: row.try_get_by_index(10)?,
                budget_year: year.zip(available).map(|(year, available)| BudgetYear { year, available: euro(available) }),
            },
        })
    }
}

/// Cents as euro.
fn euro(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
