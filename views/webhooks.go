package views

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// WebhooksPage lists a member's webhooks.
type WebhooksPage struct {
	Base
	Webhooks []models.Webhook
}

// Template names the page's template.
func (WebhooksPage) Template() string { return "webhooks/list" }

// Full says whether the member has as many as there may be.
func (p WebhooksPage) Full() bool { return len(p.Webhooks) >= models.MaxWebhooks }

// Most is how many there may be.
func (WebhooksPage) Most() int { return models.MaxWebhooks }

// Webhooks handles GET /users/me/webhooks.
func (v *Views) Webhooks(c echo.Context) error {
	hooks, err := models.WebhooksIn(v.DB.Read).By(me(c).ID).Order("id").Find(c.Request().Context())
	if err != nil {
		return err
	}
	return render.Show(c, WebhooksPage{v.base(c, "webhooks", "Webhooks"), hooks})
}

// deliveriesShown is how many a page has.
const deliveriesShown = 25

// WebhookPage shows one webhook with what was sent to it.
type WebhookPage struct {
	Base
	Webhook models.Webhook
	Owner   string // the name of its owner, for staff
	Secret  string // only when its owner asked for it
	Sent    WebhookSent
	Act     WebhookAct
	Older   bool // not the newest page of what was sent
}

// WebhookSent is what was sent to a webhook, newest first. It is also pushed, so
// it says nothing about who is looking.
type WebhookSent struct {
	ID         int64 // of the webhook
	Deliveries []models.Delivery
	More       int64 // the number before which there are older ones; 0 when there are none
}

// Template names the page's template.
func (WebhookPage) Template() string { return "webhooks/detail" }

// OldSigns is until when the secret before this one signs as well, or nil.
func (p WebhookPage) OldSigns() *time.Time {
	if len(p.Webhook.Secrets(time.Now())) < 2 {
		return nil
	}
	return p.Webhook.OldUntil
}

// Webhook handles GET /users/me/webhooks/:id.
func (v *Views) Webhook(c echo.Context) error {
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	w, err := v.seenWebhook(c)
	if err != nil {
		return err
	}
	page, err := v.webhookPage(c, w, q)
	if err == nil && !page.Older {
		page.Follow, err = v.follow(c, tasks.WebhookTopic(w.ID))
	}
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// webhookPage fills the page of a webhook, which may be asked for with POST as
// well.
func (v *Views) webhookPage(c echo.Context, w models.Webhook, q Before) (page WebhookPage, err error) {
	ctx := c.Request().Context()
	page = WebhookPage{Base: v.base(c, "webhooks", "Webhook"), Webhook: w, Older: q.ID != 0}
	page.Act = WebhookAct{Webhook: w, Mine: w.UserID == page.Me.ID, Staff: page.Me.Staff}
	if page.Path, err = route.Path(c, "webhook", w.ID); err != nil {
		return page, err
	}
	if !page.Act.Mine {
		owner, err := models.UserByID(ctx, v.DB.Read, w.UserID)
		if err != nil {
			return page, err
		}
		page.Owner = owner.Username
	}
	if page.Act.Held, err = v.held(ctx, w); err != nil {
		return page, err
	}
	page.Sent, err = v.webhookSent(ctx, w.ID, q.ID)
	for _, sent := range page.Sent.Deliveries {
		if sent.Open() && !page.Older {
			page.Refresh = 5
		}
	}
	return page, err
}

func (v *Views) webhookSent(ctx context.Context, id, before int64) (WebhookSent, error) {
	list, err := models.DeliveriesIn(v.DB.Read).To(id).Before(before).Newest(ctx, deliveriesShown+1)
	sent := WebhookSent{ID: id, Deliveries: list}
	if len(list) > deliveriesShown {
		sent.Deliveries, sent.More = list[:deliveriesShown], list[deliveriesShown-1].ID
	}
	return sent, err
}

// WebhookSecret handles POST /users/me/webhooks/:id/secret: its owner wants to
// see the secret, now. What shows it is kept nowhere.
func (v *Views) WebhookSecret(c echo.Context) error {
	w, err := v.myWebhook(c)
	if err != nil {
		return err
	}
	page, err := v.webhookPage(c, w, Before{})
	if err != nil {
		return err
	}
	page.Secret, page.Refresh = string(w.Secret), 0
	// Pages say for themselves how they are kept; this one says it last.
	c.Response().Before(func() { c.Response().Header().Set(echo.HeaderCacheControl, "no-store") })
	return render.Show(c, page)
}

// seenWebhook finds the webhook out of the path that the viewer may see: their
// own, or any for staff.
func (v *Views) seenWebhook(c echo.Context) (models.Webhook, error) {
	return oneWebhook(c, models.WebhooksIn(v.DB.Read).VisibleTo(me(c)))
}

// myWebhook finds the viewer's own.
func (v *Views) myWebhook(c echo.Context) (models.Webhook, error) {
	return oneWebhook(c, models.WebhooksIn(v.DB.Read).By(me(c).ID))
}

func oneWebhook(c echo.Context, from models.Webhooks) (models.Webhook, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.Webhook{}, err
	}
	return from.Get(c.Request().Context(), id)
}
