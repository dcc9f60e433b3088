package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
)

const (
	touchEvery   = time.Hour       // how exact the idle timeout is; each touch is a write
	touchWithin  = time.Second     // a busy writer must not hold up a page for it
	flashFor     = time.Hour       // lifetime of a session that holds only a flash
	commitWithin = 5 * time.Second // a visitor who hangs up must not lose the session
)

var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// visit is what one request knows of its session. The store reads and fills it
// through the context, because scs passes on neither expiry nor "is it new".
type visit struct {
	stored  string    // key of the row that exists, "" if there is none
	expires time.Time // of that row
	dirty   bool      // changed and not stored yet
	tell    bool      // the browser must hear of the token
	failed  error     // of the store, to tell it from unreadable data
}

type visitKey struct{}

func visitIn(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// sessions is the part of Auth that knows no users.
//
// What login and logout change is stored at once, so that a failure is an error
// of the view. Only a flash waits for the header of the answer: by then the
// work it speaks of is done, so its loss is logged and the answer stands.
type sessions struct {
	manager *scs.SessionManager
	store   *Store
	cookie  http.Cookie
	log     *slog.Logger
}

func newSessions(store *Store, name string, secure bool, lifetime, idle time.Duration, log *slog.Logger) *sessions {
	if log == nil {
		log = slog.Default()
	}
	own := *store
	own.idle = orElse(idle, 14*24*time.Hour)
	m := scs.New()
	m.Store = &own
	m.Codec = codec{}
	m.HashTokenInStore = true
	m.Lifetime = orElse(lifetime, 30*24*time.Hour)
	m.IdleTimeout = 0 // scs would write the row at every request; see touch
	name = orElse(name, "session")
	if secure {
		name = "__Host-" + name
	}
	cookie := http.Cookie{Name: name, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
	return &sessions{manager: m, store: &own, cookie: cookie, log: log}
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// begin puts the session into the request's context.
func (s *sessions) begin(c echo.Context) error {
	v := &visit{}
	ctx := context.WithValue(c.Request().Context(), visitKey{}, v)
	ctx, err := s.read(ctx, s.token(c))
	if err != nil {
		return fmt.Errorf("read the session: %w", err)
	}
	c.SetRequest(c.Request().WithContext(ctx))
	c.Response().Before(func() { s.finish(c) })
	c.Response().Header().Add("Vary", "Cookie")
	s.touch(ctx, v)
	return nil
}

// token is the one in the cookie, or "" if it cannot be one of ours.
func (s *sessions) token(c echo.Context) string {
	cookie, err := c.Cookie(s.cookie.Name)
	if err != nil || !tokenForm.MatchString(cookie.Value) {
		return ""
	}
	return cookie.Value
}

// read starts afresh when the stored data is unreadable, or the visitor would
// meet an error on every page until the cookie expires.
func (s *sessions) read(ctx context.Context, token string) (context.Context, error) {
	loaded, err := s.manager.Load(ctx, token)
	v := visitIn(ctx)
	if err == nil || v.failed != nil {
		return loaded, err
	}
	s.log.WarnContext(ctx, "session data is unreadable, starting afresh", "error", err)
	*v = visit{}
	return s.manager.Load(ctx, "")
}

// touch moves the idle timeout. It changes the expiry of an existing row only,
// so that it can never bring back a session that was ended meanwhile.
func (s *sessions) touch(ctx context.Context, v *visit) {
	if v.stored == "" {
		return
	}
	until := s.store.until(s.manager.Deadline(ctx))
	if until.Sub(v.expires) < min(touchEvery, s.store.idle/10) {
		return
	}
	ctx, stop := context.WithTimeout(ctx, touchWithin)
	defer stop()
	if err := s.store.touch(ctx, v.stored, until); err != nil {
		s.log.WarnContext(ctx, "session not touched", "error", err)
	}
}

func started(c echo.Context) (context.Context, error) {
	ctx := c.Request().Context()
	if visitIn(ctx) == nil {
		return nil, errors.New("auth: no session here, the middleware did not run for this request")
	}
	return ctx, nil
}

// renew names the user under a new session id, stored at once.
func (s *sessions) renew(ctx context.Context, id int64, stamp string) error {
	if err := s.manager.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew the session: %w", err)
	}
	s.manager.Put(ctx, "user", id)
	s.manager.Put(ctx, "stamp", stamp)
	return s.save(ctx)
}

func (s *sessions) save(ctx context.Context) error {
	v := visitIn(ctx)
	if _, _, err := s.manager.Commit(ctx); err != nil {
		return fmt.Errorf("store the session: %w", err)
	}
	v.dirty, v.tell = false, true
	return nil
}

func (s *sessions) destroy(ctx context.Context) error {
	if err := s.manager.Destroy(ctx); err != nil {
		return fmt.Errorf("delete the session: %w", err)
	}
	v := visitIn(ctx)
	v.stored, v.dirty, v.tell = "", false, true
	return nil
}

// revoke ends a session that no longer counts, without a word to the browser.
// A row that cannot be deleted does no harm: it will be refused again.
func (s *sessions) revoke(ctx context.Context) {
	if err := s.destroy(ctx); err != nil {
		s.log.WarnContext(ctx, "ended session not deleted", "error", err)
		if err := s.manager.Clear(ctx); err != nil {
			s.log.WarnContext(ctx, "ended session not cleared", "error", err)
		}
	}
	visitIn(ctx).tell = false
}
