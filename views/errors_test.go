package views_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/async"
	"superbook/kit/problem"
	"superbook/kit/weblog"
	"superbook/site/sitetest"
)

// inside is what an error of ours says and no visitor may read.
const inside = "disk 7 of shelf 3 is on fire"

// failing adds pages that go wrong, one for each way.
func failing(s *sitetest.Site) {
	for path, view := range map[string]echo.HandlerFunc{
		"/error":     func(echo.Context) error { return errors.New(inside) },
		"/forbidden": func(echo.Context) error { return problem.Forbidden("Not for you.").Because(errors.New(inside)) },
		"/refused":   func(echo.Context) error { return problem.Refused(map[string]string{"name": "Shorter."}) },
		"/large":     func(echo.Context) error { return &http.MaxBytesError{Limit: 1} },
		"/often":     func(echo.Context) error { return problem.TooMany(90 * time.Second) },
		"/panic":     func(echo.Context) error { panic(inside) },
		"/half":      func(c echo.Context) error { _ = c.String(http.StatusOK, "the first half"); return errors.New(inside) },
		"/aside": func(c echo.Context) error {
			g, n := async.NewGroup(c.Request().Context()), 0
			async.Go(g, &n, func(context.Context) (int, error) { panic(inside) })
			return g.Wait()
		},
	} {
		s.Web.GET(path, view)
	}
}

func TestErrorsArePagesAndProblems(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	failing(s)
	b := s.As(t, s.Fan("wren"))
	for path, tt := range map[string]struct {
		status int
		shows  string
	}{
		"/nowhere":         {http.StatusNotFound, "Nothing here but fog"},
		"/users/nobody":    {http.StatusNotFound, "There is no such member."},
		"/forbidden":       {http.StatusForbidden, "Not for you."},
		"/accounts/logout": {http.StatusMethodNotAllowed, "This page does not take that kind of request."},
		"/large":           {http.StatusRequestEntityTooLarge, "Send something smaller."},
		"/refused":         {http.StatusUnprocessableEntity, "Some of it needs another look."},
		"/often":           {http.StatusTooManyRequests, "Wait a little, then try again."},
		"/error":           {http.StatusInternalServerError, "Something broke on our side"},
		"/panic":           {http.StatusInternalServerError, "It is not your fault."},
		"/aside":           {http.StatusInternalServerError, "It is not your fault."},
	} {
		t.Run(path, func(t *testing.T) {
			a := b.Visit(path).Is(tt.status).Shows(tt.shows, "Go home", a11yName, a11yAccount).Hides(inside, "goroutine", ".go:")
			if a.HTML().Find(`link[rel=stylesheet]`).Length() == 0 || !strings.Contains(a.Body, a.Header.Get("X-Request-ID")) {
				t.Error("the page has not the look of the site, or not the request's id")
			}
			p := problemOf(t, b.JSON().Visit(path).Is(tt.status).Hides(inside, "goroutine", ".go:"))
			if tt.status != http.StatusNotFound && !strings.Contains(p.Title+p.Detail, strings.TrimPrefix(tt.shows, "Nothing")) {
				t.Errorf("as JSON: %+v", p)
			}
			if p.Errors["name"] != map[bool]string{true: "Shorter."}[path == "/refused"] {
				t.Errorf("words beside fields: %v", p.Errors)
			}
			head := b.Do(httptest.NewRequest(http.MethodHead, path, nil))
			if strings.HasPrefix(path, "/users/") && (head.Status != tt.status || head.Body != "") {
				t.Errorf("HEAD: %d with %q", head.Status, head.Body)
			}
			if got := a.Header.Get("Retry-After"); got != map[bool]string{true: "91"}[path == "/often"] {
				t.Errorf("Retry-After: %q", got)
			}
		})
	}
}

// What the layout shows around an error.
const (
	a11yName    = "SuperBook"
	a11yAccount = "Log out"
)

func TestAnswerThatHasBegunIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	failing(s)
	if a := s.As(t, stranger).Visit("/half").Is(http.StatusOK); a.Body != "the first half" {
		t.Errorf("the answer is %q", a.Body)
	}
}

func TestAbortedAnswerStaysAborted(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Web.GET("/abort", func(echo.Context) error { panic(http.ErrAbortHandler) })
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("the server sees %v", p)
		}
	}()
	s.As(t, stranger).Visit("/abort")
}

// both is a log that several goroutines write and the test reads.
type both struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *both) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *both) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

func TestOnlyOurOwnFailuresAreLogged(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	failing(s)
	for path, logged := range map[string]bool{"/error": true, "/panic": true, "/aside": true, "/nowhere": false, "/forbidden": false, "/often": false} {
		var log both
		s.Views.Log = weblog.NewLogger(&log, false, slog.LevelInfo)
		a := s.As(t, stranger).Visit(path)
		has := strings.Contains(log.String(), inside) && strings.Contains(log.String(), a.Header.Get("X-Request-ID"))
		if has != logged {
			t.Errorf("%s: logged with its cause and id: %v, want %v\n%s", path, has, logged, log.String())
		}
	}
	var log both
	s.Views.Log = weblog.NewLogger(&log, false, slog.LevelInfo)
	hungUp, hangUp := context.WithCancel(t.Context())
	hangUp()
	s.As(t, stranger).Do(httptest.NewRequestWithContext(hungUp, http.MethodGet, "/heroes", nil))
	if log.String() != "" {
		t.Errorf("a visitor who hung up is logged as our failure: %s", log.String())
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, stranger)
	b.Get("healthz").Is(http.StatusOK).AtMost(0).Shows("ok")
	b.Get("readyz").Is(http.StatusOK).Shows("ready")
	if err := s.DB.Close(); err != nil {
		t.Fatal(err)
	}
	b.Get("healthz").Is(http.StatusOK)
	b.Get("readyz").Is(http.StatusServiceUnavailable).Shows("does not answer").Hides("closed", "sql")
	problemOf(t, b.JSON().Get("readyz").Is(http.StatusServiceUnavailable).Hides("closed", "sql"))
}
