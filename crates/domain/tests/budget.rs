//! R26 to R30: whatever is tried and in whatever order, a year is never overspent, and its balances are the journal's sum.

use domain::budget::{Balances, Basis, BudgetYear, CouncilChange, Movement};
use domain::money::Money;
use domain::problem::{Problem, Refusal};
use proptest::prelude::*;

fn movements() -> impl Strategy<Value = Vec<(Movement, Money)>> {
    let one = (prop::sample::select(Movement::ALL.to_vec()), (-100_i64..20_000).prop_map(Money::from_cents));
    prop::collection::vec(one, 0..60)
}

proptest! {
    /// R26 and R28: whatever is tried, and in whatever order.
    #[test]
    fn no_order_of_movements_overspends_and_balances_are_the_journals_sum(tried in movements()) {
        let mut year = BudgetYear::new(2020).expect("a year");
        let mut journal = Vec::new();
        for (movement, amount) in tried {
            let before = year;
            if let Ok(posting) = year.post(movement, amount, Basis::YearEnd) {
                journal.push((posting.movement, posting.amount));
            } else {
                prop_assert_eq!(before, year, "a refused movement changes nothing");
            }
            prop_assert!(!year.available().is_negative());
            prop_assert!(year.balances.committed + year.balances.paid <= year.balances.allotted());
            prop_assert_eq!(year.balances, Balances::sum(journal.iter().copied()));
        }
    }

    /// R30: nothing is left, nothing is lost.
    #[test]
    fn closing_a_year_leaves_nothing_available(tried in movements(), share in 0..=100_u32) {
        let mut year = BudgetYear::new(2020).expect("a year");
        for (movement, amount) in tried {
            let _ = year.post(movement, amount, Basis::YearEnd);
        }
        let carry = year.available().percent_down(share.into());
        let open = year.balances.committed;
        let now = "2021-01-15T10:00:00Z".parse().expect("an instant");
        let next = BudgetYear::new(2021).expect("a year");
        let (closed, next, _) = year.close(Some(next), Some((carry, "Drs. 1/2021".to_owned())), now).expect("closes");
        prop_assert_eq!(closed.available(), Money::ZERO);
        prop_assert_eq!(closed.balances.committed, Money::ZERO);
        let next = next.expect("given");
        prop_assert_eq!(next.balances.carried_in, carry + open);
        prop_assert_eq!(next.balances.committed, open);
    }
}

#[test]
fn a_cut_below_what_is_committed_is_refused() {
    let mut year = BudgetYear::new(2020).expect("a year");
    let euro = |amount: i64| Money::from_cents(amount * 100);
    year.resolve(CouncilChange::Appropriation, euro(150_000), "Drs. 1105/2018").expect("posted");
    year.post(Movement::Commitment, euro(149_000), Basis::YearEnd).expect("posted");
    let refused = year.resolve(CouncilChange::Cut, euro(1_001), "Drs. 9/2020");
    assert_eq!(refused, Err(Refusal::one("amount", Problem::CutBelowCommitments { available: euro(1_000) })));
    assert_eq!(year.resolve(CouncilChange::Cut, euro(1_000), " "), Err(Refusal::one("resolution", Problem::ResolutionMissing)));
    year.resolve(CouncilChange::Cut, euro(1_000), "Drs. 9/2020").expect("posted");
    assert_eq!(year.available(), Money::ZERO);
}
