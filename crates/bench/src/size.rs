//! The same questions with ever more applications in the database. Three programs, each with a database of another size, are asked in turn.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Backend;

use crate::Result;
use crate::fill::YEAR;
use crate::list;
use crate::load::times_in_turn;
use crate::report::{Report, Wanted, median};
use crate::stage::Stage;

/// A question whose answer is as long at any size.
struct Question {
    name: &'static str,
    query: String,
    /// Whether the answer has as many rows as it has at any size.
    is_whole: fn(&Value) -> bool,
}

pub(crate) async fn measure(backend: Backend, small: bool, report: &mut Report) -> Result<()> {
    let sizes: [u64; 3] = if small { [100, 1_000, 10_000] } else { [100, 10_000, 1_000_000] };
    let samples = if small { 15 } else { 101 };
    let mut stages = Vec::with_capacity(sizes.len());
    for size in sizes {
        stages.push(Stage::with_applications(backend, size).await?);
    }
    let round = current_round(&stages[0]).await?;
    for question in questions(&round) {
        for stage in &stages {
            let answer = stage.officer.asks(&question.query, json!({})).await;
            if !(question.is_whole)(&answer) {
                return Err(format!("{}: an answer of another size: {answer}", question.name).into());
            }
        }
        let asks = stages.iter().map(|stage| stage.ask(&question.query, &json!({}))).collect::<Result<_>>()?;
        let times: Vec<Duration> = times_in_turn(asks, samples).await?.into_iter().map(median).collect();
        for (size, time) in sizes.iter().zip(&times).skip(1) {
            let name = format!("size: {}, {size} against {}", question.name, sizes[0]);
            report.times(&name, backend, *time, times[0], Wanted::Times(1.5));
        }
    }
    Ok(())
}

fn questions(round: &str) -> [Question; 6] {
    let worklist = format!(r#"applications(first: 20, filter: {{ roundId: "{round}", states: [SUBMITTED, CHANGES_REQUESTED] }})"#);
    let fields = "{ nodes { id number title state amountRequested applicant { id name } } pageInfo { hasNextPage endCursor } }";
    let counted = "{ totalCount nodes { id number title state amountRequested applicant { id name } } pageInfo { hasNextPage endCursor } }";
    [
        Question { name: "the list", query: list::QUERY.to_owned(), is_whole: |answer| rows(&answer["applications"], 20) },
        Question {
            name: "the budget year",
            query: format!(
                "{{ budgetYear(year: {YEAR}) {{ year appropriated increases cuts carriedIn repaid allotted paid committed carriedOut lapsed available }} }}"
            ),
            is_whole: |answer| answer["budgetYear"]["year"] == YEAR,
        },
        Question {
            name: "the journal's first page",
            query: format!(
                "{{ budgetYear(year: {YEAR}) {{ entries(first: 10) {{ nodes {{ ordinal movement amount from to at }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
            ),
            is_whole: |answer| rows(&answer["budgetYear"]["entries"], 10),
        },
        Question {
            name: "by state and round",
            query: format!("{{ {worklist} {fields} }}"),
            is_whole: |answer| rows(&answer["applications"], 20),
        },
        Question {
            name: "by state and round, counted",
            query: format!("{{ {worklist} {counted} }}"),
            is_whole: |answer| rows(&answer["applications"], 20) && answer["applications"]["totalCount"] == 30,
        },
        Question {
            name: "the list, counted",
            query: "{ applications(first: 20) { totalCount nodes { id number } } }".to_owned(),
            is_whole: |answer| rows(&answer["applications"], 20),
        },
    ]
}

fn rows(list: &Value, expected: usize) -> bool {
    list["nodes"].as_array().is_some_and(|nodes| nodes.len() == expected)
}

/// The id of the round that is under way, as the API knows it.
async fn current_round(stage: &Stage) -> Result<String> {
    let rounds = stage.officer.asks("{ rounds { id code } }", json!({})).await;
    let round = rounds["rounds"].as_array().into_iter().flatten().find(|round| round["code"] == "NOW");
    Ok(round.and_then(|round| round["id"].as_str()).ok_or("the round that is under way")?.to_owned())
}
