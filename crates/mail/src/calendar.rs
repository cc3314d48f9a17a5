//! The calendar entry of a meeting (RFC 5545, RFC 5546): the same UID for ever, and a SEQUENCE that rises with each invitation, so that a
//! changed one takes the place of the earlier one.

use chrono::{DateTime, Utc};
use domain::language::Language;
use domain::outbox::Notice;
use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};

use crate::letterhead::Letterhead;
use crate::message::one_line;

/// A request, not an announcement: calendars take a changed request for the same appointment. Nobody is asked to answer.
pub(crate) const METHOD: &str = "REQUEST";

/// What the attachment is called.
pub(crate) const FILE: &str = "meeting.ics";

/// The calendar entry that goes with a notice; `None` with most. It holds neither agenda nor names: calendars are often shared.
pub(crate) fn entry(notice: &Notice, letterhead: &Letterhead, to: &str, language: Language, written: DateTime<Utc>) -> Option<String> {
    let Notice::MeetingInvited { meeting, sequence, begins_at, ends_at, place, .. } = notice else { return None };
    let fund = letterhead.fund();
    let from = letterhead.from();
    let mut attendee = Property::new("ATTENDEE", format!("mailto:{to}"));
    attendee.add_parameter("ROLE", "REQ-PARTICIPANT").add_parameter("RSVP", "FALSE");
    let mut event = Event::new();
    event
        .uid(&format!("{meeting}@{}", from.domain()))
        .timestamp(written)
        .sequence(*sequence)
        .starts(*begins_at)
        .ends(*ends_at)
        .summary(fund.committee.name.get(language))
        .location(&one_line(place))
        .add_property("ORGANIZER", format!("mailto:{from}"))
        .append_property(attendee);
    if let Some(url) = letterhead.link(notice) {
        event.url(&url);
    }
    let properties = [("VERSION", "2.0"), ("PRODID", "-//sonderfonds//DE"), ("CALSCALE", "GREGORIAN"), ("METHOD", METHOD)];
    Some(Calendar { properties: Property::from_array(properties), components: vec![event.done().into()] }.to_string())
}
