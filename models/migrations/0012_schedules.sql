-- +goose Up
-- What runs by the clock. Staff edit it while the site runs: each process reads
-- what is due from here, and takes it by moving next_at.
CREATE TABLE schedules (
    id          {{id}},
    created_at  {{time}} NOT NULL,
    -- Of any change, by people or by a run.
    updated_at  {{time}} NOT NULL,
    updated_by  {{int}} REFERENCES users (id) ON DELETE SET NULL,
    -- Grows with every edit, and not with runs.
    version     {{int}} NOT NULL,
    name        TEXT NOT NULL,
    name_key    {{key}} NOT NULL UNIQUE,
    -- Which of the house's own it is. Null for those that staff made.
    builtin     {{key}} UNIQUE,
    kind        {{key}} NOT NULL,
    args        TEXT NOT NULL,
    spec        TEXT NOT NULL,
    zone        TEXT NOT NULL,
    missed      {{key}} NOT NULL,
    paused      {{bool}} NOT NULL,
    -- Null while it is paused, or when it never comes again.
    next_at     {{time}},
    -- The last run: when it was started, and what became of it.
    last_at     {{time}},
    last_job_id {{int}},
    last_state  {{key}} NOT NULL,
    last_words  TEXT NOT NULL
);
CREATE INDEX schedules_next ON schedules (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX schedules_job ON schedules (last_job_id) WHERE last_job_id IS NOT NULL;
CREATE INDEX schedules_editor ON schedules (updated_by) WHERE updated_by IS NOT NULL;

-- Who changed what, in words. It stays when the schedule or the member goes.
CREATE TABLE schedule_changes (
    id          {{id}},
    created_at  {{time}} NOT NULL,
    schedule_id {{int}} REFERENCES schedules (id) ON DELETE SET NULL,
    name        TEXT NOT NULL,
    -- Null when the site itself did it.
    user_id     {{int}} REFERENCES users (id) ON DELETE SET NULL,
    action      {{key}} NOT NULL,
    what        TEXT NOT NULL,
    old         TEXT NOT NULL,
    new         TEXT NOT NULL
);
CREATE INDEX schedule_changes_schedule ON schedule_changes (schedule_id, id) WHERE schedule_id IS NOT NULL;
CREATE INDEX schedule_changes_user ON schedule_changes (user_id) WHERE user_id IS NOT NULL;

-- Who gets the digest of a week, and when it went out: once each.
CREATE TABLE digests (
    subscriber_id {{int}} NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    -- The week that it tells of, as ISO 8601 counts: 2026-W47.
    week          {{key}} NOT NULL,
    created_at    {{time}} NOT NULL,
    sent_at       {{time}},
    PRIMARY KEY (subscriber_id, week)
) {{clustered}};

-- What the registry of heroes said last, for when it is late, and when.
ALTER TABLE profiles ADD COLUMN verdict {{key}} NOT NULL DEFAULT '';
ALTER TABLE profiles ADD COLUMN verified_at {{time}} NOT NULL DEFAULT '2000-01-01 00:00:00+00:00';

-- +goose Down
ALTER TABLE profiles DROP COLUMN verified_at;
ALTER TABLE profiles DROP COLUMN verdict;
DROP TABLE digests;
DROP TABLE schedule_changes;
DROP TABLE schedules;
