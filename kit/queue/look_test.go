package queue_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/db"
	"superbook/kit/queue"
)

func TestSnoozeIsShownAsScheduled(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := start(t, d, queue.Config{}, func(context.Context, *river.Job[task]) error { return river.JobSnooze(time.Hour) })
		id := add(t, d, q, task{})
		until(t, "snoozed", func() bool { return look(t, q, id).State == queue.Scheduled })
		if j := look(t, q, id); j.Snoozes != 1 || time.Until(j.At()) < 50*time.Minute || time.Until(j.At()) > time.Hour {
			t.Errorf("%+v", j)
		}
	})
}

func TestAttemptsKeepTheirErrorsAndStacks(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := start(t, d, queue.Config{}, func(_ context.Context, job *river.Job[task]) error {
			if job.Attempt == 1 {
				return errWanted
			}
			panic("boom")
		})
		id := add(t, d, q, task{N: 3}, &river.InsertOpts{MaxAttempts: 2})
		until(t, "failed", func() bool { return look(t, q, id).State == queue.Failed })
		j := look(t, q, id)
		if len(j.Attempts) != 2 || j.Attempts[0].Error != "wanted" || j.Attempts[0].Number != 1 || j.Attempts[0].Trace != "" ||
			!strings.Contains(j.Attempts[1].Error, "boom") || !strings.Contains(j.Attempts[1].Trace, "look_test.go") {
			t.Errorf("attempts %+v", j.Attempts)
		}
		if !strings.Contains(j.LastError, "boom") || j.Policy == nil || j.Policy.Title != "A task" || strings.ReplaceAll(j.Args, " ", "")[:6] != `{"n":3` {
			t.Errorf("%+v", j.JobCard)
		}
	})
}
