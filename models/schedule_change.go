package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// ScheduleChange is one thing that somebody did to a schedule, in words.
type ScheduleChange struct {
	ID         int64
	CreatedAt  time.Time
	ScheduleID *int64 // nil once the schedule is gone
	Name       string // of the schedule, then
	UserID     *int64 // nil when the site itself did it, or the member is gone
	Action     ScheduleAction
	What       string // which part, of an edit
	Old, New   string
}

// ScheduleAction is what somebody can do to a schedule.
type ScheduleAction string

// The actions. Their words are read by staff.
const (
	ScheduleCreated ScheduleAction = "created"
	ScheduleEdited  ScheduleAction = "edited"
	SchedulePaused  ScheduleAction = "paused"
	ScheduleResumed ScheduleAction = "resumed"
	ScheduleRunNow  ScheduleAction = "run now"
	ScheduleDeleted ScheduleAction = "deleted"
)

func noteChange(ctx context.Context, tx *gorm.DB, s Schedule, by *int64, changes ...ScheduleChange) error {
	for _, c := range changes {
		c.CreatedAt, c.ScheduleID, c.Name, c.UserID = now(), &s.ID, s.Name, by
		if err := db.Rows[ScheduleChange](tx).Create(ctx, &c); err != nil {
			return wrap("note a change", err)
		}
	}
	return nil
}

// ChangeCard is a change as pages show it.
type ChangeCard struct {
	ScheduleChange `gorm:"embedded"`
	Username       string // of who did it, or ""
}

// TableName tells gorm that a ChangeCard is read from joined tables.
func (ChangeCard) TableName() string { return "schedule_changes" }

// ScheduleChanges gives the last n changes of a schedule, or of all when it is 0,
// the newest first.
func ScheduleChanges(ctx context.Context, conn *gorm.DB, id int64, n int) ([]ChangeCard, error) {
	q := db.Rows[ChangeCard](conn).Table("schedule_changes LEFT JOIN users ON users.id = schedule_changes.user_id").
		Select("schedule_changes.*, COALESCE(users.username, '') AS username")
	if id != 0 {
		q = q.Where("schedule_changes.schedule_id = ?", id)
	}
	return q.Order("schedule_changes.id DESC").Limit(n).Find(ctx)
}
