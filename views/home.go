package views

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/auth"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// newestOnHome is how many of the newest heroes the home page shows.
const newestOnHome = 8

// HomePage says what this is and shows who is here.
type HomePage struct {
	Base
	Newest []models.Member
}

// Template names the page's template.
func (HomePage) Template() string { return "home" }

// Home handles GET /.
func (v *Views) Home(c echo.Context) error {
	newest, err := models.MembersIn(v.DB.Read).Of(models.Hero).Newest().Page(c.Request().Context(), 0, newestOnHome)
	if err != nil {
		return err
	}
	return render.Show(c, HomePage{v.base(c, "home", "A social network for superheroes"), newest})
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
