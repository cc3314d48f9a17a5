//! Roles for a time: a member's term, a substitute's, given and ended by the administrator with a reason.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{Action, Actor, Guarded, Permission, Role, Scope, Scoped};
use crate::ids::{GrantId, PersonId};
use crate::membership::Ended;
use crate::problem::{Problem, Refusal};
use crate::text;

/// A role that a person has for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Counts the changes.
    pub version: i64,
    /// Whose role it is.
    pub person: PersonId,
    /// Which.
    pub role: Role,
    /// The first day, in Europe/Berlin.
    pub from: NaiveDate,
    /// The last day; `None` while nobody ends it.
    pub until: Option<NaiveDate>,
    /// Who gave it; `None` is the installation's console.
    pub granted_by: Option<PersonId>,
    /// When it was given.
    pub granted_at: DateTime<Utc>,
    /// Why; the console gives none.
    pub reason: Option<String>,
    /// That it was ended before its last day.
    pub ended: Option<Ended>,
}

/// A role to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewGrant {
    /// To whom.
    pub person: PersonId,
    /// Which.
    pub role: Role,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, if there is one.
    pub until: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

impl Grant {
    /// A role from today on, given at the console where the installation is made.
    #[must_use]
    pub const fn at_the_console(id: GrantId, person: PersonId, role: Role, today: NaiveDate, now: DateTime<Utc>) -> Self {
        Self { id, version: 1, person, role, from: today, until: None, granted_by: None, granted_at: now, reason: None, ended: None }
    }

    /// Gives somebody else a role. `held` are the roles that they were given before.
    pub fn give(id: GrantId, new: &NewGrant, held: &[Self], by: PersonId, today: NaiveDate, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut violations = Vec::new();
        if new.person == by {
            violations.push(Problem::NotForOneself.at("personId"));
        }
        if new.from < today {
            violations.push(Problem::DateTooEarly { earliest: today }.at("from"));
        }
        if new.until.is_some_and(|until| until < new.from) {
            violations.push(Problem::EndBeforeStart.at("until"));
        }
        if held.iter().any(|grant| grant.role == new.role && grant.overlaps(new.from, new.until)) {
            violations.push(Problem::RoleHeldAlready.at("role"));
        }
        let reason = text::required_paragraphs("reason", &new.reason).unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        });
        Refusal::unless_empty(violations)?;
        Ok(Self {
            id,
            version: 1,
            person: new.person,
            role: new.role,
            from: new.from,
            until: new.until,
            granted_by: Some(by),
            granted_at: now,
            reason: Some(reason),
            ended: None,
        })
    }

    /// Ends it at once.
    pub fn end(self, by: PersonId, reason: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = Some(text::required_paragraphs("reason", reason)?);
        Ok(Self { ended: Some(Ended { at: now, by: Some(by), reason }), ..self })
    }

    /// Whether the person has the role on that day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.ended.is_none() && self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether the person has the role on that day or will have it later.
    #[must_use]
    pub fn is_current(&self, day: NaiveDate) -> bool {
        self.ended.is_none() && self.until.is_none_or(|until| day <= until)
    }

    fn overlaps(&self, from: NaiveDate, until: Option<NaiveDate>) -> bool {
        self.ended.is_none() && self.until.is_none_or(|own| from <= own) && until.is_none_or(|until| self.from <= until)
    }
}

/// What can be done with a role that somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GrantAction {
    /// End it at once.
    End,
}

impl Action for GrantAction {
    const ALL: &'static [Self] = &[Self::End];

    fn permission(self) -> Permission {
        Permission::EndRole
    }
}

impl Scoped for Grant {
    const READ: Permission = Permission::ReadPersons;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl Guarded for Grant {
    type Action = GrantAction;

    fn permits(&self, action: GrantAction, actor: &Actor) -> Result<(), Problem> {
        if self.ended.is_some() {
            return Err(Problem::wrong_state("ended", action));
        }
        if actor.person == Some(self.person) {
            return Err(Problem::NotForOneself);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn new(from: &str, until: Option<&str>) -> NewGrant {
        NewGrant { person: PersonId(Uuid::nil()), role: Role::Member, from: day(from), until: until.map(day), reason: "Wahl".to_owned() }
    }

    fn give(new: &NewGrant, held: &[Grant]) -> Result<Grant, Refusal> {
        Grant::give(GrantId(Uuid::nil()), new, held, PersonId(Uuid::max()), day("2020-01-15"), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_role_is_held_from_its_first_to_its_last_day_and_not_after_it_was_ended() {
        let grant = give(&new("2020-02-01", Some("2020-02-29")), &[]).expect("given");
        for (on, held) in [("2020-01-31", false), ("2020-02-01", true), ("2020-02-29", true), ("2020-03-01", false)] {
            assert_eq!(grant.holds_on(day(on)), held, "{on}");
        }
        let ended = grant.end(PersonId(Uuid::max()), "Rücktritt", DateTime::UNIX_EPOCH).expect("ended");
        assert!(!ended.holds_on(day("2020-02-01")));
        assert_eq!(ended.permits(GrantAction::End, &Actor::default()), Err(Problem::wrong_state("ended", GrantAction::End)));
    }

    #[test]
    fn a_role_is_given_for_a_time_that_lies_ahead_once_and_by_somebody_else() {
        let first = give(&new("2020-02-01", Some("2020-02-29")), &[]).expect("given");
        let twice = |from, until| give(&new(from, until), std::slice::from_ref(&first)).is_err();
        for (from, until, refused) in [
            ("2020-02-29", None, true),
            ("2020-01-15", None, true),
            ("2020-01-15", Some("2020-02-01"), true),
            ("2020-01-15", Some("2020-01-31"), false),
            ("2020-03-01", None, false),
        ] {
            assert_eq!(twice(from, until), refused, "{from} {until:?}");
        }
        let wrong = NewGrant { person: PersonId(Uuid::max()), reason: String::new(), ..new("2020-01-14", Some("2020-01-13")) };
        let fields: Vec<_> = give(&wrong, &[]).expect_err("refused").0.into_iter().filter_map(|violation| violation.field).collect();
        assert_eq!(fields, ["personId", "from", "until", "reason"]);
    }
}
