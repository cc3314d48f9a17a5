//! Meetings: invited to in time, an agenda that keeps its items, attendance over time (R16, R17, R22, R24).

use chrono::{DateTime, NaiveDate, Utc};
use domain::committee::{Capacity, Electorate, Holding};
use domain::identity::{Actor, Guarded as _, Role};
use domain::ids::{AgendaItemId, AttendanceId, HoldingId, MeetingId, PersonId};
use domain::meeting::agenda::{NewItem, reorder};
use domain::meeting::attendance::{Arrival, present_at, seats_present};
use domain::meeting::{AgendaItem, Attendance, ItemOn, Meeting, MeetingAction, MeetingOn, MeetingState, Publicity, Venue};
use domain::problem::{Problem, Refusal};
use uuid::Uuid;

#[expect(dead_code, reason = "the other suites use more of it")]
mod sample;

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().expect("an instant")
}

fn date(day: &str) -> NaiveDate {
    day.parse().expect("a day")
}

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn venue() -> Venue {
    Venue { begins_at: at("2019-07-04T16:00:00Z"), ends_at: at("2019-07-04T18:00:00Z"), place: "Rathaus".to_owned(), remote: true }
}

fn meeting() -> Meeting {
    let rules = sample::fund().committee;
    Meeting::call(MeetingId(Uuid::from_u128(1)), venue(), &rules, person(99), at("2019-06-01T08:00:00Z")).expect("called")
}

fn item(number: u128, agenda: &[AgendaItem]) -> AgendaItem {
    let new = NewItem { publicity: Publicity::Public, title: "Bericht", application: None, motion: None };
    AgendaItem::add(AgendaItemId(Uuid::from_u128(number)), meeting().id, &new, agenda).expect("added")
}

fn holding(seat: u32, number: u128, capacity: Capacity) -> Holding {
    let id = HoldingId(Uuid::from_u128(number));
    Holding { id, version: 1, seat, person: person(number), capacity, since: date("2019-01-01"), until: None }
}

fn problems(refusal: Refusal) -> Vec<(Option<String>, Problem)> {
    refusal.0.into_iter().map(|violation| (violation.field, violation.problem)).collect()
}

#[test]
fn a_meeting_is_ahead_ends_after_it_begins_and_is_remote_only_where_the_rules_say_so() {
    let mut rules = sample::fund().committee;
    rules.remote_attendance = false;
    let wrong = Venue { ends_at: at("2019-07-04T16:00:00Z"), place: " ".to_owned(), ..venue() };
    let refused = Meeting::call(meeting().id, wrong, &rules, person(99), at("2019-07-04T16:00:00Z")).expect_err("refused");
    let fields: Vec<Option<String>> = problems(refused).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["beginsAt", "endsAt", "place", "remote"].map(|field| Some(field.to_owned())));
}

#[test]
fn the_invitation_is_out_a_whole_week_before_or_says_why_not() {
    let rules = sample::fund().committee;
    let in_time = meeting().invite(None, &rules, at("2019-06-26T21:59:59Z")).expect("the last second of 26 June in Berlin");
    assert_eq!((in_time.invitations, in_time.short_notice), (1, None));
    let late = meeting().invite(None, &rules, at("2019-06-26T22:00:00Z")).expect_err("27 June");
    assert_eq!(problems(late)[0].1, Problem::InvitedTooLate { latest: date("2019-06-26") });
    let urgent = meeting().invite(Some("Die Reise beginnt."), &rules, at("2019-06-30T08:00:00Z")).expect("with a reason");
    assert_eq!(urgent.short_notice.as_deref(), Some("Die Reise beginnt."));
    let again = urgent.invite(Some("Ein Punkt mehr."), &rules, at("2019-07-01T08:00:00Z")).expect("again");
    assert_eq!(again.invitations, 2, "the calendar's sequence rises");
    assert_eq!(again.state, MeetingState::Invited { at: at("2019-06-30T08:00:00Z") });
}

#[test]
fn an_agenda_in_another_order_has_the_same_items() {
    let first = item(1, &[]);
    let second = item(2, std::slice::from_ref(&first));
    let third = item(3, &[first.clone(), second.clone()]);
    let agenda = vec![first.clone(), second.clone(), third.clone()];
    for wrong in [vec![first.id, second.id], vec![first.id, second.id, second.id], vec![first.id, second.id, AgendaItemId(Uuid::nil())]] {
        assert_eq!(problems(reorder(agenda.clone(), &wrong).expect_err("refused"))[0].1, Problem::AgendaIncomplete);
    }
    let moved = reorder(agenda, &[third.id, second.id, first.id]).expect("reordered");
    let places: Vec<(AgendaItemId, u32)> = moved.iter().map(|item| (item.id, item.position)).collect();
    assert_eq!(places, [(first.id, 3), (third.id, 1)], "the second stays");
}

#[test]
fn who_is_excluded_sees_that_there_is_an_item_and_nothing_else() {
    let application = domain::ids::ApplicationId(Uuid::from_u128(7));
    let about = AgendaItem { application: Some(application), ..item(1, &[]) };
    let on = || ItemOn { item: about.clone(), meeting: MeetingState::Called, voted_on: false };
    let mut member = Actor { person: Some(person(5)), roles: [Role::Member].into(), ..Actor::default() };
    assert!(on().as_seen_by(&member).seen.is_some());
    member.recused_from.insert(application);
    let entry = on().as_seen_by(&member);
    assert_eq!((entry.position, entry.seen), (1, None));
}

#[test]
fn presence_is_that_of_seats_and_the_substitute_steps_in() {
    let rules = sample::fund().committee;
    let holdings = [
        holding(1, 1, Capacity::Member),
        holding(1, 101, Capacity::Substitute),
        holding(2, 2, Capacity::Member),
        holding(3, 3, Capacity::Member),
    ];
    let now = at("2019-07-04T20:00:00Z");
    let arrive = |number: u128, instant: &str, earlier: &[Attendance]| {
        let arrival = Arrival { person: person(number), at: at(instant), remote: false };
        Attendance::arrive(AttendanceId(Uuid::from_u128(number)), &meeting(), arrival, &holdings, earlier, None, now)
    };
    let stranger = arrive(50, "2019-07-04T16:00:00Z", &[]).expect_err("no seat");
    assert_eq!(problems(stranger)[0].1, Problem::NotOnASeat);
    let member = arrive(1, "2019-07-04T16:00:00Z", &[]).expect("came");
    assert!(arrive(1, "2019-07-04T16:30:00Z", std::slice::from_ref(&member)).is_err(), "is there already");
    assert!(arrive(2, "2019-07-04T20:00:01Z", &[]).is_err(), "not foretold");
    let left = member.clone().leave(at("2019-07-04T17:00:00Z"), None, now).expect("left");
    assert!(member.leave(at("2019-07-04T15:59:59Z"), None, now).is_err(), "not before they came");
    let substitute = arrive(101, "2019-07-04T16:45:00Z", &[]).expect("came");
    let second = arrive(2, "2019-07-04T16:00:00Z", &[]).expect("came");
    let all = [left, substitute, second];
    let electorate = Electorate::on(date("2019-07-04"), &holdings, &[person(2)], &[], &rules);
    let seats = |instant: &str| seats_present(&electorate, &present_at(&all, at(instant)));
    assert_eq!(seats("2019-07-04T15:59:59Z"), 0);
    assert_eq!(seats("2019-07-04T16:50:00Z"), 1, "member and substitute are one seat; who is excluded doesn't count");
    assert_eq!(seats("2019-07-04T17:00:00Z"), 1, "the substitute stays");
}

#[test]
fn a_meeting_opens_on_its_day_and_closes_when_no_ballot_is_open() {
    let actor = Actor::default();
    let on = |state, open_ballots, today: &str| MeetingOn {
        meeting: Meeting { state, ..meeting() },
        agenda: vec![item(1, &[])],
        attendance: Vec::new(),
        open_ballots,
        today: date(today),
    };
    let invited = MeetingState::Invited { at: at("2019-06-20T08:00:00Z") };
    let invited_at = at("2019-06-20T08:00:00Z");
    let open = MeetingState::Open { invited_at, at: at("2019-07-04T16:00:00Z"), by: person(1) };
    let ahead = on(invited, 0, "2019-07-03").permits(MeetingAction::Open, &actor);
    assert_eq!(ahead, Err(Problem::MeetingAhead { day: date("2019-07-04") }));
    assert_eq!(on(invited, 0, "2019-07-04").permits(MeetingAction::Open, &actor), Ok(()));
    assert!(on(MeetingState::Called, 0, "2019-07-04").permits(MeetingAction::Open, &actor).is_err(), "nobody was invited");
    assert_eq!(on(open, 2, "2019-07-04").permits(MeetingAction::Close, &actor), Err(Problem::BallotsOpen { ballots: 2 }));
    assert_eq!(on(open, 0, "2019-07-04").permits(MeetingAction::Close, &actor), Ok(()));
    assert!(on(open, 0, "2019-07-04").permits(MeetingAction::Reschedule, &actor).is_err());
    let closed = Meeting { state: open, ..meeting() }.close(at("2019-07-04T18:00:00Z"));
    assert_eq!(closed.state.closed_at(), Some(at("2019-07-04T18:00:00Z")));
}
