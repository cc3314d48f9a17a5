//! Random commands by random people in random order, through the engine on both databases: R26 and R28 always hold, a refused command
//! changes nothing, and what `availableActions` lists is what is not refused for state or permission.

use std::collections::BTreeSet;

use domain::applicant::{ApplicantKind, NewApplicant};
use domain::application::{ApplicationAction, ApplicationCase, CostLine, Field, FinancingLine, Form, Measure, ObjectiveClaim};
use domain::award::AwardAction;
use domain::budget::{BudgetYearAction, BudgetYearOn, CouncilChange};
use domain::committee::{BallotAction, BallotFormKind, Choice, MotionAction, ProposalKind};
use domain::identity::{Actor, Denial, Guarded, Role, available_actions, guard};
use domain::ids::{ApplicantId, ApplicationId, AwardId, BallotId, BankAccountId, MotionId, PayoutId, PlaceId, RoundId};
use domain::money::Money;
use domain::payout::PayoutAction;
use domain::round::NewRound;
use domain::waiting_list::PlaceAction;
use engine::{
    BookRepayment, BookReturn, Call, CertifyPayout, ChangeBudget, Engine, Error, ExtendAwards, NewBallotForm, NotifyAward, OpenBallot,
    ProposeMotion, RecordTally, RequestChanges, RequestPayout, SaveDraft, StartApplication, Window,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use testkit::{App, Backend};

/// One step: what, by whom, on which thing, how much. Each number is taken modulo what there is.
type Step = (u8, u8, u8, u16);

/// The world that the steps change.
struct World {
    app: App,
    database: DatabaseConnection,
    actors: Vec<Actor>,
    round: RoundId,
    applicant: ApplicantId,
    account: BankAccountId,
    applications: Vec<ApplicationId>,
    motions: Vec<MotionId>,
    ballots: Vec<BallotId>,
    awards: Vec<AwardId>,
    payouts: Vec<PayoutId>,
    minutes: i64,
}

fn euro(amount: u16) -> Money {
    Money::from_cents(i64::from(amount) * 100)
}

fn form(amount: Money) -> Form {
    Form {
        title: Some("Reise".to_owned()),
        summary: Some("Eine Reise.".to_owned()),
        measure: Some(Measure::VisitOut),
        cities: vec!["tallinn".to_owned()],
        objectives: vec![ObjectiveClaim { objective: "europe".to_owned(), reason: "ja".to_owned() }],
        starts_on: "2020-06-01".parse().ok(),
        ends_on: "2020-06-14".parse().ok(),
        cost_lines: vec![CostLine { category: "transport".to_owned(), text: "Bus".to_owned(), amount: amount + amount, reason: None }],
        financing_lines: vec![FinancingLine { source: "own-funds".to_owned(), text: "wir".to_owned(), amount }],
        amount_requested: Some(amount),
        not_begun: true,
        ..Form::default()
    }
}

impl World {
    async fn begin(backend: Backend) -> Self {
        let app = App::start(backend).await;
        app.at("2019-10-01T10:00:00Z");
        let engine = app.engine().clone();
        let mut actors = Vec::new();
        let roles: [&[Role]; 6] = [
            &[],
            &[Role::CaseOfficer],
            &[Role::Chair],
            &[Role::Finance],
            &[Role::Auditor],
            // Two roles, one person: R37 holds per case.
            &[Role::CaseOfficer, Role::Finance],
        ];
        for (number, roles) in roles.into_iter().enumerate() {
            let new = engine::NewPerson {
                name: format!("Person {number}"),
                email: (number == 2).then(|| "vorsitz@stadt.example".to_owned()),
                language: domain::language::Language::De,
                roles: roles.to_vec(),
            };
            let person = engine.add_person(new).await.expect("a person");
            actors.push(engine.refreshed(&Actor { person: Some(person), ..Actor::default() }).await.expect("an actor"));
        }
        let new = NewApplicant { kind: ApplicantKind::NonProfitAssociation, name: "Chor".to_owned(), address: "Weg 1".to_owned() };
        let applicant = engine.register_applicant(&Call::by(&actors[0]), new).await.expect("an applicant");
        actors[0] = engine.refreshed(&actors[0]).await.expect("an actor");
        actors.push(Actor::anonymous());
        let (iban, holder) = ("DE02120300000000202051".to_owned(), "Chor".to_owned());
        let account = engine.name_bank_account(&Call::by(&actors[0]), applicant, iban, holder).await.expect("an account");
        engine.confirm_bank_account(&Call::by(&actors[1]), account).await.expect("confirmed");
        let date = |text: &str| text.parse().expect("a date");
        let round = NewRound {
            code: "2020".to_owned(),
            deadline: date("2019-10-31"),
            projects_from: date("2020-01-01"),
            projects_until: date("2020-12-31"),
            budget_year: 2020,
        };
        let round = engine.announce_round(&Call::by(&actors[1]), round).await.expect("a round");
        for (year, amount) in [(2019, 1), (2020, 20_000)] {
            let change = ChangeBudget { year, change: CouncilChange::Appropriation, amount: euro(amount), resolution: "Drs. 1".to_owned() };
            engine.change_budget(&Call::by(&actors[3]), change).await.expect("a budget");
        }
        app.fill_seats(&["vorsitz@stadt.example"]).await;
        let database = sea_orm::Database::connect(app.database_url()).await.expect("the database");
        let none = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (applications, motions, ballots, awards, payouts) = none;
        Self { app, database, actors, round, applicant, account, applications, motions, ballots, awards, payouts, minutes: 0 }
    }

    fn engine(&self) -> &Engine {
        self.app.engine()
    }

    /// Everything that a command could have changed: how many rows each table has, and the sum of their versions.
    async fn fingerprint(&self) -> Vec<(&'static str, i64)> {
        let tables = [
            "applicant",
            "application",
            "award",
            "ballot",
            "bank_account",
            "budget_year",
            "motion",
            "payout",
            "person",
            "round",
            "waiting_place",
        ];
        let mut fingerprint = Vec::new();
        let count = async |query: String| {
            let statement = Statement::from_string(self.database.get_database_backend(), query);
            let row = self.database.query_one_raw(statement).await.expect("a row").expect("a row");
            row.try_get::<i64>("", "n").expect("a number")
        };
        for table in tables {
            let query = format!("SELECT CAST(COUNT(*) * 1000000 + COALESCE(SUM(version), 0) AS BIGINT) AS n FROM {table}");
            fingerprint.push((table, count(query).await));
        }
        for table in ["vote", "journal_entry", "outbox_message", "application_version", "event"] {
            fingerprint.push((table, count(format!("SELECT COUNT(*) AS n FROM {table}")).await));
        }
        fingerprint
    }

    /// Takes one step. What the guard says of it beforehand must agree with what becomes of it.
    async fn step(&mut self, (what, who, which, much): Step) -> Result<(), TestCaseError> {
        // Beginnings and ends are rarer than what lies between, as in life.
        let what = match what % 27 {
            0 | 1 if self.applications.len() >= 3 && !much.is_multiple_of(8) => 4,
            6 | 10 if !much.is_multiple_of(8) => 8,
            7 if !much.is_multiple_of(4) => 8,
            23 if !much.is_multiple_of(3) => 21,
            other => other,
        };
        self.minutes += 7;
        let day = 1 + self.minutes / 1440;
        self.app.at(&format!("2019-10-{:02}T{:02}:{:02}:00Z", day.min(28), self.minutes / 60 % 24, self.minutes % 60));
        // Mostly whoever should, so that walks get somewhere; else anybody.
        let somebody = if who < 200 { usual(what, much) } else { usize::from(who) % self.actors.len() };
        let actor = self.actors[somebody].clone();
        let before = self.fingerprint().await;
        let outcome = Box::pin(self.act(what, &actor, usize::from(which), much)).await?;
        if let Some(Err(error)) = &outcome {
            prop_assert_eq!(before, self.fingerprint().await, "{:?} changed something", error);
            prop_assert!(!matches!(error, Error::Internal(_)), "{:?}", error);
        }
        for year in store::budget::years(self.engine().database().reader()).await.expect("years") {
            prop_assert!(!year.available().is_negative(), "R26: {:?}", year);
        }
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each command that there is")]
    async fn act(&mut self, what: u8, actor: &Actor, which: usize, much: u16) -> Result<Option<Result<(), Error>>, TestCaseError> {
        let engine = self.engine().clone();
        let call = Call::by(actor);
        let today = engine.today();
        let db = engine.database().reader().clone();
        // One of the latest few: so that walks get somewhere instead of beginning everywhere.
        let pick = |len: usize| (len > 0).then(|| len - 1 - which % len.min(4));
        macro_rules! on {
            ($list:ident, $find:expr, $action:expr, $command:expr) => {{
                let Some(index) = pick(self.$list.len()) else { return Ok(None) };
                let id = self.$list[index];
                let thing = $find(id).await;
                let allowed = guard(actor, &thing, $action);
                let outcome = $command(id).await;
                agree(actor, &thing, &allowed, outcome.as_ref().err())?;
                outcome
            }};
        }
        let application = async |id: ApplicationId| {
            let application = store::application::find(&db, id).await.expect("read").expect("exists");
            let motion_pending = store::committee::pending_motion(&db, id).await.expect("read").is_some();
            // No walk is longer than the round.
            let case = ApplicationCase { application, in_time: true, motion_pending };
            let listed = engine.application_actions(actor, &case.application).await.expect("read");
            assert_eq!(listed, available_actions(actor, &case), "what is listed is what the guard lets through");
            case
        };
        let motion = async |id: MotionId| store::committee::find_motion(&db, id).await.expect("read").expect("exists");
        let auditor = self.actors[4].clone();
        let ballot = async |id: BallotId| engine.ballot(&auditor, id).await.expect("read").expect("exists");
        let award = async |id: AwardId| engine.award(&auditor, id).await.expect("read").expect("exists");
        let payout = async |id: PayoutId| store::payout::find(&db, id).await.expect("read").expect("exists");
        let amount = euro(2_000 + much % 4_000);
        let done = match what % 27 {
            0 | 1 => {
                let started = engine.start_application(&call, StartApplication { round: self.round, applicant: self.applicant }).await;
                self.applications.extend(started.as_ref().ok());
                started.map(drop)
            }
            2 | 3 => on!(applications, application, ApplicationAction::SaveDraft, async |application| {
                engine.save_draft(&call, SaveDraft { application, expected_version: None, form: form(amount) }).await.map(drop)
            }),
            4 | 5 => {
                on!(applications, application, ApplicationAction::Submit, async |id| engine.submit_application(&call, id).await.map(drop))
            }
            6 => on!(applications, application, ApplicationAction::Withdraw, async |id| engine
                .withdraw_application(&call, id)
                .await
                .map(drop)),
            7 => on!(applications, application, ApplicationAction::RequestChanges, async |application| {
                let fields = vec![Field::AmountRequested, Field::CostLines, Field::FinancingLines];
                let due = domain::calendar::days_after(today, 7);
                engine.request_changes(&call, RequestChanges { application, fields, due, remark: "Wie viele?".to_owned() }).await.map(drop)
            }),
            8 | 9 => {
                on!(applications, application, ApplicationAction::Admit, async |id| engine.admit_application(&call, id).await.map(drop))
            }
            10 => on!(applications, application, ApplicationAction::Refuse, async |id| {
                engine.refuse_application(&call, id, "unvollständig".to_owned()).await.map(drop)
            }),
            11 | 12 => {
                let proposed = on!(applications, application, ApplicationAction::ProposeMotion, async |application| {
                    let (kind, amount) =
                        if much.is_multiple_of(7) { (ProposalKind::Reject, None) } else { (ProposalKind::Award, Some(amount)) };
                    engine.propose_motion(&call, ProposeMotion { application, kind, amount, wording: "Beschluss".to_owned() }).await
                });
                self.motions.extend(proposed.as_ref().ok());
                proposed.map(drop)
            }
            13 | 14 => {
                let opened = on!(motions, motion, MotionAction::OpenBallot, async |motion| {
                    let kind = if much.is_multiple_of(2) { BallotFormKind::Recorded } else { BallotFormKind::Meeting };
                    let form = NewBallotForm { kind, objections_until: None, votes_until: None };
                    engine.open_ballot(&call, OpenBallot { motion, form }).await
                });
                self.ballots.extend(opened.as_ref().ok());
                opened.map(drop)
            }
            15 => on!(ballots, ballot, BallotAction::CastVote, async |ballot| engine.cast_vote(&call, ballot, Choice::Yes).await.map(drop)),
            16 => on!(ballots, ballot, BallotAction::RecordTally, async |ballot| {
                let (yes, no) = (u32::from(much % 12), u32::from(much % 5));
                engine.record_tally(&call, RecordTally { ballot, yes, no, abstained: 0, excluded: None }).await.map(drop)
            }),
            17 | 18 => {
                let closed = on!(ballots, ballot, BallotAction::Close, async |ballot| engine.close_ballot(&call, ballot).await.map(drop));
                self.find_awards().await;
                closed
            }
            19 => {
                let year = store::budget::find_year(&db, 2020).await.expect("read").expect("exists");
                let year = BudgetYearOn { year, today, earlier_open: Some(2019) };
                let (change, action) = if much.is_multiple_of(2) {
                    (CouncilChange::Increase, BudgetYearAction::Increase)
                } else {
                    (CouncilChange::Cut, BudgetYearAction::Cut)
                };
                let input = ChangeBudget { year: 2020, change, amount, resolution: "Drs. 2".to_owned() };
                let allowed = guard(actor, &year, action);
                let outcome = engine.change_budget(&call, input).await;
                if allowed == Err(Denial::Permission) {
                    // A year is no secret that an id could tell of: whoever may not change it is told just that.
                    prop_assert!(matches!(outcome, Err(Error::Forbidden | Error::Unauthenticated)));
                } else {
                    agree(actor, &year, &allowed, outcome.as_ref().err())?;
                }
                outcome.map(drop)
            }
            20 => {
                let window = Window { after: None, before: None, limit: 100, backward: false };
                let places = engine.waiting_list(&auditor, 2020, &window).await.expect("read").items;
                let Some(index) = pick(places.len()) else { return Ok(None) };
                let id: PlaceId = places[index].place.id;
                let allowed = guard(actor, &places[index], PlaceAction::Serve);
                let outcome = engine.serve_waiting_list_place(&call, id).await;
                agree(actor, &places[index], &allowed, outcome.as_ref().err())?;
                self.find_awards().await;
                outcome.map(drop)
            }
            21 => on!(awards, award, AwardAction::Notify, async |award| {
                engine.notify_award(&call, NotifyAward { award, dispatched_on: today }).await.map(drop)
            }),
            22 => on!(awards, award, AwardAction::Accept, async |id| engine.accept_award(&call, id).await.map(drop)),
            23 => match much % 6 {
                0 => on!(awards, award, AwardAction::Decline, async |id| engine.decline_award(&call, id, String::new()).await.map(drop)),
                1 => on!(awards, award, AwardAction::Revoke, async |id| engine.revoke_award(&call, id, "Grund".to_owned()).await.map(drop)),
                2 => on!(awards, award, AwardAction::RecordObjection, async |id| engine.record_objection(&call, id).await.map(drop)),
                3 => on!(awards, award, AwardAction::SettleObjection, async |id| engine.settle_objection(&call, id).await.map(drop)),
                4 => on!(awards, award, AwardAction::BookRepayment, async |award| {
                    let input = BookRepayment { award, amount: euro(much % 500), received_on: today };
                    engine.book_repayment(&call, input).await.map(drop)
                }),
                _ => {
                    let until = domain::calendar::months_after(today, 24);
                    on!(awards, award, AwardAction::Extend, async |award| {
                        let resolution = (much.is_multiple_of(2)).then(|| "Drs. 3".to_owned());
                        engine.extend_awards(&call, ExtendAwards { awards: vec![award], until, resolution }).await.map(drop)
                    })
                }
            },
            24 => on!(awards, award, AwardAction::WaiveAppeal, async |id| engine.waive_appeal(&call, id).await.map(drop)),
            25 => {
                let requested = on!(awards, award, AwardAction::RequestPayout, async |award| {
                    let input = RequestPayout { award, amount: euro(much % 3_000), purpose: "Bus".to_owned(), needed_by: today };
                    engine.request_payout(&call, input).await
                });
                self.payouts.extend(requested.as_ref().ok());
                requested.map(drop)
            }
            _ => match much % 5 {
                0 => on!(payouts, payout, PayoutAction::Certify, async |payout| {
                    engine.certify_payout(&call, CertifyPayout { payout, account: self.account }).await.map(drop)
                }),
                1 => on!(payouts, payout, PayoutAction::Order, async |id| engine.order_payout(&call, id).await.map(drop)),
                2 => on!(payouts, payout, PayoutAction::BookExecution, async |id| engine
                    .book_payout_execution(&call, id, today)
                    .await
                    .map(drop)),
                3 => on!(payouts, payout, PayoutAction::BookReturn, async |payout| {
                    engine.book_payout_return(&call, BookReturn { payout, on: today, reason: "AC04".to_owned() }).await.map(drop)
                }),
                _ => on!(payouts, payout, PayoutAction::Refuse, async |id| engine
                    .refuse_payout(&call, id, "Grund".to_owned())
                    .await
                    .map(drop)),
            },
        };
        Ok(Some(done))
    }

    async fn find_awards(&mut self) {
        let awards = store::award::after(self.engine().database().reader(), None, 100).await.expect("awards");
        self.awards = awards.into_iter().map(|award| award.id).collect();
    }
}

/// The guard's word beforehand, and what became of the command: the same for permission and state.
fn agree<T: Guarded>(actor: &Actor, thing: &T, allowed: &Result<(), Denial>, error: Option<&Error>) -> Result<(), TestCaseError> {
    let visible = actor.may(T::READ, thing.scope());
    match (allowed, error) {
        (_, Some(Error::Unauthenticated)) => prop_assert!(actor.person.is_none()),
        (Err(Denial::Permission), Some(error)) => {
            prop_assert!(matches!((visible, error), (true, Error::Forbidden) | (false, Error::NotFound)), "{:?}", error);
        }
        (Err(Denial::State(problem)), Some(Error::Refused(refusal))) => {
            prop_assert!(refusal.0.iter().any(|violation| violation.problem == *problem), "{:?} is not {:?}", refusal, problem);
        }
        (Ok(()), None) => {}
        // Listed, and refused for what was put in: an amount, a text, a date, the money that is there.
        (Ok(()), Some(Error::Refused(refusal))) => {
            let state = refusal.0.iter().any(|violation| violation.problem.code() == "WRONG_STATE");
            prop_assert!(!state, "{:?}", refusal);
        }
        other => prop_assert!(false, "the guard and the command disagree: {:?}", other),
    }
    Ok(())
}

/// Who usually does that: the applicant (0), the case officer (1), the chair (2), finance (3).
fn usual(what: u8, much: u16) -> usize {
    match what % 27 {
        7..=14 | 16 | 20 | 21 => 1,
        15 | 17 | 18 => 2,
        19 => 3,
        23 => [0, 1, 1, 1, 3, 1][usize::from(much % 6)],
        26 => [1, 3, 3, 3, 1][usize::from(much % 5)],
        _ => 0,
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any::<Step>(), 250..350)
}

/// Every kind of command that some walk got through: a property that only ever sees refusals would prove little.
fn run(backend: Backend, cases: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let reached = std::sync::Mutex::new(BTreeSet::new());
    // The same walks each time: what a run reaches must not be a matter of luck.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config { cases, max_shrink_iters: 50, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let walked = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let mut world = World::begin(backend).await;
            for step in steps {
                Box::pin(world.step(step)).await?;
            }
            let report = world.engine().verify().await.expect("verifies");
            prop_assert_eq!(report.findings, Vec::new(), "R28");
            let mut after = 0;
            loop {
                let events = store::event::after(world.engine().database().reader(), after, 1000).await.expect("events");
                let Some(last) = events.last() else { break };
                after = last.sequence;
                reached.lock().expect("unpoisoned").extend(events.iter().map(|event| event.kind.clone()));
            }
            Ok(())
        })
    });
    walked.unwrap_or_else(|failure| panic!("{failure}"));
    let reached = reached.into_inner().expect("unpoisoned");
    for kind in ["application-submitted", "application-admitted", "motion-proposed", "ballot-opened", "ballot-closed", "award-notified"] {
        assert!(reached.contains(kind), "no walk reached {kind}: {reached:?}");
    }
    println!("{backend:?} reached {}", reached.into_iter().collect::<Vec<_>>().join(", "));
}

#[test]
fn random_commands_on_sqlite() {
    run(Backend::Sqlite, 12);
}

#[test]
fn random_commands_on_postgresql() {
    run(Backend::Postgres, 6);
}
