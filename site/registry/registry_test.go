package registry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/registry"
)

// office is a registry that answers as the test says, and counts.
type office struct {
	*httptest.Server
	asked atomic.Int64
}

func open(t *testing.T, answer http.HandlerFunc) (*office, *registry.Client) {
	t.Helper()
	o := new(office)
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.asked.Add(1)
		answer(w, r)
	}))
	t.Cleanup(o.Close)
	c, err := registry.New(o.URL + "/v1/")
	if err != nil {
		t.Fatal(err)
	}
	return o, c
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   models.Verdict // "" for an error
	}{
		"verified":          {says(200, `{"verified": true}`), models.Verified},
		"with more":         {says(200, `{"since": 1980, "verified": true, "by": {"name": "x"}}`), models.Verified},
		"not verified":      {says(200, `{"verified": false}`), models.Unverified},
		"nothing said":      {says(200, `{}`), models.Unverified},
		"not known":         {says(404, `whatever`), models.Unverified},
		"broken":            {says(500, `{"verified": true}`), ""},
		"busy":              {says(503, `{"verified": true}`), ""},
		"wants a login":     {says(401, `{"verified": true}`), ""},
		"nothing at all":    {says(200, ``), ""},
		"a page":            {says(200, `<html>verified: true</html>`), ""},
		"half an answer":    {says(200, `{"verified": tru`), ""},
		"another type":      {says(200, `{"verified": "yes"}`), ""},
		"a list":            {says(200, `[{"verified": true}]`), ""},
		"more than we take": {says(200, `{"note": "`+strings.Repeat("x", 1<<20)+`", "verified": true}`), ""},
		"hangs up": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := open(t, tt.answer)
			got, err := c.Check(t.Context(), models.Claim{Username: "nightheron"})
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestAnswersAreKeptAndErrorsAreNot(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	broken.Store(true)
	o, c := open(t, func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		says(200, `{"verified": true}`)(w, r)
	})
	ask := func(name string) (models.Verdict, error) { return c.Check(t.Context(), models.Claim{Username: name}) }
	if _, err := ask("heron"); err == nil {
		t.Error("no error from a broken registry")
	}
	broken.Store(false)
	for _, name := range []string{"heron", "Heron", "ＨＥＲＯＮ", "heron"} {
		if v, err := ask(name); err != nil || v != models.Verified {
			t.Errorf("%s: %q, %v", name, v, err)
		}
	}
	broken.Store(true)
	if v, err := ask("heron"); err != nil || v != models.Verified {
		t.Errorf("what was known is forgotten: %q, %v", v, err)
	}
	if _, err := ask("wren"); err == nil {
		t.Error("one hero's answer is another's")
	}
	if n := o.asked.Load(); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

func TestManyWhoAskAtOnceCauseOneRequest(t *testing.T) {
	t.Parallel()
	begun, answer := make(chan struct{}, 100), make(chan struct{})
	o, c := open(t, func(w http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		<-answer
		says(200, `{"verified": true}`)(w, r)
	})
	var wg sync.WaitGroup
	var wrong atomic.Int64
	for range 50 {
		wg.Go(func() {
			if v, err := c.Check(context.Background(), models.Claim{Username: "heron"}); err != nil || v != models.Verified {
				wrong.Add(1)
			}
		})
	}
	<-begun
	close(answer)
	wg.Wait()
	if o.asked.Load() != 1 || wrong.Load() != 0 {
		t.Errorf("%d requests, %d wrong answers", o.asked.Load(), wrong.Load())
	}
}

func TestSlowRegistryIsLeft(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	_, c := open(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	})
	defer close(stop)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Check(ctx, models.Claim{Username: "heron"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("whoever gives up hears %v", err)
	}
	start := time.Now()
	if _, err := c.Check(t.Context(), models.Claim{Username: "wren"}); err == nil || time.Since(start) > 20*time.Second {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
}

// An answer that comes too late for the one who asked serves the next one.
func TestLateAnswerIsKept(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	o, c := open(t, func(w http.ResponseWriter, _ *http.Request) {
		<-release
		_, _ = io.WriteString(w, `{"verified": true}`)
	})
	hasty, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if v, err := c.Check(hasty, models.Claim{Username: "slow"}); !errors.Is(err, context.DeadlineExceeded) || v != models.Unverified {
		t.Fatalf("the hasty one got %q, %v", v, err)
	}
	close(release)
	if v, err := c.Check(t.Context(), models.Claim{Username: "slow"}); err != nil || v != models.Verified {
		t.Errorf("the next one got %q, %v", v, err)
	}
	if n := o.asked.Load(); n != 1 {
		t.Errorf("the registry was asked %d times", n)
	}
}

func TestNamesCannotLeaveTheirPlaceInThePath(t *testing.T) {
	t.Parallel()
	var seen atomic.Value
	_, c := open(t, func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.RequestURI)
		says(404, "")(w, r)
	})
	for name, want := range map[string]string{
		"heron": "/v1/heroes/heron", "жар": "/v1/heroes/%D0%B6%D0%B0%D1%80", "a b": "/v1/heroes/a%20b",
		"../../admin": "/v1/heroes/..%2F..%2Fadmin", "a?x=y": "/v1/heroes/a%3Fx=y", "a#b": "/v1/heroes/a%23b",
		"a%2fb": "/v1/heroes/a%252fb", "a\r\nX: y": "/v1/heroes/a%0D%0Ax:%20y",
	} {
		seen.Store("")
		if _, err := c.Check(t.Context(), models.Claim{Username: name}); err != nil || seen.Load() != want {
			t.Errorf("%q: asked for %v, want %s (%v)", name, seen.Load(), want, err)
		}
	}
	for _, name := range []string{"..", ".", ""} {
		seen.Store("")
		if v, err := c.Check(t.Context(), models.Claim{Username: name}); v == models.Verified || err == nil || seen.Load() != "" {
			t.Errorf("%q: asked for %v: %q, %v", name, seen.Load(), v, err)
		}
	}
}

func TestNewWantsAnAddressOfTheWeb(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "heroes", "ftp://heroes.test", "http://", "://", "http://a b"} {
		if _, err := registry.New(base); err == nil {
			t.Errorf("%q is taken", base)
		}
	}
}
