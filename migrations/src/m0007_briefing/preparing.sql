-- What the office prepares for the committee: a proposal for each application, and what-ifs.

CREATE TABLE proposal (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    application_id {uuid} NOT NULL UNIQUE REFERENCES application (id),
    round_id {uuid} NOT NULL REFERENCES round (id),
    kind TEXT NOT NULL CHECK (kind IN ('award', 'hardship-award', 'reject', 'defer')),
    amount {cents} CHECK (amount > 0),
    reasons TEXT NOT NULL,
    -- The motion that it was put as.
    motion_id {uuid} REFERENCES motion (id),
    prepared_by {uuid} NOT NULL REFERENCES person (id),
    prepared_at {instant} NOT NULL,
    CHECK ((amount IS NOT NULL) = (kind IN ('award', 'hardship-award')))
){strict};
CREATE INDEX proposal_by_round ON proposal (round_id, id);

CREATE TABLE what_if (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    round_id {uuid} NOT NULL REFERENCES round (id),
    name TEXT NOT NULL,
    -- Its lines in their order. They are tried, not decided: no amount in here is anybody's.
    lines {json} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('saved', 'put', 'discarded')),
    state_data {json} NOT NULL,
    saved_by {uuid} NOT NULL REFERENCES person (id),
    saved_at {instant} NOT NULL
){strict};
CREATE INDEX what_if_by_round ON what_if (round_id, id);
