package views

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/async"
	"superbook/kit/problem"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

const (
	runningShown  = 30 // jobs in work
	failuresShown = 10 // of the latest
	// tasksRefresh is after how many seconds the page reloads itself without
	// JavaScript.
	tasksRefresh = 5
)

// DashboardTasksPage shows what the queues do now.
type DashboardTasksPage struct {
	Base
	Board QueueBoard
}

// Template names the page's template.
func (DashboardTasksPage) Template() string { return "dashboard/tasks" }

// QueueBoard is what the page shows, and what is pushed to it.
type QueueBoard struct {
	Queues  []QueueRow
	Running []RunningJob
	Failed  []queue.JobCard
}

// QueueRow is one queue.
type QueueRow struct{ queue.Status }

// Many writes a count of jobs, which stops somewhere.
func (QueueRow) Many(n int) string {
	if n >= queue.CountedUpTo {
		return render.Number(queue.CountedUpTo) + "+"
	}
	return render.Number(n)
}

// RunningJob is a job in work, with its progress where somebody follows it.
type RunningJob struct {
	queue.JobCard
	Followed bool
	Progress int
}

// DashboardTasks handles GET /dashboard/tasks.
func (v *Views) DashboardTasks(c echo.Context) (err error) {
	page := DashboardTasksPage{Base: v.base(c, "dashboard", "Tasks")}
	page.Refresh = tasksRefresh
	if page.Follow, err = v.follow(c, tasks.QueuesTopic); err != nil {
		return err
	}
	if page.Board, err = v.queueBoard(c.Request().Context()); err != nil {
		return err
	}
	return render.Show(c, page)
}

// queueBoard asks three things side by side.
func (v *Views) queueBoard(ctx context.Context) (b QueueBoard, err error) {
	var queues []queue.Status
	var failed queue.History
	g := async.NewGroup(ctx)
	async.Go(g, &queues, v.Jobs.Statuses)
	async.Go(g, &b.Running, v.runningJobs)
	async.Go(g, &failed, func(ctx context.Context) (queue.History, error) {
		return v.Jobs.History(ctx, queue.Filter{State: queue.Failed}, queue.Mark{}, failuresShown)
	})
	err = g.Wait()
	for _, s := range queues {
		b.Queues = append(b.Queues, QueueRow{s})
	}
	b.Failed = failed.Jobs
	return b, err
}

func (v *Views) runningJobs(ctx context.Context) ([]RunningJob, error) {
	jobs, err := v.Jobs.RunningNow(ctx, runningShown)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(jobs))
	for i, j := range jobs {
		ids[i] = j.ID
	}
	followed, err := models.TasksIn(v.DB.Read).OfJobs(ids).Find(ctx)
	if err != nil {
		return nil, err
	}
	byJob := make(map[int64]models.Task, len(followed))
	for _, t := range followed {
		byJob[t.JobID] = t
	}
	list := make([]RunningJob, len(jobs))
	for i, j := range jobs {
		t, ok := byJob[j.ID]
		list[i] = RunningJob{j, ok, t.Progress}
	}
	return list, nil
}

// DashboardQueuePause handles POST /dashboard/queues/:name/pause.
func (v *Views) DashboardQueuePause(c echo.Context) error {
	return v.turnQueue(c, queue.Hand.Pause, "Paused. What runs is finished, and nothing new is begun in this queue: ")
}

// DashboardQueueResume handles POST /dashboard/queues/:name/resume.
func (v *Views) DashboardQueueResume(c echo.Context) error {
	return v.turnQueue(c, queue.Hand.Resume, "The queue goes on: ")
}

func (v *Views) turnQueue(c echo.Context, turn func(queue.Hand, context.Context, string) error, words string) error {
	name, err := route.Param(c, "name")
	if err != nil {
		return err
	}
	err = turn(v.Jobs.By(me(c).Username), c.Request().Context(), name)
	if errors.Is(err, rivertype.ErrNotFound) {
		return problem.NotFound("There is no such queue, or nobody has worked it yet.").Because(err)
	}
	if err != nil {
		return err
	}
	v.Auth.Flash(c, words+name+".")
	return route.Redirect(c, "dashboard.tasks")
}
