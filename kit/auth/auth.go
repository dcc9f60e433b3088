// Package auth knows who is asking: passwords, sessions, the user behind a
// request, and signed tokens. U is the site's own user type.
package auth

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/problem"
)

const (
	userKey = "kit/auth.user"
	idKey   = "kit/auth.id"
)

// Config is what Auth needs from a site. Store and Load are required.
type Config[U any] struct {
	Store    *Store
	Secure   bool          // the site is served over HTTPS: Secure cookie with the __Host- prefix
	Cookie   string        // name without prefix; "session" if empty
	Lifetime time.Duration // a session ends this long after login, 30 days if zero
	Idle     time.Duration // and this long after the last visit, 14 days if zero
	// Load finds a user and the stamp that sessions must carry (see Stamp). For a
	// user that is gone it returns a problem 404 or gorm.ErrRecordNotFound.
	Load func(ctx context.Context, id int64) (user U, stamp string, err error)
	Skip func(c echo.Context) bool // requests that need no session, such as static files; may be nil
	Log  *slog.Logger              // slog.Default() if nil
}

// Auth ties sessions to users.
type Auth[U any] struct {
	*sessions
	load func(ctx context.Context, id int64) (U, string, error)
	skip func(c echo.Context) bool
}

// New makes an Auth. It panics when Store or Load is missing, which is a
// mistake in the program.
func New[U any](cfg Config[U]) *Auth[U] {
	if cfg.Store == nil || cfg.Load == nil {
		panic("auth.New: Config needs Store and Load")
	}
	skip := cfg.Skip
	if skip == nil {
		skip = func(echo.Context) bool { return false }
	}
	s := newSessions(cfg.Store, cfg.Cookie, cfg.Secure, cfg.Lifetime, cfg.Idle, cfg.Log)
	return &Auth[U]{sessions: s, load: cfg.Load, skip: skip}
}

// Middleware finds the session and its user before the handler runs: one read
// and one Load with a cookie, nothing without. It has to stand behind whatever
// gives the request its context, and before every handler that asks for User.
func (a *Auth[U]) Middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if a.skip(c) {
			return next(c)
		}
		if err := a.begin(c); err != nil {
			return err
		}
		if err := a.recognise(c); err != nil {
			return err
		}
		err := next(c)
		if err == nil && !c.Response().Committed {
			a.finish(c) // an empty answer: net/http sends the header after we return
		}
		return err
	}
}

// recognise loads the user whom the session names. A session whose user is gone
// or whose stamp is old is over. Its cookie is left alone: a login that runs
// beside this request may just have replaced it.
func (a *Auth[U]) recognise(c echo.Context) error {
	ctx := c.Request().Context()
	id := a.manager.GetInt64(ctx, "user")
	if id == 0 {
		return nil
	}
	user, stamp, err := a.load(ctx, id)
	switch {
	case gone(err):
		a.revoke(ctx)
	case err != nil:
		return fmt.Errorf("load the user of a session: %w", err)
	case !hmac.Equal([]byte(stamp), []byte(a.manager.GetString(ctx, "stamp"))):
		a.revoke(ctx)
	default:
		setUser(c, id, user)
	}
	return nil
}

func gone(err error) bool {
	var p *problem.Problem
	return errors.Is(err, gorm.ErrRecordNotFound) || errors.As(err, &p) && p.Status == http.StatusNotFound
}

func setUser[U any](c echo.Context, id int64, user U) {
	c.Set(idKey, id)
	c.Set(userKey, user)
}

// Login makes this browser that user's, under a new session id. The session is
// stored before Login returns, so an error means that nobody is logged in. It
// writes by itself: call it after a transaction, not inside.
func (a *Auth[U]) Login(c echo.Context, id int64, stamp string) error {
	ctx, err := started(c)
	if err != nil {
		return err
	}
	user, _, err := a.load(ctx, id)
	if err != nil {
		return fmt.Errorf("load the user who logs in: %w", err)
	}
	if err := a.renew(ctx, id, stamp); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	setUser(c, id, user)
	return nil
}

// Logout ends the session, here and in the database.
func (a *Auth[U]) Logout(c echo.Context) error {
	ctx, err := started(c)
	if err != nil {
		return err
	}
	if err := a.destroy(ctx); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	c.Set(idKey, nil)
	c.Set(userKey, nil)
	return nil
}

// Restamp keeps this browser logged in, under a new session id, after its user
// changed the password. All others fall out by their old stamp.
func (a *Auth[U]) Restamp(c echo.Context, stamp string) error {
	ctx, err := started(c)
	if err != nil {
		return err
	}
	id := ID(c)
	if id == 0 {
		return problem.LoginNeeded()
	}
	if err := a.renew(ctx, id, stamp); err != nil {
		return fmt.Errorf("keep the session: %w", err)
	}
	return nil
}

// User is who is asking; false for anonymous visitors.
func User[U any](c echo.Context) (U, bool) {
	user, ok := c.Get(userKey).(U)
	return user, ok
}

// ID is the id of who is asking, 0 for anonymous visitors.
func ID(c echo.Context) int64 {
	id, _ := c.Get(idKey).(int64)
	return id
}

// Required lets only known users pass; others get problem.LoginNeeded.
func Required(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if ID(c) == 0 {
			return problem.LoginNeeded()
		}
		return next(c)
	}
}

// Only lets known users pass for whom allowed says yes. Anonymous visitors get
// problem.LoginNeeded, others problem.Forbidden.
func Only(allowed func(c echo.Context) bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return Required(func(c echo.Context) error {
			if !allowed(c) {
				return problem.Forbidden("Your account may not open this page.")
			}
			return next(c)
		})
	}
}
