package views

import (
	"errors"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/problem"
	"superbook/kit/throttle"
	"superbook/models"
)

// Limits slow down who tries too often.
type Limits struct {
	LoginByAddress     *throttle.Limiter
	LoginByAccount     *throttle.Limiter
	SignupByAddress    *throttle.Limiter
	SignupByAccount    *throttle.Limiter // by the mail address that accounts are made for
	MailByAddress      *throttle.Limiter
	MailByAccount      *throttle.Limiter
	PhotosByAccount    *throttle.Limiter
	PostsByAccount     *throttle.Limiter // comments, shares and edits too
	ReactionsByAccount *throttle.Limiter // likes, follows, blocks and joining rooms
	Presence           *throttle.Limiter // how often it is noted that a member is here

	SightingsByAccount   *throttle.Limiter
	AttachmentsByAccount *throttle.Limiter
	UploadsByAccount     *throttle.Limiter // that are begun
	MessagesByAccount    *throttle.Limiter
	CallsByAccount       *throttle.Limiter // of webhooks, by hand
	SearchByAddress      *throttle.Limiter // strangers only
	DossiersByReader     *throttle.Limiter // an account, or the address of strangers
}

// slowDown refuses who has used up a limit, and says when to come back.
func slowDown(l *throttle.Limiter, key string) error {
	if ok, wait := l.Allow(key); !ok {
		return problem.TooMany(wait)
	}
	return nil
}

func (v *Views) slowReactions(c echo.Context) error {
	return slowDown(v.Limits.ReactionsByAccount, me(c).Username)
}

func (v *Views) slowCalls(c echo.Context) error {
	return slowDown(v.Limits.CallsByAccount, me(c).Username)
}

func (v *Views) slowSignup(c echo.Context, f forms.Signup) error {
	return errors.Join(
		slowDown(v.Limits.SignupByAddress, throttle.AddressKey(c.RealIP())),
		slowDown(v.Limits.SignupByAccount, models.Key(f.Email)))
}

func (v *Views) slowLogin(c echo.Context, f forms.Login) error {
	return errors.Join(
		slowDown(v.Limits.LoginByAddress, throttle.AddressKey(c.RealIP())),
		slowDown(v.Limits.LoginByAccount, models.Key(f.Name)))
}
