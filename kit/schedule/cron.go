package schedule

import (
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// fields are those of an expression, with the words for one that cannot be read.
var fields = [5]struct{ name, takes string }{
	{"minute", "0 to 59"},
	{"hour", "0 to 23"},
	{"day of the month", "1 to 31"},
	{"month", "1 to 12, or jan to dec"},
	{"day of the week", "0 (Sunday) to 6 (Saturday), or sun to sat"},
}

// expression reads cron's five fields, or a name for them.
func (s Spec) expression(text string) (Spec, error) {
	if strings.Contains(text, "tz=") {
		return refuse("spec", "Leave the time zone out of the expression: it has a field of its own.")
	}
	if !strings.HasPrefix(text, "@") {
		if err := checkFields(strings.Fields(text)); err != nil {
			return Spec{}, err
		}
	}
	parsed, err := parser.Parse(text)
	read, ok := parsed.(*cron.SpecSchedule)
	if err != nil || !ok {
		return refuse("spec", "We know @hourly, @daily, @weekly, @monthly and @yearly. Otherwise write five fields, like “30 3 * * *”.")
	}
	read.Location = time.UTC
	s.cron = read
	s.hours = everyHour(read)
	if s.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return refuse("spec", "That day never comes, so it would never run. Check the day and the month.")
	}
	return s, nil
}

// checkFields finds the field that is wrong, which the parser does not name.
func checkFields(all []string) error {
	if len(all) != len(fields) {
		return &Error{"spec", "Write five fields: minute, hour, day of the month, month, day of the week. Like “30 3 * * *”, or “every 15m”."}
	}
	for i, field := range all {
		alone := [5]string{"*", "*", "*", "*", "*"}
		alone[i] = field
		if _, err := parser.Parse(strings.Join(alone[:], " ")); err != nil || strings.Trim(field, ",") == "" {
			return &Error{"spec", "The " + fields[i].name + " “" + field + "” cannot be read. It takes " + fields[i].takes + ", with * , - and /."}
		}
	}
	return nil
}

// far finds what is further away than the five years for which the library
// looks: from 2096 to 2104 there is no 29 February.
func far(s *cron.SpecSchedule, after time.Time) time.Time {
	next := s.Next(after)
	if next.IsZero() {
		next = s.Next(after.AddDate(5, 0, 0))
	}
	return next
}

// everyHour tells rhythms that go on through the hours of the day, whatever the
// clocks are called: they run in each hour that passes, while others are bound
// to what the clock on the wall says.
func everyHour(s *cron.SpecSchedule) bool { return bits.OnesCount64(s.Hour&(1<<24-1)) == 24 }

// nextThroughHours asks the rhythm within each stretch of time in which the clocks
// are not changed. The library, asked in the zone itself, loses a whole day that has
// no midnight.
func (s Spec) nextThroughHours(after time.Time) time.Time {
	at := after.In(s.zone)
	for wall := onWall(at); ; wall = onWall(at).Add(-time.Second) {
		next := far(s.cron, wall)
		if next.IsZero() {
			return next
		}
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		if next = next.Add(-time.Duration(offset) * time.Second).In(s.zone); end.IsZero() || next.Before(end) {
			return next
		}
		at = end
	}
}

// nextOnWall reads the rhythm on the wall, where every day has 24 hours, and
// asks of each time when it comes. A time that does not exist, because clocks
// are put forward, comes when they are; one that comes twice counts the first
// time. So each day has as many runs as the expression says, unless several fall
// into the hour that is left out: these are one.
func (s Spec) nextOnWall(after time.Time) time.Time {
	for wall := onWall(after.In(s.zone)); ; {
		if wall = far(s.cron, wall); wall.IsZero() {
			return wall
		}
		if at := fromWall(wall, s.zone); at.After(after) {
			return at
		}
	}
}

// onWall is what a clock shows, as a time without a zone: in UTC.
func onWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func fromWall(wall time.Time, zone *time.Location) time.Time {
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	begin, end := at.ZoneBounds()
	switch shown := onWall(at); {
	case shown.After(wall): // left out; time.Date has gone past it
		return begin
	case shown.Before(wall): // left out; time.Date has stopped short of it
		return end
	}
	if begin.IsZero() {
		return at
	}
	_, offset := begin.Add(-time.Second).Zone()
	if first := wall.Add(-time.Duration(offset) * time.Second).In(zone); first.Before(begin) {
		return first
	}
	return at
}
