//! The resolvers over a real engine and database: who sees what, how errors look, and what is told to who watches.

use std::sync::Arc;

use async_graphql::{Request, Variables};
use chrono::{DateTime, Utc};
use domain::identity::{Actor, Role};
use domain::ids::PersonId;
use domain::language::Language;
use engine::{Engine, NewPerson};
use futures_util::StreamExt as _;
use graphql::limits::Limits;
use graphql::{Schema, Session};
use serde_json::{Value, json};

/// Stands still on a day before the round's deadline.
struct FixedClock;

impl engine::Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        "2019-10-01T10:00:00Z".parse().expect("an instant")
    }
}

/// An engine on a database of its own.
struct Stage {
    engine: Engine,
    schema: Schema,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("fund.db").display());
        let database = store::Database::open(&url).await.expect("a database");
        database.migrate().await.expect("migrated");
        let fund = toml::from_str(include_str!("../../../config/kiel.toml")).expect("the fund");
        let engine = Engine::new(database, Arc::new(fund), Arc::new(FixedClock));
        let schema = graphql::schema(engine.clone(), &Limits::default());
        Self { engine, schema, _folder: folder }
    }

    async fn person(&self, name: &str, language: Language, roles: &[Role]) -> PersonId {
        let new = NewPerson { name: name.to_owned(), email: Some(format!("{name}@stadt.example")), language, roles: roles.to_vec() };
        self.engine.add_person(new).await.expect("a person")
    }

    async fn session(&self, person: PersonId) -> Session {
        let known = Actor { person: Some(person), ..Actor::default() };
        Session::new(self.engine.clone(), self.engine.refreshed(&known).await.expect("an actor"))
    }

    async fn send(&self, session: &Session, query: &str, variables: Value) -> Value {
        let request = Request::new(query).variables(Variables::from_json(variables)).data(session.clone());
        serde_json::to_value(self.schema.execute(request).await).expect("JSON")
    }

    async fn ask(&self, session: &Session, query: &str, variables: Value) -> Value {
        let answer = self.send(session, query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].clone()
    }

    /// The code and field of the one error.
    async fn fails(&self, session: &Session, query: &str, variables: Value) -> (String, Value) {
        let answer = self.send(session, query, variables).await;
        let errors = answer["errors"].as_array().cloned().unwrap_or_default();
        let [error] = &errors[..] else { panic!("one error: {answer}") };
        (error["extensions"]["code"].as_str().unwrap_or("no code").to_owned(), error["extensions"]["field"].clone())
    }

    async fn does(&self, session: &Session, verb: &str, input: Value, selection: &str) -> Value {
        let answer = self.mutate(session, verb, input, selection).await;
        assert_eq!(answer["userErrors"], json!([]), "{verb}");
        answer
    }

    async fn mutate(&self, session: &Session, verb: &str, input: Value, selection: &str) -> Value {
        let query = mutation(verb, selection);
        self.ask(session, &query, json!({ "input": input })).await[verb].clone()
    }

    /// A round, and an applicant of that session's person.
    async fn round_and_applicant(&self, applicant: &Session) -> (Value, Value) {
        let officer = self.session(self.person("amt", Language::De, &[Role::CaseOfficer]).await).await;
        let round = json!({ "code": "2020", "deadline": "2019-10-31", "projectsFrom": "2020-01-01", "projectsUntil": "2020-12-31", "budgetYear": 2020 });
        let round = self.does(&officer, "announceRound", round, "round { id }").await["round"]["id"].clone();
        let new = json!({ "kind": "NON_PROFIT_ASSOCIATION", "name": "Choir", "address": "Road 1\nKiel" });
        let id = self.does(applicant, "registerApplicant", new, "applicant { id }").await["applicant"]["id"].clone();
        (round, id)
    }
}

fn mutation(verb: &str, selection: &str) -> String {
    let name = verb[..1].to_uppercase() + &verb[1..];
    format!("mutation($input: {name}Input!) {{ {verb}(input: $input) {{ {selection} userErrors {{ code rule field message }} }} }}")
}

fn form() -> Value {
    json!({
        "title": "Choir journey",
        "summary": "A choir sings in Tallinn.",
        "measure": "VISIT_OUT",
        "cities": ["tallinn"],
        "objectives": [{ "objective": "europe", "reason": "They meet." }],
        "startsOn": "2020-06-01",
        "endsOn": "2020-06-14",
        "costLines": [{ "category": "transport", "text": "Ferry", "amount": "3000.00" }],
        "financingLines": [{ "source": "own-funds", "text": "Fees", "amount": "500.00" }],
        "amountRequested": "2500.00",
        "notBegun": true,
    })
}

/// What an owner can do with their applicant.
const OWNERS_ACTIONS: [&str; 5] =
    ["START_APPLICATION", "NAME_BANK_ACCOUNT", "CORRECT_APPLICANT", "REQUIRE_JOINT_REPRESENTATION", "INVITE_MEMBER"];

#[tokio::test]
async fn an_application_goes_from_draft_to_number_and_says_what_can_be_done() {
    let stage = Stage::begin().await;
    let cora = stage.session(stage.person("cora", Language::En, &[]).await).await;
    let (round, applicant) = stage.round_and_applicant(&cora).await;
    let input = json!({ "roundId": round, "applicantId": applicant });
    let fields = "application { id number state version availableActions applicant { name availableActions } round { code isOpen year } }";
    let started = stage.does(&cora, "startApplication", input, fields).await["application"].clone();
    assert_eq!(started["number"], Value::Null);
    assert_eq!(started["applicant"], json!({ "name": "Choir", "availableActions": OWNERS_ACTIONS }));
    assert_eq!(started["round"], json!({ "code": "2020", "isOpen": true, "year": 2020 }));
    assert_eq!(started["availableActions"], json!(["SAVE_DRAFT", "SUBMIT_APPLICATION", "WITHDRAW_APPLICATION"]));

    let id = json!({ "applicationId": started["id"] });
    let refused = stage.mutate(&cora, "submitApplication", id.clone(), "application { id }").await;
    assert_eq!(refused["application"], Value::Null);
    let missing = json!({ "code": "MISSING", "rule": "R2", "field": "title", "message": "Fill this in." });
    assert!(refused["userErrors"].as_array().expect("errors").contains(&missing), "{refused}");

    let draft = json!({ "applicationId": started["id"], "expectedVersion": started["version"], "form": form() });
    stage.does(&cora, "saveDraft", draft.clone(), "application { version }").await;
    let (code, _) = stage.fails(&cora, &mutation("saveDraft", "application { id }"), json!({ "input": draft })).await;
    assert_eq!(code, "CONFLICT", "somebody else saved in between");

    let fields =
        "application { number state totalCost amountRequested receivedAt cities { code name } versions { ordinal form { title } } }";
    let submitted = stage.does(&cora, "submitApplication", id, fields).await["application"].clone();
    let expected = json!({
        "number": "SP-2020-001",
        "state": "SUBMITTED",
        "totalCost": "3000.00",
        "amountRequested": "2500.00",
        "receivedAt": "2019-10-01T10:00:00Z",
        "cities": [{ "code": "tallinn", "name": "Tallinn" }],
        "versions": [{ "ordinal": 1, "form": { "title": "Choir journey" } }],
    });
    assert_eq!(submitted, expected);
}

#[tokio::test]
async fn what_one_request_does_is_seen_by_what_follows_in_it() {
    let stage = Stage::begin().await;
    let cora = stage.session(stage.person("cora", Language::En, &[]).await).await;
    let register = |alias: &str| {
        format!(
            "{alias}: registerApplicant(input: {{ kind: LEGAL_PERSON, name: \"{alias}\", address: \"Kiel\" }}) {{ applicant {{ name availableActions }} }}"
        )
    };
    let done = stage.ask(&cora, &format!("mutation {{ {} {} }}", register("one"), register("two")), json!({})).await;
    for alias in ["one", "two"] {
        let expected = json!({ "name": alias, "availableActions": OWNERS_ACTIONS });
        assert_eq!(done[alias]["applicant"], expected);
    }
    let viewer = stage.ask(&cora, "{ viewer { name roles applicants { name } } }", json!({})).await;
    assert_eq!(viewer["viewer"], json!({ "name": "cora", "roles": [], "applicants": [{ "name": "one" }, { "name": "two" }] }));
}

#[tokio::test]
async fn a_list_of_twenty_comes_with_applicant_round_cities_and_year() {
    let stage = Stage::begin().await;
    let cora = stage.session(stage.person("cora", Language::En, &[]).await).await;
    let (round, applicant) = stage.round_and_applicant(&cora).await;
    for _ in 0..25 {
        stage.does(&cora, "startApplication", json!({ "roundId": round, "applicantId": applicant }), "application { id }").await;
    }
    let query = "query($after: String, $before: String, $first: Int, $last: Int) {
        applications(first: $first, last: $last, after: $after, before: $before) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { id } } nodes { id applicant { name } cities { code } round { code budgetYear { available } } } } }";
    let first = stage.ask(&cora, query, json!({})).await["applications"].clone();
    assert_eq!((first["totalCount"].clone(), first["nodes"].as_array().expect("nodes").len()), (json!(25), 20));
    assert_eq!(first["nodes"][19]["applicant"], json!({ "name": "Choir" }));
    assert_eq!(first["nodes"][19]["round"], json!({ "code": "2020", "budgetYear": null }), "not hers to see");
    let rest = stage.ask(&cora, query, json!({ "after": first["pageInfo"]["endCursor"], "first": 100 })).await["applications"].clone();
    assert_eq!(rest["nodes"].as_array().expect("nodes").len(), 5);
    assert_eq!(rest["pageInfo"]["hasNextPage"], json!(false));
    let back = stage.ask(&cora, query, json!({ "before": rest["pageInfo"]["startCursor"], "last": 20 })).await["applications"].clone();
    assert_eq!(back["edges"], first["edges"]);
    assert_eq!(stage.ask(&cora, query, json!({ "first": -5 })).await["applications"]["nodes"].as_array().expect("nodes").len(), 1);

    let costly = "{ applications(first: 100) { nodes { round { applications(first: 100) { nodes { id } } } } } }";
    let refused = stage.send(&cora, costly, json!({})).await;
    assert_eq!(refused["errors"][0]["message"], "Query is too complex.");

    let (code, field) = stage.fails(&cora, query, json!({ "first": 1, "last": 1 })).await;
    assert_eq!((code.as_str(), field), ("BAD_USER_INPUT", json!("last")));
    let ballots = "query($after: String) { ballots(after: $after) { nodes { id } } }";
    let auditor = stage.session(stage.person("rpa", Language::De, &[Role::Auditor]).await).await;
    let (code, field) = stage.fails(&auditor, ballots, json!({ "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!((code.as_str(), field), ("BAD_USER_INPUT", json!("after")), "a cursor of another list");
    let none = stage.ask(&auditor, "{ applications { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(none["applications"], json!({ "totalCount": 0, "nodes": [] }), "drafts are private");
}

#[tokio::test]
async fn what_is_not_theirs_is_not_there() {
    let stage = Stage::begin().await;
    let cora = stage.session(stage.person("cora", Language::En, &[]).await).await;
    let (round, applicant) = stage.round_and_applicant(&cora).await;
    let id = stage.does(&cora, "startApplication", json!({ "roundId": round, "applicantId": applicant }), "application { id }").await;
    let id = json!({ "id": id["application"]["id"] });
    let stranger = stage.session(stage.person("stranger", Language::En, &[]).await).await;
    let nobody = Session::new(stage.engine.clone(), Actor::anonymous());
    let query = "query($id: ID!) { application(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }";
    for session in [&stranger, &nobody] {
        assert_eq!(stage.ask(session, query, id.clone()).await, json!({ "application": null, "node": null, "nodes": [null] }));
    }
    assert_eq!(stage.ask(&cora, query, id.clone()).await["nodes"], json!([id]));

    let submit = |id: &Value| json!({ "input": { "applicationId": id } });
    let verb = mutation("submitApplication", "application { id }");
    assert_eq!(stage.fails(&stranger, &verb, submit(&id["id"])).await.0, "NOT_FOUND");
    assert_eq!(stage.fails(&nobody, &verb, submit(&id["id"])).await.0, "UNAUTHENTICATED");
    let bad = ("BAD_USER_INPUT".to_owned(), json!("applicationId"));
    assert_eq!(stage.fails(&cora, &verb, submit(&json!("12"))).await, bad);
    assert_eq!(stage.fails(&cora, &verb, submit(&applicant)).await, bad, "the id of another thing");
    assert_eq!(stage.fails(&nobody, "{ applications { nodes { id } } }", json!({})).await.0, "UNAUTHENTICATED");
    assert_eq!(stage.fails(&stranger, "{ budgetYear(year: 2020) { year } }", json!({})).await.0, "FORBIDDEN");
    let auditor = stage.session(stage.person("rpa", Language::De, &[Role::Auditor]).await).await;
    assert_eq!(stage.ask(&auditor, "{ budgetYear(year: 2020) { year } }", json!({})).await, json!({ "budgetYear": null }));
}

#[tokio::test]
async fn amounts_and_days_that_can_not_be_read_are_refused_with_their_place() {
    let stage = Stage::begin().await;
    let cora = stage.session(stage.person("cora", Language::En, &[]).await).await;
    let (round, applicant) = stage.round_and_applicant(&cora).await;
    let id = stage.does(&cora, "startApplication", json!({ "roundId": round, "applicantId": applicant }), "application { id }").await;
    let id = &id["application"]["id"];
    for (field, value, place) in [
        ("startsOn", json!("2020-02-30"), "form.startsOn"),
        ("endsOn", json!(2020), "form.endsOn"),
        ("amountRequested", json!(2500), "form.amountRequested"),
        (
            "costLines",
            json!([{ "category": "meals", "text": "a", "amount": "1.00" }, { "category": "meals", "text": "b", "amount": "NaN" }]),
            "form.costLines[1].amount",
        ),
    ] {
        let mut form = form();
        form[field] = value;
        let input = json!({ "input": { "applicationId": id, "form": form } });
        let found = stage.fails(&cora, &mutation("saveDraft", "application { id }"), input).await;
        assert_eq!(found, ("BAD_USER_INPUT".to_owned(), json!(place)));
    }
}

#[tokio::test]
async fn an_iban_is_whole_for_those_who_pay_and_those_who_are_paid() {
    let stage = Stage::begin().await;
    let cora = stage.session(stage.person("cora", Language::En, &[]).await).await;
    let (_, applicant) = stage.round_and_applicant(&cora).await;
    let input = json!({ "applicantId": applicant, "iban": "de02 1203 0000 0000 2020 51", "holder": "Choir" });
    stage.does(&cora, "nameBankAccount", input, "bankAccount { id }").await;
    let query = "query($id: ID!) { applicant(id: $id) { bankAccounts { iban shortenedIban availableActions } } }";
    let whole = json!("DE02120300000000202051");
    for (role, iban, actions) in [
        (Role::CaseOfficer, whole.clone(), json!(["CONFIRM_BANK_ACCOUNT"])),
        (Role::Finance, whole.clone(), json!(["CONFIRM_BANK_ACCOUNT"])),
        (Role::Auditor, Value::Null, json!([])),
    ] {
        let session = stage.session(stage.person(role.code(), Language::De, &[role]).await).await;
        let seen = stage.ask(&session, query, json!({ "id": applicant })).await["applicant"]["bankAccounts"].clone();
        assert_eq!(seen, json!([{ "iban": iban, "shortenedIban": "DE02 … 2051", "availableActions": actions }]), "{role:?}");
    }
    let own = stage.ask(&cora, query, json!({ "id": applicant })).await["applicant"]["bankAccounts"].clone();
    assert_eq!(own, json!([{ "iban": whole, "shortenedIban": "DE02 … 2051", "availableActions": [] }]));
    let member = stage.session(stage.person("member", Language::De, &[Role::Member]).await).await;
    assert_eq!(stage.ask(&member, query, json!({ "id": applicant })).await["applicant"]["bankAccounts"], json!([]));
}

#[tokio::test]
async fn who_watches_is_told_of_changes_of_what_they_may_see() {
    let stage = Stage::begin().await;
    let cora = stage.session(stage.person("cora", Language::En, &[]).await).await;
    let (round, applicant) = stage.round_and_applicant(&cora).await;
    let id = stage.does(&cora, "startApplication", json!({ "roundId": round, "applicantId": applicant }), "application { id }").await;
    let id = json!({ "id": id["application"]["id"] });
    let query = "subscription($id: ID!) { applicationChanged(id: $id) { title state availableActions } }";
    let watch = |session: &Session, query: &str, variables: Value| {
        let request = Request::new(query).variables(Variables::from_json(variables)).data(session.clone());
        stage.schema.execute_stream(request).map(|answer| serde_json::to_value(answer).expect("JSON")).boxed()
    };
    let stranger = stage.session(stage.person("stranger", Language::En, &[]).await).await;
    let refused: Vec<Value> = watch(&stranger, query, id.clone()).collect().await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0]["errors"][0]["extensions"]["code"], "NOT_FOUND");

    let mut watching = watch(&cora, query, id.clone());
    let next = async { watching.next().await.expect("told") };
    let save = async {
        tokio::task::yield_now().await;
        stage.does(&cora, "saveDraft", json!({ "applicationId": id["id"], "form": form() }), "application { id }").await
    };
    let (told, _) = tokio::join!(next, save);
    let actions = json!(["SAVE_DRAFT", "SUBMIT_APPLICATION", "WITHDRAW_APPLICATION"]);
    assert_eq!(told["data"]["applicationChanged"], json!({ "title": "Choir journey", "state": "DRAFT", "availableActions": actions }));

    let finance = stage.session(stage.person("kasse", Language::De, &[Role::Finance]).await).await;
    let years = "subscription { budgetYearChanged(year: 2020) { available } }";
    let missing: Vec<Value> = watch(&finance, years, json!({})).collect().await;
    assert_eq!(missing[0]["errors"][0]["extensions"]["code"], "NOT_FOUND", "a year without a budget");
    let input = json!({ "year": 2020, "amount": "150000.00", "resolution": "Drs. 1105/2018" });
    stage.does(&finance, "appropriateBudget", input, "budgetYear { year }").await;
    let mut watching = watch(&finance, years, json!({}));
    let next = async { watching.next().await.expect("told") };
    let increase = async {
        tokio::task::yield_now().await;
        let input = json!({ "year": 2020, "amount": "25000.00", "resolution": "Drs. 0100/2020" });
        stage.does(&finance, "increaseBudget", input, "budgetYear { availableActions }").await
    };
    let (told, done) = tokio::join!(next, increase);
    assert_eq!(told["data"], json!({ "budgetYearChanged": { "available": "175000.00" } }));
    assert_eq!(done["budgetYear"]["availableActions"], json!(["INCREASE_BUDGET", "CUT_BUDGET"]), "the year is not over");
}
