-- The committee: motions, ballots, votes.

CREATE TABLE motion (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    application_id {uuid} NOT NULL REFERENCES application (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    kind TEXT NOT NULL CHECK (kind IN ('award', 'hardship-award', 'reject', 'defer')),
    amount {cents} CHECK (amount > 0),
    wording TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'balloting', 'decided', 'withdrawn')),
    proposed_by {uuid} NOT NULL REFERENCES person (id),
    proposed_at {instant} NOT NULL,
    CHECK ((amount IS NOT NULL) = (kind IN ('award', 'hardship-award')))
){strict};
CREATE INDEX motion_by_application ON motion (application_id, id);
CREATE UNIQUE INDEX motion_undecided ON motion (application_id) WHERE state IN ('pending', 'balloting');

CREATE TABLE ballot (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    motion_id {uuid} NOT NULL UNIQUE REFERENCES motion (id),
    -- The ids of those who may vote.
    electorate {json} NOT NULL,
    seats {count} NOT NULL CHECK (seats >= 0),
    recorded_tally {json},
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    state_data {json} NOT NULL,
    opened_at {instant} NOT NULL
){strict};
CREATE INDEX ballot_by_state ON ballot (state, id);

CREATE TABLE vote (
    ballot_id {uuid} NOT NULL REFERENCES ballot (id),
    member_id {uuid} NOT NULL REFERENCES person (id),
    choice TEXT NOT NULL CHECK (choice IN ('yes', 'no', 'abstain')),
    cast_at {instant} NOT NULL,
    PRIMARY KEY (ballot_id, member_id)
){strict};
