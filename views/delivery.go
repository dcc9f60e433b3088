package views

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// attemptsShown is how many a page has: all of a run, and those of a second one.
const attemptsShown = 30

// DeliveryPage shows one message, and each attempt to deliver it.
type DeliveryPage struct {
	Base
	DeliveryNow
}

// DeliveryNow is how a message fares. It is also pushed, so it says nothing about
// who is looking.
type DeliveryNow struct {
	Webhook  models.Webhook
	Delivery models.Delivery
	Attempts []models.DeliveryAttempt // newest first
}

// Template names the page's template.
func (DeliveryPage) Template() string { return "webhooks/delivery" }

// Payload is the message with line breaks.
func (p DeliveryNow) Payload() string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(p.Delivery.Payload), "", "  "); err != nil {
		return p.Delivery.Payload
	}
	return b.String()
}

// MaySend says whether it can be sent again by hand.
func (p DeliveryNow) MaySend() bool { return p.Webhook.On() && !p.Delivery.Open() }

// Delivery handles GET /users/me/webhooks/:id/deliveries/:delivery.
func (v *Views) Delivery(c echo.Context) error {
	w, sent, err := v.seenDelivery(c)
	if err != nil {
		return err
	}
	page := DeliveryPage{Base: v.base(c, "webhooks", sent.Type)}
	if page.DeliveryNow, err = v.deliveryNow(c.Request().Context(), w, sent); err != nil {
		return err
	}
	if page.Follow, err = v.follow(c, tasks.DeliveryTopic(sent.ID)); err != nil {
		return err
	}
	if sent.Open() {
		page.Refresh = 5
	}
	return render.Show(c, page)
}

func (v *Views) deliveryNow(ctx context.Context, w models.Webhook, sent models.Delivery) (DeliveryNow, error) {
	attempts, err := models.AttemptsOf(ctx, v.DB.Read, sent.ID, attemptsShown)
	return DeliveryNow{w, sent, attempts}, err
}

// DeliveryAgain handles POST /users/me/webhooks/:id/deliveries/:delivery/again.
func (v *Views) DeliveryAgain(c echo.Context) error {
	w, sent, err := v.seenDelivery(c)
	if err == nil {
		err = v.mayCall(c, w)
	}
	if err != nil {
		return err
	}
	words := "It is on its way already."
	err = v.DB.Tx(c.Request().Context(), func(tx *gorm.DB) error {
		ok, err := v.Tasks.SendAgain(c.Request().Context(), tx, sent)
		if ok {
			words = "It is on its way again, under its old number."
		}
		return err
	})
	if err != nil {
		return err
	}
	v.Auth.Flash(c, words)
	return route.Redirect(c, "delivery", w.ID, sent.ID)
}

// seenDelivery finds a delivery out of the path, of a webhook that the viewer
// may see.
func (v *Views) seenDelivery(c echo.Context) (w models.Webhook, sent models.Delivery, err error) {
	if w, err = v.seenWebhook(c); err != nil {
		return w, sent, err
	}
	id, err := strconv.ParseInt(c.Param("delivery"), 10, 64)
	if err != nil || id < 1 {
		return w, sent, problem.NotFound("There is no such delivery.")
	}
	sent, err = models.DeliveriesIn(v.DB.Read).To(w.ID).Get(c.Request().Context(), id)
	return w, sent, err
}
