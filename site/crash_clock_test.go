package site_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/models"
	"superbook/tasks"
)

// clock makes schedules fall due more often than any rhythm would.
type clock struct {
	t         *testing.T
	db        *db.DB
	schedules []int64
}

// newClock plants schedules of a kind that is cheap, and of which each run is a
// job of its own.
func newClock(t *testing.T, d *db.DB) *clock {
	t.Helper()
	c := &clock{t: t, db: d}
	patient(t, d)
	for i := range 4 {
		now := time.Now().UTC().Truncate(time.Microsecond)
		s := models.Schedule{CreatedAt: now, UpdatedAt: now, Version: 1, Name: fmt.Sprintf("Again %d", i), NameKey: fmt.Sprintf("again %d", i),
			Kind: tasks.DeleteSessions{}.Kind(), Args: "{}", Spec: "every 10s", Zone: "UTC", Missed: models.RunOnce, NextAt: &now}
		must(t, db.Rows[models.Schedule](d.Write).Create(t.Context(), &s))
		c.schedules = append(c.schedules, s.ID)
	}
	return c
}

// patient gives the jobs of these schedules more attempts than their policy: it is
// made for fewer kills than three in a second.
func patient(t *testing.T, d *db.DB) {
	t.Helper()
	when := "WHEN (NEW.kind = '" + tasks.DeleteSessions{}.Kind() + "')"
	if d.Dialect == db.SQLite {
		must(t, d.Write.Exec("CREATE TRIGGER patient AFTER INSERT ON river_job "+when+
			" BEGIN UPDATE river_job SET max_attempts = 1000 WHERE id = NEW.id; END").Error)
		return
	}
	must(t, d.Write.Exec("CREATE FUNCTION patient() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.max_attempts = 1000; RETURN NEW; END $$").Error)
	must(t, d.Write.Exec("CREATE TRIGGER patient BEFORE INSERT ON river_job FOR EACH ROW "+when+" EXECUTE FUNCTION patient()").Error)
}

// run moves what is due later to a moment ago, again and again.
func (c *clock) run(ctx context.Context) {
	for ctx.Err() == nil {
		now := time.Now().UTC().Truncate(time.Microsecond)
		err := c.db.Write.WithContext(ctx).Exec("UPDATE schedules SET next_at = ? WHERE id = ? AND next_at > ?",
			now.Add(-rand.N(2*time.Second)).Truncate(time.Microsecond), c.schedules[rand.IntN(len(c.schedules))], now).Error
		if err != nil && ctx.Err() == nil {
			c.t.Errorf("move a schedule: %v", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(50+rand.IntN(200)) * time.Millisecond):
		}
	}
}

// wantRunOnce checks that each time that was due has started one job, and that
// each of these has come to one end.
func (c *crash) wantRunOnce() {
	t := c.t
	due, last := map[int64]map[string]int{}, map[int64]string{}
	fired := 0
	for _, n := range seen(t, c.db, "due") {
		if was, known := last[n.Subject]; known && was != n.Old {
			t.Errorf("schedule %d was due at %s, and then at %s", n.Subject, was, n.Old)
		}
		last[n.Subject] = n.New
		if n.New < n.Old {
			continue // the test itself moved it back
		}
		if due[n.Subject] == nil {
			due[n.Subject] = map[string]int{}
		}
		fired++
		if due[n.Subject][n.Old]++; due[n.Subject][n.Old] > 1 {
			t.Errorf("schedule %d ran twice for %s", n.Subject, n.Old)
		}
	}
	ends := map[string]int{}
	for _, n := range seen(t, c.db, "job") {
		ends[fmt.Sprint(n.Subject)]++
	}
	started := map[string]bool{}
	for _, n := range seen(t, c.db, "start") {
		if started[n.New] {
			t.Errorf("job %s was started twice", n.New)
		}
		started[n.New] = true
		if ends[n.New] != 1 {
			t.Errorf("job %s of schedule %d ended %d times", n.New, n.Subject, ends[n.New])
		}
	}
	var jobs, again, undone int64
	where := "FROM river_job WHERE kind = '" + tasks.DeleteSessions{}.Kind() + "'"
	must(t, c.db.Read.Raw("SELECT count(*) "+where).Scan(&jobs).Error)
	must(t, c.db.Read.Raw("SELECT count(*) "+where+" AND attempt > 1").Scan(&again).Error)
	must(t, c.db.Read.Raw("SELECT count(*) "+where+" AND state <> 'completed'").Scan(&undone).Error)
	t.Logf("schedules: %d times due, %d jobs started, %d of them by these schedules; %d were worked on more than once",
		fired, len(started), jobs, again)
	if undone > 0 {
		t.Errorf("%d jobs of schedules did not do their work", undone)
	}
	if fired != len(started) || fired < c.rounds/2 {
		t.Errorf("%d times were due, and %d jobs started", fired, len(started))
	}
}
