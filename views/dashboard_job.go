package views

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/problem"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// DashboardJobPage shows one run of a task, and has the buttons for it.
type DashboardJobPage struct {
	Base
	JobParts
	Photo int64  // that it is about, or 0
	Wrong string // why what was asked for was not done
}

// JobParts is what the page shows of a job, and what is pushed to it.
type JobParts struct {
	Job  queue.Detail
	Task *models.Task // what its owner can follow, if there is such
}

// Template names the page's template.
func (DashboardJobPage) Template() string { return "dashboard/job" }

// Arguments are the arguments, one to a line.
func (p DashboardJobPage) Arguments() string {
	var all any
	if err := json.Unmarshal([]byte(p.Job.Args), &all); err != nil {
		return p.Job.Args
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return p.Job.Args
	}
	return string(text)
}

// DashboardJob handles GET /dashboard/tasks/:id.
func (v *Views) DashboardJob(c echo.Context) error {
	id, err := route.ID(c)
	if err != nil {
		return err
	}
	page, err := v.jobPage(c, id)
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

func (v *Views) jobPage(c echo.Context, id int64) (p DashboardJobPage, err error) {
	if p.JobParts, err = v.jobParts(c.Request().Context(), id); err != nil {
		return p, noSuchJob(err)
	}
	var about tasks.ProcessPhoto
	if p.Job.Kind == about.Kind() && json.Unmarshal([]byte(p.Job.Args), &about) == nil {
		p.Photo = about.PhotoID
	}
	p.Base = v.base(c, "dashboard", p.Job.Title)
	if p.Job.State == queue.Waiting || p.Job.State == queue.Running {
		p.Refresh = tasksRefresh // until it has ended
	}
	p.Follow, err = v.follow(c, tasks.JobTopic(id))
	return p, err
}

func (v *Views) jobParts(ctx context.Context, id int64) (p JobParts, err error) {
	if p.Job, err = v.Jobs.Job(ctx, id); err != nil {
		return p, err
	}
	followed, err := models.TasksIn(v.DB.Read).OfJobs([]int64{id}).Newest(ctx, 1)
	if len(followed) > 0 {
		p.Task = &followed[0]
	}
	return p, err
}

func noSuchJob(err error) error {
	if errors.Is(err, rivertype.ErrNotFound) {
		return problem.NotFound("There is no such task. Those that have ended are kept for a week.").Because(err)
	}
	return err
}

// DashboardJobRetry handles POST /dashboard/tasks/:id/retry.
func (v *Views) DashboardJobRetry(c echo.Context) error {
	return v.changeJob(c, queue.Hand.Retry, "retried", "It is in the queue again.")
}

// DashboardJobCancel handles POST /dashboard/tasks/:id/cancel.
func (v *Views) DashboardJobCancel(c echo.Context) error {
	return v.changeJob(c, queue.Hand.Cancel, "cancelled", "Cancelled. If it was running, it stops as soon as it notices.")
}

// DashboardJobDiscard handles POST /dashboard/tasks/:id/discard.
func (v *Views) DashboardJobDiscard(c echo.Context) error {
	return v.changeJob(c, queue.Hand.Discard, "discarded", "Discarded: it counts as failed and is not tried again.")
}

// changeJob does something to a job, or shows why that was not possible: somebody
// else, or the job itself, may have been faster.
func (v *Views) changeJob(c echo.Context, do func(queue.Hand, context.Context, int64) error, did, words string) error {
	id, err := route.ID(c)
	if err != nil {
		return err
	}
	err = do(v.Jobs.By(me(c).Username), c.Request().Context(), id)
	if err == nil {
		v.Auth.Flash(c, words)
		return route.Redirect(c, "dashboard.tasks.job", id)
	}
	state, same := errors.Is(err, queue.ErrState), errors.Is(err, queue.ErrSame)
	if !state && !same {
		return noSuchJob(err)
	}
	page, err := v.jobPage(c, id)
	if err != nil {
		return err
	}
	if page.Wrong = "It is " + string(page.Job.State) + " by now, so it cannot be " + did + "."; same {
		page.Wrong = "The same work is in the queue already, so this one stays as it is."
	}
	return render.ShowStatus(c, http.StatusConflict, page)
}
