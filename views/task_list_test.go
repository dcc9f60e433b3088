package views_test

import (
	"bytes"
	"testing"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// What makes a task, and what does not.
func TestWhatBecomesATask(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	count := func(what string, want int) models.Task {
		t.Helper()
		s.Settle()
		all, err := models.TasksIn(s.DB.Read).Newest(t.Context(), 99)
		if err != nil || len(all) != want || all[0].State != models.TaskDone {
			t.Fatalf("%s: %+v, %v", what, all, err)
		}
		return all[0]
	}
	id := b.Submit(file, nil).Is(303).PhotoID()
	first := count("submitted", 1)
	answer := b.JSON().Submit(file, nil).Is(202)
	count("submitted again when it is ready", 1)
	answer.GoesTo(s.Path("task", first.ID))
	b.Post("photo.crop", map[string][]string{"crop_x": {"10"}, "crop_y": {"10"}, "crop_side": {"60"}}, id).Is(303)
	count("another crop", 2)
	upload := b.Resumable("again.jpg", "image/jpeg", sitetest.JPEG(t, sitetest.Picture(300, 200, 2)))
	b.Post("me.photos", map[string][]string{"upload": {upload}}).Is(303)
	count("came before its form", 3)
	attached := b.Attach("a.jpg", sitetest.JPEG(t, sitetest.Picture(300, 200, 3)))
	task := count("attached", 4)
	b.Get("task", task.ID).Is(303).GoesTo(s.Path("photo", task.SubjectID))
	b.Get("photo", task.SubjectID).Is(303).GoesTo(s.Path("attachment", attached.ID, "1280.jpg"))
	post := b.Say(map[string][]string{"text": {"Look"}, "attachment": {attached.Token}})
	b.Get("photo", task.SubjectID).Is(303).GoesTo(s.Path("post", post))
	u, err := s.Files.Receive(t.Context(), bytes.NewReader(file), int64(len(file)))
	must(t, err)
	stored, err := s.Views.StoreFile(task.UserID, "demo.jpg", u)
	must(t, err)
	stored.Unfollowed = true
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { _, err := s.Views.SaveFile(t.Context(), tx, stored); return err }))
	count("demo content", 4)
}

func TestListOfTasks(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b, fan := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	b.Get("tasks").Is(200).Shows("Nothing to do")
	var ids []int64
	for i := range 23 {
		_, task := askedFor(t, s, b, i)
		ids = append(ids, task.ID)
	}
	askedFor(t, s, fan, 1)
	s.Exec("UPDATE tasks SET state = 'failed', failure = 'It is no picture.', finished_at = updated_at WHERE id = ?", ids[22])
	page := b.Get("tasks").Is(200).Shows("Did not work", "It is no picture.", "Waits").AtMost(3)
	if n := page.HTML().Find(".task-list li").Length(); n != 20 {
		t.Errorf("%d are shown", n)
	}
	next := page.HTML().Find("[rel=next]").AttrOr("href", "")
	if n := b.Visit(next).Is(200).Shows("Back to the newest").HTML().Find(".task-list li").Length(); n != 3 {
		t.Errorf("%d are on the second page, %s", n, next)
	}
	var body struct {
		Tasks []tasks.TaskJSON
		Next  string
	}
	b.JSON().Get("tasks").Is(200).AtMost(3).Decode(&body)
	if len(body.Tasks) != 20 || body.Tasks[0].ID != ids[22] || body.Next != next {
		t.Errorf("%d tasks, next %q", len(body.Tasks), body.Next)
	}
	b.JSON().Visit(body.Next).Is(200).Decode(&body)
	if len(body.Tasks) != 3 || body.Tasks[2].ID != ids[0] || body.Next != "" {
		t.Errorf("%d tasks, next %q", len(body.Tasks), body.Next)
	}
	b.Visit("/tasks?before=x").Is(404)
	s.Exec("UPDATE tasks SET kind = 'of.old' WHERE id = ?", ids[21])
	b.Get("tasks").Is(200).Shows("of.old")
	b.Get("task", ids[21]).Is(200).Shows("of.old")
	fan.Get("tasks").Is(200).Hides("It is no picture.")
}
