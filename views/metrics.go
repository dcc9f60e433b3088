package views

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"superbook/kit/metrics"
	"superbook/kit/problem"
)

// Metrics handles GET /metrics for who shows the token. Without one in the
// settings there is no such page.
func (v *Views) Metrics(c echo.Context) error {
	if v.MetricsToken == "" {
		return problem.NotFound("There is no such page.")
	}
	if !metrics.Bearer(c.Request(), v.MetricsToken) {
		// A program asks: it has no use for a page to log in on.
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="metrics"`)
		return c.String(http.StatusUnauthorized, "Show the token of METRICS_TOKEN: Authorization: Bearer …\n")
	}
	metrics.Handler(v.Figures.Registry, v.Log).ServeHTTP(c.Response(), c.Request())
	return nil
}
