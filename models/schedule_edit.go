package models

import (
	"context"
	"errors"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
	"superbook/kit/problem"
)

// What can be wrong with a schedule that only the database knows.
var (
	ErrSameSchedule    = errors.New("there is a schedule of that name")
	ErrScheduleChanged = errors.New("somebody has changed the schedule meanwhile")
)

// CreateSchedule adds a schedule of a member's own making, from now on.
func CreateSchedule(ctx context.Context, tx *gorm.DB, s *Schedule, by int64, at time.Time) error {
	s.CreatedAt, s.UpdatedAt, s.UpdatedBy, s.Version, s.NameKey = now(), now(), &by, 1, Key(s.Name)
	if err := s.plan(at); err != nil {
		return err
	}
	if err := sameName(ctx, tx, *s); err != nil {
		return err
	}
	if err := db.Rows[Schedule](tx).Create(ctx, s); err != nil {
		return wrap("create schedule", err)
	}
	return noteChange(ctx, tx, *s, &by, ScheduleChange{Action: ScheduleCreated, New: s.Spec + ", " + s.Zone})
}

// SaveSchedule writes an edit of a schedule as it was read with this version:
// name, arguments, rhythm, missed policy and whether it is paused. What changed is
// noted; when nothing did, nothing is written. A new rhythm goes on from now: runs
// that the old one has missed are not made up for. The row is locked before the
// clock is asked: a run that is just being started would else come due again.
func SaveSchedule(ctx context.Context, tx *gorm.DB, s Schedule, by int64, clock func() time.Time) error {
	old, err := Schedules{db.Rows[Schedule](tx, clause.Locking{Strength: clause.LockingStrengthUpdate})}.Get(ctx, s.ID)
	if err != nil {
		return err
	}
	changes := differences(old, s)
	if len(changes) == 0 {
		return nil
	}
	if err := sameName(ctx, tx, s); err != nil {
		return err
	}
	read := s.Version
	s.UpdatedAt, s.UpdatedBy, s.Version, s.NameKey = now(), &by, read+1, Key(s.Name)
	s.NextAt = old.NextAt // what is due stays due
	if s.Spec != old.Spec || s.Zone != old.Zone || s.Paused != old.Paused {
		if err := s.plan(clock()); err != nil {
			return err
		}
	}
	n, err := db.Rows[Schedule](tx).Where("id = ? AND version = ?", s.ID, read).
		Select("name", "name_key", "args", "spec", "zone", "missed", "paused", "next_at", "version", "updated_at", "updated_by").Updates(ctx, s)
	if err != nil {
		return wrap("save schedule", err)
	}
	if n == 0 {
		return ErrScheduleChanged
	}
	return noteChange(ctx, tx, s, &by, changes...)
}

// ErrHouseSchedule is the answer to who would delete one of the house's own.
func ErrHouseSchedule() error {
	return problem.NotFound("This schedule belongs to the house. Pause it instead.")
}

// sameName looks before it writes: on PostgreSQL an error would end the whole
// transaction.
func sameName(ctx context.Context, tx *gorm.DB, s Schedule) error {
	n, err := db.Rows[Schedule](tx).Where("name_key = ? AND id <> ?", Key(s.Name), s.ID).Count(ctx, "*")
	if err == nil && n > 0 {
		return ErrSameSchedule
	}
	return wrap("save schedule", err)
}

func differences(old, s Schedule) (changes []ScheduleChange) {
	for _, c := range []ScheduleChange{
		{What: "Name", Old: old.Name, New: s.Name},
		{What: "Arguments", Old: old.Args, New: s.Args},
		{What: "When", Old: old.Spec, New: s.Spec},
		{What: "Time zone", Old: old.Zone, New: s.Zone},
		{What: "Missed runs", Old: string(old.Missed), New: string(s.Missed)},
	} {
		if c.Old != c.New {
			c.Action = ScheduleEdited
			changes = append(changes, c)
		}
	}
	if old.Paused != s.Paused {
		changes = append(changes, ScheduleChange{Action: pausing(s.Paused)})
	}
	return changes
}

func pausing(paused bool) ScheduleAction {
	if paused {
		return SchedulePaused
	}
	return ScheduleResumed
}

// PauseSchedule has a schedule run no more, or go on from now. Doing it twice
// does no harm; ErrScheduleChanged says that somebody has edited it meanwhile. by is nil when the site itself does it, for a reason in words.
func PauseSchedule(ctx context.Context, tx *gorm.DB, s Schedule, paused bool, by *int64, at time.Time, reason string) error {
	s.Paused = paused
	if err := s.plan(at); err != nil {
		return err
	}
	s.UpdatedAt, s.UpdatedBy, s.Version = now(), by, s.Version+1
	n, err := db.Rows[Schedule](tx).Where("id = ? AND paused = ? AND version = ?", s.ID, !paused, s.Version-1).
		Select("paused", "next_at", "version", "updated_at", "updated_by").Updates(ctx, s)
	if err != nil {
		return wrap("pause schedule", err)
	}
	if n == 0 {
		now, err := SchedulesIn(tx).Get(ctx, s.ID)
		if err == nil && now.Paused != paused {
			err = ErrScheduleChanged
		}
		return err
	}
	return noteChange(ctx, tx, s, by, ScheduleChange{Action: pausing(paused), New: reason})
}

// NoteRunNow notes that a member had a schedule run outside of its rhythm.
func NoteRunNow(ctx context.Context, tx *gorm.DB, s Schedule, by, job int64) error {
	return noteChange(ctx, tx, s, &by, ScheduleChange{Action: ScheduleRunNow, New: "job " + strconv.FormatInt(job, 10)})
}

// DeleteSchedule deletes a schedule that staff made. One of the house's own is
// not found: it can be paused.
func DeleteSchedule(ctx context.Context, tx *gorm.DB, s Schedule, by int64) error {
	if !s.Own() {
		return ErrHouseSchedule()
	}
	if err := noteChange(ctx, tx, s, &by, ScheduleChange{Action: ScheduleDeleted, Old: s.Spec + ", " + s.Zone}); err != nil {
		return err
	}
	_, err := db.Rows[Schedule](tx).Where("id = ?", s.ID).Delete(ctx)
	return wrap("delete schedule", err)
}
