//! Meetings of the committee, and who attends them (R17, R24). What is done with them is in [`mutation`]; items of agendas have a file of
//! their own.

use async_graphql::{Context, Description, Enum, ID, Object};
use domain::identity::{Permission, available_actions};
use domain::ids::MeetingId;
use domain::meeting::MeetingState as State;

use crate::committee::seat::SeatCapacity;
use crate::connection::{Connection, Listed, Paging};
use crate::error::{Nullable, Result};
use crate::identity::Person;
use crate::minutes::Minutes;
use crate::mutation::Loaded;
use crate::node::{id_of, read_id};
use crate::scalar::DateTime;
use crate::session::Session;

pub mod agenda;
pub mod mutation;

use agenda::AgendaItem;

/// Where a meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MeetingState {
    /// Called; its agenda is being made.
    Called,
    /// The invitation is out.
    Invited,
    /// It takes place.
    Open,
    /// It is over.
    Closed,
}

impl MeetingState {
    /// The state's name in the domain.
    const fn name(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Invited => "invited",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// What can be done with a meeting. Each value is the name of its mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::meeting::MeetingAction")]
pub enum MeetingAction {
    /// `addAgendaItem`: put an item on its agenda.
    #[graphql(name = "ADD_AGENDA_ITEM")]
    AddItem,
    /// `rescheduleMeeting`: move it to another time or place.
    #[graphql(name = "RESCHEDULE_MEETING")]
    Reschedule,
    /// `inviteToMeeting`: invite to it, or invite again.
    #[graphql(name = "INVITE_TO_MEETING")]
    Invite,
    /// `reorderAgenda`: put the agenda into another order.
    #[graphql(name = "REORDER_AGENDA")]
    Reorder,
    /// `recordArrival`: record that somebody came.
    RecordArrival,
    /// `recordDeparture`: record that somebody left.
    RecordDeparture,
    /// `openMeeting`: open it.
    #[graphql(name = "OPEN_MEETING")]
    Open,
    /// `closeMeeting`: close it.
    #[graphql(name = "CLOSE_MEETING")]
    Close,
}

/// A meeting (Sitzung) of the committee.
#[derive(Description)]
pub struct Meeting(pub(crate) domain::meeting::MeetingOn);

#[Object(use_type_description)]
impl Meeting {
    /// The meeting's id.
    pub(crate) async fn id(&self) -> ID {
        id_of(&self.0.meeting.id)
    }

    /// Where it stands.
    async fn state(&self) -> MeetingState {
        match self.0.meeting.state {
            State::Called => MeetingState::Called,
            State::Invited { .. } => MeetingState::Invited,
            State::Open { .. } => MeetingState::Open,
            State::Closed { .. } => MeetingState::Closed,
        }
    }

    /// When it is to begin, in UTC.
    async fn begins_at(&self) -> DateTime {
        self.0.meeting.begins_at.into()
    }

    /// When it is to end, in UTC.
    async fn ends_at(&self) -> DateTime {
        self.0.meeting.ends_at.into()
    }

    /// Where.
    async fn place(&self) -> &str {
        &self.0.meeting.place
    }

    /// Whether it can be attended from afar, by sound and picture (GO § 34a).
    async fn remote(&self) -> bool {
        self.0.meeting.remote
    }

    /// How often its invitation was sent.
    async fn invitations(&self) -> u32 {
        self.0.meeting.invitations
    }

    /// When the invitation first went out, in UTC; null before.
    async fn invited_at(&self) -> Option<DateTime> {
        self.0.meeting.state.invited_at().map(Into::into)
    }

    /// Why the invitation went out later than the rules ask for (GO § 34); null if it didn't.
    async fn short_notice(&self) -> Option<&str> {
        self.0.meeting.short_notice.as_deref()
    }

    /// When it was opened, in UTC; null before.
    async fn opened_at(&self) -> Option<DateTime> {
        self.0.meeting.state.opened_at().map(Into::into)
    }

    /// When it was closed, in UTC; null before.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.meeting.state.closed_at().map(Into::into)
    }

    /// Its agenda, in its order. Of an item from which the person who asks is excluded, it holds the place and nothing else (R16).
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn agenda(&self, ctx: &Context<'_>) -> Result<Vec<AgendaItem>> {
        let session = Session::of(ctx);
        let agenda = session.engine().agenda(&session.actor(), &self.0.meeting, &self.0.agenda).await?;
        Ok(agenda.into_iter().map(AgendaItem).collect())
    }

    /// Who attended from when to when, in the order in which they came.
    async fn attendance(&self) -> Vec<Attendance> {
        self.0.attendance.iter().cloned().map(Attendance).collect()
    }

    /// Its minutes; null before it is over.
    async fn minutes(&self, ctx: &Context<'_>) -> Nullable<Minutes> {
        let session = Session::of(ctx);
        let found = session.engine().minutes_of(&session.actor(), self.0.meeting.id).await;
        found.map(|found| found.map(Minutes)).map_err(Into::into).transpose()
    }

    /// What the person who asks can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<MeetingAction> {
        available_actions(&Session::of(ctx).actor(), &self.0).into_iter().map(Into::into).collect()
    }
}

impl Loaded for Meeting {
    type Id = MeetingId;

    async fn load(session: &Session, id: MeetingId) -> Result<Option<Self>> {
        Ok(session.engine().meeting(&session.actor(), id).await?.map(Self))
    }
}

impl Listed for Meeting {
    fn key(&self) -> engine::Key {
        engine::Key::Id(self.0.meeting.id.0)
    }
}

/// That a person was at a meeting, from one instant on and until another (R17).
#[derive(Description)]
pub struct Attendance(domain::meeting::Attendance);

#[Object(use_type_description)]
impl Attendance {
    /// Who.
    async fn person(&self, ctx: &Context<'_>) -> Nullable<Person> {
        Person::named(&Session::of(ctx), self.0.person, Permission::ReadMeetings).await
    }

    /// For which seat.
    async fn seat(&self) -> u32 {
        self.0.seat
    }

    /// As its member, or as the substitute.
    async fn capacity(&self) -> SeatCapacity {
        self.0.capacity.into()
    }

    /// Whether from afar (GO § 34a).
    async fn remote(&self) -> bool {
        self.0.remote
    }

    /// When they came, in UTC.
    async fn arrived_at(&self) -> DateTime {
        self.0.arrived_at.into()
    }

    /// When they left, in UTC; null: not before the end.
    async fn left_at(&self) -> Option<DateTime> {
        self.0.left_at.map(Into::into)
    }
}

/// Questions about meetings.
#[derive(Default)]
pub struct MeetingQueries;

#[Object]
impl MeetingQueries {
    /// The meeting with that id; null if there is none, or none that the person who asks may see.
    async fn meeting(&self, ctx: &Context<'_>, #[graphql(desc = "The meeting's id.")] id: ID) -> Nullable<Meeting> {
        let found = async { Meeting::load(&Session::of(ctx), read_id(&id, "id")?).await };
        found.await.transpose()
    }

    /// The meetings, in the order in which they were called; for the committee, case officers and the auditor.
    #[graphql(complexity = "crate::connection::complexity(__ctx, __variables_definition, __field, child_complexity)")]
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in that state; left out: all.")] state: Option<MeetingState>,
        #[graphql(desc = "How many from the start, 1 to 100; 20 if neither this nor `last` is given.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100; not together with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Nullable<Connection<Meeting>> {
        let found = async {
            let session = Session::of(ctx);
            let window = Paging { first, after, last, before }.window::<Meeting>(ctx, "meetings")?;
            let page = session.engine().meetings(&session.actor(), state.map(MeetingState::name), &window).await?;
            Ok(Connection::new("meetings", page, Meeting, None))
        };
        Some(found.await)
    }
}
