//! The digest: what is new, by e-mail, as often as each member of the committee chooses.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::briefing::Briefing;
use crate::budget::Movement;
use crate::calendar::{day_of, start_of};
use crate::fund::Fund;
use crate::ids::{AwardId, PersonId};
use crate::money::Money;
use crate::round::Round;

/// How many briefings one digest tells of at most; of the others it says how many there are.
pub const MOST_BRIEFINGS: usize = 20;
/// How many characters of a briefing's text a digest quotes at most.
pub const EXCERPT: usize = 400;
/// How many days before its deadline a round is news again.
pub const DEADLINE_NOTICE_DAYS: u64 = 14;

/// How often somebody gets a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// As soon as there is something new.
    AtOnce,
    /// Each Monday, of the week that is over. What members get who have not chosen.
    #[default]
    Weekly,
    /// On the first of each month, of the month that is over.
    Monthly,
    /// Not at all.
    Never,
}

impl Frequency {
    /// Up to which instant news are to be told by now: to the end of the last week or month in Europe/Berlin. `None` if nothing is.
    #[must_use]
    pub fn until(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = day_of(now);
        match self {
            Self::AtOnce => Some(now),
            Self::Weekly => Some(start_of(monday_of(today))),
            Self::Monthly => Some(start_of(today.with_day(1).unwrap_or(today))),
            Self::Never => None,
        }
    }

    /// Since when news are told to somebody who never got a digest: for one period.
    #[must_use]
    pub fn first_since(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let today = day_of(now);
        match self {
            Self::AtOnce | Self::Never => now,
            Self::Weekly => start_of(monday_of(today).checked_sub_days(Days::new(7)).unwrap_or(today)),
            Self::Monthly => {
                let last_month = today.with_day(1).and_then(|first| first.pred_opt()).unwrap_or(today);
                start_of(last_month.with_day(1).unwrap_or(last_month))
            }
        }
    }
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day)
}

/// How often a person gets a digest, and what they were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// Who.
    pub person: PersonId,
    /// Counts the changes; 0 while nothing is stored, because nothing was chosen or told yet.
    pub version: i64,
    /// How often.
    pub frequency: Frequency,
    /// News up to then have been told, or are not to be told any more.
    pub told_until: DateTime<Utc>,
}

impl Subscription {
    /// That of a member who has not chosen.
    #[must_use]
    pub fn unchosen(person: PersonId, now: DateTime<Utc>) -> Self {
        let frequency = Frequency::default();
        Self { person, version: 0, frequency, told_until: frequency.first_since(now) }
    }

    /// Chooses another frequency. Who had none begins with what is new from now on.
    #[must_use]
    pub fn choose(self, frequency: Frequency, now: DateTime<Utc>) -> Self {
        let told_until = if self.frequency == Frequency::Never { now } else { self.told_until };
        Self { frequency, told_until, ..self }
    }

    /// Of which time news are to be told now, if of any.
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>) -> Option<Span> {
        let until = self.frequency.until(now)?;
        (until > self.told_until).then_some(Span { since: self.told_until, until })
    }
}

/// A stretch of time: from `since` on, and before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first instant.
    pub since: DateTime<Utc>,
    /// The instant after the last.
    pub until: DateTime<Utc>,
}

impl Span {
    /// Whether an instant lies in it.
    #[must_use]
    pub fn contains(self, instant: DateTime<Utc>) -> bool {
        (self.since..self.until).contains(&instant)
    }
}

/// What a digest tells. It holds nothing of any application, so that it can go to members who are excluded from one (R16).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Digest {
    /// Briefings that the person has not read, in the order in which they were posted.
    pub briefings: Vec<Told>,
    /// How many more there are.
    pub more_briefings: usize,
    /// What happened to the money, by year.
    pub budget: Vec<BudgetNews>,
    /// Rounds that were announced, or whose deadline is near.
    pub rounds: Vec<RoundNews>,
}

/// A briefing as a digest tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The day that it tells of.
    pub on: NaiveDate,
    /// The names of its cities.
    pub cities: String,
    /// Its title.
    pub title: String,
    /// The beginning of its text.
    pub excerpt: String,
}

/// What happened to a year's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetNews {
    /// Whose year.
    pub year: i32,
    /// What.
    pub change: BudgetChange,
    /// How much, in sum.
    pub amount: Money,
}

/// What can happen to a year's money that is news to the committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BudgetChange {
    /// The year's money was resolved.
    Appropriated,
    /// It was raised (R29).
    Increased,
    /// It was lowered (R29).
    Cut,
    /// Money that was committed is free again (R32).
    Freed,
    /// Money was repaid (R31).
    Repaid,
}

impl BudgetChange {
    /// Which movements are news, and as what.
    #[must_use]
    pub const fn of(movement: Movement) -> Option<Self> {
        match movement {
            Movement::Appropriation => Some(Self::Appropriated),
            Movement::Increase => Some(Self::Increased),
            Movement::Cut => Some(Self::Cut),
            Movement::Release => Some(Self::Freed),
            Movement::Repayment => Some(Self::Repaid),
            _ => None,
        }
    }
}

/// A movement of a year's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Whose year.
    pub year: i32,
    /// What kind of movement.
    pub movement: Movement,
    /// How much.
    pub amount: Money,
    /// The award that it rests on, if it does: who is excluded from its application is not told (R16).
    pub award: Option<AwardId>,
}

/// What is new of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundNews {
    /// Its code.
    pub code: String,
    /// Its deadline (R3).
    pub deadline: NaiveDate,
    /// Whether it was announced; else its deadline is near.
    pub announced: bool,
}

impl Digest {
    /// What is new, from what was posted, moved and announced in a span of time.
    #[must_use]
    pub fn of(span: Span, unread: &[Briefing], movements: &[Moved], rounds: &[Round], fund: &Fund) -> Self {
        let told = |briefing: &Briefing| Told {
            on: briefing.news.on,
            cities: briefing.news.city_names(fund).join(", "),
            title: briefing.news.title.clone(),
            excerpt: excerpt(&briefing.news.text),
        };
        let mut sums: BTreeMap<(i32, BudgetChange), Money> = BTreeMap::new();
        for moved in movements {
            if let Some(change) = BudgetChange::of(moved.movement) {
                *sums.entry((moved.year, change)).or_default() += moved.amount;
            }
        }
        Self {
            briefings: unread.iter().take(MOST_BRIEFINGS).map(told).collect(),
            more_briefings: unread.len().saturating_sub(MOST_BRIEFINGS),
            budget: sums.into_iter().map(|((year, change), amount)| BudgetNews { year, change, amount }).collect(),
            rounds: rounds.iter().filter_map(|round| round_news(span, round)).collect(),
        }
    }

    /// Whether there is nothing new.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.briefings.is_empty() && self.budget.is_empty() && self.rounds.is_empty()
    }
}

fn round_news(span: Span, round: &Round) -> Option<RoundNews> {
    let announced = span.contains(round.announced_at);
    let near = round.deadline.checked_sub_days(Days::new(DEADLINE_NOTICE_DAYS)).map(start_of)?;
    // One that was announced later than that has been told with its deadline already.
    let reminded = span.contains(near) && round.announced_at < near;
    (announced || reminded).then(|| RoundNews { code: round.code.clone(), deadline: round.deadline, announced })
}

/// The beginning of a text, to the end of a word.
fn excerpt(text: &str) -> String {
    let Some((cut, _)) = text.char_indices().nth(EXCERPT) else { return text.to_owned() };
    let beginning = &text[..cut];
    let end = beginning.rfind(char::is_whitespace).unwrap_or(cut);
    format!("{} …", beginning[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn subscription(frequency: Frequency, told_until: &str) -> Subscription {
        Subscription { person: PersonId(uuid::Uuid::nil()), version: 1, frequency, told_until: at(told_until) }
    }

    #[test]
    fn weeks_end_on_sunday_and_months_on_their_last_day_in_berlin() {
        let due = |frequency, now: &str| {
            subscription(frequency, "2019-05-27T00:00:00Z").due(at(now)).map(|span| span.until.format("%Y-%m-%dT%H:%M").to_string())
        };
        // 3 June 2019 is a Monday; Berlin is two hours ahead.
        assert_eq!(due(Frequency::Weekly, "2019-06-02T21:59:59Z"), None, "told of up to the 27th, after midnight in Berlin");
        assert_eq!(due(Frequency::Weekly, "2019-06-02T22:00:00Z").as_deref(), Some("2019-06-02T22:00"));
        assert_eq!(due(Frequency::Weekly, "2019-06-09T21:00:00Z").as_deref(), Some("2019-06-02T22:00"));
        assert_eq!(due(Frequency::Monthly, "2019-05-31T21:59:59Z"), None);
        assert_eq!(due(Frequency::Monthly, "2019-06-20T00:00:00Z").as_deref(), Some("2019-05-31T22:00"));
        assert_eq!(due(Frequency::AtOnce, "2019-06-02T21:00:00Z").as_deref(), Some("2019-06-02T21:00"));
        assert_eq!(due(Frequency::Never, "2029-06-02T21:00:00Z"), None);
    }

    #[test]
    fn who_begins_to_get_digests_is_not_told_what_is_old() {
        let now = at("2019-06-05T10:00:00Z");
        assert_eq!(subscription(Frequency::Never, "2010-01-01T00:00:00Z").choose(Frequency::AtOnce, now).told_until, now);
        assert_eq!(
            subscription(Frequency::Weekly, "2019-06-02T22:00:00Z").choose(Frequency::AtOnce, now).told_until,
            at("2019-06-02T22:00:00Z")
        );
        assert_eq!(Subscription::unchosen(PersonId(uuid::Uuid::nil()), now).told_until, at("2019-05-26T22:00:00Z"));
    }

    #[test]
    fn a_round_is_news_when_it_is_announced_and_two_weeks_before_its_deadline() {
        let round = |announced: &str| Round {
            id: uuid::Uuid::nil().into(),
            version: 1,
            code: "2020".to_owned(),
            deadline: "2019-10-31".parse().expect("a date"),
            projects_from: "2020-01-01".parse().expect("a date"),
            projects_until: "2020-12-31".parse().expect("a date"),
            budget_year: 2020,
            announced_at: at(announced),
        };
        let news = |announced: &str, since: &str, until: &str| {
            round_news(Span { since: at(since), until: at(until) }, &round(announced)).map(|news| news.announced)
        };
        assert_eq!(news("2019-09-20T10:00:00Z", "2019-09-16T00:00:00Z", "2019-09-23T00:00:00Z"), Some(true));
        assert_eq!(news("2019-09-20T10:00:00Z", "2019-09-23T00:00:00Z", "2019-10-14T00:00:00Z"), None);
        assert_eq!(news("2019-09-20T10:00:00Z", "2019-10-14T00:00:00Z", "2019-10-21T00:00:00Z"), Some(false));
        assert_eq!(news("2019-10-20T10:00:00Z", "2019-10-14T00:00:00Z", "2019-10-19T00:00:00Z"), None, "told with its announcement");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(excerpt("kurz"), "kurz");
        let cut = excerpt(&"Wörter ".repeat(100));
        assert!(cut.ends_with("Wörter …") && cut.chars().count() <= EXCERPT + 2, "{cut}");
        assert_eq!(excerpt(&"ä".repeat(500)).chars().count(), EXCERPT + 2);
    }

    proptest! {
        /// However often somebody is asked, and however irregularly: each instant is told of once.
        #[test]
        fn no_time_is_told_of_twice_or_left_out(steps in prop::collection::vec((1_i64..2_000_000, 0_usize..3), 1..60)) {
            let mut now = Utc.timestamp_opt(1_560_000_000, 0).single().expect("an instant");
            let mut subscription = Subscription { told_until: now, ..subscription(Frequency::Weekly, "2019-05-27T00:00:00Z") };
            let mut told = now;
            for (seconds, choice) in steps {
                now += chrono::TimeDelta::seconds(seconds);
                let frequency = [Frequency::AtOnce, Frequency::Weekly, Frequency::Monthly][choice];
                subscription = subscription.choose(frequency, now);
                if let Some(span) = subscription.due(now) {
                    prop_assert_eq!(span.since, told);
                    prop_assert!(span.until > span.since && span.until <= now);
                    told = span.until;
                    subscription = Subscription { told_until: span.until, ..subscription };
                }
            }
        }
    }
}
