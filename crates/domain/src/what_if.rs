//! What-ifs: any set of amounts in an order, against the money that a round's budget year has now. Nothing is committed by trying.
//!
//! [`play`] decides nothing by itself: each line goes through [`Outcome::of`], as a carried motion would, in the order of the lines. As the
//! committee decides one motion after the other, a line that fits is awarded although one before it had to wait.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::application::{Application, State};
use crate::committee::{Outcome, Proposal};
use crate::fund::Fund;
use crate::identity::{Action, Actor, Guarded, Permission, Scope, Scoped};
use crate::ids::{ApplicationId, MotionId, PersonId, RoundId, WhatIfId};
use crate::language::{Language, Say as _};
use crate::money::Money;
use crate::problem::{Problem, Refusal, Violation};
use crate::proposal::violations_of;
use crate::text;

/// How many lines a what-if has at most.
pub const MOST_LINES: usize = 200;

/// A saved what-if of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// Its id.
    pub id: WhatIfId,
    /// Counts the changes.
    pub version: i64,
    /// The round whose applications it is about, and whose budget year's money it is tried against.
    pub round: RoundId,
    /// What the office calls it.
    pub name: String,
    /// Its lines, in the order in which the committee would decide.
    pub lines: Vec<Line>,
    /// Where it stands.
    pub state: WhatIfState,
    /// Who saved it last.
    pub saved_by: PersonId,
    /// When.
    pub saved_at: DateTime<Utc>,
}

/// One line of a what-if.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The application.
    pub application: ApplicationId,
    /// What would be decided.
    pub proposal: Proposal,
    /// The wording of the motion; without one it is written from the application.
    pub wording: Option<String>,
}

/// Where a what-if stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum WhatIfState {
    /// Saved, and free to be changed.
    Saved,
    /// Its lines were put as motions.
    Put {
        /// When.
        at: DateTime<Utc>,
        /// The motions, in the order of the lines.
        motions: Vec<MotionId>,
    },
    /// Thrown away.
    Discarded,
}

impl WhatIfState {
    /// The state's name, in the database and in the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Put { .. } => "put",
            Self::Discarded => "discarded",
        }
    }
}

/// What can be done with a what-if.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhatIfAction {
    /// Save it with another name, other lines or another order.
    SaveWhatIf,
    /// Throw it away.
    Discard,
    /// Put all of its lines as motions, in their order.
    PutMotions,
}

impl Action for WhatIfAction {
    const ALL: &'static [Self] = &[Self::SaveWhatIf, Self::Discard, Self::PutMotions];

    fn permission(self) -> Permission {
        match self {
            Self::SaveWhatIf | Self::Discard => Permission::SaveWhatIf,
            Self::PutMotions => Permission::ProposeMotion,
        }
    }
}

impl Scoped for WhatIf {
    const READ: Permission = Permission::ReadProposals;

    fn scope(&self) -> Scope {
        Scope::everyone()
    }
}

impl WhatIf {
    /// Whether the actor may see it. Who is excluded from one of its applications sees nothing of it: what is left after each line would
    /// say what the hidden one takes (R16).
    #[must_use]
    pub fn is_visible_to(&self, actor: &Actor) -> bool {
        let may = |application| actor.may(Self::READ, Scope::everyone().about(application));
        actor.may(Self::READ, self.scope()) && self.lines.iter().all(|line| may(line.application))
    }
}

impl Guarded for WhatIf {
    type Action = WhatIfAction;

    fn permits(&self, action: WhatIfAction, _: &Actor) -> Result<(), Problem> {
        match self.state {
            WhatIfState::Saved => Ok(()),
            WhatIfState::Put { .. } | WhatIfState::Discarded => Err(Problem::wrong_state(self.state.name(), action)),
        }
    }
}

/// Checks what a what-if is saved with: its name cleaned, its lines counted, each application in it once. Amounts are not refused here: that
/// a line breaks a rule is what trying it shows.
pub fn checked(name: &str, lines: Vec<Line>) -> Result<(String, Vec<Line>), Refusal> {
    let mut violations = Vec::new();
    let mut noted = |text: Result<String, Violation>| {
        text.unwrap_or_else(|violation| {
            violations.push(violation);
            String::new()
        })
    };
    let name = noted(text::required_line("name", name));
    if lines.is_empty() {
        return Err(Refusal::one("lines", Problem::Missing));
    }
    if lines.len() > MOST_LINES {
        return Err(Refusal::one("lines", Problem::TooMany { most: MOST_LINES }));
    }
    let clean = |(index, line): (usize, Line)| Line {
        wording: line.wording.map(|wording| noted(text::required_paragraphs(&format!("lines[{index}].wording"), &wording))),
        ..line
    };
    let lines: Vec<Line> = lines.into_iter().enumerate().map(clean).collect();
    let mut seen = BTreeSet::new();
    for (index, line) in lines.iter().enumerate() {
        if !seen.insert(line.application) {
            violations.push(Problem::NamedTwice.at(format!("lines[{index}].applicationId")));
        }
    }
    Refusal::unless_empty(violations)?;
    Ok((name, lines))
}

/// The wording of a motion as the office writes it where nobody wrote another: in German, as motions are put to the committee.
#[must_use]
pub fn usual_wording(application: &Application, applicant: &str, proposal: Proposal) -> String {
    let number = application.number.as_deref().unwrap_or_default();
    let title = application.form.title.as_deref().unwrap_or_default();
    let project = format!("das Projekt „{title}“ ({applicant}, Antrag {number})");
    match proposal {
        Proposal::Award { amount } => format!("Für {project} werden {} bewilligt.", amount.say(Language::De)),
        Proposal::HardshipAward { amount } => {
            format!("Für {project} werden wegen eines Härtefalls {} über dem Höchstsatz bewilligt.", amount.say(Language::De))
        }
        Proposal::Reject => format!("Der Antrag {number} auf Förderung für das Projekt „{title}“ ({applicant}) wird abgelehnt."),
        Proposal::Defer => format!("Die Entscheidung über {project} wird vertagt."),
        // A dispute's motion is worded with it, and is no line of a what-if.
        Proposal::Exclude { .. } => format!("Über den Ausschluss bei {project} wird entschieden."),
    }
}

/// What would become of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineResult {
    /// Awarded: it fits into what is left.
    Awarded,
    /// On the waiting list: it doesn't fit.
    Waiting,
    /// Rejected.
    Rejected,
    /// Decided later.
    Deferred,
    /// No motion of it could be put: its violations say why. It takes no money.
    Impossible,
}

/// A line as it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedLine {
    /// The line.
    pub line: Line,
    /// What would become of it.
    pub result: LineResult,
    /// Which place on the waiting list it would get, if it has to wait.
    pub place: Option<i64>,
    /// What would be left after it.
    pub left: Money,
    /// Everything that the rules say against it; the fields are those of the line: `amount`, `kind`, `applicationId`.
    pub violations: Vec<Violation>,
}

/// What a city or an objective would get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The city's or the objective's code.
    pub code: String,
    /// How many awards.
    pub awards: u32,
    /// Their sum. An award for several cities or objectives counts in full with each.
    pub amount: Money,
}

/// A what-if as it comes out against the money that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// What the year has available now.
    pub available: Money,
    /// The lines, in their order.
    pub lines: Vec<PlayedLine>,
    /// What would be left.
    pub left: Money,
    /// What would be awarded.
    pub awarded: Money,
    /// What would wait for money.
    pub waiting: Money,
    /// Where the money ends: the index of the first line that has to wait.
    pub ends_at: Option<usize>,
    /// Per partner city, in the order of the fund's list; only those that would get something.
    pub per_city: Vec<Total>,
    /// Per objective, in the order of the fund's list; only those that would get something.
    pub per_objective: Vec<Total>,
}

/// What a what-if is tried against.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// The applications of its lines.
    pub applications: &'a BTreeMap<ApplicationId, Application>,
    /// Those of them on which a motion is not decided (R20).
    pub pending: &'a BTreeSet<ApplicationId>,
    /// What the budget year has available now.
    pub available: Money,
    /// The place that the next application would get on the year's waiting list.
    pub next_place: i64,
    /// The rules.
    pub fund: &'a Fund,
}

/// Tries the lines in their order, each as if its motion was carried.
#[must_use]
pub fn play(lines: &[Line], around: &Surroundings<'_>) -> Played {
    let (mut left, mut next_place, mut ends_at) = (around.available, around.next_place, None);
    let mut played = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let violations = against(line, around);
        let (result, place) =
            if violations.is_empty() { outcome(line.proposal, left, &mut next_place) } else { (LineResult::Impossible, None) };
        match result {
            LineResult::Awarded => left -= line.proposal.amount().unwrap_or_default(),
            LineResult::Waiting => ends_at = ends_at.or(Some(index)),
            LineResult::Rejected | LineResult::Deferred | LineResult::Impossible => {}
        }
        played.push(PlayedLine { line: line.clone(), result, place, left, violations });
    }
    let sum = |wanted| played.iter().filter(|line| line.result == wanted).filter_map(|line| line.line.proposal.amount()).sum();
    Played {
        available: around.available,
        left,
        awarded: sum(LineResult::Awarded),
        waiting: sum(LineResult::Waiting),
        ends_at,
        per_city: totals(&played, around, &codes_of_cities(around.fund), |application| &application.form.cities, |city| city),
        per_objective: totals(
            &played,
            around,
            &codes_of_objectives(around.fund),
            |application| &application.form.objectives,
            |claim| &claim.objective,
        ),
        lines: played,
    }
}

fn outcome(proposal: Proposal, left: Money, next_place: &mut i64) -> (LineResult, Option<i64>) {
    match Outcome::of(proposal, true, left) {
        Outcome::Awarded => (LineResult::Awarded, None),
        Outcome::Waiting => {
            let place = *next_place;
            *next_place += 1;
            (LineResult::Waiting, Some(place))
        }
        Outcome::Rejected => (LineResult::Rejected, None),
        Outcome::Undecided => (LineResult::Deferred, None),
    }
}

/// Everything that would be refused if the line was put as a motion.
fn against(line: &Line, around: &Surroundings<'_>) -> Vec<Violation> {
    let Some(application) = around.applications.get(&line.application) else {
        return vec![Problem::Missing.at("applicationId")];
    };
    let mut violations = violations_of(application, line.proposal, around.fund);
    if application.state != State::Admitted {
        violations
            .push(Problem::wrong_state(application.state.name(), crate::application::ApplicationAction::ProposeMotion).at("applicationId"));
    } else if around.pending.contains(&line.application) {
        violations.push(Problem::MotionPending.at("applicationId"));
    }
    violations
}

fn codes_of_cities(fund: &Fund) -> Vec<&str> {
    fund.partner_cities.iter().map(|city| city.code.as_str()).collect()
}

fn codes_of_objectives(fund: &Fund) -> Vec<&str> {
    fund.objectives.iter().map(|objective| objective.code.as_str()).collect()
}

fn totals<T>(
    played: &[PlayedLine],
    around: &Surroundings<'_>,
    codes: &[&str],
    named: impl Fn(&Application) -> &[T],
    code_of: impl Fn(&T) -> &str,
) -> Vec<Total> {
    let mut totals: BTreeMap<&str, (u32, Money)> = BTreeMap::new();
    for line in played.iter().filter(|line| line.result == LineResult::Awarded) {
        let amount = line.line.proposal.amount().unwrap_or_default();
        let Some(application) = around.applications.get(&line.line.application) else { continue };
        let distinct: BTreeSet<&str> = named(application).iter().map(&code_of).collect();
        for code in codes.iter().filter(|code| distinct.contains(**code)) {
            let (awards, sum) = totals.entry(code).or_default();
            *awards += 1;
            *sum += amount;
        }
    }
    let total = |code: &&str| totals.get(code).map(|(awards, amount)| Total { code: (*code).to_owned(), awards: *awards, amount: *amount });
    codes.iter().filter_map(total).collect()
}
