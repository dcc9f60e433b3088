package views

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/models"
	"superbook/tasks"
)

// pulseRefresh is after how many seconds the page reloads itself without
// JavaScript; as JSON it says how often there is something new.
const pulseRefresh = 10

// DashboardPulsePage shows how this process is doing.
type DashboardPulsePage struct {
	Base
	tasks.PulseCharts
	Since time.Time // when the process began to measure
	Day   bool      // the last 24 hours, not the last hour
}

// Template names the page's template.
func (DashboardPulsePage) Template() string { return "dashboard/pulse" }

// DashboardPulse handles GET /dashboard/pulse?span=day, as a page or as JSON.
func (v *Views) DashboardPulse(c echo.Context) error {
	span, day := tasks.LastHour, c.QueryParam("span") == "day"
	if day {
		span = tasks.LastDay
	}
	charts := v.Pulse.Charts(span)
	if wantsJSON(c) {
		return privateJSON(c, http.StatusOK, pulseToJSON(charts))
	}
	follow, err := v.follow(c, tasks.PulseTopic(span))
	if err != nil {
		return err
	}
	b := v.base(c, "dashboard", "Pulse")
	b.Follow, b.Refresh = follow, pulseRefresh
	return render.Show(c, DashboardPulsePage{b, charts, v.Pulse.Since, day})
}

// mayFollowPulse lets staff follow the spans that there are.
func mayFollowPulse(_ context.Context, who models.Viewer, id int64) error {
	if span := tasks.PulseSpan(id); !who.Staff || span != tasks.LastHour && span != tasks.LastDay {
		return problem.NotFound("There is nothing to follow here.")
	}
	return nil
}
