//! Who signs in, as what, and for whom.

use domain::identity::{Actor, Role};
use domain::ids::PersonId;
use domain::language::Language;
use store::StoreError;
use store::identity::{
    Token, actor_of_person, actor_of_token, add_membership, find_person, find_person_by_email, grant_role, insert_token, persons,
    persons_of_applicant, persons_with_roles, roles_of, save_person,
};

use crate::world::{World, minutes, now};

crate::on_both![persons_are_found, a_token_stands_for_its_person, roles_and_memberships_are_read_together];

async fn persons_are_found(world: &World) {
    let tx = world.begin().await;
    let (one, two) = (world.person(&tx).await, world.person(&tx).await);
    let stored = find_person(&tx, one).await.expect("reads").expect("it is there");
    let email = stored.email.clone().expect("has one");
    for spelling in [email.to_uppercase(), email.to_lowercase(), email] {
        assert_eq!(find_person_by_email(&tx, &spelling).await.expect("reads"), Some(stored.clone()), "{spelling}");
    }
    let machine = domain::identity::Person { name: "Machine".to_owned(), email: None, language: Language::De, ..stored.clone() };
    save_person(&tx, &machine).await.expect("saves");
    let saved = find_person(&tx, one).await.expect("reads");
    assert_eq!(saved, Some(domain::identity::Person { version: 2, ..machine.clone() }));
    assert!(matches!(save_person(&tx, &machine).await, Err(StoreError::Conflict)));
    let both = persons(&tx, &[two, PersonId(uuid::Uuid::max()), one, two]).await.expect("reads");
    assert_eq!(both.iter().map(|person| person.id).collect::<Vec<_>>(), [one, two]);
    assert_eq!(persons(&tx, &[]).await.expect("reads"), []);
}

async fn a_token_stands_for_its_person(world: &World) {
    let tx = world.begin().await;
    let person = world.person(&tx).await;
    let token = |hash: &str, expires_at, revoked_at| Token {
        id: world.id(),
        person,
        name: "CI".to_owned(),
        hash: hash.repeat(64),
        created_at: now(),
        expires_at,
        revoked_at,
    };
    for token in [token("a", None, None), token("b", Some(minutes(1)), None), token("c", None, Some(minutes(-1)))] {
        insert_token(&tx, &token).await.expect("inserts");
    }
    let actor = Actor { person: Some(person), language: Language::En, ..Actor::default() };
    let of = async |hash: &str, at| actor_of_token(&tx, &hash.repeat(64), at).await.expect("reads");
    assert_eq!(of("a", minutes(1_000)).await, Some(actor.clone()), "it never ends");
    assert_eq!(of("b", now()).await, Some(actor), "it has not ended");
    assert_eq!(of("b", minutes(1)).await, None, "it ended");
    assert_eq!(of("c", now()).await, None, "it was revoked");
    assert_eq!(of("d", now()).await, None, "there is none");
    let twice = insert_token(&tx, &token("a", None, None)).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "{twice:?}");
}

async fn roles_and_memberships_are_read_together(world: &World) {
    let tx = world.begin().await;
    let (one, two) = (world.person(&tx).await, world.person(&tx).await);
    let applicants = [world.applicant(&tx).await.id, world.applicant(&tx).await.id];
    for role in [Role::Chair, Role::CaseOfficer, Role::Chair] {
        grant_role(&tx, one, role, now()).await.expect("grants, once more without harm");
    }
    grant_role(&tx, two, Role::Member, now()).await.expect("grants");
    for applicant in [applicants[0], applicants[1], applicants[0]] {
        add_membership(&tx, one, applicant, now()).await.expect("adds, once more without harm");
    }
    add_membership(&tx, two, applicants[1], now()).await.expect("adds");
    let actor = actor_of_person(&tx, one).await.expect("reads").expect("it is there");
    assert_eq!(actor.roles, [Role::CaseOfficer, Role::Chair].into());
    assert_eq!(actor.acts_for, applicants.into());
    assert_eq!(roles_of(&tx, one).await.expect("reads"), [Role::CaseOfficer, Role::Chair]);
    assert_eq!(persons_with_roles(&tx, &[Role::Member, Role::Chair, Role::CaseOfficer]).await.expect("reads"), [one, two]);
    assert_eq!(persons_with_roles(&tx, &[Role::Auditor]).await.expect("reads"), []);
    assert_eq!(persons_of_applicant(&tx, applicants[1]).await.expect("reads"), [one, two]);
    assert_eq!(persons_of_applicant(&tx, applicants[0]).await.expect("reads"), [one]);
    assert_eq!(actor_of_person(&tx, world.id()).await.expect("reads"), None);
}
