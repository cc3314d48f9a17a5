//! What is done with meetings: called, invited to, opened, attended, closed (R17, R24).

use async_graphql::{Context, ID, Object};
use domain::meeting::Venue;

use crate::error::{Nullable, Result};
use crate::meeting::Meeting;
use crate::meeting::agenda::{AgendaItem, Publicity};
use crate::mutation::{input, payload};
use crate::node::{read_id, read_optional_id};
use crate::scalar::{DateTime, Raw};
use crate::session::Session;

input! {
    /// A meeting to call.
    CallMeetingInput {
        /// When it begins, in UTC.
        begins_at: Raw<DateTime>,
        /// When it is to end, in UTC.
        ends_at: Raw<DateTime>,
        /// Where.
        place: String,
        /// Whether it can be attended from afar; left out: no. Only where the fund's rules provide for it (GO § 34a).
        remote: Option<bool>,
    }
}

input! {
    /// A meeting to move.
    RescheduleMeetingInput {
        /// Which meeting.
        meeting_id: ID,
        /// When it begins instead, in UTC.
        begins_at: Raw<DateTime>,
        /// When it is to end, in UTC.
        ends_at: Raw<DateTime>,
        /// Where.
        place: String,
        /// Whether it can be attended from afar; left out: no.
        remote: Option<bool>,
    }
}

input! {
    /// An item to put on an agenda.
    AddAgendaItemInput {
        /// On whose.
        meeting_id: ID,
        /// Who may listen.
        publicity: Publicity,
        /// What it is called. Whoever is excluded from its application doesn't read it (R16).
        title: String,
        /// The application that it is about; left out: that of the motion, if there is one.
        application_id: Option<ID>,
        /// The motion that is to be voted on (R20).
        motion_id: Option<ID>,
    }
}

input! {
    /// An agenda to put into another order.
    ReorderAgendaInput {
        /// Whose.
        meeting_id: ID,
        /// Each of its items once, in their new order.
        agenda_item_ids: Vec<ID>,
    }
}

input! {
    /// An item to take off an agenda for this time.
    DeferAgendaItemInput {
        /// Which.
        agenda_item_id: ID,
        /// Why.
        reason: String,
        /// To which meeting's agenda, if it is known.
        to_meeting_id: Option<ID>,
    }
}

input! {
    /// An invitation to send.
    InviteToMeetingInput {
        /// To which meeting.
        meeting_id: ID,
        /// Why it goes out later than the fund's rules ask for (GO § 34); needed only then.
        short_notice_reason: Option<String>,
    }
}

input! {
    /// A meeting to open.
    OpenMeetingInput {
        /// Which meeting.
        meeting_id: ID,
    }
}

input! {
    /// That somebody came.
    RecordArrivalInput {
        /// To which meeting.
        meeting_id: ID,
        /// Who; they hold a seat on the meeting's day.
        person_id: ID,
        /// When, in UTC; left out: now.
        at: Option<Raw<DateTime>>,
        /// Whether from afar (GO § 34a); left out: no.
        remote: Option<bool>,
    }
}

input! {
    /// That somebody left.
    RecordDepartureInput {
        /// Which meeting.
        meeting_id: ID,
        /// Who.
        person_id: ID,
        /// When, in UTC; left out: now.
        at: Option<Raw<DateTime>>,
    }
}

input! {
    /// A meeting to close.
    CloseMeetingInput {
        /// Which meeting.
        meeting_id: ID,
    }
}

payload! {
    /// The answer to `callMeeting`.
    CallMeetingPayload {
        /// The new meeting; null if it was refused.
        meeting: Meeting
    }
}

payload! {
    /// The answer to `rescheduleMeeting`.
    RescheduleMeetingPayload {
        /// The meeting as it is now; null if it was refused.
        meeting: Meeting
    }
}

payload! {
    /// The answer to `addAgendaItem`.
    AddAgendaItemPayload {
        /// The new item; null if it was refused.
        agenda_item: AgendaItem
    }
}

payload! {
    /// The answer to `reorderAgenda`.
    ReorderAgendaPayload {
        /// The meeting as it is now; null if it was refused.
        meeting: Meeting
    }
}

payload! {
    /// The answer to `deferAgendaItem`.
    DeferAgendaItemPayload {
        /// The item as it is now; null if it was refused.
        agenda_item: AgendaItem
    }
}

payload! {
    /// The answer to `inviteToMeeting`.
    InviteToMeetingPayload {
        /// The meeting as it is now; null if it was refused.
        meeting: Meeting
    }
}

payload! {
    /// The answer to `openMeeting`.
    OpenMeetingPayload {
        /// The meeting as it is now; null if it was refused.
        meeting: Meeting
    }
}

payload! {
    /// The answer to `recordArrival`.
    RecordArrivalPayload {
        /// The meeting as it is now; null if it was refused.
        meeting: Meeting
    }
}

payload! {
    /// The answer to `recordDeparture`.
    RecordDeparturePayload {
        /// The meeting as it is now; null if it was refused.
        meeting: Meeting
    }
}

payload! {
    /// The answer to `closeMeeting`.
    CloseMeetingPayload {
        /// The meeting as it is now; null if it was refused.
        meeting: Meeting
    }
}

/// When and where a meeting is to be, as it was asked for.
fn venue(begins_at: Raw<DateTime>, ends_at: Raw<DateTime>, place: String, remote: Option<bool>) -> Result<Venue> {
    Ok(Venue { begins_at: begins_at.read("beginsAt")?, ends_at: ends_at.read("endsAt")?, place, remote: remote.unwrap_or_default() })
}

/// What is done with meetings.
#[derive(Default)]
pub struct MeetingMutations;

#[Object]
impl MeetingMutations {
    /// Calls a meeting, by a case officer. Nobody is told before `inviteToMeeting`.
    async fn call_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When and where.")] input: CallMeetingInput,
    ) -> Nullable<CallMeetingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let venue = venue(input.begins_at, input.ends_at, input.place, input.remote)?;
            Ok(session.engine().call_meeting(&session.call(input.idempotency_key), venue).await?)
        };
        session.answer(outcome).await
    }

    /// Moves a meeting that is still to come, by a case officer. Whoever was invited is to be invited again.
    async fn reschedule_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and when and where.")] input: RescheduleMeetingInput,
    ) -> Nullable<RescheduleMeetingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::RescheduleMeeting {
                meeting: read_id(&input.meeting_id, "meetingId")?,
                venue: venue(input.begins_at, input.ends_at, input.place, input.remote)?,
            };
            Ok(session.engine().reschedule_meeting(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Puts an item at the end of an agenda, by a case officer, while the meeting is still to come.
    async fn add_agenda_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, and on whose agenda.")] input: AddAgendaItemInput,
    ) -> Nullable<AddAgendaItemPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::AddAgendaItem {
                meeting: read_id(&input.meeting_id, "meetingId")?,
                publicity: input.publicity.into(),
                title: input.title,
                application: read_optional_id(input.application_id.as_ref(), "applicationId")?,
                motion: read_optional_id(input.motion_id.as_ref(), "motionId")?,
            };
            Ok(session.engine().add_agenda_item(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Puts an agenda into another order, by the chair or a case officer. Done during the meeting, the minutes say so.
    async fn reorder_agenda(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and in which order.")] input: ReorderAgendaInput,
    ) -> Nullable<ReorderAgendaPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let items = input.agenda_item_ids.iter().map(|id| read_id(id, "agendaItemIds")).collect::<Result<_>>()?;
            let command = engine::ReorderAgenda { meeting: read_id(&input.meeting_id, "meetingId")?, items };
            Ok(session.engine().reorder_agenda(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Takes an item off an agenda for this time, by the chair or a case officer, before it is voted on; and puts it on another
    /// meeting's agenda, if one is named.
    async fn defer_agenda_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, why, and to where.")] input: DeferAgendaItemInput,
    ) -> Nullable<DeferAgendaItemPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::DeferAgendaItem {
                item: read_id(&input.agenda_item_id, "agendaItemId")?,
                reason: input.reason,
                to: read_optional_id(input.to_meeting_id.as_ref(), "toMeetingId")?,
            };
            Ok(session.engine().defer_agenda_item(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Invites to a meeting, by a case officer: the members, their substitutes and the chair, by e-mail with the agenda and a calendar
    /// entry. Invited again, the new entry takes the old one's place. What an e-mail says of an item depends on who reads it (R16).
    async fn invite_to_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To which meeting.")] input: InviteToMeetingInput,
    ) -> Nullable<InviteToMeetingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command =
                engine::InviteToMeeting { meeting: read_id(&input.meeting_id, "meetingId")?, short_notice: input.short_notice_reason };
            Ok(session.engine().invite_to_meeting(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Opens a meeting on its day, by the chair. One at a time is open; until it is closed, a ballot in a meeting is on an item of its
    /// agenda, and who is present votes.
    async fn open_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which meeting.")] input: OpenMeetingInput,
    ) -> Nullable<OpenMeetingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let meeting = read_id(&input.meeting_id, "meetingId")?;
            Ok(session.engine().open_meeting(&session.call(input.idempotency_key), meeting).await?)
        };
        session.answer(outcome).await
    }

    /// Records that somebody came, by a case officer. What a ballot has counted that ended since stays as it is (R17).
    async fn record_arrival(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and when.")] input: RecordArrivalInput,
    ) -> Nullable<RecordArrivalPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::RecordArrival {
                meeting: read_id(&input.meeting_id, "meetingId")?,
                person: read_id(&input.person_id, "personId")?,
                at: input.at.map(|at| at.read("at")).transpose()?,
                remote: input.remote.unwrap_or_default(),
            };
            Ok(session.engine().record_arrival(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Records that somebody left, by a case officer.
    async fn record_departure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and when.")] input: RecordDepartureInput,
    ) -> Nullable<RecordDeparturePayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let command = engine::RecordDeparture {
                meeting: read_id(&input.meeting_id, "meetingId")?,
                person: read_id(&input.person_id, "personId")?,
                at: input.at.map(|at| at.read("at")).transpose()?,
            };
            Ok(session.engine().record_departure(&session.call(input.idempotency_key), command).await?)
        };
        session.answer(outcome).await
    }

    /// Closes a meeting, by the chair, when no ballot in it is open. Its minutes begin, with the facts (R24).
    async fn close_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which meeting.")] input: CloseMeetingInput,
    ) -> Nullable<CloseMeetingPayload> {
        let session = Session::of(ctx);
        let outcome = async {
            let meeting = read_id(&input.meeting_id, "meetingId")?;
            Ok(session.engine().close_meeting(&session.call(input.idempotency_key), meeting).await?)
        };
        session.answer(outcome).await
    }
}
