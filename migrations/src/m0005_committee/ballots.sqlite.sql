-- Rows of other tables refer to motions and ballots: the references are checked when the transaction commits, by when every row is back.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE motion_before AS SELECT * FROM motion;
DROP TABLE motion;
CREATE TABLE motion (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    application_id {uuid} NOT NULL REFERENCES application (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    kind TEXT NOT NULL CHECK (kind IN ('award', 'hardship-award', 'reject', 'defer', 'exclude')),
    amount {cents} CHECK (amount > 0),
    wording TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'balloting', 'decided', 'withdrawn')),
    proposed_by {uuid} NOT NULL REFERENCES person (id),
    proposed_at {instant} NOT NULL,
    recusal_id {uuid} REFERENCES recusal (id),
    CHECK ((amount IS NOT NULL) = (kind IN ('award', 'hardship-award'))),
    CHECK ((recusal_id IS NOT NULL) = (kind = 'exclude'))
){strict};
INSERT INTO motion (id, version, application_id, applicant_id, kind, amount, wording, state, proposed_by, proposed_at)
SELECT id, version, application_id, applicant_id, kind, amount, wording, state, proposed_by, proposed_at FROM motion_before;
DROP TABLE motion_before;
CREATE INDEX motion_by_application ON motion (application_id, id);

CREATE TABLE ballot_before AS SELECT * FROM ballot;
DROP TABLE ballot;
CREATE TABLE ballot (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    motion_id {uuid} NOT NULL REFERENCES motion (id),
    application_id {uuid} NOT NULL REFERENCES application (id),
    form TEXT NOT NULL CHECK (form IN ('meeting', 'recorded', 'circular')),
    objections_until {date},
    votes_until {date},
    electorate {json} NOT NULL,
    seats {count} NOT NULL CHECK (seats >= 0),
    en_bloc {json},
    en_bloc_group {uuid},
    agenda_item_id {uuid},
    recorded_tally {json},
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'inquorate', 'objected')),
    state_data {json} NOT NULL,
    computation {json},
    reminded_at {instant},
    opened_at {instant} NOT NULL,
    CHECK ((objections_until IS NOT NULL) = (form = 'circular')),
    CHECK ((votes_until IS NOT NULL) = (form = 'circular')),
    CHECK ((en_bloc IS NULL) = (en_bloc_group IS NULL))
){strict};
INSERT INTO ballot (
    id, version, motion_id, application_id, form, electorate, seats, recorded_tally, state, state_data, opened_at)
SELECT b.id, b.version, b.motion_id, m.application_id, CASE WHEN b.recorded_tally IS NULL THEN 'meeting' ELSE 'recorded' END,
    b.electorate, b.seats, b.recorded_tally, b.state, b.state_data, b.opened_at
FROM ballot_before b JOIN motion m ON m.id = b.motion_id;
DROP TABLE ballot_before;
CREATE INDEX ballot_by_state ON ballot (state, id);
