//! What tests of pages are made over.

use domain::applicant::ApplicantKind;
use domain::fund::{ApplicationRules, AwardRules, CommitteeRules, Fund};
use domain::language::Bilingual;
use domain::money::Money;

fn both(text: &str) -> Bilingual {
    Bilingual { de: text.to_owned(), en: text.to_owned() }
}

/// A small fund.
pub(crate) fn fund() -> Fund {
    Fund {
        name: both("Fonds"),
        short_name: None,
        city: "Musterstadt".to_owned(),
        number_prefix: "SP".to_owned(),
        application: ApplicationRules {
            applicant_kinds: vec![ApplicantKind::NonProfitAssociation],
            minimum: Money::from_cents(250_000),
            maximum: Money::from_cents(2_000_000),
            highest_rate_percent: 90.into(),
            minimum_objectives: 1,
            cost_categories: Vec::new(),
            financing_sources: Vec::new(),
        },
        committee: CommitteeRules {
            name: both("Arbeitskreis"),
            seats: 11,
            casting_vote_of_chair: false,
            remote_attendance: false,
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
