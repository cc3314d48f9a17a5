//! Lists: filtered, in pages, in both directions.

use domain::application::{Application, State};
use domain::award::{Appeal, Award, AwardState, Notification};
use domain::event::SubjectKind;
use store::application::ApplicationFilter;
use store::event::EventFilter;
use store::page::{Count, Key, Page, Window};

use crate::world::{World, date, minutes, now};

crate::on_both![
    pages_go_both_ways,
    pages_are_stable_while_rows_come,
    a_place_of_another_list_is_refused,
    applications_are_filtered,
    applications_are_found_by_city_as_they_change,
    what_is_settled_is_counted_to_its_end_in_one_round_only,
    ballots_and_places_come_in_pages,
    awards_come_in_batches,
    nobody_is_told_twice_of_an_overdue_acceptance,
];

fn numbers(page: &Page<domain::event::Event>) -> (Vec<i64>, bool, bool) {
    (page.items.iter().map(|event| event.sequence).collect(), page.has_previous, page.has_next)
}

async fn pages_go_both_ways(world: &World) {
    let tx = world.begin().await;
    world.events(&tx, 5, None).await;
    let page = async |window: Window| numbers(&store::event::page(&tx, &EventFilter::default(), &window).await.expect("reads"));
    let (after, before) = (|n| Some(Key::Number(n)), |n| Some(Key::Number(n)));
    assert_eq!(page(Window::first(2)).await, (vec![1, 2], false, true));
    assert_eq!(page(Window { after: after(2), ..Window::first(2) }).await, (vec![3, 4], true, true));
    assert_eq!(page(Window { after: after(4), ..Window::first(2) }).await, (vec![5], true, false));
    assert_eq!(page(Window { after: after(5), ..Window::first(2) }).await, (vec![], true, false));
    assert_eq!(page(Window::last(2)).await, (vec![4, 5], true, false));
    assert_eq!(page(Window { before: before(4), ..Window::last(2) }).await, (vec![2, 3], true, true));
    assert_eq!(page(Window { before: before(2), ..Window::last(2) }).await, (vec![1], false, true));
    assert_eq!(page(Window { after: after(1), before: before(5), ..Window::first(2) }).await, (vec![2, 3], true, true));
    assert_eq!(page(Window { after: after(1), before: before(5), ..Window::last(9) }).await, (vec![2, 3, 4], false, true));
    assert_eq!(page(Window::first(5)).await, (vec![1, 2, 3, 4, 5], false, false));
    assert_eq!(page(Window::first(u64::MAX)).await, (vec![1, 2, 3, 4, 5], false, false));
    assert_eq!(page(Window::first(0)).await, (vec![], false, true));
}

async fn pages_are_stable_while_rows_come(world: &World) {
    let tx = world.begin().await;
    let by = world.person(&tx).await;
    let by_person = world.events(&tx, 1, Some(by)).await;
    world.events(&tx, 2, None).await;
    let first = store::event::page(&tx, &EventFilter::default(), &Window::first(2)).await.expect("reads");
    world.events(&tx, 2, None).await;
    let after = first.items.last().map(|event| Key::Number(event.sequence));
    let second = store::event::page(&tx, &EventFilter::default(), &Window { after, ..Window::first(10) }).await.expect("reads");
    assert_eq!(numbers(&second), (vec![3, 4, 5], true, false));
    let filter = EventFilter { by: Some(by), ..EventFilter::default() };
    assert_eq!(store::event::page(&tx, &filter, &Window::first(10)).await.expect("reads").items, by_person);
    let about = |kind| EventFilter { subject: Some((kind, uuid::Uuid::nil().to_string())), ..EventFilter::default() };
    let of_application = store::event::page(&tx, &about(SubjectKind::Application), &Window::first(10)).await.expect("reads");
    assert_eq!(of_application.items.len(), 5);
    let of_award = store::event::page(&tx, &about(SubjectKind::Award), &Window::first(10)).await.expect("reads");
    assert_eq!(of_award.items, []);
}

async fn a_place_of_another_list_is_refused(world: &World) {
    let window = Window { after: Some(Key::Id(uuid::Uuid::nil())), ..Window::first(1) };
    let db = world.database.reader();
    assert!(store::event::page(db, &EventFilter::default(), &window).await.is_err());
    let window = Window { after: Some(Key::Number(1)), ..Window::first(1) };
    assert!(store::application::page(db, &ApplicationFilter::default(), &window).await.is_err());
}

async fn applications_are_filtered(world: &World) {
    let tx = world.begin().await;
    let (one, two) = (world.application(&tx).await, world.application(&tx).await);
    let draft = Application::start(world.id(), one.round, two.applicant, one.created_by, now());
    store::application::insert(&tx, &draft).await.expect("inserts");
    store::application::save(&tx, &Application { state: State::Withdrawn, ..two.clone() }).await.expect("saves");
    let found = async |filter: ApplicationFilter| {
        let page = store::application::page(&tx, &filter, &Window::first(10)).await.expect("reads");
        let count = store::application::count(&tx, &filter).await.expect("counts");
        assert_eq!(u64::try_from(page.items.len()), Ok(count));
        page.items.into_iter().map(|application| application.id).collect::<Vec<_>>()
    };
    let all = ApplicationFilter::default;
    assert_eq!(found(all()).await, [one.id, two.id, draft.id]);
    assert_eq!(found(ApplicationFilter { round: Some(one.round), ..all() }).await, [one.id, draft.id]);
    let states = ["admitted", "withdrawn"].to_vec();
    assert_eq!(found(ApplicationFilter { states, ..all() }).await, [one.id, two.id]);
    assert_eq!(found(ApplicationFilter { applicants: Some(vec![two.applicant]), ..all() }).await, [two.id, draft.id]);
    assert_eq!(found(ApplicationFilter { applicants: Some(vec![]), ..all() }).await, []);
    assert_eq!(found(ApplicationFilter { submitted: true, ..all() }).await, [one.id, two.id]);
    let own = ApplicationFilter { submitted: true, or_applicants: vec![two.applicant], ..all() };
    assert_eq!(found(own).await, [one.id, two.id, draft.id]);
    let others = ApplicationFilter { submitted: true, or_applicants: vec![one.applicant], round: Some(one.round), ..all() };
    assert_eq!(found(others).await, [one.id]);
}

async fn applications_are_found_by_city_as_they_change(world: &World) {
    let tx = world.begin().await;
    let (mut one, two) = (world.application(&tx).await, world.application(&tx).await);
    let of = |city: &str, states: &[&'static str]| ApplicationFilter {
        city: Some(city.to_owned()),
        states: states.to_vec(),
        ..ApplicationFilter::default()
    };
    let found = async |filter: ApplicationFilter, window: Window| {
        let page = store::application::page(&tx, &filter, &window).await.expect("reads");
        page.items.into_iter().map(|application| application.id).collect::<Vec<_>>()
    };
    assert_eq!(found(of("tallinn", &[]), Window::first(10)).await, [one.id, two.id]);
    assert_eq!(found(of("gdynia", &[]), Window::first(10)).await, []);

    one.form.cities = ["gdynia", "tallinn", "gdynia"].map(str::to_owned).to_vec();
    store::application::save(&tx, &one).await.expect("saves");
    let one = Application { version: one.version + 1, state: State::Withdrawn, ..one };
    assert_eq!(found(of("gdynia", &["admitted"]), Window::first(10)).await, [one.id]);
    store::application::save(&tx, &one).await.expect("saves");
    let one = Application { version: one.version + 1, ..one };
    assert_eq!(found(of("gdynia", &["admitted"]), Window::first(10)).await, []);
    assert_eq!(found(of("tallinn", &["withdrawn", "admitted"]), Window::last(10)).await, [one.id, two.id]);
    assert_eq!(found(of("tallinn", &["withdrawn"]), Window::first(10)).await, [one.id]);
    let window = Window { after: Some(Key::Id(one.id.0)), ..Window::first(10) };
    assert_eq!(found(of("tallinn", &[]), window).await, [two.id]);
    let window = Window { before: Some(Key::Id(two.id.0)), ..Window::last(10) };
    assert_eq!(found(of("tallinn", &[]), window).await, [one.id]);
    let counts = store::application::count_by_state(&tx, &of("tallinn", &[])).await.expect("counts");
    assert_eq!(counts, [("admitted", 1), ("withdrawn", 1)].map(|(state, count)| (state.to_owned(), Count::from(count))).into());

    let mut one = one;
    one.form.cities.clear();
    store::application::save(&tx, &one).await.expect("saves");
    assert_eq!(found(of("gdynia", &[]), Window::first(10)).await, []);
    assert_eq!(found(of("tallinn", &[]), Window::first(10)).await, [two.id]);
}

async fn what_is_settled_is_counted_to_its_end_in_one_round_only(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    let (round, applicant, by) = (application.round, application.applicant, application.created_by);
    for count in 1..=101 {
        let begun = Application::start(world.id(), round, applicant, by, now());
        store::application::insert(&tx, &Application { state: State::Withdrawn, ..begun }).await.expect("inserts");
        if count < 100 {
            continue;
        }
        let in_all = store::application::count_by_state(&tx, &ApplicationFilter::default()).await.expect("counts");
        let expected = if count == 100 { Count::from(100) } else { Count { at_least: 100, or_more: true } };
        assert_eq!(in_all, [("admitted".to_owned(), Count::from(1)), ("withdrawn".to_owned(), expected)].into());
        assert_eq!(in_all.values().copied().sum::<Count>(), Count { at_least: 101, or_more: count > 100 });
    }
    let of_round = ApplicationFilter { round: Some(round), ..ApplicationFilter::default() };
    let of_round = store::application::count_by_state(&tx, &of_round).await.expect("counts");
    assert_eq!(of_round, [("admitted".to_owned(), Count::from(1)), ("withdrawn".to_owned(), Count::from(101))].into());
}

async fn ballots_and_places_come_in_pages(world: &World) {
    let tx = world.begin().await;
    let (_, _, ballot) = world.ballot(&tx).await;
    let places = [world.place(&tx).await, world.place(&tx).await];
    let open = store::committee::ballots(&tx, Some("open"), &[], &Window::first(2)).await.expect("reads");
    assert_eq!(open.items[0], ballot);
    assert!(open.has_next);
    assert_eq!(store::committee::ballots(&tx, Some("closed"), &[], &Window::first(2)).await.expect("reads").items, []);
    assert_eq!(store::committee::ballots(&tx, None, &[], &Window::first(9)).await.expect("reads").items.len(), 3);
    let last = store::waiting_list::of_year(&tx, 2020, &[], &Window::last(1)).await.expect("reads");
    assert_eq!((last.items, last.has_previous), (places[1..].to_vec(), true));
    let window = Window { after: Some(Key::Number(1)), ..Window::first(1) };
    assert_eq!(store::waiting_list::of_year(&tx, 2020, &[], &window).await.expect("reads").items, places[1..]);
}

async fn awards_come_in_batches(world: &World) {
    let tx = world.begin().await;
    let (one, two) = (world.award(&tx).await, world.award(&tx).await);
    assert_eq!(store::award::after(&tx, None, 1).await.expect("reads"), std::slice::from_ref(&one));
    assert_eq!(store::award::after(&tx, Some(one.id), 9).await.expect("reads"), std::slice::from_ref(&two));
    assert_eq!(store::award::after(&tx, Some(two.id), 9).await.expect("reads"), []);
}

async fn nobody_is_told_twice_of_an_overdue_acceptance(world: &World) {
    let tx = world.begin().await;
    let award = world.award(&tx).await;
    let notification = Notification {
        dispatched_on: date("2020-01-16"),
        notified_on: date("2020-01-20"),
        accept_by: date("2020-02-17"),
        appeal_until: date("2020-02-20"),
        appeal: Appeal::Running,
    };
    store::award::save(&tx, &Award { state: AwardState::Notified(notification), ..award.clone() }).await.expect("saves");
    let overdue = async |day| {
        let awards = store::award::awaiting_acceptance_since(&tx, date(day), 10).await.expect("reads");
        awards.into_iter().map(|award| award.id).collect::<Vec<_>>()
    };
    assert_eq!(overdue("2020-02-17").await, [], "the last day is not over");
    assert_eq!(overdue("2020-02-18").await, [award.id]);
    store::award::mark_overdue_told(&tx, award.id, minutes(1)).await.expect("marks");
    assert_eq!(overdue("2020-02-18").await, []);
    assert!(store::award::mark_overdue_told(&tx, award.id, minutes(1)).await.is_err(), "once");
    let told = store::award::find(&tx, award.id).await.expect("reads").expect("it is there");
    assert_eq!(told.version, 2, "it is no change of the award");
    store::award::save(&tx, &told).await.expect("saves");
    assert_eq!(overdue("2020-02-18").await, [], "and a save does not forget it");
}
