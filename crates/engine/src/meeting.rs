//! Meetings of the committee: called, invited to, opened and closed (R24). Agenda and attendance have files of their own.

use std::collections::BTreeMap;

use domain::committee::Capacity;
use domain::event::{Happening, Subject, SubjectKind};
use domain::identity::{Actor, Permission, Role, Scope};
use domain::ids::{MeetingId, PersonId};
use domain::meeting::{AgendaItem, Meeting, MeetingAction, MeetingOn, MeetingState, Venue};
use domain::minutes::Minutes;
use domain::outbox::{AgendaLine, Notice};
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, Work, found};
use crate::{Engine, Page, Result, Window, require, visible};

mod agenda;
mod attendance;

pub use agenda::{AddAgendaItem, DeferAgendaItem, ReorderAgenda};
pub use attendance::{RecordArrival, RecordDeparture};

/// A meeting to be moved.
#[derive(Debug, Clone, Serialize)]
pub struct RescheduleMeeting {
    /// Which.
    pub meeting: MeetingId,
    /// When and where it is to be instead.
    pub venue: Venue,
}

/// An invitation to be sent.
#[derive(Debug, Clone, Serialize)]
pub struct InviteToMeeting {
    /// To which meeting.
    pub meeting: MeetingId,
    /// Why it goes out later than the rules ask for, if it does.
    pub short_notice: Option<String>,
}

impl Engine {
    /// Calls a meeting. Nobody is told before the invitation.
    pub async fn call_meeting(&self, call: &Call, venue: Venue) -> Result<MeetingId> {
        self.run(call, "callMeeting", venue, |work, venue| {
            async move {
                work.require(Permission::CallMeeting, Scope::everyone())?;
                let rules = work.engine.fund.committee.clone();
                let meeting = Meeting::call(work.id(), venue.clone(), &rules, work.person()?, work.now)?;
                store::meeting::insert(&work.tx, &meeting).await?;
                work.record_meeting("meeting-called", &meeting, meeting.version, json!(venue));
                Ok(meeting.id)
            }
            .boxed()
        })
        .await
    }

    /// Moves a meeting to another time or place. Whoever was invited is invited again.
    pub async fn reschedule_meeting(&self, call: &Call, input: RescheduleMeeting) -> Result<MeetingId> {
        self.run(call, "rescheduleMeeting", input, |work, input| {
            async move {
                let on = work.lock_meeting(input.meeting, MeetingAction::Reschedule).await?;
                let rules = work.engine.fund.committee.clone();
                let meeting = on.meeting.reschedule(input.venue.clone(), &rules, work.now)?;
                store::meeting::save(&work.tx, &meeting).await?;
                work.record_meeting("meeting-rescheduled", &meeting, meeting.version + 1, json!(input.venue));
                Ok(meeting.id)
            }
            .boxed()
        })
        .await
    }

    /// Invites the members, their substitutes, and who presides, each with the agenda as they may see it (R16), in time (GO § 34).
    pub async fn invite_to_meeting(&self, call: &Call, input: InviteToMeeting) -> Result<MeetingId> {
        self.run(call, "inviteToMeeting", input, |work, input| {
            async move {
                let on = work.lock_meeting(input.meeting, MeetingAction::Invite).await?;
                let rules = work.engine.fund.committee.clone();
                let meeting = on.meeting.invite(input.short_notice.as_deref(), &rules, work.now)?;
                store::meeting::save(&work.tx, &meeting).await?;
                let agenda: Vec<_> = on.agenda.iter().map(|item| item.id).collect();
                let details = json!({ "invitation": meeting.invitations, "agenda": agenda, "shortNotice": meeting.short_notice });
                work.record_meeting("meeting-invited", &meeting, meeting.version + 1, details);
                for (person, substitute) in work.invited(&meeting).await? {
                    work.send_invitation(&meeting, &on.agenda, person, substitute).await?;
                }
                Ok(meeting.id)
            }
            .boxed()
        })
        .await
    }

    /// Opens a meeting on its day. From now on a ballot is one on an item of its agenda.
    pub async fn open_meeting(&self, call: &Call, id: MeetingId) -> Result<MeetingId> {
        self.run(call, "openMeeting", id, |work, id| {
            async move {
                let on = work.lock_meeting(id, MeetingAction::Open).await?;
                if store::meeting::open(&work.tx).await?.is_some() {
                    return Err(Problem::AnotherMeetingOpen.into());
                }
                let meeting = on.meeting.open(work.person()?, work.now);
                store::meeting::save(&work.tx, &meeting).await?;
                work.record_meeting("meeting-opened", &meeting, meeting.version + 1, json!({}));
                Ok(meeting.id)
            }
            .boxed()
        })
        .await
    }

    /// Closes a meeting. Its minutes begin, with the facts.
    pub async fn close_meeting(&self, call: &Call, id: MeetingId) -> Result<MeetingId> {
        self.run(call, "closeMeeting", id, |work, id| {
            async move {
                let on = work.lock_meeting(id, MeetingAction::Close).await?;
                let meeting = on.meeting.close(work.now);
                store::meeting::save(&work.tx, &meeting).await?;
                work.record_meeting("meeting-closed", &meeting, meeting.version + 1, json!({}));
                let minutes = Minutes::begin(work.id(), meeting.id, work.now);
                store::minutes::insert(&work.tx, &minutes).await?;
                work.record_minutes("minutes-begun", &minutes, minutes.version, json!({ "meeting": meeting.id, "due": minutes.due }));
                Ok(meeting.id)
            }
            .boxed()
        })
        .await
    }

    /// A meeting that the actor may see, as the guard sees it. What of its agenda they see is for [`Engine::agenda`] to say.
    pub async fn meeting(&self, actor: &Actor, id: MeetingId) -> Result<Option<MeetingOn>> {
        let db = self.database.reader();
        let Some(meeting) = store::meeting::find(db, id).await? else { return Ok(None) };
        Ok(visible(actor, Some(meeting_on(db, meeting, self.today()).await?)))
    }

    /// A page of the meetings, in one state (`called`, `invited`, `open`, `closed`) or all, in the order in which they were called.
    pub async fn meetings(&self, actor: &Actor, state: Option<&str>, window: &Window) -> Result<Page<MeetingOn>> {
        require(actor, Permission::ReadMeetings)?;
        let db = self.database.reader();
        let page = store::meeting::page(db, state, window).await?;
        let items = meetings_on(db, page.items, self.today()).await?;
        Ok(Page { items, has_previous: page.has_previous, has_next: page.has_next })
    }
}

impl Engine {
    /// The meetings that are still to come, in the order in which they were called; none for whoever may not see them.
    pub async fn meetings_ahead(&self, actor: &Actor) -> Result<Vec<Meeting>> {
        require(actor, Permission::ReadMeetings)?;
        Ok(store::meeting::ahead(self.database.reader()).await?)
    }
}

/// A meeting with what its guard needs to see.
async fn meeting_on<C: store::Connection>(db: &C, meeting: Meeting, today: chrono::NaiveDate) -> Result<MeetingOn> {
    let id = meeting.id;
    Ok(MeetingOn {
        meeting,
        agenda: store::meeting::agenda::of_meeting(db, id).await?,
        attendance: store::meeting::attendance(db, id).await?,
        open_ballots: store::meeting::open_ballots(db, id).await?,
        today,
    })
}

/// Several meetings with what their guards need to see, with a few queries for all of them.
async fn meetings_on<C: store::Connection>(db: &C, meetings: Vec<Meeting>, today: chrono::NaiveDate) -> Result<Vec<MeetingOn>> {
    let ids: Vec<MeetingId> = meetings.iter().map(|meeting| meeting.id).collect();
    let agenda = store::meeting::agenda::of_meetings(db, &ids).await?;
    let attendance = store::meeting::attendance_of(db, &ids).await?;
    let mut taking_place = None;
    // Only where a meeting takes place can a ballot on its items be open.
    if let Some(open) = meetings.iter().find(|meeting| matches!(meeting.state, MeetingState::Open { .. })) {
        taking_place = Some((open.id, store::meeting::open_ballots(db, open.id).await?));
    }
    let on = |meeting: Meeting| MeetingOn {
        agenda: agenda.iter().filter(|item| item.meeting == meeting.id).cloned().collect(),
        attendance: attendance.iter().filter(|attendance| attendance.meeting == meeting.id).cloned().collect(),
        open_ballots: taking_place.filter(|(id, _)| *id == meeting.id).map(|(_, ballots)| ballots).unwrap_or_default(),
        today,
        meeting,
    };
    Ok(meetings.into_iter().map(on).collect())
}

impl Work {
    /// Loads a meeting, and lets the actor through to it. Whatever happens in a meeting holds its row. Everybody locks in one order:
    /// ballots, meeting, motions, applications.
    async fn lock_meeting(&mut self, id: MeetingId, action: MeetingAction) -> Result<MeetingOn> {
        self.person()?;
        let meeting = found(store::meeting::lock(&self.tx, id).await?)?;
        let on = meeting_on(&self.tx, meeting, self.today()).await?;
        self.authorise(&on, action)?;
        Ok(on)
    }

    /// Who is invited: whoever holds a seat on the meeting's day, and who presides. `true` are the substitutes, who come where their member
    /// can't (R22).
    async fn invited(&self, meeting: &Meeting) -> Result<BTreeMap<PersonId, bool>> {
        let chairs = store::identity::persons_with_roles(&self.tx, &[Role::Chair], self.today()).await?;
        let mut invited: BTreeMap<PersonId, bool> = chairs.into_iter().map(|chair| (chair, false)).collect();
        for holding in store::seat::since(&self.tx, meeting.day()).await? {
            if holding.holds_on(meeting.day()) {
                invited.entry(holding.person).or_insert(holding.capacity == Capacity::Substitute);
            }
        }
        Ok(invited)
    }

    /// Invites one person, with the agenda as they may see it (R16).
    async fn send_invitation(&mut self, meeting: &Meeting, agenda: &[AgendaItem], person: PersonId, substitute: bool) -> Result<()> {
        let recusals = store::recusal::of_person(&self.tx, person).await?;
        let is_hidden =
            |item: &AgendaItem| recusals.iter().any(|recusal| recusal.stands() && Some(recusal.application) == item.application);
        let line = |item: &AgendaItem| AgendaLine {
            position: item.position,
            public: item.publicity == domain::meeting::Publicity::Public,
            title: Some(item.title.clone()).filter(|_| !is_hidden(item)),
        };
        let sequence = meeting.invitations.saturating_sub(1);
        let notice = Notice::MeetingInvited {
            meeting: meeting.id,
            sequence,
            begins_at: meeting.begins_at,
            ends_at: meeting.ends_at,
            place: meeting.place.clone(),
            remote: meeting.remote,
            agenda: agenda.iter().filter(|item| item.state == domain::meeting::ItemState::Listed).map(line).collect(),
            short_notice: meeting.short_notice.clone(),
            substitute,
        };
        self.tell_one(Some(person), &invitation_cause(meeting, person), notice);
        Ok(())
    }

    /// Somebody is excluded from an application: an invitation that names it and was not sent yet is written anew, without it (R16).
    pub(crate) async fn rewrite_invitations(&mut self, person: PersonId) -> Result<()> {
        for meeting in store::meeting::ahead(&self.tx).await? {
            if meeting.invitations == 0 {
                continue;
            }
            let Some(substitute) = self.invited(&meeting).await?.get(&person).copied() else { continue };
            let key = format!("meeting-invited:{}", invitation_cause(&meeting, person));
            store::outbox::take_back(&self.tx, &[key]).await?;
            let agenda = store::meeting::agenda::of_meeting(&self.tx, meeting.id).await?;
            self.send_invitation(&meeting, &agenda, person, substitute).await?;
        }
        Ok(())
    }

    fn record_meeting(&mut self, kind: &'static str, meeting: &Meeting, version: i64, details: serde_json::Value) {
        let subject = Subject::new(SubjectKind::Meeting, meeting.id, version);
        self.record(Happening { kind, subject, details }, Vec::new());
    }

    pub(crate) fn record_minutes(&mut self, kind: &'static str, minutes: &Minutes, version: i64, details: serde_json::Value) {
        let subject = Subject::new(SubjectKind::Minutes, minutes.id, version);
        self.record(Happening { kind, subject, details }, Vec::new());
    }
}

/// What makes an invitation the same one: the meeting, how often it was invited to, and whom.
fn invitation_cause(meeting: &Meeting, person: PersonId) -> String {
    format!("{}:{}:{person}", meeting.id, meeting.invitations)
}
