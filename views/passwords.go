package views

import (
	"crypto/subtle"
	"errors"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/auth"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/kit/throttle"
	"superbook/models"
	"superbook/tasks"
)

// PasswordChangePage replaces one's own password.
type PasswordChangePage struct {
	Base
	Form forms.PasswordChange
}

// Template names the page's template.
func (PasswordChangePage) Template() string { return "accounts/password_change" }

// PasswordChange handles GET /accounts/password/change.
func (v *Views) PasswordChange(c echo.Context) error {
	return render.Show(c, PasswordChangePage{Base: v.base(c, "me", "Change your password")})
}

// PasswordChangeSave handles POST /accounts/password/change. Every other
// session of the account ends; this one goes on under a new id.
func (v *Views) PasswordChangeSave(c echo.Context) error {
	ctx := c.Request().Context()
	f := forms.PasswordChange{Username: me(c).Username}
	ok, err := form.Read(c, &f)
	if err != nil {
		return err
	}
	if err := slowDown(v.Limits.LoginByAccount, models.Key(me(c).Username)); err != nil {
		return err
	}
	if ok {
		right, err := v.Hasher.Verify(ctx, f.Old, me(c).PasswordHash)
		if err != nil {
			return err
		}
		f.Need("old_password", right, "That is not your present password. Try again.")
	}
	if !f.OK() {
		return refuse(c, f.All(), PasswordChangePage{v.base(c, "me", "Change your password"), forms.PasswordChange{Errors: f.Errors}})
	}
	hash, err := v.setPassword(c, me(c).ID, f.Password)
	if err != nil {
		return err
	}
	if err := v.Auth.Restamp(c, auth.Stamp(v.Secret, hash)); err != nil {
		return err
	}
	v.Auth.Flash(c, "Your password is changed. Everywhere else you are logged out.")
	return route.Redirect(c, "user", me(c).Username)
}

func (v *Views) setPassword(c echo.Context, id int64, password string) (hash string, err error) {
	ctx := c.Request().Context()
	if hash, err = v.Hasher.Hash(ctx, password); err != nil {
		return "", err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.SetPassword(ctx, tx, id, hash) })
	if err == nil {
		v.changed(id) // what is open was opened under the old one
		v.unseat(0, id)
	}
	return hash, err
}

// PasswordForgottenPage asks where to send a link for a new password.
type PasswordForgottenPage struct {
	Base
	Form forms.PasswordForgotten
	Sent bool
}

// Template names the page's template.
func (PasswordForgottenPage) Template() string { return "accounts/password_forgotten" }

// PasswordForgotten handles GET /accounts/password/forgotten.
func (v *Views) PasswordForgotten(c echo.Context) error {
	return render.Show(c, PasswordForgottenPage{Base: v.base(c, "login", "Forgot your password?")})
}

// PasswordForgottenSave handles POST /accounts/password/forgotten. It does not
// look whether the address is known: a task does.
func (v *Views) PasswordForgottenSave(c echo.Context) error {
	ctx := c.Request().Context()
	page := PasswordForgottenPage{Base: v.base(c, "login", "Forgot your password?")}
	if ok, err := form.Read(c, &page.Form); err != nil {
		return err
	} else if !ok {
		return refuse(c, page.Form.All(), page)
	}
	err := errors.Join(
		slowDown(v.Limits.MailByAddress, throttle.AddressKey(c.RealIP())),
		slowDown(v.Limits.MailByAccount, models.Key(page.Form.Email)))
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error {
		return v.Jobs.Add(ctx, tx, tasks.MailPasswordLink{Email: page.Form.Email})
	})
	if err != nil {
		return err
	}
	page.Sent = true
	return render.Show(c, page)
}

// PasswordResetPage sets a new password by way of a mailed link.
type PasswordResetPage struct {
	Base
	Form  forms.PasswordReset
	Token string
}

// Template names the page's template.
func (PasswordResetPage) Template() string { return "accounts/password_reset" }

// PasswordReset handles GET /accounts/password/reset/:token.
func (v *Views) PasswordReset(c echo.Context) error {
	u, err := v.linkOwner(c)
	if err != nil {
		return err
	}
	return render.Show(c, v.passwordResetPage(c, forms.PasswordReset{Username: u.Username}))
}

func (v *Views) passwordResetPage(c echo.Context, f forms.PasswordReset) PasswordResetPage {
	page := PasswordResetPage{v.base(c, "login", "Choose a new password"), f, c.Param("token")}
	page.Noindex = true
	return page
}

// PasswordResetSave handles POST /accounts/password/reset/:token.
func (v *Views) PasswordResetSave(c echo.Context) error {
	u, err := v.linkOwner(c)
	if err != nil {
		return err
	}
	f := forms.PasswordReset{Username: u.Username}
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), v.passwordResetPage(c, forms.PasswordReset{Username: u.Username, Errors: f.Errors}))
	}
	if u.PasswordHash, err = v.setPassword(c, u.ID, f.Password); err != nil {
		return err
	}
	return v.welcome(c, u, "Your new password is set, and you are logged in.", "home")
}

// linkOwner is whose link this is. A link that is forged, old, or used before
// is not found.
func (v *Views) linkOwner(c echo.Context) (models.User, error) {
	gone := problem.NotFound("This link no longer works. Ask for a new one on the page “Forgot your password?”.")
	payload, err := v.Signer.Open(tasks.PasswordPurpose, c.Param("token"))
	if err != nil {
		return models.User{}, gone.Because(err)
	}
	id, err := tasks.PasswordAccountID(payload)
	if err != nil {
		return models.User{}, gone.Because(err)
	}
	u, err := models.UserByID(c.Request().Context(), v.DB.Read, id)
	if err != nil {
		return models.User{}, err
	}
	if subtle.ConstantTimeCompare([]byte(payload), []byte(tasks.PasswordPayload(v.Secret, u))) == 0 {
		return models.User{}, gone
	}
	return u, nil
}
