package weblog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

type line struct {
	Level, Msg, ID, Method, Path, Address, Route string
	Status, Bytes, User                          int
	Took                                         int64
}

// serve runs one request and gives the answer and the lines logged.
func serve(t *testing.T, r *http.Request) (*httptest.ResponseRecorder, []line) {
	t.Helper()
	var b bytes.Buffer
	log := NewLogger(&b, false, slog.LevelDebug)
	e := echo.New()
	e.IPExtractor = echo.ExtractIPDirect()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		status := http.StatusInternalServerError
		if he := (*echo.HTTPError)(nil); errors.As(err, &he) {
			status = he.Code
		}
		if err := c.String(status, "sorry"); err != nil {
			t.Error(err)
		}
	}
	e.Use(Requests(Config{
		Log:   log,
		User:  func(echo.Context) int64 { return 7 },
		Route: func(c echo.Context) string { return "name of " + c.Path() },
		Quiet: func(c echo.Context) bool { return strings.HasPrefix(c.Path(), "/static") },
	}))
	e.GET("/ok", func(c echo.Context) error { return c.String(200, RequestID(c.Request().Context())) })
	e.GET("/static/:file", func(c echo.Context) error {
		if c.Param("file") == "missing" {
			return echo.ErrNotFound
		}
		return c.NoContent(http.StatusNoContent)
	})
	e.GET("/boom", func(echo.Context) error { return errors.New("boom") })
	e.GET("/inside", func(c echo.Context) error {
		log.InfoContext(c.Request().Context(), "inside")
		return c.NoContent(http.StatusNoContent)
	})
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w, parse(t, &b)
}

func parse(t *testing.T, r io.Reader) []line {
	t.Helper()
	var lines []line
	for d := json.NewDecoder(r); ; {
		var l line
		err := d.Decode(&l)
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]line{
		"/ok?secret=1":    {Level: "INFO", Path: "/ok", Route: "name of /ok", Status: 200, Bytes: 26},
		"/boom":           {Level: "INFO", Path: "/boom", Route: "name of /boom", Status: 500, Bytes: 5},
		"/static/a.css":   {Level: "DEBUG", Path: "/static/a.css", Route: "name of /static/:file", Status: 204},
		"/static/missing": {Level: "INFO", Path: "/static/missing", Route: "name of /static/:file", Status: 404, Bytes: 5},
		"/nowhere":        {Level: "INFO", Path: "/nowhere", Route: "name of ", Status: 404, Bytes: 5},
	} {
		w, lines := serve(t, httptest.NewRequest("GET", path, nil))
		if len(lines) != 1 {
			t.Fatalf("%s: %d lines", path, len(lines))
		}
		got := lines[0]
		if got.ID == "" || got.ID != w.Header().Get("X-Request-ID") || got.Took <= 0 {
			t.Errorf("%s: id %q, took %d", path, got.ID, got.Took)
		}
		want.Msg, want.Method, want.Address, want.User = "request", "GET", "192.0.2.1", 7
		want.ID, want.Took = got.ID, got.Took
		if path == "/nowhere" {
			want.Route = got.Route // echo's own business
		}
		if got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", path, got, want)
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for given, kept := range map[string]bool{
		"abc-DEF_123": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "a b": false, "a\nb": false, "é": false, "<b>": false, "a\x00": false,
	} {
		r := httptest.NewRequest("GET", "/ok", nil)
		r.Header.Set("X-Request-ID", given)
		w, lines := serve(t, r)
		id := w.Header().Get("X-Request-ID")
		if (id == given) != kept || !saneID.MatchString(id) || w.Body.String() != id || lines[0].ID != id {
			t.Errorf("%q: header %q, context %q, line %q", given, id, w.Body, lines[0].ID)
		}
	}
	if RequestID(context.Background()) != "" {
		t.Error("an id without a request")
	}
}

func TestLinesOfOneRequestShareItsID(t *testing.T) {
	t.Parallel()
	_, lines := serve(t, httptest.NewRequest("GET", "/inside", nil))
	if len(lines) != 2 || lines[0].Msg != "inside" || lines[0].ID == "" || lines[0].ID != lines[1].ID {
		t.Fatalf("%+v", lines)
	}
}

func TestStreamIsLoggedWhenItEnds(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	first, ended := make(chan struct{}), make(chan struct{})
	e := echo.New()
	h := Requests(Config{Log: NewLogger(&b, false, nil)})(func(c echo.Context) error {
		_, _ = c.Response().Write([]byte("one"))
		close(first)
		<-c.Request().Context().Done()
		_, _ = c.Response().Write([]byte("two"))
		return nil
	})
	ctx, stop := context.WithCancel(t.Context())
	c := e.NewContext(httptest.NewRequest("GET", "/", nil).WithContext(ctx), httptest.NewRecorder())
	go func() {
		defer close(ended)
		if err := h(c); err != nil {
			t.Error(err)
		}
	}()
	<-first
	if b.Len() != 0 {
		t.Error("logged before the end")
	}
	stop()
	<-ended
	if lines := parse(t, &b); len(lines) != 1 || lines[0].Bytes != 6 {
		t.Fatalf("%+v", lines)
	}
}

func TestWebSocketStatus(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Upgrade", "websocket")
	if got := statusOf(echo.New().NewContext(r, httptest.NewRecorder())); got != http.StatusSwitchingProtocols {
		t.Fatal(got)
	}
}

func FuzzRequestID(f *testing.F) {
	f.Add("abc")
	f.Add("a\r\nb")
	f.Fuzz(func(t *testing.T, given string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Request-Id"] = []string{given}
		w := httptest.NewRecorder()
		identify(echo.New().NewContext(r, w))
		if id := w.Header().Get("X-Request-ID"); !saneID.MatchString(id) {
			t.Fatalf("%q gave %q", given, id)
		}
	})
}
