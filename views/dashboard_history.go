package views

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/kit/route"
)

// historyShown is how many jobs a page has.
const historyShown = 30

// DashboardHistoryPage lists jobs, the newest first.
type DashboardHistoryPage struct {
	Base
	Form         forms.JobFilter
	Kinds        []queue.Kind
	Queues       []string
	Jobs         []queue.JobCard
	More         string     // the query of the next page, or ""
	LookedBackTo *time.Time // where the search ended that found too little
}

// Template names the page's template.
func (DashboardHistoryPage) Template() string { return "dashboard/history" }

// States are what the jobs can be filtered by.
func (DashboardHistoryPage) States() []queue.State { return queue.States() }

// MayRetryAll says whether failed jobs are asked for, and there are some, or may
// be further back.
func (p DashboardHistoryPage) MayRetryAll() bool {
	return p.Form.State == queue.Failed && (len(p.Jobs) > 0 || p.More != "")
}

// DashboardHistory handles GET /dashboard/tasks/history.
func (v *Views) DashboardHistory(c echo.Context) error {
	page := DashboardHistoryPage{Base: v.base(c, "dashboard", "History of tasks"), Kinds: v.Jobs.Kinds(), Queues: v.Jobs.Names()}
	if err := form.Query(c, &page.Form); err != nil {
		return err
	}
	page.Form.Tidy()
	h, err := v.Jobs.History(c.Request().Context(), page.Form.Filter(), page.Form.Mark(), historyShown)
	if err != nil {
		return err
	}
	page.Jobs, page.LookedBackTo = h.Jobs, h.LookedBackTo
	if h.More != nil {
		page.More = page.Form.QueryAt(*h.More)
	}
	return render.Show(c, page)
}

// DashboardTasksRetry handles POST /dashboard/tasks/retry: every failed job that
// the filter shows from that page on, not only those of the page. What is too much
// for one request can be asked for from where it stopped.
func (v *Views) DashboardTasksRetry(c echo.Context) error {
	var f forms.JobFilter
	if err := form.Body(c, &f); err != nil {
		return err
	}
	f.Tidy()
	r, err := v.Jobs.By(me(c).Username).RetryAll(c.Request().Context(), f.Filter(), f.Mark())
	if err != nil {
		return err
	}
	v.Auth.Flash(c, retriedWords(r))
	if r.More == nil {
		return route.Redirect(c, "dashboard.tasks")
	}
	path, err := route.Path(c, "dashboard.tasks.history")
	if err != nil {
		return err
	}
	f.State = queue.Failed
	return c.Redirect(http.StatusSeeOther, path+f.QueryAt(*r.More))
}

func retriedWords(r queue.Retried) string {
	words := render.Plural(r.Jobs, "task is", "tasks are") + " in the queue again."
	switch {
	case r.More != nil:
		return words + " That is as far as one go reaches: there may be more among the older ones. Go on from here with the button."
	case r.Jobs == 0:
		return "There was nothing to retry."
	}
	return words
}
