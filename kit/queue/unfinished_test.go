package queue_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/db"
	"superbook/kit/queue"
)

type other struct{}

func (other) Kind() string { return "other" }

func (other) Policy() queue.Policy { return policy() }

func TestUnfinished(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		running, release := make(chan struct{}, 8), make(chan struct{})
		workers := queue.NewWorkers()
		queue.Register(workers, func(ctx context.Context, job *river.Job[task]) error {
			if job.Args.N == 2 { // done at once
				return nil
			}
			running <- struct{}{}
			<-release
			return nil
		})
		queue.Register(workers, func(context.Context, *river.Job[other]) error { return nil })
		q, err := queue.Open(t.Context(), d, queue.Config{Workers: workers, Queues: map[string]int{river.QueueDefault: 1}})
		must(t, err)
		add(t, d, q, task{N: 2})
		add(t, d, q, task{N: 3})
		add(t, d, q, task{N: 4})
		add(t, d, q, task{N: 5}, &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)})
		must(t, q.Cancel(t.Context(), add(t, d, q, task{N: 6})))
		add(t, d, q, other{})
		wantUnfinished(t, q, 2, 3, 4, 5)

		must(t, q.Start(t.Context()))
		<-running // 2 is done, 3 runs
		limit := time.Now().Add(testLimit)
		for len(unfinishedNow(t, q)) > 3 && time.Now().Before(limit) { // jobs end in batches
			time.Sleep(time.Millisecond)
		}
		wantUnfinished(t, q, 3, 4, 5)
		close(release)
		must(t, stop(q, testLimit))
	})
}

func unfinishedNow(t *testing.T, q *queue.Queue) (numbers []int) {
	t.Helper()
	all, err := q.Unfinished(t.Context(), task{}.Kind())
	must(t, err)
	for _, raw := range all {
		var args task
		must(t, json.Unmarshal(raw, &args))
		numbers = append(numbers, args.N)
	}
	return numbers
}

func wantUnfinished(t *testing.T, q *queue.Queue, want ...int) {
	t.Helper()
	if got := unfinishedNow(t, q); !slices.Equal(got, want) {
		t.Errorf("unfinished jobs %v, want %v", got, want)
	}
}

// A job outlives the deploy that added it: a version that does not know its kind
// fails it and keeps it, for one that does.
func TestJobOfAnotherVersionIsKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		workers := queue.NewWorkers()
		queue.Register(workers, func(context.Context, *river.Job[other]) error { return nil })
		knows, err := queue.Open(t.Context(), d, queue.Config{Workers: workers, Queues: map[string]int{river.QueueDefault: 1}})
		must(t, err)
		id := add(t, d, knows, other{})
		stranger := open(t, d, queue.Config{}, nothing)
		must(t, stranger.Start(t.Context()))
		until(t, "it failed", func() bool { return strings.Contains(look(t, stranger, id).LastError, "other") })
		if j := look(t, stranger, id); j.Policy != nil || j.State.Final() {
			t.Errorf("%+v", j)
		}
		must(t, stop(stranger, testLimit))
		must(t, knows.Start(t.Context()))
		_ = knows.By("vera").Retry(t.Context(), id) // unless its time has come by itself
		until(t, "done", func() bool { return look(t, knows, id).State == queue.Done })
		must(t, stop(knows, testLimit))
	})
}
