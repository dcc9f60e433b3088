package views

import (
	"errors"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// WebhookFormPage is the form for a webhook, new or not.
type WebhookFormPage struct {
	Base
	Form forms.Webhook
	ID   int64 // 0 for a new one
}

// Template names the page's template.
func (WebhookFormPage) Template() string { return "webhooks/form" }

func (v *Views) webhookFormPage(c echo.Context, f forms.Webhook, id int64) WebhookFormPage {
	title := "A new webhook"
	if id != 0 {
		title = "Edit this webhook"
	}
	return WebhookFormPage{v.base(c, "webhooks", title), f, id}
}

// WebhookNew handles GET /users/me/webhooks/new.
func (v *Views) WebhookNew(c echo.Context) error {
	return render.Show(c, v.webhookFormPage(c, forms.NewWebhook(v.Tasks.Webhooks.Local), 0))
}

// WebhookNewSave handles POST /users/me/webhooks/new.
func (v *Views) WebhookNewSave(c echo.Context) error {
	ctx := c.Request().Context()
	f := forms.NewWebhook(v.Tasks.Webhooks.Local).Sent()
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), v.webhookFormPage(c, f, 0))
	}
	w := models.Webhook{UserID: me(c).ID}
	f.Change(&w)
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateWebhook(ctx, tx, &w) })
	if err != nil {
		return v.refuseWebhook(c, f, 0, err)
	}
	v.Auth.Flash(c, "Saved. Give its secret to the receiver, then send a test message.")
	return route.Redirect(c, "webhook", w.ID)
}

// refuseWebhook shows the form again when models did not take it.
func (v *Views) refuseWebhook(c echo.Context, f forms.Webhook, id int64, err error) error {
	switch {
	case errors.Is(err, models.ErrSameWebhook):
		f.Need("url", false, "You have a webhook with that address already.")
	case errors.Is(err, models.ErrTooManyWebhooks):
		f.Need("url", false, "You have "+render.Plural(models.MaxWebhooks, "webhook", "webhooks")+", and there may not be more. Delete one first.")
	case errors.Is(err, models.ErrWebhookBanned):
		f.Need("url", false, models.WordsBanned)
	default:
		return err
	}
	return refuse(c, f.All(), v.webhookFormPage(c, f, id))
}

// WebhookEdit handles GET /users/me/webhooks/:id/edit.
func (v *Views) WebhookEdit(c echo.Context) error {
	w, err := v.myWebhook(c)
	if err != nil {
		return err
	}
	return render.Show(c, v.webhookFormPage(c, forms.WebhookOf(w, v.Tasks.Webhooks.Local), w.ID))
}

// WebhookEditSave handles POST /users/me/webhooks/:id/edit. When two edit at
// once, the last one wins.
func (v *Views) WebhookEditSave(c echo.Context) error {
	ctx := c.Request().Context()
	w, err := v.myWebhook(c)
	if err != nil {
		return err
	}
	f := forms.NewWebhook(v.Tasks.Webhooks.Local).Sent()
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), v.webhookFormPage(c, f, w.ID))
	}
	f.Change(&w)
	if err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.SaveWebhook(ctx, tx, w) }); err != nil {
		return v.refuseWebhook(c, f, w.ID, err)
	}
	v.Auth.Flash(c, "Saved.")
	return route.Redirect(c, "webhook", w.ID)
}

// WebhookDeletePage asks before a webhook goes for good.
type WebhookDeletePage struct {
	Base
	Webhook models.Webhook
}

// Template names the page's template.
func (WebhookDeletePage) Template() string { return "webhooks/delete" }

// WebhookDelete handles GET /users/me/webhooks/:id/delete.
func (v *Views) WebhookDelete(c echo.Context) error {
	w, err := v.myWebhook(c)
	if err != nil {
		return err
	}
	return render.Show(c, WebhookDeletePage{v.base(c, "webhooks", "Delete this webhook?"), w})
}

// WebhookDeleteSave handles POST /users/me/webhooks/:id/delete.
func (v *Views) WebhookDeleteSave(c echo.Context) error {
	ctx := c.Request().Context()
	w, err := v.myWebhook(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.DeleteWebhook(ctx, tx, me(c).ID, w.ID) })
	if err != nil {
		return err
	}
	v.Auth.Flash(c, "The webhook is deleted, and its secret with it.")
	return route.Redirect(c, "webhooks")
}
