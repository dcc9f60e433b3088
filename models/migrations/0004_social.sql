-- +goose Up
-- Numbers grow with time: a list that is newest first goes by them.
CREATE TABLE posts (
    id           {{id}},
    created_at   {{time}} NOT NULL,
    edited_at    {{time}},
    user_id      {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    recipient_id {{int}} REFERENCES users (id) ON DELETE CASCADE,
    -- No foreign key: a share outlives what it shares, and says so.
    shared_id    {{int}},
    text         TEXT NOT NULL,
    mentions     TEXT NOT NULL,
    likes        {{int}} NOT NULL DEFAULT 0,
    comments     {{int}} NOT NULL DEFAULT 0,
    shares       {{int}} NOT NULL DEFAULT 0
);
CREATE INDEX posts_public ON posts (id) WHERE recipient_id IS NULL;
CREATE INDEX posts_public_by ON posts (user_id, id) WHERE recipient_id IS NULL;
CREATE INDEX posts_by ON posts (user_id, id);
CREATE INDEX posts_to ON posts (recipient_id, id) WHERE recipient_id IS NOT NULL;

-- A file that came with a post, or, without one, that still waits for its post.
CREATE TABLE attachments (
    id         {{id}},
    created_at {{time}} NOT NULL,
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    post_id    {{int}} REFERENCES posts (id) ON DELETE CASCADE,
    place      {{int}} NOT NULL,
    folder     {{key}} NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL,
    size       {{int}} NOT NULL,
    kind       TEXT NOT NULL,
    photo_id   {{int}} REFERENCES photos (id) ON DELETE SET NULL
);
CREATE INDEX attachments_post ON attachments (post_id, place);
CREATE INDEX attachments_user ON attachments (user_id);
CREATE INDEX attachments_photo ON attachments (photo_id);
CREATE INDEX attachments_pending ON attachments (created_at) WHERE post_id IS NULL;

CREATE TABLE comments (
    id         {{id}},
    created_at {{time}} NOT NULL,
    post_id    {{int}} NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    text       TEXT NOT NULL,
    mentions   TEXT NOT NULL
);
CREATE INDEX comments_post ON comments (post_id, id);
CREATE INDEX comments_user ON comments (user_id);

CREATE TABLE likes (
    post_id    {{int}} NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at {{time}} NOT NULL,
    PRIMARY KEY (post_id, user_id)
);
CREATE INDEX likes_user ON likes (user_id);

CREATE TABLE follows (
    id          {{id}},
    created_at  {{time}} NOT NULL,
    follower_id {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    followee_id {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    UNIQUE (follower_id, followee_id)
);
CREATE INDEX follows_follower ON follows (follower_id, id);
CREATE INDEX follows_followee ON follows (followee_id, id);

-- One row for each direction, so that one look tells whether two members see
-- each other, whoever it was that blocked the other.
CREATE TABLE blocks (
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    other_id   {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at {{time}} NOT NULL,
    mine       {{bool}} NOT NULL,
    PRIMARY KEY (user_id, other_id)
);
CREATE INDEX blocks_other ON blocks (other_id);

CREATE TABLE notifications (
    id         {{id}},
    created_at {{time}} NOT NULL,
    user_id    {{int}} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    actor_id   {{int}} REFERENCES users (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    post_id    {{int}} REFERENCES posts (id) ON DELETE CASCADE,
    comment_id {{int}} REFERENCES comments (id) ON DELETE CASCADE,
    photo_id   {{int}} REFERENCES photos (id) ON DELETE CASCADE,
    -- What it tells of: telling twice of the same is refused.
    about      {{key}} NOT NULL,
    seen       {{bool}} NOT NULL DEFAULT FALSE,
    UNIQUE (user_id, about)
);
CREATE INDEX notifications_user ON notifications (user_id, id);
CREATE INDEX notifications_unseen ON notifications (user_id) WHERE NOT seen;
CREATE INDEX notifications_actor ON notifications (actor_id);
CREATE INDEX notifications_post ON notifications (post_id);
CREATE INDEX notifications_comment ON notifications (comment_id);
CREATE INDEX notifications_photo ON notifications (photo_id);

CREATE TABLE presences (
    user_id {{int}} PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seen_at {{time}} NOT NULL
);
CREATE INDEX presences_seen ON presences (seen_at);

-- Kept in step with the rows they count: public posts, followers, whom one follows.
ALTER TABLE profiles ADD COLUMN posts {{int}} NOT NULL DEFAULT 0;
ALTER TABLE profiles ADD COLUMN followers {{int}} NOT NULL DEFAULT 0;
ALTER TABLE profiles ADD COLUMN following {{int}} NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE profiles DROP COLUMN following;
ALTER TABLE profiles DROP COLUMN followers;
ALTER TABLE profiles DROP COLUMN posts;
DROP TABLE presences;
DROP TABLE notifications;
DROP TABLE blocks;
DROP TABLE follows;
DROP TABLE likes;
DROP TABLE comments;
DROP TABLE attachments;
DROP TABLE posts;
