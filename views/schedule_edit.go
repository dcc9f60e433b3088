package views

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// SchedulePage is one schedule with its form, or the form for a new one.
type SchedulePage struct {
	Base
	Form    forms.Schedule
	Row     tasks.ScheduleRow // as it is; its number is 0 for a new one
	Kinds   []tasks.Schedulable
	Runs    []NextRun // as the form would have it
	Words   string    // the same, in words
	Theirs  bool      // somebody else has edited it since the form was filled
	Changes []models.ChangeCard
}

// Template names the page's template.
func (SchedulePage) Template() string { return "dashboard/schedule" }

// KindTitle names a kind of task for people.
func (p SchedulePage) KindTitle() string {
	for _, k := range p.Kinds {
		if k.Kind == p.Row.Kind {
			return k.Title
		}
	}
	return p.Row.Kind
}

// schedulePage shows a schedule as it is, and the form as it was sent.
func (v *Views) schedulePage(c echo.Context, s models.Schedule, f forms.Schedule) (page SchedulePage, err error) {
	page = SchedulePage{Base: v.base(c, "dashboard", "A new schedule"), Form: f, Row: tasks.ScheduleRow{Schedule: s}, Kinds: tasks.Schedulables()}
	wanted := tasks.ScheduleRow{Schedule: models.Schedule{Spec: f.Spec, Zone: f.Zone}}
	if page.Runs = nextRuns(wanted.Schedule); page.Runs != nil {
		page.Words = wanted.Words()
	}
	if s.ID == 0 {
		return page, nil
	}
	page.Title = s.Name
	page.Changes, err = models.ScheduleChanges(c.Request().Context(), v.DB.Read, s.ID, changesShown)
	return page, err
}

// Schedule handles GET /dashboard/schedules/:id.
func (v *Views) Schedule(c echo.Context) error {
	s, err := v.schedule(c)
	if err != nil {
		return err
	}
	page, err := v.schedulePage(c, s, forms.ScheduleOf(s))
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// readSchedule reads the form, and has the kind of task look at its arguments.
func readSchedule(c echo.Context, f *forms.Schedule, kind string) error {
	if _, err := form.Read(c, f); err != nil {
		return err
	}
	if kind != "" {
		f.Kind = kind // of a schedule that is there, it never changes
	}
	if _, err := tasks.ScheduledArgs(f.Kind, "{}"); err != nil {
		f.Need("kind", false, "Choose what is to run.")
	} else if _, err := tasks.ScheduledArgs(f.Kind, f.Args); err != nil {
		f.Need("args", false, "The task does not know these arguments. Most take none: {}.")
	}
	return nil
}

// ScheduleSave handles POST /dashboard/schedules/:id. It is in effect on every
// process by its next look.
func (v *Views) ScheduleSave(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := v.schedule(c)
	if err != nil {
		return err
	}
	var f forms.Schedule
	if err := readSchedule(c, &f, s.Kind); err != nil {
		return err
	}
	if !f.OK() || f.Preview() {
		return v.showSchedule(c, s, f)
	}
	f.Change(&s)
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.SaveSchedule(ctx, tx, s, me(c).ID, time.Now) })
	if err != nil {
		return v.refuseSchedule(c, s.ID, f, err)
	}
	return v.scheduleChanged(c, s.ID, "Saved.")
}

// showSchedule shows the form again: with what is wrong, or with the next runs.
func (v *Views) showSchedule(c echo.Context, s models.Schedule, f forms.Schedule) error {
	page, err := v.schedulePage(c, s, f)
	if err != nil {
		return err
	}
	if !f.OK() {
		return refuse(c, f.All(), page)
	}
	return render.Show(c, page)
}

// refuseSchedule shows the form again when models did not take it. Who was late
// sees what somebody else has made of it, and may save over that.
func (v *Views) refuseSchedule(c echo.Context, id int64, f forms.Schedule, why error) (err error) {
	var s models.Schedule
	if id != 0 {
		if s, err = models.SchedulesIn(v.DB.Write).Get(c.Request().Context(), id); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(why, models.ErrSameSchedule):
		f.Need("name", false, "There is a schedule of that name. Choose another.")
		return v.showSchedule(c, s, f)
	case !errors.Is(why, models.ErrScheduleChanged):
		return why
	}
	f.Version = s.Version
	page, err := v.schedulePage(c, s, f)
	if err != nil {
		return err
	}
	page.Theirs = true
	return render.ShowStatus(c, http.StatusConflict, page)
}

// scheduleChanged shows a change to whoever has the list open, and leads to its page.
func (v *Views) scheduleChanged(c echo.Context, id int64, words string) error {
	s, err := models.SchedulesIn(v.DB.Read).Get(c.Request().Context(), id)
	if err != nil {
		return err
	}
	v.News.PublishSchedule(c.Request().Context(), s)
	v.Auth.Flash(c, words)
	return route.Redirect(c, "dashboard.schedule", id)
}
