-- The budget, the waiting list, awards and payouts. All amounts are whole cents.

CREATE TABLE budget_year (
    year INTEGER PRIMARY KEY NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    version {count} NOT NULL CHECK (version >= 1),
    appropriated {cents} NOT NULL CHECK (appropriated >= 0),
    increases {cents} NOT NULL CHECK (increases >= 0),
    cuts {cents} NOT NULL CHECK (cuts >= 0),
    carried_in {cents} NOT NULL CHECK (carried_in >= 0),
    repaid {cents} NOT NULL CHECK (repaid >= 0),
    committed {cents} NOT NULL CHECK (committed >= 0),
    paid {cents} NOT NULL CHECK (paid >= 0),
    carried_out {cents} NOT NULL CHECK (carried_out >= 0),
    lapsed {cents} NOT NULL CHECK (lapsed >= 0),
    closed_at {instant},
    -- R26, for the last time.
    CONSTRAINT budget_year_is_not_overspent CHECK (
        appropriated + increases - cuts + carried_in + repaid - committed - paid - carried_out - lapsed >= 0)
){strict};

CREATE TABLE award (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    application_id {uuid} NOT NULL UNIQUE REFERENCES application (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    ballot_id {uuid} NOT NULL UNIQUE REFERENCES ballot (id),
    year INTEGER NOT NULL REFERENCES budget_year (year),
    amount {cents} NOT NULL CHECK (amount > 0),
    hardship {boolean} NOT NULL,
    released {cents} NOT NULL CHECK (released >= 0),
    paid {cents} NOT NULL CHECK (paid >= 0),
    repaid {cents} NOT NULL CHECK (repaid >= 0),
    term_start {date} NOT NULL,
    term_end {date} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('granted', 'notified', 'accepted', 'declined', 'revoked')),
    state_data {json} NOT NULL,
    -- Copied out of the state, to find who has not answered (R35).
    accept_by {date},
    overdue_told_at {instant},
    granted_at {instant} NOT NULL,
    CONSTRAINT award_is_not_overdrawn CHECK (released + paid <= amount)
){strict};
CREATE INDEX award_by_year ON award (year, id);
CREATE INDEX award_by_applicant ON award (applicant_id, id);
CREATE INDEX award_by_acceptance ON award (state, accept_by, id);

CREATE TABLE waiting_place (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    year INTEGER NOT NULL REFERENCES budget_year (year),
    position {count} NOT NULL CHECK (position >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('award', 'hardship-award')),
    amount {cents} NOT NULL CHECK (amount > 0),
    application_id {uuid} NOT NULL REFERENCES application (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    ballot_id {uuid} NOT NULL UNIQUE REFERENCES ballot (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'served', 'withdrawn', 'ended')),
    award_id {uuid} REFERENCES award (id),
    created_at {instant} NOT NULL,
    UNIQUE (year, position),
    CHECK ((award_id IS NOT NULL) = (state = 'served'))
){strict};
CREATE INDEX waiting_place_by_application ON waiting_place (application_id);

CREATE TABLE payout (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    award_id {uuid} NOT NULL REFERENCES award (id),
    applicant_id {uuid} NOT NULL REFERENCES applicant (id),
    instalment {count} NOT NULL CHECK (instalment >= 1),
    amount {cents} NOT NULL CHECK (amount > 0),
    purpose TEXT NOT NULL,
    needed_by {date} NOT NULL,
    attempt {count} NOT NULL CHECK (attempt >= 0),
    state TEXT NOT NULL CHECK (state IN ('requested', 'refused', 'certified', 'ordered', 'executed', 'returned')),
    state_data {json} NOT NULL,
    -- Copied out of the state: the account that it was certified to, and what the bank reports back with (R38).
    account_id {uuid} REFERENCES bank_account (id),
    end_to_end_id TEXT UNIQUE CHECK (length(end_to_end_id) <= 35),
    requested_at {instant} NOT NULL,
    UNIQUE (award_id, instalment)
){strict};
CREATE INDEX payout_by_state ON payout (state, id);

-- The journal (R27). Its sums are the balances of `budget_year` (R28).
CREATE TABLE journal_entry (
    id {uuid} PRIMARY KEY NOT NULL,
    year INTEGER NOT NULL REFERENCES budget_year (year),
    ordinal {count} NOT NULL CHECK (ordinal >= 1),
    movement TEXT NOT NULL CHECK (movement IN (
        'appropriation', 'increase', 'cut', 'carry-in', 'carry-in-commitment', 'repayment', 'commitment', 'release', 'payout',
        'payout-return', 'carry-out', 'carry-out-commitment', 'lapse')),
    amount {cents} NOT NULL CHECK (amount > 0),
    basis TEXT NOT NULL CHECK (basis IN ('resolution', 'award', 'year-end')),
    resolution TEXT,
    award_id {uuid} REFERENCES award (id),
    event_sequence {count} NOT NULL REFERENCES event (sequence),
    by_id {uuid} REFERENCES person (id),
    at {instant} NOT NULL,
    UNIQUE (year, ordinal),
    CHECK ((resolution IS NOT NULL) = (basis = 'resolution')),
    CHECK ((award_id IS NOT NULL) = (basis = 'award'))
){strict};
CREATE INDEX journal_entry_by_award ON journal_entry (award_id);
CREATE INDEX journal_entry_by_event ON journal_entry (event_sequence);
