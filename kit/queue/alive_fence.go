package queue

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// errOutOfSight ends the attempts of a worker that others may take for dead.
var errOutOfSight = errors.New("the database has not seen this worker for too long")

// fenceAfter is how long a worker may be out of sight before its attempts end,
// well before another takes it for dead.
func (a *alive) fenceAfter() time.Duration { return a.grace * 3 / 5 }

// saw notes that the database has seen this worker at a time, or later.
func (a *alive) saw(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.term == nil || a.term.Err() != nil {
		a.term, a.out = context.WithCancelCause(context.Background())
	}
	a.seen = at
	left := time.Until(at.Add(a.fenceAfter()))
	if a.late == nil {
		a.late = time.AfterFunc(left, a.fence)
	} else {
		a.late.Reset(left)
	}
}

// fence ends the attempts of this worker, unless it has just been seen.
func (a *alive) fence() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.seen) < a.fenceAfter() || a.term.Err() != nil {
		return
	}
	a.out(errOutOfSight)
	a.log.Warn("signs of life among workers", "error", errOutOfSight)
}

// around ends the contexts of jobs when this worker is out of sight.
func (a *alive) around() rivertype.Middleware {
	return river.WorkerMiddlewareFunc(func(ctx context.Context, _ *rivertype.JobRow, work func(context.Context) error) error {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		a.mu.Lock()
		term := a.term
		a.mu.Unlock()
		defer context.AfterFunc(term, func() { cancel(context.Cause(term)) })()
		return work(ctx)
	})
}
