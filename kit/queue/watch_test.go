package queue_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// two are two processes on one database: the first works jobs, the second only
// gives orders.
func two(t *testing.T, fn func(context.Context, *river.Job[task]) error, test func(t *testing.T, works, orders *queue.Queue, d *db.DB)) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{"sqlite": sqliteURL, "postgres": postgresURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			first, second := openDB(t, url), openDB(t, url)
			test(t, start(t, first, queue.Config{}, fn), open(t, second, queue.Config{}, nothing), second)
		})
	}
}

func TestCancelReachesAnotherProcess(t *testing.T) {
	began := make(chan int64, 4)
	two(t, blocks(began), func(t *testing.T, works, orders *queue.Queue, d *db.DB) {
		id := add(t, d, orders, task{})
		until(t, "running", func() bool { return look(t, orders, id).State == queue.Running })
		must(t, orders.By("vera").Cancel(t.Context(), id))
		until(t, "cancelled", func() bool { return look(t, works, id).State == queue.Cancelled })
	})
}

func TestPauseReachesAnotherProcess(t *testing.T) {
	two(t, nothing, func(t *testing.T, works, orders *queue.Queue, d *db.DB) {
		done := func(id int64) func() bool {
			return func() bool { return look(t, orders, id).State == queue.Done }
		}
		status := func() queue.Status {
			all, err := orders.Statuses(t.Context())
			must(t, err)
			return all[0]
		}
		first := add(t, d, orders, task{})
		until(t, "done", done(first))
		must(t, orders.By("vera").Pause(t.Context(), river.QueueDefault))
		if s := status(); s.PausedAt == nil || s.PausedBy != "vera" {
			t.Errorf("%+v", s)
		}
		// It takes effect once a job that was added stays where it is: the workers
		// begin anything within a poll, 250 ms here and at most a second.
		var last int64
		until(t, "paused", func() bool {
			last = add(t, d, orders, task{})
			return staysWaiting(t, orders, last)
		})
		must(t, orders.By("vera").Resume(t.Context(), river.QueueDefault))
		until(t, "done", done(last))
		if s := status(); s.PausedAt != nil || s.PausedBy != "" {
			t.Errorf("%+v", s)
		}
		if orders.By("vera").Pause(t.Context(), "nowhere") == nil || orders.By("vera").Pause(t.Context(), "*") == nil {
			t.Error("a queue that is not there was paused")
		}
	})
}

// staysWaiting watches a job over more polls than one.
func staysWaiting(t *testing.T, q *queue.Queue, id int64) bool {
	for range 500 {
		if look(t, q, id).State != queue.Waiting {
			return false
		}
	}
	return true
}

// A queue that is paused stays so for who starts later.
func TestPausedQueueStaysPausedAfterAStart(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		must(t, q.Start(t.Context()))
		must(t, q.By("vera").Pause(t.Context(), river.QueueDefault))
		must(t, stop(q, testLimit))
		q = start(t, d, queue.Config{}, nothing)
		id := add(t, d, q, task{})
		if !staysWaiting(t, q, id) {
			t.Error("a job of a paused queue was begun")
		}
		must(t, q.By("vera").Resume(t.Context(), river.QueueDefault))
		wait(t, q)
	})
}

// Who changes a job or a queue by hand is named in the log, once for each thing;
// what the program does by itself is not.
func TestWhatIsDoneByHandIsLogged(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var text lockedBuffer
		q := start(t, d, queue.Config{Log: slog.New(slog.NewTextHandler(&text, nil))}, nothing)
		later := &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)}
		must(t, q.Cancel(t.Context(), add(t, d, q, task{}, later)))
		must(t, q.By("vera").Cancel(t.Context(), add(t, d, q, task{}, later)))
		must(t, q.By("vera").Discard(t.Context(), add(t, d, q, task{}, later)))
		must(t, q.By("vera").Retry(t.Context(), add(t, d, q, task{}, later)))
		must(t, q.By("vera").Pause(t.Context(), river.QueueDefault))
		must(t, q.By("vera").Resume(t.Context(), river.QueueDefault))
		log := text.String()
		for _, want := range []string{"job cancelled", "job discarded", "job retried", "queue paused", "queue resumed"} {
			if strings.Count(log, want) != 1 {
				t.Errorf("%q is not there once", want)
			}
		}
		if strings.Count(log, "by=vera") != 5 || strings.Count(log, "kind=task") != 3 {
			t.Errorf("the log: %s", log)
		}
	})
}
