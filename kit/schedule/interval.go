package schedule

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// The shortest and longest intervals.
const (
	MinInterval = 10 * time.Second
	MaxInterval = 366 * day
)

const day = 24 * time.Hour

var units = map[string]time.Duration{
	"s": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": day, "day": day, "days": day,
}

// interval reads what follows "every": 90s, 1h30m, 15 minutes, hour.
func (s Spec) interval(text string) (Spec, error) {
	every, ok := sum(strings.ReplaceAll(text, " ", ""))
	switch {
	case !ok, text == "":
		return refuse("spec", "Write an interval like “every 15m”, “every 2 hours” or “every 1h30m”.")
	case every < MinInterval:
		return refuse("spec", "That is too often. The shortest interval is “every 10s”.")
	case every > MaxInterval:
		return refuse("spec", "That is more than a year. The longest interval is “every 366 days”.")
	}
	s.every = every
	return s, nil
}

// sum adds numbers with their units. A unit alone stands for one.
func sum(text string) (total time.Duration, ok bool) {
	for text != "" {
		word := strings.TrimLeftFunc(text, unicode.IsDigit)
		number := text[:len(text)-len(word)]
		rest := strings.TrimLeftFunc(word, unicode.IsLetter)
		unit, known := units[word[:len(word)-len(rest)]]
		n, err := 1, error(nil)
		if number != "" {
			n, err = strconv.Atoi(number)
		}
		if err != nil || !known || n > int(2*MaxInterval/unit) || total > MaxInterval {
			return 0, false
		}
		total += time.Duration(n) * unit
		text = rest
	}
	return total, true
}
