//! What the committee leaves behind: meetings with their minutes, recusals, briefings and who has read them.

use chrono::{DateTime, Utc};
use domain::briefing::first_position_of;
use domain::committee::{Quorum, QuorumBasis};
use domain::meeting::MeetingState;
use domain::minutes::{Content, Frozen, MinutesState, Opening, Signatory};
use uuid::Uuid;

use super::super::{Fill, Table, YEAR, series};
use super::{BRIEFINGS, History, MEETINGS, PLACEHOLDER, Side, UNREAD, day};
use crate::Result;

impl Fill<'_> {
    /// Meetings with agenda, attendance and minutes. The last one is still to come, and the minutes of the one before wait for signatures.
    pub(super) fn meetings(&self, history: History, side: &Side) -> Result<[String; 4]> {
        let (series, over, meetings) = (series(0, history.meetings()), history.is_over(), history.meetings());
        let first = YEAR - i32::try_from(history.years)?;
        let (year, month) = (format!("({first} + s.i / {MEETINGS})"), format!("(s.i % {MEETINGS} / 2 + 1)"));
        let day_of = |hour: &str| {
            let month = format!("CASE WHEN {month} < 10 THEN '0' ELSE '' END || {month}");
            self.cast(&format!("({year} || '-' || {month} || '-' || (10 + s.i % 2) || 'T{hour}:00:00+00:00')"), "TIMESTAMPTZ")
        };
        let (begins, ends) = (day_of("16"), day_of("19"));
        let instant = DateTime::<Utc>::UNIX_EPOCH;
        let closed = serde_json::to_string(&MeetingState::Closed {
            invited_at: instant,
            opened_at: instant,
            opened_by: side.chair.into(),
            at: instant,
        })?;
        let invited = serde_json::to_string(&MeetingState::Invited { at: instant })?;
        let meeting = format!(
            "INSERT INTO meeting (id, version, begins_at, ends_at, place, remote, invitations, state, state_data, called_by, called_at) {series} \
             SELECT {}, 4, {begins}, {ends}, 'Rathaus, Ratssaal', FALSE, 1, CASE WHEN {over} THEN 'closed' ELSE 'invited' END, {}, {}, \
             {begins} FROM s",
            self.id(Table::Meeting, "s.i"),
            self.cast(&format!("CASE WHEN {over} THEN '{closed}' ELSE '{invited}' END"), "JSONB"),
            self.literal(self.office),
        );
        let (decided, pending) = (history.decided(), history.pending());
        let items = format!(
            "INSERT INTO agenda_item (id, version, meeting_id, position, publicity, title, application_id, motion_id, state, state_data) {} \
             SELECT {}, 1, {}, s.i + 1, 'public', 'Chorreise', {}, {}, 'listed', {} FROM s WHERE {decided} OR {pending}",
            super::super::series(0, history.total()),
            self.id(Table::Item, "s.i"),
            self.id(Table::Meeting, &history.meeting()),
            self.id(Table::Application, "s.i"),
            self.id(Table::Motion, "s.i"),
            self.cast(r#"'{"state":"listed"}'"#, "JSONB"),
        );
        let seats = side.members.len();
        let attendance = format!(
            "INSERT INTO attendance (id, version, meeting_id, person_id, seat, capacity, remote, arrived_at, left_at) {series} \
             SELECT {}, 2, {}, m.id, m.seat + 1, 'member', FALSE, {begins}, {ends} FROM s CROSS JOIN ({}) m WHERE {over} AND m.seat < 9",
            self.id(Table::Attendance, &format!("(s.i * {seats} + m.seat)")),
            self.id(Table::Meeting, "s.i"),
            self.persons(&side.members),
        );
        let minutes = format!(
            "INSERT INTO minutes (id, version, meeting_id, due, remarks, state, state_data) {series} \
             SELECT {}, 3, {}, {}, {}, CASE WHEN s.i < {} THEN 'signed' ELSE 'draft' END, {} FROM s WHERE {over}",
            self.id(Table::Minutes, "s.i"),
            self.id(Table::Meeting, "s.i"),
            self.day(&year, "12-31"),
            self.cast(r#"'{"general":"","items":[]}'"#, "JSONB"),
            meetings - 2,
            self.cast(
                &format!(r#"CASE WHEN s.i < {} THEN '{}' ELSE '{{"state":"draft"}}' END"#, meetings - 2, signed(side, self.office)?),
                "JSONB"
            ),
        );
        Ok([meeting, items, attendance, minutes])
    }

    /// Recusals: each tenth application has one, in turn of each member but the last.
    pub(super) fn excluded(&self, history: History, side: &Side) -> [String; 1] {
        let others = side.members.len() - 1;
        [format!(
            "INSERT INTO recusal (id, version, application_id, number, person_id, state, state_data, by_id, at) {} \
             SELECT {}, 1, {}, 'SP-' || {} || '-' || s.i, m.id, 'declared', {}, m.id, {} FROM s JOIN ({}) m ON m.seat = s.i / 10 % {others} \
             WHERE s.i % 10 = 4",
            series(0, history.total()),
            self.id(Table::Recusal, "s.i"),
            self.id(Table::Application, "s.i"),
            history.year(),
            self.cast(r#"'{"state":"declared"}'"#, "JSONB"),
            self.moment(&history.year(), "02-15"),
            self.persons(&side.members),
        )]
    }

    /// Briefings of two cities each, all but the last ones read by everybody.
    pub(super) fn briefings(&self, history: History, side: &Side) -> Result<[String; 3]> {
        let first = YEAR - i32::try_from(history.years)?;
        let total = (history.years + 1) * BRIEFINGS;
        // The present year's are told of its first nine months.
        let position = format!(
            "({} + (s.i / {BRIEFINGS} * 365 + s.i % {BRIEFINGS} * 4) * {})",
            first_position_of(day(first, 1, 1)?),
            first_position_of(day(first, 1, 2)?) - first_position_of(day(first, 1, 1)?),
        );
        let (at, year) = (self.instant(), format!("({first} + s.i / {BRIEFINGS})"));
        let body = "Eine Delegation hat die Partnerstadt besucht. ".repeat(20);
        let briefings = format!(
            "INSERT INTO briefing (id, version, position, told_on, kind, title, body, state, state_data, cities, posted_by, posted_at) {} \
             SELECT {}, 1, {position}, {}, 'delegation', 'Besuch Nr. ' || s.i, '{body}', 'posted', {}, {}, {}, {at} FROM s",
            series(0, total),
            self.id(Table::Briefing, "s.i"),
            self.day(&year, "05-05"),
            self.cast(r#"'{"state":"posted"}'"#, "JSONB"),
            self.cast(r#"'["tallinn","gdynia"]'"#, "JSONB"),
            self.literal(self.office),
        );
        let cities = format!(
            "INSERT INTO briefing_city (briefing_id, city) {} SELECT {}, c.code FROM s CROSS JOIN \
             (SELECT 'tallinn' AS code UNION ALL SELECT 'gdynia') c",
            series(0, total),
            self.id(Table::Briefing, "s.i"),
        );
        let read = format!(
            "INSERT INTO briefing_read (person_id, briefing_id, read_at) {} SELECT m.id, {}, {at} FROM s CROSS JOIN ({}) m",
            series(0, total - UNREAD),
            self.id(Table::Briefing, "s.i"),
            self.persons(&side.members),
        );
        Ok([briefings, cities, read])
    }
}

/// Signed minutes, as long as they are where four items were decided.
fn signed(side: &Side, office: Uuid) -> Result<String> {
    let instant = DateTime::<Utc>::UNIX_EPOCH;
    let content = Content {
        committee: "Beirat".to_owned(),
        meeting: PLACEHOLDER.into(),
        place: "Rathaus, Ratssaal".to_owned(),
        remote: false,
        invited_at: instant,
        short_notice: None,
        begins_at: instant,
        opening: Opening {
            at: instant,
            by: "Vera Vorsitz".to_owned(),
            present: 9,
            quorum: Quorum { basis: QuorumBasis::MoreThanHalf, voting: 11, needed: 6 },
        },
        closed_at: instant,
        reordered_at: None,
        present: Vec::new(),
        absent: Vec::new(),
        items: Vec::new(),
        remarks: "Die Vorlagen wurden beraten, und zu jeder wurde beschlossen. ".repeat(60),
    };
    let signature = |by: Uuid, signatory| domain::minutes::Signature { by: by.into(), signatory, at: instant };
    let state = MinutesState::Signed {
        frozen: Frozen::of(&content)?,
        first: signature(side.chair, Signatory::Chair),
        second: signature(office, Signatory::Keeper),
    };
    Ok(serde_json::to_string(&state)?)
}
