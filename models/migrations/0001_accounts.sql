-- +goose Up
CREATE TABLE users (
    id            {{id}},
    created_at    {{time}} NOT NULL,
    username      TEXT NOT NULL,
    username_key  {{key}} NOT NULL UNIQUE,
    email         TEXT NOT NULL,
    email_key     {{key}} NOT NULL,
    password_hash TEXT NOT NULL,
    staff         {{bool}} NOT NULL DEFAULT FALSE
);
-- Not unique: a hero and their secret identity may share a letter box.
CREATE INDEX users_email_key ON users (email_key);

CREATE TABLE sessions (
    token      {{key}} PRIMARY KEY,
    data       {{bytes}} NOT NULL,
    expires_at {{time}} NOT NULL
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- +goose Down
DROP TABLE sessions;
DROP TABLE users;
