package models_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

func taskOf(t *testing.T, s *sitetest.Site, user, job int64) models.Task {
	t.Helper()
	task := models.Task{UserID: user, JobID: job, Kind: "photo.process", SubjectID: 7}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateTask(t.Context(), tx, &task) }))
	return task
}

// step is one change of the task of a job.
type step func(ctx context.Context, conn *gorm.DB, job int64) (models.Task, bool, error)

func steps() map[string]step {
	pause := func(state models.TaskState) step {
		return func(ctx context.Context, conn *gorm.DB, job int64) (models.Task, bool, error) {
			return models.PauseTask(ctx, conn, job, state, time.Now().Add(time.Minute))
		}
	}
	end := func(state models.TaskState) step {
		return func(ctx context.Context, conn *gorm.DB, job int64) (models.Task, bool, error) {
			return models.EndTask(ctx, conn, job, state, "words")
		}
	}
	return map[string]step{
		"begin": func(ctx context.Context, conn *gorm.DB, job int64) (models.Task, bool, error) {
			return models.BeginTask(ctx, conn, job, 1)
		},
		"advance": func(ctx context.Context, conn *gorm.DB, job int64) (models.Task, bool, error) {
			return models.AdvanceTask(ctx, conn, job, 40)
		},
		"retry": pause(models.TaskRetrying), "snooze": pause(models.TaskWaiting),
		"done": end(models.TaskDone), "fail": end(models.TaskFailed), "cancel": end(models.TaskCancelled),
	}
}

// The states of a task, and what each change does in each.
func TestTaskStates(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u, job := s.Fan("wren"), int64(0)
	final := []string{"done", "fail", "cancel"}
	for _, c := range []struct {
		way     []string
		state   models.TaskState
		refused []string // changes that do nothing now
	}{
		{nil, models.TaskWaiting, []string{"advance"}},
		{[]string{"begin"}, models.TaskRunning, nil},
		{[]string{"begin", "advance"}, models.TaskRunning, []string{"advance"}},
		{[]string{"begin", "retry"}, models.TaskRetrying, []string{"advance"}},
		{[]string{"begin", "snooze"}, models.TaskWaiting, []string{"advance"}},
		{[]string{"begin", "advance", "retry", "begin"}, models.TaskRunning, []string{"advance"}},
		{[]string{"begin", "done"}, models.TaskDone, append(final, "begin", "advance", "retry", "snooze")},
		{[]string{"begin", "fail"}, models.TaskFailed, append(final, "begin", "advance", "retry", "snooze")},
		{[]string{"cancel"}, models.TaskCancelled, append(final, "begin", "advance", "retry", "snooze")},
	} {
		job++
		task := taskOf(t, s, u.ID, job)
		for i, name := range c.way {
			got, ok, err := steps()[name](t.Context(), s.DB.Write, job)
			must(t, err)
			if !ok || got.ID != task.ID || got.Version != i+2 {
				t.Fatalf("%v: %s gives %v %+v", c.way, name, ok, got)
			}
		}
		for _, name := range c.refused {
			if _, ok, err := steps()[name](t.Context(), s.DB.Write, job); ok || err != nil {
				t.Errorf("after %v %s is possible: %v", c.way, name, err)
			}
		}
		now, err := models.TasksIn(s.DB.Read).Get(t.Context(), task.ID)
		must(t, err)
		isFinal := c.state == models.TaskDone || c.state == models.TaskFailed || c.state == models.TaskCancelled
		if now.State != c.state || now.Version != len(c.way)+1 || now.Final() != isFinal || (now.Progress == 100) != (c.state == models.TaskDone) {
			t.Errorf("after %v it is %+v", c.way, now)
		}
		if rests := c.way != nil && (c.way[len(c.way)-1] == "retry" || c.way[len(c.way)-1] == "snooze"); rests != (now.DueAt != nil) {
			t.Errorf("after %v it is due at %v", c.way, now.DueAt)
		}
	}
}

// Many want to end a task, each in its own way, with an effect in the same
// transaction: one has decided, and only its effect is there.
func TestOneEndsATask(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Exec("CREATE TABLE effects (state TEXT NOT NULL)")
	errLate := errors.New("too late")
	for round := range int64(10) {
		task := taskOf(t, s, s.Fan("wren"+string(rune('a'+round))).ID, round+1)
		s.Exec("DELETE FROM effects")
		var all sync.WaitGroup
		var ended atomic.Int64
		for _, state := range []models.TaskState{models.TaskDone, models.TaskFailed, models.TaskCancelled, models.TaskDone, models.TaskCancelled} {
			all.Go(func() {
				err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
					now, ok, err := models.EndTask(t.Context(), tx, task.JobID, state, string(state))
					if err != nil {
						return err
					}
					if now.ID != task.ID || !now.Final() {
						t.Errorf("ended is %+v", now)
					}
					if !ok {
						return errLate
					}
					return tx.Exec("INSERT INTO effects VALUES (?)", state).Error
				})
				if err == nil {
					ended.Add(1)
				} else if !errors.Is(err, errLate) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var effects []models.TaskState
		must(t, s.DB.Read.Raw("SELECT state FROM effects").Scan(&effects).Error)
		now, err := models.TasksIn(s.DB.Read).Get(t.Context(), task.ID)
		must(t, err)
		if ended.Load() != 1 || len(effects) != 1 || effects[0] != now.State || now.Failure != string(now.State) || now.Version != 2 {
			t.Errorf("%d ended it, effects %v, it is %+v", ended.Load(), effects, now)
		}
	}
}

// On SQLite the queue gives a number out again.
func TestTaskWhoseJobIsGone(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Fan("wren")
	lost := taskOf(t, s, u.ID, 5)
	next := taskOf(t, s, u.ID, 5)
	ended, ok, err := models.EndTask(t.Context(), s.DB.Write, 5, models.TaskDone, "")
	must(t, err)
	if !ok || ended.ID != next.ID {
		t.Errorf("ended is %v %+v", ok, ended)
	}
	if ended, ok, err = models.EndTask(t.Context(), s.DB.Write, 5, models.TaskDone, ""); err != nil || ok || ended.ID != next.ID {
		t.Errorf("the second time ended is %v %+v, %v", ok, ended, err)
	}
	if lost, err = models.TasksIn(s.DB.Read).Get(t.Context(), lost.ID); err != nil || lost.State != models.TaskFailed || lost.Failure == "" {
		t.Errorf("the one without a job is %+v, %v", lost, err)
	}
	if none, ok, err := models.EndTask(t.Context(), s.DB.Write, 6, models.TaskDone, ""); err != nil || ok || none.ID != 0 {
		t.Errorf("a job without a task: %v %+v, %v", ok, none, err)
	}
}

func TestTasksAreForgotten(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Fan("wren")
	for job := range int64(6) {
		taskOf(t, s, u.ID, job)
		if job < 4 {
			_, _, err := models.EndTask(t.Context(), s.DB.Write, job, models.TaskDone, "")
			must(t, err)
		}
	}
	old := time.Now().UTC().Add(-time.Hour)
	s.Exec("UPDATE tasks SET updated_at = ?", old)
	s.Exec("UPDATE tasks SET finished_at = ? WHERE job_id < 3", old)
	for _, want := range []int{2, 1, 0} {
		n, err := models.ForgetTasks(t.Context(), s.DB.Write, old.Add(time.Minute), 2)
		if must(t, err); n != want {
			t.Errorf("forgot %d, want %d", n, want)
		}
	}
	left, err := models.TasksIn(s.DB.Read).Newest(t.Context(), 9)
	must(t, err)
	if len(left) != 3 || left[0].JobID != 5 || left[2].JobID != 3 {
		t.Errorf("left are %+v", left)
	}
	changed, err := models.TasksIn(s.DB.Read).ChangedAfter(old).Find(t.Context())
	must(t, err)
	if len(changed) != 1 || changed[0].JobID != 3 {
		t.Errorf("changed are %+v", changed)
	}
}

// The pulse of every process counts each few seconds what has ended.
func TestEndedTasksAreFoundByIndex(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for _, scan := range s.Scans(func(ctx context.Context, conn *gorm.DB) {
		_, _, err := models.CountEnded(ctx, conn, "photo.process", time.Now().Add(-5*time.Second), time.Now())
		must(t, err)
	}) {
		t.Error(scan)
	}
}
