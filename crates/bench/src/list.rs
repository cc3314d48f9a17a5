//! Twenty applications with applicant, cities, round and budget year: by GraphQL over HTTP, against a bare handler with one joined query and
//! hand-written JSON, in the same process, on the same connections, under the same load.

use std::sync::Arc;
use std::time::Duration;

use poem::Route;
use poem::endpoint::make;
use serde_json::{Value, json};
use testkit::Backend;

use crate::Result;
use crate::bare::{self, List};
use crate::load::{Ask, Connection, aside, rate};
use crate::report::{Report, Wanted, median};
use crate::stage::Stage;

/// The question.
pub(crate) const QUERY: &str = "{ applications(first: 20) { \
    nodes { id number title state amountRequested receivedAt applicant { id name } cities { name } \
    round { id code budgetYear { year available } } } \
    pageInfo { hasNextPage } } }";

/// How many connections ask at once.
pub(crate) const CONNECTIONS: usize = 8;

pub(crate) async fn measure(backend: Backend, small: bool, report: &mut Report) -> Result<()> {
    let stage = Stage::with_applications(backend, if small { 200 } else { 2_000 }).await?;
    let list = List::new(stage.app.engine().database().reader().clone(), stage.app.engine().fund());
    let handler = make(move |_| {
        let list = Arc::clone(&list);
        async move { bare::answer(list.page().await) }
    });
    let ours = stage.ask(QUERY, &json!({}))?;
    let bare = Ask::get(bare::serve(Route::new().at("/list", handler)).await?, "/list");
    same(&ours, &bare).await?;

    let (rounds, span) = if small { (2, Duration::from_millis(300)) } else { (5, Duration::from_secs(2)) };
    let (mut rates, mut bare_rates) = (Vec::new(), Vec::new());
    rate(&ours, CONNECTIONS, span / 2).await?;
    rate(&bare, CONNECTIONS, span / 2).await?;
    for _ in 0..rounds {
        rates.push(rate(&ours, CONNECTIONS, span).await?);
        bare_rates.push(rate(&bare, CONNECTIONS, span).await?);
    }
    report.rates("list: 20 applications, requests", backend, median(rates), median(bare_rates), Wanted::Ratio(0.5));
    Ok(())
}

/// Both answer with the same twenty applications.
async fn same(ours: &Ask, bare: &Ask) -> Result<()> {
    let (ours, bare) = (body(ours).await?, body(bare).await?);
    let (ours, bare) = (&ours["data"]["applications"], &bare);
    let key = |node: &Value| {
        let year = &node["round"]["budgetYear"];
        json!([
            node["number"],
            node["amountRequested"],
            node["receivedAt"],
            node["applicant"]["name"],
            node["cities"],
            node["round"]["deadline"],
            year
        ])
    };
    let keys = |list: &Value| list["nodes"].as_array().map(|nodes| nodes.iter().map(key).collect::<Vec<_>>()).unwrap_or_default();
    if keys(ours).len() != 20 || keys(ours) != keys(bare) {
        return Err(format!("the two lists differ:\n{ours}\n{bare}").into());
    }
    Ok(())
}

/// One answer as JSON.
async fn body(ask: &Ask) -> Result<Value> {
    let ask = ask.clone();
    let bytes = aside(move || Connection::open(ask.address())?.ask(&ask).map(<[u8]>::to_vec)).await?;
    Ok(serde_json::from_slice(&bytes)?)
}
