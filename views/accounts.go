package views

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/auth"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// SignupPage asks for an account.
type SignupPage struct {
	Base
	Form forms.Signup
}

// Template names the page's template.
func (SignupPage) Template() string { return "accounts/signup" }

// Signup handles GET /accounts/signup.
func (v *Views) Signup(c echo.Context) error {
	f := forms.Signup{Kind: models.Hero}
	if c.QueryParam("kind") == string(models.Fan) {
		f.Kind = models.Fan
	}
	return render.Show(c, SignupPage{v.base(c, "signup", "Join"), f})
}

// SignupSave handles POST /accounts/signup: it makes the account and logs in.
func (v *Views) SignupSave(c echo.Context) error {
	ctx := c.Request().Context()
	var f forms.Signup
	ok, err := form.Read(c, &f)
	if err != nil {
		return err
	}
	if err := v.slowSignup(c, f); err != nil {
		return err
	}
	if ok {
		u, err := v.createUser(ctx, f)
		if err == nil {
			return v.welcome(c, u, "Welcome, "+u.Username+". Tell the others who you are.", "me.edit")
		} else if !errors.Is(err, models.ErrUsernameTaken) {
			return err
		}
		f.Need("username", false, "Somebody has that name already. Try another.")
	}
	f.Password, f.Password2 = "", "" // a page must not carry passwords
	return refuse(c, f.All(), SignupPage{v.base(c, "signup", "Join"), f})
}

func (v *Views) createUser(ctx context.Context, f forms.Signup) (u models.User, err error) {
	hash, err := v.Hasher.Hash(ctx, f.Password)
	if err != nil {
		return u, err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error {
		u, err = models.CreateUser(ctx, tx,
			models.User{Username: f.Username, Email: f.Email, PasswordHash: hash}, models.Profile{Kind: f.Kind})
		return err
	})
	return u, err
}

// welcome logs in and sends the visitor on, with words for the next page.
func (v *Views) welcome(c echo.Context, u models.User, words, next string) error {
	if err := v.Auth.Login(c, u.ID, auth.Stamp(v.Secret, u.PasswordHash)); err != nil {
		return err
	}
	if words != "" {
		v.Auth.Flash(c, words)
	}
	if strings.HasPrefix(next, "/") {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return route.Redirect(c, next)
}

// LoginPage asks who is there.
type LoginPage struct {
	Base
	Form forms.Login
}

// Template names the page's template.
func (LoginPage) Template() string { return "accounts/login" }

// Login handles GET /accounts/login.
func (v *Views) Login(c echo.Context) error {
	f := forms.Login{Next: auth.SafeNext(c.QueryParam("next"))}
	return render.Show(c, LoginPage{v.base(c, "login", "Log in"), f})
}

// LoginSave handles POST /accounts/login. The answer and its time are the
// same whether the account is missing or the password is wrong.
func (v *Views) LoginSave(c echo.Context) error {
	var f forms.Login
	ok, err := form.Read(c, &f)
	if err != nil {
		return err
	}
	if ok {
		if err := v.slowLogin(c, f); err != nil {
			return err
		}
		u, err := v.authenticate(c.Request().Context(), f)
		if err != nil {
			return err
		}
		if u.ID != 0 {
			return v.welcome(c, u, "", orHome(f.Next))
		}
		f.Need("username", false, "That name and password do not fit together. Check both, or ask for a new password.")
	}
	f.Password = ""
	return refuse(c, f.All(), LoginPage{v.base(c, "login", "Log in"), f})
}

func orHome(next string) string {
	if next == "" {
		return "home"
	}
	return next
}

// candidates is how many accounts of one mail address a login tries.
const candidates = 2

// authenticate gives the account that the name and the password fit, or the
// zero User. It hashes as often for a name that nobody has as for one that
// somebody has; by mail address that is twice, because two may share it.
func (v *Views) authenticate(ctx context.Context, f forms.Login) (fits models.User, err error) {
	tries := make([]models.User, 1, candidates)
	if strings.Contains(f.Name, "@") {
		found, err := models.UsersByEmail(ctx, v.DB.Read, f.Name, candidates)
		if err != nil {
			return fits, err
		}
		tries = append(found, make([]models.User, candidates-len(found))...)
	} else if tries[0], err = models.UserByUsername(ctx, v.DB.Read, f.Name); err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return fits, err
	}
	for _, u := range tries {
		ok, err := v.Hasher.Verify(ctx, f.Password, u.PasswordHash) // an empty hash takes as long, and is never right
		if err != nil {
			return fits, err
		}
		if ok && fits.ID == 0 {
			fits = u
		}
	}
	return fits, nil
}

// Logout handles POST /accounts/logout. Streams and rooms that are open ask
// again who is there.
func (v *Views) Logout(c echo.Context) error {
	who := me(c).ID
	if err := v.Auth.Logout(c); err != nil {
		return err
	}
	v.changed(who)
	v.unseat(0, who)
	return route.Redirect(c, "home")
}
