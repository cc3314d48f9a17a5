-- Meetings (Sitzungen).
CREATE TABLE meeting (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    begins_at {instant} NOT NULL,
    ends_at {instant} NOT NULL,
    place TEXT NOT NULL,
    remote {boolean} NOT NULL,
    -- How often its invitation was sent.
    invitations {count} NOT NULL CHECK (invitations >= 0),
    reordered_at {instant},
    short_notice TEXT,
    state TEXT NOT NULL CHECK (state IN ('called', 'invited', 'open', 'closed')),
    state_data {json} NOT NULL,
    called_by {uuid} NOT NULL REFERENCES person (id),
    called_at {instant} NOT NULL,
    CONSTRAINT meeting_ends_after_it_begins CHECK (begins_at < ends_at)
){strict};
-- One meeting takes place at a time: a ballot that is opened then belongs to it.
CREATE UNIQUE INDEX meeting_that_is_open ON meeting (state) WHERE state = 'open';

-- What is on a meeting's agenda, each at its place.
CREATE TABLE agenda_item (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    position {count} NOT NULL CHECK (position >= 1),
    publicity TEXT NOT NULL CHECK (publicity IN ('public', 'non-public')),
    title TEXT NOT NULL,
    application_id {uuid} REFERENCES application (id),
    motion_id {uuid} REFERENCES motion (id),
    state TEXT NOT NULL CHECK (state IN ('listed', 'deferred')),
    state_data {json} NOT NULL,
    CHECK (motion_id IS NULL OR application_id IS NOT NULL)
){strict};
CREATE INDEX agenda_item_by_meeting ON agenda_item (meeting_id, position);
CREATE INDEX agenda_item_by_application ON agenda_item (application_id, id);
CREATE INDEX agenda_item_by_motion ON agenda_item (motion_id, id);
CREATE INDEX ballot_by_agenda_item ON ballot (agenda_item_id, id);

-- Who was at a meeting, from when to when, for which seat.
CREATE TABLE attendance (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    person_id {uuid} NOT NULL REFERENCES person (id),
    seat {count} NOT NULL CHECK (seat >= 1),
    capacity TEXT NOT NULL CHECK (capacity IN ('member', 'substitute')),
    remote {boolean} NOT NULL,
    arrived_at {instant} NOT NULL,
    left_at {instant},
    CONSTRAINT attendance_ends_after_it_begins CHECK (left_at IS NULL OR arrived_at <= left_at)
){strict};
CREATE INDEX attendance_by_meeting ON attendance (meeting_id, id);
-- Nobody is there twice.
CREATE UNIQUE INDEX attendance_that_goes_on ON attendance (meeting_id, person_id) WHERE left_at IS NULL;

-- The minutes of a meeting (Niederschrift). What was signed, and its hash, is in state_data as it was signed.
CREATE TABLE minutes (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    due {date} NOT NULL,
    remarks {json} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'half-signed', 'signed')),
    state_data {json} NOT NULL,
    reminded_at {instant},
    CONSTRAINT minutes_of_a_meeting_are_one UNIQUE (meeting_id)
){strict};
CREATE INDEX minutes_by_state ON minutes (state, due, id);

-- Corrections of signed minutes (Nachträge).
CREATE TABLE addendum (
    id {uuid} PRIMARY KEY NOT NULL,
    minutes_id {uuid} NOT NULL REFERENCES minutes (id),
    number {count} NOT NULL CHECK (number >= 1),
    agenda_item_id {uuid} REFERENCES agenda_item (id),
    text TEXT NOT NULL,
    by_id {uuid} NOT NULL REFERENCES person (id),
    at {instant} NOT NULL,
    CONSTRAINT addendum_numbers_are_unique UNIQUE (minutes_id, number)
){strict};
