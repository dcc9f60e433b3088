package queue_test

import (
	"context"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// The media policy of these tests waits an hour.
func TestAnAttemptMaySayWhenTheNextOneIs(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		workers, ran := queue.NewWorkers(), make(chan struct{}, 9)
		queue.Register(workers, func(_ context.Context, job *river.Job[media]) error {
			defer func() { ran <- struct{}{} }()
			if job.Args.N == 1 {
				return queue.RetryIn(10*time.Minute, errWanted)
			}
			return errWanted
		})
		q, err := queue.Open(t.Context(), d, queue.Config{Workers: workers, Queues: map[string]int{"media": 1}})
		must(t, err)
		add(t, d, q, media{1})
		add(t, d, q, media{2})
		add(t, d, q, media{1}, &river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByPeriod: time.Hour}})
		must(t, q.Start(t.Context()))
		for range 3 {
			<-ran
		}
		must(t, stop(q, testLimit))
		var rows []struct {
			State       string
			ScheduledAt time.Time
		}
		must(t, d.Read.Raw("SELECT state, scheduled_at FROM river_job ORDER BY id").Scan(&rows).Error)
		if rows[0].State != "retryable" || rows[1].State != "retryable" || rows[2].State != "discarded" {
			t.Fatalf("%+v", rows)
		}
		if in := time.Until(rows[0].ScheduledAt); in < 9*time.Minute || in > 10*time.Minute {
			t.Errorf("the one that says 10 minutes comes in %v", in)
		}
		if in := time.Until(rows[1].ScheduledAt); in < 59*time.Minute {
			t.Errorf("the one that says nothing comes in %v", in)
		}
	})
}
