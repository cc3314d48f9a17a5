//! Each page is answered with at most ten queries, whatever it lists: every page of the portal, opened by everybody who may, on an
//! installation with a few of everything and on one with many.
//!
//! Counted are the statements that the request sends to the database, as the store tells them, from the first to the last: the one that
//! reads session, person, roles, memberships and recusals is among them. What background work asks at the same time is none of the request's.

use std::collections::BTreeMap;

use testkit::{Backend, statements};

use crate::permissions::{Everybody, Row};

mod installation;

use installation::Installation;

/// The most queries for a page.
const MOST: usize = 10;

/// A page by its door and its place among the rows, and who looks at it.
type Looked = (usize, String, &'static str);

/// What each page asks of the database, by who looks at it.
async fn asked(backend: Backend, of_each: usize) -> BTreeMap<Looked, Vec<String>> {
    let installation = Installation::with(Everybody::begin(backend).await, of_each).await;
    let rows: Vec<Row> = installation.pages();
    let mut asked = BTreeMap::new();
    for mut visitor in installation.visitors().await {
        for (place, row) in rows.iter().enumerate() {
            let shown = visitor.tries(row).await;
            assert!(shown.status < 500, "{} {}: {}", visitor.who, row.path, shown.body);
            if shown.status == 200 {
                asked.insert((place, row.door.to_owned(), visitor.who), statements::of_request(&shown.request_id));
            }
        }
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_is_answered_with_at_most_ten_queries_whatever_it_lists() {
    statements::listen();
    for backend in Backend::ALL {
        let few = Box::pin(asked(backend, 3)).await;
        let many = Box::pin(asked(backend, 9)).await;
        assert!(few.len() > 600, "{backend:?}: {} pages were shown", few.len());
        assert!(few.values().any(|statements| statements.len() > 5), "the statements are heard");
        let mut wrong = Vec::new();
        for (page, statements) in &many {
            let before = few.get(page).map(Vec::len);
            if statements.len() > MOST || before != Some(statements.len()) {
                let (_, door, who) = page;
                wrong.push(format!("{door}, {who}: {before:?} with few, {} with many:\n{}", statements.len(), statements.join("\n")));
            }
        }
        assert!(wrong.is_empty(), "{backend:?}:\n{}", wrong.join("\n\n"));
        assert_eq!(few.len(), many.len(), "{backend:?}: the same pages");
    }
}
