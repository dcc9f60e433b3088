package views

import (
	"context"

	"github.com/labstack/echo/v4"

	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/models"
	"superbook/tasks"
)

// webhooksShown is how many of a group a page has.
const webhooksShown = 25

// DashboardWebhooksPage shows staff every webhook, those in trouble first, and
// what is not delivered; or, when a group is asked for, that one, page by page.
type DashboardWebhooksPage struct {
	Base
	Board WebhookBoard
	Group *WebhookGroup // nil on the first page
	Older bool          // not the newest page of the group
}

// Template names the page's template.
func (DashboardWebhooksPage) Template() string { return "dashboard/webhooks" }

// WebhookBoard is what the first page shows, and what is pushed to it.
type WebhookBoard struct {
	Counts     []models.DeliveryCount
	Groups     []WebhookGroup
	Deliveries []models.DeliveryCard // newest first
}

// WebhookGroup is a part of the webhooks of one health, newest first.
type WebhookGroup struct {
	Health models.Health
	Hooks  []models.WebhookCard
	More   int64 // the number before which there are older ones; 0 when there are none
}

// webhooksAsked is which group staff want to see, and from where.
type webhooksAsked struct {
	Health models.Health `query:"state"`
	Before int64         `query:"before"`
}

// DashboardWebhooks handles GET /dashboard/webhooks.
func (v *Views) DashboardWebhooks(c echo.Context) (err error) {
	var q webhooksAsked
	if err := form.Query(c, &q); err != nil {
		return err
	}
	ctx := c.Request().Context()
	page := DashboardWebhooksPage{Base: v.base(c, "dashboard", "Webhooks")}
	if q.Health.Known() {
		group, err := v.webhookGroup(ctx, q.Health, q.Before)
		if err != nil {
			return err
		}
		page.Group, page.Older = &group, q.Before > 0
		return render.Show(c, page)
	}
	if page.Follow, err = v.follow(c, tasks.WebhooksTopic); err != nil {
		return err
	}
	if page.Board, err = v.webhookBoard(ctx); err != nil {
		return err
	}
	return render.Show(c, page)
}

func (v *Views) webhookBoard(ctx context.Context) (b WebhookBoard, err error) {
	if b.Counts, err = models.CountUndelivered(ctx, v.DB.Read); err != nil {
		return b, err
	}
	for _, h := range models.Healths() {
		group, err := v.webhookGroup(ctx, h, 0)
		if err != nil {
			return b, err
		}
		b.Groups = append(b.Groups, group)
	}
	b.Deliveries, err = models.Undelivered(ctx, v.DB.Read, deliveriesShown)
	return b, err
}

func (v *Views) webhookGroup(ctx context.Context, h models.Health, before int64) (WebhookGroup, error) {
	list, err := models.WebhookCards(v.DB.Read).Which(h).Before(before).Newest(ctx, webhooksShown+1)
	g := WebhookGroup{Health: h, Hooks: list}
	if len(list) > webhooksShown {
		g.Hooks, g.More = list[:webhooksShown], list[webhooksShown-1].ID
	}
	return g, err
}
