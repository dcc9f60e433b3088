package tasks

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"superbook/kit/render"
	"superbook/models"
)

// TaskCard is a task as its owner is shown it, on pages and streams alike.
type TaskCard struct {
	models.Task
	Title       string // what is done, for people
	Result      string // path of the page that shows what came of it
	MaxAttempts int    // more than the kind has when staff have had it tried again
}

// Left says how long it is until the next attempt, as far as that is known, or "".
func (t TaskCard) Left() string {
	if t.DueAt == nil || t.Final() {
		return ""
	}
	switch left := time.Until(*t.DueAt); {
	case left <= 0:
		return ""
	case left < 100*time.Second:
		return render.Plural(int(left.Seconds()+0.999), "second", "seconds")
	default:
		return render.Plural(int(left.Minutes()+0.999), "minute", "minutes")
	}
}

// Nth is which attempt this is, or was the last: "second".
func (t TaskCard) Nth() string { return ordinal(t.Attempts) }

// Try is Nth and out of how many: "second try of five".
func (t TaskCard) Try() string { return ordinal(t.Attempts) + " try of " + cardinal(t.MaxAttempts) }

// NextTry is Try for the attempt that comes.
func (t TaskCard) NextTry() string {
	t.Attempts++
	t.MaxAttempts = max(t.MaxAttempts, t.Attempts)
	return t.Try()
}

func ordinal(n int) string {
	words := []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if n < 1 || n > len(words) {
		return fmt.Sprintf("%d.", n)
	}
	return words[n-1]
}

func cardinal(n int) string {
	words := []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n < 1 || n > len(words) {
		return fmt.Sprint(n)
	}
	return words[n-1]
}

// Card is what is shown of a task. Of a kind that is no longer worked on, the
// list of tasks is what came of it.
func (d *Deps) Card(t models.Task) (TaskCard, error) {
	f, ok := d.followed[t.Kind]
	if !ok {
		path, err := d.Path("tasks")
		return TaskCard{t, t.Kind, path, t.Attempts}, err
	}
	path, err := d.Path(f.page, t.SubjectID)
	return TaskCard{t, f.Title, path, max(f.Attempts, t.Attempts)}, err
}

// TaskJSON is a task for programs: as GET /tasks/:id and the stream say it.
type TaskJSON struct {
	ID          int64            `json:"id"`
	Kind        string           `json:"kind"`
	Title       string           `json:"title"`
	State       models.TaskState `json:"state"`
	Final       bool             `json:"final"`    // nothing more will happen
	Version     int              `json:"version"`  // grows with each change: what is not higher than yours is old
	Progress    int              `json:"progress"` // percent
	Attempts    int              `json:"attempts"`
	MaxAttempts int              `json:"max_attempts"`
	CreatedAt   time.Time        `json:"created_at"`
	UpdatedAt   time.Time        `json:"updated_at"`
	DueAt       *time.Time       `json:"due_at"` // when the next attempt begins, as far as that is known
	FinishedAt  *time.Time       `json:"finished_at"`
	Error       string           `json:"error"`  // words, when it failed or was cancelled
	Result      string           `json:"result"` // path of the page that shows what came of it
	Links       TaskLinks        `json:"links"`
}

// TaskLinks are the ways to follow a task.
type TaskLinks struct {
	Self   string `json:"self"`
	Stream string `json:"stream"`
	Result string `json:"result"`
}

// JSON is a task for programs.
func (d *Deps) JSON(t models.Task) (TaskJSON, error) {
	card, err := d.Card(t)
	if err != nil {
		return TaskJSON{}, err
	}
	self, err := d.Path("task", t.ID)
	if err != nil {
		return TaskJSON{}, err
	}
	live, err := d.Path("live")
	return TaskJSON{t.ID, t.Kind, card.Title, t.State, t.Final(), t.Version, t.Progress, t.Attempts, card.MaxAttempts,
		t.CreatedAt, t.UpdatedAt, t.DueAt, t.FinishedAt, t.Failure, card.Result,
		TaskLinks{self, live + "?on=" + TaskTopic(t.ID), card.Result}}, err
}

// Frames are a task as a stream says it: a fragment for pages, JSON for programs.
func (d *Deps) Frames(t models.Task) (html string, data []byte, err error) {
	card, err := d.Card(t)
	if err != nil {
		return "", nil, err
	}
	if html, err = d.Pages.Fragment("task_status", card); err != nil {
		return "", nil, err
	}
	body, err := d.JSON(t)
	if err != nil {
		return "", nil, err
	}
	data, err = json.Marshal(body)
	return html, data, err
}

// publishTask shows how a task stands to whoever follows it.
func (d *Deps) publishTask(ctx context.Context, t models.Task) {
	html, data, err := d.Frames(t)
	if err != nil {
		d.Log.ErrorContext(ctx, "publish task", "task", t.ID, "error", err)
		return
	}
	d.Live.Publish(TaskTopic(t.ID), html)
	d.Live.PublishData(TaskTopic(t.ID), data)
}
