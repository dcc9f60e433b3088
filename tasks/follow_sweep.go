package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// SweepTasks ends tasks whose job is gone, has messages sent anew that lost theirs,
// and forgets what ended long ago, secrets too that were replaced.
type SweepTasks struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (SweepTasks) Kind() string { return "sweep.tasks" }

// Policy lets only one wait or run at a time.
func (SweepTasks) Policy() queue.Policy {
	return tidyPolicy("Sweep old tasks and messages", "the state of a task or message: what is final stays")
}

func (d *Deps) sweepTasks(ctx context.Context, _ *river.Job[SweepTasks]) (string, error) {
	return SweepTasksNow(ctx, d)
}

// SweepTasksNow does what SweepTasks does. It says in words what it did.
func SweepTasksNow(ctx context.Context, d *Deps) (string, error) {
	ended, failed := endAbandoned(ctx, d, time.Now().UTC().Add(-stuckAfter))
	old, err := forgetTasks(ctx, d, time.Now().UTC().Add(-tasksKept))
	messages, lost, unsent := sweepDeliveries(ctx, d)
	secrets, left := models.ForgetOldSecrets(ctx, d.DB.Write)
	if err := errors.Join(failed, err, unsent, left); err != nil {
		return "", fmt.Errorf("sweep tasks: %w", err)
	}
	return fmt.Sprintf("%s ended, %s, %s and %s forgotten, %s sent anew", counted(ended, "abandoned task", "abandoned tasks"), also(old, "old task", "old tasks"),
		also(messages, "old message", "old messages"), also(secrets, "old secret", "old secrets"), also(lost, "lost message", "lost messages")), nil
}

// endAbandoned ends the tasks that stand still since before a time and whose job
// has ended or is gone: River itself discards a job whose process died in its
// last attempt, and tells nobody. The tasks are read before the jobs, so that a job that
// ends in between has ended its task already.
func endAbandoned(ctx context.Context, d *Deps, before time.Time) (ended int, failed error) {
	const batch = 500
	for after := int64(0); ; {
		tasks, err := models.TasksIn(d.DB.Read).Standing(before).After(after).Limit(batch).Find(ctx)
		if err != nil || len(tasks) == 0 {
			return ended, errors.Join(failed, err)
		}
		ids := make([]int64, len(tasks))
		for i, t := range tasks {
			ids[i] = t.JobID
		}
		jobs, err := d.Jobs.Jobs(ctx, ids)
		if err != nil {
			return ended, errors.Join(failed, err)
		}
		for _, t := range tasks {
			did, err := d.reconcile(ctx, t, jobs[t.JobID])
			if err != nil { // one that cannot be ended keeps nothing else from its end
				failed = errors.Join(failed, fmt.Errorf("end task %d: %w", t.ID, err))
			}
			if did {
				ended++
			}
		}
		after = tasks[len(tasks)-1].ID
	}
}

// reconcile ends a task as its job has ended. A job that is not there any more
// cannot say how: it counts as failed, which the owner can mend.
func (d *Deps) reconcile(ctx context.Context, t models.Task, job queue.Job) (ended bool, err error) {
	state, words := models.TaskFailed, d.followed[t.Kind].gaveUp
	if job.Kind != t.Kind { // the queue has forgotten it, and given its number to another one
		job = queue.Job{}
	}
	switch job.State {
	case rivertype.JobStateCompleted:
		state, words = models.TaskDone, ""
	case rivertype.JobStateCancelled:
		state, words = models.TaskCancelled, wordsCancelled
	case rivertype.JobStateDiscarded, "":
	default:
		return false, nil // it is still to be worked on
	}
	err = d.DB.Tx(ctx, func(tx *gorm.DB) error {
		if state == models.TaskDone || job.ID == 0 {
			return d.endTask(ctx, tx, t.JobID, state, words)
		}
		return d.dropTask(ctx, tx, t.JobID, t.Kind, job.Args, state, words)
	})
	if errors.Is(err, errEnded) {
		return false, nil
	}
	return err == nil, err
}
