package weblog

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"
)

// Config tells Requests what only the site knows. Every field but Log may be nil.
type Config struct {
	Log   *slog.Logger
	User  func(c echo.Context) int64  // id of who asks, 0 for nobody
	Route func(c echo.Context) string // name of the page
	Quiet func(c echo.Context) bool   // logged at debug level: static files, health checks
}

type requestKey struct{}

// RequestID is the id of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// WithRequestID is for work that goes on after its request, such as a job that
// should log under the same id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Requests gives each request an id (X-Request-ID, in the context and in the
// answer) and logs one line when it has ended; for a stream, when the stream
// ends. It never logs the error itself: that is for the error handler, which is
// called here. It must be the outermost middleware, with the one that recovers
// panics inside; anything outside sees no errors.
func Requests(cfg Config) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start, path := time.Now(), c.Request().URL.Path // a handler may change the path
			identify(c)
			if err := next(c); err != nil {
				c.Error(err) // answers, so that status and size are known
			}
			cfg.line(c, path, time.Since(start))
			return nil
		}
	}
}

func identify(c echo.Context) {
	r := c.Request()
	id := r.Header.Get(echo.HeaderXRequestID)
	if !saneID.MatchString(id) {
		id = rand.Text()
	}
	c.Response().Header().Set(echo.HeaderXRequestID, id)
	c.SetRequest(r.WithContext(WithRequestID(r.Context(), id)))
}

func (cfg Config) line(c echo.Context, path string, took time.Duration) {
	r, status := c.Request(), statusOf(c)
	level := slog.LevelInfo
	if cfg.Quiet != nil && status < http.StatusBadRequest && cfg.Quiet(c) {
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("path", path), slog.Int("status", status),
		slog.Duration("took", took), slog.Int64("bytes", c.Response().Size), slog.String("address", c.RealIP()),
	}
	if cfg.Route != nil {
		attrs = append(attrs, slog.String("route", cfg.Route(c)))
	}
	if cfg.User != nil {
		attrs = append(attrs, slog.Int64("user", cfg.User(c)))
	}
	cfg.log().LogAttrs(r.Context(), level, "request", attrs...)
}

func (cfg Config) log() *slog.Logger {
	if cfg.Log == nil {
		return slog.Default()
	}
	return cfg.Log
}

// statusOf is 101 for a connection that a WebSocket took over: echo knows
// nothing of its answer.
func statusOf(c echo.Context) int {
	if !c.Response().Committed && c.IsWebSocket() {
		return http.StatusSwitchingProtocols
	}
	return c.Response().Status
}
