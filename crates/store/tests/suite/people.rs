//! Who signs in, as what, and for whom.

use domain::identity::Role;
use domain::ids::PersonId;
use domain::language::Language;
use store::StoreError;
use store::identity::{
    actor_of_person, add_membership, find_person, find_person_by_email, grant_role, persons, persons_of_applicant, persons_with_roles,
    roles_of, save_person,
};

use crate::world::{World, now};

crate::on_both![persons_are_found, roles_and_memberships_are_read_together];

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
