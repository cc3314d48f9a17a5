//! What the published schema promises: that it is the code's, that everything in it is explained, and that all mutations have one shape.

use std::collections::BTreeSet;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema, value};
use graphql::schema::{Mutation, Query};
use graphql::subscription::SubscriptionRoot;
use serde_json::Value;

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema.graphql");

#[test]
fn the_published_schema_is_that_of_the_code() {
    let sdl = graphql::sdl();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(PUBLISHED, &sdl).expect("schema.graphql is written");
    }
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    let first_difference = sdl.lines().zip(published.lines()).enumerate().find(|(_, (code, file))| code != file);
    assert!(sdl == published, "schema.graphql is not the code's; run with UPDATE_SCHEMA=1 or `sonderfonds schema`. {first_difference:?}");
}

/// The schema as introspection tells it: no resolver runs.
async fn introspected() -> Value {
    let schema = Schema::build(Query::default(), Mutation::default(), SubscriptionRoot).finish();
    let query = "{ __schema { types { name kind description
        fields(includeDeprecated: true) { name description type { ...Type } args { name description type { ...Type } } }
        inputFields { name description type { ...Type } } enumValues(includeDeprecated: true) { name description } } } }
        fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let answer = schema.execute(Request::new(query)).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    serde_json::to_value(answer.data).expect("JSON")["__schema"]["types"].clone()
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value[field].as_array().into_iter().flatten()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

fn find<'a>(types: &'a Value, wanted: &str) -> &'a Value {
    types.as_array().into_iter().flatten().find(|found| name(found) == wanted).unwrap_or_else(|| panic!("type {wanted}"))
}

/// A type as it is written: `[ID!]!`.
fn written(of: &Value) -> String {
    match of["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&of["ofType"])),
        Some("LIST") => format!("[{}]", written(&of["ofType"])),
        _ => name(of).to_owned(),
    }
}

/// `submitApplication` as `SUBMIT_APPLICATION`.
fn screaming(verb: &str) -> String {
    let letters =
        verb.chars().flat_map(|letter| letter.is_ascii_uppercase().then_some('_').into_iter().chain([letter.to_ascii_uppercase()]));
    letters.collect()
}

#[tokio::test]
async fn every_type_field_argument_and_value_is_explained() {
    let types = introspected().await;
    let mut unexplained = Vec::new();
    let mut check = |value: &Value, path: String| {
        if value["description"].as_str().is_none_or(|text| text.trim().is_empty() || text.contains("  ")) {
            unexplained.push(path);
        }
    };
    let built_in = ["Boolean", "Float", "ID", "Int", "String"];
    for found in types.as_array().into_iter().flatten().filter(|found| !name(found).starts_with("__") && !built_in.contains(&name(found))) {
        let of = name(found);
        check(found, of.to_owned());
        for field in list(found, "fields") {
            check(field, format!("{of}.{}", name(field)));
            for argument in list(field, "args") {
                check(argument, format!("{of}.{}({}:)", name(field), name(argument)));
            }
        }
        for member in list(found, "inputFields").chain(list(found, "enumValues")) {
            check(member, format!("{of}.{}", name(member)));
        }
    }
    assert!(unexplained.is_empty(), "without a description: {unexplained:#?}");
}

#[tokio::test]
async fn every_mutation_is_a_verb_with_one_input_and_one_payload() {
    let types = introspected().await;
    let mutations: Vec<&Value> = list(find(&types, "Mutation"), "fields").collect();
    assert!(mutations.len() > 35);
    for mutation in mutations {
        let verb = name(mutation);
        let type_name = verb[..1].to_uppercase() + &verb[1..];
        assert!(!verb.starts_with("update"), "{verb} is no verb of the domain");
        let arguments: Vec<String> =
            list(mutation, "args").map(|argument| format!("{}: {}", name(argument), written(&argument["type"]))).collect();
        assert_eq!(arguments, [format!("input: {type_name}Input!")]);
        assert_eq!(written(&mutation["type"]), format!("{type_name}Payload"));
        let key = list(find(&types, &format!("{type_name}Input")), "inputFields").find(|field| name(field) == "idempotencyKey");
        assert_eq!(key.map(|field| written(&field["type"])), Some("String".to_owned()), "{verb}");
        let payload: Vec<(&str, String)> =
            list(find(&types, &format!("{type_name}Payload")), "fields").map(|field| (name(field), written(&field["type"]))).collect();
        assert_eq!(payload.len(), 2, "{verb}");
        assert!(!payload[0].1.ends_with('!'), "{verb}: a refused mutation has no object");
        assert_eq!(payload[1], ("userErrors", "[UserError!]!".to_owned()));
    }
}

#[tokio::test]
async fn every_available_action_is_the_name_of_a_mutation() {
    let types = introspected().await;
    let mutations: BTreeSet<String> = list(find(&types, "Mutation"), "fields").map(|mutation| screaming(name(mutation))).collect();
    let mut actions = BTreeSet::new();
    for found in types.as_array().into_iter().flatten() {
        for field in list(found, "fields").filter(|field| name(field) == "availableActions") {
            let written = written(&field["type"]);
            let of = written.strip_prefix('[').and_then(|rest| rest.strip_suffix("!]!")).expect("a list of actions");
            assert_eq!(of, format!("{}Action", name(found)));
            actions.extend(list(find(&types, of), "enumValues").map(|value| name(value).to_owned()));
        }
    }
    assert!(actions.is_subset(&mutations), "no mutations: {:?}", actions.difference(&mutations));
    let on_nothing: Vec<&str> = mutations.difference(&actions).map(String::as_str).collect();
    let expected = [
        "ADD_PERSON",
        "ANNOUNCE_ROUND",
        "APPROPRIATE_BUDGET",
        "ASSIGN_SEAT",
        "CALL_MEETING",
        "CHOOSE_DIGEST",
        "CONFIRM_NEW_ADDRESS",
        "CORRECT_MYSELF",
        "CREATE_TOKEN",
        "END_ALL_SESSIONS",
        "GRANT_ROLE",
        "MARK_BRIEFINGS_READ",
        "OPEN_BALLOTS",
        "POST_BRIEFING",
        "REGISTER_APPLICANT",
        "REQUEST_NEW_ADDRESS",
        "SIGN_OUT",
    ];
    assert_eq!(on_nothing, expected, "done with no thing that exists, or with several");
}

#[tokio::test]
async fn a_budget_year_has_the_fields_that_others_rely_on() {
    let types = introspected().await;
    let fields: BTreeSet<&str> = list(find(&types, "BudgetYear"), "fields").map(name).collect();
    let promised = "year appropriated increases cuts carriedIn repaid allotted paid committed carriedOut lapsed available entries";
    assert!(promised.split(' ').all(|field| fields.contains(field)), "{fields:?}");
    let query = list(find(&types, "Query"), "fields").find(|field| name(field) == "budgetYear").expect("budgetYear");
    assert_eq!(written(&query["args"][0]["type"]), "Int!");
}

/// What the library must get right; versions of it did not.
struct Library;

#[Object]
impl Library {
    async fn slow(&self) -> i32 {
        tokio::task::yield_now().await;
        1
    }

    async fn fast(&self) -> i32 {
        2
    }

    async fn inner(&self) -> Option<Inner> {
        Some(Inner)
    }

    async fn nullable(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err("fails".into()))
    }

    async fn fails(&self) -> async_graphql::Result<i32> {
        tokio::task::yield_now().await;
        Err("fails".into())
    }
}

struct Inner;

#[Object]
impl Inner {
    async fn fails(&self) -> async_graphql::Result<i32> {
        tokio::task::yield_now().await;
        Err("fails".into())
    }
}

#[tokio::test]
async fn fields_are_answered_in_the_order_in_which_they_were_asked_for() {
    let schema = Schema::build(Library, EmptyMutation, EmptySubscription).finish();
    let answer = schema.execute("{ slow b: fast slow2: slow a: fast }").await;
    assert_eq!(serde_json::to_string(&answer.data).expect("JSON"), r#"{"slow":1,"b":2,"slow2":1,"a":2}"#);
}

#[tokio::test]
async fn a_failing_field_nulls_the_next_nullable_one_and_no_other() {
    let schema = Schema::build(Library, EmptyMutation, EmptySubscription).finish();
    for (query, data) in [
        ("{ fast fails }", value!(null)),
        ("{ fast inner { fails } }", value!({ "fast": 2, "inner": null })),
        ("{ fast nullable }", value!({ "fast": 2, "nullable": null })),
    ] {
        let answer = schema.execute(query).await;
        assert_eq!(answer.data, data, "{query}");
        assert_eq!(answer.errors.len(), 1, "{query}");
    }
    let whole = serde_json::to_value(schema.execute("{ fast fails }").await).expect("JSON");
    assert_eq!(whole.get("data"), Some(&Value::Null), "data is there, and null");
}
