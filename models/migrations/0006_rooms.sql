-- +goose Up
CREATE TABLE rooms (
    id              {{id}},
    created_at      {{time}} NOT NULL,
    user_id         {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    topic           TEXT NOT NULL,
    private         {{bool}} NOT NULL,
    -- "3:17" for a conversation between two members, the smaller number first.
    direct          {{key}} UNIQUE,
    last_message_id {{int}} NOT NULL
);
CREATE INDEX rooms_user ON rooms (user_id);
CREATE INDEX rooms_open ON rooms (private, last_message_id);

CREATE TABLE room_members (
    room_id   {{int}} NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id   {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    joined_at {{time}} NOT NULL,
    read_id   {{int}} NOT NULL,
    PRIMARY KEY (room_id, user_id)
);
CREATE INDEX room_members_user ON room_members (user_id, room_id);

CREATE TABLE messages (
    id         {{id}},
    room_id    {{int}} NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at {{time}} NOT NULL,
    text       TEXT NOT NULL,
    nonce      {{key}} NOT NULL
);
CREATE INDEX messages_room ON messages (room_id, id);
CREATE UNIQUE INDEX messages_nonce ON messages (room_id, user_id, nonce);
CREATE INDEX messages_user ON messages (user_id);

-- +goose Down
DROP TABLE messages;
DROP TABLE room_members;
DROP TABLE rooms;
