package auth

import (
	"bufio"
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

func TestLoginAndLogout(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)

	res := h.want(t, b, "GET", "/who", 200, "nobody")
	if len(res.Cookies()) != 0 || h.rows(t) != 0 {
		t.Fatalf("an anonymous visitor got %v and %d rows", res.Cookies(), h.rows(t))
	}
	res = h.want(t, b, "POST", "/login", 200, "member one")
	first := res.Cookies()[0]
	if first.Name != "session" || !first.HttpOnly || first.Secure || first.SameSite != http.SameSiteLaxMode || first.Path != "/" || first.MaxAge < 29*86400 {
		t.Fatalf("cookie %+v", first)
	}
	res = h.want(t, b, "GET", "/who", 200, "member one")
	if len(res.Cookies()) != 0 {
		t.Fatal("a mere visit set the cookie again")
	}
	if got := res.Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Fatalf("Cache-Control %q on a member's page", got)
	}
	second := h.want(t, b, "POST", "/login", 200, "member one").Cookies()[0]
	if second.Value == first.Value || h.rows(t) != 1 {
		t.Fatalf("login kept its session id, or left %d rows", h.rows(t))
	}
	h.want(t, b, "POST", "/logout", 303, "")
	h.want(t, b, "GET", "/who", 200, "nobody")
	h.want(t, b, "GET", "/flash", 200, "See you!")
	if h.rows(t) != 0 {
		t.Fatalf("%d rows after logout and the last flash", h.rows(t))
	}
}

func TestStolenTokenIsUselessAfterLogout(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	stolen := h.ask(t, b, "POST", "/login").Cookies()[0]
	h.ask(t, b, "POST", "/logout")
	for name, value := range map[string]string{"old": stolen.Value, "empty": "", "odd": "x'; --", "unknown": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", h.URL+"/members", nil)
		r.AddCookie(&http.Cookie{Name: "session", Value: value})
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized || len(res.Cookies()) != 0 {
			t.Errorf("%s token: status %d, cookies %v", name, res.StatusCode, res.Cookies())
		}
	}
}

func TestSecureCookie(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	c := h.ask(t, browser(t), "POST", "/login").Cookies()[0]
	if c.Name != "__Host-session" || !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Fatalf("cookie %+v", c)
	}
}

func TestTokensAreStoredHashed(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	token := h.ask(t, b, "POST", "/login").Cookies()[0].Value
	var stored string
	if err := h.data.Read.Raw("SELECT token FROM sessions").Scan(&stored).Error; err != nil {
		t.Fatal(err)
	}
	if stored == "" || stored == token {
		t.Fatalf("stored token %q", stored)
	}
}

func TestPasswordChangeLogsOutEverywhereElse(t *testing.T) {
	t.Parallel()
	h, here, there := newHouse(t, false), browser(t), browser(t)
	before := h.ask(t, here, "POST", "/login").Cookies()[0].Value
	h.ask(t, there, "POST", "/login")
	after := h.want(t, here, "POST", "/password", 200, "").Cookies()[0].Value
	if before == after {
		t.Fatal("the session id stayed the same")
	}
	h.want(t, here, "GET", "/who", 200, "member new")
	h.want(t, there, "GET", "/who", 200, "nobody")
	if h.rows(t) != 1 {
		t.Fatalf("%d rows, the old session stayed", h.rows(t))
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err    error
		status int
		rows   int64
	}{
		"gone":    {problem.NotFound("no such user"), 200, 0},
		"broken":  {errBoom, 500, 1},
		"problem": {problem.Forbidden("no"), 403, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, b := newHouse(t, false), browser(t)
			h.ask(t, b, "POST", "/login")
			h.breakLoad(tc.err)
			if got := h.ask(t, b, "GET", "/who"); got.StatusCode != tc.status || h.rows(t) != tc.rows {
				t.Fatalf("status %d, %d rows", got.StatusCode, h.rows(t))
			}
		})
	}
}

func TestGuards(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	for _, path := range []string{"/members", "/staff"} {
		if got := h.ask(t, b, "GET", path); got.StatusCode != http.StatusUnauthorized {
			t.Errorf("anonymous at %s: %d", path, got.StatusCode)
		}
	}
	h.ask(t, b, "POST", "/login")
	h.want(t, b, "GET", "/members", 200, "in")
	if got := h.ask(t, b, "GET", "/staff"); got.StatusCode != http.StatusForbidden {
		t.Errorf("a member at /staff: %d", got.StatusCode)
	}
}

func TestLoginFailsLoudly(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	if err := h.data.Write.Exec("ALTER TABLE sessions RENAME TO elsewhere").Error; err != nil {
		t.Fatal(err)
	}
	res := h.ask(t, b, "POST", "/login")
	if res.StatusCode != 500 || len(res.Cookies()) != 0 {
		t.Fatalf("login without a table: %d, cookies %v", res.StatusCode, res.Cookies())
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	h.ask(t, b, "POST", "/login")
	r, _ := http.NewRequestWithContext(t.Context(), "GET", h.URL+"/stream", nil)
	res, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	if err != nil || line != "first\n" {
		t.Fatalf("stream gave %q, %v", line, err)
	}
}

func TestOutsideOfTheMiddleware(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	c := echo.New().NewContext(newRequest(t), nil)
	if h.auth.Login(c, 1, "one") == nil || h.auth.Logout(c) == nil || h.auth.Restamp(c, "x") == nil {
		t.Fatal("no error without a session")
	}
	h.auth.Flash(c, "lost")
	if h.auth.TakeFlash(c) != "" || h.log.String() == "" {
		t.Fatal("a flash without a session was not reported")
	}
}

func newRequest(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
