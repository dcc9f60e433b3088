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

// Readyz handles GET /readyz: the database and the queue answer.
func (v *Views) Readyz(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer stop()
	if err := errors.Join(v.DB.Ping(ctx), v.Jobs.Ready(ctx)); err != nil {
		return problem.New(http.StatusServiceUnavailable, "The database or the queue does not answer.").Because(err)
	}
	return c.String(http.StatusOK, "ready\n")
}
