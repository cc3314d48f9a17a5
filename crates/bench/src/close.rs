//! Closing a ballot that awards: state, journal, event, e-mails in the outbox, commit; one at a time, and fifty at once for the same year.
//! Once the engine against a raw transaction, and once the API over HTTP against a bare handler with that transaction.
//!
//! The e-mails are written and not sent: the engine that closes runs on today's clock, and the program beside it, whose worker would send
//! them, lives in 2019.

use std::sync::Arc;
use std::time::Instant;

use domain::identity::Actor;
use domain::ids::BallotId;
use engine::{Call, Engine, SystemClock};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use graphql::limits::Limits;
use poem::endpoint::make;
use poem::{Request, Route};
use serde_json::{Value, json};
use testkit::Backend;
use tokio::sync::watch;
use uuid::Uuid;

use crate::Result;
use crate::bare;
use crate::fill::{Table, count, id};
use crate::load::{Ask, rate_of_each};
use crate::raw::Raw;
use crate::report::{Report, Wanted, median};
use crate::stage::{Stage, token};

const MUTATION: &str =
    "mutation($input: CloseBallotInput!) { closeBallot(input: $input) { ballot { id state carried } userErrors { code message } } }";

/// How many close at once, how many a round, how many rounds of each kind.
struct Plan {
    at_once: usize,
    ballots: usize,
    rounds: usize,
}

/// All that closes.
struct Closers {
    engine: Engine,
    actor: Actor,
    raw: Arc<Raw>,
}

pub(crate) async fn measure(backend: Backend, small: bool, report: &mut Report) -> Result<()> {
    let plans = if small {
        [Plan { at_once: 1, ballots: 5, rounds: 2 }, Plan { at_once: 50, ballots: 50, rounds: 2 }]
    } else {
        [Plan { at_once: 1, ballots: 50, rounds: 6 }, Plan { at_once: 50, ballots: 200, rounds: 6 }]
    };
    // Engine, raw, API, bare; one round of each goes to warming up.
    let total = plans.iter().map(|plan| plan.ballots * (plan.rounds + 1) * 4).sum::<usize>();
    let stage = Stage::begin(backend).await;
    fill(&stage, u64::try_from(total)?).await?;

    let database = stage.app.engine().database().clone();
    let engine = Engine::new(database.clone(), Arc::new(server::config::kiel()), Arc::new(SystemClock));
    let actor = engine.actor_of_token(token(&stage.chair)?).await?.ok_or("the chair is known")?;
    let chair = stage.id_of(&stage.chair).await?;
    let closers = Closers { engine, actor, raw: Arc::new(Raw::new(database.clone(), chair)) };
    let global_ids = global_ids(&stage).await?;

    let mut rest = (0..u64::try_from(total)?).map(|count| id(Table::Ballot, count)).zip(global_ids);
    for plan in &plans {
        let how = if plan.at_once == 1 { "alone".to_owned() } else { format!("{} at once", plan.at_once) };
        let (ours, raw) = closers.by_engine(plan, &mut rest).await?;
        report.rates(&format!("close: engine, {how}, ballots"), backend, ours, raw, Wanted::Ratio(0.5));
    }
    let (shutdown, stopped) = watch::channel(false);
    let address = closers.serve(stopped).await?;
    for plan in &plans {
        let how = if plan.at_once == 1 { "alone".to_owned() } else { format!("{} at once", plan.at_once) };
        let (mut rates, mut bare_rates) = (Vec::new(), Vec::new());
        for round in 0..=plan.rounds {
            let ballots: Vec<_> = rest.by_ref().take(plan.ballots).collect();
            let variables = |ballot: &str| json!({ "input": { "ballotId": ballot } });
            let chair = token(&stage.chair)?;
            let asks = ballots.iter().map(|(_, ballot)| Ask::graphql(address, chair, MUTATION, &variables(ballot))).collect();
            let ours = rate_of_each(asks, plan.at_once).await?;
            let asks = rest.by_ref().take(plan.ballots).map(|(ballot, _)| Ask::get(address, &format!("/close/{ballot}"))).collect();
            let bare = rate_of_each(asks, plan.at_once).await?;
            if round > 0 {
                rates.push(ours);
                bare_rates.push(bare);
            }
        }
        report.rates(&format!("close: GraphQL over HTTP, {how}, ballots"), backend, median(rates), median(bare_rates), Wanted::Ratio(0.5));
    }
    drop(shutdown);

    // Whatever was fast was also done, and all of it.
    for (table, expected) in [("award", total), ("journal_entry", total), ("outbox_message", 2 * total)] {
        let found = count(database.reader(), table).await?;
        if found != i64::try_from(expected)? {
            return Err(format!("{found} rows in {table} instead of {expected}").into());
        }
    }
    Ok(())
}

/// Open ballots on applications of one applicant, for whom two people act.
async fn fill(stage: &Stage, ballots: u64) -> Result<()> {
    let fill = stage.fill(ballots).await?;
    for (name, email) in [("Cora Chor", "cora@chor.example"), ("Tilo Tenor", "tilo@chor.example")] {
        let person = stage.app.person(name, email, "de", &[]).await;
        fill.acts_for_first_applicant(stage.id_of(&person).await?).await?;
    }
    fill.open_ballots(ballots).await
}

/// The ids of all ballots as the API knows them, in their order.
async fn global_ids(stage: &Stage) -> Result<Vec<String>> {
    let query = "query($after: String) { ballots(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = stage.chair.asks(query, json!({ "after": after })).await["ballots"].clone();
        ids.extend(page["nodes"].as_array().into_iter().flatten().filter_map(|node| node["id"].as_str().map(str::to_owned)));
        if page["pageInfo"]["hasNextPage"] != true {
            return Ok(ids);
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

impl Closers {
    /// Rounds of the engine and of the raw transaction in turn: the median rates.
    async fn by_engine(&self, plan: &Plan, ballots: &mut impl Iterator<Item = (Uuid, String)>) -> Result<(f64, f64)> {
        let (mut rates, mut raw_rates) = (Vec::new(), Vec::new());
        for round in 0..=plan.rounds {
            let mut some = || -> Vec<Uuid> { ballots.by_ref().take(plan.ballots).map(|(ballot, _)| ballot).collect() };
            let ours = pace(some(), plan.at_once, |ballot| {
                let (engine, call) = (self.engine.clone(), Call::by(&self.actor));
                async move { Ok(engine.close_ballot(&call, BallotId(ballot)).await.map(|_| ())?) }
            });
            let ours = ours.await?;
            let raw = pace(some(), plan.at_once, |ballot| {
                let (raw, now) = (Arc::clone(&self.raw), self.engine.now());
                async move { raw.close(ballot, now).await }
            });
            let raw = raw.await?;
            if round > 0 {
                rates.push(ours);
                raw_rates.push(raw);
            }
        }
        Ok((median(rates), median(raw_rates)))
    }

    /// The API and a bare handler, side by side. Both know who asks; only one of them checks.
    async fn serve(&self, stopped: watch::Receiver<bool>) -> Result<std::net::SocketAddr> {
        let limits = Limits::default();
        let api = graphql::http::endpoint(graphql::schema(self.engine.clone(), &limits), self.engine.clone(), limits, stopped);
        let (raw, engine) = (Arc::clone(&self.raw), self.engine.clone());
        let bare = make(move |request: Request| {
            let (raw, now) = (Arc::clone(&raw), engine.now());
            async move {
                let closed = async {
                    let ballot = request.uri().path().rsplit('/').next().unwrap_or_default().parse()?;
                    raw.close(ballot, now).await?;
                    Ok(format!(r#"{{"ballot":"{ballot}","carried":true}}"#).into_bytes())
                };
                bare::answer(closed.await)
            }
        });
        bare::serve(Route::new().at("/graphql", api).at("/close/:ballot", bare)).await
    }
}

/// How many ballots a second are closed, that many at a time, each in a task of its own.
async fn pace<F>(ballots: Vec<Uuid>, at_once: usize, close: impl Fn(Uuid) -> F) -> Result<f64>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let total = u32::try_from(ballots.len())?;
    let start = Instant::now();
    let tasks = stream::iter(ballots).map(|ballot| tokio::spawn(close(ballot))).buffer_unordered(at_once);
    tasks.map(|done| done?).try_collect::<()>().await?;
    Ok(f64::from(total) / start.elapsed().as_secs_f64())
}
