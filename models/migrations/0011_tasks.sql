-- +goose Up
-- A run of work that its owner can follow. The queue keeps its own row, the job,
-- and forgets it sooner; what is here changes in the same transactions.
CREATE TABLE tasks (
    id          {{id}},
    user_id     {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- On SQLite a number is given out again once the queue has forgotten the job;
    -- the newest task is meant.
    job_id      {{int}} NOT NULL,
    kind        {{key}} NOT NULL,
    -- What it works on, as its kind counts: the number of a photo.
    subject_id  {{int}} NOT NULL,
    state       {{key}} NOT NULL,
    progress    {{int}} NOT NULL,
    attempts    {{int}} NOT NULL,
    -- How often the row has changed: what somebody holds of it is of this age.
    version     {{int}} NOT NULL,
    -- When the next attempt begins, as far as that is known.
    due_at      {{time}},
    failure     TEXT NOT NULL,
    created_at  {{time}} NOT NULL,
    updated_at  {{time}} NOT NULL,
    finished_at {{time}},
    webhook_id  {{int}}
);
CREATE INDEX tasks_job ON tasks (job_id);
CREATE INDEX tasks_user ON tasks (user_id, id);
CREATE INDEX tasks_subject ON tasks (kind, subject_id);
CREATE INDEX tasks_open ON tasks (updated_at) WHERE finished_at IS NULL;
CREATE INDEX tasks_finished ON tasks (finished_at) WHERE finished_at IS NOT NULL;

-- +goose Down
DROP TABLE tasks;
