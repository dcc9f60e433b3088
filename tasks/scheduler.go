package tasks

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/async"
	"superbook/kit/queue"
	"superbook/kit/schedule"
	"superbook/models"
)

// Scheduler starts the jobs of schedules when they are due. Each process that
// works jobs has one; a run that several see is started by one of them.
type Scheduler struct {
	d     *Deps
	now   func() time.Time
	kinds []string
}

// NewScheduler makes one that goes by a clock; time.Now when it is nil.
func NewScheduler(d *Deps, now func() time.Time) *Scheduler {
	if now == nil {
		now = time.Now
	}
	s := &Scheduler{d: d, now: now}
	for _, kind := range Schedulables() {
		s.kinds = append(s.kinds, kind.Kind)
	}
	return s
}

const (
	// schedulerEvery is how often it looks. It holds nothing in memory, so an edit
	// is in effect everywhere by then.
	schedulerEvery = 500 * time.Millisecond
	// lookFor bounds one look, when the database does not answer.
	lookFor = 30 * time.Second
	// ticksToMend is how often it looks for what a wrong clock has done: each minute.
	ticksToMend = 120
	// punctual is how late a run may start that does not count as missed.
	punctual = time.Minute
	// maxMissed bounds the runs that RunAll makes up for at once.
	maxMissed = 100
	// clockWrong is how far in the future the past must be for the clock to have
	// been wrong. A clock that went ahead by less is waited for.
	clockWrong = time.Hour
)

// Run looks for what is due until ctx ends.
func (s *Scheduler) Run(ctx context.Context) {
	tick := time.NewTicker(schedulerEvery)
	defer tick.Stop()
	for n := 0; ; n++ {
		_, err := async.Guard(ctx, func(ctx context.Context) (int, error) {
			ctx, cancel := context.WithTimeout(ctx, lookFor)
			defer cancel()
			if n%ticksToMend == 0 {
				if err := s.Mend(ctx); err != nil {
					return 0, err
				}
			}
			return s.Tick(ctx)
		})
		if err != nil && ctx.Err() == nil {
			s.d.Log.ErrorContext(ctx, "scheduler", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Tick starts what is due, and answers how many jobs it added.
func (s *Scheduler) Tick(ctx context.Context) (added int, err error) {
	now := s.now()
	due, err := models.SchedulesIn(s.d.DB.Read).Due(now, s.kinds).Find(ctx)
	if err != nil {
		return 0, err
	}
	for _, row := range due {
		n, wrong := s.fire(ctx, row, now) // one that fails does not hold up the others
		added, err = added+n, errors.Join(err, wrong)
	}
	return added, err
}

// fire starts the runs of one schedule that are due. What nobody can start is
// paused, or it would fail twice a second.
func (s *Scheduler) fire(ctx context.Context, row models.Schedule, now time.Time) (added int, err error) {
	rhythm, err := row.Rhythm()
	if err != nil {
		return 0, s.pause(ctx, row, now, err)
	}
	args, err := ScheduledArgs(row.Kind, row.Args)
	if err != nil {
		return 0, s.pause(ctx, row, now, err)
	}
	runs, left := s.runs(row, rhythm, now)
	mine, err := s.begin(ctx, row, rhythm, args, runs, now)
	if err != nil || !mine || runs == 0 {
		return 0, err
	}
	if left {
		s.d.Log.WarnContext(ctx, "schedule missed more runs than are made up for", "schedule", row.Name, "runs", runs)
	}
	s.d.publishScheduleNumbered(ctx, row.ID)
	return runs, nil
}

// errNotOurs takes back the jobs of a run that somebody else has started.
var errNotOurs = errors.New("tasks: the schedule was run or edited meanwhile")

// begin adds the jobs of a run, then takes the run, all or nothing: a job that
// stands for them is locked before the schedule, as by who cancels it. It answers
// false when the run was not ours.
func (s *Scheduler) begin(ctx context.Context, row models.Schedule, rhythm schedule.Spec, args queue.Args, runs int, now time.Time) (mine bool, err error) {
	err = s.d.DB.Tx(ctx, func(tx *gorm.DB) error {
		job, err := s.add(ctx, tx, args, runs)
		if err != nil {
			return err
		}
		if mine, err = row.Move(ctx, tx, rhythm, now); err == nil && !mine {
			return errNotOurs
		}
		if err != nil || job == 0 {
			return err
		}
		return row.Started(ctx, tx, job, now)
	})
	if errors.Is(err, errNotOurs) {
		err = nil
	}
	return mine, err
}

// runs says how often a schedule is to run now; left, that more were missed.
func (s *Scheduler) runs(row models.Schedule, rhythm schedule.Spec, now time.Time) (n int, left bool) {
	most := maxMissed - 1
	if row.Missed != models.RunAll {
		most = 0
	}
	others, more := rhythm.Missed(*row.NextAt, now, most)
	if row.Missed == models.SkipMissed {
		// The newest of those that are due is on time if it came within the last minute.
		if latest := rhythm.Next(now.Add(-punctual)); now.Sub(*row.NextAt) > punctual && (latest.IsZero() || latest.After(now)) {
			s.d.Log.Info("schedule skips what it missed", "schedule", row.Name, "due", *row.NextAt)
			return 0, false
		}
	}
	return 1 + len(others), more && row.Missed == models.RunAll
}

// add adds the jobs of runs, as part of tx, and answers the number of the last. Runs
// that are made up for are one job each; otherwise a job of the kind that has not
// ended yet stands for this run too, and the number is 0.
func (s *Scheduler) add(ctx context.Context, tx *gorm.DB, args queue.Args, runs int) (job int64, err error) {
	var res *rivertype.JobInsertResult
	for range runs {
		if runs > 1 {
			res, err = s.d.Jobs.InsertAnyway(ctx, tx, args)
		} else {
			res, err = s.d.Jobs.Insert(ctx, tx, args)
		}
		if err != nil {
			return 0, err
		}
	}
	if res == nil || res.UniqueSkippedAsDuplicate {
		return 0, nil
	}
	return res.Job.ID, nil
}

func (s *Scheduler) pause(ctx context.Context, row models.Schedule, now time.Time, why error) error {
	s.d.Log.ErrorContext(ctx, "schedule cannot be started and is paused", "schedule", row.Name, "error", why)
	return s.d.DB.Tx(ctx, func(tx *gorm.DB) error {
		return models.PauseSchedule(ctx, tx, row, true, nil, now, why.Error())
	})
}
