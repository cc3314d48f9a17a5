-- One undecided motion on an application, besides one on a disputed recusal.
CREATE UNIQUE INDEX motion_undecided ON motion (application_id) WHERE state IN ('pending', 'balloting') AND recusal_id IS NULL;
-- A motion is voted on once at a time; after an objection or without a quorum, once more.
CREATE UNIQUE INDEX ballot_open_on_motion ON ballot (motion_id) WHERE state = 'open';
CREATE INDEX ballot_by_motion ON ballot (motion_id, id);
CREATE INDEX ballot_by_application ON ballot (application_id, id);
CREATE INDEX ballot_by_deadline ON ballot (state, votes_until, id);
CREATE INDEX ballot_by_group ON ballot (en_bloc_group, id);
