//! R16 to R25: quorum and majority for every composition, seats, electorates, and what closes when.

mod sample;

use chrono::{DateTime, NaiveDate, Utc};
use domain::committee::{
    Ballot, BallotAction, BallotBox, BallotForm, BallotState, Capacity, Choice, Computation, Deadlines, Electorate, Holding, Motion,
    MotionState, Proposal, Recusal, RecusalState, Tally, Verdict, Vote,
};
use domain::fund::CommitteeRules;
use domain::identity::{Actor, Denial, Role, guard};
use domain::ids::{ApplicationId, BallotId, HoldingId, MotionId, PersonId, RecusalId};
use domain::language::Language;
use domain::problem::Problem;
use sample::{date, instant, person};
use uuid::Uuid;

fn rules(seats: u32) -> CommitteeRules {
    CommitteeRules { seats, ..sample::fund().committee }
}

fn holding(seat: u32, holder: u128, capacity: Capacity) -> Holding {
    let id = HoldingId(Uuid::from_u128(holder));
    Holding { id, version: 1, seat, person: person(holder), capacity, since: date("2019-01-01"), until: None }
}

/// What one seat does on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seat {
    Empty,
    Excluded,
    Absent,
    Says(Choice),
}

/// GO §§ 38, 39 said as naively as can be: seat by seat, with people who stand up and are counted in halves.
fn naive(seats: &[Seat], casting: Option<Choice>) -> Verdict {
    let mut statutory_number_in_halves = 0;
    let mut excluded_in_halves = 0;
    let mut present = 0;
    let mut balance = 0;
    for seat in seats {
        match seat {
            Seat::Empty => {}
            Seat::Excluded => excluded_in_halves += 2,
            Seat::Absent => statutory_number_in_halves += 1,
            Seat::Says(choice) => {
                statutory_number_in_halves += 1;
                present += 1;
                balance += match choice {
                    Choice::Yes => 1,
                    Choice::No => -1,
                    Choice::Abstain => 0,
                };
            }
        }
    }
    let at_least_three = present > 2;
    let more_than_half_excluded = excluded_in_halves > seats.len();
    let more_than_half_present = 2 * present > statutory_number_in_halves;
    if !(at_least_three && (more_than_half_present || more_than_half_excluded)) {
        Verdict::Inquorate
    } else if balance > 0 || balance == 0 && casting == Some(Choice::Yes) {
        Verdict::Carried
    } else {
        Verdict::NotCarried
    }
}

#[test]
fn quorum_and_majority_for_every_combination_of_up_to_thirteen_seats() {
    let (mut combinations, mut carried, mut inquorate) = (0, 0, 0);
    for seats in 1..=13_u32 {
        for empty in 0..=seats {
            for excluded in 0..=seats - empty {
                for present in 0..=seats - empty - excluded {
                    for yes in 0..=present {
                        for no in 0..=present - yes {
                            let abstained = present - yes - no;
                            let verdict = compare(seats, [empty, excluded, yes, no, abstained]);
                            combinations += 1;
                            carried += usize::from(verdict == Verdict::Carried);
                            inquorate += usize::from(verdict == Verdict::Inquorate);
                        }
                    }
                }
            }
        }
    }
    println!("{combinations} combinations: {carried} carried, {inquorate} without a quorum");
    assert_eq!(combinations, 27_131);
}

/// One combination through the real electorate with real votes, and by the naive statement; with and without the chair's casting vote.
fn compare(seats: u32, [empty, excluded, yes, no, abstained]: [u32; 5]) -> Verdict {
    let mut table = Vec::new();
    let of = |count: u32, seat: Seat| std::iter::repeat_n(seat, usize::try_from(count).expect("few"));
    table.extend(of(yes, Seat::Says(Choice::Yes)));
    table.extend(of(no, Seat::Says(Choice::No)));
    table.extend(of(abstained, Seat::Says(Choice::Abstain)));
    table.extend(of(excluded, Seat::Excluded));
    table.extend(of(empty, Seat::Empty));
    table.resize(usize::try_from(seats).expect("few"), Seat::Absent);
    let (mut holdings, mut recused, mut votes) = (Vec::new(), Vec::new(), Vec::new());
    for (number, seat) in (1..).zip(&table) {
        let held = holding(number, number.into(), Capacity::Member);
        match seat {
            Seat::Empty => continue,
            Seat::Excluded => recused.push(held.person),
            Seat::Absent => {}
            Seat::Says(choice) => votes.push(vote(number.into(), *choice)),
        }
        holdings.push(held);
    }
    let mut verdicts = Vec::new();
    for casting_vote_of_chair in [false, true] {
        let rules = CommitteeRules { casting_vote_of_chair, ..rules(seats) };
        // The first seat's member presides.
        let electorate = Electorate::on(date("2019-07-04"), &holdings, &recused, &[person(1)], &rules);
        let tally = electorate.count(&votes);
        assert_eq!(tally, Tally { yes, no, abstained, excluded });
        let chair = votes.first().filter(|vote| vote.member == person(1)).map(|vote| vote.choice);
        let computation = Computation::of(&electorate, tally.present(), tally, chair);
        let expected = naive(&table, chair.filter(|_| casting_vote_of_chair));
        assert_eq!(computation.verdict, expected, "{table:?}: {}", computation.in_words(Language::En));
        verdicts.push(computation.verdict);
    }
    verdicts[0]
}

fn vote(holder: u128, choice: Choice) -> Vote {
    Vote { ballot: ballot_id(), member: person(holder), choice, cast_at: noon() }
}

fn ballot_id() -> BallotId {
    BallotId(Uuid::from_u128(77))
}

fn noon() -> DateTime<Utc> {
    instant("2019-07-04T10:00:00Z")
}

#[test]
fn the_computation_reads_like_minutes() {
    let electorate = eleven(&[2]);
    let tally = Tally { yes: 6, no: 2, abstained: 0, excluded: 1 };
    let computation = Computation::of(&electorate, 8, tally, None);
    let words = "11 seats, 1 empty, 1 excluded; more than half of 9 is 5; present 8; 6 yes, 2 no, 0 abstained; carried";
    assert_eq!(computation.in_words(Language::En), words);
    let words = "11 Sitze, 1 leer, 1 ausgeschlossen; mehr als die Hälfte von 9 ist 5; anwesend 8; 6 ja, 2 nein, 0 Enthaltungen; angenommen";
    assert_eq!(computation.in_words(Language::De), words);
    let missed = Computation::of(&electorate, 4, Tally { yes: 4, ..Tally::default() }, None);
    let words = "11 seats, 1 empty, 1 excluded; more than half of 9 is 5; present 4; no quorum";
    assert_eq!(missed.in_words(Language::En), words);
    let most = eleven(&[1, 2, 3, 4, 5, 6]);
    let three = Computation::of(&most, 3, Tally { yes: 2, no: 1, abstained: 0, excluded: 6 }, None);
    let words = "11 seats, 1 empty, 6 excluded; more than half are excluded, so 3 suffice; present 3; 2 yes, 1 no, 0 abstained; carried";
    assert_eq!(three.in_words(Language::En), words);
}

/// Ten members on eleven seats; the eleventh is empty.
fn eleven(excluded: &[u128]) -> Electorate {
    let holdings: Vec<Holding> = (1..=10).map(|seat| holding(seat, seat.into(), Capacity::Member)).collect();
    let excluded: Vec<PersonId> = excluded.iter().copied().map(person).collect();
    Electorate::on(date("2019-07-04"), &holdings, &excluded, &[person(1)], &rules(11))
}

#[test]
fn who_holds_a_seat_holds_it_from_day_to_day() {
    let member = Holding { until: Some(date("2019-06-30")), ..holding(1, 1, Capacity::Member) };
    let successor = Holding { since: date("2019-07-01"), ..holding(1, 2, Capacity::Member) };
    let on = |day: NaiveDate| Electorate::on(day, &[member.clone(), successor.clone()], &[], &[], &rules(3)).voters().collect::<Vec<_>>();
    assert_eq!(on(date("2018-12-31")), []);
    assert_eq!(on(date("2019-06-30")), [person(1)]);
    assert_eq!(on(date("2019-07-01")), [person(2)]);
}

#[test]
fn a_seat_is_given_once_and_a_person_has_one() {
    let held = [holding(1, 1, Capacity::Member), Holding { until: Some(date("2019-06-30")), ..holding(2, 2, Capacity::Member) }];
    let assign = |seat, holder: u128, capacity, since: &str| {
        let id = HoldingId(Uuid::from_u128(9));
        Holding::assign(id, seat, person(holder), capacity, date(since), &held, &rules(3))
            .map_err(|refusal| refusal.0.into_iter().map(|violation| violation.problem.code()).collect::<Vec<_>>())
    };
    assert!(assign(1, 3, Capacity::Substitute, "2019-07-04").is_ok(), "a member and a substitute have one seat");
    assert!(assign(2, 3, Capacity::Member, "2019-07-01").is_ok(), "the day after the last one");
    assert_eq!(assign(2, 3, Capacity::Member, "2019-06-30"), Err(vec!["SEAT_TAKEN"]));
    assert_eq!(assign(1, 3, Capacity::Member, "2019-07-04"), Err(vec!["SEAT_TAKEN"]));
    assert_eq!(assign(3, 1, Capacity::Substitute, "2019-07-04"), Err(vec!["HOLDS_ANOTHER_SEAT"]));
    assert_eq!(assign(4, 3, Capacity::Member, "2019-07-04"), Err(vec!["NO_SUCH_SEAT"]));
    assert_eq!(assign(0, 3, Capacity::Member, "2019-07-04"), Err(vec!["NO_SUCH_SEAT"]));
}

#[test]
fn a_substitute_votes_only_where_the_member_does_not() {
    let holdings = [holding(1, 1, Capacity::Member), holding(1, 101, Capacity::Substitute), holding(2, 2, Capacity::Member)];
    let electorate = Electorate::on(date("2019-07-04"), &holdings, &[], &[], &rules(3));
    let count = |votes: &[Vote]| electorate.count(votes);
    assert_eq!(count(&[vote(101, Choice::No)]), Tally { no: 1, ..Tally::default() });
    let both = [vote(101, Choice::No), vote(1, Choice::Yes)];
    assert_eq!(count(&both), Tally { yes: 1, ..Tally::default() }, "the member takes the seat's vote back");
    assert_eq!(electorate.silent(&[vote(101, Choice::No)]), [person(2)]);
    // Where the member is excluded, the substitute steps in; where both are, the seat is.
    let excluded = |persons: &[PersonId]| Electorate::on(date("2019-07-04"), &holdings, persons, &[], &rules(3));
    assert_eq!(excluded(&[person(1)]).composition().excluded, 0);
    assert_eq!(excluded(&[person(1)]).count(&both), Tally { no: 1, ..Tally::default() });
    assert_eq!(excluded(&[person(1), person(101)]).composition().excluded, 1);
    assert_eq!(electorate.clone().without(person(2)), excluded(&[person(2)]));
    let alone = Electorate::on(date("2019-07-04"), &[holding(1, 101, Capacity::Substitute)], &[], &[], &rules(3));
    assert_eq!((alone.composition().empty, alone.voters().count()), (3, 0), "nobody stands in for nobody");
}

fn motion(proposal: Proposal) -> Motion {
    Motion {
        id: MotionId(Uuid::from_u128(5)),
        version: 1,
        application: ApplicationId(Uuid::from_u128(6)),
        applicant: Uuid::from_u128(7).into(),
        proposal,
        wording: "Beschluss".to_owned(),
        state: MotionState::Pending,
        proposed_by: person(50),
        proposed_at: noon(),
    }
}

fn circular(today: &str, votes: &[Vote]) -> BallotBox {
    let deadlines = Deadlines::new(date("2019-07-08"), date("2019-07-12"), date("2019-07-04")).expect("in order");
    let form = BallotForm::Circular(deadlines);
    let ballot = Ballot::open(ballot_id(), &motion(Proposal::Reject), form, eleven(&[]), None, None, noon());
    BallotBox { ballot, votes: votes.to_vec(), present: None, today: date(today) }
}

fn actor(holder: u128, role: Role) -> Actor {
    Actor { person: Some(person(holder)), roles: [role].into(), ..Actor::default() }
}

#[test]
fn a_vote_in_writing_ends_at_its_deadline_or_when_all_have_voted() {
    let chair = actor(1, Role::Chair);
    let all: Vec<Vote> = (1..=10).map(|holder| vote(holder, Choice::Yes)).collect();
    let until = date("2019-07-12");
    let can_close = |today: &str, votes: &[Vote]| guard(&chair, &circular(today, votes), BallotAction::Close);
    assert_eq!(can_close("2019-07-05", &all[..9]), Err(Denial::State(Problem::NotAllHaveVoted { until })));
    assert_eq!(can_close("2019-07-05", &all), Ok(()));
    assert_eq!(can_close("2019-07-12", &all[..9]), Err(Denial::State(Problem::NotAllHaveVoted { until })));
    assert_eq!(can_close("2019-07-13", &[]), Ok(()));
    let too_few = circular("2019-07-13", &all[..5]).close(noon());
    assert!(matches!(too_few.state, BallotState::Inquorate { tally: Tally { yes: 5, .. }, .. }), "more than half of 10 is 6");
    let enough = circular("2019-07-13", &all[..6]).close(noon());
    assert!(matches!(enough.state, BallotState::Closed { carried: true, .. }));

    let votes = |today: &str| guard(&actor(2, Role::Member), &circular(today, &[]), BallotAction::CastVote);
    assert_eq!(votes("2019-07-12"), Ok(()), "to the end of the day");
    assert_eq!(votes("2019-07-13"), Err(Denial::State(Problem::VoteIsOver { until })));
    let objects = |today: &str| guard(&actor(2, Role::Member), &circular(today, &[]), BallotAction::ObjectToCircularVote);
    assert_eq!(objects("2019-07-08"), Ok(()));
    assert_eq!(objects("2019-07-09"), Err(Denial::State(Problem::TooLateToObject { until: date("2019-07-08") })));
    let outside = guard(&actor(99, Role::Member), &circular("2019-07-05", &[]), BallotAction::ObjectToCircularVote);
    assert!(matches!(outside, Err(Denial::State(_))), "who has no seat can't object");
}

#[test]
fn deadlines_come_in_their_order_and_not_too_late() {
    let codes = |objections: &str, votes: &str| {
        let refused = Deadlines::new(date(objections), date(votes), date("2019-07-04")).expect_err("impossible");
        refused.0.into_iter().map(|violation| violation.problem.code()).collect::<Vec<_>>()
    };
    assert!(Deadlines::new(date("2019-07-04"), date("2019-07-04"), date("2019-07-04")).is_ok());
    assert_eq!(codes("2019-07-03", "2019-07-12"), ["DATE_TOO_EARLY"]);
    assert_eq!(codes("2019-07-08", "2019-07-07"), ["DATE_TOO_EARLY"]);
    assert_eq!(codes("2019-07-08", "2019-12-31"), ["VOTE_TOO_LONG"]);
}

#[test]
fn a_tally_is_of_those_who_may_vote() {
    let ballot = Ballot::open(ballot_id(), &motion(Proposal::Reject), BallotForm::Recorded, eleven(&[3]), None, None, noon());
    let codes = |yes, no, abstained, excluded| match ballot.clone().record_tally(yes, no, abstained, excluded) {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.0.into_iter().map(|violation| violation.problem.code()).collect(),
    };
    assert_eq!(codes(6, 2, 1, Some(1)), [""; 0]);
    assert_eq!(codes(6, 2, 1, None), [""; 0]);
    assert_eq!(codes(6, 2, 2, Some(1)), ["TALLY_ABOVE_SEATS"], "nine may vote");
    assert_eq!(codes(6, 2, 1, Some(0)), ["OTHERS_EXCLUDED"]);
    assert_eq!(codes(0, 0, 0, None), ["NOBODY_VOTED"]);
}

#[test]
fn a_disputed_recusal_stands_until_the_others_decide() {
    let application = sample::draft();
    let recusal = |by| Recusal::new(RecusalId(Uuid::from_u128(8)), &application, person(3), Some(" "), person(by), noon()).expect("fine");
    assert_eq!((recusal(3).state, recusal(50).state), (RecusalState::Declared, RecusalState::Recorded));
    assert_eq!(recusal(3).reason, None, "nobody has to say why");
    let motion = MotionId(Uuid::from_u128(5));
    let (disputed, motion) = recusal(50).dispute(motion, &application, "Kein Vorstand mehr", person(3), noon()).expect("disputed");
    assert!(disputed.stands());
    assert_eq!(motion.proposal.recusal(), Some(disputed.id));
    assert!(disputed.clone().decided(true, ballot_id()).stands());
    assert!(!disputed.decided(false, ballot_id()).stands());
}
