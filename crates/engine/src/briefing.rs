//! Briefings: posted, corrected and withdrawn by the office; read by the committee.

use domain::briefing::{Briefing, BriefingAction, BriefingKind, BriefingState, News};
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Scope};
use domain::ids::{BriefingId, PersonId};
use domain::problem::{Problem, Refusal};
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;
use store::briefing::BriefingFilter;

use crate::work::{Call, Work, found};
use crate::{Engine, Error, Page, Result, Window, require, visible};

/// How many briefings are marked as read at once, at most.
const MOST_MARKED: usize = 100;

/// Among how many of the latest briefings a desk looks for unread ones.
const LATEST: u64 = 100;

/// How many unread briefings a desk shows.
const MOST_UNREAD: u64 = 10;

/// A correction of a briefing.
#[derive(Debug, Clone, Serialize)]
pub struct CorrectBriefing {
    /// Which briefing.
    pub briefing: BriefingId,
    /// The version that the person saw; with another one stored, somebody else corrected it in between and this is a conflict.
    pub expected_version: Option<i64>,
    /// All that it tells from now on.
    pub news: News,
}

/// Which briefings are asked for.
#[derive(Debug, Clone, Default)]
pub struct BriefingQuery {
    /// Of that partner city, by its code.
    pub city: Option<String>,
    /// Of that year.
    pub year: Option<i32>,
    /// Of that kind.
    pub kind: Option<BriefingKind>,
    /// Only those that the actor has not read.
    pub unread: bool,
}

impl Engine {
    /// Posts a briefing.
    pub async fn post_briefing(&self, call: &Call, news: News) -> Result<BriefingId> {
        self.run(call, "postBriefing", news, |work, news| {
            async move {
                work.require(Permission::PostBriefing, Scope::everyone())?;
                let news = news.checked(&work.engine.fund)?;
                let position = store::briefing::next_position(&work.tx, news.on).await?;
                let briefing = Briefing::post(work.id(), position, news, work.person()?, work.now);
                store::briefing::insert(&work.tx, &briefing).await?;
                work.record_briefing("briefing-posted", &briefing, 0, json!({ "news": briefing.news }));
                Ok(briefing.id)
            }
            .boxed()
        })
        .await
    }

    /// Says a briefing otherwise. The record keeps what it said before.
    pub async fn correct_briefing(&self, call: &Call, input: CorrectBriefing) -> Result<BriefingId> {
        self.run(call, "correctBriefing", input, |work, input| {
            async move {
                let before = work.lock_briefing(input.briefing, BriefingAction::Correct).await?;
                if input.expected_version.is_some_and(|version| version != before.version) {
                    return Err(Error::Conflict);
                }
                let news = input.news.checked(&work.engine.fund)?;
                let position =
                    if news.on == before.news.on { before.position } else { store::briefing::next_position(&work.tx, news.on).await? };
                let details = json!({ "before": before.news, "news": news });
                let briefing = Briefing { position, news, ..before };
                store::briefing::save(&work.tx, &briefing).await?;
                work.record_briefing("briefing-corrected", &briefing, 1, details);
                Ok(briefing.id)
            }
            .boxed()
        })
        .await
    }

    /// Takes a briefing back, with a reason.
    pub async fn withdraw_briefing(&self, call: &Call, id: BriefingId, reason: String) -> Result<BriefingId> {
        self.run(call, "withdrawBriefing", (id, reason), |work, (id, reason)| {
            async move {
                let briefing = work.lock_briefing(id, BriefingAction::Withdraw).await?;
                let briefing = briefing.withdraw(&reason, work.person()?, work.now)?;
                store::briefing::save(&work.tx, &briefing).await?;
                let BriefingState::Withdrawn { reason, .. } = &briefing.state else { return Err(Error::Conflict) };
                let details = json!({ "reason": reason });
                work.record_briefing("briefing-withdrawn", &briefing, 1, details);
                Ok(briefing.id)
            }
            .boxed()
        })
        .await
    }

    /// Keeps that the person has read these briefings. Once more is no harm.
    pub async fn mark_briefings_read(&self, call: &Call, ids: Vec<BriefingId>) -> Result<PersonId> {
        self.run(call, "markBriefingsRead", ids, |work, ids| {
            async move {
                work.require(Permission::FollowBriefings, Scope::everyone())?;
                if ids.is_empty() {
                    return Err(Refusal::one("briefingIds", Problem::Missing).into());
                }
                if ids.len() > MOST_MARKED {
                    return Err(Refusal::one("briefingIds", Problem::TooMany { most: MOST_MARKED }).into());
                }
                let mut ids = ids;
                ids.sort_unstable();
                ids.dedup();
                let seen = store::briefing::find_many(&work.tx, &ids).await?;
                if seen.len() != ids.len() || seen.into_iter().any(|briefing| visible(&work.actor, Some(briefing)).is_none()) {
                    return Err(Error::NotFound);
                }
                let person = found(store::identity::find_person(&work.tx, work.person()?).await?)?;
                store::briefing::mark_read(&work.tx, person.id, &ids, work.now).await?;
                let subject = Subject::new(SubjectKind::Person, person.id, person.version);
                work.record(Happening { kind: "briefings-read", subject, details: json!({ "briefings": ids }) }, Vec::new());
                Ok(person.id)
            }
            .boxed()
        })
        .await
    }

    /// A page of the briefings, in the order of the days that they tell of.
    pub async fn briefings(&self, actor: &Actor, query: &BriefingQuery, window: &Window) -> Result<Page<Briefing>> {
        require(actor, Permission::ReadBriefings)?;
        Ok(store::briefing::page(self.database.reader(), &filter_for(actor, query), window).await?)
    }

    /// How many briefings there are for the actor.
    pub async fn count_briefings(&self, actor: &Actor, query: &BriefingQuery) -> Result<u64> {
        require(actor, Permission::ReadBriefings)?;
        Ok(store::briefing::count(self.database.reader(), &filter_for(actor, query)).await?)
    }

    /// How many briefings the actor has not read; none for whoever doesn't follow them.
    pub async fn unread_briefings(&self, actor: &Actor) -> Result<u64> {
        if !actor.may(Permission::FollowBriefings, Scope::everyone()) {
            return Ok(0);
        }
        Ok(store::briefing::count(self.database.reader(), &unread_by(actor)).await?)
    }

    /// What the actor has not read of the latest hundred briefings, the latest first, at most ten; none for whoever doesn't follow them. What
    /// is older is in the list of the unread ones.
    pub async fn papers_unread(&self, actor: &Actor) -> Result<Vec<Briefing>> {
        if !actor.may(Permission::FollowBriefings, Scope::everyone()) {
            return Ok(Vec::new());
        }
        let filter = BriefingFilter { latest: Some(LATEST), ..unread_by(actor) };
        let mut unread = store::briefing::page(self.database.reader(), &filter, &Window::last(MOST_UNREAD)).await?.items;
        unread.reverse();
        Ok(unread)
    }

    /// A briefing that the actor may see.
    pub async fn briefing(&self, actor: &Actor, id: BriefingId) -> Result<Option<Briefing>> {
        Ok(visible(actor, store::briefing::find(self.database.reader(), id).await?))
    }

    /// Those of the briefings that the actor has read.
    pub async fn briefings_read(&self, actor: &Actor, ids: &[BriefingId]) -> Result<Vec<BriefingId>> {
        let Some(person) = actor.person else { return Ok(Vec::new()) };
        Ok(store::briefing::read_among(self.database.reader(), person, ids).await?)
    }
}

/// What waits to be read by the actor: what was taken back does not, although the office still sees it.
fn unread_by(actor: &Actor) -> BriefingFilter {
    let query = BriefingQuery { unread: true, ..BriefingQuery::default() };
    BriefingFilter { withdrawn: false, ..filter_for(actor, &query) }
}

/// What the actor may see, as a filter: the same policy as that of the briefing's scope, said in rows.
fn filter_for(actor: &Actor, query: &BriefingQuery) -> BriefingFilter {
    BriefingFilter {
        city: query.city.clone(),
        year: query.year,
        kind: query.kind,
        withdrawn: actor.may(Permission::ReadBriefings, Scope { private: true, ..Scope::everyone() }),
        unread_by: actor.person.filter(|_| query.unread),
        latest: None,
    }
}

impl Work {
    async fn lock_briefing(&mut self, id: BriefingId, action: BriefingAction) -> Result<Briefing> {
        self.person()?;
        let briefing = found(store::briefing::lock(&self.tx, id).await?)?;
        self.authorise(&briefing, action)?;
        Ok(briefing)
    }

    /// `ahead` is by how much the saved version is ahead of the loaded one.
    fn record_briefing(&mut self, kind: &'static str, briefing: &Briefing, ahead: i64, details: serde_json::Value) {
        let subject = Subject::new(SubjectKind::Briefing, briefing.id, briefing.version + ahead);
        self.record(Happening { kind, subject, details }, Vec::new());
    }
}
