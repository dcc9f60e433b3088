package tasks

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
)

// errEnded says that a task had come to another end before the work was done.
var errEnded = errors.New("tasks: the task has ended meanwhile")

// EndTask brings the task of a job to its end, in the transaction of what the job
// has done, has the webhooks told that wait for it, and, after the commit, the
// pages that are open. A task that has ended, and a job that has none, are left
// alone. Lock order: the job if it changes too, then its task, then the subject.
func (d *Deps) EndTask(ctx context.Context, tx *gorm.DB, job int64, state models.TaskState, failure string) error {
	if err := d.endTask(ctx, tx, job, state, failure); !errors.Is(err, errEnded) {
		return err
	}
	return nil
}

// endTask is EndTask for who must know that the task had ended: errEnded.
func (d *Deps) endTask(ctx context.Context, tx *gorm.DB, job int64, state models.TaskState, failure string) error {
	t, ended, err := models.EndTask(ctx, tx, job, state, failure)
	if err != nil {
		return err
	}
	if !ended && t.ID != 0 {
		return errEnded
	}
	if !ended {
		return nil
	}
	db.AfterCommit(tx, func() { d.publishTask(ctx, t) })
	return d.callBack(ctx, tx, t)
}

// dropTask ends the task of a job without its effect, and has what it worked on
// wait no more, as part of tx. It answers errEnded when it had ended.
func (d *Deps) dropTask(ctx context.Context, tx *gorm.DB, job int64, kind string, args []byte, state models.TaskState, words string) error {
	if err := d.endTask(ctx, tx, job, state, words); err != nil {
		return err
	}
	if f, ok := d.followed[kind]; ok {
		return f.abandon(ctx, tx, args, words)
	}
	return nil
}

// Cancel ends a job that its owner no longer wants, and its task if it has one,
// with words for the owner: all in one transaction, so that either it was
// cancelled or it is done. It answers false when it had ended. A job that is
// running is told to stop, and has no effect any more.
func (d *Deps) Cancel(ctx context.Context, job int64, words string) (cancelled bool, err error) {
	err = d.DB.Tx(ctx, func(tx *gorm.DB) error {
		row, err := d.Jobs.CancelTx(ctx, tx, job)
		if errors.Is(err, rivertype.ErrNotFound) { // forgotten by the queue: the sweep looks after the subject
			return d.endTask(ctx, tx, job, models.TaskCancelled, words)
		} else if err != nil {
			return err
		}
		return d.dropTask(ctx, tx, job, row.Kind, row.EncodedArgs, models.TaskCancelled, words)
	})
	if errors.Is(err, errEnded) {
		return false, nil
	}
	return err == nil, err
}

// tasksKept is how long a task can be looked up after its end.
const tasksKept = 7 * 24 * time.Hour

// forgetTasks deletes the tasks that ended before a time, a batch in each
// transaction.
func forgetTasks(ctx context.Context, d *Deps, before time.Time) (forgotten int, err error) {
	const batch = 500
	for {
		n := 0
		err := d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
			n, err = models.ForgetTasks(ctx, tx, before, batch)
			return err
		})
		if forgotten += n; err != nil || n < batch {
			return forgotten, err
		}
	}
}
