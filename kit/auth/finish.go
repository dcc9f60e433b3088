package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// finish stores what is left to store and sets the cookie. It runs just before
// the header of the answer is sent, also for streams.
func (s *sessions) finish(c echo.Context) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.Request().Context()), commitWithin)
	defer stop()
	v := visitIn(ctx)
	if v == nil {
		return
	}
	if v.dirty {
		s.settle(ctx, v)
	}
	s.keepPrivate(c, v)
	if v.tell {
		v.tell = false
		s.setCookie(ctx, c)
	}
}

// settle stores a changed session, or deletes it when it holds nothing more.
func (s *sessions) settle(ctx context.Context, v *visit) {
	err := s.saveOrDelete(ctx, v)
	v.dirty = false
	switch {
	case errors.Is(err, errEnded): // logged out in another tab: nothing to keep
	case err != nil:
		s.log.ErrorContext(ctx, "session not stored", "error", err)
	}
}

func (s *sessions) saveOrDelete(ctx context.Context, v *visit) error {
	switch {
	case len(s.manager.Keys(ctx)) > 0:
		return s.save(ctx)
	case v.stored != "":
		return s.destroy(ctx)
	}
	return nil // put and taken within this request: no row, no cookie
}

// keepPrivate stops shared caches from keeping pages that were made for one
// visitor, and everything that carries a cookie.
func (s *sessions) keepPrivate(c echo.Context, v *visit) {
	h := c.Response().Header()
	if v.tell || ID(c) != 0 && h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
}

func (s *sessions) setCookie(ctx context.Context, c echo.Context) {
	cookie := s.cookie
	cookie.Value = s.manager.Token(ctx)
	deadline := s.manager.Deadline(ctx)
	cookie.Expires, cookie.MaxAge = deadline, int(time.Until(deadline).Seconds())+1
	if cookie.Value == "" {
		cookie.Expires, cookie.MaxAge = time.Unix(1, 0), -1
	}
	http.SetCookie(c.Response(), &cookie)
}

// Flash keeps a message for the next page that this visitor sees. An anonymous
// visitor gets a session for it that ends when the message is taken.
func (s *sessions) Flash(c echo.Context, words string) {
	ctx, err := started(c)
	if err != nil {
		s.log.ErrorContext(c.Request().Context(), "flash lost", "error", err)
		return
	}
	s.manager.Put(ctx, "flash", words)
	if s.manager.GetInt64(ctx, "user") == 0 {
		s.manager.SetDeadline(ctx, time.Now().Add(flashFor).UTC())
	}
	visitIn(ctx).dirty = true
}

// TakeFlash gives the message kept by Flash, once, or "". Call it before the
// answer begins.
func (s *sessions) TakeFlash(c echo.Context) string {
	ctx := c.Request().Context()
	v := visitIn(ctx)
	if v == nil || !s.manager.Exists(ctx, "flash") {
		return ""
	}
	v.dirty = true
	return s.manager.PopString(ctx, "flash")
}
