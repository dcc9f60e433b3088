package views

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// ScheduleNew handles GET /dashboard/schedules/new.
func (v *Views) ScheduleNew(c echo.Context) error {
	page, err := v.schedulePage(c, models.Schedule{}, forms.NewSchedule())
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// ScheduleNewSave handles POST /dashboard/schedules/new.
func (v *Views) ScheduleNewSave(c echo.Context) error {
	ctx := c.Request().Context()
	var f forms.Schedule
	if err := readSchedule(c, &f, ""); err != nil {
		return err
	}
	if !f.OK() || f.Preview() {
		return v.showSchedule(c, models.Schedule{}, f)
	}
	s := models.Schedule{Kind: f.Kind}
	f.Change(&s)
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateSchedule(ctx, tx, &s, me(c).ID, time.Now()) })
	if err != nil {
		return v.refuseSchedule(c, 0, f, err)
	}
	return v.scheduleChanged(c, s.ID, "Saved. It runs by the clock from now on.")
}

// ScheduleRun handles POST /dashboard/schedules/:id/run.
func (v *Views) ScheduleRun(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := v.schedule(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return tasks.RunNow(ctx, tx, v.Jobs, s, me(c).ID) })
	if err != nil {
		return err
	}
	return v.scheduleChanged(c, s.ID, "It runs now.")
}

// SchedulePause handles POST /dashboard/schedules/:id/pause.
func (v *Views) SchedulePause(c echo.Context) error {
	return v.pauseSchedule(c, true, "Paused. It runs no more until somebody resumes it.")
}

// ScheduleResume handles POST /dashboard/schedules/:id/resume.
func (v *Views) ScheduleResume(c echo.Context) error {
	return v.pauseSchedule(c, false, "Resumed. It goes on from now.")
}

func (v *Views) pauseSchedule(c echo.Context, paused bool, words string) error {
	ctx := c.Request().Context()
	s, err := v.schedule(c)
	if err != nil {
		return err
	}
	if words := (tasks.ScheduleRow{Schedule: s}).NoResume(); words != "" && !paused {
		return problem.New(http.StatusUnprocessableEntity, words)
	}
	by := me(c).ID
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.PauseSchedule(ctx, tx, s, paused, &by, time.Now(), "") })
	if errors.Is(err, models.ErrScheduleChanged) {
		return problem.New(http.StatusConflict, "Somebody has changed this schedule at the same moment. Look at it again, then decide.")
	} else if err != nil {
		return err
	}
	return v.scheduleChanged(c, s.ID, words)
}

// ScheduleDeletePage asks before a schedule goes for good.
type ScheduleDeletePage struct {
	Base
	Row tasks.ScheduleRow
}

// Template names the page's template.
func (ScheduleDeletePage) Template() string { return "dashboard/schedule_delete" }

// ScheduleDelete handles GET /dashboard/schedules/:id/delete.
func (v *Views) ScheduleDelete(c echo.Context) error {
	s, err := v.ownSchedule(c)
	if err != nil {
		return err
	}
	return render.Show(c, ScheduleDeletePage{v.base(c, "dashboard", "Delete this schedule?"), tasks.ScheduleRow{Schedule: s}})
}

// ownSchedule is one that staff made; the house's own cannot be deleted.
func (v *Views) ownSchedule(c echo.Context) (models.Schedule, error) {
	s, err := v.schedule(c)
	if err == nil && !s.Own() {
		err = models.ErrHouseSchedule()
	}
	return s, err
}

// ScheduleDeleteSave handles POST /dashboard/schedules/:id/delete.
func (v *Views) ScheduleDeleteSave(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := v.ownSchedule(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.DeleteSchedule(ctx, tx, s, me(c).ID) })
	if err != nil {
		return err
	}
	v.News.Publish(ctx, tasks.SchedulesTopic, "gone", tasks.Gone{Kind: "schedule", ID: s.ID})
	v.Auth.Flash(c, "“"+s.Name+"” is deleted.")
	return route.Redirect(c, "dashboard.schedules")
}
