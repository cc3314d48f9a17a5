-- Roles for a time: a day is one in Europe/Berlin, and the last one belongs to it.
CREATE TABLE role_grant_dated (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    person_id {uuid} NOT NULL REFERENCES person (id),
    role TEXT NOT NULL CHECK (role IN ('case-officer', 'member', 'chair', 'finance', 'auditor', 'administrator')),
    valid_from {date} NOT NULL,
    valid_until {date},
    -- Null: the installation's console.
    granted_by {uuid} REFERENCES person (id),
    granted_at {instant} NOT NULL,
    reason TEXT,
    ended_at {instant},
    ended_by {uuid} REFERENCES person (id),
    end_reason TEXT,
    CHECK (valid_until >= valid_from),
    CHECK (ended_at IS NOT NULL OR (ended_by IS NULL AND end_reason IS NULL)),
    CONSTRAINT role_is_given_by_another CHECK (granted_by <> person_id)
){strict};
INSERT INTO role_grant_dated (id, version, person_id, role, valid_from, granted_at)
SELECT {new_id}, 1, person_id, role, {granted_on}, granted_at FROM role_grant;
DROP TABLE role_grant;
ALTER TABLE role_grant_dated RENAME TO role_grant;
CREATE INDEX role_grant_by_role ON role_grant (role, person_id);
CREATE INDEX role_grant_by_person ON role_grant (person_id, id);

-- Who acts for whom, and how far. Whoever did before may all of it.
CREATE TABLE membership_at_level (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    person_id {uuid} NOT NULL REFERENCES person (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    level TEXT NOT NULL CHECK (level IN ('reader', 'editor', 'owner')),
    since {instant} NOT NULL,
    ended_at {instant},
    ended_by {uuid} REFERENCES person (id),
    end_reason TEXT,
    CHECK (ended_at IS NOT NULL OR (ended_by IS NULL AND end_reason IS NULL))
){strict};
INSERT INTO membership_at_level (id, version, person_id, applicant_id, level, since)
SELECT {new_id}, 1, person_id, applicant_id, 'owner', since FROM membership;
DROP TABLE membership;
ALTER TABLE membership_at_level RENAME TO membership;
CREATE UNIQUE INDEX membership_once ON membership (person_id, applicant_id) WHERE ended_at IS NULL;
CREATE INDEX membership_by_applicant ON membership (applicant_id, person_id);

-- Invitations to act for an applicant: bound to an address, without a secret.
CREATE TABLE invitation (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    name TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('reader', 'editor', 'owner')),
    invited_by {uuid} NOT NULL REFERENCES person (id),
    created_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    state_data {json} NOT NULL
){strict};
CREATE INDEX invitation_by_applicant ON invitation (applicant_id, state, id);
CREATE INDEX invitation_by_address ON invitation (email_folded, state, id);

-- What an applicant says of itself, and whether two people have to submit.
ALTER TABLE applicant ADD COLUMN details {json};
ALTER TABLE applicant ADD COLUMN joint_representation {boolean} NOT NULL DEFAULT FALSE;

-- Who submitted as the first of two.
ALTER TABLE application ADD COLUMN signed {json};
