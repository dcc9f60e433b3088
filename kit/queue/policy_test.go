package queue_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/db"
	"superbook/kit/queue"
)

type media struct {
	N int `json:"n" river:"unique"`
}

func (media) Kind() string { return "media" }

func (media) Policy() queue.Policy {
	p := policy()
	p.Queue, p.Attempts, p.Unique = "media", 3, river.UniqueOpts{ByArgs: true}
	p.Backoff = func(int) time.Duration { return time.Hour }
	return p
}

func TestPolicyIsKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		deadline := make(chan time.Time, 1)
		workers := queue.NewWorkers()
		queue.Register(workers, func(ctx context.Context, _ *river.Job[media]) error {
			at, _ := ctx.Deadline()
			deadline <- at
			return errWanted
		})
		q, err := queue.Open(t.Context(), d, queue.Config{Workers: workers, Queues: map[string]int{"media": 1}})
		must(t, err)
		if first, second := add(t, d, q, media{1}), add(t, d, q, media{1}); first != second {
			t.Errorf("jobs %d and %d count as one", first, second)
		}
		other := &river.InsertOpts{MaxAttempts: 9, ScheduledAt: time.Now().Add(time.Hour)}
		add(t, d, q, media{2}, other)
		must(t, q.Start(t.Context()))
		if in := time.Until(<-deadline); in < 50*time.Second || in > time.Minute {
			t.Errorf("its deadline comes in %v", in)
		}
		must(t, stop(q, testLimit))
		var rows []struct {
			Queue, State string
			MaxAttempts  int
			ScheduledAt  time.Time
		}
		must(t, d.Read.Raw("SELECT queue, state, max_attempts, scheduled_at FROM river_job ORDER BY id").Scan(&rows).Error)
		if r := rows[0]; r.Queue != "media" || r.MaxAttempts != 3 || r.State != "retryable" || time.Until(r.ScheduledAt) < 50*time.Minute {
			t.Errorf("the job that failed is %+v", r)
		}
		if r := rows[1]; r.Queue != "media" || r.MaxAttempts != 9 || r.State != "scheduled" {
			t.Errorf("the job with attempts of its own is %+v", r)
		}
		if kinds := q.Kinds(); len(kinds) != 1 || kinds[0].Name != "media" || kinds[0].Attempts != 3 {
			t.Errorf("kinds %+v", kinds)
		}
	})
}

type vague struct{ task }

func (vague) Kind() string { return "vague" }

func (vague) Policy() queue.Policy { return queue.Policy{Title: "Vague"} }

func TestAnUnsaidPolicyIsRefused(t *testing.T) {
	t.Parallel()
	workers := queue.NewWorkers()
	queue.Register(workers, func(context.Context, *river.Job[vague]) error { return nil })
	queue.Register(workers, nothing)
	queue.Register(workers, nothing)
	_, err := queue.Open(t.Context(), openDB(t, sqliteURL(t)), queue.Config{Workers: workers})
	if err == nil || !strings.Contains(err.Error(), "task vague: ") || !strings.Contains(err.Error(), "task task: ") {
		t.Errorf("a policy that says little, and a kind that is there twice: %v", err)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	if got := queue.Squares(time.Second)(3); got != 9*time.Second {
		t.Errorf("squares: %v", got)
	}
	wait := queue.Doubling(time.Second, time.Hour)
	for n, full := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 6: 32 * time.Second, 20: time.Hour, 1000: time.Hour} {
		for range 50 {
			if got := wait(n); got < full/2 || got > full {
				t.Errorf("after attempt %d: %v, want up to %v", n, got, full)
			}
		}
	}
}

// What fails before the worker is reached waits as its kind says, too.
func TestPolicyIsKeptOutsideTheWorker(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		workers := queue.NewWorkers()
		queue.Register(workers, func(context.Context, *river.Job[media]) error { return nil })
		refuse := river.WorkerMiddlewareFunc(func(context.Context, *rivertype.JobRow, func(context.Context) error) error { return errWanted })
		q, err := queue.Open(t.Context(), d, queue.Config{Workers: workers, Queues: map[string]int{"media": 1}, Middleware: []rivertype.Middleware{refuse}})
		must(t, err)
		add(t, d, q, media{1})
		must(t, q.Start(t.Context()))
		ctx, cancel := context.WithTimeout(t.Context(), testLimit)
		defer cancel()
		for jobs(t, d)[0].State != "retryable" {
			if ctx.Err() != nil {
				t.Fatalf("the job is %+v", jobs(t, d)[0])
			}
			time.Sleep(5 * time.Millisecond)
		}
		must(t, stop(q, testLimit))
		var at time.Time
		must(t, d.Read.Raw("SELECT scheduled_at FROM river_job").Row().Scan(&at))
		if in := time.Until(at); in < 50*time.Minute {
			t.Errorf("it is tried again in %v, want an hour", in)
		}
	})
}
