package queue_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/db"
	"superbook/kit/queue"
)

type other struct{}

func (other) Kind() string { return "other" }

func TestUnfinished(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		running, release := make(chan struct{}, 8), make(chan struct{})
		workers := river.NewWorkers()
		river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[task]) error {
			if job.Args.N == 2 { // done at once
				return nil
			}
			running <- struct{}{}
			<-release
			return nil
		}))
		river.AddWorker(workers, river.WorkFunc(func(context.Context, *river.Job[other]) error { return nil }))
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
