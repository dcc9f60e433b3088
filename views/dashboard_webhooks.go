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
// what is not delivered; or, when a part of that is asked for, that one, page by page.
type DashboardWebhooksPage struct {
	Base
	Board WebhookBoard
	Part  string // what is asked for: a health, or undelivered; "" on the first page
	Older bool   // not the newest page of that part
}

// Template names the page's template.
func (DashboardWebhooksPage) Template() string { return "dashboard/webhooks" }

// undelivered is how the part that is not a health is asked for.
const undelivered = "undelivered"

// WebhookBoard is what the first page shows, and what is pushed to it.
type WebhookBoard struct {
	Counts      []models.DeliveryCount
	Groups      []WebhookGroup
	Undelivered *WebhookUndelivered // nil on the pages of the groups
}

// WebhookGroup is a part of the webhooks of one health, newest first.
type WebhookGroup struct {
	Health models.Health
	Hooks  []models.WebhookCard
	More   int64 // the number before which there are older ones; 0 when there are none
}

// WebhookUndelivered is a part of what has not arrived, newest first.
type WebhookUndelivered struct {
	Deliveries []models.DeliveryCard
	More       int64 // as that of a WebhookGroup
}

// webhooksAsked is which part staff want to see, and from where.
type webhooksAsked struct {
	Part   string `query:"state"`
	Before int64  `query:"before"`
}

// DashboardWebhooks handles GET /dashboard/webhooks.
func (v *Views) DashboardWebhooks(c echo.Context) (err error) {
	var q webhooksAsked
	if err := form.Query(c, &q); err != nil {
		return err
	}
	ctx := c.Request().Context()
	page := DashboardWebhooksPage{Base: v.base(c, "dashboard", "Webhooks"), Part: q.Part, Older: q.Before > 0}
	switch health := models.Health(q.Part); {
	case q.Part == undelivered:
		page.Board.Undelivered, err = v.undelivered(ctx, q.Before)
	case health.Known():
		var group WebhookGroup
		group, err = v.webhookGroup(ctx, health, q.Before)
		page.Board.Groups = []WebhookGroup{group}
	default:
		page.Part = ""
		if page.Board, err = v.webhookBoard(ctx); err == nil {
			page.Follow, err = v.follow(c, tasks.WebhooksTopic)
		}
	}
	if err != nil {
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
	b.Undelivered, err = v.undelivered(ctx, 0)
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

func (v *Views) undelivered(ctx context.Context, before int64) (*WebhookUndelivered, error) {
	list, err := models.Undelivered(ctx, v.DB.Read, before, deliveriesShown+1)
	u := &WebhookUndelivered{Deliveries: list}
	if len(list) > deliveriesShown {
		u.Deliveries, u.More = list[:deliveriesShown], list[deliveriesShown-1].ID
	}
	return u, err
}
