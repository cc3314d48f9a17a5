//! Queries that ask for all that the schema offers, written from the schema: a new type or field is asked for without a word here, and a new
//! query whose arguments nobody knows fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::Client;

/// How many objects lie below one another in a query, lists not counted.
const DEPTH: usize = 4;

/// The schema, as far as queries are written from it.
pub(crate) struct Everything(BTreeMap<String, Value>);

/// The GraphQL type of the thing that an id names.
pub(crate) fn type_of(id: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(id).expect("an id");
    let colon = bytes.iter().position(|byte| *byte == b':').expect("a type");
    String::from_utf8(bytes[..colon].to_vec()).expect("a name")
}

/// The id of a thing as the database and the record know it.
pub(crate) fn uuid_of(id: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(id).expect("an id");
    uuid::Uuid::from_slice(&bytes[bytes.len() - 16..]).expect("a UUID").to_string()
}

impl Everything {
    pub(crate) async fn of(client: &Client) -> Self {
        let of_type = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        let query =
            format!("{{ __schema {{ types {{ name kind fields {{ name args {{ name defaultValue {of_type} }} {of_type} }} }} }} }}");
        let schema = client.asks(&query, json!({})).await;
        let types = schema["__schema"]["types"].as_array().expect("types");
        Self(types.iter().map(|found| (name(found), found.clone())).collect())
    }

    /// Every query with all that it offers. `asked` says with which arguments a field is asked that needs some; `ids` are asked for with
    /// `node` and `nodes`.
    pub(crate) fn queries(&self, asked: &BTreeMap<&str, Vec<String>>, ids: &[String]) -> Vec<(String, String)> {
        let mut queries = Vec::new();
        for field in self.fields("Query") {
            let field_name = name(field);
            if field_name == "node" || field_name == "nodes" {
                queries.extend(ids.iter().map(|id| self.node(&field_name, id)));
                continue;
            }
            let below = self.below(field, DEPTH, &mut Vec::new()).unwrap_or_default();
            let arguments = match asked.get(field_name.as_str()) {
                Some(arguments) => arguments.clone(),
                None if needs_arguments(field) => panic!("nobody says how `{field_name}` is asked"),
                None => vec![page_of(field).to_owned()],
            };
            queries.extend(arguments.iter().map(|arguments| (field_name.clone(), format!("{{ {field_name}{arguments} {below} }}"))));
        }
        queries
    }

    /// Everything that a field of a root type offers: for subscriptions.
    pub(crate) fn all_of(&self, root: &str, field: &str) -> String {
        let field = self.fields(root).iter().find(|found| found["name"] == field).expect("a field");
        self.below(field, DEPTH, &mut Vec::new()).expect("an object")
    }

    /// The names of a root type's fields.
    pub(crate) fn names(&self, root: &str) -> Vec<String> {
        self.fields(root).iter().map(name).collect()
    }

    fn node(&self, field: &str, id: &str) -> (String, String) {
        let kind = type_of(id);
        let selection = self.selection(&kind, DEPTH, &mut Vec::new());
        let argument = if field == "node" { format!("id: {id:?}") } else { format!("ids: [{id:?}]") };
        (format!("{field}, {kind}"), format!("{{ {field}({argument}) {{ __typename ... on {kind} {selection} }} }}"))
    }

    fn fields(&self, kind: &str) -> &[Value] {
        self.0[kind]["fields"].as_array().expect("fields")
    }

    /// What is selected below a field; `None` where that is enough, or too deep.
    fn below(&self, field: &Value, depth: usize, path: &mut Vec<String>) -> Option<String> {
        let kind = innermost(&field["type"]);
        match self.0[&kind]["kind"].as_str() {
            Some("SCALAR" | "ENUM") => Some(String::new()),
            Some("OBJECT") if depth > 0 && !path.contains(&kind) => Some(self.selection(&kind, depth, path)),
            _ => None,
        }
    }

    /// All that a type offers without arguments; no type below itself.
    fn selection(&self, kind: &str, depth: usize, path: &mut Vec<String>) -> String {
        let is_list = kind.ends_with("Connection");
        path.push(kind.to_owned());
        let mut selection = String::from("{ __typename");
        for field in self.fields(kind) {
            let field_name = name(field);
            // The same things once more.
            let again = is_list && (field_name == "edges" || field_name == "pageInfo");
            if again || needs_arguments(field) {
                continue;
            }
            if let Some(below) = self.below(field, if is_list { depth } else { depth - 1 }, path) {
                let _ = write!(selection, " {field_name}{} {below}", page_of(field));
            }
        }
        path.pop();
        selection + " }"
    }
}

fn name(thing: &Value) -> String {
    thing["name"].as_str().expect("a name").to_owned()
}

fn innermost(kind: &Value) -> String {
    if kind["ofType"].is_null() { name(kind) } else { innermost(&kind["ofType"]) }
}

fn needs_arguments(field: &Value) -> bool {
    let needed = |argument: &Value| argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null();
    field["args"].as_array().expect("arguments").iter().any(needed)
}

/// A page that holds all that a test makes.
fn page_of(field: &Value) -> &'static str {
    let pages = field["args"].as_array().expect("arguments").iter().any(|argument| argument["name"] == "first");
    if pages { "(first: 50)" } else { "" }
}
