//! R1 to R15: what a submission is held to, and what happens to it until the decision.

mod sample;

use chrono::TimeDelta;
use domain::application::{Application, ApplicationAction, ApplicationCase, Field, Form, Measure, State};
use domain::identity::{Action as _, Actor, Guarded as _, Role, Scoped as _, available_actions, guard};
use domain::money::Money;
use domain::problem::{Problem, Refusal};
use proptest::prelude::*;
use sample::{date, draft, form, fund, instant, money, person, round};

const IN_TIME: &str = "2019-06-01T10:00:00Z";

/// What was violated, as `R9 amountRequested AMOUNT_ABOVE_RATE`.
fn said(refusal: &Refusal) -> Vec<String> {
    let one = |violation: &domain::problem::Violation| {
        let rule = violation.problem.rule().map_or("-".to_owned(), |rule| format!("R{rule}"));
        format!("{rule} {} {}", violation.field.as_deref().unwrap_or("-"), violation.problem.code())
    };
    refusal.0.iter().map(one).collect()
}

/// The application while its round is open and no motion is put.
fn case(application: Application) -> ApplicationCase {
    ApplicationCase { application, in_time: true, motion_pending: false }
}

fn submit(form: Form, at: &str) -> Result<State, Vec<String>> {
    let draft = draft().save_draft(form).map_err(|refusal| said(&refusal))?;
    draft.submit(&round(), &fund(), 17, instant(at)).map(|submitted| submitted.state).map_err(|refusal| said(&refusal))
}

#[test]
fn a_complete_application_in_time_is_numbered_and_frozen() {
    let submitted = draft().submit(&round(), &fund(), 17, instant(IN_TIME)).expect("submits");
    assert_eq!(submitted.number.as_deref(), Some("SP-2019-017"));
    assert_eq!(submitted.received_at, Some(instant(IN_TIME)));
    let applicant =
        Actor { person: Some(person(1)), acts_for: [(submitted.applicant, domain::membership::Level::Owner)].into(), ..Actor::default() };
    let names: Vec<String> = available_actions(&applicant, &case(submitted)).iter().map(|action| format!("{action:?}")).collect();
    assert_eq!(names, ["Withdraw"], "nothing can be saved any more");
}

#[test]
fn each_rule_refuses_what_breaks_it_and_names_the_field() {
    type Change = fn(&mut Form);
    let table: &[(&str, Change)] = &[
        ("R2 title MISSING", |form| form.title = None),
        ("R2 title MISSING", |form| form.title = Some("  ".to_owned())),
        ("R2 summary MISSING", |form| form.summary = None),
        ("R2 measure MISSING", |form| form.measure = None),
        ("R2 cities MISSING", |form| form.cities.clear()),
        ("R4 startsOn OUTSIDE_PROJECT_WINDOW", |form| form.starts_on = Some(date("2019-06-30"))),
        ("R4 endsOn OUTSIDE_PROJECT_WINDOW", |form| form.ends_on = Some(date("2020-01-01"))),
        ("R4 endsOn END_BEFORE_START", |form| form.ends_on = Some(date("2019-08-31"))),
        ("R5 cities[0] UNKNOWN_PARTNER_CITY", |form| form.cities = vec!["atlantis".to_owned()]),
        ("R5 cities[1] NOT_PARTNER_THROUGHOUT", |form| {
            form.cities.push("former".to_owned());
            form.ends_on = Some(date("2019-09-11"));
        }),
        ("- cities[1] NAMED_TWICE", |form| form.cities.push("tallinn".to_owned())),
        ("R6 objectives TOO_FEW_OBJECTIVES", |form| form.objectives.clear()),
        ("R6 objectives[0] UNKNOWN_OBJECTIVE", |form| form.objectives[0].objective = "fame".to_owned()),
        ("R6 objectives[0].reason OBJECTIVE_WITHOUT_REASON", |form| form.objectives[0].reason.clear()),
        ("R7 partnerOrganisation JOINT_WITHOUT_PARTNER", |form| form.measure = Some(Measure::JointProject)),
        ("R10 costLines[1].amount NEGATIVE_LINE", |form| {
            form.cost_lines[0].amount = money("10500.00");
            form.cost_lines[1].amount = money("-500.00");
        }),
        ("R10 financingLines PLAN_UNBALANCED", |form| form.financing_lines[0].amount = money("1000.01")),
        ("R10 financingLines[0].source UNKNOWN_FINANCING_SOURCE", |form| form.financing_lines[0].source = "lottery".to_owned()),
        ("R11 costLines[0].category UNKNOWN_COST_CATEGORY", |form| form.cost_lines[0].category = "gold".to_owned()),
        ("R11 costLines[0].reason CATEGORY_WITHOUT_REASON", |form| form.cost_lines[0].category = "other".to_owned()),
        ("R2 costLines[0].text MISSING", |form| form.cost_lines[0].text.clear()),
        ("R12 notBegun NOT_DECLARED_UNBEGUN", |form| form.not_begun = false),
    ];
    for (expected, change) in table {
        let mut changed = form();
        change(&mut changed);
        let found = submit(changed, IN_TIME).expect_err(expected);
        assert!(found.contains(&(*expected).to_owned()), "{expected} is not in {found:?}");
    }
    assert!(matches!(submit(form(), IN_TIME), Ok(State::Submitted)));
}

#[test]
fn amounts_are_held_to_limits_and_rate_to_the_cent() {
    // Total cost, asked for, what is said: from the scenario's A2 to A7.
    let table = [
        ("10000.00", "9000.00", None),
        ("2777.78", "2500.00", None),
        ("2777.77", "2500.00", Some("R9 amountRequested AMOUNT_ABOVE_RATE")),
        ("5000.00", "2499.99", Some("R8 amountRequested AMOUNT_BELOW_MINIMUM")),
        ("30000.00", "20000.01", Some("R8 amountRequested AMOUNT_ABOVE_MAXIMUM")),
        ("22222.23", "20000.00", None),
        ("10000.00", "9500.00", Some("R9 amountRequested AMOUNT_ABOVE_RATE")),
    ];
    for (total, asked, expected) in table {
        let mut changed = form();
        changed.cost_lines.truncate(1);
        changed.cost_lines[0].amount = money(total);
        changed.amount_requested = Some(money(asked));
        changed.financing_lines[0].amount = money(total) - money(asked);
        let result = submit(changed.clone(), IN_TIME);
        assert_eq!(result.err().unwrap_or_default(), expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{asked} of {total}");
        changed.hardship_reason = Some("Ein kleiner Verein ohne Rücklagen".to_owned());
        let hardship = submit(changed, IN_TIME).err().unwrap_or_default();
        assert!(!hardship.iter().any(|said| said.starts_with("R9")), "hardship lifts the rate: {hardship:?}");
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let found = submit(Form::default(), "2019-07-01T10:00:00Z").expect_err("refused");
    assert_eq!(
        found,
        [
            "R3 round DEADLINE_MISSED",
            "R2 title MISSING",
            "R2 summary MISSING",
            "R2 measure MISSING",
            "R2 cities MISSING",
            "R2 startsOn MISSING",
            "R2 endsOn MISSING",
            "R2 costLines MISSING",
            "R2 amountRequested MISSING",
            "R12 notBegun NOT_DECLARED_UNBEGUN",
            "R6 objectives TOO_FEW_OBJECTIVES",
        ]
    );
}

#[test]
fn the_deadline_is_the_end_of_its_day_in_berlin() {
    // A8 and A9 of the scenario: 23:59:59 and 00:00:00 in Berlin.
    assert!(submit(form(), "2019-06-30T21:59:59Z").is_ok());
    assert_eq!(submit(form(), "2019-06-30T22:00:00Z").expect_err("late"), ["R3 round DEADLINE_MISSED"]);
    let late = instant("2019-06-30T22:00:00Z");
    let permitted = draft().permit_late_submission(person(9), "Das Faxgerät der Stadt war gestört.", late).expect("permits");
    assert!(permitted.submit(&round(), &fund(), 1, late).is_ok());
    let officer = Actor { person: Some(person(9)), roles: [Role::CaseOfficer].into(), ..Actor::default() };
    let refused = case(draft()).permits(ApplicationAction::PermitLateSubmission, &officer);
    assert_eq!(refused, Err(Problem::NotLate), "nothing is late while the round is open");
}

#[test]
fn a_project_that_has_begun_needs_consent() {
    let mut round = round();
    round.deadline = date("2019-10-31");
    let now = instant("2019-09-01T10:00:00Z");
    let refused = draft().submit(&round, &fund(), 1, now).expect_err("begun");
    assert_eq!(said(&refused), ["R12 startsOn ALREADY_BEGUN"]);
    let consented = draft().consent_to_early_start(person(9), "Fähre musste gebucht werden", now).expect("consents");
    assert!(consented.submit(&round, &fund(), 1, now).is_ok());
}

#[test]
fn changes_are_taken_in_the_named_fields_alone() {
    let now = instant(IN_TIME);
    let submitted = draft().submit(&round(), &fund(), 17, now).expect("submits");
    let refused = submitted.clone().request_changes(Vec::new(), date("2019-06-01"), " ", now).expect_err("nothing named");
    assert_eq!(said(&refused), ["R2 fields MISSING", "- due DATE_NOT_AHEAD", "R2 remark MISSING"]);

    let asked = submitted.request_changes(vec![Field::Summary], date("2019-06-15"), "Mit wem?", now).expect("asks");
    let mut both = form();
    both.summary = Some("Mit dem Kammerchor Tallinn.".to_owned());
    both.title = Some("Andere Reise".to_owned());
    let refused = asked.clone().save_draft(both.clone()).expect_err("the title is closed");
    assert_eq!(said(&refused), ["R14 title FIELD_NOT_OPEN"]);

    both.title = form().title;
    let saved = asked.save_draft(both.clone()).expect("saves").submit(&round(), &fund(), 99, now + TimeDelta::days(60)).expect("submits");
    assert_eq!(saved.form, both);
    assert_eq!(saved.number.as_deref(), Some("SP-2019-017"), "it keeps its number");
    assert_eq!(saved.received_at, Some(now), "it was in time when it first came");
}

/// The form with one entry in every list and text everywhere, then mangled.
fn forms() -> impl Strategy<Value = Form> {
    let amounts = prop::collection::vec((-50_000_i64..3_000_000, 0..3_usize), 0..4);
    (amounts.clone(), amounts, prop::option::of(0..2_500_000_i64), any::<bool>(), any::<bool>()).prop_map(
        |(costs, financing, asked, hardship, title)| {
            let mut changed = form();
            let template = (changed.cost_lines[0].clone(), changed.financing_lines[0].clone());
            let line = |(cents, kind): &(i64, usize)| domain::application::CostLine {
                amount: Money::from_cents(*cents),
                category: ["transport", "other", "gold"][*kind].to_owned(),
                ..template.0.clone()
            };
            changed.cost_lines = costs.iter().map(line).collect();
            changed.financing_lines = financing
                .iter()
                .map(|(cents, _)| domain::application::FinancingLine { amount: Money::from_cents(*cents), ..template.1.clone() })
                .collect();
            changed.amount_requested = asked.map(Money::from_cents);
            changed.hardship_reason = hardship.then(|| "Härtefall".to_owned());
            changed.title = title.then(|| "Reise".to_owned());
            changed
        },
    )
}

proptest! {
    /// R8 to R11, said once more and naively: whatever passes obeys them, and whatever obeys them passes.
    #[test]
    fn what_is_submitted_has_a_sound_financing_plan(form in forms()) {
        let costs: i64 = form.cost_lines.iter().map(|line| line.amount.cents()).sum();
        let asked = form.amount_requested.map(Money::cents);
        let financing: i64 = form.financing_lines.iter().map(|line| line.amount.cents()).sum::<i64>() + asked.unwrap_or(0);
        let no_negative = form.cost_lines.iter().all(|line| line.amount.cents() >= 0) && form.financing_lines.iter().all(|line| line.amount.cents() >= 0);
        let known = form.cost_lines.iter().all(|line| line.category == "transport");
        let sound = form.title.is_some()
            && !form.cost_lines.is_empty()
            && asked.is_some_and(|asked| (250_000..=2_000_000).contains(&asked) && (100 * asked <= 90 * costs || form.hardship_reason.is_some()))
            && costs == financing
            && no_negative
            && known;
        prop_assert_eq!(submit(form, IN_TIME).is_ok(), sound);
    }

    /// Saving a draft asks for nothing but readable text (R13).
    #[test]
    fn any_form_can_be_saved_and_comes_back_as_it_was(form in forms()) {
        prop_assert_eq!(draft().save_draft(form.clone()).map(|saved| saved.form), Ok(form));
    }

    /// Every action, in every state that a walk reaches: listed if and only if the guard lets it through.
    #[test]
    fn what_is_listed_is_what_is_let_through(steps in prop::collection::vec(0..5_usize, 0..6), role in prop::sample::select(Role::ALL.to_vec())) {
        let now = instant(IN_TIME);
        let mut application = draft();
        for step in steps {
            let next = match step {
                0 => application.clone().submit(&round(), &fund(), 1, now),
                1 => application.clone().request_changes(vec![Field::Title], date("2019-06-20"), "?", now),
                2 => Ok(application.clone().admit()),
                3 => application.clone().refuse("zu spät"),
                _ => Ok(application.clone().withdraw()),
            };
            application = next.unwrap_or(application);
            let actor = Actor { person: Some(person(1)), roles: [role].into(), acts_for: [(application.applicant, domain::membership::Level::Owner)].into(), ..Actor::default() };
            let application_case = case(application.clone());
            let listed = available_actions(&actor, &application_case);
            for action in ApplicationAction::ALL {
                let passes = actor.may(action.permission(), application.scope()) && application_case.permits(*action, &actor).is_ok();
                prop_assert_eq!(listed.contains(action), passes);
                prop_assert_eq!(guard(&actor, &application_case, *action).is_ok(), passes);
            }
        }
    }
}
