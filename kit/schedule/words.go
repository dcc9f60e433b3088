package schedule

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Words says the rhythm as one would aloud: "every day at 03:30, Europe/Berlin".
// What has no short words is shown as it was written.
func (s Spec) Words() string {
	if s.every > 0 {
		return "every " + length(s.every)
	}
	if s.cron == nil {
		return "never"
	}
	return s.cronWords() + ", " + s.zone.String()
}

// length writes an interval: "15 minutes", "1 hour 30 minutes", "day".
func length(d time.Duration) string {
	var parts []string
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		n := d / u.of
		d -= n * u.of
		switch {
		case n == 1 && d == 0 && parts == nil:
			return u.name
		case n == 1:
			parts = append(parts, "1 "+u.name)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, u.name))
		}
	}
	return strings.Join(parts, " ")
}

func (s Spec) cronWords() string {
	c := s.cron
	minutes, hours := set(c.Minute, 60), set(c.Hour, 24)
	if everyHour(c) && days(c) == "every day" {
		switch step := steady(minutes, 60); {
		case step == 1:
			return "every minute"
		case step == 60 && minutes[0] == 0:
			return "every hour, on the hour"
		case step == 60:
			return fmt.Sprintf("every hour at :%02d", minutes[0])
		case step > 0 && minutes[0] == 0:
			return fmt.Sprintf("every %d minutes", step)
		}
	}
	when := days(c)
	if when == "" || len(minutes) > 1 || len(hours) > 4 {
		if step := steady(hours, 24); when == "every day" && len(minutes) == 1 && step > 0 && hours[0] == 0 {
			return fmt.Sprintf("every %d hours at :%02d", step, minutes[0])
		}
		return "by “" + s.text + "”"
	}
	var at []string
	for _, h := range hours {
		at = append(at, fmt.Sprintf("%02d:%02d", h, minutes[0]))
	}
	return when + " at " + list(at)
}

// days says on which days a rhythm is due, or "" for what has no short words.
func days(c *cron.SpecSchedule) string {
	dates, months, week := set(c.Dom, 32), set(c.Month, 13), set(c.Dow, 7)
	anyDate, anyMonth, anyWeekday := len(dates) == 31, len(months) == 12, len(week) == 7
	switch {
	case anyDate && anyMonth && anyWeekday:
		return "every day"
	case anyDate && anyMonth && slices.Equal(week, []int{1, 2, 3, 4, 5}):
		return "every Monday to Friday"
	case anyDate && anyMonth && len(week) <= 3:
		var names []string
		for _, d := range week {
			names = append(names, time.Weekday(d).String())
		}
		return "every " + list(names)
	case anyWeekday && anyMonth && len(dates) == 1:
		return fmt.Sprintf("on day %d of every month", dates[0])
	case anyWeekday && len(months) == 1 && len(dates) == 1:
		return fmt.Sprintf("every year on %d %s", dates[0], time.Month(months[0]))
	}
	return ""
}

// set lists the bits below a bound; the star that the parser notes is above.
func set(mask uint64, below int) (list []int) {
	for mask &= 1<<below - 1; mask != 0; mask &= mask - 1 {
		list = append(list, bits.TrailingZeros64(mask))
	}
	return list
}

// steady is the step of numbers that fill a circle evenly, or 0.
func steady(list []int, circle int) int {
	if len(list) == 0 || circle%len(list) != 0 {
		return 0
	}
	step := circle / len(list)
	for i, n := range list {
		if n != list[0]+i*step {
			return 0
		}
	}
	return step
}

func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
