//! Rounds (Förderrunden): a call with a deadline, a project window, and the budget year that its awards commit.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::day_of;
use crate::fund::Fund;
use crate::ids::RoundId;
use crate::problem::{Problem, Refusal};

/// A call for applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// Counts the changes.
    pub version: i64,
    /// Its code, part of every number: `2020` in `SP-2020-017`, `2022-2` for a year's second round.
    pub code: String,
    /// The last day on which an application is in time, in Europe/Berlin (R3).
    pub deadline: NaiveDate,
    /// The first day of the window in which projects lie (R4).
    pub projects_from: NaiveDate,
    /// The last day of that window (R4).
    pub projects_until: NaiveDate,
    /// The year whose money the round's awards commit. It may lie after the deadline and after the decision.
    pub budget_year: i32,
    /// When it was announced.
    pub announced_at: DateTime<Utc>,
}

/// What a round is announced with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRound {
    /// Its code.
    pub code: String,
    /// The last day in time.
    pub deadline: NaiveDate,
    /// The window's first day.
    pub projects_from: NaiveDate,
    /// The window's last day.
    pub projects_until: NaiveDate,
    /// The budget year.
    pub budget_year: i32,
}

impl Round {
    /// A new round, if its dates are in order and its code can stand in a number.
    pub fn announce(id: RoundId, new: NewRound, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        let code_fits = (1..=12).contains(&new.code.len())
            && new.code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-')
            && !new.code.starts_with('-')
            && !new.code.ends_with('-');
        if !code_fits {
            violations.push(Problem::RoundCode.at("code"));
        }
        if new.projects_until < new.projects_from {
            violations.push(Problem::EndBeforeStart.at("projectsUntil"));
        }
        if new.projects_until < new.deadline {
            violations.push(Problem::WindowBeforeDeadline.at("projectsUntil"));
        }
        if !(2000..=2200).contains(&new.budget_year) {
            violations.push(Problem::YearOutOfRange.at("budgetYear"));
        }
        Refusal::unless_empty(violations)?;
        let NewRound { code, deadline, projects_from, projects_until, budget_year } = new;
        Ok(Self { id, version: 1, code, deadline, projects_from, projects_until, budget_year, announced_at: now })
    }

    /// Whether what is received at `instant` is in time: to the end of the deadline's day in Europe/Berlin (R3).
    #[must_use]
    pub fn is_in_time(&self, instant: DateTime<Utc>) -> bool {
        day_of(instant) <= self.deadline
    }

    /// The number of the round's `ordinal`th submitted application: `SP-2020-017`.
    #[must_use]
    pub fn application_number(&self, fund: &Fund, ordinal: i64) -> String {
        format!("{}-{}-{ordinal:03}", fund.number_prefix, self.code)
    }
}
