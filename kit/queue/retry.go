package queue

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/riverqueue/river"
)

// expected is a failure that says when to try again.
type expected struct {
	in  time.Duration
	err error
}

func (e *expected) Error() string { return e.err.Error() }
func (e *expected) Unwrap() error { return e.err }

// RetryIn is the error of an attempt that failed as attempts may, such as a call
// that somebody else's server did not answer. It is tried again after so long,
// whatever the kind's Backoff says, and is no warning in the log. The last
// attempt stays the last.
func RetryIn(in time.Duration, err error) error { return &expected{in, err} }

// waits remembers, from the end of an attempt until River asks, when a job is to
// be tried again: River asks the worker without telling it the error.
type waits struct{ jobs sync.Map }

func note[A river.JobArgs](ws *waits, job *river.Job[A], err error) {
	if e := (*expected)(nil); errors.As(err, &e) && job.Attempt < job.MaxAttempts {
		ws.jobs.Store(job.ID, e.in)
	}
}

func (ws *waits) take(job int64) (time.Duration, bool) {
	in, ok := ws.jobs.LoadAndDelete(job)
	if !ok {
		return 0, false
	}
	d, ok := in.(time.Duration)
	return d, ok
}

func (w *worker[A]) Work(ctx context.Context, job *river.Job[A]) error {
	err := w.work(ctx, job)
	note(&w.waits, job, err)
	return err
}

func (w *worker[A]) NextRetry(job *river.Job[A]) time.Time {
	if in, ok := w.waits.take(job.ID); ok {
		return time.Now().Add(in)
	}
	return time.Now().Add(w.policy.Backoff(job.Attempt))
}
