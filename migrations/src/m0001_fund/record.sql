-- The append-only record (R45), and the answers to repeated commands.

CREATE TABLE event (
    sequence {count} PRIMARY KEY NOT NULL CHECK (sequence >= 1),
    at {instant} NOT NULL,
    by_id {uuid} REFERENCES person (id),
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN (
        'person', 'applicant', 'bank-account', 'round', 'application', 'motion', 'ballot', 'budget-year', 'place', 'award', 'payout',
        'message')),
    subject_id TEXT NOT NULL,
    subject_version {count} NOT NULL,
    -- Text, not JSON: kept byte for byte as it was hashed.
    details TEXT NOT NULL,
    previous TEXT NOT NULL CHECK (length(previous) = 64),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
){strict};
CREATE INDEX event_by_subject ON event (subject_kind, subject_id, sequence);
CREATE INDEX event_by_person ON event (by_id, sequence);

-- One row: the end of the chain. PostgreSQL locks it, so that events get their places one after the other.
CREATE TABLE event_chain (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    sequence {count} NOT NULL,
    hash TEXT NOT NULL
){strict};
INSERT INTO event_chain (id, sequence, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE idempotency_key (
    person_id {uuid} NOT NULL REFERENCES person (id),
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    -- SHA-256 of the input, in hexadecimal: the same key with another input is a mistake.
    request_hash TEXT NOT NULL,
    outcome {json} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (person_id, key)
){strict};
