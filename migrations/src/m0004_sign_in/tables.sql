-- Wishes to sign in by e-mail. Rows are removed a day after their end.
CREATE TABLE sign_in_request (
    id {uuid} PRIMARY KEY NOT NULL,
    -- Whose address was given; NULL: nobody's yet.
    person_id {uuid} REFERENCES person (id),
    -- Only as long as it is nobody's: a person's address stands with the person.
    address TEXT,
    -- Keyed hash of the address in lower case, by which requests are counted and codes are found.
    address_hash TEXT NOT NULL CHECK (length(address_hash) = 64),
    language TEXT NOT NULL CHECK (language IN ('de', 'en')),
    -- SHA-256 of the link's secret, and keyed hash of the code: both are derived when the e-mail is written, and kept nowhere.
    link_hash TEXT NOT NULL UNIQUE CHECK (length(link_hash) = 64),
    code_hash TEXT NOT NULL CHECK (length(code_hash) = 64),
    created_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    used_at {instant},
    wrong_codes {count} NOT NULL CHECK (wrong_codes >= 0),
    -- When a use was first refused: the record is told once.
    refused_at {instant},
    CHECK ((person_id IS NULL) = (address IS NOT NULL))
){strict};
CREATE INDEX sign_in_request_by_address ON sign_in_request (address_hash, created_at);
CREATE INDEX sign_in_request_by_end ON sign_in_request (expires_at);

-- Who has signed in with a browser. What is kept of the cookie is its SHA-256.
CREATE TABLE session (
    id {uuid} PRIMARY KEY NOT NULL,
    person_id {uuid} NOT NULL REFERENCES person (id),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    device TEXT NOT NULL,
    created_at {instant} NOT NULL,
    last_seen_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    ended_at {instant}
){strict};
CREATE INDEX session_by_person ON session (person_id, id);
CREATE INDEX session_by_end ON session (expires_at);

ALTER TABLE token ADD COLUMN access TEXT NOT NULL DEFAULT 'write' CHECK (access IN ('read', 'write'));
ALTER TABLE token ADD COLUMN last_used_at {instant};
