-- +goose Up
CREATE TABLE photos (
    id           {{id}},
    created_at   {{time}} NOT NULL,
    updated_at   {{time}} NOT NULL,
    user_id      {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    folder       {{key}} NOT NULL UNIQUE,
    sha256       {{key}} NOT NULL,
    format       TEXT NOT NULL,
    width        {{int}} NOT NULL,
    height       {{int}} NOT NULL,
    alt          TEXT NOT NULL,
    state        TEXT NOT NULL,
    progress     {{int}} NOT NULL,
    failure      TEXT NOT NULL,
    version      TEXT NOT NULL,
    placeholder  TEXT NOT NULL,
    attached     {{bool}} NOT NULL DEFAULT FALSE
);
-- Posts may show the same picture again.
CREATE UNIQUE INDEX photos_same ON photos (user_id, sha256) WHERE NOT attached;
CREATE INDEX photos_user ON photos (user_id, id) WHERE NOT attached;
CREATE INDEX photos_updated ON photos (updated_at);
CREATE INDEX photos_unfinished ON photos (updated_at) WHERE state IN ('queued', 'processing');

-- +goose Down
DROP TABLE photos;
