-- People, applicants, rounds and applications.

CREATE TABLE person (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    name TEXT NOT NULL,
    email TEXT,
    -- The address in lower case, by which it is found and unique: folded by the program, the same way on both databases.
    email_folded TEXT UNIQUE,
    language TEXT NOT NULL CHECK (language IN ('de', 'en')),
    created_at {instant} NOT NULL,
    CHECK ((email IS NULL) = (email_folded IS NULL))
){strict};

CREATE TABLE role_grant (
    person_id {uuid} NOT NULL REFERENCES person (id),
    role TEXT NOT NULL CHECK (role IN ('case-officer', 'member', 'chair', 'finance', 'auditor', 'administrator')),
    granted_at {instant} NOT NULL,
    PRIMARY KEY (person_id, role)
){strict};
CREATE INDEX role_grant_by_role ON role_grant (role, person_id);

-- Bearer tokens. What is kept is their SHA-256, in hexadecimal.
CREATE TABLE token (
    id {uuid} PRIMARY KEY NOT NULL,
    person_id {uuid} NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    created_at {instant} NOT NULL,
    expires_at {instant},
    revoked_at {instant}
){strict};
CREATE INDEX token_by_person ON token (person_id);

CREATE TABLE applicant (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('natural-person', 'legal-person', 'non-profit-association', 'public-institution')),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    registered_at {instant} NOT NULL
){strict};

-- Who acts for whom.
CREATE TABLE membership (
    person_id {uuid} NOT NULL REFERENCES person (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    since {instant} NOT NULL,
    PRIMARY KEY (person_id, applicant_id)
){strict};
CREATE INDEX membership_by_applicant ON membership (applicant_id, person_id);

CREATE TABLE bank_account (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    iban TEXT NOT NULL CHECK (length(iban) BETWEEN 15 AND 34),
    holder TEXT NOT NULL CHECK (length(holder) BETWEEN 1 AND 70),
    named_by {uuid} NOT NULL REFERENCES person (id),
    named_at {instant} NOT NULL,
    confirmed_by {uuid} REFERENCES person (id),
    confirmed_at {instant},
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT bank_account_is_confirmed_by_another CHECK (confirmed_by <> named_by)
){strict};
CREATE INDEX bank_account_by_applicant ON bank_account (applicant_id, id);

CREATE TABLE round (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    code TEXT NOT NULL UNIQUE,
    deadline {date} NOT NULL,
    projects_from {date} NOT NULL,
    projects_until {date} NOT NULL,
    budget_year INTEGER NOT NULL CHECK (budget_year BETWEEN 2000 AND 2200),
    announced_at {instant} NOT NULL,
    -- The place of the application that was submitted last: numbers are given in order and without gaps.
    last_number {count} NOT NULL DEFAULT 0 CHECK (last_number >= 0),
    CHECK (projects_from <= projects_until)
){strict};

CREATE TABLE application (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    round_id {uuid} NOT NULL REFERENCES round (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    number TEXT UNIQUE,
    state TEXT NOT NULL CHECK (state IN (
        'draft', 'submitted', 'changes-requested', 'admitted', 'refused', 'withdrawn', 'rejected', 'waiting', 'awarded')),
    state_data {json} NOT NULL,
    form {json} NOT NULL,
    -- Copied out of the form, for lists. A draft may say anything, so nothing is checked here.
    title TEXT,
    amount_requested {cents},
    received_at {instant},
    late_permit {json},
    early_start {json},
    created_by {uuid} NOT NULL REFERENCES person (id),
    created_at {instant} NOT NULL,
    CHECK ((number IS NULL) = (received_at IS NULL)),
    CHECK (number IS NOT NULL OR state IN ('draft', 'withdrawn'))
){strict};
CREATE INDEX application_by_round ON application (round_id, id);
CREATE INDEX application_by_applicant ON application (applicant_id, id);
CREATE INDEX application_by_state ON application (state, id);

-- The forms as they were submitted (R14).
CREATE TABLE application_version (
    application_id {uuid} NOT NULL REFERENCES application (id),
    ordinal {count} NOT NULL CHECK (ordinal >= 1),
    form {json} NOT NULL,
    by_id {uuid} NOT NULL REFERENCES person (id),
    at {instant} NOT NULL,
    PRIMARY KEY (application_id, ordinal)
){strict};
