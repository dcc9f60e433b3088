package views

import (
	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// MeEditPage is the form for one's own profile.
type MeEditPage struct {
	Base
	Form    forms.Profile
	Powers  []models.Power // for suggestions
	Origins []models.Origin
}

// Template names the page's template.
func (MeEditPage) Template() string { return "me/edit" }

func (v *Views) meEditPage(c echo.Context, f forms.Profile) (page MeEditPage, err error) {
	ctx := c.Request().Context()
	page = MeEditPage{Base: v.base(c, "me", "Edit your profile"), Form: f}
	if page.Powers, err = models.PopularPowers(ctx, v.DB.Read, choices); err != nil {
		return page, err
	}
	page.Origins, err = models.PopularOrigins(ctx, v.DB.Read, choices)
	return page, err
}

// MeEdit handles GET /users/me/edit.
func (v *Views) MeEdit(c echo.Context) error {
	m, err := models.MembersIn(v.DB.Read).Named(me(c).Username).Take(c.Request().Context())
	if err != nil {
		return err
	}
	page, err := v.meEditPage(c, forms.ProfileOf(m))
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// MeEditSave handles POST /users/me/edit.
func (v *Views) MeEditSave(c echo.Context) error {
	ctx := c.Request().Context()
	var f forms.Profile
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		page, err := v.meEditPage(c, f)
		if err != nil {
			return err
		}
		return refuse(c, f.All(), page)
	}
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error {
		who := models.User{ID: me(c).ID, Username: me(c).Username}
		return models.SaveProfile(ctx, tx, who, f.Model())
	})
	if err != nil {
		return err
	}
	v.Auth.Flash(c, "Saved.")
	return route.Redirect(c, "user", me(c).Username)
}
