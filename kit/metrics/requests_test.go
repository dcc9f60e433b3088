package metrics_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/metrics"
)

// site answers a few routes; errors become answers inside of the middleware.
func site(m *metrics.Requests) *echo.Echo {
	e := echo.New()
	e.Use(m.Middleware(func(c echo.Context) string { name, _ := c.Get("name").(string); return name }))
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := next(c); err != nil {
				c.Error(err)
			}
			return nil
		}
	})
	named := func(name string, view echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error { c.Set("name", name); return view(c) }
	}
	e.Any("/users/:name", named("user", func(c echo.Context) error { return c.String(http.StatusOK, "hello") }))
	e.GET("/broken", named("broken", func(echo.Context) error { return errors.New("a lamp fell over") }))
	e.GET("/stream", named("stream", func(c echo.Context) error {
		c.Response().Header().Set("Content-Type", "text/event-stream")
		return c.NoContent(http.StatusOK)
	}))
	e.GET("/slow", named("slow", func(c echo.Context) error {
		metrics.Untimed(c)
		return c.NoContent(http.StatusOK)
	}))
	e.POST("/upload/:length", named("upload", func(c echo.Context) error { return c.NoContent(http.StatusOK) }))
	e.GET("/socket", named("socket", func(echo.Context) error { return nil }))
	return e
}

func TestRequestsByRouteMethodAndStatus(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	m := metrics.NewRequests(r)
	e := site(m)
	ask := func(method, path string) {
		req := httptest.NewRequest(method, path, nil)
		if path == "/socket" {
			req.Header.Set("Upgrade", "websocket")
		}
		e.ServeHTTP(httptest.NewRecorder(), req)
	}
	for i := range 300 {
		ask(http.MethodGet, fmt.Sprintf("/users/%d", i))
		ask(http.MethodGet, fmt.Sprintf("/nowhere/%d?%d", i, i))
		ask(fmt.Sprintf("METHOD%d", i), fmt.Sprintf("/nowhere/%d", i))
	}
	ask(http.MethodPost, "/users/1")
	ask(http.MethodGet, "/broken")
	ask(http.MethodGet, "/stream")
	ask(http.MethodGet, "/socket")
	text := written(t, r)
	for _, want := range []string{
		`http_requests_total{route="user",method="GET",status="2xx"} 300`, `http_requests_total{route="user",method="POST",status="2xx"} 1`,
		`http_requests_total{route="unknown",method="GET",status="4xx"} 300`, `http_requests_total{route="unknown",method="other",status="4xx"} 300`,
		`http_requests_total{route="broken",method="GET",status="5xx"} 1`, `http_requests_total{route="stream",method="GET",status="2xx"} 1`,
		`http_requests_total{route="socket",method="GET",status="1xx"} 1`, `http_request_duration_seconds_count{route="user",method="GET",status="2xx"} 300`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "\nhttp_requests_total{"); n != 7 {
		t.Errorf("%d series of requests", n)
	}
	if strings.Contains(text, `seconds_count{route="stream"`) || strings.Contains(text, `seconds_count{route="socket"`) {
		t.Error("how long a stream was open counts as the time of an answer")
	}
	if m.Answered() != 904 || m.Answered("4xx") != 600 || m.Answered("5xx") != 1 {
		t.Errorf("answered %v, refused %v, broken %v", m.Answered(), m.Answered("4xx"), m.Answered("5xx"))
	}
}

// How long an upload or a stream takes is no time of the site's.
func TestUploadsAndStreamsAreNotTimed(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	m := metrics.NewRequests(r)
	e := site(m)
	for _, length := range []int64{0, 64 << 10, 64<<10 + 1, 1 << 30, -1} {
		req := httptest.NewRequest(http.MethodPost, fmt.Sprint("/upload/", length), nil)
		req.ContentLength = length
		e.ServeHTTP(httptest.NewRecorder(), req)
	}
	e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/slow", nil))
	text := written(t, r)
	if !strings.Contains(text, `seconds_count{route="upload",method="POST",status="2xx"} 2`+"\n") || strings.Contains(text, `seconds_count{route="slow"`) {
		t.Errorf("timed are\n%s", text)
	}
	if m.Answered() != 6 || m.Seconds.Distribution().N() != 2 {
		t.Errorf("%v answered, %d timed", m.Answered(), m.Seconds.Distribution().N())
	}
}

// BenchmarkRequests is what the middleware costs a request, beside the same
// answer without it.
func BenchmarkRequests(b *testing.B) {
	answer := func(c echo.Context) error { c.Response().Status = http.StatusOK; return nil }
	with := metrics.NewRequests(metrics.New()).Middleware(func(echo.Context) string { return "home" })(answer)
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	for name, h := range map[string]echo.HandlerFunc{"bare": answer, "counted": with} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = h(c)
			}
		})
	}
	b.Run("counted by all cores", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
			for pb.Next() {
				_ = with(c)
			}
		})
	})
}
