-- +goose Up
-- A file that comes in pieces, until a form takes it. How much of it has come,
-- the size of its partial file says. What a form made of it stands here until it
-- expires, for who did not hear the answer and sends the form again.
CREATE TABLE uploads (
    id         {{key}} PRIMARY KEY,
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at {{time}} NOT NULL,
    expires_at {{time}} NOT NULL,
    size       {{int}} NOT NULL,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    -- As it came: a client may ask for it again, with what we do not use.
    metadata   TEXT NOT NULL,
    photo_id      {{int}} REFERENCES photos (id) ON DELETE CASCADE,
    attachment_id {{int}} REFERENCES attachments (id) ON DELETE CASCADE
);
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_expires ON uploads (expires_at);
CREATE INDEX uploads_photo ON uploads (photo_id) WHERE photo_id IS NOT NULL;
CREATE INDEX uploads_attachment ON uploads (attachment_id) WHERE attachment_id IS NOT NULL;

-- +goose Down
DROP TABLE uploads;
