package forms

import (
	"encoding/json"
	"errors"
	"strings"

	"superbook/kit/form"
	"superbook/kit/schedule"
	"superbook/models"
)

// Schedule is when a task runs by the clock. Which kinds there are, and which
// arguments they take, is known to tasks; its view checks that.
type Schedule struct {
	form.Errors
	Name    string `form:"name"`
	Kind    string `form:"kind"` // only of a new one
	Args    string `form:"args"` // JSON
	Spec    string `form:"spec"`
	Zone    string `form:"zone"`
	Missed  string `form:"missed"`
	Paused  bool   `form:"paused"`
	Version int    `form:"version"` // of the schedule that the form was filled with
	Only    string `form:"only"`    // "preview": show the next runs and save nothing
}

// NewSchedule is the form for a new schedule.
func NewSchedule() Schedule {
	return Schedule{Args: "{}", Zone: "UTC", Missed: string(models.RunOnce)}
}

// ScheduleOf fills the form with what is there, for editing.
func ScheduleOf(s models.Schedule) Schedule {
	return Schedule{Name: s.Name, Kind: s.Kind, Args: s.Args, Spec: s.Spec, Zone: s.Zone, Missed: string(s.Missed), Paused: s.Paused, Version: s.Version}
}

const maxArgs = 1000 // bytes

// Check tidies the fields and notes what is wrong.
func (f *Schedule) Check() {
	f.Name, f.Spec, f.Zone = form.Line(f.Name), form.Line(f.Spec), form.Line(f.Zone)
	f.Need("name", f.Name != "", "Give the schedule a name, like “Nightly backup”.")
	f.Need("name", atMost(f.Name, maxName), "Keep it to 60 characters.")
	zone := f.Zone
	if _, err := schedule.Zone(zone); err != nil {
		f.need(err)
		zone = "UTC" // both may be wrong
	}
	_, err := schedule.Parse(f.Spec, zone)
	f.need(err)
	switch models.MissedPolicy(f.Missed) {
	case models.SkipMissed, models.RunOnce, models.RunAll:
	default:
		f.Need("missed", false, "Choose what becomes of missed runs.")
	}
	if f.Args = form.Text(f.Args); f.Args == "" {
		f.Args = "{}"
	}
	f.Need("args", len(f.Args) <= maxArgs, "That is too long.")
	f.Need("args", strings.HasPrefix(f.Args, "{") && json.Valid([]byte(f.Args)), "Write JSON in braces, like {} for none.")
}

// need notes what is wrong with a rhythm.
func (f *Schedule) need(err error) {
	if wrong := (*schedule.Error)(nil); errors.As(err, &wrong) {
		f.Need(wrong.Field, false, wrong.Words)
	}
}

// Preview says whether the next runs are asked for, and nothing is to be saved.
func (f *Schedule) Preview() bool { return f.Only == "preview" }

// Change writes a form that was accepted into a schedule.
func (f *Schedule) Change(s *models.Schedule) {
	s.Name, s.Args, s.Spec, s.Zone, s.Missed, s.Paused, s.Version = f.Name, f.Args, f.Spec, f.Zone, models.MissedPolicy(f.Missed), f.Paused, f.Version
}
