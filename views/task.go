package views

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// TaskPage shows how far a task has come, and follows it.
type TaskPage struct {
	Base
	Task tasks.TaskCard
	Mine bool
}

// Template names the page's template.
func (TaskPage) Template() string { return "task" }

// Task handles GET /tasks/:id, the "polling" kind of async view: how the task
// stands, as a page or as JSON. Whoever may not see it is told that it is not there.
func (v *Views) Task(c echo.Context) error {
	id, err := route.ID(c)
	if err != nil {
		return err
	}
	c.Response().Header().Add(echo.HeaderVary, echo.HeaderAccept)
	t, err := v.taskVisible(c, id)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return v.taskJSON(c, t)
	}
	return v.showTask(c, t)
}

// showTask shows people how a task stands, and leads them to what came of it.
func (v *Views) showTask(c echo.Context, t models.Task) error {
	card, err := v.Tasks.Card(t)
	if err != nil {
		return err
	}
	if t.State == models.TaskDone {
		return c.Redirect(http.StatusSeeOther, card.Result)
	}
	page := TaskPage{v.base(c, "photos", card.Title), card, t.UserID == me(c).ID}
	if !t.Final() {
		page.Refresh = askAgain(t)
		page.Follow, err = v.follow(c, tasks.TaskTopic(t.ID))
	}
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

func (v *Views) taskVisible(c echo.Context, id int64) (models.Task, error) {
	return models.TasksIn(v.DB.Read).VisibleTo(me(c)).Get(c.Request().Context(), id)
}

// taskJSON answers a program: 202 while the task goes on, 303 to what came of it,
// and 200 when nothing did, which is no failure of this request. What the program
// has already costs it 304.
func (v *Views) taskJSON(c echo.Context, t models.Task) error {
	body, err := v.Tasks.JSON(t)
	if err != nil {
		return err
	}
	h, status := c.Response().Header(), http.StatusOK
	h.Set(echo.HeaderCacheControl, "private, no-cache")
	if t.State == models.TaskDone {
		h.Set(echo.HeaderLocation, body.Result)
		return c.JSON(http.StatusSeeOther, body) // conditions apply to 2xx only: RFC 9110, section 13.2.1
	}
	if !t.Final() {
		status = http.StatusAccepted
		h.Set("Retry-After", strconv.Itoa(askAgain(t)))
	}
	tag := fmt.Sprintf(`"%d-%d"`, t.ID, t.Version)
	h.Set("ETag", tag)
	if fits(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSON(status, body)
}

// fits says whether a list of tags names this one, weakly as RFC 9110 asks of
// If-None-Match. Ours hold no comma.
func fits(list, tag string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(t string) bool {
		t = strings.TrimSpace(t)
		return t == "*" || strings.TrimPrefix(t, "W/") == tag
	})
}

// askAgain is after how many seconds it makes sense to look at a task again:
// soon while something happens, later where nothing can.
func askAgain(t models.Task) int {
	const soon, late = 1, 30
	wait := 0
	switch {
	case t.DueAt != nil:
		wait = int(time.Until(*t.DueAt).Seconds() + 0.999)
	case t.State == models.TaskWaiting:
		wait = int(time.Since(t.CreatedAt).Seconds() / 10)
	case time.Since(t.UpdatedAt) > 10*time.Second:
		wait = 2
	}
	return min(max(soon, wait), late)
}

// wordsCancelled is what a task says that its owner has cancelled.
const wordsCancelled = "You cancelled this. Ask for it again whenever you like."

// TaskCancel handles POST /tasks/:id/cancel: its owner no longer wants it. One
// that has ended stays as it is.
func (v *Views) TaskCancel(c echo.Context) error {
	id, err := route.ID(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	t, err := models.TasksIn(v.DB.Read).By(me(c).ID).Get(ctx, id)
	if err != nil {
		return err
	}
	cancelled, err := v.Tasks.Cancel(ctx, t.JobID, wordsCancelled)
	switch {
	case err != nil:
		return err
	case !cancelled && wantsJSON(c):
		return problem.New(http.StatusConflict, "It has ended already, and stays as it is.")
	case wantsJSON(c):
		if t, err = v.taskVisible(c, id); err != nil {
			return err
		}
		return v.taskJSON(c, t)
	case cancelled:
		v.Auth.Flash(c, "It is cancelled.")
	default:
		v.Auth.Flash(c, "It had ended before you could cancel it.")
	}
	return route.Redirect(c, "task", id)
}
