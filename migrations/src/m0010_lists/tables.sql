-- The cities of each application with its state, for lists and counts by city. Copied out of the form by triggers, so that they are never
-- another than the form's.
CREATE TABLE application_city (
    application_id {uuid} NOT NULL REFERENCES application (id),
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (application_id, city)
){strict};
CREATE INDEX application_city_by_city ON application_city (city, application_id);
CREATE INDEX application_city_by_state ON application_city (city, state, application_id);

-- Of one round by state: what a round has doesn't grow with the years.
CREATE INDEX application_by_round_and_state ON application (round_id, state, id);

-- The motions that wait for a vote, beside all that were decided.
CREATE INDEX motion_by_state ON motion (state, id);

-- The meetings of today and those ahead, beside all that are over.
CREATE INDEX meeting_by_state ON meeting (state, id);
