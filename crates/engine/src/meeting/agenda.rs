//! Agendas: items put on, put into another order, deferred; and each as somebody may see it (R16).

use domain::committee::Motion;
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Scope};
use domain::ids::{AgendaItemId, ApplicationId, MeetingId, MotionId};
use domain::meeting::agenda::{NewItem, reorder};
use domain::meeting::{AgendaEntry, AgendaItem, AgendaItemAction, ItemOn, ItemState, Meeting, MeetingAction, MeetingState, Publicity};
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Error, Result};

/// An item to be put on an agenda.
#[derive(Debug, Clone, Serialize)]
pub struct AddAgendaItem {
    /// On whose.
    pub meeting: MeetingId,
    /// Who may listen.
    pub publicity: Publicity,
    /// What it is called.
    pub title: String,
    /// The application that it is about.
    pub application: Option<ApplicationId>,
    /// The motion that is to be voted on.
    pub motion: Option<MotionId>,
}

/// An agenda to be put into another order.
#[derive(Debug, Clone, Serialize)]
pub struct ReorderAgenda {
    /// Whose.
    pub meeting: MeetingId,
    /// Each of its items, in their new order.
    pub items: Vec<AgendaItemId>,
}

/// An item to be taken off for this time.
#[derive(Debug, Clone, Serialize)]
pub struct DeferAgendaItem {
    /// Which.
    pub item: AgendaItemId,
    /// Why.
    pub reason: String,
    /// To which meeting's agenda, if it is known.
    pub to: Option<MeetingId>,
}

impl Engine {
    /// Puts an item at the end of a meeting's agenda, while the meeting is still to come.
    pub async fn add_agenda_item(&self, call: &Call, input: AddAgendaItem) -> Result<AgendaItemId> {
        self.run(call, "addAgendaItem", input, |work, input| async move { add(work, input).await }.boxed()).await
    }

    /// Puts a meeting's agenda into another order.
    pub async fn reorder_agenda(&self, call: &Call, input: ReorderAgenda) -> Result<MeetingId> {
        self.run(call, "reorderAgenda", input, |work, input| {
            async move {
                let on = work.lock_meeting(input.meeting, MeetingAction::Reorder).await?;
                for item in reorder(on.agenda, &input.items)? {
                    store::meeting::agenda::save(&work.tx, &item).await?;
                }
                let meeting = on.meeting.reordered(work.now);
                store::meeting::save(&work.tx, &meeting).await?;
                work.record_meeting("agenda-reordered", &meeting, meeting.version + 1, json!({ "items": input.items }));
                Ok(meeting.id)
            }
            .boxed()
        })
        .await
    }

    /// Takes an item off an agenda for this time, and puts it on another one, if that is known.
    pub async fn defer_agenda_item(&self, call: &Call, input: DeferAgendaItem) -> Result<AgendaItemId> {
        self.run(call, "deferAgendaItem", input, |work, input| async move { defer(work, input).await }.boxed()).await
    }

    /// An item as the actor sees it.
    pub async fn agenda_item(&self, actor: &Actor, id: AgendaItemId) -> Result<Option<AgendaEntry>> {
        let db = self.database.reader();
        if !actor.may(Permission::ReadMeetings, Scope::everyone()) {
            return Ok(None);
        }
        let Some(item) = store::meeting::agenda::find(db, id).await? else { return Ok(None) };
        let meeting = found(store::meeting::find(db, item.meeting).await?)?;
        Ok(entries(db, actor, &meeting.state, vec![item]).await?.pop())
    }

    /// A meeting's agenda, in its order, as the actor sees it: of an item from which they are excluded, that there is one (R16).
    pub async fn agenda(&self, actor: &Actor, meeting: &Meeting, agenda: &[AgendaItem]) -> Result<Vec<AgendaEntry>> {
        if !actor.may(Permission::ReadMeetings, Scope::everyone()) {
            return Ok(Vec::new());
        }
        entries(self.database.reader(), actor, &meeting.state, agenda.to_vec()).await
    }
}

/// The items with what their guard needs to see, as the actor sees them.
async fn entries<C: store::Connection>(db: &C, actor: &Actor, meeting: &MeetingState, items: Vec<AgendaItem>) -> Result<Vec<AgendaEntry>> {
    let ids: Vec<AgendaItemId> = items.iter().map(|item| item.id).collect();
    let ballots = store::committee::ballots_on(db, &ids).await?;
    let voted_on = |id| ballots.iter().any(|ballot| ballot.agenda_item == Some(id) && !ballot.state.is_without_result());
    let on = |item: AgendaItem| ItemOn { voted_on: voted_on(item.id), meeting: *meeting, item };
    Ok(items.into_iter().map(|item| on(item).as_seen_by(actor)).collect())
}

async fn add(work: &mut Work, input: AddAgendaItem) -> Result<AgendaItemId> {
    let on = work.lock_meeting(input.meeting, MeetingAction::AddItem).await?;
    let motion = match input.motion {
        Some(id) => Some(work.seen(store::committee::lock_motion(&work.tx, id).await?)?),
        None => None,
    };
    if let Some(application) = input.application {
        work.seen(store::application::find(&work.tx, application).await?)?;
    }
    let new = NewItem { publicity: input.publicity, title: &input.title, application: input.application, motion: motion.as_ref() };
    let item = AgendaItem::add(work.id(), on.meeting.id, &new, &on.agenda)?;
    store::meeting::agenda::insert(&work.tx, &item).await?;
    work.record_item("agenda-item-added", &item, item.version);
    Ok(item.id)
}

async fn defer(work: &mut Work, input: DeferAgendaItem) -> Result<AgendaItemId> {
    work.person()?;
    let meeting = found(store::meeting::agenda::find(&work.tx, input.item).await?)?.meeting;
    // Two meetings are locked in the order of their ids.
    let mut ids = vec![meeting];
    ids.extend(input.to.filter(|to| *to != meeting));
    ids.sort_unstable();
    let mut meetings = Vec::with_capacity(ids.len());
    for id in ids {
        meetings.push(found(store::meeting::lock(&work.tx, id).await?)?);
    }
    let of = |id: MeetingId| meetings.iter().find(|meeting| meeting.id == id);
    let state = found(of(meeting))?.state;
    let item = found(store::meeting::agenda::find(&work.tx, input.item).await?)?;
    let ballots = store::committee::ballots_on(&work.tx, &[item.id]).await?;
    let voted_on = ballots.iter().any(|ballot| !ballot.state.is_without_result());
    let on = ItemOn { item, meeting: state, voted_on };
    work.authorise(&on, AgendaItemAction::Defer)?;
    if let Some(to) = input.to {
        let target = found(of(to))?;
        if to == meeting || !target.state.is_ahead() {
            return Err(Problem::wrong_state(target.state.name(), MeetingAction::AddItem).at("toMeetingId").into());
        }
        let agenda = store::meeting::agenda::of_meeting(&work.tx, to).await?;
        let moved = on.item.moved(work.id(), to, &agenda);
        store::meeting::agenda::insert(&work.tx, &moved).await?;
        work.record_item("agenda-item-added", &moved, moved.version);
    }
    let item = on.item.defer(&input.reason, input.to, work.now)?;
    store::meeting::agenda::save(&work.tx, &item).await?;
    work.record_item("agenda-item-deferred", &item, item.version + 1);
    Ok(item.id)
}

impl Work {
    /// The thing, if the actor may see it.
    fn seen<T: domain::identity::Scoped>(&self, thing: Option<T>) -> Result<T> {
        found(thing.filter(|thing| self.actor.may(T::READ, thing.scope())))
    }

    /// The item of the open meeting's agenda on which a ballot on the motion is; `None` while no meeting is open. Whether a recusal stands
    /// comes up in the meeting itself, and is decided under its application's item. The meeting is kept from everybody else until the
    /// transaction ends.
    pub(crate) async fn item_of_open_meeting(&mut self, motion: &Motion) -> Result<Option<AgendaItem>> {
        let Some(meeting) = store::meeting::open(&self.tx).await? else { return Ok(None) };
        let meeting = found(store::meeting::lock(&self.tx, meeting.id).await?)?;
        if !matches!(meeting.state, MeetingState::Open { .. }) {
            // It was closed in the meantime.
            return Err(Error::Conflict);
        }
        let agenda = store::meeting::agenda::of_meeting(&self.tx, meeting.id).await?;
        let about_recusal = motion.proposal.recusal().is_some();
        let is_of = |item: &AgendaItem| item.motion == Some(motion.id) || about_recusal && item.application == Some(motion.application);
        let item = agenda.into_iter().find(|item| is_of(item) && item.state == ItemState::Listed);
        item.map(Some).ok_or_else(|| Problem::NotOnAgenda.at("motionId").into())
    }

    /// Titles and reasons are not in the record: who is excluded from an item reads what they did themselves.
    fn record_item(&mut self, kind: &'static str, item: &AgendaItem, version: i64) {
        let subject = Subject::new(SubjectKind::AgendaItem, item.id, version);
        let details = json!({ "meeting": item.meeting, "application": item.application, "motion": item.motion, "state": item.state });
        self.record(Happening { kind, subject, details }, Vec::new());
    }
}
