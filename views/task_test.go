package views_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

var taskKeys = []string{"attempts", "created_at", "due_at", "error", "final", "finished_at", "id", "kind", "links", "max_attempts",
	"progress", "result", "state", "title", "updated_at", "version"}

// askedFor is a hero's photo, and its task.
func askedFor(t *testing.T, s *sitetest.Site, b *sitetest.Browser, n int) (models.Photo, models.Task) {
	t.Helper()
	p := s.Photo(b.Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, n)), nil).Is(303).PhotoID())
	return p, s.Task(p.ID)
}

// poll asks for a task as a program does, with what it has already.
func poll(b *sitetest.Browser, s *sitetest.Site, id int64, tag string) *sitetest.Answer {
	r := httptest.NewRequest(http.MethodGet, s.Path("task", id), nil)
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	return b.JSON().Do(r)
}

// TestPolling asks for a task in each of its states, with and without what was
// answered before.
func TestPolling(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	for i, c := range []struct {
		state  models.TaskState
		change string
		status int
		after  string // Retry-After
	}{
		{models.TaskWaiting, "progress = 0", 202, "1"},
		{models.TaskWaiting, "created_at = '{a minute ago}'", 202, "6"},
		{models.TaskRunning, "attempts = 2, progress = 40", 202, "1"},
		{models.TaskRunning, "attempts = 2, updated_at = '{a minute ago}'", 202, "2"},
		{models.TaskRetrying, "attempts = 1, due_at = '{in nine seconds}'", 202, "9"},
		{models.TaskRetrying, "attempts = 1, due_at = '{in an hour}'", 202, "30"},
		{models.TaskRetrying, "attempts = 1, due_at = '{a minute ago}'", 202, "1"},
		{models.TaskFailed, "failure = 'It is no picture.', finished_at = updated_at", 200, ""},
		{models.TaskCancelled, "failure = 'You cancelled this.', finished_at = updated_at", 200, ""},
		{models.TaskDone, "progress = 100, finished_at = updated_at", 303, ""},
	} {
		at := func(d time.Duration) string {
			return time.Now().UTC().Add(d).Format("2006-01-02 15:04:05.000000+00:00")
		}
		p, task := askedFor(t, s, b, i)
		s.Exec("UPDATE tasks SET state = ?, "+strings.NewReplacer("{a minute ago}", at(-time.Minute), "{in nine seconds}", at(9*time.Second-100*time.Millisecond),
			"{in an hour}", at(time.Hour)).Replace(c.change)+" WHERE id = ?", c.state, task.ID)
		answer := poll(b, s, task.ID, "").Is(c.status).AtMost(3)
		var body tasks.TaskJSON
		var keys map[string]json.RawMessage
		answer.Decode(&body).Decode(&keys)
		if got := slices.Sorted(maps.Keys(keys)); !slices.Equal(got, taskKeys) {
			t.Errorf("%s: keys %q", c.state, got)
		}
		photo := s.Path("photo", p.ID)
		if body.ID != task.ID || body.State != c.state || body.Kind != "photo.process" || body.Title != "Cut a photo to its sizes" || body.MaxAttempts != 5 || body.Result != photo ||
			body.Links != (tasks.TaskLinks{Self: s.Path("task", task.ID), Stream: fmt.Sprintf("/live?on=task:%d", task.ID), Result: photo}) || (body.Error != "") != (c.status == 200) {
			t.Errorf("%s: %+v", c.state, body)
		}
		tag := answer.Header.Get("ETag")
		if got := answer.Header.Get("Retry-After"); got != c.after || (tag == "") != (c.status == 303) || answer.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s %s: Retry-After %q, ETag %q, %q", c.state, c.change, got, tag, answer.Header.Get("Cache-Control"))
		}
		if c.status == 303 {
			answer.GoesTo(photo)
			poll(b, s, task.ID, "*").Is(303) // conditions are for answers of 2xx
			b.Get("task", task.ID).Is(303).GoesTo(photo).AtMost(3)
			continue
		}
		for _, had := range []string{tag, `"other", W/` + tag, "*"} {
			if same := poll(b, s, task.ID, had).Is(304); same.Body != "" || same.Header.Get("ETag") != tag || same.Header.Get("Retry-After") != c.after {
				t.Errorf("%s: the second answer is %q %v", c.state, same.Body, same.Header)
			}
		}
		poll(b, s, task.ID, `"other"`).Is(c.status)
		b.Get("task", task.ID).Is(200).Shows("Cut a photo to its sizes", body.Error).AtMost(3)
	}
}

// Each change has a tag of its own.
func TestPollingSeesEveryChange(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	_, task := askedFor(t, s, b, 1)
	tags := map[string]bool{poll(b, s, task.ID, "").Is(202).Header.Get("ETag"): true}
	for _, change := range []func() (models.Task, bool, error){
		func() (models.Task, bool, error) { return models.BeginTask(t.Context(), s.DB.Write, task.JobID, 1) },
		func() (models.Task, bool, error) { return models.AdvanceTask(t.Context(), s.DB.Write, task.JobID, 30) },
		func() (models.Task, bool, error) {
			return models.PauseTask(t.Context(), s.DB.Write, task.JobID, models.TaskRetrying, time.Now())
		},
		func() (models.Task, bool, error) {
			return models.EndTask(t.Context(), s.DB.Write, task.JobID, models.TaskFailed, "words")
		},
	} {
		if _, ok, err := change(); !ok || err != nil {
			t.Fatal(ok, err)
		}
		answer := poll(b, s, task.ID, "")
		for tag := range tags {
			poll(b, s, task.ID, tag).Is(answer.Status)
		}
		tags[answer.Header.Get("ETag")] = true
	}
	if len(tags) != 5 {
		t.Errorf("five states have %d tags", len(tags))
	}
}

func TestWhoSeesATask(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	_, task := askedFor(t, s, b, 1)
	for _, c := range map[string]struct {
		who                *sitetest.Browser
		page, json, cancel int
	}{
		"fan":      {s.As(t, s.Fan("wren")), 404, 404, 404},
		"staff":    {s.As(t, s.Staff()), 200, 202, 404},
		"stranger": {s.As(t, stranger), 303, 401, 303},
	} {
		c.who.Get("task", task.ID).Is(c.page)
		c.who.JSON().Get("task", task.ID).Is(c.json)
		c.who.Post("task.cancel", nil, task.ID).Is(c.cancel)
	}
	for _, path := range []string{"/tasks/999", "/tasks/0", "/tasks/x", "/tasks/-1"} {
		b.Visit(path).Is(404)
		b.JSON().Visit(path).Is(404)
	}
	if now := s.Task(task.SubjectID); now.State != models.TaskWaiting {
		t.Errorf("it is %s", now.State)
	}
}

func TestTaskIsCancelled(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	p, task := askedFor(t, s, b, 1)
	b.Get("task", task.ID).Is(200).Shows("Waiting for its turn", "Cancel it")
	b.Post("task.cancel", nil, task.ID).Is(303).GoesTo(s.Path("task", task.ID))
	b.Get("task", task.ID).Is(200).Shows("It is cancelled.", "You cancelled this.").Shows("Submit a photo").Hides("Cancel it")
	b.Get("photo", p.ID).Is(200).Shows("You cancelled this.")
	b.JSON().Post("task.cancel", nil, task.ID).Is(409)
	b.Post("task.cancel", nil, task.ID).Is(303)
	b.Get("task", task.ID).Is(200).Shows("It had ended before you could cancel it.")

	again, second := askedFor(t, s, b, 1) // the same bytes: a new task
	if again.ID != p.ID || second.ID == task.ID || again.State != models.Queued {
		t.Errorf("again it is photo %d, task %d: %s", again.ID, second.ID, again.State)
	}
	var body tasks.TaskJSON
	_, third := askedFor(t, s, b, 2)
	b.JSON().Post("task.cancel", nil, third.ID).Is(200).Decode(&body)
	if body.State != models.TaskCancelled || body.Error == "" {
		t.Errorf("answers %+v", body)
	}
	s.Work()
	s.Settle()
	if s.Task(p.ID).State != models.TaskDone || s.Photo(p.ID).State != models.Ready {
		t.Errorf("the second try is %+v", s.Task(p.ID))
	}
	b.Get("task", task.ID).Is(200) // the first one stays cancelled
}
