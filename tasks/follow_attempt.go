package tasks

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/models"
)

// Following is the middleware that notes of the tasks that can be followed how
// each attempt begins and ends. Other jobs it costs nothing.
func (d *Deps) Following() rivertype.Middleware { return &following{d: d} }

type following struct {
	river.MiddlewareDefaults
	d *Deps
}

// Work works one attempt of a job.
func (f *following) Work(ctx context.Context, job *rivertype.JobRow, attempt func(context.Context) error) (err error) {
	if _, ok := f.d.followed[job.Kind]; !ok {
		return attempt(ctx)
	}
	begun := f.d.note(ctx, job, func(ctx context.Context) (models.Task, bool, error) {
		return models.BeginTask(ctx, f.d.DB.Write, job.ID, job.Attempt)
	})
	if !begun {
		return attempt(ctx) // nobody follows this one, or it has ended and runs again after a crash
	}
	ctx = context.WithValue(ctx, followedKey{}, true)
	err = errPanic
	defer func() { f.d.attempted(ctx, job, err) }() // River recovers what panics, and is not kept from it here
	err = attempt(ctx)
	return err
}

// followedKey marks the context of an attempt that somebody follows.
type followedKey struct{}

var errPanic = errors.New("tasks: the attempt panicked")

// noteWithin bounds what is noted after an attempt, whose own time may be over.
const noteWithin = 10 * time.Second

// attempted notes how an attempt ended. Who has ended the task with the effect of
// the job, in one transaction, has nothing noted any more.
func (d *Deps) attempted(ctx context.Context, job *rivertype.JobRow, err error) {
	f, snooze, cancel := d.followed[job.Kind], (*rivertype.JobSnoozeError)(nil), (*rivertype.JobCancelError)(nil)
	stopped := context.Cause(ctx)
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer done()
	switch {
	case err == nil:
		d.ended(ctx, job, models.TaskDone, "")
	case errors.As(err, &snooze):
		d.pause(ctx, job, models.TaskWaiting, time.Now().Add(snooze.Duration))
	case errors.As(err, &cancel), errors.Is(stopped, rivertype.ErrJobCancelledRemotely):
		d.ended(ctx, job, models.TaskCancelled, wordsCancelled)
	case stopped != nil && (errors.Is(err, context.Canceled) || errors.Is(err, stopped)):
		d.pause(ctx, job, models.TaskWaiting, time.Now()) // the process stops: River does not count the attempt
	case job.Attempt >= job.MaxAttempts:
		d.ended(ctx, job, models.TaskFailed, f.gaveUp)
	default:
		d.pause(ctx, job, models.TaskRetrying, time.Now().Add(f.Backoff(job.Attempt)))
	}
}

// wordsCancelled is shown when not the owner has cancelled a task.
const wordsCancelled = "This was cancelled. Ask for it again if you still want it."

func (d *Deps) pause(ctx context.Context, job *rivertype.JobRow, state models.TaskState, due time.Time) {
	d.note(ctx, job, func(ctx context.Context) (models.Task, bool, error) {
		return models.PauseTask(ctx, d.DB.Write, job.ID, state, due)
	})
}

// note writes down a change and shows it. That it cannot takes nothing away from
// the work; the sweep puts right what it must. It answers false when there is
// nothing to note down.
func (d *Deps) note(ctx context.Context, job *rivertype.JobRow, change func(context.Context) (models.Task, bool, error)) bool {
	t, changed, err := change(ctx)
	if err != nil && ctx.Err() == nil {
		d.Log.WarnContext(ctx, "task not noted", "kind", job.Kind, "job", job.ID, "error", err)
	}
	if changed {
		d.publishTask(ctx, t)
	}
	return changed || err != nil
}

// progressed notes how far the job of a task has come, in percent. It may be
// called as often as one likes: only steps of ten are noted, in the order of 10
// for each attempt.
func (d *Deps) progressed(ctx context.Context, job *rivertype.JobRow, percent int) {
	if ctx.Value(followedKey{}) == nil {
		return
	}
	d.note(ctx, job, func(ctx context.Context) (models.Task, bool, error) {
		return models.AdvanceTask(ctx, d.DB.Write, job.ID, percent)
	})
}

// ended ends a task whose worker has no transaction of its own for it.
func (d *Deps) ended(ctx context.Context, job *rivertype.JobRow, state models.TaskState, words string) {
	err := d.DB.Tx(ctx, func(tx *gorm.DB) error {
		if state == models.TaskDone {
			return d.endTask(ctx, tx, job.ID, state, words)
		}
		return d.dropTask(ctx, tx, job.ID, job.Kind, job.EncodedArgs, state, words)
	})
	if err != nil && !errors.Is(err, errEnded) {
		d.Log.WarnContext(ctx, "end of a task not noted", "kind", job.Kind, "job", job.ID, "state", state, "error", err)
	}
}
