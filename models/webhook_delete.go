package models

import (
	"context"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/outbound"
)

// DeleteWebhook forgets a webhook of this member with all that was sent to it,
// and what tells of it. Of one that staff has switched off the address stays, out
// of its owner's sight. To delete what is gone already is no error. Lock order:
// the tasks before the webhook, as by who ends one and tells of it.
func DeleteWebhook(ctx context.Context, tx *gorm.DB, user, id int64) error {
	if _, err := db.Rows[Task](tx).Where("user_id = ? AND webhook_id = ?", user, id).Update(ctx, "webhook_id", nil); err != nil {
		return wrap("forget the webhook of tasks", err)
	}
	n, err := WebhooksIn(tx).By(user).Where("id = ? AND NOT (off_at IS NOT NULL AND off_why = ?)", id, OffByStaff).Delete(ctx)
	if err == nil && n == 0 {
		n, err = hideWebhook(ctx, tx, user, id)
	}
	if err != nil || n == 0 {
		return wrap("delete webhook", err)
	}
	_, err = db.Rows[Notification](tx).Where("user_id = ? AND webhook_id = ?", user, id).Delete(ctx)
	return wrap("forget what tells of a webhook", err)
}

// hideWebhook keeps of a webhook only whose it was and where it led.
func hideWebhook(ctx context.Context, tx *gorm.DB, user, id int64) (int, error) {
	at := now()
	n, err := WebhooksIn(tx).By(user).Where("id = ?", id).Select("deleted_at", "secret", "old_secret", "old_until", "description", "every").
		Updates(ctx, Webhook{DeletedAt: &at})
	if err != nil || n == 0 {
		return 0, err
	}
	_, err = DeliveriesIn(tx).To(id).Delete(ctx)
	return n, err
}

// FreeAddress forgets a webhook that its owner has deleted, so that the address
// may be used again.
func FreeAddress(ctx context.Context, tx *gorm.DB, id int64) error {
	_, err := WebhooksIn(tx).Where("id = ? AND deleted_at IS NOT NULL", id).Delete(ctx)
	return wrap("free an address", err)
}

// webhooksEver are all webhooks of a member, those too that only staff still see.
// Their addresses are compared here: there are few, and SQL knows nothing of URLs.
func webhooksEver(ctx context.Context, tx *gorm.DB, user int64) ([]Webhook, error) {
	all, err := WebhooksIn(tx).Where("user_id = ?", user).Order("id").Find(ctx)
	return all, wrap("list webhooks", err)
}

// mayHave judges the address that a webhook is to have. One that staff has
// switched off keeps its own, or what they meant would be left behind.
func mayHave(all []Webhook, w Webhook) error {
	for _, old := range all {
		same := outbound.Key(old.URL) == outbound.Key(w.URL)
		switch {
		case old.Banned() && same != (old.ID == w.ID):
			return ErrWebhookBanned
		case same && old.ID != w.ID:
			return ErrSameWebhook
		}
	}
	return nil
}

func deleted(all []Webhook) (n int) {
	for _, w := range all {
		if w.DeletedAt != nil {
			n++
		}
	}
	return n
}
