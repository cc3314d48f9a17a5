//! What the committee is told and shown before it decides: briefings, digests, proposals, what-ifs.

use domain::briefing::{Briefing, BriefingKind, BriefingState, News, positions_on};
use domain::budget::{Basis, Entry, Movement, Posting};
use domain::committee::{Motion, MotionState, Proposal};
use domain::digest::{Frequency, Moved, Span, Subscription};
use domain::ids::{PersonId, RecusalId, WhatIfId};
use domain::money::Money;
use domain::proposal::Prepared;
use domain::round::Round;
use domain::what_if::{Line, WhatIf, WhatIfState};
use store::briefing::BriefingFilter;
use store::page::Window;
use store::{StoreError, Tx};

use crate::world::{World, date, euro, minutes, now};

crate::on_both![
    briefings,
    briefings_are_filtered,
    a_day_has_its_own_places,
    news_are_what_was_posted_in_a_time_and_not_read,
    subscriptions,
    movements_and_rounds_of_a_time,
    there_is_one_proposal_for_each_application,
    what_ifs,
    what_a_what_if_is_tried_against,
    who_is_excluded_is_shown_neither_proposals_nor_what_ifs,
];

fn news(on: &str, cities: &[&str], kind: BriefingKind) -> News {
    let cities = cities.iter().map(|city| (*city).to_owned()).collect();
    News { on: date(on), cities, kind, title: "Besuch".to_owned(), text: "Zwei\nZeilen".to_owned(), paper: Some("0063/2020".to_owned()) }
}

async fn posted(world: &World, tx: &Tx, by: PersonId, news: News, minute: i64) -> Briefing {
    let position = store::briefing::next_position(tx, news.on).await.expect("a place");
    let briefing = Briefing::post(world.id(), position, news, by, minutes(minute));
    store::briefing::insert(tx, &briefing).await.expect("inserts");
    briefing
}

async fn briefings(world: &World) {
    let tx = world.begin().await;
    let by = world.person(&tx).await;
    for kind in [BriefingKind::Delegation, BriefingKind::StaffExchange, BriefingKind::Event, BriefingKind::Agreement, BriefingKind::Other] {
        let briefing = posted(world, &tx, by, news("2019-05-04", &["aarhus", "brest"], kind), 0).await;
        assert_eq!(store::briefing::find(&tx, briefing.id).await.expect("reads"), Some(briefing.clone()));
        let other = News { paper: None, ..news("2019-05-05", &["tallinn"], kind) };
        let corrected =
            Briefing { news: other, position: store::briefing::next_position(&tx, date("2019-05-05")).await.expect("one"), ..briefing };
        store::briefing::save(&tx, &corrected).await.expect("saves");
        assert!(matches!(store::briefing::save(&tx, &corrected).await, Err(StoreError::Conflict)), "of another version");
        let state = BriefingState::Withdrawn { by, at: minutes(1), reason: "Doppelt.".to_owned() };
        let withdrawn = Briefing { version: 2, state, ..corrected };
        store::briefing::save(&tx, &withdrawn).await.expect("saves");
        let withdrawn = Briefing { version: 3, ..withdrawn };
        assert_eq!(store::briefing::lock(&tx, withdrawn.id).await.expect("reads"), Some(withdrawn.clone()));
        assert_eq!(store::briefing::find_many(&tx, &[withdrawn.id, world.id()]).await.expect("reads"), [withdrawn]);
    }
}

async fn briefings_are_filtered(world: &World) {
    let tx = world.begin().await;
    let (by, reader) = (world.person(&tx).await, world.person(&tx).await);
    let later = posted(world, &tx, by, news("2019-12-31", &["brest"], BriefingKind::Event), 0).await;
    let first = posted(world, &tx, by, news("2019-01-01", &["aarhus", "brest"], BriefingKind::Agreement), 1).await;
    let before = posted(world, &tx, by, news("2018-12-31", &["aarhus"], BriefingKind::Event), 2).await;
    let gone = posted(world, &tx, by, news("2019-06-01", &["brest"], BriefingKind::Event), 3).await;
    let state = BriefingState::Withdrawn { by, at: now(), reason: "Doppelt.".to_owned() };
    store::briefing::save(&tx, &Briefing { state, ..gone.clone() }).await.expect("saves");
    let found = async |filter: BriefingFilter| {
        let page = store::briefing::page(&tx, &filter, &Window::first(10)).await.expect("reads");
        assert_eq!(store::briefing::count(&tx, &filter).await.expect("counts"), u64::try_from(page.items.len()).expect("few"));
        page.items.into_iter().map(|briefing| briefing.id).collect::<Vec<_>>()
    };
    let all = BriefingFilter::default;
    assert_eq!(found(all()).await, [before.id, first.id, later.id], "by the days that they tell of");
    assert_eq!(found(BriefingFilter { withdrawn: true, ..all() }).await, [before.id, first.id, gone.id, later.id]);
    assert_eq!(found(BriefingFilter { year: Some(2019), ..all() }).await, [first.id, later.id]);
    assert_eq!(found(BriefingFilter { year: Some(i32::MAX), ..all() }).await, []);
    assert_eq!(found(BriefingFilter { city: Some("aarhus".to_owned()), ..all() }).await, [before.id, first.id]);
    assert_eq!(found(BriefingFilter { city: Some("aarhus".to_owned()), year: Some(2019), ..all() }).await, [first.id]);
    assert_eq!(found(BriefingFilter { kind: Some(BriefingKind::Event), ..all() }).await, [before.id, later.id]);
    for _ in 0..2 {
        store::briefing::mark_read(&tx, reader, &[first.id, later.id], now()).await.expect("marks, and once more is no harm");
    }
    assert_eq!(found(BriefingFilter { unread_by: Some(reader), ..all() }).await, [before.id]);
    assert_eq!(found(BriefingFilter { unread_by: Some(by), ..all() }).await, [before.id, first.id, later.id], "each for themselves");
    assert_eq!(
        found(BriefingFilter { latest: Some(3), ..all() }).await,
        [first.id, later.id],
        "what was withdrawn has its place among them"
    );
    assert_eq!(found(BriefingFilter { latest: Some(9), ..all() }).await, [before.id, first.id, later.id]);
    assert_eq!(found(BriefingFilter { latest: Some(3), unread_by: Some(reader), ..all() }).await, []);
    assert_eq!(store::briefing::read_among(&tx, reader, &[before.id, first.id]).await.expect("reads"), [first.id]);
    assert_eq!(store::export::briefings_read(&tx, reader).await.expect("reads").len(), 2);
}

async fn a_day_has_its_own_places(world: &World) {
    let tx = world.begin().await;
    let by = world.person(&tx).await;
    let places = positions_on(date("2019-05-04"));
    let one = posted(world, &tx, by, news("2019-05-04", &["brest"], BriefingKind::Event), 0).await;
    posted(world, &tx, by, news("2019-05-05", &["brest"], BriefingKind::Event), 0).await;
    let two = posted(world, &tx, by, news("2019-05-04", &["brest"], BriefingKind::Event), 0).await;
    assert_eq!((one.position, two.position), (places.start, places.start + 1));
    let last = Briefing { id: world.id(), position: places.end - 1, ..two.clone() };
    store::briefing::insert(&tx, &last).await.expect("inserts");
    assert!(store::briefing::next_position(&tx, date("2019-05-04")).await.is_err(), "the day is full");
    let taken = Briefing { id: world.id(), ..two };
    let twice = store::briefing::insert(&tx, &taken).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "{twice:?}");
}

async fn news_are_what_was_posted_in_a_time_and_not_read(world: &World) {
    let tx = world.begin().await;
    let (by, reader) = (world.person(&tx).await, world.person(&tx).await);
    let mut all = Vec::new();
    for minute in [3, 1, 2, 4] {
        all.push(posted(world, &tx, by, news("2019-05-04", &["brest"], BriefingKind::Event), minute).await);
    }
    let span = |since, until| Span { since: minutes(since), until: minutes(until) };
    let told = store::briefing::news_for(&tx, reader, span(1, 4)).await.expect("reads");
    assert_eq!(told.iter().map(|briefing| briefing.posted_at).collect::<Vec<_>>(), [minutes(1), minutes(2), minutes(3)]);
    store::briefing::mark_read(&tx, reader, &[all[1].id], now()).await.expect("marks");
    assert_eq!(store::briefing::news_for(&tx, reader, span(1, 4)).await.expect("reads").len(), 2);
    assert!(store::briefing::any_posted(&tx, span(4, 5)).await.expect("reads"));
    assert!(!store::briefing::any_posted(&tx, span(5, 9)).await.expect("reads"));
}

async fn subscriptions(world: &World) {
    let tx = world.begin().await;
    let (person, other) = (world.person(&tx).await, world.person(&tx).await);
    assert_eq!(store::digest::find(&tx, person).await.expect("reads"), None);
    let mut chosen = Subscription { person, version: 0, frequency: Frequency::Never, told_until: now() };
    for frequency in [Frequency::Never, Frequency::AtOnce, Frequency::Weekly, Frequency::Monthly] {
        chosen = Subscription { frequency, told_until: chosen.told_until + chrono::TimeDelta::minutes(1), ..chosen };
        store::digest::put(&tx, &chosen).await.expect("puts");
        chosen.version += 1;
        assert_eq!(store::digest::lock(&tx, person).await.expect("reads"), Some(chosen));
    }
    let second = Subscription { person: other, version: 0, ..chosen };
    store::digest::put(&tx, &second).await.expect("puts");
    assert_eq!(store::digest::all(&tx).await.expect("reads").len(), 2);
    let outdated = store::digest::put(&tx, &Subscription { version: 1, ..chosen }).await;
    assert!(matches!(outdated, Err(StoreError::Conflict)), "{outdated:?}");
    let twice = store::digest::put(&tx, &second).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "of two first ones, one is slower: {twice:?}");
}

async fn movements_and_rounds_of_a_time(world: &World) {
    let tx = world.begin().await;
    let award = world.award(&tx).await;
    world.events(&tx, 1, None).await;
    let entries: Vec<Entry> = (1..)
        .zip([Movement::Appropriation, Movement::Commitment, Movement::Release, Movement::Increase])
        .map(|(ordinal, movement)| Entry {
            id: world.id(),
            ordinal,
            posting: Posting {
                year: 2020,
                movement,
                amount: Money::from_cents(ordinal),
                basis: if ordinal == 3 { Basis::Award { award: award.id } } else { Basis::Resolution { number: "Drs. 1/2020".to_owned() } },
            },
            event: 1,
            by: None,
            at: minutes(ordinal),
        })
        .collect();
    store::budget::append_entries(&tx, &entries).await.expect("appends");
    let span = Span { since: minutes(1), until: minutes(4) };
    let mut moved = store::digest::movements(&tx, span).await.expect("reads");
    moved.sort_by_key(|moved| moved.amount);
    let of = |movement, cents, award| Moved { year: 2020, movement, amount: Money::from_cents(cents), award };
    assert_eq!(moved, [of(Movement::Appropriation, 1, None), of(Movement::Release, 3, Some(award.id))], "what is news, in its time");

    let old = world.round(&tx).await;
    let span = Span { since: minutes(10), until: minutes(20) };
    assert_eq!(store::digest::rounds(&tx, span).await.expect("reads"), [], "announced before, and its deadline is over");
    let id: uuid::Uuid = world.id();
    let ahead = Round { id: id.into(), code: "2021".to_owned(), deadline: date("2020-01-15"), ..old.clone() };
    store::round::insert(&tx, &ahead).await.expect("inserts");
    let id: uuid::Uuid = world.id();
    let announced = Round { id: id.into(), code: "2022".to_owned(), announced_at: minutes(10), ..old };
    store::round::insert(&tx, &announced).await.expect("inserts");
    assert_eq!(store::digest::rounds(&tx, span).await.expect("reads").len(), 2);
}

fn prepared(world: &World, application: &domain::application::Application, proposal: Proposal) -> Prepared {
    Prepared {
        id: world.id(),
        version: 1,
        application: application.id,
        round: application.round,
        proposal,
        reasons: "Ein gutes\nProjekt.".to_owned(),
        motion: None,
        prepared_by: application.created_by,
        prepared_at: now(),
    }
}

async fn there_is_one_proposal_for_each_application(world: &World) {
    let tx = world.begin().await;
    let (application, other) = (world.application(&tx).await, world.application(&tx).await);
    let mut one = prepared(world, &application, Proposal::Defer);
    store::proposal::insert(&tx, &one).await.expect("inserts");
    let motion = world.motion(&tx, &application).await;
    for proposal in
        [Proposal::Award { amount: euro(3_000) }, Proposal::HardshipAward { amount: euro(3_001) }, Proposal::Reject, Proposal::Defer]
    {
        one = Prepared { proposal, motion: Some(motion.id), ..one };
        store::proposal::save(&tx, &one).await.expect("saves");
        one.version += 1;
        assert_eq!(store::proposal::find(&tx, one.id).await.expect("reads"), Some(one.clone()));
        assert_eq!(store::proposal::of_application(&tx, application.id).await.expect("reads"), Some(one.clone()));
    }
    assert_eq!(store::proposal::of_application(&tx, other.id).await.expect("reads"), None);
    let of_round = async |except: &[_]| {
        let page = store::proposal::of_round(&tx, application.round, except, &Window::first(9)).await;
        page.expect("reads").items
    };
    assert_eq!(of_round(&[]).await, std::slice::from_ref(&one));
    assert_eq!(of_round(&[other.id]).await, std::slice::from_ref(&one));
    assert_eq!(of_round(&[application.id]).await, []);
    assert_eq!(store::export::proposals(&tx, application.created_by).await.expect("reads"), std::slice::from_ref(&one));
    let twice = store::proposal::insert(&tx, &prepared(world, &application, Proposal::Reject)).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "{twice:?}");
}

async fn saved(world: &World, tx: &Tx, application: &domain::application::Application) -> WhatIf {
    let what_if = WhatIf {
        id: world.id(),
        version: 1,
        round: application.round,
        name: "Alle".to_owned(),
        lines: vec![
            Line { application: application.id, proposal: Proposal::Award { amount: euro(3_000) }, wording: Some("So".to_owned()) },
            Line { application: world.id(), proposal: Proposal::Reject, wording: None },
        ],
        state: WhatIfState::Saved,
        saved_by: application.created_by,
        saved_at: now(),
    };
    store::what_if::insert(tx, &what_if).await.expect("inserts");
    what_if
}

async fn what_ifs(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    let (mut one, two) = (saved(world, &tx, &application).await, saved(world, &tx, &application).await);
    let listed = async || -> Vec<WhatIfId> {
        let found = store::what_if::of_round(&tx, application.round, 9).await.expect("reads");
        found.into_iter().map(|what_if| what_if.id).collect()
    };
    assert_eq!(listed().await, [one.id, two.id]);
    assert_eq!(store::what_if::of_round(&tx, application.round, 1).await.expect("reads"), [one.clone()]);
    for state in [WhatIfState::Put { at: minutes(1), motions: vec![world.id(), world.id()] }, WhatIfState::Discarded] {
        one = WhatIf { state, lines: one.lines.into_iter().rev().collect(), name: "Anders".to_owned(), ..one };
        store::what_if::save(&tx, &one).await.expect("saves");
        one.version += 1;
        assert_eq!(store::what_if::find(&tx, one.id).await.expect("reads"), Some(one.clone()));
        assert_eq!(store::what_if::lock(&tx, one.id).await.expect("reads"), Some(one.clone()));
    }
    assert_eq!(listed().await, [two.id], "what was thrown away is not compared");
    assert_eq!(store::export::what_ifs(&tx, application.created_by).await.expect("reads").len(), 2, "but it is kept");
}

async fn what_a_what_if_is_tried_against(world: &World) {
    let tx = world.begin().await;
    let (free, pending, decided) = (world.application(&tx).await, world.application(&tx).await, world.application(&tx).await);
    world.motion(&tx, &pending).await;
    let motion = world.motion(&tx, &decided).await;
    store::committee::save_motion(&tx, &Motion { state: MotionState::Decided, ..motion }).await.expect("saves");
    // A dispute is no motion on what becomes of the application.
    let id: RecusalId = world.id();
    let recusal = domain::committee::Recusal::new(id, &free, free.created_by, None, free.created_by, now()).expect("a recusal");
    store::recusal::insert(&tx, &recusal).await.expect("inserts");
    let (_, dispute) = recusal.dispute(world.id(), &free, "Nein.", free.created_by, now()).expect("a dispute");
    store::committee::insert_motion(&tx, &dispute).await.expect("inserts");
    let ids = [free.id, pending.id, decided.id];
    assert_eq!(store::what_if::pending_among(&tx, &ids).await.expect("reads").into_iter().collect::<Vec<_>>(), [pending.id]);
    assert_eq!(store::what_if::next_place(&tx, 2020).await.expect("reads"), 1);
    world.place(&tx).await;
    assert_eq!(store::what_if::next_place(&tx, 2020).await.expect("reads"), 2);
    assert_eq!(store::what_if::next_place(&tx, 2021).await.expect("reads"), 1);
}

async fn who_is_excluded_is_shown_neither_proposals_nor_what_ifs(world: &World) {
    let tx = world.begin().await;
    let (application, other) = (world.application(&tx).await, world.application(&tx).await);
    let proposal = prepared(world, &application, Proposal::Reject);
    store::proposal::insert(&tx, &proposal).await.expect("inserts");
    let what_if = saved(world, &tx, &application).await;
    saved(world, &tx, &other).await;
    assert_eq!(store::what_if::naming(&tx, &[application.id]).await.expect("reads"), [what_if.id]);
    assert_eq!(store::what_if::naming(&tx, &[]).await.expect("reads"), []);
    let hidden = store::recusal::things_of(&tx, &[application.id]).await.expect("reads");
    for thing in [application.id.to_string(), proposal.id.to_string(), what_if.id.to_string()] {
        assert!(hidden.contains(&thing), "{thing}");
    }
    assert_eq!(hidden.len(), 3, "{hidden:?}");
}
