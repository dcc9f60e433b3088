package models

import (
	"context"

	"gorm.io/gorm"
)

// OfJobs keeps the tasks that are the given jobs of the queue.
func (q Tasks) OfJobs(jobs []int64) Tasks { return Tasks{q.Where("tasks.job_id IN ?", jobs)} }

// ReopenTask has the task of a job wait again that had ended, in the transaction
// that puts the job back. Who waits for its end is told once more. It answers the
// task as it is then, and false when the job has none, or one that is open.
func ReopenTask(ctx context.Context, tx *gorm.DB, job int64) (t Task, reopened bool, err error) {
	var rows []Task
	err = tx.WithContext(ctx).Raw("UPDATE tasks SET version = version + 1, state = 'waiting', failure = '', progress = 0, due_at = NULL, updated_at = ?, finished_at = NULL"+
		" WHERE id = (SELECT max(id) FROM tasks WHERE job_id = ?) AND finished_at IS NOT NULL RETURNING *", now(), job).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return t, false, wrap("reopen task", err)
	}
	return rows[0], true, nil
}
