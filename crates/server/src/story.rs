//! The demo's history: the fund's first years, played through the engine with the clock set to the days on which things happened. Budgets,
//! deadlines, resolutions and partner cities are real; applicants, projects and votes are samples ("Muster…").

use chrono::{DateTime, NaiveDate, Utc};
use domain::applicant::{ApplicantKind, NewApplicant};
use domain::application::{CostLine, FinancingLine, Form, Measure, ObjectiveClaim, Participants, State};
use domain::budget::CouncilChange;
use domain::calendar::months_after;
use domain::committee::{BallotFormKind, Capacity, Proposal};
use domain::identity::{Actor, Role};
use domain::ids::{ApplicantId, ApplicationId, AwardId, BankAccountId, PayoutId, RoundId};
use domain::language::{Language, Say as _};
use domain::membership::{Level, NewInvitation};
use domain::money::Money;
use domain::role::NewGrant;
use domain::round::NewRound;
use engine::{
    AssignSeat, BookRepayment, BookReturn, Call, CertifyPayout, ChangeBudget, CloseBudgetYear, DeclareRecusal, Engine, Error, ExtendAwards,
    NewBallotForm, NewPerson, NotifyAward, OpenBallot, ProposeMotion, RecordTally, RequestPayout, Result, SaveDraft, StartApplication,
};

mod briefings;
mod clock;
mod present;

pub(crate) use clock::StoryClock;
pub(crate) use present::open_a_round;

/// Whom one can be in the demo: the part, and the address under which they are known.
pub(crate) const CAST: [(&str, &str); 10] = [
    ("applicant (Segelverein Musterförde e. V.)", "segelvereinmusterfrdeev@demo.example"),
    ("case officer", "sachbearbeitung@demo.example"),
    ("another case officer", "kollege@demo.example"),
    ("member of the committee", "mitglied@demo.example"),
    ("chair of the committee", "vorsitz@demo.example"),
    ("finance officer", "kasse@demo.example"),
    ("auditor", "pruefung@demo.example"),
    ("administrator", "verwaltung@demo.example"),
    ("editor of the same association", "redaktion@demo.example"),
    ("reader of the same association", "lesend@demo.example"),
];

struct Applicant {
    actor: Actor,
    id: ApplicantId,
    account: BankAccountId,
}

/// Whose award it is, which, and how much.
type Granted = (Applicant, AwardId, Money);

struct Story<'a> {
    engine: &'a Engine,
    clock: &'a StoryClock,
    officer: Actor,
    second_officer: Actor,
    finance: Actor,
    chair: Actor,
    /// Who is related to an applicant of 2019.
    relative: Actor,
}

/// Plays the story into an empty database.
pub(crate) async fn play(engine: &Engine, clock: &StoryClock) -> Result<()> {
    clock.set(noon("2018-12-13"));
    let story = Story::begin(engine, clock).await?;
    let first = story.year_2019().await?;
    let second = story.year_2020(&first).await?;
    story.after_2020(&first, &second).await?;
    clock.release();
    Ok(())
}

fn noon(day: &str) -> DateTime<Utc> {
    date(day).and_hms_opt(10, 0, 0).unwrap_or_default().and_utc()
}

/// A date of the script. The script is fixed, so one that is no date shows at the first start.
fn date(day: &str) -> NaiveDate {
    day.parse().unwrap_or_default()
}

fn euro(amount: i64) -> Money {
    Money::from_cents(amount * 100)
}

impl<'a> Story<'a> {
    async fn begin(engine: &'a Engine, clock: &'a StoryClock) -> Result<Self> {
        let person = async |name: &str, address: &str, role: Role| -> Result<Actor> {
            let email = Some(format!("{address}@demo.example"));
            let person = engine.add_person(NewPerson { name: name.to_owned(), email, language: Language::De, roles: vec![role] }).await?;
            engine.refreshed(&Actor { person: Some(person), ..Actor::default() }).await
        };
        let officer = person("Sina Sachbearbeitung", "sachbearbeitung", Role::CaseOfficer).await?;
        let second_officer = person("Karl Kollege", "kollege", Role::CaseOfficer).await?;
        let finance = person("Fina Kasse", "kasse", Role::Finance).await?;
        let chair = person("Vera Vorsitz", "vorsitz", Role::Chair).await?;
        let mut members = vec![chair.clone(), person("Mia Mitglied", "mitglied", Role::Member).await?];
        for number in 2..=10 {
            members.push(person(&format!("Mitglied {number}"), &format!("mitglied{number}"), Role::Member).await?);
        }
        for (seat, member) in (1..).zip(&members) {
            let person = member.person.ok_or(Error::NotFound)?;
            let seat = AssignSeat { seat, person, capacity: Capacity::Member, since: date("2019-01-01") };
            engine.assign_seat(&Call::by(&officer), seat).await?;
        }
        let relative = members.pop().ok_or(Error::NotFound)?;
        person("Rita Prüfung", "pruefung", Role::Auditor).await?;
        let administrator = person("Adam Verwaltung", "verwaltung", Role::Administrator).await?;
        let new = NewPerson {
            name: "Ulla Urlaubsvertretung".to_owned(),
            email: Some("urlaubsvertretung@demo.example".to_owned()),
            language: Language::De,
            roles: Vec::new(),
        };
        let substitute = engine.introduce_person(&Call::by(&administrator), new).await?;
        let new = NewGrant {
            person: substitute,
            role: Role::Finance,
            from: date("2019-07-01"),
            until: Some(date("2019-08-31")),
            reason: "Vertretung der Kasse während der Ferien".to_owned(),
        };
        engine.grant_role(&Call::by(&administrator), new).await?;
        Ok(Self { engine, clock, officer, second_officer, finance, chair, relative })
    }

    fn at(&self, day: &str) {
        self.clock.set(noon(day));
    }

    async fn resolve(&self, year: i32, change: CouncilChange, amount: Money, resolution: &str) -> Result<()> {
        let input = ChangeBudget { year, change, amount, resolution: resolution.to_owned() };
        self.engine.change_budget(&Call::by(&self.finance), input).await.map(drop)
    }

    async fn round(&self, code: &str, deadline: NaiveDate, from: NaiveDate, until: NaiveDate, budget_year: i32) -> Result<RoundId> {
        let new = NewRound { code: code.to_owned(), deadline, projects_from: from, projects_until: until, budget_year };
        self.engine.announce_round(&Call::by(&self.officer), new).await
    }

    async fn applicant(&self, name: &str, kind: ApplicantKind) -> Result<Applicant> {
        let local: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let email = Some(format!("{local}@demo.example"));
        let new = NewPerson { name: format!("Kontakt {name}"), email, language: Language::De, roles: Vec::new() };
        let person = self.engine.add_person(new).await?;
        let actor = Actor { person: Some(person), ..Actor::default() };
        let new = NewApplicant { kind, name: name.to_owned(), address: "Musterweg 1\n24103 Kiel".to_owned() };
        let id = self.engine.register_applicant(&Call::by(&actor), new).await?;
        let actor = self.engine.refreshed(&actor).await?;
        let account = self.account(&actor, id, "DE02120300000000202051").await?;
        Ok(Applicant { actor, id, account })
    }

    /// Somebody who acts for an applicant at that level: invited by its owner, and accepted.
    async fn joins(&self, applicant: &Applicant, name: &str, email: &str, level: Level) -> Result<()> {
        let new = NewInvitation { applicant: applicant.id, name: name.to_owned(), email: email.to_owned(), level };
        let invitation = self.engine.invite_member(&Call::by(&applicant.actor), new).await?;
        let person = self.engine.person_by_email(email).await?.map(|person| person.id);
        let invited = Actor { person, ..Actor::default() };
        self.engine.accept_invitation(&Call::by(&invited), invitation).await.map(drop)
    }

    async fn account(&self, actor: &Actor, applicant: ApplicantId, iban: &str) -> Result<BankAccountId> {
        let account = self.engine.name_bank_account(&Call::by(actor), applicant, iban.to_owned(), "Musterkonto".to_owned()).await?;
        self.engine.confirm_bank_account(&Call::by(&self.second_officer), account).await
    }

    async fn draft(&self, applicant: &Applicant, round: RoundId, mut form: Form) -> Result<ApplicationId> {
        let call = Call::by(&applicant.actor);
        form.title = Some(self.title(&form));
        let application = self.engine.start_application(&call, StartApplication { round, applicant: applicant.id }).await?;
        self.engine.save_draft(&call, SaveDraft { application, expected_version: None, form }).await
    }

    /// What a project is called: by what is done, and where.
    fn title(&self, form: &Form) -> String {
        let city = self.engine.fund().partner_cities.iter().find(|city| form.cities.contains(&city.code)).map_or("", |city| &city.name);
        match form.measure {
            Some(Measure::VisitOut) => format!("Reise nach {city}"),
            Some(Measure::VisitIn) => format!("Gäste aus {city}"),
            _ => format!("Gemeinsames Projekt mit {city}"),
        }
    }

    async fn apply(&self, applicant: &Applicant, round: RoundId, form: Form) -> Result<ApplicationId> {
        let application = self.draft(applicant, round, form).await?;
        self.engine.submit_application(&Call::by(&applicant.actor), application).await?;
        self.engine.admit_application(&Call::by(&self.officer), application).await
    }

    /// A show of hands, and what became of the application.
    async fn decide(&self, application: ApplicationId, proposal: Proposal, tally: (u32, u32, u32, u32)) -> Result<Option<AwardId>> {
        let officer = Call::by(&self.officer);
        let amount = proposal.amount().unwrap_or_default();
        let motion = ProposeMotion {
            application,
            kind: proposal.kind(),
            amount: proposal.amount(),
            wording: format!("Der Antrag wird mit {} gefördert.", amount.say(Language::De)),
        };
        let motion = self.engine.propose_motion(&officer, motion).await?;
        let (yes, no, abstained, excluded) = tally;
        if excluded > 0 {
            let recusal = DeclareRecusal { application, reason: None };
            self.engine.declare_recusal(&Call::by(&self.relative), recusal).await?;
        }
        let form = NewBallotForm { kind: BallotFormKind::Recorded, objections_until: None, votes_until: None };
        let ballot = self.engine.open_ballot(&officer, OpenBallot { motion, form }).await?;
        let tally = RecordTally { ballot, yes, no, abstained, excluded: Some(excluded) };
        self.engine.record_tally(&officer, tally).await?;
        self.engine.close_ballot(&Call::by(&self.chair), ballot).await?;
        let application = self.engine.application(&self.officer, application).await?.ok_or(Error::NotFound)?;
        Ok(if let State::Awarded { award } = application.state { Some(award) } else { None })
    }

    async fn settle(&self, applicant: &Applicant, award: AwardId, dispatched_on: &str) -> Result<()> {
        let call = Call::by(&applicant.actor);
        self.engine.notify_award(&Call::by(&self.officer), NotifyAward { award, dispatched_on: date(dispatched_on) }).await?;
        self.engine.accept_award(&call, award).await?;
        self.engine.waive_appeal(&call, award).await.map(drop)
    }

    async fn pay(&self, applicant: &Applicant, award: AwardId, amount: Money) -> Result<PayoutId> {
        let needed_by = months_after(self.engine.today(), 1);
        let input = RequestPayout { award, amount, purpose: "Fahrt und Unterkunft".to_owned(), needed_by };
        let payout = self.engine.request_payout(&Call::by(&applicant.actor), input).await?;
        self.certify(payout, applicant.account).await?;
        Ok(payout)
    }

    async fn certify(&self, payout: PayoutId, account: BankAccountId) -> Result<()> {
        let finance = Call::by(&self.finance);
        self.engine.certify_payout(&Call::by(&self.officer), CertifyPayout { payout, account }).await?;
        self.engine.order_payout(&finance, payout).await?;
        self.engine.book_payout_execution(&finance, payout, self.engine.today()).await.map(drop)
    }

    /// A repayment that arrives today.
    async fn repay(&self, (_, award, _): &Granted, amount: Money) -> Result<()> {
        let input = BookRepayment { award: *award, amount, received_on: self.engine.today() };
        self.engine.book_repayment(&Call::by(&self.finance), input).await.map(drop)
    }

    async fn close(&self, year: i32, carry_over: Option<(Money, &str)>) -> Result<()> {
        let carry_over = carry_over.map(|(amount, resolution)| (amount, resolution.to_owned()));
        self.engine.close_budget_year(&Call::by(&self.finance), CloseBudgetYear { year, carry_over }).await.map(drop)
    }

    async fn year_2019(&self) -> Result<Vec<Granted>> {
        self.resolve(2019, CouncilChange::Appropriation, euro(150_000), "Drs. 1105/2018").await?;
        self.at("2019-05-20");
        let round = self.round("2019", date("2019-06-30"), date("2019-07-01"), date("2019-12-31"), 2019).await?;
        self.at("2019-06-03");
        let club = ApplicantKind::NonProfitAssociation;
        let form = |city, measure, total, asks| form(city, measure, total, asks, "2019-09-01", "2019-09-14");
        // Applicant, kind, form, tally, award.
        let script = [
            (
                "Segelverein Musterförde e. V.",
                club,
                form("aarhus", Measure::JointProject, euro(24_000), euro(20_000)),
                (9, 0, 2, 0),
                euro(20_000),
            ),
            (
                "Schulverein Musterschule e. V.",
                club,
                form("tallinn", Measure::VisitOut, euro(10_000), euro(9_000)),
                (11, 0, 0, 0),
                euro(9_000),
            ),
            (
                "Chor Musterklang e. V.",
                club,
                form("gdynia", Measure::VisitIn, Money::from_cents(277_778), euro(2_500)),
                (7, 3, 1, 0),
                euro(2_500),
            ),
            (
                "Kunstverein Musterhafen e. V.",
                club,
                form("brest", Measure::JointProject, euro(10_000), euro(9_500)),
                (6, 5, 0, 0),
                euro(9_500),
            ),
            (
                "Jugendring Musterstadtteil e. V.",
                club,
                form("san-francisco", Measure::VisitOut, euro(22_500), euro(18_000)),
                (4, 4, 3, 0),
                euro(18_000),
            ),
            (
                "Sportverein Musterkai e. V.",
                club,
                form("vaasa", Measure::VisitOut, euro(15_000), euro(12_000)),
                (10, 0, 1, 0),
                euro(10_000),
            ),
            (
                "Ballettschule Muster GmbH",
                ApplicantKind::LegalPerson,
                form("kaliningrad", Measure::VisitOut, euro(7_000), euro(5_000)),
                (6, 2, 2, 1),
                euro(5_000),
            ),
        ];
        let mut applications = Vec::new();
        for (name, kind, mut form, tally, amount) in script {
            let applicant = self.applicant(name, kind).await?;
            if name.starts_with("Segelverein") {
                self.joins(&applicant, "Rudi Redaktion", CAST[8].1, Level::Editor).await?;
                self.joins(&applicant, "Lena Lesend", CAST[9].1, Level::Reader).await?;
            }
            let hardship = name.starts_with("Kunstverein");
            form.hardship_reason = hardship.then(|| "Der Verein hat keine Rücklagen.".to_owned());
            let application = self.apply(&applicant, round, form).await?;
            let proposal = if hardship { Proposal::HardshipAward { amount } } else { Proposal::Award { amount } };
            applications.push((applicant, application, proposal, tally));
        }
        self.at("2019-06-24");
        let aid = self.applicant("Musterhilfe Antakya e. V.", club).await?;
        let withdrawn = self.apply(&aid, round, form("antakya", Measure::JointProject, euro(8_000), euro(6_000))).await?;
        self.engine.withdraw_application(&Call::by(&aid.actor), withdrawn).await?;

        self.at("2019-07-04");
        let mut awards = Vec::new();
        for (applicant, application, proposal, tally) in applications {
            if let Some(award) = self.decide(application, proposal, tally).await? {
                awards.push((applicant, award, proposal.amount().unwrap_or_default()));
            }
        }
        self.at("2019-07-05");
        for (applicant, award, _) in &awards {
            self.settle(applicant, *award, "2019-07-05").await?;
        }
        self.brief("2019-01-01", "2019-07-05").await?;
        self.at("2019-08-05");
        let (ballet, declined, _) = &awards[5];
        self.engine.decline_award(&Call::by(&ballet.actor), *declined, "Die Reise fällt aus.".to_owned()).await?;
        self.payouts_of_2019(&awards).await?;
        Ok(awards)
    }

    async fn payouts_of_2019(&self, awards: &[Granted]) -> Result<()> {
        self.at("2019-08-12");
        self.pay(&awards[0].0, awards[0].1, euro(12_000)).await?;
        for (applicant, award, amount) in &awards[1..4] {
            self.pay(applicant, *award, *amount).await?;
        }
        // The bank returns one payout; it is paid again to a new account.
        let (sports, award, amount) = &awards[4];
        let payout = self.pay(sports, *award, *amount).await?;
        self.at("2019-08-15");
        let returned = BookReturn { payout, on: date("2019-08-15"), reason: "AC04".to_owned() };
        self.engine.book_payout_return(&Call::by(&self.finance), returned).await?;
        let account = self.account(&sports.actor, sports.id, "DE89370400440532013000").await?;
        self.certify(payout, account).await?;
        self.at("2019-09-16");
        self.pay(&awards[0].0, awards[0].1, euro(8_000)).await.map(drop)
    }

    async fn year_2020(&self, first: &[Granted]) -> Result<Vec<Granted>> {
        self.at("2019-09-20");
        self.brief("2019-07-05", "2019-09-20").await?;
        let round = self.round("2020", date("2019-10-31"), date("2020-01-01"), date("2020-12-31"), 2020).await?;
        let plan = [
            ("san-francisco", 20_000),
            ("moshi-rural", 20_000),
            ("antakya", 18_500),
            ("brest", 17_500),
            ("coventry", 16_000),
            ("gdynia", 15_000),
            ("tallinn", 14_000),
            ("vaasa", 13_000),
            ("aarhus", 11_000),
            ("kaliningrad", 9_000),
            ("sovetsk", 5_000),
            ("stralsund", 2_500),
            ("samsun", 12_500),
        ];
        self.at("2019-10-15");
        let mut applications = Vec::new();
        for (number, (city, amount)) in (1..).zip(plan) {
            let applicant = self.applicant(&format!("Musterverein B{number} e. V."), ApplicantKind::NonProfitAssociation).await?;
            let form = form(city, Measure::VisitOut, euro(25_000), euro(amount), "2020-06-01", "2020-06-14");
            let application = self.apply(&applicant, round, form).await?;
            applications.push((applicant, application, euro(amount)));
        }
        self.at("2019-11-28");
        self.resolve(2020, CouncilChange::Appropriation, euro(150_000), "Drs. 0900/2019").await?;
        self.at("2019-12-05");
        for (_, application, amount) in &applications {
            self.decide(*application, Proposal::Award { amount: *amount }, (11, 0, 0, 0)).await?;
        }
        self.at("2019-12-16");
        self.brief("2019-09-20", "2019-12-16").await?;
        self.at("2020-01-10");
        self.close(2019, None).await?;
        self.at("2020-01-23");
        self.resolve(2020, CouncilChange::Increase, euro(25_000), "Drs. 0100/2020").await?;
        let window = engine::Window { after: None, before: None, limit: 100, backward: false };
        for place in self.engine.waiting_list(&self.officer, 2020, &window).await?.items {
            self.engine.serve_waiting_list_place(&Call::by(&self.officer), place.place.id).await?;
        }
        self.at("2020-01-27");
        self.brief("2019-12-16", "2020-01-27").await?;
        let mut awards = Vec::new();
        for (applicant, application, amount) in applications {
            let award = self.engine.award_of(&self.officer, application).await?.ok_or(Error::NotFound)?.award.id;
            self.settle(&applicant, award, "2020-01-27").await?;
            awards.push((applicant, award, amount));
        }
        self.at("2020-04-14");
        let called_off = "Die Pandemie lässt keine Reise zu.".to_owned();
        self.engine.decline_award(&Call::by(&awards[0].0.actor), awards[0].1, called_off).await?;
        self.at("2020-05-15");
        self.repay(&first[0], euro(3_000)).await?;
        self.at("2020-08-20");
        let extended = ExtendAwards {
            awards: vec![awards[1].1, awards[2].1],
            until: date("2021-12-31"),
            resolution: Some("Drs. 0630/2020".to_owned()),
        };
        self.engine.extend_awards(&Call::by(&self.officer), extended).await?;
        Ok(awards)
    }

    async fn after_2020(&self, first: &[Granted], awards: &[Granted]) -> Result<()> {
        self.at("2020-09-07");
        for (applicant, award, amount) in &awards[3..] {
            self.pay(applicant, *award, *amount).await?;
        }
        self.at("2020-12-10");
        self.resolve(2021, CouncilChange::Appropriation, euro(175_000), "Drs. 0950/2020").await?;
        self.at("2021-01-11");
        self.close(2020, None).await?;
        self.at("2021-02-10");
        self.repay(&first[4], euro(2_500)).await?;
        self.at("2021-08-16");
        self.pay(&awards[1].0, awards[1].1, awards[1].2).await?;
        let called_off = "Das Projekt kommt nicht zustande.".to_owned();
        self.engine.decline_award(&Call::by(&awards[2].0.actor), awards[2].1, called_off).await?;
        self.at("2021-12-09");
        self.resolve(2022, CouncilChange::Appropriation, euro(175_000), "Drs. 0990/2021").await?;
        self.at("2022-01-10");
        self.close(2021, Some((euro(18_500), "Drs. 0991/2021"))).await?;
        self.at("2022-03-01");
        self.repay(&awards[3], euro(4_000)).await
    }
}

fn form(city: &str, measure: Measure, total: Money, asks: Money, starts: &str, ends: &str) -> Form {
    let rest = total - asks;
    Form {
        title: None,
        summary: Some("Menschen aus beiden Städten lernen sich kennen und arbeiten gemeinsam.".to_owned()),
        measure: Some(measure),
        partner_organisation: Some("Musterpartner".to_owned()),
        cities: vec![city.to_owned()],
        objectives: vec![ObjectiveClaim { objective: "global-responsibility".to_owned(), reason: "Völkerverständigung".to_owned() }],
        starts_on: Some(date(starts)),
        ends_on: Some(date(ends)),
        participants: Some(Participants { from_here: 14, from_there: 12 }),
        cost_lines: vec![CostLine { category: "transport".to_owned(), text: "Fahrt".to_owned(), amount: total, reason: None }],
        financing_lines: vec![FinancingLine { source: "own-funds".to_owned(), text: "Beiträge".to_owned(), amount: rest }],
        amount_requested: Some(asks),
        hardship_reason: None,
        not_begun: true,
    }
}
