package forms

import (
	"superbook/kit/form"
	"superbook/kit/outbound"
	"superbook/models"
)

// Webhook is an address to call when a task has ended.
type Webhook struct {
	form.Errors `json:"-"`
	URL         string `form:"url" json:"url"`
	Description string `form:"description" json:"description"`
	Every       bool   `form:"every" json:"every"`

	local bool // not exported, so that nothing that is posted can set it
}

// maxDescription is how many characters a description may have.
const maxDescription = 100

// NewWebhook is the empty form. local says whether addresses that are not public
// may be called.
func NewWebhook(local bool) Webhook { return Webhook{Every: true, local: local} }

// WebhookOf fills the form with what is there, for editing.
func WebhookOf(w models.Webhook, local bool) Webhook {
	return Webhook{URL: w.URL, Description: w.Description, Every: w.Every, local: local}
}

// Sent is the form before what was posted is read into it: a box that is not
// ticked is not posted.
func (f Webhook) Sent() Webhook { return Webhook{local: f.local} }

// Check tidies the fields and notes what is wrong.
func (f *Webhook) Check() {
	f.URL, f.Description = form.Line(f.URL), form.Line(f.Description)
	words := outbound.CheckURL(f.URL, f.local)
	f.Need("url", words == "", words)
	f.Need("description", atMost(f.Description, maxDescription), "Keep it to 100 characters.")
}

// Change writes a form that was accepted into a webhook.
func (f *Webhook) Change(w *models.Webhook) {
	w.URL, w.Description, w.Every = f.URL, f.Description, f.Every
}
