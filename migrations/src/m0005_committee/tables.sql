-- Who holds which seat of the committee, from which day to which.
CREATE TABLE seat_holding (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    seat {count} NOT NULL CHECK (seat >= 1),
    person_id {uuid} NOT NULL REFERENCES person (id),
    capacity TEXT NOT NULL CHECK (capacity IN ('member', 'substitute')),
    since {date} NOT NULL,
    until {date}
){strict};
CREATE UNIQUE INDEX seat_holding_of_seat ON seat_holding (seat, capacity) WHERE until IS NULL;
CREATE UNIQUE INDEX seat_holding_of_person ON seat_holding (person_id) WHERE until IS NULL;

-- Who is excluded from which application (R16).
CREATE TABLE recusal (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    application_id {uuid} NOT NULL REFERENCES application (id),
    -- The application's number: all of it that the excluded person sees.
    number TEXT NOT NULL,
    person_id {uuid} NOT NULL REFERENCES person (id),
    reason TEXT,
    state TEXT NOT NULL CHECK (state IN ('declared', 'recorded', 'disputed', 'upheld', 'dismissed')),
    state_data {json} NOT NULL,
    by_id {uuid} NOT NULL REFERENCES person (id),
    at {instant} NOT NULL
){strict};
CREATE UNIQUE INDEX recusal_that_stands ON recusal (application_id, person_id) WHERE state <> 'dismissed';
CREATE INDEX recusal_by_person ON recusal (person_id, id);

-- Passed over, with a reason.
ALTER TABLE waiting_place ADD COLUMN skipped {json};
