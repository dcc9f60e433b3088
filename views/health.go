package views

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

// Healthz handles GET /healthz: the process is up.
func (v *Views) Healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// Drain has Readyz say from now on that this process is about to end.
func (v *Views) Drain() { v.draining.Store(true) }

// Readyz handles GET /readyz: the database and the queue answer, and the process
// stays. While it drains it answers 503, so that a balancer sends new visitors
// elsewhere; those who come all the same are answered.
func (v *Views) Readyz(c echo.Context) error {
	if v.draining.Load() {
		return c.String(http.StatusServiceUnavailable, "draining\n") // no failure, and not logged as one
	}
	ctx, stop := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer stop()
	if err := errors.Join(v.DB.Ping(ctx), v.Jobs.Ready(ctx)); err != nil {
		return problem.New(http.StatusServiceUnavailable, "The database or the queue does not answer.").Because(err)
	}
	return c.String(http.StatusOK, "ready\n")
}
