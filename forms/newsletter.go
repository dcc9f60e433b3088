package forms

import (
	"superbook/kit/form"
	"superbook/models"
)

// Newsletter is one form with two buttons: which of them was pressed is the wish.
type Newsletter struct {
	form.Errors `json:"-"`
	Email       string      `form:"email" json:"email"`
	Wish        models.Wish `form:"action" json:"action"`
}

// Check tidies the fields and notes what is wrong.
func (f *Newsletter) Check() {
	f.Email = form.Line(f.Email)
	f.Need("email", email(f.Email), "Give an address that looks like you@example.org.")
	f.Need("action", f.Wish == models.Subscribe || f.Wish == models.Unsubscribe, "Choose one of the two buttons.")
}
