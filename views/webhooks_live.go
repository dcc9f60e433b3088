package views

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"superbook/models"
)

// mayFollowWebhook lets its owner and staff follow a webhook.
func (v *Views) mayFollowWebhook(ctx context.Context, who models.Viewer, id int64) error {
	_, err := models.WebhooksIn(v.DB.Read).VisibleTo(who).Get(ctx, id)
	return err
}

// mayFollowDelivery lets follow it who may follow its webhook.
func (v *Views) mayFollowDelivery(ctx context.Context, who models.Viewer, id int64) error {
	sent, err := models.DeliveriesIn(v.DB.Read).Get(ctx, id)
	if err != nil {
		return err
	}
	return v.mayFollowWebhook(ctx, who, sent.WebhookID)
}

// lookAtWebhook shows each of those who may look their own buttons: a page has the
// part for one of them, and leaves the others alone.
func (v *Views) lookAtWebhook(ctx context.Context, to *board, id int64) error {
	w, err := models.WebhooksIn(v.DB.Read).Get(ctx, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil // deleted while somebody looks at it: the page stays as it is
	} else if err != nil {
		return err
	}
	sent, err := v.webhookSent(ctx, id, 0)
	if err != nil {
		return err
	}
	held, err := v.held(ctx, w)
	if err != nil {
		return err
	}
	to.send("webhook_now", "", w)
	to.send("webhook_sent", "", sent)
	for _, act := range []WebhookAct{{w, held, true, false}, {w, held, false, true}, {w, held, true, true}} {
		to.send("webhook_act", act.For(), act)
	}
	return nil
}

func (v *Views) lookAtDelivery(ctx context.Context, to *board, id int64) error {
	m, ok, err := models.OutgoingOf(ctx, v.DB.Read, id)
	if err != nil || !ok {
		return err
	}
	now, err := v.deliveryNow(ctx, m.To, m.Delivery)
	if err != nil {
		return err
	}
	to.send("delivery_now", "", now)
	to.send("delivery_attempts", "", now)
	return nil
}

func (v *Views) lookAtWebhooks(ctx context.Context, to *board, _ int64) error {
	b, err := v.webhookBoard(ctx)
	if err != nil {
		return err
	}
	to.send("webhooks_counts", "", b.Counts)
	to.send("webhooks_undelivered", "", b.Undelivered)
	for _, g := range b.Groups {
		to.send("webhook_group", string(g.Health), g)
	}
	return nil
}
