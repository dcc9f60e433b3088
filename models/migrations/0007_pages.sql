-- +goose Up
ALTER TABLE users ADD COLUMN vip {{bool}} NOT NULL DEFAULT FALSE;

CREATE TABLE subscribers (
    id           {{id}},
    email        TEXT NOT NULL,
    email_key    {{key}} NOT NULL UNIQUE,
    asked_at     {{time}} NOT NULL,
    confirmed_at {{time}}
);
CREATE INDEX subscribers_unconfirmed ON subscribers (asked_at) WHERE confirmed_at IS NULL;

CREATE TABLE important_dates (
    id           {{id}},
    user_id      {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    day          {{key}} NOT NULL,
    yearly       {{bool}} NOT NULL,
    note         TEXT NOT NULL,
    remind_days  {{int}},
    remind_on    {{key}} NOT NULL,
    reminded_for {{key}} NOT NULL,
    -- In this order it also serves the list, and finds a form that was sent twice.
    UNIQUE (user_id, day, name)
);
CREATE INDEX important_dates_due ON important_dates (remind_on) WHERE remind_on <> '';

-- +goose Down
DROP TABLE important_dates;
DROP TABLE subscribers;
ALTER TABLE users DROP COLUMN vip;
