-- +goose Up
-- Heroes are verified in this order, those who were asked about longest ago first.
CREATE INDEX profiles_verified ON profiles (kind, verified_at, user_id);
-- Digests are planned by subscriber, and forgotten by week.
CREATE INDEX digests_week ON digests (week, subscriber_id);

-- +goose Down
DROP INDEX digests_week;
DROP INDEX profiles_verified;
