package schedule_test

import (
	"testing"
	"time"

	"superbook/kit/schedule"
)

func parse(t testing.TB, text, zone string) schedule.Spec {
	t.Helper()
	s, err := schedule.Parse(text, zone)
	if err != nil {
		t.Fatalf("%q in %s: %v", text, zone, err)
	}
	return s
}

func utc(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestNext(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ spec, zone, after, want string }{
		{"30 3 * * *", "UTC", "2026-01-01T03:29:59Z", "2026-01-01T03:30:00Z"},
		{"30 3 * * *", "UTC", "2026-01-01T03:30:00Z", "2026-01-02T03:30:00Z"},
		{"30 3 * * *", "Europe/Berlin", "2026-01-01T00:00:00Z", "2026-01-01T02:30:00Z"},
		{"30 3 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T22:00:00Z"},
		{"@hourly", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T00:30:00Z"},
		{"@daily", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"},
		{"@weekly", "UTC", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"},
		{"@monthly", "UTC", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"},
		{"@yearly", "UTC", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		{"0 9 * * mon-fri", "UTC", "2026-01-02T09:00:00Z", "2026-01-05T09:00:00Z"},
		{"0 9 1,15 JAN-mar/2 *", "UTC", "2026-01-15T09:00:00Z", "2026-03-01T09:00:00Z"},
		{"*/20 8-9 * * *", "UTC", "2026-01-01T09:40:00Z", "2026-01-02T08:00:00Z"},
		{"0 0 29 2 *", "UTC", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"0 0 29 2 *", "UTC", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"},
		{"0 0 13 * fri", "UTC", "2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z"}, // cron: either will do
		{"every 15m", "UTC", "2026-01-01T10:07:00Z", "2026-01-01T10:15:00Z"},
		{"every 15m", "UTC", "2026-01-01T10:15:00Z", "2026-01-01T10:30:00Z"},
		{"every 10s", "Europe/Berlin", "2026-01-01T10:15:01.5Z", "2026-01-01T10:15:10Z"},
		{"Every 1 hour 30 minutes", "UTC", "2026-01-01T00:00:00Z", "2026-01-01T01:30:00Z"},
		{"@every 2h", "UTC", "2026-01-01T00:00:01Z", "2026-01-01T02:00:00Z"},
		{"every 7 days", "UTC", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"}, // a Monday
	} {
		if got := parse(t, tt.spec, tt.zone).Next(utc(t, tt.after)); !got.Equal(utc(t, tt.want)) {
			t.Errorf("%q in %s after %s: %s, want %s", tt.spec, tt.zone, tt.after, got, tt.want)
		}
	}
}

// What clocks do in spring and autumn. A time that is left out comes when the
// clocks are put forward; one that comes twice counts once, the first time; what
// goes on through all hours runs in each hour that passes.
func TestDaylightSaving(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spec, zone, after string
		want              []string
	}{
		"the hour that does not exist": {"30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"}},
		"several times in the hour that does not exist are one": {"*/10 2 * * *", "Europe/Berlin", "2026-03-28T02:00:00Z",
			[]string{"2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T00:10:00Z"}},
		"the first time after the hour that does not exist": {"0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z"}},
		"the hour that comes twice": {"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
		"the hour that comes twice, several times": {"*/30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:00:00Z"}},
		"asked in the second of the two hours": {"45 2 * * *", "Europe/Berlin", "2026-10-25T01:30:00Z",
			[]string{"2026-10-26T01:45:00Z"}},
		"the hour after the one that comes twice": {"0 3 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T02:00:00Z"}},
		"every hour, in spring": {"0 * * * *", "Europe/Berlin", "2026-03-28T23:30:00Z",
			[]string{"2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"}},
		"every hour, in autumn": {"0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z",
			[]string{"2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"}},
		"every two hours, in autumn": {"0 */2 * * *", "America/New_York", "2026-11-01T03:00:00Z",
			[]string{"2026-11-01T04:00:00Z", "2026-11-01T07:00:00Z", "2026-11-01T09:00:00Z"}},
		"New York in spring": {"30 2 * * *", "America/New_York", "2026-03-08T00:00:00Z",
			[]string{"2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"}},
		"New York in autumn": {"30 1 * * *", "America/New_York", "2026-11-01T00:00:00Z",
			[]string{"2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"}},
		"midnight that does not exist": {"0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z",
			[]string{"2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"}},
		"a shift of half an hour": {"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z",
			[]string{"2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"}},
		"a day that does not exist": {"0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z",
			[]string{"2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z"}},
		"an interval knows no clocks": {"every 1h", "Europe/Berlin", "2026-10-25T00:00:00Z",
			[]string{"2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := parse(t, tt.spec, tt.zone).NextN(utc(t, tt.after), len(tt.want))
			for i, want := range tt.want {
				if i >= len(got) || !got[i].Equal(utc(t, want)) {
					t.Fatalf("due at %v, want %v", got, tt.want)
				}
			}
		})
	}
}

func TestMissed(t *testing.T) {
	t.Parallel()
	s := parse(t, "0 * * * *", "UTC")
	for _, tt := range []struct {
		since, now string
		most, want int
		more       bool
	}{
		{"2026-01-01T00:00:00Z", "2026-01-01T00:59:59Z", 5, 0, false},
		{"2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", 5, 1, false},
		{"2026-01-01T00:00:00Z", "2026-01-01T05:30:00Z", 5, 5, false},
		{"2026-01-01T00:00:00Z", "2026-01-01T06:00:00Z", 5, 5, true},
		{"2026-01-01T06:00:00Z", "2026-01-01T00:00:00Z", 5, 0, false}, // a clock that was put back
	} {
		got, more := s.Missed(utc(t, tt.since), utc(t, tt.now), tt.most)
		if len(got) != tt.want || more != tt.more {
			t.Errorf("from %s to %s: %d times, more %v", tt.since, tt.now, len(got), more)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	s := parse(b, "30 3 * * *", "Europe/Berlin")
	at := utc(b, "2026-01-01T00:00:00Z")
	for b.Loop() {
		s.Next(at)
	}
}

// A day whose clocks are put forward at midnight has 23 hours, and in each of them
// what runs every hour of that day. One day that a zone has left out has none.
func TestHoursOfADayWithoutMidnight(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		zone, spec, from, first string
		runs                    int
	}{
		{"Asia/Beirut", "0 * * * sun", "2026-03-28T12:00:00Z", "2026-03-28T22:00:00Z", 23},
		{"Africa/Cairo", "0 * * * fri", "2026-04-23T12:00:00Z", "2026-04-23T22:00:00Z", 23},
		{"America/Havana", "*/30 * 8 3 *", "2026-03-07T12:00:00Z", "2026-03-08T05:00:00Z", 46},
		{"Europe/Berlin", "0 * * * sun", "2026-10-24T12:00:00Z", "2026-10-24T22:00:00Z", 25},
		{"Pacific/Apia", "0 * 29-31 12 *", "2011-12-29T12:00:00Z", "2011-12-29T13:00:00Z", 45},
	} {
		rhythm, err := schedule.Parse(tt.spec, tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.Parse(time.RFC3339, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		runs, _ := rhythm.Missed(from, from.AddDate(0, 0, 4), 1000)
		first := rhythm.Next(from).UTC().Format(time.RFC3339)
		if len(runs) != tt.runs || first != tt.first {
			t.Errorf("%s %s: %d runs from %s, want %d from %s", tt.spec, tt.zone, len(runs), first, tt.runs, tt.first)
		}
	}
}
