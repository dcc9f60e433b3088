package route_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/route"
)

func TestParameters(t *testing.T) {
	t.Parallel()
	e := echo.New()
	var id int64
	var name string
	var err error
	table(t,
		route.GET("/n/:id", func(c echo.Context) error { id, err = route.ID(c); return nil }, "n"),
		route.GET("/t/:name", func(c echo.Context) error { name, err = route.Param(c, "name"); return nil }, "t")).Mount(e)
	get := func(path string) {
		id, name, err = 0, "", nil
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
	for path, want := range map[string]int64{"/n/7": 7, "/n/9223372036854775807": 9223372036854775807,
		"/n/0": 0, "/n/-1": 0, "/n/x": 0, "/n/7x": 0, "/n/9223372036854775808": 0} {
		if get(path); id != want || (err == nil) != (want > 0) || err != nil && problem.Of(err).Status != 404 {
			t.Errorf("%s: %d, %v", path, id, err)
		}
	}
	for path, want := range map[string]string{"/t/ana": "ana", "/t/%D0%B6": "ж", "/t/%d0%b6": "ж", "/t/a%2Fb": "a/b", "/t/a%20b": "a b", "/t/%2561": "%61"} {
		if get(path); name != want || err != nil {
			t.Errorf("%s: %q, %v", path, name, err)
		}
	}
	for _, path := range []string{"/t/%00", "/t/a%00b", "/t/%ff", "/t/a%2F%ff", "/t/a%2F%00"} {
		if get(path); err == nil || problem.Of(err).Status != 404 || name != "" {
			t.Errorf("%s: %q, %v", path, name, err)
		}
	}
}

func TestRedirectNeedsTheTable(t *testing.T) {
	t.Parallel()
	e := echo.New()
	table(t, route.GET("/go", func(c echo.Context) error { return route.Redirect(c, "user", "a b") }, "go"), route.GET("/u/:n", ok, "user")).Mount(e)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/go", nil))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/u/a%20b" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	outside := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	if err := route.Redirect(outside, "user", 1); err == nil {
		t.Error("a redirect without a table")
	}
	if row, known := route.Matched(outside); known || row.Name != "" || route.Name(outside) != "" {
		t.Errorf("a request outside met %v", row)
	}
}
