package auth

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	for name, login := range map[string]bool{"member": true, "anonymous": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, b := newHouse(t, false), browser(t)
			left := int64(0)
			if login {
				h.ask(t, b, "POST", "/login")
				left = 1
			}
			h.want(t, b, "POST", "/flash", 204, "")
			h.want(t, b, "GET", "/flash", 200, "Saved.")
			h.want(t, b, "GET", "/flash", 200, "")
			h.want(t, b, "POST", "/silent", 200, "")
			h.want(t, b, "GET", "/flash", 200, "Silent.")
			if h.rows(t) != left {
				t.Fatalf("%d rows left, want %d", h.rows(t), left)
			}
		})
	}
}

func TestAnonymousFlashIsShortLived(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	res := h.ask(t, browser(t), "POST", "/flash")
	if c := res.Cookies()[0]; c.MaxAge > 3601 || c.MaxAge < 3500 {
		t.Fatalf("cookie lives %d s", c.MaxAge)
	}
}

func TestFlashThatCannotBeStored(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	if err := h.data.Write.Exec("ALTER TABLE sessions RENAME TO elsewhere").Error; err != nil {
		t.Fatal(err)
	}
	res := h.ask(t, browser(t), "POST", "/flash")
	if res.StatusCode != http.StatusNoContent || len(res.Cookies()) != 0 {
		t.Fatalf("status %d, cookies %v", res.StatusCode, res.Cookies())
	}
	if !strings.Contains(h.log.String(), "level=ERROR msg=\"session not stored\"") {
		t.Fatalf("log: %s", h.log)
	}
}

// A request that changes a session while another one ends it must not bring
// the session back.
func TestEndedSessionStaysEnded(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	h.ask(t, b, "POST", "/login")
	var token string
	if err := h.data.Read.Raw("SELECT token FROM sessions").Scan(&token).Error; err != nil {
		t.Fatal(err)
	}
	ctx := contextWith(t, &visit{})
	if _, found, err := h.store.FindCtx(ctx, token); !found || err != nil {
		t.Fatal(found, err)
	}
	h.ask(t, b, "POST", "/logout")
	if err := h.store.CommitCtx(ctx, token, []byte("x"), time.Now().Add(time.Hour)); err != errEnded {
		t.Fatalf("commit gave %v", err)
	}
	if err := h.store.touch(ctx, token, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := h.store.Find(token); found {
		t.Fatal("the session is back")
	}
}

func TestUnreadableDataStartsAfresh(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	h.ask(t, b, "POST", "/login")
	if err := h.data.Write.Exec("UPDATE sessions SET data = ?", []byte("junk")).Error; err != nil {
		t.Fatal(err)
	}
	h.want(t, b, "GET", "/who", 200, "nobody")
	h.want(t, b, "POST", "/login", 200, "member one")
	h.want(t, b, "GET", "/who", 200, "member one")
}

func TestDatabaseDown(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	h.ask(t, b, "POST", "/login")
	if err := h.data.Write.Exec("ALTER TABLE sessions RENAME TO elsewhere").Error; err != nil {
		t.Fatal(err)
	}
	if got := h.ask(t, b, "GET", "/who"); got.StatusCode != 500 {
		t.Fatalf("status %d", got.StatusCode)
	}
	h.want(t, b, "GET", "/static/x", 200, "x")
	h.want(t, browser(t), "GET", "/who", 200, "nobody")
}

func TestIdleTimeoutIsTouchedSparingly(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	h.ask(t, b, "POST", "/login")
	full := expiry(t, h)
	if d := time.Until(full); d < 13*24*time.Hour || d > 14*24*time.Hour {
		t.Fatalf("idle session ends in %s", d)
	}
	for name, tc := range map[string]struct {
		passed time.Duration
		moved  bool
	}{"half an hour": {30 * time.Minute, false}, "two hours": {2 * time.Hour, true}} {
		set := full.Add(-tc.passed)
		setExpiry(t, h, set)
		res := h.want(t, b, "GET", "/who", 200, "member one")
		if moved := expiry(t, h).After(set); moved != tc.moved || len(res.Cookies()) != 0 {
			t.Errorf("%s: moved %v, cookies %v", name, moved, res.Cookies())
		}
	}
}

func TestExpired(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	h.ask(t, b, "POST", "/login")
	h.ask(t, browser(t), "POST", "/login")
	setExpiry(t, h, time.Now().Add(-time.Second))
	h.want(t, b, "GET", "/who", 200, "nobody")
	h.ask(t, browser(t), "POST", "/login")
	n, err := h.store.DeleteExpired(t.Context())
	if n != 2 || err != nil || h.rows(t) != 1 {
		t.Fatalf("deleted %d, %v, left %d", n, err, h.rows(t))
	}
}

func TestCookieIsNeverCachedPublicly(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	res := h.ask(t, b, "POST", "/login")
	if res.Header.Get("Cache-Control") != "private, no-cache" || res.Header.Get("Vary") != "Cookie" {
		t.Fatalf("headers %v", res.Header)
	}
	if got := h.ask(t, b, "GET", "/cached").Header.Get("Cache-Control"); got != "public, max-age=60" {
		t.Fatalf("a page's own Cache-Control became %q", got)
	}
}

func contextWith(t *testing.T, v *visit) context.Context {
	t.Helper()
	return context.WithValue(t.Context(), visitKey{}, v)
}

func expiry(t *testing.T, h *house) time.Time {
	t.Helper()
	var row struct{ ExpiresAt time.Time }
	if err := h.data.Read.Raw("SELECT expires_at FROM sessions").Scan(&row).Error; err != nil {
		t.Fatal(err)
	}
	return row.ExpiresAt
}

func setExpiry(t *testing.T, h *house, at time.Time) {
	t.Helper()
	if err := h.data.Write.Exec("UPDATE sessions SET expires_at = ?", at.UTC().Truncate(time.Second)).Error; err != nil {
		t.Fatal(err)
	}
}
