package auth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/problem"
)

type member struct{ Name string }

// house is a small site with accounts, served over real HTTP.
type house struct {
	*httptest.Server
	auth  *Auth[member]
	data  *db.DB
	store *Store
	log   *lockedBuffer

	mu     sync.Mutex
	stamps map[int64]string
	broken error // what Load answers, if set
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func openTestDB(t testing.TB) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Write.Exec("CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expires_at TIMESTAMP NOT NULL)").Error; err != nil {
		t.Fatal(err)
	}
	return d
}

func newHouse(t testing.TB, secure bool) *house {
	t.Helper()
	h := &house{data: openTestDB(t), log: &lockedBuffer{}, stamps: map[int64]string{1: "one", 2: "two"}}
	h.store = NewStore(h.data.Read, h.data.Write)
	h.auth = New(Config[member]{Store: h.store, Secure: secure, Load: h.load, Log: slog.New(slog.NewTextHandler(h.log, nil)),
		Skip: func(c echo.Context) bool { return strings.HasPrefix(c.Path(), "/static") }})
	e := echo.New()
	e.Use(h.auth.Middleware)
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if !c.Response().Committed {
			_ = c.String(problem.Of(err).Status, err.Error())
		}
	}
	h.routes(e)
	h.Server = httptest.NewServer(e)
	t.Cleanup(h.Close)
	return h
}

func (h *house) load(_ context.Context, id int64) (member, string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return member{}, "", h.broken
	}
	stamp, ok := h.stamps[id]
	if !ok {
		return member{}, "", gorm.ErrRecordNotFound
	}
	return member{Name: "member " + stamp}, stamp, nil
}

func (h *house) setStamp(id int64, stamp string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stamps[id] = stamp
}

func (h *house) breakLoad(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken = err
}

// browser is a client with its own cookies that follows no redirects.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type answer struct {
	*http.Response
	body string
}

func (h *house) ask(t *testing.T, b *http.Client, method, path string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(body)}
}

func (h *house) rows(t *testing.T) int64 {
	t.Helper()
	var n int64
	if err := h.data.Read.Table("sessions").Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func (h *house) want(t *testing.T, b *http.Client, method, path string, status int, body string) answer {
	t.Helper()
	got := h.ask(t, b, method, path)
	if got.StatusCode != status || got.body != body {
		t.Fatalf("%s %s = %d %q, want %d %q", method, path, got.StatusCode, got.body, status, body)
	}
	return got
}

var errBoom = errors.New("boom")
