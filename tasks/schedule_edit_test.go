package tasks_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func TestPausedScheduleRunsNothing(t *testing.T) {
	t.Parallel()
	c := clockAt(t, "2026-05-10T02:00:00Z")
	s, row := scheduled(t, c.now(), "30 3 * * *", models.RunAll)
	clock := tasks.NewScheduler(s.Tasks, c.now)
	pause := func(paused bool) {
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
			return models.PauseSchedule(t.Context(), tx, schedule(t, s, row.ID), paused, nil, c.now(), "")
		}))
	}
	pause(true)
	if row := schedule(t, s, row.ID); row.NextAt != nil || !row.Paused {
		t.Errorf("paused, it is %+v", row)
	}
	c.add(72 * time.Hour)
	if n := ticked(t, clock); n != 0 {
		t.Errorf("paused, it ran %d times", n)
	}
	pause(false)
	if n := ticked(t, clock); n != 0 {
		t.Errorf("resumed, it makes up for %d runs", n)
	}
	c.add(24 * time.Hour)
	if n := ticked(t, clock); n != 1 {
		t.Errorf("a day later it ran %d times", n)
	}
}

// Edits and runs meet in the same moment: whatever comes first, a run is started
// by the rhythm that stood there, and the next is that of the edit.
func TestEditsRaceWithRuns(t *testing.T) {
	t.Parallel()
	c := clockAt(t, "2026-05-10T00:00:05Z")
	s, row := scheduled(t, c.now(), "every 10s", models.RunOnce)
	clock := tasks.NewScheduler(beside(t, s).Tasks, c.now)
	late := 0
	for i := range 60 {
		edit := schedule(t, s, row.ID)
		edit.Spec = []string{"every 10s", "every 20s"}[i%2]
		now := c.add(20 * time.Second)
		before := jobs(t, s)
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := clock.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
				return models.SaveSchedule(t.Context(), tx, edit, *edit.UpdatedBy, c.now)
			}); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		got := schedule(t, s, row.ID)
		rhythm, err := got.Rhythm()
		must(t, err)
		if ran := jobs(t, s) - before; got.Spec != edit.Spec || !got.NextAt.Equal(rhythm.Next(now)) || ran > 1 {
			t.Fatalf("round %d: %d runs, %s, next at %s", i, ran, got.Spec, got.NextAt)
		} else if ran == 1 {
			late++
		}
	}
	t.Logf("of 60 edits, %d came after the run", late)
}

// Somebody renames a schedule, and between the look at it and the saving it falls
// due: it runs once for that time.
func TestARunDuringAnEditDoesNotComeAgain(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*models.Schedule){
		"of the name": func(row *models.Schedule) { row.Name = "Every night" }, "of the rhythm": func(row *models.Schedule) { row.Spec = "*/30 3 * * *" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clockAt(t, "2026-05-10T03:29:59Z")
			s, row := scheduled(t, c.now(), "30 3 * * *", models.RunOnce)
			clock := tasks.NewScheduler(s.Tasks, c.now)
			reached, release := holdAt(t, s, "SELECT * FROM schedules WHERE id ")
			edited, ran := make(chan error, 1), make(chan error, 1)
			change(&row)
			go func() {
				edited <- s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.SaveSchedule(t.Context(), tx, row, *row.UpdatedBy, c.now) })
			}()
			<-reached
			c.add(time.Second)
			go func() { _, err := clock.Tick(t.Context()); ran <- err }()
			blocked(t, s)
			release()
			must(t, <-edited)
			must(t, <-ran)
			ticked(t, clock)
			if n := jobs(t, s); n != 1 && name == "of the name" || n > 1 {
				t.Errorf("it ran %d times", n)
			}
			if next := schedule(t, s, row.ID).NextAt; !next.After(c.now()) {
				t.Errorf("it is due at %s", next)
			}
		})
	}
}

// What the program no longer understands is paused, with words for staff, and
// holds up nothing else.
func TestAScheduleThatCannotStartIsPaused(t *testing.T) {
	t.Parallel()
	c := clockAt(t, "2026-05-10T02:00:00Z")
	s, row := scheduled(t, c.now(), "30 3 * * *", models.RunOnce)
	s.Exec("UPDATE schedules SET args = ?", `{"gone": 1}`)
	c.add(2 * time.Hour)
	if n := ticked(t, tasks.NewScheduler(s.Tasks, c.now)); n != 0 {
		t.Errorf("it ran %d times", n)
	}
	changes, err := models.ScheduleChanges(t.Context(), s.DB.Read, row.ID, 1)
	must(t, err)
	if row := schedule(t, s, row.ID); !row.Paused || len(changes) != 1 || changes[0].Action != models.SchedulePaused || changes[0].UserID != nil || changes[0].New == "" {
		t.Errorf("it is %+v, after %+v", row, changes)
	}
}

// Two programs run; staff edit by the one, and the scheduler of the other acts.
func TestAnEditIsInEffectWhileTheSchedulerRuns(t *testing.T) {
	t.Parallel()
	begun, from := time.Now(), clockAt(t, "2026-05-10T00:00:09Z").at
	now := func() time.Time { return from.Add(time.Since(begun)) }
	s, row := scheduled(t, now(), "0 0 1 1 *", models.RunOnce)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, one := range []*sitetest.Site{s, beside(t, s)} {
		wg.Go(func() { tasks.NewScheduler(one.Tasks, now).Run(ctx) })
	}
	t.Cleanup(func() { stop(); wg.Wait() })
	row.Spec = "every 10s"
	edited := now()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		return models.SaveSchedule(t.Context(), tx, row, *row.UpdatedBy, func() time.Time { return edited })
	}))
	for jobs(t, s) == 0 {
		if now().Sub(edited) > 30*time.Second {
			t.Fatal("the edit is not in effect")
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("due %v after the edit, started %v after it was due", schedule(t, s, row.ID).LastAt.Truncate(10*time.Second).Sub(edited), now().Sub(now().Truncate(10*time.Second)))
}

// A restart plants what is missing, and leaves alone what staff have made of the rest.
func TestPlantingKeepsWhatStaffHaveEdited(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.Staff()
	all, err := models.SchedulesIn(s.DB.Read).ByName().Find(t.Context())
	must(t, err)
	if want := tasks.Builtin(s.DB.Dialect); len(all) != len(want) {
		t.Fatalf("%d schedules are planted, want %d", len(all), len(want))
	}
	edited, gone := all[0], all[1]
	edited.Name, edited.Spec, edited.Paused = "Mine now", "every 3h", true
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		return models.SaveSchedule(t.Context(), tx, edited, staff.ID, time.Now)
	}))
	s.Exec("DELETE FROM schedules WHERE id = ?", gone.ID)
	own := models.Schedule{Name: gone.Name, Kind: gone.Kind, Args: "{}", Spec: "@daily", Zone: "UTC", Missed: models.RunOnce}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateSchedule(t.Context(), tx, &own, staff.ID, time.Now()) }))
	again := beside(t, s)
	if got := schedule(t, again, edited.ID); got.Name != "Mine now" || got.Spec != "every 3h" || !got.Paused || got.NextAt != nil {
		t.Errorf("after a restart: %+v", got)
	}
	all, err = models.SchedulesIn(s.DB.Read).ByName().Find(t.Context())
	must(t, err)
	if want := tasks.Builtin(s.DB.Dialect); len(all) != len(want)+1 {
		t.Errorf("%d schedules after a restart, want %d and the own one", len(all), len(want))
	}
}
