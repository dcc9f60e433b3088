package views

import (
	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// changeWebhook does something to a webhook in one transaction, says so with the
// words that it answers, and shows the webhook again.
func (v *Views) changeWebhook(c echo.Context, w models.Webhook, do func(tx *gorm.DB) (words string, err error)) error {
	var words string
	err := v.DB.Tx(c.Request().Context(), func(tx *gorm.DB) (err error) {
		words, err = do(tx)
		return err
	})
	if err != nil {
		return err
	}
	v.Auth.Flash(c, words)
	return route.Redirect(c, "webhook", w.ID)
}

// WebhookOn handles POST /users/me/webhooks/:id/on, by its owner or by staff.
func (v *Views) WebhookOn(c echo.Context) error {
	w, err := v.seenWebhook(c)
	if err != nil {
		return err
	}
	if w.DeletedAt != nil {
		return v.freeAddress(c, w)
	}
	return v.changeWebhook(c, w, func(tx *gorm.DB) (string, error) {
		on, err := models.SwitchWebhookOn(c.Request().Context(), tx, me(c), w.ID)
		if err == nil && !on {
			err = problem.Forbidden("Staff has switched this webhook off. Ask them why.")
		}
		return "It is on. What happens from now on is sent.", err
	})
}

// freeAddress is what is left to switch on of a webhook that its owner has
// deleted.
func (v *Views) freeAddress(c echo.Context, w models.Webhook) error {
	ctx := c.Request().Context()
	if err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.FreeAddress(ctx, tx, w.ID) }); err != nil {
		return err
	}
	v.Auth.Flash(c, "Its owner may use that address again.")
	return route.Redirect(c, "dashboard.webhooks")
}

// WebhookOff handles POST /users/me/webhooks/:id/off, by its owner or by staff,
// who may do it again: what is off for another reason then stays off.
func (v *Views) WebhookOff(c echo.Context) error {
	w, err := v.seenWebhook(c)
	if err != nil {
		return err
	}
	why, words := models.OffByOwner, "It is off. Nothing is sent until it is on again."
	if w.UserID != me(c).ID {
		why, words = models.OffByStaff, "It is off, and its owner cannot switch it on. We tell them."
	}
	var told []int64
	err = v.changeWebhook(c, w, func(tx *gorm.DB) (_ string, err error) {
		told, err = v.Tasks.SwitchWebhookOff(c.Request().Context(), tx, w, why)
		return words, err
	})
	if err == nil {
		v.News.Told(c.Request().Context(), told)
	}
	return err
}

// WebhookRotate handles POST /users/me/webhooks/:id/rotate.
func (v *Views) WebhookRotate(c echo.Context) error {
	w, err := v.myWebhook(c)
	if err != nil {
		return err
	}
	return v.changeWebhook(c, w, func(tx *gorm.DB) (string, error) {
		return "There is a new secret. Give it to the receiver within 24 hours; until then the old one signs as well.",
			models.RotateSecret(c.Request().Context(), tx, w)
	})
}

// mayCall refuses what would have a webhook called that is off, or calls by hand
// without end.
func (v *Views) mayCall(c echo.Context, w models.Webhook) error {
	if err := v.slowCalls(c); err != nil {
		return err
	}
	if !w.On() {
		return problem.Forbidden("This webhook is off. Switch it on first.")
	}
	return nil
}

// WebhookTest handles POST /users/me/webhooks/:id/test.
func (v *Views) WebhookTest(c echo.Context) error {
	w, err := v.myWebhook(c)
	if err == nil {
		err = v.mayCall(c, w)
	}
	if err != nil {
		return err
	}
	return v.changeWebhook(c, w, func(tx *gorm.DB) (string, error) {
		return "A test message is on its way. Look below for what came of it.", v.Tasks.TestWebhook(c.Request().Context(), tx, w)
	})
}

// WebhookHeld handles POST /users/me/webhooks/:id/held: what was not sent while
// it was off is sent now.
func (v *Views) WebhookHeld(c echo.Context) error {
	w, err := v.seenWebhook(c)
	if err == nil {
		err = v.mayCall(c, w)
	}
	if err != nil {
		return err
	}
	return v.changeWebhook(c, w, func(tx *gorm.DB) (string, error) {
		sent, left, err := v.Tasks.SendHeld(c.Request().Context(), tx, w)
		return heldWords(sent, left), err
	})
}

func heldWords(sent int, left int64) string {
	if sent == 0 {
		return "Nothing waited."
	}
	words := render.Plural(sent, "message is", "messages are") + " on the way."
	if left > 0 {
		words += " " + render.Plural(int(left), "more waits", "more wait") + ": send again for those."
	}
	return words
}
