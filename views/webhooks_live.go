package views

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"superbook/kit/async"
	"superbook/models"
	"superbook/tasks"
)

// webhooksEvery is how often open pages are told how webhooks do. However many
// calls are made meanwhile, it is one look at each that somebody follows.
const webhooksEvery = time.Second

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

// PublishWebhooks pushes what has changed of webhooks and deliveries to the pages
// open in this process, until ctx ends. It asks nothing about what nobody looks at,
// and it does not matter which process makes the calls.
func (v *Views) PublishWebhooks(ctx context.Context) {
	tick := time.NewTicker(webhooksEvery)
	defer tick.Stop()
	shown := map[string]map[string]bool{} // of each topic, the parts as they were sent last
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, v.publishWebhooks(ctx, shown) })
		if err != nil && ctx.Err() == nil {
			v.Log.WarnContext(ctx, "how webhooks do is not shown", "error", err)
		}
	}
}

func (v *Views) publishWebhooks(ctx context.Context, shown map[string]map[string]bool) (failed error) {
	followed := slices.Concat(v.Live.Followed("webhook:"), v.Live.Followed("delivery:"), v.Live.Followed(tasks.WebhooksTopic))
	maps.DeleteFunc(shown, func(topic string, _ map[string]bool) bool { return !slices.Contains(followed, topic) })
	for _, topic := range followed {
		parts, err := v.webhookParts(ctx, topic)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			continue // deleted meanwhile
		}
		if failed = errors.Join(failed, err); err == nil {
			failed = errors.Join(failed, v.pushParts(topic, parts, shown))
		}
	}
	return failed
}

// part is what a partial shows.
type part struct {
	partial string
	data    any
}

// webhookParts are the parts of the page that a topic is for, as they are now.
func (v *Views) webhookParts(ctx context.Context, topic string) ([]part, error) {
	kind, id, _ := numbered(topic)
	switch kind {
	case "webhook":
		w, err := models.WebhooksIn(v.DB.Read).Get(ctx, id)
		if err != nil {
			return nil, err
		}
		sent, err := v.webhookSent(ctx, id, 0)
		return []part{{"webhook_now", w}, {"webhook_sent", sent}}, err
	case "delivery":
		m, ok, err := models.OutgoingOf(ctx, v.DB.Read, id)
		if err != nil || !ok {
			return nil, err
		}
		now, err := v.deliveryNow(ctx, m.To, m.Delivery)
		return []part{{"delivery_now", now}, {"delivery_attempts", now}}, err
	}
	b, err := v.webhookBoard(ctx)
	parts := []part{{"webhooks_counts", b.Counts}, {"webhooks_undelivered", b.Deliveries}}
	for _, g := range b.Groups {
		parts = append(parts, part{"webhook_group", g})
	}
	return parts, err
}

// pushParts leaves alone what has not changed, so that nothing under a finger is
// replaced without need.
func (v *Views) pushParts(topic string, parts []part, shown map[string]map[string]bool) (failed error) {
	before, now := shown[topic], make(map[string]bool, len(parts))
	for _, p := range parts {
		html, err := v.News.Pages.Fragment(p.partial, p.data)
		if failed = errors.Join(failed, err); err != nil {
			continue
		}
		if !before[html] {
			v.Live.Pass(topic, "", html)
		}
		now[html] = true
	}
	shown[topic] = now
	return failed
}
