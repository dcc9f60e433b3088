package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/outbound"
	"superbook/kit/problem"
	"superbook/kit/webhook"
)

const (
	// oldSecretFor is how long a secret that was replaced signs as well.
	oldSecretFor = 24 * time.Hour
	// oldSecrets is how many of them sign at most, the newest.
	oldSecrets = 4
	// FailingFor and FailuresUntilOff bound how long a webhook is called in vain:
	// both have to be passed before it is switched off.
	FailingFor       = 72 * time.Hour
	FailuresUntilOff = 10
)

// RotateSecret gives a webhook of this member a new secret. The old one signs
// as well for 24 hours, as do those before it that still do: the receiver may not
// have heard of any newer one. Of two who do it at once, one does.
func RotateSecret(ctx context.Context, tx *gorm.DB, w Webhook) error {
	at := now()
	until, old := at.Add(oldSecretFor), w.Secrets(at)
	_, err := WebhooksIn(tx).By(w.UserID).Where("id = ? AND secret = ?", w.ID, w.Secret).Select("secret", "old_secret", "old_until").
		Updates(ctx, Webhook{Secret: webhook.NewSecret(), OldSecret: joinSecrets(old[:min(len(old), oldSecrets)]), OldUntil: &until})
	return wrap("rotate the secret of a webhook", err)
}

// joinSecrets writes several as one text: a secret has no spaces.
func joinSecrets(all []webhook.Secret) webhook.Secret {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = string(s)
	}
	return webhook.Secret(strings.Join(texts, " "))
}

// ForgetOldSecrets forgets the secrets that no longer sign.
func ForgetOldSecrets(ctx context.Context, tx *gorm.DB) (int, error) {
	n, err := WebhooksIn(tx).Where("old_until <= ?", now()).Select("old_secret", "old_until").Updates(ctx, Webhook{})
	return n, wrap("forget old secrets", err)
}

// SwitchWebhookOn has a webhook called again, with a clean slate. What staff has
// switched off only they switch on: it answers false to others.
func SwitchWebhookOn(ctx context.Context, tx *gorm.DB, by Viewer, id int64) (bool, error) {
	q := WebhooksIn(tx).Where("id = ? AND deleted_at IS NULL", id)
	if !by.Staff {
		q = q.Where("off_why <> ?", OffByStaff)
	}
	n, err := q.Select("off_at", "off_why", "failing_since", "failures").Updates(ctx, Webhook{})
	return n > 0, wrap("switch a webhook on", err)
}

// SwitchWebhookOff ends that a webhook is called; what waits to be delivered is
// held. It answers false when it was off already, or is gone. Staff's word stands
// above the others, so that their reason takes the place of an older one. What its
// address has answered says nothing of one that its owner has entered during the
// call.
func SwitchWebhookOff(ctx context.Context, tx *gorm.DB, w Webhook, why OffWhy) (bool, error) {
	at, id := now(), w.ID
	q := WebhooksIn(tx).Where("id = ? AND (off_at IS NULL OR off_why <> ? AND ? = ?)", id, OffByStaff, why, OffByStaff)
	if why == OffGone || why == OffFailing {
		q = q.Where("url = ?", w.URL)
	}
	n, err := q.Select("off_at", "off_why").Updates(ctx, Webhook{OffAt: &at, OffWhy: why})
	if err != nil || n == 0 {
		return false, wrap("switch a webhook off", err)
	}
	_, err = db.Rows[Delivery](tx).Where("webhook_id = ? AND state IN ?", id, openStates()).Select("state", "due_at").
		Updates(ctx, Delivery{State: DeliveryHeld})
	return true, wrap("hold deliveries", err)
}

// noteAnswer keeps what a webhook's health is judged by, unless it has another
// address by now or was switched off meanwhile. It answers true when it has failed
// for so long that it is to be switched off. Calls run side by side, so each counts
// up what stands there when it ends.
func (w Webhook) noteAnswer(ctx context.Context, tx *gorm.DB, good bool) (tooLong bool, err error) {
	const still = " WHERE id = ? AND url = ? AND off_at IS NULL"
	if good {
		err := tx.WithContext(ctx).Exec("UPDATE webhooks SET failing_since = NULL, failures = 0"+still+" AND failures > 0", w.ID, w.URL).Error
		return false, wrap("note how a webhook answers", err)
	}
	var health []Webhook
	err = tx.WithContext(ctx).Raw("UPDATE webhooks SET failures = failures + 1, failing_since = COALESCE(failing_since, ?)"+still+
		" RETURNING failures, failing_since", now(), w.ID, w.URL).Scan(&health).Error
	if err != nil || len(health) == 0 {
		return false, wrap("note how a webhook answers", err)
	}
	h := health[0]
	return h.Failures >= FailuresUntilOff && now().Sub(*h.FailingSince) >= FailingFor, nil
}

// WebhookFor finds the member's webhook with an address that a caller gave, or
// makes one that hears only of tasks which name it. Its error is a problem with
// words when they have as many as may be, or that one is off.
func WebhookFor(ctx context.Context, tx *gorm.DB, user int64, url string) (Webhook, error) {
	all, err := webhooksEver(ctx, tx, user)
	if err != nil {
		return Webhook{}, err
	}
	for _, w := range all {
		if outbound.Key(w.URL) != outbound.Key(url) {
			continue
		}
		switch {
		case w.Banned():
			return w, refuseCallback(WordsBanned)
		case !w.On():
			return w, refuseCallback("The webhook with that address is switched off. Switch it on under “Webhooks”, then try again.")
		}
		return w, nil
	}
	return webhookNamed(ctx, tx, user, url)
}

func webhookNamed(ctx context.Context, tx *gorm.DB, user int64, url string) (Webhook, error) {
	w := Webhook{UserID: user, URL: url, Description: "Named by a request"}
	err := CreateWebhook(ctx, tx, &w)
	switch {
	case errors.Is(err, ErrTooManyWebhooks):
		err = refuseCallback("You have as many webhooks as there may be. Delete one under “Webhooks”, or use the address of another.")
	case errors.Is(err, ErrSameWebhook): // two requests at once, and this is the second
		err = refuseCallback("That address was added a moment ago. Try again.")
	}
	return w, err
}

// WordsBanned tells a member why an address of theirs is refused.
const WordsBanned = "Our staff have switched off the webhook with that address. Ask them why, or use another address."

// refuseCallback stands beside the field of a form, or alone.
func refuseCallback(words string) error {
	p := problem.Refused(map[string]string{"callback_url": words})
	p.Detail = words
	return p
}
