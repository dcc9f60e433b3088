package views

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// changesShown is how many changes a page shows.
const changesShown = 20

// SchedulesPage lists what runs by the clock, for staff.
type SchedulesPage struct {
	Base
	Rows    []tasks.ScheduleRow
	Changes []models.ChangeCard
}

// Template names the page's template.
func (SchedulesPage) Template() string { return "dashboard/schedules" }

// Schedules handles GET /dashboard/schedules.
func (v *Views) Schedules(c echo.Context) error {
	ctx := c.Request().Context()
	page := SchedulesPage{Base: v.base(c, "dashboard", "Schedules")}
	all, err := models.SchedulesIn(v.DB.Read).ByName().Find(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		page.Rows = append(page.Rows, tasks.ScheduleRow{Schedule: s})
	}
	if page.Changes, err = models.ScheduleChanges(ctx, v.DB.Read, 0, changesShown); err != nil {
		return err
	}
	if page.Follow, err = v.follow(c, tasks.SchedulesTopic); err != nil {
		return err
	}
	return render.Show(c, page)
}

// mayFollowSchedules lets staff follow all schedules, which have the number 0.
func mayFollowSchedules(_ context.Context, who models.Viewer, id int64) error {
	if !who.Staff || id != 0 {
		return problem.NotFound("There is nothing to follow here.")
	}
	return nil
}

// schedule finds the schedule out of the path.
func (v *Views) schedule(c echo.Context) (models.Schedule, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.Schedule{}, err
	}
	return models.SchedulesIn(v.DB.Read).Get(c.Request().Context(), id)
}

// NextRun is when a schedule will run, by two clocks.
type NextRun struct{ There, UTC string }

// runsShown is how many of the next runs a form shows.
const runsShown = 5

const runFormat = "Mon 2 January 2006, 15:04:05 MST"

// nextRuns are those of a rhythm, or none while it cannot be read.
func nextRuns(s models.Schedule) (runs []NextRun) {
	rhythm, err := s.Rhythm()
	if err != nil {
		return nil
	}
	for _, at := range rhythm.NextN(time.Now(), runsShown) {
		runs = append(runs, NextRun{at.Format(runFormat), at.UTC().Format(runFormat)})
	}
	return runs
}
