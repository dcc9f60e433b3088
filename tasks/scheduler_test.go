package tasks_test

import (
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// clock is what a scheduler in a test goes by.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func clockAt(t testing.TB, text string) *clock {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	must(t, err)
	return &clock{at: at}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return c.at
}

// scheduled is a site whose only schedule is one that staff have just made. Two
// runs of its kind at once do not count as one.
func scheduled(t testing.TB, at time.Time, spec string, missed models.MissedPolicy) (*sitetest.Site, models.Schedule) {
	t.Helper()
	s := sitetest.New(t)
	s.Exec("DELETE FROM schedules")
	row := models.Schedule{Name: "Nightly", Kind: tasks.DeleteSessions{}.Kind(), Args: "{}", Spec: spec, Zone: "UTC", Missed: missed}
	staff := s.Staff()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateSchedule(t.Context(), tx, &row, staff.ID, at) }))
	return s, row
}

// beside is another process on the same database.
func beside(t testing.TB, s *sitetest.Site) *sitetest.Site {
	t.Helper()
	return sitetest.New(t, func(set *site.Settings) { set.DataDir, set.DatabaseURL = s.Settings.DataDir, s.Settings.DatabaseURL })
}

func jobs(t testing.TB, s *sitetest.Site) (n int) {
	t.Helper()
	must(t, s.DB.Read.Raw("SELECT count(*) FROM river_job WHERE kind = ?", tasks.DeleteSessions{}.Kind()).Scan(&n).Error)
	return n
}

func ticked(t testing.TB, s *tasks.Scheduler) int {
	t.Helper()
	n, err := s.Tick(t.Context())
	must(t, err)
	return n
}

func schedule(t testing.TB, s *sitetest.Site, id int64) models.Schedule {
	t.Helper()
	row, err := models.SchedulesIn(s.DB.Read).Get(t.Context(), id)
	must(t, err)
	return row
}

// Two processes look at the same moment, a hundred times.
func TestScheduleRunsOnceAcrossProcesses(t *testing.T) {
	t.Parallel()
	const rounds = 100
	c := clockAt(t, "2026-05-10T00:00:05Z")
	s, _ := scheduled(t, c.now(), "every 10s", models.RunOnce)
	two := [2]*tasks.Scheduler{tasks.NewScheduler(s.Tasks, c.now), tasks.NewScheduler(beside(t, s).Tasks, c.now)}
	var added [2]int
	for range rounds {
		c.add(10 * time.Second)
		var wg sync.WaitGroup
		for i, one := range two {
			wg.Go(func() {
				n, err := one.Tick(t.Context())
				if err != nil {
					t.Error(err)
				}
				added[i] += n
			})
		}
		wg.Wait()
	}
	if n := jobs(t, s); n != rounds || added[0]+added[1] != rounds {
		t.Errorf("%d jobs for %d runs; the processes say %v", n, rounds, added)
	}
	t.Logf("started by the one and the other: %v", added)
}

func TestMissedRuns(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spec   string
		missed models.MissedPolicy
		down   time.Duration // since 02:00
		want   int
		next   string
	}{
		"on time":                         {"30 3 * * *", models.SkipMissed, 90 * time.Minute, 1, "2026-05-11T03:30:00Z"},
		"not yet":                         {"30 3 * * *", models.RunAll, 90*time.Minute - time.Second, 0, "2026-05-10T03:30:00Z"},
		"half a minute late is on time":   {"30 3 * * *", models.SkipMissed, 90*time.Minute + 30*time.Second, 1, "2026-05-11T03:30:00Z"},
		"skip: an hour late":              {"30 3 * * *", models.SkipMissed, 150 * time.Minute, 0, "2026-05-11T03:30:00Z"},
		"skip: three days late":           {"30 3 * * *", models.SkipMissed, 72 * time.Hour, 0, "2026-05-13T03:30:00Z"},
		"skip: late, and the next is now": {"0 * * * *", models.SkipMissed, 5*time.Hour + time.Second, 1, "2026-05-10T08:00:00Z"},
		"once: an hour late":              {"30 3 * * *", models.RunOnce, 150 * time.Minute, 1, "2026-05-11T03:30:00Z"},
		"once: three days late":           {"30 3 * * *", models.RunOnce, 72 * time.Hour, 1, "2026-05-13T03:30:00Z"},
		"all: an hour late":               {"30 3 * * *", models.RunAll, 150 * time.Minute, 1, "2026-05-11T03:30:00Z"},
		"all: three days late":            {"30 3 * * *", models.RunAll, 72 * time.Hour, 3, "2026-05-13T03:30:00Z"},
		"all: more than are made up for":  {"every 10s", models.RunAll, time.Hour, 100, "2026-05-10T03:00:10Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clockAt(t, "2026-05-10T02:00:00Z")
			s, row := scheduled(t, c.now(), tt.spec, tt.missed)
			now := c.add(tt.down)
			clock := tasks.NewScheduler(s.Tasks, c.now)
			if n := ticked(t, clock); n != tt.want || jobs(t, s) != tt.want {
				t.Errorf("%d runs and %d jobs, want %d", n, jobs(t, s), tt.want)
			}
			if n := ticked(t, clock); n != 0 {
				t.Errorf("a second look starts %d", n)
			}
			row = schedule(t, s, row.ID)
			if got := row.NextAt.UTC().Format(time.RFC3339); got != tt.next {
				t.Errorf("next at %s, want %s", got, tt.next)
			}
			if ran := row.LastAt != nil && row.LastAt.Equal(now) && row.LastJobID != nil && row.LastState == models.TaskWaiting; ran != (tt.want > 0) {
				t.Errorf("the last run is %+v", row)
			}
		})
	}
}

// The clocks of the machine are put back a little, and what has run does not run
// again; then by years, and nobody waits for those.
func TestClockGoesBack(t *testing.T) {
	t.Parallel()
	// Later than now: rows say when they were written by the clock of the machine.
	year := time.Now().Year() + 1
	c := &clock{at: time.Date(year, 5, 10, 2, 0, 0, 0, time.UTC)}
	s, row := scheduled(t, c.now(), "30 * * * *", models.RunOnce)
	clock := tasks.NewScheduler(s.Tasks, c.now)
	run := func(forward time.Duration, want int, next time.Time) {
		t.Helper()
		c.add(forward)
		must(t, clock.Mend(t.Context()))
		if n := ticked(t, clock); n != want {
			t.Errorf("at %s: %d runs, want %d", c.now(), n, want)
		}
		if got := schedule(t, s, row.ID).NextAt; !got.Equal(next) {
			t.Errorf("at %s: next at %s, want %s", c.now(), got, next)
		}
	}
	half := func(year, hour int) time.Time { return time.Date(year, 5, 10, hour, 30, 0, 0, time.UTC) }
	years := c.now().AddDate(4, 0, 0).Sub(c.now())
	run(31*time.Minute, 1, half(year, 3))
	run(-5*time.Minute, 0, half(year, 3))
	run(5*time.Minute, 0, half(year, 3))
	run(years, 1, half(year+4, 3)) // one for all that it seems to have missed
	run(-years, 0, half(year, 3))
	run(time.Hour, 1, half(year, 4))
}

func BenchmarkSchedulerLooks(b *testing.B) {
	s := sitetest.New(b)
	clock := tasks.NewScheduler(s.Tasks, func() time.Time { return time.Now().Add(-time.Hour) })
	b.ReportAllocs()
	for b.Loop() {
		if n, err := clock.Tick(b.Context()); err != nil || n > 0 {
			b.Fatal(n, err)
		}
	}
}
