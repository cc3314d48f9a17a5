//! Many at once: 200 ballots of 1,000 € against 150,000 €. Exactly 150 become awards, 50 wait, and the journal sums up; with one process, with
//! two on one PostgreSQL, and with one that is killed in the middle and started again. Nothing is half done, and no e-mail is missing.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use serde_json::json;
use testkit::{App, Backend, Client, Process};

use crate::stage::Stage;

const BALLOTS: usize = 200;
const AWARDS: usize = 150;
/// The budget year was appropriated: finance and the chair were told.
const UNRELATED: usize = 2;

/// Two hundred ballots, all but closed, for a year that has money for 150 of them.
async fn all_but_closed(backend: Backend) -> (Stage, Vec<String>) {
    // Kiel's trifle limit is higher than what is raced for (R8).
    let mut fund = server::config::kiel();
    fund.application.minimum = "1000.00".parse().expect("an amount");
    let stage = Stage::begin(App::for_fund(backend, fund).await).await;
    let input = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1/2019" });
    stage.finance.does("appropriateBudget", input, "budgetYear { year }").await;
    let mut ballots = Vec::with_capacity(BALLOTS);
    for _ in 0..BALLOTS {
        let application = stage.admitted_for("1000.00").await;
        ballots.push(stage.ballot_for(&application, "1000.00").await);
    }
    (stage, ballots)
}

/// Closes all ballots at once, each by its own request; who loses a race or a connection asks again under the same key, as a client would.
async fn close_all(chairs: &[Client], ballots: &[String], closed: &AtomicUsize) {
    let close = async |index: usize, ballot: &String| {
        for attempt in 0..200 {
            let chair = &chairs[(index + attempt) % chairs.len()];
            let input = json!({ "ballotId": ballot, "idempotencyKey": format!("close {index}") });
            let Ok(answer) = chair.try_mutates("closeBallot", input, "ballot { id }").await else { continue };
            if answer.body.get("errors").is_none() {
                assert_eq!(answer.body["data"]["closeBallot"]["userErrors"], json!([]), "ballot {index}");
                closed.fetch_add(1, Ordering::SeqCst);
                return;
            }
            let codes = answer.codes();
            assert!(codes.iter().all(|code| code == "CONFLICT" || code == "UNAVAILABLE"), "ballot {index}: {codes:?}");
        }
        panic!("ballot {index} was not closed");
    };
    join_all(ballots.iter().enumerate().map(|(index, ballot)| close(index, ballot))).await;
}

/// 150 awards, 50 on the waiting list, 0.00 left, sound books, and one message of the decision for each application.
async fn assert_exact(stage: &Stage) {
    let books = stage.officer.asks("{ budgetYear(year: 2020) { committed available } }", json!({})).await;
    assert_eq!(books, json!({ "budgetYear": { "committed": "150000.00", "available": "0.00" } }));
    for (state, expected) in [("AWARDED", AWARDS), ("WAITING", BALLOTS - AWARDS)] {
        let query = format!("{{ applications(filter: {{ states: [{state}] }}) {{ totalCount }} }}");
        let count = stage.officer.asks(&query, json!({})).await;
        assert_eq!(count["applications"]["totalCount"], expected, "{state}");
    }
    let report = stage.app.engine().verify().await.expect("verifies");
    assert_eq!(report.findings, []);

    assert_eq!(told(stage, "application-awarded").await, AWARDS, "a message for each award, and no other");
    assert_eq!(told(stage, "waiting-listed").await, BALLOTS - AWARDS, "a message for each place, and no other");
}

/// Every message was sent, whoever was killed while sending it: what a process had claimed is sent again when its lease is over, under the
/// same Message-ID, so into the same file.
async fn assert_all_delivered(stage: &Stage) {
    // The process lived in the computer's time: beyond that, every lease is over and everything is due.
    stage.app.at("2200-01-01T00:00:00Z");
    stage.app.deliver_mail().await;
    let unsent = stage
        .officer
        .asks("{ pending: messages(state: PENDING) { nodes { id } } dead: messages(state: DEAD) { nodes { id } } }", json!({}))
        .await;
    assert_eq!(unsent, json!({ "pending": { "nodes": [] }, "dead": { "nodes": [] } }));
    let files = std::fs::read_dir(stage.app.data().join("mail")).expect("the folder").count();
    // Each application was received, admitted and decided upon.
    assert_eq!(files, BALLOTS * 3 + UNRELATED, "a file for each message, and no more");
}

/// How many messages of that kind there are. Each has a key of its own, made of what it is about: the database takes none twice.
async fn told(stage: &Stage, kind: &str) -> usize {
    let (mut count, mut after) = (0, json!(null));
    loop {
        let query = "query($after: String) { messages(first: 100, after: $after) { nodes { kind } pageInfo { hasNextPage endCursor } } }";
        let page = stage.officer.asks(query, json!({ "after": after })).await["messages"].clone();
        count += page["nodes"].as_array().expect("messages").iter().filter(|message| message["kind"] == kind).count();
        if page["pageInfo"]["hasNextPage"] != true {
            return count;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_ballots_at_once_in_one_process() {
    for backend in Backend::ALL {
        let (stage, ballots) = all_but_closed(backend).await;
        close_all(std::slice::from_ref(&stage.chair), &ballots, &AtomicUsize::new(0)).await;
        assert_exact(&stage).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_ballots_at_once_in_two_processes() {
    let (stage, ballots) = all_but_closed(Backend::Postgres).await;
    let processes = [Process::serve(&stage.app).await, Process::serve(&stage.app).await];
    let chairs: Vec<Client> = processes.iter().map(|process| stage.chair.at(process.address())).collect();
    close_all(&chairs, &ballots, &AtomicUsize::new(0)).await;
    assert_exact(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_ballots_at_once_and_the_process_is_killed() {
    for backend in Backend::ALL {
        let (stage, ballots) = all_but_closed(backend).await;
        let mut process = Process::serve(&stage.app).await;
        let chairs = [stage.chair.at(process.address())];
        let closed = AtomicUsize::new(0);
        let killed = async {
            // The condition comes about by other tasks' doing; this one only has to let them.
            while closed.load(Ordering::SeqCst) < BALLOTS / 4 {
                tokio::task::yield_now().await;
            }
            process.kill().await;
            assert!(closed.load(Ordering::SeqCst) < BALLOTS, "it was killed in the middle");
            process.start_again().await;
        };
        tokio::join!(close_all(&chairs, &ballots, &closed), killed);
        assert_exact(&stage).await;
        process.kill().await;
        assert_all_delivered(&stage).await;
    }
}
