//! What-ifs: the committee's order against the money, the rules shown line by line, and nothing more given out than there is.

mod sample;

use std::collections::{BTreeMap, BTreeSet};

use domain::application::{Application, State};
use domain::committee::Proposal;
use domain::ids::ApplicationId;
use domain::money::Money;
use domain::problem::Refusal;
use domain::what_if::{Line, LineResult, MOST_LINES, Played, Surroundings, checked, play};
use proptest::prelude::*;
use sample::{draft, fund, money};
use uuid::Uuid;

fn id(number: usize) -> ApplicationId {
    ApplicationId(Uuid::from_u128(u128::try_from(number).expect("small") + 100))
}

/// An admitted application that asks for this much of more than enough cost.
fn admitted(number: usize, asks: Money) -> Application {
    let mut application = Application { id: id(number), state: State::Admitted, ..draft() };
    application.form.amount_requested = Some(asks);
    application.form.cost_lines[0].amount = money("50000.00");
    application
}

fn line(number: usize, proposal: Proposal) -> Line {
    Line { application: id(number), proposal, wording: None }
}

fn tried(applications: Vec<Application>, lines: &[Line], available: Money) -> Played {
    let applications: BTreeMap<_, _> = applications.into_iter().map(|application| (application.id, application)).collect();
    let (fund, pending) = (fund(), BTreeSet::new());
    play(lines, &Surroundings { applications: &applications, pending: &pending, available, next_place: 1, fund: &fund })
}

/// As the round of 2020 was decided: B10 has to wait, B11 after it fits exactly, and B12 and B13 wait.
#[test]
fn the_round_of_2020_comes_out_as_it_was_decided() {
    let amounts = ["20000", "20000", "18500", "17500", "16000", "15000", "14000", "13000", "11000", "9000", "5000", "2500", "12500"]
        .map(|euro| money(&format!("{euro}.00")));
    let applications = amounts.iter().enumerate().map(|(number, amount)| admitted(number, *amount)).collect();
    let lines: Vec<Line> = amounts.iter().enumerate().map(|(number, amount)| line(number, Proposal::Award { amount: *amount })).collect();
    let played = tried(applications, &lines, money("150000.00"));
    let awarded: Vec<usize> =
        (1..).zip(&played.lines).filter(|(_, line)| line.result == LineResult::Awarded).map(|(number, _)| number).collect();
    assert_eq!(awarded, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
    assert_eq!(played.lines.iter().filter_map(|line| line.place).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(
        (played.ends_at, played.left, played.awarded, played.waiting),
        (Some(9), Money::ZERO, money("150000.00"), money("24000.00"))
    );
    assert_eq!(played.lines[9].left, money("5000.00"));
    let total = &played.per_city[0];
    assert_eq!((total.code.as_str(), total.awards, total.amount), ("tallinn", 10, money("150000.00")));
    assert_eq!(played.per_objective[0].code, "europe");
    assert_eq!((played.per_city.len(), played.per_objective.len()), (1, 1), "only what would get something");
}

#[test]
fn each_line_shows_everything_that_the_rules_say_against_it() {
    let mut withdrawn = admitted(4, money("5000.00"));
    withdrawn.state = State::Withdrawn;
    let mut small = admitted(5, money("9000.00"));
    small.form.cost_lines[0].amount = Money::ZERO;
    small.form.cost_lines[1].amount = money("5000.00");
    let applications = vec![
        admitted(0, money("5000.00")),
        admitted(1, money("5000.00")),
        admitted(2, money("5000.00")),
        admitted(3, money("5000.00")),
        withdrawn,
        small,
    ];
    let award = |euro: &str| Proposal::Award { amount: money(euro) };
    let lines = [
        line(0, award("2499.99")),
        line(1, award("5000.01")),
        line(2, Proposal::HardshipAward { amount: money("5000.00") }),
        line(3, Proposal::Reject),
        line(4, award("5000.00")),
        line(5, award("4500.01")),
        line(6, award("5000.00")),
    ];
    let played = tried(applications, &lines, money("100000.00"));
    let shown = |index: usize| -> Vec<String> {
        let violations = &played.lines[index].violations;
        violations.iter().map(|one| format!("{} {}", one.problem.code(), one.field.as_deref().unwrap_or("-"))).collect()
    };
    assert_eq!(shown(0), ["AMOUNT_BELOW_MINIMUM amount"]);
    assert_eq!(shown(1), ["AWARD_ABOVE_REQUEST amount"]);
    assert_eq!(shown(2), ["NO_HARDSHIP_CLAIMED kind"]);
    assert_eq!(shown(3), [""; 0]);
    assert_eq!(shown(4), ["WRONG_STATE applicationId"]);
    assert_eq!(shown(5), ["HARDSHIP_NEEDS_ITS_OWN_VOTE amount"]);
    assert_eq!(shown(6), ["MISSING applicationId"]);
    assert_eq!(played.lines[3].result, LineResult::Rejected);
    assert_eq!(played.left, money("100000.00"), "what can't be put takes no money");
}

#[test]
fn a_what_if_has_a_name_and_each_application_once() {
    let twice = vec![line(1, Proposal::Reject), line(2, Proposal::Defer), line(1, Proposal::Defer)];
    let fields = |refusal: Refusal| refusal.0.into_iter().filter_map(|one| one.field).collect::<Vec<_>>();
    assert_eq!(fields(checked(" ", twice).expect_err("refused")), ["name", "lines[2].applicationId"]);
    assert_eq!(fields(checked("A", Vec::new()).expect_err("refused")), ["lines"]);
    let many = (0..=MOST_LINES).map(|number| line(number, Proposal::Reject)).collect();
    assert_eq!(fields(checked("A", many).expect_err("refused")), ["lines"]);
    assert!(checked("A", vec![line(1, Proposal::Reject)]).is_ok());
}

proptest! {
    /// Never more than there is; and a line waits only if it doesn't fit into what was left when its turn came.
    #[test]
    fn awards_never_exceed_what_is_available(
        amounts in prop::collection::vec(2_500_i64..=20_000, 0..30),
        available in 0_i64..200_000,
    ) {
        let amounts: Vec<Money> = amounts.into_iter().map(|euro| Money::from_cents(euro * 100)).collect();
        let available = Money::from_cents(available * 100);
        let applications = amounts.iter().enumerate().map(|(number, amount)| admitted(number, *amount)).collect();
        let lines: Vec<Line> = amounts.iter().enumerate().map(|(number, amount)| line(number, Proposal::Award { amount: *amount })).collect();
        let played = tried(applications, &lines, available);
        prop_assert!(played.awarded <= available);
        prop_assert_eq!(played.left, available - played.awarded);
        let (mut left, mut place) = (available, 0);
        for (amount, line) in amounts.iter().zip(&played.lines) {
            if *amount <= left {
                prop_assert_eq!(line.result, LineResult::Awarded);
                left -= *amount;
            } else {
                place += 1;
                prop_assert_eq!((line.result, line.place), (LineResult::Waiting, Some(place)));
            }
            prop_assert_eq!(line.left, left);
        }
    }
}
