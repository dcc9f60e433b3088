package views

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/async"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// patience is how long a profile page waits for what it can do without.
const patience = 300 * time.Millisecond

// UserPage is a member's profile.
type UserPage struct {
	Base
	Member  models.Member
	Age     int
	HasAge  bool
	Verdict models.Verdict
	Photos  []models.Photo
	Mine    bool // the viewer's own: the address is shown, and what can be edited
}

// Template names the page's template.
func (UserPage) Template() string { return "user" }

// User handles GET /users/:username. The photos and the registry are asked
// side by side, and the page does not wait for a registry that is slow.
func (v *Views) User(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), 5*time.Second)
	defer stop()
	username, err := route.Param(c, "username")
	if err != nil {
		return err
	}
	m, err := models.MembersIn(v.DB.Read).Named(username).Take(ctx)
	if err != nil {
		return err
	}
	page := UserPage{Base: v.base(c, "heroes", m.Name), Member: m, Mine: m.ID == me(c).ID, Verdict: models.Unverified}
	page.Age, page.HasAge = models.Age(m.Birthdate, time.Now().UTC())
	if !page.Mine {
		page.Member.Address = ""
	}
	g := async.NewGroup(ctx)
	async.Go(g, &page.Photos, models.PhotosIn(v.DB.Read).By(m.ID).VisibleTo(models.Viewer{}).Newest(12).Find)
	if m.Kind == models.Hero {
		async.Maybe(g, &page.Verdict, v.verdict(m), func(err error) {
			v.Log.WarnContext(ctx, "hero registry", "member", m.Username, "error", err)
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return render.Show(c, page)
}

func (v *Views) verdict(m models.Member) func(context.Context) (models.Verdict, error) {
	return func(ctx context.Context) (models.Verdict, error) {
		ctx, stop := context.WithTimeout(ctx, patience)
		defer stop()
		return v.Registry.Check(ctx, m.Claim())
	}
}

// Me handles GET /users/me: a link that is the same for everybody.
func (v *Views) Me(c echo.Context) error { return route.Redirect(c, "user", me(c).Username) }

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
