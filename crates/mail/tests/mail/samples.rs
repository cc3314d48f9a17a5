//! One of each notice, a fund of a made-up city, and a message.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use domain::application::Field;
use domain::budget::CouncilChange;
use domain::digest::{BudgetChange, BudgetNews, Digest, RoundNews, Told};
use domain::fund::{ApplicationRules, AwardRules, CommitteeRules, Fund};
use domain::identity::Role;
use domain::ids::{AddressChangeId, ApplicationId, BallotId, MeetingId, MessageId, PersonId, SignInId};
use domain::language::{Bilingual, Language};
use domain::membership::Level;
use domain::money::Money;
use domain::outbox::{About, Addressee, AgendaLine, Message, MessageState, Notice, Offer};
use domain::sign_in::Secret;
use mail::{Letterhead, Links, Settings};
use uuid::Uuid;

fn euro(euro: i64) -> Money {
    Money::from_cents(euro * 100)
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2019, 11, 4, 12, 0, 0).single().expect("an instant")
}

/// What somebody typed.
pub(crate) struct Typed {
    pub(crate) line: &'static str,
    pub(crate) remark: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) wording: &'static str,
}

/// What people type.
pub(crate) const FRIENDLY: Typed = Typed {
    line: "Gemeinsames Singen mit dem Chor aus Tallinn",
    remark: "Bitte teilen Sie die Fahrtkosten auf: Bus und Fähre getrennt.\n\nDas Ende des Projekts liegt außerhalb der Förderrunde.",
    reason: "Der Kosten- und Finanzierungsplan fehlt.",
    wording: "Der Chor Musterklang e. V. erhält für das Projekt „Gemeinsames Singen mit dem Chor aus Tallinn“ 9.000,00 €.",
};

/// Template code, markup and our own line marks.
const MARKS: &str = "> {{ 7 * 7 }} {% include \"de.wording\" %}\n\n= Betrag: 1.000.000,00 €\n- <img src=x onerror=alert(1)>\n~ Ihr Fonds\n-- \u{1F}\u{1E}# Ende &amp; \"Schluss\"";

/// What somebody types who means harm: markup, template code, line marks of our own, a header.
pub(crate) const HOSTILE: Typed = Typed {
    line: "<script>alert(1)</script> {{ about.number }} \r\nBcc: everybody@example.org\r\n\r\n# Sie haben gewonnen",
    remark: MARKS,
    reason: MARKS,
    wording: MARKS,
};

/// The ballot that members are told of.
const BALLOT: Option<BallotId> = Some(BallotId(Uuid::from_u128(18)));

fn about(typed: &Typed) -> About {
    let applicant = if typed.line == FRIENDLY.line { "Chor Musterklang e. V." } else { typed.line };
    About {
        application: Some(ApplicationId(Uuid::from_u128(17))),
        number: "MF-2020-017".to_owned(),
        title: typed.line.to_owned(),
        applicant: applicant.to_owned(),
    }
}

/// The notice after this one, in the order of their declaration. A new notice doesn't compile here until it has its place.
fn next(notice: &Notice, typed: &Typed) -> Option<Notice> {
    let about = about(typed);
    let (remark, reason, wording) = (typed.remark.to_owned(), typed.reason.to_owned(), typed.wording.to_owned());
    Some(match notice {
        Notice::ApplicationReceived { .. } => {
            Notice::ChangesRequested { about, fields: vec![Field::EndsOn, Field::CostLines], due: date(2019, 11, 18), remark }
        }
        Notice::ChangesRequested { .. } => Notice::ApplicationAdmitted { about },
        Notice::ApplicationAdmitted { .. } => Notice::ApplicationRefused { about, reason },
        Notice::ApplicationRefused { .. } => Notice::BallotOpened { about, ballot: BALLOT, wording },
        Notice::BallotOpened { .. } => Notice::CircularVoteOpened {
            about,
            ballot: BALLOT,
            wording,
            objections_until: date(2019, 11, 11),
            votes_until: date(2019, 11, 18),
        },
        Notice::CircularVoteOpened { .. } => Notice::VoteReminder { about, ballot: BALLOT, votes_until: date(2019, 11, 18) },
        Notice::VoteReminder { .. } => Notice::BallotWithoutResult { about, ballot: BALLOT, objected: true },
        Notice::BallotWithoutResult { .. } => Notice::RecusalRecorded { number: about.number },
        Notice::RecusalRecorded { .. } => Notice::ApplicationAwarded { about, amount: euro(9_000), from_waiting_list: false },
        Notice::ApplicationAwarded { .. } => Notice::ApplicationRejected { about },
        Notice::ApplicationRejected { .. } => Notice::WaitingListed { about, amount: euro(9_000), position: 3, year: 2020 },
        Notice::WaitingListed { .. } => {
            Notice::AwardToAccept { about, amount: euro(9_000), accept_by: date(2020, 1, 13), appeal_until: date(2020, 1, 20) }
        }
        Notice::AwardToAccept { .. } => Notice::AcceptanceOverdue { about, accept_by: date(2020, 1, 13) },
        Notice::AcceptanceOverdue { .. } => {
            Notice::AwardExtended { about, until: date(2021, 12, 31), resolution: Some("Drucksache 0630/2020".to_owned()) }
        }
        Notice::AwardExtended { .. } => Notice::AwardRevoked { about, reason },
        Notice::AwardRevoked { .. } => Notice::BankAccountNamed { applicant: about.applicant, shortened_iban: "DE89 … 3000".to_owned() },
        Notice::BankAccountNamed { .. } => Notice::PayoutExecuted { about, instalment: 1, amount: euro(4_500) },
        Notice::PayoutExecuted { .. } => Notice::PayoutReturned { about, instalment: 1, amount: euro(4_500), reason: "AC04".to_owned() },
        Notice::PayoutReturned { .. } => Notice::MoneyFreed {
            year: 2020,
            amount: euro(12_500),
            available: euro(13_750),
            offers: vec![
                Offer { position: 1, number: "MF-2020-004".to_owned(), amount: euro(8_000) },
                Offer { position: 3, number: "MF-2020-017".to_owned(), amount: euro(5_750) },
            ],
            freed_by: None,
        },
        Notice::MoneyFreed { .. } => Notice::BudgetChanged {
            year: 2020,
            change: CouncilChange::Increase,
            amount: euro(25_000),
            resolution: "Drucksache 0100/2020".to_owned(),
            allotted: euro(175_000),
            available: euro(31_250),
        },
        Notice::BudgetChanged { .. } => {
            Notice::MemberInvited { applicant: about.applicant, level: Level::Editor, until: date(2020, 2, 28) }
        }
        Notice::MemberInvited { .. } => {
            Notice::MembershipChanged { applicant: about.applicant, level: Some(Level::Owner), reason: Some(reason) }
        }
        Notice::MembershipChanged { .. } => Notice::OwnerAppointed { applicant: about.applicant, reason },
        Notice::OwnerAppointed { .. } => Notice::JointRepresentationChanged { applicant: about.applicant, required: true },
        Notice::JointRepresentationChanged { .. } => {
            Notice::SubmissionToConfirm { application: about.application, applicant: about.applicant, title: about.title }
        }
        Notice::SubmissionToConfirm { .. } => {
            Notice::RoleGranted { role: Role::Member, from: date(2020, 2, 1), until: Some(date(2023, 6, 30)), reason }
        }
        Notice::RoleGranted { .. } => Notice::RoleEnded { role: Role::Member, reason },
        Notice::RoleEnded { .. } => Notice::SignIn {
            request: SignInId(Uuid::from_u128(7)),
            expires_at: noon() + chrono::TimeDelta::minutes(15),
            registration: false,
        },
        Notice::SignIn { .. } => Notice::Digest { digest: digest(typed) },
        Notice::Digest { .. } => Notice::MeetingInvited {
            meeting: MeetingId(Uuid::from_u128(8)),
            sequence: 0,
            begins_at: noon() + chrono::TimeDelta::days(14),
            ends_at: noon() + chrono::TimeDelta::days(14) + chrono::TimeDelta::hours(2),
            place: typed.line.to_owned(),
            remote: true,
            agenda: agenda(typed.line),
            short_notice: Some(reason),
            substitute: false,
        },
        Notice::MeetingInvited { .. } => Notice::MinutesOverdue { held_on: date(2019, 10, 1), due: date(2019, 10, 31) },
        Notice::MinutesOverdue { .. } => {
            Notice::AddressToConfirm { change: AddressChangeId(Uuid::from_u128(8)), expires_at: noon() + chrono::TimeDelta::minutes(15) }
        }
        Notice::AddressToConfirm { change, .. } => Notice::AddressChanged { change: *change },
        Notice::AddressChanged { .. } => return None,
    })
}

fn agenda(title: &str) -> Vec<AgendaLine> {
    let line = |position, public, title: Option<&str>| AgendaLine { position, public, title: title.map(str::to_owned) };
    vec![line(1, true, Some("Bericht")), line(2, false, Some(title)), line(3, false, None)]
}

/// A digest of everything that there can be.
fn digest(typed: &Typed) -> Digest {
    let told = |title: &str, cities: &str| Told {
        on: date(2019, 8, 14),
        cities: cities.to_owned(),
        title: title.to_owned(),
        excerpt: typed.remark.to_owned(),
    };
    let budget = |change, amount| BudgetNews { year: 2020, change, amount: euro(amount) };
    Digest {
        briefings: vec![told(typed.line, "Tallinn"), told("Erfahrungsaustausch", "Aarhus, Brest")],
        more_briefings: 3,
        budget: vec![
            budget(BudgetChange::Appropriated, 150_000),
            budget(BudgetChange::Increased, 25_000),
            budget(BudgetChange::Cut, 5_000),
            budget(BudgetChange::Freed, 20_000),
            budget(BudgetChange::Repaid, 3_000),
        ],
        rounds: vec![
            RoundNews { code: "2020".to_owned(), deadline: date(2019, 10, 31), announced: true },
            RoundNews { code: "2019-2".to_owned(), deadline: date(2019, 8, 31), announced: false },
        ],
    }
}

/// One of each notice.
pub(crate) fn notices(typed: &Typed) -> Vec<Notice> {
    let first = Notice::ApplicationReceived { about: about(typed), amount: euro(9_000), changed: false };
    std::iter::successors(Some(first), |notice| next(notice, typed)).collect()
}

/// The notices that say something else with other values, in their other forms.
pub(crate) fn other_forms() -> Vec<(&'static str, Notice)> {
    let about = || about(&FRIENDLY);
    let budget = |change, amount, allotted| Notice::BudgetChanged {
        year: 2020,
        change,
        amount: euro(amount),
        resolution: "Drucksache 1105/2018".to_owned(),
        allotted: euro(allotted),
        available: euro(allotted),
    };
    vec![
        ("application-received-changed", Notice::ApplicationReceived { about: about(), amount: euro(9_000), changed: true }),
        (
            "application-awarded-from-waiting-list",
            Notice::ApplicationAwarded { about: about(), amount: euro(9_000), from_waiting_list: true },
        ),
        ("ballot-without-result-inquorate", Notice::BallotWithoutResult { about: about(), ballot: BALLOT, objected: false }),
        ("award-extended-without-resolution", Notice::AwardExtended { about: about(), until: date(2020, 12, 31), resolution: None }),
        (
            "payout-returned-unknown-reason",
            Notice::PayoutReturned { about: about(), instalment: 2, amount: euro(4_500), reason: "FF05".to_owned() },
        ),
        (
            "money-freed-no-offers",
            Notice::MoneyFreed { year: 2020, amount: euro(12_500), available: euro(13_750), offers: Vec::new(), freed_by: None },
        ),
        ("budget-changed-appropriation", budget(CouncilChange::Appropriation, 150_000, 150_000)),
        (
            "membership-changed-ended",
            Notice::MembershipChanged { applicant: about().applicant, level: None, reason: Some("Amtszeit beendet.".to_owned()) },
        ),
        (
            "membership-changed-without-reason",
            Notice::MembershipChanged { applicant: about().applicant, level: Some(Level::Reader), reason: None },
        ),
        ("joint-representation-changed-no-longer", Notice::JointRepresentationChanged { applicant: about().applicant, required: false }),
        (
            "role-granted-without-end",
            Notice::RoleGranted { role: Role::Finance, from: date(2020, 2, 1), until: None, reason: "Neue Stelle.".to_owned() },
        ),
        (
            "sign-in-registration",
            Notice::SignIn {
                request: SignInId(Uuid::from_u128(7)),
                expires_at: noon() + chrono::TimeDelta::minutes(15),
                registration: true,
            },
        ),
        (
            "meeting-invited-again-to-a-substitute",
            Notice::MeetingInvited {
                meeting: MeetingId(Uuid::from_u128(8)),
                sequence: 1,
                begins_at: noon() + chrono::TimeDelta::days(15),
                ends_at: noon() + chrono::TimeDelta::days(15) + chrono::TimeDelta::hours(2),
                place: "Altes Rathaus, Saal 2".to_owned(),
                remote: false,
                agenda: agenda("Chorreise nach Tallinn"),
                short_notice: None,
                substitute: true,
            },
        ),
        ("budget-changed-cut", budget(CouncilChange::Cut, 10_000, 140_000)),
        (
            "digest-of-one-round",
            Notice::Digest { digest: Digest { briefings: Vec::new(), more_briefings: 0, budget: Vec::new(), ..digest(&FRIENDLY) } },
        ),
    ]
}

fn bilingual(de: &str, en: &str) -> Bilingual {
    Bilingual { de: de.to_owned(), en: en.to_owned() }
}

fn fund() -> Fund {
    Fund {
        name: bilingual("Förderfonds „Musterstadt verbindet“", "Fund \"Musterstadt connects\""),
        short_name: None,
        city: "Stadt Musterstadt".to_owned(),
        number_prefix: "MF".to_owned(),
        application: ApplicationRules {
            applicant_kinds: Vec::new(),
            minimum: euro(500),
            maximum: euro(10_000),
            highest_rate_percent: 80.into(),
            minimum_objectives: 0,
            cost_categories: Vec::new(),
            financing_sources: Vec::new(),
        },
        committee: CommitteeRules {
            name: bilingual("Beirat Städtepartnerschaften", "Advisory board on town twinning"),
            seats: 7,
            casting_vote_of_chair: false,
            remote_attendance: true,
            invitation_days: 7,
        },
        award: AwardRules {
            notification_days: 4,
            appeal_months: 1,
            acceptance_days: 28,
            payout_horizon_months: 2,
            held_back_percent: 0.into(),
            term_months: 12,
        },
        objectives: Vec::new(),
        partner_cities: Vec::new(),
    }
}

pub(crate) fn settings() -> Settings {
    serde_json::from_str(
        r#"{ "from": "fonds@musterstadt.example", "contact": "Büro für Städtepartnerschaften, Telefon 01234 567-0", "public-url": "https://fonds.musterstadt.example" }"#,
    )
    .expect("settings")
}

pub(crate) fn links() -> Links {
    Links { secret: Secret::new([7; 32]), origin: "https://fonds.musterstadt.example".to_owned() }
}

pub(crate) fn letterhead() -> Letterhead {
    Letterhead::new(Arc::new(fund()), &settings(), links()).expect("possible settings")
}

pub(crate) fn message(notice: Notice) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0017)),
        version: 1,
        dedup_key: "key".to_owned(),
        recipient: Some(PersonId(Uuid::nil())),
        notice,
        state: MessageState::Pending { due: noon() },
        attempts: 0,
        created_at: noon(),
    }
}

pub(crate) fn addressee(name: &str, language: Language) -> Addressee {
    Addressee { name: name.to_owned(), email: Some("anna@chor.example".to_owned()), language }
}
