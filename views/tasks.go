package views

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// tasksShown is how many a page has.
const tasksShown = 20

// TasksPage lists what a member has asked for lately.
type TasksPage struct {
	Base
	Tasks []tasks.TaskCard
	Older bool  // not the newest page of them
	More  int64 // the number before which there are older ones; 0 when there are none
}

// Template names the page's template.
func (TasksPage) Template() string { return "tasks" }

// TaskList handles GET /tasks: the member's own, as a page or as JSON.
func (v *Views) TaskList(c echo.Context) error {
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	list, err := models.TasksIn(v.DB.Read).By(me(c).ID).Before(q.ID).Newest(c.Request().Context(), tasksShown+1)
	if err != nil {
		return err
	}
	page := TasksPage{Base: v.base(c, "photos", "Your tasks"), Older: q.ID != 0}
	if len(list) > tasksShown {
		list = list[:tasksShown]
		page.More = list[len(list)-1].ID
	}
	if wantsJSON(c) {
		return v.tasksJSON(c, list, page.More)
	}
	for _, t := range list {
		card, err := v.Tasks.Card(t)
		if err != nil {
			return err
		}
		page.Tasks = append(page.Tasks, card)
	}
	return render.Show(c, page)
}

// tasksBody is a part of the list as JSON.
type tasksBody struct {
	Tasks []tasks.TaskJSON `json:"tasks"`
	Next  string           `json:"next"` // address of what follows, or ""
}

func (v *Views) tasksJSON(c echo.Context, list []models.Task, more int64) error {
	body := tasksBody{Tasks: make([]tasks.TaskJSON, len(list))}
	for i, t := range list {
		var err error
		if body.Tasks[i], err = v.Tasks.JSON(t); err != nil {
			return err
		}
	}
	if more != 0 {
		path, err := route.Path(c, "tasks")
		if err != nil {
			return err
		}
		body.Next = path + "?before=" + strconv.FormatInt(more, 10)
	}
	return privateJSON(c, http.StatusOK, body)
}
