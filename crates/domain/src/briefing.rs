//! Briefings (Unterrichtungen): news for the committee of the work with the partner cities.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::fund::Fund;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{BriefingId, PersonId};
use crate::problem::{Problem, Refusal, Violation};
use crate::text;

/// How many cities one briefing names at most.
pub const MOST_CITIES: usize = 50;

/// News of the work with one or several partner cities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Briefing {
    /// Its id.
    pub id: BriefingId,
    /// Counts the changes.
    pub version: i64,
    /// Its place in the list: see [`first_position_of`].
    pub position: i64,
    /// What it tells.
    pub news: News,
    /// Where it stands.
    pub state: BriefingState,
    /// Who posted it.
    pub posted_by: PersonId,
    /// When.
    pub posted_at: DateTime<Utc>,
}

/// What a briefing tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct News {
    /// The day on which it happened, or happens.
    pub on: NaiveDate,
    /// The partner cities, by their codes.
    pub cities: Vec<String>,
    /// What kind of news.
    pub kind: BriefingKind,
    /// The title, one line.
    pub title: String,
    /// The text.
    pub text: String,
    /// The number of the council paper, if there is one: `0063/2020`.
    pub paper: Option<String>,
}

/// What kind of news a briefing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BriefingKind {
    /// A delegation visits.
    Delegation,
    /// Staff of one city work in the other for a while.
    StaffExchange,
    /// An event.
    Event,
    /// An agreement.
    Agreement,
    /// Anything else.
    Other,
}

/// Where a briefing stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum BriefingState {
    /// Posted: the committee reads it.
    Posted,
    /// Withdrawn: the office still sees it.
    Withdrawn {
        /// By whom.
        by: PersonId,
        /// When.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
    },
}

impl BriefingState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// How many briefings of one day there is place for.
const PLACES_OF_A_DAY: i64 = 10_000;

/// The first place of a day in the list of all briefings: days follow each other, and each has places of its own.
#[must_use]
pub fn first_position_of(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce()) * PLACES_OF_A_DAY
}

/// The places of a year, from its first to the one after its last. `None` for a year that the calendar doesn't know.
#[must_use]
pub fn positions_of(year: i32) -> Option<std::ops::Range<i64>> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    let after = NaiveDate::from_ymd_opt(year.checked_add(1)?, 1, 1)?;
    Some(first_position_of(first)..first_position_of(after))
}

/// The places of a day, from its first to the one after its last.
#[must_use]
pub fn positions_on(day: NaiveDate) -> std::ops::Range<i64> {
    let first = first_position_of(day);
    first..first + PLACES_OF_A_DAY
}

/// What can be done with a briefing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BriefingAction {
    /// Say it otherwise; the record keeps what it said before.
    Correct,
    /// Take it back.
    Withdraw,
}

impl Action for BriefingAction {
    const ALL: &'static [Self] = &[Self::Correct, Self::Withdraw];

    fn permission(self) -> Permission {
        match self {
            Self::Correct => Permission::CorrectBriefing,
            Self::Withdraw => Permission::WithdrawBriefing,
        }
    }
}

impl Scoped for Briefing {
    const READ: Permission = Permission::ReadBriefings;

    fn scope(&self) -> Scope {
        // What was withdrawn is for the office alone; the record tells the auditor.
        Scope { private: self.state != BriefingState::Posted, ..Scope::everyone() }
    }
}

impl Guarded for Briefing {
    type Action = BriefingAction;

    fn permits(&self, action: BriefingAction, _: &Actor) -> Result<(), Problem> {
        match self.state {
            BriefingState::Posted => Ok(()),
            BriefingState::Withdrawn { .. } => Err(Problem::wrong_state(self.state.name(), action)),
        }
    }
}

impl News {
    /// The news with its texts cleaned, or everything that is wrong with it at once.
    pub fn checked(self, fund: &Fund) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if !(2000..=2200).contains(&self.on.year()) {
            violations.push(Problem::YearOutOfRange.at("on"));
        }
        check_cities(&self.cities, fund, &mut violations);
        let title = noted(text::required_line("title", &self.title), &mut violations);
        let body = noted(text::required_paragraphs("text", &self.text), &mut violations);
        let paper = self.paper.map(|paper| noted(text::line("paper", &paper), &mut violations)).filter(|paper| !paper.is_empty());
        Refusal::unless_empty(violations)?;
        Ok(Self { title, text: body, paper, ..self })
    }

    /// The names of its cities, in their order.
    #[must_use]
    pub fn city_names(&self, fund: &Fund) -> Vec<String> {
        self.cities.iter().filter_map(|code| fund.partner_city(code)).map(|city| city.name.clone()).collect()
    }
}

fn check_cities(cities: &[String], fund: &Fund, violations: &mut Vec<Violation>) {
    if cities.is_empty() {
        violations.push(Problem::Missing.at("cities"));
    }
    if cities.len() > MOST_CITIES {
        violations.push(Problem::TooMany { most: MOST_CITIES }.at("cities"));
        return;
    }
    for (index, city) in cities.iter().enumerate() {
        let field = format!("cities[{index}]");
        if fund.partner_city(city).is_none() {
            // Only the beginning of it goes into the answer.
            violations.push(Problem::UnknownPartnerCity { city: city.chars().take(40).collect() }.at(field));
        } else if cities[..index].contains(city) {
            violations.push(Problem::NamedTwice.at(field));
        }
    }
}

fn noted(text: Result<String, Violation>, violations: &mut Vec<Violation>) -> String {
    text.unwrap_or_else(|violation| {
        violations.push(violation);
        String::new()
    })
}

impl Briefing {
    /// Posts news at a place of its day.
    #[must_use]
    pub fn post(id: BriefingId, position: i64, news: News, by: PersonId, now: DateTime<Utc>) -> Self {
        Self { id, version: 1, position, news, state: BriefingState::Posted, posted_by: by, posted_at: now }
    }

    /// Withdraws it, with a reason.
    pub fn withdraw(self, reason: &str, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = text::required_paragraphs("reason", reason)?;
        Ok(Self { state: BriefingState::Withdrawn { by, at: now, reason }, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_list_is_in_the_order_of_the_days() {
        let days = ["1999-12-31", "2019-01-01", "2019-12-31", "2020-01-01", "2200-12-31"].map(|text| positions_on(day(text)));
        assert!(days.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let year = positions_of(2019).expect("a year");
        assert!(year.start == days[1].start && year.end == days[3].start && days[2].end == year.end);
        assert_eq!(positions_of(i32::MAX), None);
    }

    #[test]
    fn what_was_withdrawn_is_for_the_office_alone() {
        let news = News {
            on: day("2019-06-01"),
            cities: vec!["brest".to_owned()],
            kind: BriefingKind::Event,
            title: "Fest".to_owned(),
            text: "Ein Fest.".to_owned(),
            paper: None,
        };
        let person = PersonId(uuid::Uuid::from_u128(1));
        let posted = Briefing::post(BriefingId(uuid::Uuid::from_u128(2)), 1, news, person, DateTime::UNIX_EPOCH);
        let withdrawn = posted.clone().withdraw("Doppelt.", person, DateTime::UNIX_EPOCH).expect("withdrawn");
        assert!(posted.clone().withdraw(" ", person, DateTime::UNIX_EPOCH).is_err(), "a reason is needed");
        let actor = |role| Actor { person: Some(person), roles: [role].into(), ..Actor::default() };
        for role in crate::identity::Role::ALL {
            let office = role == crate::identity::Role::CaseOfficer;
            assert_eq!(actor(role).may(Briefing::READ, posted.scope()), role != crate::identity::Role::Administrator, "{role:?}");
            assert_eq!(actor(role).may(Briefing::READ, withdrawn.scope()), office, "{role:?}");
        }
        for action in BriefingAction::ALL {
            assert_eq!(posted.permits(*action, &Actor::default()), Ok(()));
            assert!(withdrawn.permits(*action, &Actor::default()).is_err(), "{action:?}");
        }
    }
}
