package tasks

import (
	"errors"
	"time"

	"superbook/kit/schedule"
	"superbook/models"
)

// ScheduleRow is a schedule as the list shows it, and as it is pushed.
type ScheduleRow struct{ models.Schedule }

// Words says the rhythm in words.
func (r ScheduleRow) Words() string { return rhythmWords(r.Schedule) }

func rhythmWords(s models.Schedule) string {
	rhythm, err := s.Rhythm()
	if err != nil {
		return s.Spec
	}
	return rhythm.Words()
}

// NoRun says in words why the schedule cannot be run and what to do about it, or
// "". The program may have changed since the schedule was written.
func (r ScheduleRow) NoRun() string {
	_, err := ScheduledArgs(r.Kind, r.Args)
	switch {
	case err == nil:
		return ""
	case !errors.Is(err, errNotSchedulable):
		return "The task does not know the arguments of this schedule any more. Edit them and save, then try again."
	case r.Own():
		return "This version of the program does not know the task “" + r.Kind + "”. Delete the schedule, and make a new one for the task that has taken its place."
	}
	return "This version of the program does not know the task “" + r.Kind + "”. Leave the schedule paused."
}

// NoResume says in words why the schedule cannot go on by the clock and what to
// do about it, or "".
func (r ScheduleRow) NoResume() string {
	if words := r.NoRun(); words != "" {
		return words
	}
	if _, err := r.Rhythm(); err != nil {
		return "It cannot be read any more when this schedule runs: “" + r.Spec + "”, by the clocks of “" + r.Zone + "”. Edit that and save, then try again."
	}
	return ""
}

// Next is when it runs next, by the clock of its zone, or "" for never.
func (r ScheduleRow) Next() string {
	if r.NextAt == nil {
		return ""
	}
	return r.local(*r.NextAt)
}

// Last is when the last run was started, by the same clock, or "".
func (r ScheduleRow) Last() string {
	if r.LastAt == nil {
		return ""
	}
	return r.local(*r.LastAt)
}

func (r ScheduleRow) local(at time.Time) string {
	if zone, err := schedule.Zone(r.Zone); err == nil {
		at = at.In(zone)
	}
	return at.Format("Mon 2 January 2006, 15:04:05 MST")
}

// Outcome says what became of the last run, in words.
func (r ScheduleRow) Outcome() string {
	switch r.LastState {
	case models.TaskWaiting:
		return "Waits for its turn"
	case models.TaskRunning:
		return "Runs"
	case models.TaskRetrying:
		return "Comes again"
	case models.TaskDone:
		return "Done"
	case models.TaskFailed:
		return "Failed"
	case models.TaskCancelled:
		return "Cancelled"
	}
	return ""
}
