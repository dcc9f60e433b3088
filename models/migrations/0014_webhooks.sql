-- +goose Up
-- An address that is called when a task has ended.
CREATE TABLE webhooks (
    id            {{id}},
    user_id       {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at    {{time}} NOT NULL,
    url           {{key}} NOT NULL,
    description   TEXT NOT NULL,
    -- Hears of every task of its owner; otherwise of those that name it.
    every         {{bool}} NOT NULL,
    secret        TEXT NOT NULL,
    -- Signs as well, until then: so that a receiver has time to change.
    old_secret    TEXT NOT NULL,
    old_until     {{time}},
    off_at        {{time}},
    off_why       {{key}} NOT NULL,
    -- Since the last call that was answered well: when the first one failed, and how many.
    failing_since {{time}},
    failures      {{int}} NOT NULL
);
CREATE UNIQUE INDEX webhooks_user_url ON webhooks (user_id, url);
CREATE INDEX webhooks_trouble ON webhooks (id) WHERE failing_since IS NOT NULL OR off_at IS NOT NULL;

-- One message to one webhook. Its number outside is the same for each attempt.
CREATE TABLE deliveries (
    id          {{id}},
    webhook_id  {{int}} NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    task_id     {{int}},
    -- Of the task at that end: staff may have it run once more, and end again.
    task_version {{int}} NOT NULL DEFAULT 0,
    message_id  {{key}} NOT NULL UNIQUE,
    type        {{key}} NOT NULL,
    payload     TEXT NOT NULL,
    state       {{key}} NOT NULL,
    -- How often it was put in the queue: an older job of it does nothing.
    run         {{int}} NOT NULL,
    attempts    {{int}} NOT NULL,
    created_at  {{time}} NOT NULL,
    due_at      {{time}},
    finished_at {{time}}
);
CREATE INDEX deliveries_webhook ON deliveries (webhook_id, id);
-- Each webhook is told once of each end of a task.
CREATE UNIQUE INDEX deliveries_task ON deliveries (webhook_id, task_id, task_version) WHERE task_id IS NOT NULL;
CREATE INDEX deliveries_created ON deliveries (created_at);
CREATE INDEX deliveries_open ON deliveries (id, state) WHERE state <> 'delivered';
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state IN ('waiting', 'retrying');
CREATE INDEX deliveries_held ON deliveries (webhook_id, id) WHERE state = 'held';

CREATE TABLE delivery_attempts (
    id          {{id}},
    delivery_id {{int}} NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    number      {{int}} NOT NULL,
    created_at  {{time}} NOT NULL,
    -- Lines as they were sent. The signature may be shown; the secret is not in them.
    request     TEXT NOT NULL,
    status      {{int}} NOT NULL,
    response    TEXT NOT NULL,
    body        TEXT NOT NULL,
    micros      {{int}} NOT NULL,
    failure     TEXT NOT NULL
);
CREATE UNIQUE INDEX delivery_attempts_delivery ON delivery_attempts (delivery_id, number);

ALTER TABLE notifications ADD COLUMN webhook_id {{int}};

-- +goose Down
ALTER TABLE notifications DROP COLUMN webhook_id;
DROP TABLE delivery_attempts;
DROP TABLE deliveries;
DROP TABLE webhooks;
