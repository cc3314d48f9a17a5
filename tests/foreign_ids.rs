//! An id of what somebody may not see answers exactly like one that does not exist: for every type with an id, through every door that takes
//! one, for everybody, on both databases. A new type or a new input with an id that is not tried fails.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::{Backend, Client};

use crate::permissions::Everybody;

mod pages;

/// The id of a thing of the same type that does not exist.
fn unknown(id: &str) -> String {
    let mut bytes = URL_SAFE_NO_PAD.decode(id).expect("an id");
    let colon = bytes.iter().position(|byte| *byte == b':').expect("a type");
    let last = bytes.len() - 1;
    // A budget year has four bytes: one far from every budget. Everything else is a UUID.
    let changed = if last - colon == 4 { last - 1 } else { last };
    bytes[changed] ^= 0x55;
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Each text within an input that is an id, with where it stands.
fn ids_in(input: &Value, path: &str, found: &mut Vec<String>) {
    for (name, value) in input.as_object().into_iter().flatten() {
        let path = format!("{path}/{name}");
        match value {
            Value::String(_) if name.ends_with("Id") => found.push(path),
            Value::Array(items) if name.ends_with("Ids") => found.extend((0..items.len()).map(|index| format!("{path}/{index}"))),
            Value::Object(_) => ids_in(value, &path, found),
            _ => {}
        }
    }
}

async fn sees(client: &Client, id: &str) -> bool {
    let query = "query($id: ID!) { node(id: $id) { __typename } viewer { tokens { id } sessions { id } } }";
    let answer = client.send(query, json!({ "id": id })).await;
    // One's own tokens and sessions are no nodes: nobody else ever sees them.
    let own = &answer.body["data"]["viewer"];
    let is_own = ["tokens", "sessions"].iter().any(|kind| own[kind].as_array().is_some_and(|all| all.iter().any(|one| one["id"] == id)));
    // Who holds a seat is shown with the seat.
    let seats = client.send("{ seatHoldings { person { id } } }", json!({})).await.body;
    let holds = seats["data"]["seatHoldings"].as_array().is_some_and(|all| all.iter().any(|one| one["person"]["id"] == id));
    is_own || holds || !answer.body["data"]["node"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_foreign_answers_like_what_does_not_exist() {
    for backend in Backend::ALL {
        let all = Everybody::begin(backend).await;
        assert_every_type_is_tried(&all).await;
        let mut foreign: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (name, client) in &all.people {
            for (kind, id) in all.things() {
                if sees(client, &id).await {
                    continue;
                }
                foreign.entry(name).or_default().insert(id.clone());
                for query in [
                    "query($id: ID!) { node(id: $id) { id __typename } }",
                    "query($id: ID!) { nodes(ids: [$id]) { id __typename } }",
                    "query($id: ID!) { applicant(id: $id) { id } }",
                    "query($id: ID!) { application(id: $id) { id } }",
                    "query($id: ID!) { ballot(id: $id) { id } }",
                    "query($id: ID!) { round(id: $id) { id } }",
                    "query($id: ID!) { applications(applicant: $id) { totalCount nodes { id } } }",
                    "query($id: ID!) { events(subject: $id) { nodes { kind } } }",
                ] {
                    // The record is the auditor's, also of what they don't see otherwise: drafts.
                    if *name == "auditor" && query.contains("events") {
                        continue;
                    }
                    let real = client.send(query, json!({ "id": id })).await.body.to_string().replace(&id, "…");
                    let none = client.send(query, json!({ "id": unknown(&id) })).await.body.to_string().replace(&unknown(&id), "…");
                    assert_eq!(real, none, "{name} {kind} {query}");
                }
            }
        }
        assert!(foreign["stranger"].len() > 10, "{foreign:?}");
        let mut tried = BTreeSet::new();
        for (name, client) in &all.people {
            for (verb, input) in all.mutations() {
                let mut paths = Vec::new();
                ids_in(&input, "", &mut paths);
                for path in paths {
                    let id = input.pointer(&path).and_then(Value::as_str).expect("an id").to_owned();
                    tried.insert(format!("{verb}{path}"));
                    if sees(client, &id).await {
                        continue;
                    }
                    let mut other = input.clone();
                    *other.pointer_mut(&path).expect("there") = json!(unknown(&id));
                    let real = client.mutates(verb, input.clone(), "__typename").await.body.to_string();
                    let none = client.mutates(verb, other, "__typename").await.body.to_string();
                    assert_eq!(real.replace(&id, "…"), none.replace(&unknown(&id), "…"), "{name} {verb} {path}");
                }
            }
        }
        assert_every_input_is_tried(&all, &tried).await;
    }
}

/// Every type that `node` finds has its thing.
async fn assert_every_type_is_tried(all: &Everybody) {
    let (_, anybody) = &all.people[1];
    let schema = anybody.asks("{ __type(name: \"Node\") { possibleTypes { name } } }", json!({})).await;
    let types: BTreeSet<String> = schema["__type"]["possibleTypes"]
        .as_array()
        .expect("types")
        .iter()
        .filter_map(|found| found["name"].as_str().map(str::to_owned))
        .collect();
    let tried: BTreeSet<String> = all.things().iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(types, tried);
}

/// Every id that an input of a mutation takes was tried, besides those of inputs that may be left out.
async fn assert_every_input_is_tried(all: &Everybody, tried: &BTreeSet<String>) {
    let (_, anybody) = &all.people[1];
    let query = "{ __schema { mutationType { fields { name args { type { ofType { inputFields { name type { kind } } } } } } } } }";
    let schema = anybody.asks(query, json!({})).await;
    for mutation in schema["__schema"]["mutationType"]["fields"].as_array().expect("fields") {
        let verb = mutation["name"].as_str().expect("a name");
        for field in mutation["args"][0]["type"]["ofType"]["inputFields"].as_array().expect("fields") {
            let name = field["name"].as_str().expect("a name");
            let is_id = name.ends_with("Id") || name.ends_with("Ids");
            if is_id && field["type"]["kind"] == "NON_NULL" && verb != "resendMessage" {
                assert!(tried.iter().any(|path| path.starts_with(&format!("{verb}/{name}"))), "{verb} {name} is not tried");
            }
        }
    }
}
