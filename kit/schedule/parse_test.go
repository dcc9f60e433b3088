package schedule_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"superbook/kit/schedule"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ spec, zone, field, words string }{
		{"", "UTC", "spec", "Say when"},
		{"* * * *", "UTC", "spec", "five fields"},
		{"* * * * * *", "UTC", "spec", "five fields"}, // with seconds it would be more than once a minute
		{"60 * * * *", "UTC", "spec", "The minute “60”"},
		{"0 24 * * *", "UTC", "spec", "The hour “24”"},
		{"0 0 32 * *", "UTC", "spec", "The day of the month “32”"},
		{"0 0 0 * *", "UTC", "spec", "The day of the month “0”"},
		{"0 0 * foo *", "UTC", "spec", "The month “foo”"},
		{"0 0 * * 7", "UTC", "spec", "The day of the week “7”"},
		{"0 0 * * ,", "UTC", "spec", "The day of the week “,”"},
		{"*/0 * * * *", "UTC", "spec", "The minute “*/0”"},
		{"5-1 * * * *", "UTC", "spec", "The minute “5-1”"},
		{"-1 * * * *", "UTC", "spec", "The minute “-1”"},
		{"0 0 30 2 *", "UTC", "spec", "never comes"},
		{"0 0 31 4,6,9,11 *", "UTC", "spec", "never comes"},
		{"@reboot", "UTC", "spec", "@hourly"},
		{"TZ=UTC 0 0 * * *", "UTC", "spec", "field of its own"},
		{"TZ=0", "UTC", "spec", "field of its own"}, // the library panics
		{"every", "UTC", "spec", "Write an interval"},
		{"every 15 fortnights", "UTC", "spec", "Write an interval"},
		{"every -5m", "UTC", "spec", "Write an interval"},
		{"every 0m", "UTC", "spec", "too often"},
		{"every 9s", "UTC", "spec", "too often"},
		{"every 367d", "UTC", "spec", "more than a year"},
		{"every 9999999999999999999h", "UTC", "spec", "Write an interval"},
		{strings.Repeat("1,", 150) + "1 * * * *", "UTC", "spec", "too long"},
		{"@daily", "", "zone", "Name a time zone"},
		{"@daily", "Local", "zone", "Name a time zone"},
		{"@daily", "localtime", "zone", "Name a time zone"},
		{"@daily", "../../etc/passwd", "zone", "Name a time zone"},
		{"@daily", "/etc/localtime", "zone", "Name a time zone"},
		{"@daily", "Europe/Atlantis", "zone", "no time zone of that name"},
	} {
		_, err := schedule.Parse(tt.spec, tt.zone)
		if wrong := (*schedule.Error)(nil); !errors.As(err, &wrong) || wrong.Field != tt.field || !strings.Contains(wrong.Words, tt.words) {
			t.Errorf("%q in %q: %v, want words with %q for %s", tt.spec, tt.zone, err, tt.words, tt.field)
		}
	}
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/Port-au-Prince", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "GMT", "Africa/Dar_es_Salaam", "Europe/Isle_of_Man"} {
		parse(t, "@daily", zone)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		"30 3 * * *": "every day at 03:30, Europe/Berlin", "@daily": "every day at 00:00, Europe/Berlin",
		"* * * * *": "every minute, Europe/Berlin", "*/15 * * * *": "every 15 minutes, Europe/Berlin",
		"@hourly": "every hour, on the hour, Europe/Berlin", "7 * * * *": "every hour at :07, Europe/Berlin",
		"0 */6 * * *": "every day at 00:00, 06:00, 12:00 and 18:00, Europe/Berlin", "5 */2 * * *": "every 2 hours at :05, Europe/Berlin",
		"0 8 * * 1-5": "every Monday to Friday at 08:00, Europe/Berlin", "0 8 * * mon,thu": "every Monday and Thursday at 08:00, Europe/Berlin",
		"0 8 1 * *": "on day 1 of every month at 08:00, Europe/Berlin", "@yearly": "every year on 1 January at 00:00, Europe/Berlin",
		"0 0 13 * fri": "by “0 0 13 * fri”, Europe/Berlin", "1,2,5 8 * * *": "by “1,2,5 8 * * *”, Europe/Berlin",
		"every 15m": "every 15 minutes", "every 1h30m": "every 1 hour 30 minutes", "every 60m": "every hour", "every 10s": "every 10 seconds",
	} {
		if got := parse(t, spec, "Europe/Berlin").Words(); got != want {
			t.Errorf("%q is %q, want %q", spec, got, want)
		}
	}
}

// Whatever is accepted is due again and again, always later.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"30 3 * * *", "@daily", "every 15m", "*/7 1-5,9 29 feb *", "0 0 13 * fri", "TZ=0", "every 1h30m", "* * * * *", "? ? ? ? ?", "1-9/3 * L * *", ", , , , ,"} {
		f.Add(s, "Europe/Berlin", int64(1774746000))
		f.Add(s, "America/Sao_Paulo", int64(1541300400))
	}
	f.Fuzz(func(t *testing.T, text, zone string, unix int64) {
		s, err := schedule.Parse(text, zone)
		if err != nil {
			if wrong := (*schedule.Error)(nil); !errors.As(err, &wrong) || wrong.Words == "" {
				t.Fatalf("no words: %v", err)
			}
			return
		}
		if s.Words() == "" {
			t.Error("no words")
		}
		if again, err := schedule.Parse(s.String(), s.Location().String()); err != nil || again.Words() != s.Words() {
			t.Errorf("what it says of itself, %q, is not understood: %v", s, err)
		}
		after := time.Unix(unix%4_000_000_000, 0)
		for range 8 {
			next := s.Next(after)
			if !next.After(after) {
				t.Fatalf("after %s it is due at %s", after, next)
			}
			if strings.Contains(strings.ToLower(s.String()), "every") {
				after = next
				continue
			}
			if next.Sub(after.Truncate(time.Minute)) < time.Minute || next.Second() != 0 && next.Year() > 1972 {
				t.Fatalf("after %s it is due at %s, which is no new minute", after, next)
			}
			after = next
		}
	})
}
