-- Briefings: news of the work with the partner cities, who has read them, and how often people get a digest.

CREATE TABLE briefing (
    id {uuid} PRIMARY KEY NOT NULL,
    version {count} NOT NULL CHECK (version >= 1),
    -- Its place in the list: the day that it tells of, then the order in which the day's briefings were posted.
    position {count} NOT NULL UNIQUE,
    told_on {date} NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('delegation', 'staff-exchange', 'event', 'agreement', 'other')),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The number of the council paper.
    paper TEXT,
    state TEXT NOT NULL CHECK (state IN ('posted', 'withdrawn')),
    state_data {json} NOT NULL,
    -- The codes of its cities, in their order; `briefing_city` has them for the lists.
    cities {json} NOT NULL,
    posted_by {uuid} NOT NULL REFERENCES person (id),
    posted_at {instant} NOT NULL
){strict};
CREATE INDEX briefing_by_posting ON briefing (posted_at, id);

CREATE TABLE briefing_city (
    briefing_id {uuid} NOT NULL REFERENCES briefing (id),
    city TEXT NOT NULL,
    PRIMARY KEY (briefing_id, city)
){strict};
CREATE INDEX briefing_city_by_city ON briefing_city (city, briefing_id);

CREATE TABLE briefing_read (
    person_id {uuid} NOT NULL REFERENCES person (id),
    briefing_id {uuid} NOT NULL REFERENCES briefing (id),
    read_at {instant} NOT NULL,
    PRIMARY KEY (person_id, briefing_id)
){strict};

CREATE TABLE digest_subscription (
    person_id {uuid} PRIMARY KEY NOT NULL REFERENCES person (id),
    version {count} NOT NULL CHECK (version >= 1),
    frequency TEXT NOT NULL CHECK (frequency IN ('at-once', 'weekly', 'monthly', 'never')),
    -- News up to then have been told, or are not to be told any more.
    told_until {instant} NOT NULL
){strict};
