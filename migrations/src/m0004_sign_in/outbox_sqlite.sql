CREATE TABLE outbox_message_before AS SELECT * FROM outbox_message;
DROP TABLE outbox_message;
CREATE TABLE outbox_message (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    dedup_key TEXT NOT NULL UNIQUE,
    -- NULL: the address of the sign-in request that the notice names.
    recipient_id {uuid} REFERENCES person (id),
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
INSERT INTO outbox_message
    (id, version, dedup_key, recipient_id, kind, notice, state, state_data, due, lease_until, attempts, created_at)
SELECT id, version, dedup_key, recipient_id, kind, notice, state, state_data, due, lease_until, attempts, created_at
FROM outbox_message_before;
DROP TABLE outbox_message_before;
CREATE INDEX outbox_message_by_due ON outbox_message (state, due, id);
CREATE INDEX outbox_message_by_state ON outbox_message (state, id);
