package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// TaskState says how far a task has come:
//
//	waiting → running → done
//	   ↑         ├────→ retrying → running …
//	   └ snoozed ┤
//	             └────→ failed
//
// and from every state that is not final to cancelled or failed.
type TaskState string

// The states of a task. The last three are final: who ends a task first has
// decided, and no work changes it after. Only ReopenTask does, by hand.
const (
	TaskWaiting   TaskState = "waiting"
	TaskRunning   TaskState = "running"
	TaskRetrying  TaskState = "retrying" // an attempt failed, another will come
	TaskDone      TaskState = "done"
	TaskFailed    TaskState = "failed"
	TaskCancelled TaskState = "cancelled"
)

// CreateTask adds a task that waits, in the transaction that adds its job. On SQLite
// the queue gives the number of a job that it has forgotten to another one: a
// task that is still open under it has lost its job.
func CreateTask(ctx context.Context, tx *gorm.DB, t *Task) error {
	if _, _, err := changeTask(ctx, tx, "end lost task", "state = 'failed', failure = ?, due_at = NULL, updated_at = ?, finished_at = ?", "job_id = ?",
		"Something on our side kept us from finishing.", now(), now(), t.JobID); err != nil {
		return err
	}
	t.CreatedAt, t.State, t.Version = now(), TaskWaiting, 1
	t.UpdatedAt = t.CreatedAt
	return wrap("create task", db.Rows[Task](tx).Create(ctx, t))
}

// changeTask is every change of a task: one statement, which what is final does
// not meet. It answers the task as it is then, and false when there is none or
// the condition does not hold.
func changeTask(ctx context.Context, conn *gorm.DB, what, set, where string, args ...any) (t Task, ok bool, err error) {
	var rows []Task
	err = conn.WithContext(ctx).Raw("UPDATE tasks SET version = version + 1, "+set+
		" WHERE finished_at IS NULL AND "+where+" RETURNING *", args...).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return t, false, wrap(what, err)
	}
	return rows[0], true, nil
}

// BeginTask notes that the job of a task begins an attempt, counted from 1.
func BeginTask(ctx context.Context, conn *gorm.DB, job int64, attempt int) (Task, bool, error) {
	return changeTask(ctx, conn, "begin task", "state = 'running', attempts = ?, due_at = NULL, updated_at = ?", "job_id = ?", attempt, now(), job)
}

// taskSteps is by how much a progress has to be greater to be noted, in percent,
// so that who works need not count what it tells.
const taskSteps = 10

// AdvanceTask notes how far the work has come, in percent. What is only a little
// further changes nothing, nor does what lies behind: an attempt that begins
// anew may have been further once.
func AdvanceTask(ctx context.Context, conn *gorm.DB, job int64, percent int) (Task, bool, error) {
	return changeTask(ctx, conn, "advance task", "progress = ?, updated_at = ?", "job_id = ? AND state = 'running' AND progress <= ?",
		min(percent, 99), now(), job, percent-taskSteps)
}

// PauseTask notes that an attempt is over and another comes: retrying after one
// that failed, waiting after one that put itself off.
func PauseTask(ctx context.Context, conn *gorm.DB, job int64, state TaskState, due time.Time) (Task, bool, error) {
	return changeTask(ctx, conn, "pause task", "state = ?, due_at = ?, updated_at = ?", "job_id = ?", state, due.UTC().Truncate(time.Microsecond), now(), job)
}

// EndTask brings the task of a job to its end. It answers the task as it is then,
// and false when there is none, which is a task without a number, or it had ended
// already.
func EndTask(ctx context.Context, tx *gorm.DB, job int64, state TaskState, failure string) (Task, bool, error) {
	at := now()
	t, ended, err := changeTask(ctx, tx, "end task", "state = ?, failure = ?, progress = CASE WHEN ? THEN 100 ELSE progress END, due_at = NULL, updated_at = ?, finished_at = ?", "job_id = ?",
		state, failure, state == TaskDone, at, at, job)
	if err != nil || ended {
		return t, ended, err
	}
	t, err = db.Rows[Task](tx).Where("job_id = ?", job).Order("id DESC").Limit(1).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = nil
	}
	return t, false, wrap("end task", err)
}

// endedLook bounds how many tasks CountEnded looks at.
const endedLook = 5_000

// CountEnded says how many tasks of a kind were done, and how many failed, after
// one time and up to another. Of a flood it counts some thousands.
func CountEnded(ctx context.Context, conn *gorm.DB, kind string, after, until time.Time) (done, failed int, err error) {
	var rows []struct {
		State TaskState
		N     int
	}
	ended := db.Rows[Task](conn).Select("kind, state").Where("finished_at > ? AND finished_at <= ?", after.UTC(), until.UTC()).Limit(endedLook)
	err = db.Rows[Task](conn).Table("(?) AS few", ended.Sub()).Select("state, count(*) AS n").Where("kind = ?", kind).Group("state").Scan(ctx, &rows)
	for _, r := range rows {
		switch r.State {
		case TaskDone:
			done = r.N
		case TaskFailed:
			failed = r.N
		}
	}
	return done, failed, wrap("count tasks that ended", err)
}
