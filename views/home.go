package views

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/auth"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// newestOnHome is how many of the newest heroes the home page shows.
const newestOnHome = 4

// HomePage says what this is and shows who is here.
type HomePage struct {
	Base
	PostList
	Older  bool // not the newest page of it
	Newest []models.Member
	Patrol []models.Face
}

// Template names the page's template.
func (HomePage) Template() string { return "home" }

// Home handles GET /: what everybody says, and who is here.
func (v *Views) Home(c echo.Context) error {
	ctx := c.Request().Context()
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	cards, err := models.PostsVisibleTo(v.DB.Read, me(c)).Public().Before(q.ID).Page(ctx, postsShown+1)
	if err != nil {
		return err
	}
	page := HomePage{Base: v.base(c, "home", "A social network for superheroes"), PostList: listOf(cards), Older: q.ID != 0}
	if page.Follow, err = v.follow(c, newest(q, onPublic)...); err != nil {
		return err
	}
	if page.Me == nil { // who is new here is for those who do not know anybody yet
		if page.Newest, err = models.MembersIn(v.DB.Read).Of(models.Hero).Newest().Page(ctx, 0, newestOnHome); err != nil {
			return err
		}
	}
	if page.Patrol, err = v.patrol(ctx, me(c)); err != nil {
		return err
	}
	return render.Show(c, page)
}

// AboutPage tells what this site is.
type AboutPage struct{ Base }

// Template names the page's template.
func (AboutPage) Template() string { return "about" }

// About handles GET /about.
func (v *Views) About(c echo.Context) error {
	return render.Show(c, AboutPage{v.base(c, "about", "About")})
}

const themeCookie = "theme"

// Theme handles POST /theme: light, dark, or anything else for what the
// system prefers. It is a matter of the browser, so a cookie keeps it.
func (v *Views) Theme(c echo.Context) error {
	ck := &http.Cookie{Name: themeCookie, Value: c.FormValue("theme"), Path: "/", HttpOnly: true,
		Secure: v.Secure, SameSite: http.SameSiteLaxMode, Expires: time.Now().AddDate(1, 0, 0)}
	if ck.Value != "light" && ck.Value != "dark" {
		ck.Value, ck.MaxAge = "", -1
	}
	c.SetCookie(ck)
	if next := auth.SafeNext(c.FormValue("next")); next != "" {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return route.Redirect(c, "home")
}
