package views

import (
	"github.com/labstack/echo/v4"

	"superbook/kit/mail"
	"superbook/kit/problem"
	"superbook/kit/render"
)

// DevMailPage lists the mails that were kept in development.
type DevMailPage struct {
	Base
	Mails  []mail.Stored
	Faults bool // there is a page that makes work go wrong
}

// Template names the page's template.
func (DevMailPage) Template() string { return "dev/mail" }

// DevMail handles GET /dev/mail. In production there is no such page.
func (v *Views) DevMail(c echo.Context) error {
	if v.Outbox == nil {
		return problem.NotFound("There is no such page.")
	}
	mails, err := v.Outbox.List(c.Request().Context())
	if err != nil {
		return err
	}
	return render.Show(c, DevMailPage{v.base(c, "", "Mails"), mails, v.Faults != nil})
}
