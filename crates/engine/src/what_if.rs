//! What-ifs: saved, tried against the money that there is now, compared, and put as motions in one step.

use std::collections::{BTreeMap, BTreeSet};

use domain::application::Application;
use domain::committee::{Proposal, ProposalKind};
use domain::event::{Happening, Subject, SubjectKind};
use domain::fund::Fund;
use domain::identity::{Actor, Permission, Scope, Scoped};
use domain::ids::{ApplicationId, RoundId, WhatIfId};
use domain::money::Money;
use domain::problem::{Problem, Refusal, Violation};
use domain::what_if::{Line, MOST_LINES, Played, Surroundings, WhatIf, WhatIfAction, WhatIfState, checked, play, usual_wording};
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::committee::{ProposeMotion, propose};
use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result, require, visible};

/// How many what-ifs of a round are compared at most.
const MOST_COMPARED: u64 = 50;

/// A what-if to be saved.
#[derive(Debug, Clone, Serialize)]
pub struct SaveWhatIf {
    /// Which one is changed; a new one if there is none.
    pub what_if: Option<WhatIfId>,
    /// Of which round.
    pub round: RoundId,
    /// What it is called.
    pub name: String,
    /// Its lines, in their order.
    pub lines: Vec<WhatIfLine>,
}

/// A line of a what-if to be saved.
#[derive(Debug, Clone, Serialize)]
pub struct WhatIfLine {
    /// The application.
    pub application: ApplicationId,
    /// What would be decided.
    pub kind: ProposalKind,
    /// What would be awarded, if it is an award.
    pub amount: Option<Money>,
    /// The wording of the motion, if it is to be another than the usual one.
    pub wording: Option<String>,
}

impl Engine {
    /// Saves a what-if. Besides itself it changes nothing.
    pub async fn save_what_if(&self, call: &Call, input: SaveWhatIf) -> Result<WhatIfId> {
        self.run(call, "saveWhatIf", input, |work, input| async move { save(work, input).await }.boxed()).await
    }

    /// Throws a what-if away.
    pub async fn discard_what_if(&self, call: &Call, id: WhatIfId) -> Result<WhatIfId> {
        self.run(call, "discardWhatIf", id, |work, id| {
            async move {
                let what_if = work.lock_what_if(id, WhatIfAction::Discard).await?;
                let what_if = WhatIf { state: WhatIfState::Discarded, ..what_if };
                store::what_if::save(&work.tx, &what_if).await?;
                work.record_what_if("what-if-discarded", &what_if, what_if.version + 1, json!({}));
                Ok(what_if.id)
            }
            .boxed()
        })
        .await
    }

    /// Puts all lines of a what-if as motions, in their order: all or none (R20).
    pub async fn put_motions(&self, call: &Call, id: WhatIfId) -> Result<WhatIfId> {
        self.run(call, "putMotions", id, |work, id| async move { put_motions(work, id).await }.boxed()).await
    }

    /// A what-if that the actor may see.
    pub async fn what_if(&self, actor: &Actor, id: WhatIfId) -> Result<Option<WhatIf>> {
        let found = store::what_if::find(self.database.reader(), id).await?;
        Ok(found.filter(|what_if| what_if.is_visible_to(actor)))
    }

    /// The what-ifs of a round, the oldest first, for the office and the auditor, but for those that name an application that the actor is
    /// excluded from (R16).
    pub async fn what_ifs(&self, actor: &Actor, round: RoundId) -> Result<Vec<WhatIf>> {
        require(actor, Permission::ReadProposals)?;
        let found = store::what_if::of_round(self.database.reader(), round, MOST_COMPARED).await?;
        Ok(found.into_iter().filter(|what_if| what_if.is_visible_to(actor)).collect())
    }

    /// How a what-if that the actor may see comes out against the money that there is now.
    pub async fn play_what_if(&self, actor: &Actor, what_if: &WhatIf) -> Result<Played> {
        if !what_if.is_visible_to(actor) {
            return Err(Error::NotFound);
        }
        let ids: Vec<ApplicationId> = what_if.lines.iter().map(|line| line.application).collect();
        let around = self.surroundings(what_if.round, &ids).await?;
        Ok(play(&what_if.lines, &around.borrowed(&self.fund)))
    }

    /// How lines that are not saved would come out against the money that there is now. Nothing is changed.
    pub async fn try_what_if(&self, actor: &Actor, round: RoundId, lines: Vec<WhatIfLine>) -> Result<Played> {
        require(actor, Permission::SaveWhatIf)?;
        let (_, lines) = checked("-", read_lines(lines)?)?;
        let ids: Vec<ApplicationId> = lines.iter().map(|line| line.application).collect();
        let around = self.surroundings(round, &ids).await?;
        let hidden = |application: &Application| visible(actor, Some(application.clone())).is_none();
        if ids.iter().any(|id| !around.applications.get(id).is_some_and(|one| is_of(one, round)))
            || around.applications.values().any(hidden)
        {
            return Err(Error::NotFound);
        }
        Ok(play(&lines, &around.borrowed(&self.fund)))
    }

    /// Several what-ifs of one round that the actor may see, as they come out beside each other.
    pub async fn compare_what_ifs(&self, actor: &Actor, ids: &[WhatIfId]) -> Result<Vec<(WhatIf, Played)>> {
        let found = store::what_if::find_many(self.database.reader(), ids).await?;
        let seen: Vec<WhatIf> = found.into_iter().filter(|what_if| what_if.is_visible_to(actor)).collect();
        let Some(round) = seen.first().map(|what_if| what_if.round) else { return Ok(Vec::new()) };
        let of_round: Vec<WhatIf> = seen.into_iter().filter(|what_if| what_if.round == round).collect();
        let mut ids: Vec<ApplicationId> = of_round.iter().flat_map(|what_if| &what_if.lines).map(|line| line.application).collect();
        ids.sort_unstable();
        ids.dedup();
        let around = self.surroundings(round, &ids).await?;
        let played = |what_if: WhatIf| {
            let played = play(&what_if.lines, &around.borrowed(&self.fund));
            (what_if, played)
        };
        Ok(of_round.into_iter().map(played).collect())
    }

    /// What lines about these applications are tried against.
    async fn surroundings(&self, round: RoundId, ids: &[ApplicationId]) -> Result<Around> {
        let db = self.database.reader();
        let applications = by_id(store::application::find_many(db, ids).await?);
        let pending = store::what_if::pending_among(db, ids).await?;
        let round = found(store::round::find(db, round).await?)?;
        let available = store::budget::find_year(db, round.budget_year).await?.map(|year| year.available()).unwrap_or_default();
        let next_place = store::what_if::next_place(db, round.budget_year).await?;
        Ok(Around { applications, pending, available, next_place })
    }
}

/// What lines are tried against, as it was read.
struct Around {
    applications: BTreeMap<ApplicationId, Application>,
    pending: BTreeSet<ApplicationId>,
    available: Money,
    next_place: i64,
}

impl Around {
    const fn borrowed<'a>(&'a self, fund: &'a Fund) -> Surroundings<'a> {
        Surroundings {
            applications: &self.applications,
            pending: &self.pending,
            available: self.available,
            next_place: self.next_place,
            fund,
        }
    }
}

/// Whether an application can stand in a what-if of that round: it was submitted to it.
fn is_of(application: &Application, round: RoundId) -> bool {
    application.round == round && application.number.is_some()
}

async fn save(work: &mut Work, input: SaveWhatIf) -> Result<WhatIfId> {
    work.require(Permission::SaveWhatIf, Scope::everyone())?;
    let round = found(store::round::find(&work.tx, input.round).await?)?;
    let earlier = match input.what_if {
        Some(id) => Some(work.lock_what_if(id, WhatIfAction::SaveWhatIf).await?),
        None => None,
    };
    if earlier.as_ref().is_some_and(|earlier| earlier.round != round.id) {
        return Err(Error::NotFound);
    }
    if input.lines.len() > MOST_LINES {
        return Err(Refusal::one("lines", Problem::TooMany { most: MOST_LINES }).into());
    }
    let (name, lines) = checked(&input.name, read_lines(input.lines)?)?;
    let ids: Vec<ApplicationId> = lines.iter().map(|line| line.application).collect();
    let found = store::application::find_many(&work.tx, &ids).await?.into_iter();
    let applications = by_id(found.filter_map(|application| visible(&work.actor, Some(application))).collect());
    let known = |id| applications.get(id).is_some_and(|one: &Application| is_of(one, round.id));
    if !ids.iter().all(known) {
        // An application of another round, one that was not submitted, or one that the officer is excluded from (R16), is none that they
        // could plan with.
        return Err(Error::NotFound);
    }
    let details = json!({ "round": round.id, "name": name, "lines": lines });
    let (saved_by, saved_at) = (work.person()?, work.now);
    let what_if = if let Some(earlier) = earlier {
        let what_if = WhatIf { name, lines, saved_by, saved_at, ..earlier };
        store::what_if::save(&work.tx, &what_if).await?;
        WhatIf { version: what_if.version + 1, ..what_if }
    } else {
        let (id, state) = (work.id(), WhatIfState::Saved);
        let what_if = WhatIf { id, version: 1, round: round.id, name, lines, state, saved_by, saved_at };
        store::what_if::insert(&work.tx, &what_if).await?;
        what_if
    };
    work.record_what_if("what-if-saved", &what_if, what_if.version, details);
    Ok(what_if.id)
}

/// The lines with their proposals, or every amount that is missing or too many.
fn read_lines(lines: Vec<WhatIfLine>) -> Result<Vec<Line>> {
    let (mut read, mut violations) = (Vec::with_capacity(lines.len()), Vec::new());
    for (index, line) in lines.into_iter().enumerate() {
        match Proposal::new(line.kind, line.amount) {
            Ok(proposal) => read.push(Line { application: line.application, proposal, wording: line.wording }),
            Err(violation) => violations.push(in_line(index, violation)),
        }
    }
    Refusal::unless_empty(violations)?;
    Ok(read)
}

async fn put_motions(work: &mut Work, id: WhatIfId) -> Result<WhatIfId> {
    let what_if = work.lock_what_if(id, WhatIfAction::PutMotions).await?;
    // Two of these at once wait for each other instead of each for one of the other's applications.
    let in_order: BTreeSet<ApplicationId> = what_if.lines.iter().map(|line| line.application).collect();
    for application in in_order {
        found(store::application::lock(&work.tx, application).await?)?;
    }
    let (mut motions, mut violations) = (Vec::with_capacity(what_if.lines.len()), Vec::new());
    for (index, line) in what_if.lines.iter().enumerate() {
        let wording = wording_of(work, line).await?;
        let motion = ProposeMotion { application: line.application, kind: line.proposal.kind(), amount: line.proposal.amount(), wording };
        match propose(work, motion).await {
            Ok(motion) => motions.push(motion),
            // All that is wrong, line by line; in the end nothing of it is kept.
            Err(Error::Refused(refusal)) => violations.extend(refusal.0.into_iter().map(|violation| in_line(index, violation))),
            Err(error) => return Err(error),
        }
    }
    Refusal::unless_empty(violations)?;
    let details = json!({ "motions": motions });
    let what_if = WhatIf { state: WhatIfState::Put { at: work.now, motions }, ..what_if };
    store::what_if::save(&work.tx, &what_if).await?;
    work.record_what_if("motions-put", &what_if, what_if.version + 1, details);
    Ok(what_if.id)
}

async fn wording_of(work: &Work, line: &Line) -> Result<String> {
    if let Some(wording) = &line.wording {
        return Ok(wording.clone());
    }
    let application = found(store::application::find(&work.tx, line.application).await?)?;
    let applicant = found(store::applicant::find(&work.tx, application.applicant).await?)?;
    Ok(usual_wording(&application, &applicant.name, line.proposal))
}

/// What is wrong with a line, with the line. What is about no field of it is about its application.
fn in_line(index: usize, violation: Violation) -> Violation {
    let field = violation.field.as_deref().unwrap_or("applicationId");
    Violation { field: Some(format!("lines[{index}].{field}")), ..violation }
}

fn by_id(applications: Vec<Application>) -> BTreeMap<ApplicationId, Application> {
    applications.into_iter().map(|application| (application.id, application)).collect()
}

impl Work {
    async fn lock_what_if(&mut self, id: WhatIfId, action: WhatIfAction) -> Result<WhatIf> {
        self.person()?;
        let what_if = store::what_if::lock(&self.tx, id).await?;
        // Whoever may see no what-ifs at all is told so by the guard.
        let hidden = |what_if: &WhatIf| self.actor.may(WhatIf::READ, what_if.scope()) && !what_if.is_visible_to(&self.actor);
        let what_if = found(what_if.filter(|what_if| !hidden(what_if)))?;
        self.authorise(&what_if, action)?;
        Ok(what_if)
    }

    fn record_what_if(&mut self, kind: &'static str, what_if: &WhatIf, version: i64, details: serde_json::Value) {
        let subject = Subject::new(SubjectKind::WhatIf, what_if.id, version);
        self.record(Happening { kind, subject, details }, Vec::new());
    }
}
