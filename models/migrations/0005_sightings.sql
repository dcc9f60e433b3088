-- +goose Up
CREATE TABLE locations (
    id        {{id}},
    name      TEXT NOT NULL,
    slug      {{key}} NOT NULL,
    -- ISO 3166-1 alpha-2; XZ is the sea that belongs to nobody.
    country   {{key}} NOT NULL,
    latitude  {{real}} NOT NULL,
    longitude {{real}} NOT NULL,
    UNIQUE (country, slug)
);

CREATE TABLE sightings (
    id          {{id}},
    created_at  {{time}} NOT NULL,
    user_id     {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hero_id     {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    power_id    {{int}} REFERENCES powers (id),
    location_id {{int}} NOT NULL REFERENCES locations (id),
    seen_at     {{time}} NOT NULL,
    -- The hour of seen_at, as 2006-01-02T15. Its beginning is the month of the archive.
    hour        {{key}} NOT NULL,
    note        TEXT NOT NULL
);
-- COALESCE, because one NULL is never the same as another.
CREATE UNIQUE INDEX sightings_same ON sightings (hero_id, location_id, hour, COALESCE(power_id, 0));
CREATE INDEX sightings_seen ON sightings (seen_at, id);
CREATE INDEX sightings_hero ON sightings (hero_id, seen_at, id);
CREATE INDEX sightings_location ON sightings (location_id, seen_at, id);
CREATE INDEX sightings_user ON sightings (user_id, id);
CREATE INDEX sightings_month ON sightings (substr(hour, 1, 7));

-- +goose Down
DROP TABLE sightings;
DROP TABLE locations;
