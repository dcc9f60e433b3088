package route_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/route"
)

func ok(c echo.Context) error { return c.String(http.StatusOK, route.Name(c)) }

func table(t *testing.T, rows ...route.Row) *route.Table {
	t.Helper()
	tab, err := route.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestNewRefusesAmbiguousTables(t *testing.T) {
	t.Parallel()
	for want, rows := range map[string][]route.Row{
		"has no name":         {route.GET("/a", ok, "")},
		"declared twice":      {route.GET("/a", ok, "a"), route.GET("/a", ok, "a")},
		"HEAD /a is declared": {route.GET("/a", ok, "a"), route.HEAD("/a", ok, "a")},
		"GET /a is declared":  {route.HEAD("/a", ok, "a"), route.GET("/a", ok, "a")},
		"means both /a and":   {route.GET("/a", ok, "a"), route.GET("/b", ok, "a")},
	} {
		if _, err := route.New(rows); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := route.New([]route.Row{route.GET("/a", ok, "a"), route.POST("/a", ok, "a")}); err != nil {
		t.Errorf("one name for the form and its target: %v", err)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	tab := table(t, route.GET("", ok, "home"), route.GET("/users/:name", ok, "user"), route.GET("/a/:x/b/:y", ok, "two"), route.GET("/files/*", ok, "file"))
	for _, tt := range []struct {
		name string
		args []any
		want string // "" for an error
	}{
		{"home", nil, "/"},
		{"user", []any{"ana"}, "/users/ana"},
		{"user", []any{42}, "/users/42"},
		{"user", []any{"a/../b?c#d"}, "/users/a%2F..%2Fb%3Fc%23d"},
		{"user", []any{"жар птица"}, "/users/%D0%B6%D0%B0%D1%80%20%D0%BF%D1%82%D0%B8%D1%86%D0%B0"},
		{"user", []any{":y"}, "/users/:y"},
		{"two", []any{1, 2}, "/a/1/b/2"},
		{"file", []any{"x.css"}, "/files/x.css"},
		{"home", []any{1}, ""}, {"user", nil, ""}, {"two", []any{1}, ""}, {"two", []any{1, 2, 3}, ""}, {"nobody", nil, ""},
	} {
		got, err := tab.Path(tt.name, tt.args...)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("Path(%q, %v) = %q, %v; want %q", tt.name, tt.args, got, err, tt.want)
		}
		if check := tab.Check(tt.name, len(tt.args)); (check == nil) != (err == nil) {
			t.Errorf("Check(%q, %d) = %v", tt.name, len(tt.args), check)
		}
	}
}

func TestUnderPutsRowsBehindGuardsInOrder(t *testing.T) {
	t.Parallel()
	var passed []string
	guard := func(name string) echo.MiddlewareFunc {
		return func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error { passed = append(passed, name); return next(c) }
		}
	}
	inner := route.Under("/b", route.Guards{guard("inner")}, route.GET("/c", ok, "c"))
	e := echo.New()
	table(t, route.Under("/a", route.Guards{guard("outer")}, inner...)...).Mount(e)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/a/b/c", nil))
	if w.Body.String() != "c" || strings.Join(passed, " ") != "outer inner" {
		t.Errorf("%d %q by way of %v", w.Code, w.Body, passed)
	}
}

func TestMountAnswersHeadAndKnowsTheRow(t *testing.T) {
	t.Parallel()
	e := echo.New()
	tab := table(t, route.GET("/a", ok, "a"), route.POST("/p", ok, "p"),
		route.HEAD("/f", ok, "f"), route.PATCH("/f", ok, "f"), route.DELETE("/f", ok, "f"), route.OPTIONS("/f", ok, "f"))
	tab.Mount(e)
	srv := httptest.NewServer(e)
	t.Cleanup(srv.Close)
	for _, tt := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/a", 200, "a"}, {"HEAD", "/a", 200, ""}, {"POST", "/p", 200, "p"},
		{"HEAD", "/f", 200, ""}, {"PATCH", "/f", 200, "f"}, {"DELETE", "/f", 200, "f"}, {"OPTIONS", "/f", 200, "f"},
		{"GET", "/f", 405, ""}, {"POST", "/a", 405, ""}, {"HEAD", "/p", 405, ""}, {"GET", "/nowhere", 404, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, srv.URL+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != tt.status || tt.status == 200 && string(body) != tt.body {
			t.Errorf("%s %s: %d %q", tt.method, tt.path, resp.StatusCode, body)
		}
	}
	if rows := tab.Rows(); len(rows) != 6 || rows[0].Name != "a" {
		t.Errorf("the rows are %v", rows)
	}
}

// A browser shows an answer only after it could send everything.
func TestBodyIsBoundedAndReadToItsEnd(t *testing.T) {
	t.Parallel()
	e := echo.New()
	var seen error
	read := func(c echo.Context) error {
		n, err := io.Copy(io.Discard, c.Request().Body)
		if seen = err; err == nil && n == 0 {
			return errors.New("nothing came")
		}
		return err
	}
	table(t, route.POST("/small", read, "small").Body(10), route.POST("/usual", read, "usual")).Mount(e)
	for path, tt := range map[string]struct {
		size int
		fits bool
	}{"/small": {10, true}, "/small?": {11, false}, "/usual": {route.DefaultBody, true}, "/usual?": {route.DefaultBody + 1, false}} {
		seen = nil
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, path, strings.NewReader(strings.Repeat("x", tt.size))))
		if large := (*http.MaxBytesError)(nil); errors.As(seen, &large) == tt.fits {
			t.Errorf("%d bytes to %s: %v", tt.size, path, seen)
		}
	}
	early := strings.NewReader("the whole body")
	e.POST("/x", ok)
	table(t, route.POST("/refuse", func(echo.Context) error { return problem.Forbidden("No.") }, "refuse")).Mount(e)
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/refuse", early))
	if early.Len() != 0 {
		t.Errorf("%d bytes were left unread", early.Len())
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := table(t, route.GET("/a", ok, "a"), route.POST("/long/:id", ok, "b")).Print(&out); err != nil {
		t.Fatal(err)
	}
	if want := "GET   /a         a\nPOST  /long/:id  b\n"; out.String() != want {
		t.Errorf("printed\n%s", out.String())
	}
}
