//! Who is at a meeting, from when to when (R17).

use chrono::{DateTime, Utc};
use domain::ids::{MeetingId, PersonId};
use domain::meeting::attendance::{Arrival, present_at};
use domain::meeting::{Attendance, MeetingAction};
use domain::problem::Problem;
use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::json;

use crate::work::{Call, Work};
use crate::{Engine, Result};

/// That somebody came.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct RecordArrival {
    /// To which meeting.
    pub meeting: MeetingId,
    /// Who.
    pub person: PersonId,
    /// When; left out: now.
    pub at: Option<DateTime<Utc>>,
    /// Whether from afar (GO § 34a).
    pub remote: bool,
}

/// That somebody left.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct RecordDeparture {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Who.
    pub person: PersonId,
    /// When; left out: now.
    pub at: Option<DateTime<Utc>>,
}

impl Engine {
    /// Records that somebody came who holds a seat.
    pub async fn record_arrival(&self, call: &Call, input: RecordArrival) -> Result<MeetingId> {
        self.run(call, "recordArrival", input, |work, input| {
            async move {
                let on = work.lock_meeting(input.meeting, MeetingAction::RecordArrival).await?;
                let arrival = Arrival { person: input.person, at: input.at.unwrap_or(work.now), remote: input.remote };
                let holdings = store::seat::since(&work.tx, on.meeting.day()).await?;
                let settled = store::meeting::settled(&work.tx, on.meeting.id, input.person).await?;
                let attendance = Attendance::arrive(work.id(), &on.meeting, arrival, &holdings, &on.attendance, settled, work.now)?;
                store::meeting::insert_attendance(&work.tx, &attendance).await?;
                let details = json!({
                    "person": attendance.person, "at": attendance.arrived_at, "seat": attendance.seat, "capacity": attendance.capacity,
                    "remote": attendance.remote,
                });
                work.record_meeting("arrival-recorded", &on.meeting, on.meeting.version, details);
                Ok(on.meeting.id)
            }
            .boxed()
        })
        .await
    }

    /// Records that somebody left.
    pub async fn record_departure(&self, call: &Call, input: RecordDeparture) -> Result<MeetingId> {
        self.run(call, "recordDeparture", input, |work, input| {
            async move {
                let on = work.lock_meeting(input.meeting, MeetingAction::RecordDeparture).await?;
                let there = on.attendance.into_iter().find(|there| there.person == input.person && there.left_at.is_none());
                let there = there.ok_or_else(|| Problem::wrong_state("absent", MeetingAction::RecordDeparture).at("personId"))?;
                let settled = store::meeting::settled(&work.tx, on.meeting.id, input.person).await?;
                let left = there.leave(input.at.unwrap_or(work.now), settled, work.now)?;
                store::meeting::save_attendance(&work.tx, &left).await?;
                work.record_meeting(
                    "departure-recorded",
                    &on.meeting,
                    on.meeting.version,
                    json!({ "person": left.person, "at": left.left_at }),
                );
                Ok(on.meeting.id)
            }
            .boxed()
        })
        .await
    }
}

/// Who is there at that instant, at the meeting on whose agenda the item is.
pub(crate) async fn present<C: store::Connection>(db: &C, meeting: MeetingId, instant: DateTime<Utc>) -> Result<Vec<PersonId>> {
    Ok(present_at(&store::meeting::attendance(db, meeting).await?, instant))
}

impl Work {
    /// Who is there now. The meeting is kept from everybody else until the transaction ends, so that nobody comes or leaves meanwhile.
    pub(crate) async fn present_now(&mut self, item: domain::ids::AgendaItemId) -> Result<Vec<PersonId>> {
        let item = crate::work::found(store::meeting::agenda::find(&self.tx, item).await?)?;
        store::meeting::lock(&self.tx, item.meeting).await?;
        present(&self.tx, item.meeting, self.now).await
    }
}
