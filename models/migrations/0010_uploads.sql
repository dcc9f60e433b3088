-- +goose Up
-- A file that comes in pieces, until a form takes it. How much of it has come,
-- the size of its partial file says.
CREATE TABLE uploads (
    id         {{key}} PRIMARY KEY,
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at {{time}} NOT NULL,
    expires_at {{time}} NOT NULL,
    size       {{int}} NOT NULL,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    -- As it came: a client may ask for it again, with what we do not use.
    metadata   TEXT NOT NULL
);
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_expires ON uploads (expires_at);

-- +goose Down
DROP TABLE uploads;
