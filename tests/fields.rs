//! Which fields of the API are hidden from somebody who sees the thing that they are of. `docs/fields.md` declares each field of each type,
//! and is held to the schema, so that a new field without a declaration fails; and to the server, where everybody looks at everything.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::identity::{Actor, Permission, Scope};
use serde_json::{Value, json};
use testkit::{Backend, Client};

use crate::permissions::Everybody;
use crate::stage::id;

const PAGE: &str = include_str!("../docs/fields.md");

/// What a field is, and where: `Applicant.name` of the thing with that id.
type Found = BTreeMap<(String, String), Value>;

/// The schema's object types with their fields, as introspection tells them.
struct Types {
    fields: BTreeMap<String, Vec<Field>>,
    /// Those with an id, for `node`.
    nodes: BTreeSet<String>,
}

struct Field {
    name: String,
    /// The type, without what says that it is a list or not null.
    of: String,
}

impl Types {
    async fn of(client: &Client) -> Self {
        let query = "{ __type(name: \"Node\") { possibleTypes { name } } __schema { types { kind name fields {
            name type { name ofType { name ofType { name ofType { name } } } } } } } }";
        let seen = client.asks(query, json!({})).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let named = |of: &Value| {
            let mut of = of;
            while of["name"].is_null() && !of["ofType"].is_null() {
                of = &of["ofType"];
            }
            text(&of["name"])
        };
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let types = list(&seen["__schema"]["types"]);
        let objects = types.iter().filter(|found| found["kind"] == "OBJECT" && !text(&found["name"]).starts_with("__"));
        let field = |field: &Value| Field { name: text(&field["name"]), of: named(&field["type"]) };
        let fields = objects.map(|found| (text(&found["name"]), list(&found["fields"]).iter().map(field).collect())).collect();
        let nodes = list(&seen["__type"]["possibleTypes"]).iter().map(|found| text(&found["name"])).collect();
        Self { fields, nodes }
    }

    /// What the fields of a type are asked for with: things with an id by it, everything else whole.
    fn selection(&self, of: &str) -> String {
        let Some(fields) = self.fields.get(of) else { return String::new() };
        if let Some(element) = of.strip_suffix("Connection") {
            return format!("{{ nodes {} }}", self.below(element));
        }
        let fields = fields.iter().map(|field| format!("{} {}", field.name, self.below(&field.of)));
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
    }

    fn below(&self, of: &str) -> String {
        if self.nodes.contains(of) { "{ id }".to_owned() } else { self.selection(of) }
    }

    /// Every field below a value, by type and name and by where it stands. What has fields of its own counts as given, or as so many.
    fn walk(&self, of: &str, value: &Value, path: &str, found: &mut Found) {
        let Some(fields) = self.fields.get(of) else { return };
        for field in fields {
            let value = &value[&field.name];
            let of_list = field.of.strip_suffix("Connection");
            let (value, below) = of_list.map_or((value, field.of.as_str()), |element| (&value["nodes"], element));
            let whole = self.nodes.contains(below) || !self.fields.contains_key(below);
            let here = format!("{path}.{}", field.name);
            let value = match value {
                Value::Object(_) if !whole => {
                    self.walk(below, value, &here, found);
                    json!("given")
                }
                Value::Array(items) if !whole => {
                    items.iter().enumerate().for_each(|(index, item)| self.walk(below, item, &format!("{here}[{index}]"), found));
                    if items.is_empty() { Value::Null } else { json!(items.len()) }
                }
                Value::Array(items) if items.is_empty() => Value::Null,
                value => value.clone(),
            };
            found.insert((format!("{of}.{}", field.name), path.to_owned()), value);
        }
    }
}

/// What the page says of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Declared {
    /// Who sees the thing sees it.
    AsTheThing,
    /// Of who sees the thing only those see it who have this permission on it; a name, besides, whose it is.
    Hidden(Permission),
    /// It depends on who asks, by its nature: what they can do, and lists in which each thing is shown or not as what it is.
    ByWhoAsks,
}

/// The page's table: every field by type and name.
fn declared() -> BTreeMap<String, Declared> {
    let mut found = BTreeMap::new();
    for row in PAGE.lines().filter_map(|line| line.strip_prefix("| `")) {
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(|cell| cell.trim().trim_end_matches('`')).collect();
        let [of, open, hidden, by_who_asks] = cells[..] else { panic!("four cells: {row}") };
        let mut declare =
            |name: &str, what| assert!(found.insert(format!("{of}.{name}"), what).is_none(), "{of}.{name} stands there twice");
        let names = |cell: &'static str| cell.split(',').map(str::trim).filter(|name| !name.is_empty());
        names(open).for_each(|name| declare(name, Declared::AsTheThing));
        names(by_who_asks).for_each(|name| declare(name, Declared::ByWhoAsks));
        for hidden in names(hidden) {
            let (name, permission) = hidden.split_once(": ").unwrap_or_else(|| panic!("{of}: which permission: {hidden}"));
            let found = Permission::ALL.iter().find(|known| format!("{known:?}") == permission);
            declare(name, Declared::Hidden(*found.unwrap_or_else(|| panic!("{of}.{name}: no permission {permission}"))));
        }
    }
    found
}

/// Operations have their rows in `docs/permissions.md`; payloads, pages of lists and their edges have one shape, and nothing of their own.
fn is_declared_elsewhere(of: &str) -> bool {
    let ends = ["Payload", "Connection", "Edge"];
    ["Query", "Mutation", "Subscription", "PageInfo", "UserError"].contains(&of) || ends.iter().any(|end| of.ends_with(end))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_the_schema_is_declared_and_no_other() {
    let app = testkit::App::start(Backend::Sqlite).await;
    let types = Types::of(&app.anonymous()).await;
    let mut fields = BTreeSet::new();
    for (of, its) in &types.fields {
        let names: BTreeSet<&str> = its.iter().map(|field| field.name.as_str()).collect();
        if of.ends_with("Connection") {
            assert_eq!(names, BTreeSet::from(["edges", "nodes", "pageInfo", "totalCount"]), "{of}");
        } else if of.ends_with("Edge") {
            assert_eq!(names, BTreeSet::from(["cursor", "node"]), "{of}");
        } else if !is_declared_elsewhere(of) {
            fields.extend(names.into_iter().map(|name| format!("{of}.{name}")));
        }
    }
    let declared: BTreeSet<String> = declared().into_keys().collect();
    let missing: Vec<&String> = fields.difference(&declared).collect();
    assert!(missing.is_empty(), "say in docs/fields.md who sees them: {missing:?}");
    let gone: Vec<&String> = declared.difference(&fields).collect();
    assert!(gone.is_empty(), "docs/fields.md knows what the schema does not: {gone:?}");
}

/// The UUID in a global id.
fn uuid(id: &str) -> uuid::Uuid {
    let bytes = URL_SAFE_NO_PAD.decode(id).expect("an id");
    uuid::Uuid::from_slice(&bytes[bytes.len() - 16..]).expect("an id")
}

/// Everybody, and the things that they look at: by type, id, and whose it is.
struct Looking {
    all: Everybody,
    things: Vec<(&'static str, String, Scope)>,
}

impl Looking {
    async fn begin(backend: Backend) -> Self {
        let all = Everybody::begin(backend).await;
        let first = |kind: &str| all.things().into_iter().find(|(of, _)| *of == kind).map(|(_, id)| id).expect("is there");
        let stage = &all.stage;
        // So that what is hidden is there: an account confirmed and paid to, a rejection, a consent, a role that somebody gave, from a later
        // day on, and a member of the committee who acts for the applicant.
        let (account, payout, motion) = (first("BankAccount"), first("Payout"), first("Motion"));
        stage.finance.does("confirmBankAccount", json!({ "bankAccountId": account }), "bankAccount { id }").await;
        stage.officer.does("certifyPayout", json!({ "payoutId": payout, "bankAccountId": account }), "payout { id }").await;
        stage.finance.does("orderPayout", json!({ "payoutId": payout }), "payout { id }").await;
        let opened = stage.officer.does("openBallot", json!({ "motionId": motion, "form": "RECORDED" }), "ballot { id }").await;
        let ballot = id(&opened["ballot"]["id"]);
        let tally = json!({ "ballotId": ballot, "yes": 8, "no": 1, "abstained": 2, "excluded": 0 });
        stage.officer.does("recordTally", tally, "ballot { id }").await;
        stage.chair.does("closeBallot", json!({ "ballotId": ballot }), "ballot { id }").await;
        let consent = json!({ "applicationId": first("Application"), "reason": "Fähre" });
        stage.officer.does("consentToEarlyStart", consent, "application { id }").await;
        let (_, administrator) = all.people.last().expect("the administrator");
        let (_, stranger) = all.people.iter().find(|(who, _)| *who == "stranger").expect("is tried");
        let person = stranger.asks("{ viewer { id } }", json!({})).await["viewer"]["id"].clone();
        let grant = json!({ "personId": person, "role": "FINANCE", "from": "2019-12-01", "reason": "Vertretung" });
        let granted = administrator.does("grantRole", grant, "person { roles { id } }").await;
        let grant = id(&granted["person"]["roles"][0]["id"]);
        let invitation = stage.invites(&stage.chair.email, "READER").await;
        stage.chair.does("acceptInvitation", json!({ "invitationId": invitation }), "invitation { id }").await;

        let applicant = uuid(&stage.applicant_id).into();
        let recusal = first("Recusal");
        let query =
            "query($id: ID!) { node(id: $id) { ... on Recusal { application { id } } } applications(first: 50) { nodes { id state } } }";
        let seen = stage.officer.asks(query, json!({ "id": recusal })).await;
        let recused = uuid(seen["node"]["application"]["id"].as_str().expect("an id")).into();
        let mut things: Vec<_> = all.things().into_iter().map(|(of, id)| (of, id, Scope::of(applicant))).collect();
        things.retain(|(of, ..)| *of != "Application");
        things.push(("RoleGrant", grant, Scope::everyone()));
        for application in seen["applications"]["nodes"].as_array().expect("applications") {
            let private = application["state"] == "DRAFT";
            let scope = Scope::of(applicant).about(uuid(application["id"].as_str().expect("an id")).into());
            things.push(("Application", id(&application["id"]), Scope { private, ..scope }));
        }
        things.iter_mut().filter(|(of, ..)| *of == "Recusal").for_each(|(.., scope)| *scope = scope.about(recused));
        Self { all, things }
    }

    fn scope(&self, id: &str) -> Scope {
        self.things.iter().find(|(_, thing, _)| id.starts_with(thing)).map_or(Scope::everyone(), |(.., scope)| *scope)
    }
}

/// Somebody who looks: as the engine knows them.
struct Looker {
    name: &'static str,
    actor: Actor,
    /// The id of their own person.
    own: Value,
    found: Found,
}

impl Looker {
    async fn look(looking: &Looking, types: &Types, name: &'static str, client: &Client) -> Self {
        let actor = match client.token() {
            Some(token) => looking.all.stage.app.engine().actor_of_token(token).await.expect("asked").expect("somebody"),
            None => Actor::anonymous(),
        };
        let own = client.asks("{ viewer { id } }", json!({})).await["viewer"].clone();
        let mut found = Found::new();
        for (of, id, _) in &looking.things {
            let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on {of} {} }} }}", types.selection(of));
            let answer = client.send(&query, json!({ "id": id })).await;
            // A list of things that nobody sees without signing in says so.
            assert!(answer.codes().iter().all(|code| code == "UNAUTHENTICATED" && name == "nobody"), "{name} {of}: {}", answer.body);
            let thing = &answer.body["data"]["node"];
            if !thing.is_null() {
                types.walk(of, thing, id, &mut found);
            }
        }
        // What has no id of its own for `node`, or is seen where another thing shows it: each by what it is known by.
        let (event, person) = (types.selection("Event"), types.selection("Person"));
        for (of, query, list, key) in [
            ("Event", format!("{{ events(last: 100) {{ nodes {event} }} }}"), "/events/nodes", "/sequence"),
            ("Event", format!("{{ viewer {{ events(last: 100) {{ nodes {event} }} }} }}"), "/viewer/events/nodes", "/sequence"),
            ("Person", format!("{{ seatHoldings {{ person {person} }} }}"), "/seatHoldings", "/person/id"),
        ] {
            let answer = client.send(&query, json!({})).await;
            for item in answer.body["data"].pointer(list).and_then(Value::as_array).into_iter().flatten() {
                let known_by = item.pointer(key).expect("what it is known by").to_string();
                types.walk(of, item.get("person").unwrap_or(item), &known_by, &mut found);
            }
        }
        Self { name, actor, own, found }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_hides_what_is_declared_and_nothing_else() {
    for backend in Backend::ALL {
        let looking = Box::pin(Looking::begin(backend)).await;
        let types = Types::of(&looking.all.stage.officer).await;
        let mut lookers = Vec::new();
        for (name, client) in &looking.all.people {
            lookers.push(Looker::look(&looking, &types, name, client).await);
        }
        let declared = declared();
        let places: BTreeSet<&(String, String)> = lookers.iter().flat_map(|looker| looker.found.keys()).collect();
        let (mut wrong, mut shown, mut withheld) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for place in places {
            let (field, path) = place;
            let seen = || lookers.iter().filter_map(|looker| looker.found.get(place).map(|value| (looker, value)));
            // Whoever sees it sees the same.
            let Some((_, whole)) = seen().find(|(_, value)| !value.is_null()) else { continue };
            let what = declared.get(field).copied().unwrap_or(Declared::ByWhoAsks);
            for (looker, value) in seen() {
                let expected = match what {
                    Declared::ByWhoAsks => continue,
                    Declared::AsTheThing => true,
                    Declared::Hidden(permission) => {
                        looker.actor.may(permission, looking.scope(path)) || (whole["id"].is_string() && *whole == looker.own)
                    }
                };
                if *value != if expected { whole.clone() } else { Value::Null } {
                    wrong.insert(format!("{field} for {}: {value}, {what:?}", looker.name));
                }
                if matches!(what, Declared::Hidden(_)) {
                    if expected {
                        shown.insert(field.clone())
                    } else {
                        withheld.insert(field.clone())
                    };
                }
            }
        }
        assert!(wrong.is_empty(), "{backend:?}: {wrong:#?}");
        let hidden = declared.iter().filter(|(_, what)| matches!(what, Declared::Hidden(_))).map(|(field, _)| field.clone());
        let untried: Vec<String> = hidden.filter(|field| !(shown.contains(field) && withheld.contains(field))).collect();
        assert_eq!(untried, [""; 0], "shown to somebody, and withheld from somebody who sees the thing");
    }
}
