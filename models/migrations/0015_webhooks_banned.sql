-- +goose Up
-- Its owner has deleted it while it was switched off by staff: the row stays, so
-- that the same address is refused until staff switch it on.
ALTER TABLE webhooks ADD COLUMN deleted_at {{time}};
CREATE INDEX webhooks_old_secret ON webhooks (old_until) WHERE old_until IS NOT NULL;

-- +goose Down
DROP INDEX webhooks_old_secret;
-- Without the mark it would show again, and be its owner's.
DELETE FROM webhooks WHERE deleted_at IS NOT NULL;
ALTER TABLE webhooks DROP COLUMN deleted_at;
