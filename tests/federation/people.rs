//! Who that is in the fund, on both databases.

use domain::federation::Identity;
use domain::identity::{Actor, Role};
use domain::ids::PersonId;
use domain::language::Language;
use engine::NewPerson;
use testkit::{App, Backend, Client};

use super::*;

fn identity(subject: &str, email: Option<&str>, roles: &[Role]) -> Identity {
    Identity {
        provider: "rathaus".to_owned(),
        subject: subject.to_owned(),
        email: email.map(str::to_owned),
        name: Some("Anna Adler".to_owned()),
        roles: roles.iter().copied().collect(),
    }
}

async fn signs_in(app: &App, identity: Identity) -> PersonId {
    app.engine().sign_in_with(identity, engine::Browser::default()).await.expect("signed in").0
}

/// What the person may do from now on.
async fn roles(app: &App, person: PersonId) -> Vec<Role> {
    let actor = Actor { person: Some(person), ..Actor::default() };
    app.engine().refreshed(&actor).await.expect("known").roles.into_iter().collect()
}

async fn staff(app: &App, email: &str, roles: &[Role]) -> PersonId {
    let new = NewPerson { name: "Anna Adler".to_owned(), email: Some(email.to_owned()), language: Language::En, roles: roles.to_vec() };
    app.engine().add_person(new).await.expect("known")
}

/// The kinds of what was recorded, by whoever may read it.
async fn recorded(auditor: &Client) -> Vec<String> {
    let events = auditor.asks("{ events(first: 100) { nodes { kind } } }", json!({})).await;
    let nodes = events["events"]["nodes"].as_array().expect("a list").clone();
    let kinds = nodes.iter().map(|node| node["kind"].as_str().expect("a kind").to_owned());
    kinds.filter(|kind| kind.contains("provider")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sign_in_makes_a_person_known_and_a_role_goes_with_its_group() {
    for backend in Backend::ALL {
        let app = App::start(backend).await;
        app.at("2019-01-02T12:00:00Z");
        let (mut theirs, ours) = town_hall().await;
        let first = signs_in(&app, sign_in(&theirs, &ours, noon()).await.expect("signed in")).await;
        assert_eq!(roles(&app, first).await, [Role::CaseOfficer]);
        let known = app.engine().person_by_email("anna.adler@stadt.example").await.expect("asked").expect("known");
        assert_eq!((known.id, known.name.as_str()), (first, "Anna Adler"));

        let mut moved = anna();
        moved["groups"] = json!(["fonds-kasse"]);
        moved["email"] = json!("anna.berg@stadt.example");
        theirs.set(json!({ "account": moved })).await;
        let again = signs_in(&app, sign_in(&theirs, &ours, noon()).await.expect("signed in")).await;
        assert_eq!((again, roles(&app, first).await), (first, vec![Role::Finance]), "the account counts, not the address");

        let mut left = anna();
        left["groups"] = json!([]);
        theirs.set(json!({ "account": left })).await;
        signs_in(&app, sign_in(&theirs, &ours, noon()).await.expect("signed in")).await;
        assert_eq!(roles(&app, first).await, []);

        let auditor = app.person("Rosa Prüf", "rpa@stadt.example", "de", &["auditor"]).await;
        let mut kinds = recorded(&auditor).await;
        kinds.sort();
        let changed = ["roles-changed-by-provider"; 3];
        let signed_in = ["signed-in-with-provider"; 3];
        assert_eq!(kinds, [&["account-of-provider-linked"][..], &changed, &signed_in].concat());
        let report = app.engine().verify().await.expect("verified");
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_takes_over_a_person_only_by_an_address_that_holds_and_only_once() {
    for backend in Backend::ALL {
        let app = App::start(backend).await;
        let officer = staff(&app, "anna@stadt.example", &[Role::CaseOfficer]).await;

        let stranger = signs_in(&app, identity("mallory", None, &[])).await;
        assert!(stranger != officer, "without an address that holds, it is somebody new");
        assert_eq!(roles(&app, stranger).await, []);

        assert_eq!(signs_in(&app, identity("anna-1", Some("Anna@Stadt.example"), &[])).await, officer);
        assert_eq!(roles(&app, officer).await, [Role::CaseOfficer], "what the provider did not give, it does not take");
        assert_eq!(signs_in(&app, identity("anna-1", None, &[])).await, officer, "from now on by the account alone");

        let successor =
            app.engine().sign_in_with(identity("anna-2", Some("anna@stadt.example"), &[Role::Finance]), engine::Browser::default()).await;
        let engine::Error::Refused(refusal) = successor.expect_err("refused") else { panic!("refused by the rules") };
        assert_eq!(refusal.0[0].problem.code(), "LINKED_TO_ANOTHER_ACCOUNT");
        assert_eq!(roles(&app, officer).await, [Role::CaseOfficer]);
        let auditor = app.person("Rosa Prüf", "rpa@stadt.example", "de", &["auditor"]).await;
        let refusals = recorded(&auditor).await.iter().filter(|kind| *kind == "sign-in-with-provider-refused").count();
        assert_eq!(refusals, 1, "the refusal is on record");

        let other = Identity { provider: "kirche".to_owned(), ..identity("anna-1", None, &[]) };
        assert!(signs_in(&app, other).await != officer, "the same id at another provider is another account");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_stays_as_long_as_anybody_gives_it() {
    for backend in Backend::ALL {
        let app = App::start(backend).await;
        let address = Some("anna@stadt.example");
        let at = |provider: &str, roles: &[Role]| Identity { provider: provider.to_owned(), ..identity("anna-1", address, roles) };
        let person = staff(&app, "anna@stadt.example", &[Role::Member]).await;
        let both = [Role::Member, Role::Finance];
        signs_in(&app, at("rathaus", &both)).await;
        signs_in(&app, at("kirche", &[Role::Finance])).await;
        assert_eq!(roles(&app, person).await, both);
        signs_in(&app, at("rathaus", &[])).await;
        assert_eq!(roles(&app, person).await, both, "the membership was given by hand, and the other provider vouches for the rest");
        signs_in(&app, at("kirche", &[])).await;
        assert_eq!(roles(&app, person).await, [Role::Member]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_sign_ins_at_once_make_one_person() {
    for backend in Backend::ALL {
        let app = App::start(backend).await;
        let anna =
            || app.engine().sign_in_with(identity("anna-1", Some("anna@stadt.example"), &[Role::Finance]), engine::Browser::default());
        let (one, other) = tokio::join!(anna(), anna());
        assert_eq!(one.expect("signed in").0, other.expect("signed in").0);
    }
}
