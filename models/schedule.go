package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/schedule"
)

// Schedule is a kind of task that runs by the clock.
type Schedule struct {
	ID        int64
	CreatedAt time.Time
	UpdatedAt time.Time // of any change, by people or by a run
	UpdatedBy *int64    // nil when the site itself did it
	Version   int       // grows with every edit, and not with runs
	Name      string
	NameKey   string  // folded; unique
	Builtin   *string // which of the house's own it is; nil for those that staff made
	Kind      string  // of task, as the queue names it
	Args      string  // of the task, as JSON
	Spec      string  // see package schedule
	Zone      string
	Missed    MissedPolicy
	Paused    bool
	NextAt    *time.Time // nil while it is paused, or when it never comes again
	LastAt    *time.Time // when the last run was started
	LastJobID *int64
	LastState TaskState // of the last run, or ""
	LastWords string    // what came of it
}

// MissedPolicy says what becomes of runs that were due while nobody worked.
type MissedPolicy string

// The policies for missed runs.
const (
	SkipMissed MissedPolicy = "skip" // they are left out
	RunOnce    MissedPolicy = "once" // one run stands for all of them
	RunAll     MissedPolicy = "all"  // each is made up for, up to a bound
)

// Rhythm reads when the schedule is due. Its error is a *schedule.Error.
func (s Schedule) Rhythm() (schedule.Spec, error) { return schedule.Parse(s.Spec, s.Zone) }

// Own says whether staff made it: only such a one can be deleted.
func (s Schedule) Own() bool { return s.Builtin == nil }

// plan sets when the schedule runs next, from a time on.
func (s *Schedule) plan(from time.Time) error {
	s.NextAt = nil
	if s.Paused {
		return nil
	}
	rhythm, err := s.Rhythm()
	if err != nil {
		return err
	}
	s.NextAt = nextOf(rhythm, from)
	return nil
}

// nextOf is when a rhythm comes next, as a column keeps it, or nil for never.
func nextOf(rhythm schedule.Spec, after time.Time) *time.Time {
	next := rhythm.Next(after).UTC()
	if next.IsZero() {
		return nil
	}
	return &next
}

// Schedules is a question about schedules. Each method returns a narrower
// question and leaves the old one as it was.
type Schedules struct{ db.Query[Schedule] }

// SchedulesIn starts with every schedule in the database or transaction.
func SchedulesIn(conn *gorm.DB) Schedules { return Schedules{db.Rows[Schedule](conn)} }

// Due keeps those of known kinds that are due at a time, the oldest first.
func (q Schedules) Due(at time.Time, kinds []string) Schedules {
	return Schedules{q.Where("next_at <= ? AND kind IN ?", at.UTC(), kinds).Order("next_at").Limit(dueAtOnce)}
}

const dueAtOnce = 100

// Astray keeps those that wait because a clock was wrong: it went ahead by more
// than a while when they ran or were edited last.
func (q Schedules) Astray(at time.Time, while time.Duration) Schedules {
	ahead := at.UTC().Add(while)
	return Schedules{q.Where("next_at > ? AND (last_at > ? OR updated_at > ?)", ahead, ahead, ahead)}
}

// ChangedAfter keeps those that changed after a time.
func (q Schedules) ChangedAfter(at time.Time) Schedules {
	return Schedules{q.Where("updated_at > ?", at.UTC())}
}

// ByName orders by name.
func (q Schedules) ByName() Schedules { return Schedules{q.Order("name_key")} }

// Get asks for one schedule.
func (q Schedules) Get(ctx context.Context, id int64) (Schedule, error) {
	s, err := q.Where("id = ?", id).Take(ctx)
	return found(s, err, "schedule")
}

// Move takes a schedule as it was read and sets when it runs next: after a time.
// It answers false when somebody else has run or edited it meanwhile; then its
// runs are not ours to start: the transaction that has added the jobs is to fail.
func (s Schedule) Move(ctx context.Context, tx *gorm.DB, rhythm schedule.Spec, after time.Time) (bool, error) {
	next := Schedule{NextAt: nextOf(rhythm, after), UpdatedAt: now()}
	n, err := db.Rows[Schedule](tx).Where("id = ? AND version = ? AND next_at = ?", s.ID, s.Version, s.NextAt).
		Select("next_at", "updated_at").Updates(ctx, next)
	return n == 1, wrap("move schedule", err)
}

// Started notes the job of a run.
func (s Schedule) Started(ctx context.Context, tx *gorm.DB, job int64, at time.Time) error {
	at = at.UTC()
	run := Schedule{LastAt: &at, LastJobID: &job, LastState: TaskWaiting, UpdatedAt: now()}
	_, err := db.Rows[Schedule](tx).Where("id = ?", s.ID).
		Select("last_at", "last_job_id", "last_state", "last_words", "updated_at").Updates(ctx, run)
	return wrap("note a run", err)
}

// NoteRun writes down how far the job of a schedule's last run has come. It
// answers false when no schedule has it as its last.
func NoteRun(ctx context.Context, conn *gorm.DB, job int64, state TaskState, words string) (Schedule, bool, error) {
	run := Schedule{LastState: state, LastWords: words, UpdatedAt: now()}
	n, err := db.Rows[Schedule](conn).Where("last_job_id = ?", job).Select("last_state", "last_words", "updated_at").Updates(ctx, run)
	if err != nil || n == 0 {
		return Schedule{}, false, wrap("note a run", err)
	}
	s, err := db.Rows[Schedule](conn).Where("last_job_id = ?", job).Take(ctx)
	return s, err == nil, wrap("note a run", err)
}
