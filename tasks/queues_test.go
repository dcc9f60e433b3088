package tasks_test

import (
	"context"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// flood is work that does not end while the test runs, for whichever queue.
type flood struct {
	N int `json:"n"`
}

func (flood) Kind() string { return "flood" }

func (flood) Policy() queue.Policy {
	return queue.Policy{Title: "Stand in the way", Queue: tasks.QueueMedia, Attempts: 1, Backoff: queue.Squares(time.Second), Deadline: time.Minute, Idempotence: "nothing"}
}

// errand is work that is done at once.
type errand struct {
	For string `json:"for"`
}

func (errand) Kind() string { return "errand" }

func (errand) Policy() queue.Policy {
	return queue.Policy{Title: "Run an errand", Queue: tasks.QueueDefault, Attempts: 1, Backoff: queue.Squares(time.Second), Deadline: time.Minute, Idempotence: "nothing"}
}

// A thousand jobs that block one queue do not hold up the others: each has workers
// of its own.
func TestFloodedQueueDoesNotStarveTheOthers(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	workers, began, done := queue.NewWorkers(), make(chan struct{}, 1000), make(chan string, 10)
	queue.Register(workers, func(ctx context.Context, _ *river.Job[flood]) error {
		began <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	queue.Register(workers, func(_ context.Context, job *river.Job[errand]) error {
		done <- job.Args.For
		return nil
	})
	q, err := queue.Open(t.Context(), s.DB, queue.Config{Workers: workers, Queues: tasks.Queues(2)})
	must(t, err)
	must(t, q.Start(t.Context()))
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel() // nobody waits for what blocks
		must(t, q.Stop(ended))
	})
	add := func(args queue.Args, opts ...*river.InsertOpts) {
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return q.Add(t.Context(), tx, args, opts...) }))
	}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		for n := range 1000 {
			if err := q.Add(t.Context(), tx, flood{n}); err != nil {
				return err
			}
		}
		return nil
	}))
	<-began
	<-began // both workers of the queue are taken, and 998 wait
	for name := range tasks.Queues(2) {
		if name == tasks.QueueMedia {
			continue
		}
		add(errand{name}, &river.InsertOpts{Queue: name})
		select {
		case got := <-done:
			if got != name {
				t.Errorf("%s was done, want %s", got, name)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("an errand in %s did not start", name)
		}
	}
	all, err := q.Statuses(t.Context())
	must(t, err)
	for _, st := range all {
		if st.Name == tasks.QueueMedia && (st.Running != 2 || st.Waiting != 998) {
			t.Errorf("%+v", st)
		}
	}
}
