ALTER TABLE motion
    DROP CONSTRAINT motion_kind_check,
    ADD CONSTRAINT motion_kind_check CHECK (kind IN ('award', 'hardship-award', 'reject', 'defer', 'exclude')),
    ADD COLUMN recusal_id UUID REFERENCES recusal (id),
    ADD CONSTRAINT motion_is_about_a_recusal CHECK ((recusal_id IS NOT NULL) = (kind = 'exclude'));
DROP INDEX motion_undecided;

ALTER TABLE ballot
    DROP CONSTRAINT ballot_motion_id_key,
    DROP CONSTRAINT ballot_state_check,
    ADD CONSTRAINT ballot_state_check CHECK (state IN ('open', 'closed', 'inquorate', 'objected')),
    ADD COLUMN application_id UUID REFERENCES application (id),
    ADD COLUMN form TEXT CHECK (form IN ('meeting', 'recorded', 'circular')),
    ADD COLUMN objections_until DATE,
    ADD COLUMN votes_until DATE,
    ADD COLUMN en_bloc JSONB,
    ADD COLUMN en_bloc_group UUID,
    ADD COLUMN agenda_item_id UUID,
    ADD COLUMN computation JSONB,
    ADD COLUMN reminded_at TIMESTAMPTZ;
UPDATE ballot SET
    application_id = (SELECT application_id FROM motion WHERE motion.id = ballot.motion_id),
    form = CASE WHEN recorded_tally IS NULL THEN 'meeting' ELSE 'recorded' END;
ALTER TABLE ballot
    ALTER COLUMN application_id SET NOT NULL,
    ALTER COLUMN form SET NOT NULL,
    ADD CHECK ((objections_until IS NOT NULL) = (form = 'circular')),
    ADD CHECK ((votes_until IS NOT NULL) = (form = 'circular')),
    ADD CHECK ((en_bloc IS NULL) = (en_bloc_group IS NULL));
