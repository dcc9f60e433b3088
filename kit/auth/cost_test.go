package auth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"superbook/kit/db"
)

func TestCostOfARequest(t *testing.T) {
	t.Parallel()
	h, b := newHouse(t, false), browser(t)
	cookie := h.ask(t, b, "POST", "/login").Cookies()[0]
	for name, tc := range map[string]struct {
		path   string
		cookie *http.Cookie
		want   int
	}{
		"member":    {"/who", cookie, 1},
		"anonymous": {"/who", &http.Cookie{Name: "other", Value: "x"}, 0},
		"nonsense":  {"/who", &http.Cookie{Name: "session", Value: strings.Repeat("x", 4000)}, 0},
		"static":    {"/static/x", cookie, 0},
	} {
		ctx, count := db.CountQueries(t.Context())
		r := httptest.NewRequest("GET", tc.path, nil).WithContext(ctx)
		r.AddCookie(tc.cookie)
		h.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
		if count.N() != tc.want {
			t.Errorf("%s: %d queries", name, count.N())
		}
	}
}

func TestManyVisitorsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	var all sync.WaitGroup
	for range 16 {
		b := browser(t)
		all.Go(func() {
			for range 3 {
				for _, step := range [][3]string{{"POST", "/login", "member one"}, {"POST", "/silent", ""}, {"GET", "/flash", "Silent."}, {"GET", "/who", "member one"}, {"POST", "/logout", ""}, {"GET", "/who", "nobody"}} {
					if got := h.ask(t, b, step[0], step[1]); got.body != step[2] {
						t.Errorf("%s %s: %d %q", step[0], step[1], got.StatusCode, got.body)
					}
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkMember(b *testing.B) {
	for name, login := range map[string]bool{"member": true, "anonymous": false} {
		b.Run(name, func(b *testing.B) {
			h := newHouse(b, false)
			r := httptest.NewRequest("GET", "/who", nil)
			if login {
				w := httptest.NewRecorder()
				h.Config.Handler.ServeHTTP(w, httptest.NewRequest("POST", "/login", nil))
				r.AddCookie(w.Result().Cookies()[0])
			}
			for b.Loop() {
				h.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
