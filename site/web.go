package site

import (
	"context"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"superbook/kit/async"
	"superbook/kit/auth"
	"superbook/kit/route"
	"superbook/kit/secure"
	"superbook/kit/throttle"
	"superbook/kit/weblog"
	"superbook/views"
)

// newWeb wires what every request passes through, outermost first.
func (s *Site) newWeb() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort, e.Renderer, e.HTTPErrorHandler = true, true, s.Pages, s.Views.Error
	e.IPExtractor = ipExtractor(s.Settings.TrustedProxies)
	e.Use(
		s.Figures.Requests.Middleware(route.Name),
		weblog.Requests(weblog.Config{Log: s.Log, User: auth.ID, Route: route.Name, Quiet: quiet}),
		recoverPanics,
		secure.Headers(s.Settings.Secure()),
		secure.CrossOrigin(),
		middleware.GzipWithConfig(middleware.GzipConfig{Level: 1, MinLength: 1400, Skipper: unzipped}),
		s.Views.NoteCursor,
		s.Views.Auth.Middleware,
		s.Views.NotePresence,
	)
	s.URLs.Mount(e)
	return e
}

// ipExtractor believes X-Forwarded-For only from the proxies that are
// configured; otherwise anybody could forge an address and pass every limit.
func ipExtractor(proxies []string) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		if _, network, err := net.ParseCIDR(p); err == nil { // checked by the settings
			trust = append(trust, echo.TrustIPRange(network))
		}
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

func quiet(c echo.Context) bool {
	switch route.Name(c) {
	case "static", "media", "healthz", "readyz", "metrics":
		return true
	}
	return false
}

// unzipped are streams, which compression would hold back, and files that are
// compressed already, or that are sent in parts.
func unzipped(c echo.Context) bool {
	path := c.Request().URL.Path
	return path == "/live" || strings.HasSuffix(path, "/socket") || strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/media/") ||
		strings.HasPrefix(path, "/attachments/")
}

// recoverPanics turns a panic into an error with its stack, for the one error
// handler. http.ErrAbortHandler is the way to break off an answer on purpose.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				panic(p)
			} else if p != nil {
				err = &async.PanicError{Value: p, Stack: debug.Stack()}
			}
		}()
		return next(c)
	}
}

// limits are generous to people and tiresome for programs.
func limits() views.Limits {
	const keys = 100_000
	limit := func(burst int, every time.Duration) *throttle.Limiter {
		return throttle.New(throttle.Rate{Burst: burst, Every: every}, keys, nil)
	}
	return views.Limits{
		LoginByAddress:     limit(30, 10*time.Second),
		LoginByAccount:     limit(10, time.Minute),
		SignupByAddress:    limit(20, time.Minute),
		SignupByAccount:    limit(10, 10*time.Minute),
		MailByAddress:      limit(10, time.Minute),
		MailByAccount:      limit(3, 10*time.Minute),
		PhotosByAccount:    limit(60, 2*time.Second),
		PostsByAccount:     limit(30, 4*time.Second),
		ReactionsByAccount: limit(60, time.Second),
		Presence:           limit(1, time.Minute),

		SightingsByAccount:   limit(30, time.Minute),
		AttachmentsByAccount: limit(60, 4*time.Second),
		UploadsByAccount:     limit(60, 4*time.Second),
		MessagesByAccount:    limit(15, 1500*time.Millisecond),
		CallsByAccount:       limit(20, 5*time.Second),
		SearchByAddress:      limit(120, time.Second),
		DossiersByReader:     limit(20, 5*time.Second),
	}
}

// server has a bound for everything that a client can be slow at. Streams and
// uploads move their own deadlines.
func (s *Site) server(ctx context.Context) *http.Server {
	srv := &http.Server{
		Handler: s.Web, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	srv.RegisterOnShutdown(s.Live.Close)
	srv.RegisterOnShutdown(s.Views.Chat.Close)
	return srv
}
