//! What is written is read back, in every state that it can be in.

use domain::applicant::{Applicant, ApplicantKind, BankAccount};
use domain::application::{Application, ChangeRequest, Field, Form, Recorded, State};
use domain::award::{Appeal, Award, AwardState, Notification, Signature};
use domain::budget::{Balances, Basis, BudgetYear, Entry, Movement, Posting};
use domain::committee::{Ballot, BallotState, Choice, Motion, MotionState, Proposal, Recusal, Tally, Vote};
use domain::ids::{AwardId, BallotId, PlaceId};
use domain::money::Money;
use domain::payout::{Certificate, Order, Payout, PayoutState};
use domain::waiting_list::{Place, PlaceState};
use store::idempotency::Remembered;
use store::page::Window;
use uuid::Uuid;

use crate::world::{World, date, euro, form, minutes, now};

crate::on_both![
    applicants,
    bank_accounts,
    rounds,
    applications,
    versions,
    motions,
    ballots_and_votes,
    seats_and_recusals,
    budget_years,
    journal_entries,
    places,
    awards,
    payouts,
    events,
    idempotency_keys,
];

async fn applicants(world: &World) {
    let tx = world.begin().await;
    for kind in
        [ApplicantKind::NaturalPerson, ApplicantKind::LegalPerson, ApplicantKind::NonProfitAssociation, ApplicantKind::PublicInstitution]
    {
        let applicant = Applicant { id: world.id(), kind, ..world.applicant(&tx).await };
        store::applicant::insert(&tx, &applicant).await.expect("inserts");
        assert_eq!(store::applicant::find(&tx, applicant.id).await.expect("reads"), Some(applicant.clone()));
        assert_eq!(store::applicant::find_many(&tx, &[applicant.id]).await.expect("reads"), [applicant]);
    }
    assert_eq!(store::applicant::find(&tx, world.id()).await.expect("reads"), None);
}

async fn bank_accounts(world: &World) {
    let tx = world.begin().await;
    let applicant = world.applicant(&tx).await;
    let account = world.account(&tx, &applicant).await;
    assert_eq!(store::applicant::lock_account(&tx, account.id).await.expect("reads"), Some(account.clone()));
    let confirmed = BankAccount { confirmed: Some((world.person(&tx).await, minutes(1))), ..account };
    store::applicant::save_account(&tx, &confirmed).await.expect("saves");
    let saved = BankAccount { version: 2, ..confirmed };
    assert_eq!(store::applicant::find_account(&tx, saved.id).await.expect("reads"), Some(saved.clone()));
    // The longest IBAN of all, without its spaces.
    let malta = BankAccount { id: world.id(), iban: "MT84 MALT 0110 0001 2345 MTLC AST0 01S".parse().expect("one"), ..saved.clone() };
    store::applicant::insert_account(&tx, &malta).await.expect("inserts");
    assert_eq!(store::applicant::accounts_of(&tx, applicant.id).await.expect("reads"), [saved, malta]);
}

async fn rounds(world: &World) {
    let tx = world.begin().await;
    let (one, two) = (world.round(&tx).await, world.round(&tx).await);
    assert_eq!(store::round::find(&tx, one.id).await.expect("reads"), Some(one.clone()));
    assert_eq!(store::round::find_by_code(&tx, &two.code).await.expect("reads"), Some(two.clone()));
    assert_eq!(store::round::find_many(&tx, &[two.id]).await.expect("reads"), std::slice::from_ref(&two));
    assert_eq!(store::round::all(&tx).await.expect("reads"), [one, two]);
}

async fn applications(world: &World) {
    let tx = world.begin().await;
    let mut application = world.application(&tx).await;
    let request = ChangeRequest {
        fields: Field::ALL.to_vec(),
        due: date("2020-02-01"),
        remark: "Bitte\nergänzen".to_owned(),
        submitted: Box::new(form()),
    };
    for state in [
        State::Submitted,
        State::ChangesRequested(request),
        State::Admitted,
        State::Refused { reason: "zu spät".to_owned() },
        State::Withdrawn,
        State::Rejected { ballot: BallotId(Uuid::max()) },
        State::Waiting { place: PlaceId(Uuid::max()) },
        State::Awarded { award: AwardId(Uuid::max()) },
    ] {
        application.state = state;
        store::application::save(&tx, &application).await.expect("saves");
        application.version += 1;
        assert_eq!(store::application::find(&tx, application.id).await.expect("reads"), Some(application.clone()));
    }
    let recorded = Recorded { by: application.created_by, at: minutes(5), reason: "Gründe".to_owned() };
    application.late_permit = Some(recorded.clone());
    application.early_start = Some(recorded);
    store::application::save(&tx, &application).await.expect("saves");
    application.version += 1;
    let number = application.number.clone().expect("it has one");
    assert_eq!(store::application::find_by_number(&tx, &number).await.expect("reads"), Some(application.clone()));
    assert_eq!(store::application::lock(&tx, application.id).await.expect("reads"), Some(application.clone()));

    let id = world.id();
    let draft = Application::start(id, application.round, application.applicant, application.created_by, now());
    store::application::insert(&tx, &draft).await.expect("an empty draft can be written");
    assert_eq!(store::application::find_many(&tx, &[id]).await.expect("reads"), [draft]);
}

async fn versions(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    let by = application.created_by;
    let changed = Application { form: Form::default(), ..application.clone() };
    store::application::append_version(&tx, &application, by, now()).await.expect("appends");
    store::application::append_version(&tx, &changed, by, minutes(1)).await.expect("appends");
    let versions = store::application::versions(&tx, application.id).await.expect("reads");
    let read: Vec<_> = versions.iter().map(|version| (version.ordinal, &version.form, version.by, version.at)).collect();
    assert_eq!(read, [(1, &application.form, by, now()), (2, &changed.form, by, minutes(1))]);
}

async fn motions(world: &World) {
    let tx = world.begin().await;
    let application = world.application(&tx).await;
    let mut motion = world.motion(&tx, &application).await;
    assert_eq!(store::committee::pending_motion(&tx, application.id).await.expect("reads"), Some(motion.clone()));
    for proposal in [Proposal::Award { amount: euro(1) }, Proposal::HardshipAward { amount: euro(2) }, Proposal::Reject, Proposal::Defer] {
        for state in [MotionState::Pending, MotionState::Balloting, MotionState::Decided, MotionState::Withdrawn] {
            motion = Motion { proposal, state, ..motion };
            store::committee::save_motion(&tx, &motion).await.expect("saves");
            motion.version += 1;
            assert_eq!(store::committee::find_motion(&tx, motion.id).await.expect("reads"), Some(motion.clone()));
            let pending = matches!(state, MotionState::Pending | MotionState::Balloting);
            let found = store::committee::pending_motion(&tx, application.id).await.expect("reads");
            assert_eq!(found.is_some(), pending, "{state:?}");
        }
    }
    let second = world.motion(&tx, &application).await;
    assert_eq!(store::committee::motions_of(&tx, application.id).await.expect("reads"), [motion.clone(), second.clone()]);
    assert_eq!(store::committee::find_motions(&tx, &[second.id, motion.id]).await.expect("reads"), [motion.clone(), second]);
    assert_eq!(store::committee::lock_motion(&tx, motion.id).await.expect("reads"), Some(motion));
}

async fn ballots_and_votes(world: &World) {
    let tx = world.begin().await;
    let (_, motion, ballot) = world.ballot(&tx).await;
    assert_eq!(store::committee::ballot_of_motion(&tx, motion.id).await.expect("reads"), Some(ballot.clone()));
    let members: Vec<_> = ballot.electorate.voters().collect();
    for (member, choice) in [(0, Choice::Yes), (1, Choice::Abstain), (0, Choice::No)] {
        let vote = Vote { ballot: ballot.id, member: members[member], choice, cast_at: now() };
        store::committee::put_vote(&tx, &vote).await.expect("puts, in place of the earlier one");
    }
    let votes = store::committee::votes(&tx, ballot.id).await.expect("reads");
    let choices: Vec<_> = votes.iter().map(|vote| (vote.member, vote.choice)).collect();
    assert_eq!(choices, [(members[0], Choice::No), (members[1], Choice::Abstain)]);

    let tally = Tally { yes: 5, no: 3, abstained: 2, excluded: 1 };
    let closed = BallotState::Closed { at: minutes(3), tally, carried: true };
    let computation = domain::committee::Computation::of(&ballot.electorate, 10, tally, None);
    let deadlines = domain::committee::Deadlines { objections_until: date("2020-01-20"), votes_until: date("2020-01-31") };
    let form = domain::committee::BallotForm::Circular(deadlines);
    let en_bloc = domain::committee::EnBloc { group: world.id(), position: 2, purse: domain::committee::Purse::UntilItEnds };
    let reduced = ballot.electorate.clone().without(members[1]);
    let ballot = Ballot {
        form,
        electorate: reduced,
        en_bloc: Some(en_bloc),
        agenda_item: Some(world.id()),
        recorded_tally: Some(tally),
        state: closed,
        computation: Some(computation),
        ..ballot
    };
    store::committee::save_ballot(&tx, &ballot).await.expect("saves");
    let ballot = Ballot { version: 2, ..ballot };
    assert_eq!(store::committee::find_ballot(&tx, ballot.id).await.expect("reads"), Some(ballot.clone()));
    assert_eq!(store::committee::lock_ballot(&tx, ballot.id).await.expect("reads"), Some(ballot.clone()));
    assert_eq!(store::committee::ballots_of_group(&tx, en_bloc.group).await.expect("reads"), std::slice::from_ref(&ballot));
    assert_eq!(store::committee::find_ballots(&tx, &[ballot.id]).await.expect("reads"), [ballot]);
}

async fn seats_and_recusals(world: &World) {
    let tx = world.begin().await;
    let (person, application) = (world.person(&tx).await, world.application(&tx).await);
    let holding = domain::committee::Holding {
        id: world.id(),
        version: 1,
        seat: 3,
        person,
        capacity: domain::committee::Capacity::Substitute,
        since: date("2019-07-01"),
        until: None,
    };
    store::seat::insert(&tx, &holding).await.expect("inserts");
    assert_eq!(store::seat::since(&tx, date("2020-01-15")).await.expect("reads"), std::slice::from_ref(&holding));
    store::seat::save(&tx, &domain::committee::Holding { until: Some(date("2019-12-31")), ..holding }).await.expect("saves");
    assert_eq!(store::seat::since(&tx, date("2020-01-15")).await.expect("reads"), []);
    let recusal = Recusal::new(world.id(), &application, person, Some("Schwester im Vorstand"), person, now()).expect("one");
    store::recusal::insert(&tx, &recusal).await.expect("inserts");
    assert_eq!(store::recusal::find(&tx, recusal.id).await.expect("reads"), Some(recusal.clone()));
    let actor = store::identity::actor_of_person(&tx, person, now()).await.expect("reads").expect("exists");
    assert!(actor.recused_from.contains(&application.id));
    let ballot: domain::ids::BallotId = world.id();
    let dismissed = recusal.decided(false, ballot);
    store::recusal::save(&tx, &dismissed).await.expect("saves");
    assert_eq!(store::recusal::of_person(&tx, person).await.expect("reads"), [Recusal { version: 2, ..dismissed }]);
    let actor = store::identity::actor_of_person(&tx, person, now()).await.expect("reads").expect("exists");
    assert_eq!(actor.recused_from.len(), 0, "what was dismissed excludes nobody");
}

async fn budget_years(world: &World) {
    let tx = world.begin().await;
    let year = world.year(&tx, 2021).await;
    let balances = Balances {
        appropriated: Money::from_cents(15_000_001),
        increases: euro(2),
        cuts: euro(3),
        carried_in: euro(4),
        repaid: euro(5),
        committed: euro(6),
        paid: euro(7),
        carried_out: euro(8),
        lapsed: euro(9),
    };
    let year = BudgetYear { balances, closed_at: Some(now()), ..year };
    store::budget::save_year(&tx, &year).await.expect("saves");
    let year = BudgetYear { version: 2, ..year };
    let other = world.year(&tx, 2020).await;
    assert_eq!(store::budget::lock_year(&tx, 2021).await.expect("reads"), Some(year));
    assert_eq!(store::budget::find_years(&tx, &[2021, 2019]).await.expect("reads"), [year]);
    assert_eq!(store::budget::years(&tx).await.expect("reads"), [other, year]);
}

async fn journal_entries(world: &World) {
    let tx = world.begin().await;
    let award = world.award(&tx).await;
    let by = Some(world.person(&tx).await);
    world.events(&tx, 1, by).await;
    assert_eq!(store::budget::last_ordinal(&tx, 2020).await.expect("reads"), 0);
    let bases = [Basis::Resolution { number: "Drs. 1/2020".to_owned() }, Basis::Award { award: award.id }, Basis::YearEnd];
    let entries: Vec<Entry> = (1..)
        .zip(Movement::ALL)
        .map(|(ordinal, movement)| Entry {
            id: world.id(),
            ordinal,
            posting: Posting { year: 2020, movement, amount: Money::from_cents(ordinal), basis: bases[movement as usize % 3].clone() },
            event: 1,
            by: by.filter(|_| ordinal % 2 == 0),
            at: now(),
        })
        .collect();
    store::budget::append_entries(&tx, &entries).await.expect("appends");
    assert_eq!(store::budget::last_ordinal(&tx, 2020).await.expect("reads"), 13);
    assert_eq!(store::budget::entries_after(&tx, 2020, 0, 1000).await.expect("reads"), entries);
    assert_eq!(store::budget::entries_after(&tx, 2020, 11, 1).await.expect("reads"), entries[11..12]);
    assert_eq!(store::budget::entries(&tx, 2020, &[], &Window::first(100)).await.expect("reads").items, entries);
}

async fn places(world: &World) {
    let tx = world.begin().await;
    let (mut place, second, award) = (world.place(&tx).await, world.place(&tx).await, world.award(&tx).await);
    assert_eq!((place.position, second.position), (1, 2));
    for state in [PlaceState::Served { award: award.id }, PlaceState::Withdrawn, PlaceState::Ended, PlaceState::Waiting] {
        place = Place { state, proposal: Proposal::HardshipAward { amount: euro(7) }, ..place };
        store::waiting_list::save(&tx, &place).await.expect("saves");
        place.version += 1;
        assert_eq!(store::waiting_list::find(&tx, place.id).await.expect("reads"), Some(place.clone()));
    }
    assert_eq!(store::waiting_list::waiting_of_year(&tx, 2020).await.expect("reads"), [place.clone(), second.clone()]);
    store::waiting_list::save(&tx, &Place { state: PlaceState::Ended, ..second.clone() }).await.expect("saves");
    assert_eq!(store::waiting_list::waiting_of_year(&tx, 2020).await.expect("reads"), [place.clone()]);
    assert_eq!(store::waiting_list::lock(&tx, place.id).await.expect("reads"), Some(place.clone()));
    assert_eq!(store::waiting_list::find_many(&tx, &[place.id]).await.expect("reads"), [place]);
}

async fn awards(world: &World) {
    let tx = world.begin().await;
    let mut award = world.award(&tx).await;
    world.year(&tx, 2021).await;
    let on = date("2020-02-03");
    let notification = |appeal| Notification {
        dispatched_on: date("2020-01-16"),
        notified_on: date("2020-01-20"),
        accept_by: date("2020-02-17"),
        appeal_until: date("2020-02-20"),
        appeal,
    };
    for state in [
        AwardState::Notified(notification(Appeal::Running)),
        AwardState::Notified(notification(Appeal::Waived { on })),
        AwardState::Accepted(notification(Appeal::Objected { on })),
        AwardState::Accepted(notification(Appeal::Settled { on })),
        AwardState::Declined { reason: None },
        AwardState::Declined { reason: Some("abgesagt".to_owned()) },
        AwardState::Revoked { reason: "Zweck verfehlt".to_owned() },
        AwardState::Granted,
    ] {
        award = Award { state, released: euro(1), paid: euro(2), repaid: euro(3), year: 2021, ..award };
        store::award::save(&tx, &award).await.expect("saves");
        award.version += 1;
        assert_eq!(store::award::find(&tx, award.id).await.expect("reads"), Some(award.clone()));
    }
    assert_eq!(store::award::lock(&tx, award.id).await.expect("reads"), Some(award.clone()));
    assert_eq!(store::award::find_many(&tx, &[award.id]).await.expect("reads"), [award.clone()]);
    assert_eq!(store::award::of_application(&tx, award.application).await.expect("reads"), Some(award.clone()));
    assert_eq!(store::award::of_applications(&tx, &[award.application]).await.expect("reads"), [award.clone()]);
    assert_eq!(store::award::with_open_money(&tx, 2021).await.expect("reads"), [award.clone()]);
    let spent = Award { paid: award.amount - award.released, ..award };
    store::award::save(&tx, &spent).await.expect("saves");
    assert_eq!(store::award::with_open_money(&tx, 2021).await.expect("reads"), []);
}

async fn payouts(world: &World) {
    let tx = world.begin().await;
    let award = world.award(&tx).await;
    let applicant = store::applicant::find(&tx, award.applicant).await.expect("reads").expect("it is there");
    let account = world.account(&tx, &applicant).await;
    let mut payout = Payout {
        id: world.id(),
        version: 1,
        award: award.id,
        applicant: award.applicant,
        instalment: 1,
        amount: euro(4_000),
        purpose: "Fähre".to_owned(),
        needed_by: date("2020-03-01"),
        attempt: 0,
        state: PayoutState::Requested,
        requested_at: now(),
    };
    store::payout::insert(&tx, &payout).await.expect("inserts");
    assert_eq!(store::payout::lock(&tx, payout.id).await.expect("reads"), Some(payout.clone()));
    let signature = Signature { by: account.named_by, at: minutes(1) };
    let certificate = Certificate { account: account.id, certified: signature };
    let order = Order { certificate: certificate.clone(), ordered: signature, end_to_end_id: "SP-2020-001-1-1".to_owned() };
    let on = date("2020-02-01");
    for state in [
        PayoutState::Refused { reason: "nein".to_owned() },
        PayoutState::Certified(certificate),
        PayoutState::Ordered(order.clone()),
        PayoutState::Executed { order: order.clone(), on },
        PayoutState::Returned { order, on, reason: "AC04".to_owned() },
    ] {
        payout = Payout { state, attempt: payout.attempt + 1, ..payout };
        store::payout::save(&tx, &payout).await.expect("saves");
        payout.version += 1;
        assert_eq!(store::payout::find(&tx, payout.id).await.expect("reads"), Some(payout.clone()));
    }
    let second = Payout { id: world.id(), version: 1, instalment: 2, state: PayoutState::Requested, ..payout.clone() };
    store::payout::insert(&tx, &second).await.expect("inserts");
    assert_eq!(store::payout::of_award(&tx, award.id).await.expect("reads"), [payout.clone(), second.clone()]);
    assert_eq!(store::payout::of_awards(&tx, &[award.id]).await.expect("reads"), [payout.clone(), second.clone()]);
    assert_eq!(store::payout::find_many(&tx, &[second.id]).await.expect("reads"), [second]);
}

async fn events(world: &World) {
    let tx = world.begin().await;
    assert_eq!(store::event::head(&tx).await.expect("reads"), (0, domain::event::Hash::genesis()));
    let by = Some(world.person(&tx).await);
    let mut events = world.events(&tx, 2, by).await;
    events.extend(world.events(&tx, 1, None).await);
    let read = store::event::after(&tx, 0, 10).await.expect("reads");
    assert_eq!(read, events);
    for event in &read {
        assert_eq!(event.hash, event.computed_hash(), "the details are kept byte for byte");
    }
    assert_eq!(store::event::after(&tx, 1, 1).await.expect("reads"), events[1..2]);
    assert_eq!(store::event::chain_head(&tx).await.expect("reads"), (3, events[2].hash.clone()));
    store::event::append(&tx, &[]).await.expect("nothing is nothing");
}

async fn idempotency_keys(world: &World) {
    let tx = world.begin().await;
    let (one, two) = (world.person(&tx).await, world.person(&tx).await);
    let outcome = serde_json::json!({ "Done": "ein Wert", "number": 1 });
    let remembered = Remembered { operation: "submit".to_owned(), request_hash: "a".repeat(64), outcome };
    store::idempotency::remember(&tx, one, "key", &remembered, now()).await.expect("remembers");
    store::idempotency::remember(&tx, two, "key", &remembered, now()).await.expect("each person has their own");
    assert_eq!(store::idempotency::find(&tx, one, "key").await.expect("reads"), Some(remembered.clone()));
    assert_eq!(store::idempotency::find(&tx, one, "another").await.expect("reads"), None);
    let again = store::idempotency::remember(&tx, one, "key", &remembered, now()).await;
    assert!(matches!(again, Err(store::StoreError::Conflict)), "{again:?}");
}
