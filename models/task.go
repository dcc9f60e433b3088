package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Task is a run of work that its owner can follow, from the wish to the end.
type Task struct {
	ID         int64
	UserID     int64  // its owner
	JobID      int64  // of the queue's own row, which is forgotten sooner
	Kind       string // as the queue names it
	SubjectID  int64  // what it works on, as its kind counts: the number of a photo
	State      TaskState
	Progress   int        // 0 to 100
	Attempts   int        // how often it was begun
	Version    int        // 1 at first, and one more with each change: of two accounts of a task, the higher one is newer
	DueAt      *time.Time // when the next attempt begins, as far as that is known
	Failure    string     // words for its owner, when it failed or was cancelled
	CreatedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt *time.Time
	WebhookID  *int64 // which is told of the end, beside those that hear of all
}

// Final says whether nothing more will happen.
func (t Task) Final() bool { return t.FinishedAt != nil }

// Tasks is a question about tasks. Each method returns a narrower question and
// leaves the old one as it was.
type Tasks struct{ db.Query[Task] }

// TasksIn starts with every task in the database or transaction.
func TasksIn(conn *gorm.DB) Tasks { return Tasks{db.Rows[Task](conn)} }

// VisibleTo keeps the viewer's own; staff see all.
func (q Tasks) VisibleTo(v Viewer) Tasks {
	if v.Staff {
		return q
	}
	return q.By(v.ID)
}

// By keeps a member's own.
func (q Tasks) By(user int64) Tasks { return Tasks{q.Where("tasks.user_id = ?", user)} }

// About keeps those of a kind that work on one subject.
func (q Tasks) About(kind string, subject int64) Tasks {
	return Tasks{q.Where("tasks.kind = ? AND tasks.subject_id = ?", kind, subject)}
}

// Numbered keeps those with these numbers.
func (q Tasks) Numbered(ids ...int64) Tasks { return Tasks{q.Where("tasks.id IN ?", ids)} }

// Before keeps those that are older than the one with this number; 0 keeps all.
func (q Tasks) Before(id int64) Tasks {
	if id == 0 {
		return q
	}
	return Tasks{q.Where("tasks.id < ?", id)}
}

// Standing keeps those that have not ended and stand still since before a time.
func (q Tasks) Standing(before time.Time) Tasks {
	return Tasks{q.Where("tasks.finished_at IS NULL AND tasks.updated_at < ?", before)}
}

// After keeps those with a higher number, in order.
func (q Tasks) After(id int64) Tasks { return Tasks{q.Where("tasks.id > ?", id).Order("tasks.id")} }

// ChangedAfter keeps those that changed after a time.
func (q Tasks) ChangedAfter(t time.Time) Tasks {
	return Tasks{q.Where("tasks.finished_at IS NULL AND tasks.updated_at > ? OR tasks.finished_at > ?", t, t)}
}

// Newest gives the newest, the newest first, and stops after n.
func (q Tasks) Newest(ctx context.Context, n int) ([]Task, error) {
	list, err := q.Order("tasks.id DESC").Limit(n).Find(ctx)
	return list, wrap("list tasks", err)
}

// Get asks for one task, which the question may hide.
func (q Tasks) Get(ctx context.Context, id int64) (Task, error) {
	t, err := q.Where("tasks.id = ?", id).Take(ctx)
	return found(t, err, "task")
}

// ForgetTasks deletes at most n tasks that ended before a time. It answers how
// many there were.
func ForgetTasks(ctx context.Context, tx *gorm.DB, before time.Time, n int) (int, error) {
	old := db.Rows[Task](tx).Select("id").Where("finished_at < ?", before).Order("finished_at").Limit(n)
	gone, err := db.Rows[Task](tx).Where("id IN (?)", old.Sub()).Delete(ctx)
	return gone, wrap("forget tasks", err)
}
