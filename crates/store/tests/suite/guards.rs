//! What the database itself refuses, should the program ever ask for it.

use domain::application::Application;
use domain::award::Award;
use domain::budget::BudgetYear;
use domain::money::Money;
use domain::payout::{Payout, PayoutState};
use domain::round::Round;
use store::StoreError;

use crate::world::{World, euro, now};

crate::on_both![
    the_record_is_append_only,
    the_chain_is_continued_or_refused,
    no_year_is_overspent,
    amounts_and_states_are_checked,
    there_is_one_of_what_there_may_be_one_of,
    nothing_refers_to_what_is_not_there,
    a_row_that_says_nonsense_is_named,
];

async fn the_record_is_append_only(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    store::application::append_version(&tx, &application, application.created_by, now()).await.expect("appends");
    world.year(&tx, 2020).await;
    world.events(&tx, 1, None).await;
    let posting = domain::budget::Posting {
        year: 2020,
        movement: domain::budget::Movement::Appropriation,
        amount: euro(1),
        basis: domain::budget::Basis::YearEnd,
    };
    let entry = domain::budget::Entry { id: world.id(), ordinal: 1, posting, event: 1, by: None, at: now() };
    store::budget::append_entries(&tx, &[entry]).await.expect("appends");
    tx.commit().await.expect("commits");

    for (table, column, rule) in [("journal_entry", "amount", "R27"), ("event", "details", "R45"), ("application_version", "form", "R14")] {
        let mut changes = vec![format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")];
        if world.database.is_postgres() {
            changes.push(format!("TRUNCATE {table} CASCADE"));
        } else {
            changes.push(format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"));
        }
        for change in changes {
            let said = world.refusal(&change).await;
            assert_eq!(said, format!("refused by the database: {table} is append-only ({rule})"), "{change}");
        }
    }
}

async fn the_chain_is_continued_or_refused(world: &World) {
    let tx = world.begin().await;
    let events = world.events(&tx, 2, None).await;
    let again = store::event::append(&tx, &events[1..]).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    let mut fork = events[1].clone();
    fork.sequence = 3;
    let forked = store::event::append(&tx, &[fork]).await;
    assert!(matches!(forked, Err(StoreError::Conflict)), "it follows another event: {forked:?}");
}

async fn no_year_is_overspent(world: &World) {
    let tx = world.begin().await;
    world.year(&tx, 2020).await;
    tx.commit().await.expect("commits");
    let with = |change: fn(&mut BudgetYear)| async move {
        let tx = world.begin().await;
        let mut year = store::budget::lock_year(&tx, 2020).await.expect("reads").expect("it is there");
        change(&mut year);
        store::budget::save_year(&tx, &year).await
    };
    with(|year| year.balances.committed = euro(150_000)).await.expect("all of it can be committed");
    let refused = with(|year| year.balances.committed = euro(150_000) + Money::from_cents(1)).await;
    let Err(StoreError::Refused { constraint }) = refused else { panic!("{refused:?}") };
    assert_eq!(constraint, "budget_year_is_not_overspent");
    let changes: [fn(&mut BudgetYear); 9] = [
        |year| year.balances.appropriated = Money::from_cents(-1),
        |year| year.balances.increases = Money::from_cents(-1),
        |year| year.balances.cuts = Money::from_cents(-1),
        |year| year.balances.carried_in = Money::from_cents(-1),
        |year| year.balances.repaid = Money::from_cents(-1),
        |year| year.balances.committed = Money::from_cents(-1),
        |year| year.balances.paid = Money::from_cents(-1),
        |year| year.balances.carried_out = Money::from_cents(-1),
        |year| year.balances.lapsed = Money::from_cents(-1),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let refused = with(change).await;
        assert!(matches!(refused, Err(StoreError::Refused { .. })), "{index}: {refused:?}");
    }
}

async fn amounts_and_states_are_checked(world: &World) {
    let tx = world.begin().await;
    let award = world.award(&tx).await;
    let place = world.place(&tx).await;
    tx.commit().await.expect("commits");
    let tx = world.begin().await;
    let overdrawn = store::award::save(&tx, &Award { paid: award.amount, released: euro(1), ..award.clone() }).await;
    assert!(matches!(&overdrawn, Err(StoreError::Refused { constraint }) if constraint == "award_is_not_overdrawn"), "{overdrawn:?}");
    drop(tx);
    for table in ["application", "motion", "ballot", "award", "waiting_place"] {
        let said = world.refusal(&format!("UPDATE {table} SET state = 'nonsense'")).await;
        assert!(said.starts_with("refused by the database: "), "{table}: {said}");
    }
    let tx = world.begin().await;
    let reject = domain::waiting_list::Place { proposal: domain::committee::Proposal::Reject, ..place };
    let refused = store::waiting_list::save(&tx, &reject).await;
    assert!(matches!(refused, Err(StoreError::Refused { .. })), "a rejection waits for no money: {refused:?}");
    drop(tx);
    if !world.database.is_postgres() {
        let said = world.refusal("UPDATE budget_year SET paid = 0.5").await;
        assert!(said.contains("REAL"), "money is whole cents: {said}");
    }
}

async fn there_is_one_of_what_there_may_be_one_of(world: &World) {
    let tx = world.begin().await;
    let award = world.award(&tx).await;
    let ballot = store::committee::find_ballot(&tx, award.ballot).await.expect("reads").expect("it is there");
    let motion = store::committee::find_motion(&tx, ballot.motion).await.expect("reads").expect("it is there");
    let application = store::application::find(&tx, award.application).await.expect("reads").expect("it is there");
    let round = store::round::find(&tx, application.round).await.expect("reads").expect("it is there");
    let payout = Payout {
        id: world.id(),
        version: 1,
        award: award.id,
        applicant: award.applicant,
        instalment: 1,
        amount: euro(1),
        purpose: String::new(),
        needed_by: award.term_end,
        attempt: 0,
        state: PayoutState::Requested,
        requested_at: now(),
    };
    store::payout::insert(&tx, &payout).await.expect("inserts");
    tx.commit().await.expect("commits");

    // A transaction each: PostgreSQL ends one at the first refusal.
    let mut results = Vec::new();
    let tx = world.begin().await;
    results.push(store::award::insert(&tx, &Award { id: world.id(), ..award }).await);
    let tx = next(world, tx).await;
    results.push(store::payout::insert(&tx, &Payout { id: world.id(), ..payout }).await);
    let tx = next(world, tx).await;
    results.push(store::committee::insert_ballot(&tx, &domain::committee::Ballot { id: world.id(), ..ballot }).await);
    let tx = next(world, tx).await;
    results.push(store::committee::insert_motion(&tx, &domain::committee::Motion { id: world.id(), ..motion }).await);
    let tx = next(world, tx).await;
    results.push(store::application::insert(&tx, &Application { id: world.id(), ..application }).await);
    let tx = next(world, tx).await;
    results.push(store::round::insert(&tx, &Round { id: world.id(), ..round }).await);
    drop(tx);
    for (index, result) in results.into_iter().enumerate() {
        assert!(matches!(result, Err(StoreError::Duplicate { .. })), "{index}: {result:?}");
    }
}

/// SQLite has one writer: the next transaction begins when this one is gone.
async fn next(world: &World, tx: store::Tx) -> store::Tx {
    drop(tx);
    world.begin().await
}

async fn nothing_refers_to_what_is_not_there(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    let refused = store::application::insert(
        &tx,
        &Application {
            id: world.id(),
            applicant: world.id(),
            number: None,
            received_at: None,
            state: domain::application::State::Draft,
            ..application
        },
    )
    .await;
    assert!(matches!(refused, Err(StoreError::Refused { .. })), "{refused:?}");
}

async fn a_row_that_says_nonsense_is_named(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    let (_, _, ballot) = world.ballot(&tx).await;
    tx.commit().await.expect("commits");
    let tx = world.begin().await;
    for sql in [
        // A state that its name doesn't fit, and an electorate of no ids.
        r#"UPDATE application SET state_data = '{"state":"awarded"}'"#,
        r#"UPDATE ballot SET electorate = '["nobody"]'"#,
    ] {
        sea_orm::ConnectionTrait::execute_unprepared(&tx, sql).await.expect("no CHECK sees it");
    }
    let corrupt = store::application::find(&tx, application.id).await;
    let Err(StoreError::Corrupt { table, id, what }) = corrupt else { panic!("{corrupt:?}") };
    assert_eq!((table, id, what.as_str()), ("application", application.id.to_string(), "state_data: it is not that of admitted"));
    let corrupt = store::committee::find_ballot(&tx, ballot.id).await;
    assert!(matches!(&corrupt, Err(StoreError::Corrupt { table: "ballot", id, .. }) if *id == ballot.id.to_string()), "{corrupt:?}");
}
