package tasks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// chore is a task whose worker is a function of the test, and has no transaction.
type chore struct {
	N int64 `json:"n"`
}

func (chore) Kind() string { return "chore" }

func (c chore) Subject() (int64, string) { return c.N, "photo" }

func (chore) Policy() queue.Policy {
	return queue.Policy{Title: "A chore", Queue: "default", Attempts: 3, Deadline: time.Minute, Idempotence: "its number",
		Backoff: func(int) time.Duration { return time.Millisecond }}
}

// chores is a site whose queue works nothing but chores.
type chores struct {
	*sitetest.Site
	owner     models.User
	q         *queue.Queue
	abandoned atomic.Int64
}

func newChores(t *testing.T, work func(context.Context, *river.Job[chore]) error) *chores {
	t.Helper()
	c := &chores{Site: sitetest.New(t)}
	c.owner = c.Fan("wren")
	ws := queue.NewWorkers()
	tasks.RegisterFollowable(c.Tasks, ws, work, "Given up.", func(context.Context, *gorm.DB, chore, string) error { c.abandoned.Add(1); return nil })
	var err error
	c.q, err = queue.Open(t.Context(), c.DB, queue.Config{Workers: ws, Queues: map[string]int{"default": 1},
		Middleware: []rivertype.Middleware{c.Tasks.Following()}})
	must(t, err)
	c.Tasks.Jobs = c.q
	return c
}

func (c *chores) start(t *testing.T) {
	t.Helper()
	must(t, c.q.Start(t.Context()))
	t.Cleanup(func() { must(t, c.stop()) })
}

func (c *chores) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return c.q.Stop(ctx)
}

func (c *chores) ask(t *testing.T) (task models.Task) {
	t.Helper()
	must(t, c.DB.Tx(t.Context(), func(tx *gorm.DB) (err error) {
		task, err = c.Tasks.Follow(t.Context(), tx, c.owner.ID, chore{7}, nil)
		return err
	}))
	return task
}

func task(t *testing.T, s *sitetest.Site, id int64) models.Task {
	t.Helper()
	got, err := models.TasksIn(s.DB.Read).Get(t.Context(), id)
	must(t, err)
	return got
}

// told reads a stream to the end of a task, and gives each state with its attempt.
func told(t *testing.T, stream *sitetest.Stream) (states []string) {
	t.Helper()
	version := 0
	for {
		e := stream.Next()
		if e.Name != "data" {
			continue
		}
		var body tasks.TaskJSON
		must(t, json.Unmarshal([]byte(e.Data), &body))
		if body.Version <= version {
			continue // it came twice
		}
		if version != 0 && body.Version != version+1 {
			t.Errorf("after version %d came %d", version, body.Version)
		}
		version = body.Version
		states = append(states, fmt.Sprint(body.State, " ", body.Attempts))
		if body.Final {
			return states
		}
	}
}

// TestAttemptsOfATask has the worker end in every way that River knows.
func TestAttemptsOfATask(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		results   []func() error // of the attempts, one after the other
		want      string
		failure   string
		abandoned int64
	}{
		"done":      {[]func() error{nil}, "running 1, done 1", "", 0},
		"retried":   {[]func() error{func() error { return errWanted }, nil}, "running 1, retrying 1, running 2, done 2", "", 0},
		"panics":    {[]func() error{func() error { panic("a lamp fell over") }, nil}, "running 1, retrying 1, running 2, done 2", "", 0},
		"snoozes":   {[]func() error{func() error { return river.JobSnooze(time.Millisecond) }, nil}, "running 1, waiting 1, running 1, done 1", "", 0},
		"cancels":   {[]func() error{func() error { return river.JobCancel(errWanted) }}, "running 1, cancelled 1", "Ask for it again", 1},
		"fails":     {slices.Repeat([]func() error{func() error { return errWanted }}, 3), "running 1, retrying 1, running 2, retrying 2, running 3, failed 3", "Given up.", 1},
		"panics at": {slices.Repeat([]func() error{func() error { panic("again") }}, 3), "running 1, retrying 1, running 2, retrying 2, running 3, failed 3", "Given up.", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			s := newChores(t, func(context.Context, *river.Job[chore]) error {
				if fn := c.results[n.Add(1)-1]; fn != nil {
					return fn()
				}
				return nil
			})
			asked := s.ask(t)
			stream := s.As(t, s.owner).Follow(s.Server(), "/live?on="+tasks.TaskTopic(asked.ID), "")
			stream.Until(`"state":"waiting"`)
			s.start(t)
			if got := strings.Join(told(t, stream), ", "); got != c.want {
				t.Errorf("it was %s, want %s", got, c.want)
			}
			if now := task(t, s.Site, asked.ID); !strings.Contains(now.Failure, c.failure) || (c.failure == "") != (now.Failure == "") || s.abandoned.Load() != c.abandoned {
				t.Errorf("abandoned %d times, it is %+v", s.abandoned.Load(), now)
			}
		})
	}
}

var errWanted = errors.New("wanted")

// A process that stops gives the job back: that is no attempt.
func TestTaskOfAProcessThatStops(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{}, 2)
	s := newChores(t, func(ctx context.Context, _ *river.Job[chore]) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	asked := s.ask(t)
	must(t, s.q.Start(t.Context()))
	<-begun
	now, cancel := context.WithCancel(context.Background())
	cancel()
	must(t, s.q.Stop(now))
	if got := task(t, s.Site, asked.ID); got.State != models.TaskWaiting || got.Final() {
		t.Errorf("it is %+v", got)
	}
}

// Whoever cancels a task ends its job as well, whether it waits or runs.
func TestCancel(t *testing.T) {
	t.Parallel()
	for name, running := range map[string]bool{"while it waits": false, "while it runs": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun := make(chan struct{}, 1)
			s := newChores(t, func(ctx context.Context, _ *river.Job[chore]) error {
				begun <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			})
			asked := s.ask(t)
			if running {
				s.start(t)
				<-begun
			}
			ok, err := s.Tasks.Cancel(t.Context(), asked.JobID, "No, thanks.")
			if err != nil || !ok {
				t.Fatalf("cancelled: %v, %v", ok, err)
			}
			if ok, err := s.Tasks.Cancel(t.Context(), asked.JobID, "Again"); err != nil || ok {
				t.Errorf("cancelled a second time: %v, %v", ok, err)
			}
			if !running {
				s.start(t)
			}
			must(t, s.q.Wait(t.Context()))
			var job string
			must(t, s.DB.Read.Raw("SELECT state FROM river_job WHERE id = ?", asked.JobID).Scan(&job).Error)
			if now := task(t, s.Site, asked.ID); now.State != models.TaskCancelled || now.Failure != "No, thanks." || job != "cancelled" || s.abandoned.Load() != 1 {
				t.Errorf("it is %+v, its job %s, abandoned %d times", now, job, s.abandoned.Load())
			}
		})
	}
}

// Kinds that nobody follows cost no statement, followed ones one at the start.
func TestOnlyFollowedKindsAreNoted(t *testing.T) {
	t.Parallel()
	s := newChores(t, nil)
	count := func(kind string) (n int) {
		must(t, s.DB.Write.Callback().Raw().Before("*").Register("count-"+kind, func(*gorm.DB) { n++ }))
		must(t, s.DB.Write.Callback().Row().Before("*").Register("count-rows-"+kind, func(*gorm.DB) { n++ }))
		must(t, s.DB.Write.Callback().Query().Before("*").Register("count-queries-"+kind, func(*gorm.DB) { n++ }))
		at := 0
		work := s.Tasks.Following().(rivertype.WorkerMiddleware)
		must(t, work.Work(t.Context(), &rivertype.JobRow{Kind: kind, ID: 99, Attempt: 1, MaxAttempts: 3}, func(context.Context) error { at = n; return nil }))
		if kind == "chore" && at != 1 {
			t.Errorf("%d statements before the work", at)
		}
		return n
	}
	if n := count("sweep"); n != 0 {
		t.Errorf("%d statements for a kind that nobody follows", n)
	}
	if n := count("chore"); n != 1 {
		t.Errorf("%d statements for one that can be followed and is not", n)
	}
}
