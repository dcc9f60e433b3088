package metrics

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// Requests counts the requests that a site answers.
type Requests struct {
	Total   *Counters   // by route, method and class of the status
	Seconds *Histograms // by the same; uploads and streams are left out
}

// NewRequests adds the metrics of requests to r.
func NewRequests(r *Registry) *Requests {
	labels := []string{"route", "method", "status"}
	return &Requests{
		Total:   r.Counters("http_requests_total", "Requests answered; a stream counts when it has ended.", labels...),
		Seconds: r.Histograms("http_request_duration_seconds", "Time to answer a request, uploads and streams left out.", requestBounds, labels...),
	}
}

var (
	methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
	classes = [...]string{"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"}
)

// Middleware counts each request under the name of its route, which it asks for
// once the request is answered. All paths that no route knows count as one, and
// so do methods that nobody has heard of: strangers choose both. It has to stand
// outside of the middleware that turns errors into answers.
func (m *Requests) Middleware(route func(echo.Context) string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			m.note(c, route(c), time.Since(start))
			return err
		}
	}
}

func (m *Requests) note(c echo.Context, name string, took time.Duration) {
	method, status := c.Request().Method, c.Response().Status
	if name == "" {
		name = "unknown"
	}
	if !slices.Contains(methods, method) {
		method = "other"
	}
	socket := !c.Response().Committed && c.IsWebSocket()
	if socket {
		status = http.StatusSwitchingProtocols // echo knows nothing of its answer
	}
	class := classes[min(max(status/100, 0), len(classes)-1)]
	m.Total.With(name, method, class).Inc()
	if !socket && !untimed(c) {
		m.Seconds.With(name, method, class).Observe(took.Seconds())
	}
}

const untimedKey = "metrics.untimed"

// Untimed leaves out how long this request takes, which says nothing of the site:
// the visitor's line decides it, or what the answer waits for on purpose.
func Untimed(c echo.Context) { c.Set(untimedKey, true) }

// largeBody is a request that takes as long as the visitor's line needs, in bytes.
const largeBody = 64 << 10

func untimed(c echo.Context) bool {
	body := c.Request().ContentLength // -1 when the client does not say
	return body > largeBody || body < 0 || c.Get(untimedKey) != nil ||
		strings.HasPrefix(c.Response().Header().Get(echo.HeaderContentType), "text/event-stream")
}

// Answered is how many requests were answered with a status of these classes,
// such as "5xx"; without any, all of them.
func (m *Requests) Answered(of ...string) (n float64) {
	m.Total.Each(func(labels []string, value float64) {
		if len(of) == 0 || slices.Contains(of, labels[2]) {
			n += value
		}
	})
	return n
}
