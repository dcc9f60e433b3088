// Package schedule says when work is due that runs by the clock: a cron
// expression in a time zone, or an interval. It is pure: it never asks what
// time it is.
package schedule

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // 450 KB: Windows and small containers have no zone files

	"github.com/robfig/cron/v3"
)

// Spec is a rhythm that somebody wrote down. The zero Spec is never due.
type Spec struct {
	text  string
	zone  *time.Location
	every time.Duration      // an interval; 0 for a cron expression
	cron  *cron.SpecSchedule // bits of a cron expression, read on a clock without a zone
	hours bool               // it is due in every hour that passes
}

// Error is what is wrong with a rhythm, in words for who wrote it.
type Error struct {
	Field string // "spec" or "zone"
	Words string
}

// Error gives the words.
func (e *Error) Error() string { return e.Words }

func refuse(field, words string, args ...any) (Spec, error) {
	return Spec{}, &Error{field, fmt.Sprintf(words, args...)}
}

// maxText bounds a rhythm, in bytes. Lists of single minutes are the longest.
const maxText = 200

// Parse reads a rhythm: five fields of cron (minute, hour, day of the month,
// month, day of the week; names, lists, ranges and steps), one of @hourly, @daily,
// @midnight, @weekly, @monthly, @yearly, @annually, or "every 15m". The zone is a
// name of the IANA database, like Europe/Berlin. Its error is an *Error.
//
// Cron knows no seconds, so nothing is due more than once a minute; an interval
// is at least MinInterval.
func Parse(text, zone string) (Spec, error) {
	s := Spec{text: strings.Join(strings.Fields(text), " ")}
	var err error
	if s.zone, err = Zone(zone); err != nil {
		return Spec{}, err
	}
	lower := strings.ToLower(s.text)
	switch {
	case s.text == "":
		return refuse("spec", "Say when it is due, like “30 3 * * *” or “every 15m”.")
	case len(s.text) > maxText:
		return refuse("spec", "That is too long. Make two schedules of it.")
	case lower == "every", strings.HasPrefix(lower, "every "):
		return s.interval(strings.TrimPrefix(lower, "every"))
	case strings.HasPrefix(lower, "@every"):
		return s.interval(strings.TrimPrefix(lower, "@every"))
	}
	return s.expression(lower)
}

// zoneName keeps out what is a file of this machine and no name of the IANA
// database: "Local", "localtime", "posix/Europe/Berlin".
var zoneName = regexp.MustCompile(`^[A-Z][A-Za-z]*(?:[/_+-][A-Z0-9][A-Za-z0-9]*|[/_-][a-z]+)*$`)

// Zone finds a time zone by its name. Its error is an *Error.
func Zone(zone string) (*time.Location, error) {
	zone = strings.TrimSpace(zone)
	if zone == "" || zone == "Local" || len(zone) > 64 || !zoneName.MatchString(zone) {
		return nil, &Error{"zone", "Name a time zone like Europe/Berlin, America/New_York or UTC."}
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		return nil, &Error{"zone", "We know no time zone of that name. Write it like Europe/Berlin, America/New_York or UTC."}
	}
	return at, nil
}

// String is the rhythm as it was written, with single spaces.
func (s Spec) String() string { return s.text }

// Location is where its clock hangs.
func (s Spec) Location() *time.Location { return s.zone }

// Next is the first time after another one at which it is due, in the zone of
// the rhythm, or the zero time when there is none in the next years.
func (s Spec) Next(after time.Time) time.Time {
	switch {
	case s.every > 0:
		// Counted from a fixed point, so that neither a restart nor an edit moves it:
		// Truncate counts from a Monday, 00:00 UTC.
		return after.Truncate(s.every).Add(s.every).In(s.zone)
	case s.hours:
		return s.nextThroughHours(after)
	case s.cron != nil:
		return s.nextOnWall(after)
	}
	return time.Time{}
}

// NextN is the next n times at which it is due; fewer when they end.
func (s Spec) NextN(after time.Time, n int) (times []time.Time) {
	for range n {
		if after = s.Next(after); after.IsZero() {
			break
		}
		times = append(times, after)
	}
	return times
}

// Missed is when it was due after one time and until another, which counts.
// It stops after most times; more says that there were others.
func (s Spec) Missed(since, now time.Time, most int) (times []time.Time, more bool) {
	for at := s.Next(since); !at.IsZero() && !at.After(now); at = s.Next(at) {
		if len(times) == most {
			return times, true
		}
		times = append(times, at)
	}
	return times, false
}
