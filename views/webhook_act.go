package views

import (
	"context"

	"superbook/models"
)

// WebhookAct is what one of those who may look at a webhook can do with it. It is
// also pushed, once for each of them.
type WebhookAct struct {
	Webhook models.Webhook
	Held    bool // something was not sent while it was off
	Mine    bool // the one who looks is its owner
	Staff   bool // and may be staff as well
}

// For tells apart those who look.
func (a WebhookAct) For() string {
	switch {
	case a.Mine && a.Staff:
		return "own-staff"
	case a.Staff:
		return "staff"
	}
	return "owner"
}

// MaySwitch says whether the one who looks may switch it on: what staff has
// switched off stays off for its owner.
func (a WebhookAct) MaySwitch() bool { return a.Staff || !a.Webhook.Banned() }

// MayHold says whether staff may still see to it that it stays off.
func (a WebhookAct) MayHold() bool {
	return a.Staff && !a.Mine && !a.Webhook.On() && !a.Webhook.Banned()
}

// held says whether something waits that can be sent now that it is on again.
func (v *Views) held(ctx context.Context, w models.Webhook) (bool, error) {
	if !w.On() {
		return false, nil
	}
	held, err := models.DeliveriesIn(v.DB.Read).To(w.ID).Held().Newest(ctx, 1)
	return len(held) > 0, err
}
