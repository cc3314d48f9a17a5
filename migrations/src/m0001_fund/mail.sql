-- E-mail that is to be sent, was sent, or could not be sent.

CREATE TABLE outbox_message (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    dedup_key TEXT NOT NULL UNIQUE,
    recipient_id {uuid} NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    notice {json} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),
    state_data {json} NOT NULL,
    -- Copied out of the state: not to be sent before.
    due {instant},
    -- Until then a worker has it; after that it can be claimed again.
    lease_until {instant},
    attempts {count} NOT NULL CHECK (attempts >= 0),
    created_at {instant} NOT NULL,
    CHECK ((due IS NOT NULL) = (state = 'pending'))
){strict};
CREATE INDEX outbox_message_by_due ON outbox_message (state, due, id);
CREATE INDEX outbox_message_by_state ON outbox_message (state, id);
