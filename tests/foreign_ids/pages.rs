//! A page or a form with an id of what somebody may not see is answered exactly like one with an id that does not exist: every door of the
//! portal, for everybody, on both databases.

use std::collections::BTreeSet;

use testkit::Backend;

use super::{sees, unknown};
use crate::permissions::{Everybody, Row, Visitor};
use crate::portal::in_address;

/// What the row is answered with, without what differs from one answer to the next: the id itself, tokens and keys.
async fn answered(visitor: &mut Visitor, row: &Row, id: &str) -> (u16, String, String) {
    let shown = visitor.tries(row).await;
    let key = shown.hidden("key");
    let mut body = shown.body.replace(&in_address(id), "…");
    if !key.is_empty() {
        body = body.replace(&key, "…");
    }
    (shown.status, shown.location.replace(&in_address(id), "…"), body)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_foreign_is_answered_like_what_does_not_exist_on_every_page() {
    for backend in Backend::ALL {
        let all = Everybody::begin(backend).await;
        let mut visitors = all.visitors().await;
        let rows = [all.pages(), all.forms()].concat();
        let (mut foreign, mut tried) = (0, BTreeSet::new());
        for row in &rows {
            for id in &row.things {
                tried.insert((row.method, row.door));
                for (visitor, (_, client)) in visitors.iter_mut().zip(&all.people) {
                    if sees(client, id).await {
                        continue;
                    }
                    foreign += 1;
                    let other = unknown(id);
                    let real = answered(visitor, row, id).await;
                    let none = answered(visitor, &row.exchanged(id, &other), &other).await;
                    assert_eq!(real, none, "{} {} {}", visitor.who, row.method, row.path);
                }
            }
        }
        assert!(foreign > 500, "{foreign}");
        let named: BTreeSet<_> = rows.iter().filter(|row| row.door.contains(":id")).map(|row| (row.method, row.door)).collect();
        assert!(named.is_subset(&tried), "every door with an id is tried");
    }
}
