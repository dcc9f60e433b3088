package metrics

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Tasks counts what a queue works. It is a middleware of River.
type Tasks struct {
	river.MiddlewareDefaults
	Total   *Counters   // attempts by kind, queue and outcome
	Seconds *Histograms // how long they took, by the same
	Waited  *Histograms // from when they were due to when they began, by kind and queue
}

// How an attempt can end.
const (
	outcomeDone      = "done"
	outcomeRetrying  = "retrying" // it failed, another will come
	outcomeFailed    = "failed"   // so did the last one
	outcomeCancelled = "cancelled"
	outcomeSnoozed   = "snoozed" // it put itself off
)

// NewTasks adds the metrics of tasks to r.
func NewTasks(r *Registry) *Tasks {
	labels := []string{"kind", "queue", "outcome"}
	return &Tasks{
		Total:   r.Counters("tasks_attempts_total", "Attempts at tasks that have ended: done, retrying, failed, cancelled or snoozed.", labels...),
		Seconds: r.Histograms("tasks_duration_seconds", "Time that an attempt at a task took.", taskBounds, labels...),
		Waited:  r.Histograms("tasks_wait_seconds", "Time from the commit that made a task due to its start.", taskBounds, "kind", "queue"),
	}
}

// Work counts one attempt at a job, a panic too.
func (t *Tasks) Work(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) (err error) {
	start, returned := time.Now(), false
	t.Waited.With(job.Kind, job.Queue).Observe(max(0, start.Sub(job.ScheduledAt).Seconds()))
	defer func() {
		ended := outcome(job, err, returned)
		t.Total.With(job.Kind, job.Queue, ended).Inc()
		t.Seconds.With(job.Kind, job.Queue, ended).Observe(time.Since(start).Seconds())
	}()
	err = work(ctx)
	returned = true
	return err
}

func outcome(job *rivertype.JobRow, err error, returned bool) string {
	var cancelled *rivertype.JobCancelError
	var snoozed *rivertype.JobSnoozeError
	switch {
	case returned && err == nil:
		return outcomeDone
	case errors.As(err, &cancelled):
		return outcomeCancelled
	case errors.As(err, &snoozed):
		return outcomeSnoozed
	case job.Attempt < job.MaxAttempts:
		return outcomeRetrying
	}
	return outcomeFailed
}
