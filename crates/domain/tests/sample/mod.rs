//! A small fund, a round, and an application to it that breaks no rule: what the tests change one thing of.

use chrono::{DateTime, NaiveDate, Utc};
use domain::applicant::ApplicantKind;
use domain::application::{Application, CostLine, FinancingLine, Form, Measure, ObjectiveClaim};
use domain::fund::{ApplicationRules, AwardRules, CommitteeRules, CostCategory, Fund, Labelled, PartnerCity};
use domain::ids::{ApplicantId, ApplicationId, PersonId, RoundId};
use domain::language::Bilingual;
use domain::money::Money;
use domain::round::{NewRound, Round};
use uuid::Uuid;

pub(crate) fn money(text: &str) -> Money {
    text.parse().expect("an amount")
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("an instant").to_utc()
}

pub(crate) fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn bilingual(text: &str) -> Bilingual {
    Bilingual { de: text.to_owned(), en: text.to_owned() }
}

fn labelled(code: &str) -> Labelled {
    Labelled { code: code.to_owned(), label: bilingual(code) }
}

pub(crate) fn fund() -> Fund {
    let category = |code: &str, needs_reason| CostCategory { code: code.to_owned(), label: bilingual(code), needs_reason };
    let city = |code: &str, since: Option<&str>, until: Option<&str>| PartnerCity {
        code: code.to_owned(),
        name: code.to_owned(),
        since: since.map(date),
        until: until.map(date),
    };
    Fund {
        name: bilingual("Sonderfonds"),
        short_name: None,
        city: "Musterstadt".to_owned(),
        number_prefix: "SP".to_owned(),
        application: ApplicationRules {
            applicant_kinds: vec![ApplicantKind::NonProfitAssociation, ApplicantKind::NaturalPerson],
            minimum: money("2500.00"),
            maximum: money("20000.00"),
            highest_rate_percent: 90.into(),
            minimum_objectives: 1,
            cost_categories: vec![category("transport", false), category("other", true)],
            financing_sources: vec![labelled("own-funds")],
        },
        committee: CommitteeRules { name: bilingual("Arbeitskreis"), seats: 11, casting_vote_of_chair: false },
        award: AwardRules {
            notification_days: 4,
            appeal_months: 1,
            acceptance_days: 28,
            payout_horizon_months: 2,
            held_back_percent: 0.into(),
            term_months: 12,
        },
        objectives: vec![labelled("peace"), labelled("europe")],
        partner_cities: vec![
            city("tallinn", None, None),
            city("aarhus", Some("2019-05-01"), None),
            city("former", None, Some("2019-09-10")),
        ],
    }
}

pub(crate) fn round() -> Round {
    let new = NewRound {
        code: "2019".to_owned(),
        deadline: date("2019-06-30"),
        projects_from: date("2019-07-01"),
        projects_until: date("2019-12-31"),
        budget_year: 2019,
    };
    Round::announce(RoundId(Uuid::from_u128(1)), new, instant("2019-01-01T10:00:00Z")).expect("a round")
}

/// 10,000.00 in cost, 9,000.00 asked for: exactly the highest rate.
pub(crate) fn form() -> Form {
    let cost =
        |text: &str, amount| CostLine { category: "transport".to_owned(), text: text.to_owned(), amount: money(amount), reason: None };
    Form {
        title: Some("Chorreise".to_owned()),
        summary: Some("Ein Chor fährt nach Tallinn.".to_owned()),
        measure: Some(Measure::VisitOut),
        partner_organisation: None,
        cities: vec!["tallinn".to_owned()],
        objectives: vec![ObjectiveClaim { objective: "europe".to_owned(), reason: "Begegnung".to_owned() }],
        starts_on: Some(date("2019-09-01")),
        ends_on: Some(date("2019-09-10")),
        participants: None,
        cost_lines: vec![cost("Fähre", "6000.00"), cost("Bus", "4000.00")],
        financing_lines: vec![FinancingLine { source: "own-funds".to_owned(), text: "Beiträge".to_owned(), amount: money("1000.00") }],
        amount_requested: Some(money("9000.00")),
        hardship_reason: None,
        not_begun: true,
    }
}

pub(crate) fn draft() -> Application {
    let applicant = ApplicantId(Uuid::from_u128(3));
    let application =
        Application::start(ApplicationId(Uuid::from_u128(2)), round().id, applicant, person(1), instant("2019-05-01T10:00:00Z"));
    application.save_draft(form()).expect("saves")
}
