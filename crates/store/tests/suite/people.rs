//! Who signs in, as what, and for whom.

use domain::identity::Role;
use domain::ids::{ApplicantId, PersonId};
use domain::language::Language;
use domain::membership::{Invitation, Level, Membership, NewInvitation};
use domain::role::Grant;
use store::identity::{actor_of_person, find_person, find_person_by_email, persons, persons_of_applicant, persons_with_roles, save_person};
use store::page::Window;
use store::{StoreError, membership};

use crate::world::{World, date, minutes, now};

crate::on_both![
    persons_are_found,
    roles_and_memberships_are_read_together,
    a_role_holds_from_its_first_to_its_last_day,
    invitations_are_kept_and_found_by_address,
    people_are_searched_for_by_name_and_address,
];

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
    let role = async |person: PersonId, role: Role| {
        let grant = Grant::at_the_console(world.id(), person, role, date("2020-01-15"), now());
        store::role::insert(&tx, &grant).await.expect("inserts");
        grant
    };
    let chair = role(one, Role::Chair).await;
    let officer = role(one, Role::CaseOfficer).await;
    role(two, Role::Member).await;
    let act = async |person: PersonId, applicant: ApplicantId, level: Level| {
        let membership = Membership::begin(world.id(), person, applicant, level, now());
        membership::insert(&tx, &membership).await.map(|()| membership)
    };
    act(one, applicants[0], Level::Owner).await.expect("inserts");
    let reader = act(one, applicants[1], Level::Reader).await.expect("inserts");
    act(two, applicants[1], Level::Editor).await.expect("inserts");
    let actor = actor_of_person(&tx, one, now()).await.expect("reads").expect("it is there");
    assert_eq!(actor.roles, [Role::CaseOfficer, Role::Chair].into());
    assert_eq!(actor.acts_for, [(applicants[0], Level::Owner), (applicants[1], Level::Reader)].into());
    assert_eq!(store::role::of_person(&tx, one).await.expect("reads"), [chair, officer]);
    let today = date("2020-01-15");
    let holders = [Role::Member, Role::Chair, Role::CaseOfficer];
    assert_eq!(persons_with_roles(&tx, &holders, today).await.expect("reads"), [one, two]);
    assert_eq!(persons_with_roles(&tx, &[Role::Auditor], today).await.expect("reads"), []);
    assert_eq!(persons_of_applicant(&tx, applicants[1]).await.expect("reads"), [one, two]);
    assert_eq!(persons_of_applicant(&tx, applicants[0]).await.expect("reads"), [one]);
    assert_eq!(actor_of_person(&tx, world.id(), now()).await.expect("reads"), None);
    assert_eq!(membership::of_person_at(&tx, one, applicants[1]).await.expect("reads"), Some(reader.clone()));
    let left = reader.clone().leave(minutes(1));
    membership::save(&tx, &left).await.expect("saves");
    assert!(matches!(membership::save(&tx, &left).await, Err(StoreError::Conflict)));
    assert_eq!(membership::find(&tx, reader.id).await.expect("reads"), Some(Membership { version: 2, ..left }));
    assert_eq!(membership::of_person_at(&tx, one, applicants[1]).await.expect("reads"), None);
    assert_eq!(persons_of_applicant(&tx, applicants[1]).await.expect("reads"), [two]);
    let actor = actor_of_person(&tx, one, now()).await.expect("reads").expect("it is there");
    assert_eq!(actor.acts_for, [(applicants[0], Level::Owner)].into());
    act(one, applicants[1], Level::Editor).await.expect("who left can join again");
    let twice = act(one, applicants[1], Level::Editor).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "{twice:?}");
}

/// The day ends at midnight in Berlin: 23:00 UTC in winter.
async fn a_role_holds_from_its_first_to_its_last_day(world: &World) {
    let tx = world.begin().await;
    let (person, by) = (world.person(&tx).await, world.person(&tx).await);
    let grant = Grant {
        from: date("2020-02-01"),
        until: Some(date("2020-02-29")),
        granted_by: Some(by),
        reason: Some("Vertretung".to_owned()),
        ..Grant::at_the_console(world.id(), person, Role::Member, date("2020-02-01"), now())
    };
    store::role::insert(&tx, &grant).await.expect("inserts");
    assert_eq!(store::role::find(&tx, grant.id).await.expect("reads"), Some(grant.clone()));
    for (at, holds) in
        [("2020-01-31T22:59:59Z", false), ("2020-01-31T23:00:00Z", true), ("2020-02-29T22:59:59Z", true), ("2020-02-29T23:00:00Z", false)]
    {
        let at: chrono::DateTime<chrono::Utc> = at.parse().expect("an instant");
        let actor = actor_of_person(&tx, person, at).await;
        assert_eq!(actor.expect("reads").expect("it is there").is(Role::Member), holds, "{at}");
        let day = domain::calendar::day_of(at);
        let holders = persons_with_roles(&tx, &[Role::Member], day).await.expect("reads");
        assert_eq!(holders == [person], holds, "{at}");
        assert_eq!(grant.holds_on(day), holds, "{at}");
    }
    let ended = grant.end(by, "Rücktritt", minutes(1)).expect("ended");
    store::role::save(&tx, &ended).await.expect("saves");
    let actor = actor_of_person(&tx, person, "2020-02-15T12:00:00Z".parse().expect("an instant")).await;
    assert!(actor.expect("reads").expect("it is there").roles.is_empty());
    assert_eq!(store::role::of_person(&tx, person).await.expect("reads"), [Grant { version: 2, ..ended }]);
}

async fn invitations_are_kept_and_found_by_address(world: &World) {
    let tx = world.begin().await;
    let (applicant, by) = (world.applicant(&tx).await, world.person(&tx).await);
    let new =
        NewInvitation { applicant: applicant.id, name: "Ella".to_owned(), email: "Ella@Chor.example".to_owned(), level: Level::Editor };
    let invitation = Invitation::invite(world.id(), &new, &[], by, now()).expect("invited");
    membership::insert_invitation(&tx, &invitation).await.expect("inserts");
    assert_eq!(membership::open_invitations(&tx, applicant.id).await.expect("reads"), std::slice::from_ref(&invitation));
    assert_eq!(membership::invitations_to(&tx, "ELLA@chor.example").await.expect("reads"), std::slice::from_ref(&invitation));
    assert_eq!(membership::invitations_by(&tx, by).await.expect("reads"), std::slice::from_ref(&invitation));
    assert_eq!(membership::invitations_since(&tx, applicant.id, minutes(-1)).await.expect("reads"), 1);
    assert_eq!(membership::invitations_since(&tx, applicant.id, now()).await.expect("reads"), 0);
    let accepted = invitation.accept(by, minutes(1));
    membership::save_invitation(&tx, &accepted).await.expect("saves");
    let stored = membership::find_invitation(&tx, accepted.id).await.expect("reads");
    assert_eq!(stored, Some(Invitation { version: 2, ..accepted }));
    assert_eq!(membership::open_invitations(&tx, applicant.id).await.expect("reads"), []);
}

async fn people_are_searched_for_by_name_and_address(world: &World) {
    let tx = world.begin().await;
    let (one, two) = (world.person(&tx).await, world.person(&tx).await);
    let stored = find_person(&tx, two).await.expect("reads").expect("it is there");
    let named = domain::identity::Person { name: "Änne 100%_Ö".to_owned(), ..stored };
    save_person(&tx, &named).await.expect("saves");
    let found = async |search: &str| {
        let page = store::identity::page(&tx, Some(search), &Window::first(10)).await.expect("reads");
        page.items.iter().map(|person| person.id).collect::<Vec<_>>()
    };
    for (search, expected) in
        [("ada", vec![one]), ("Änne", vec![two]), ("100%_", vec![two]), ("0_%", vec![]), ("@EXAMPLE.org", vec![one, two])]
    {
        assert_eq!(found(search).await, expected, "{search}");
    }
    assert_eq!(store::identity::page(&tx, None, &Window::first(1)).await.expect("reads").items.len(), 1);
}
