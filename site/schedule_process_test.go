package site_test

import (
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/tasks"
)

// downWhileSchedulesAreDue kills the program before a due time and starts it days
// later, and once more: what was missed is made up for as each policy says, once.
func downWhileSchedulesAreDue(t *testing.T, binary string) {
	p := newProgram(t, binary, production...)
	first := p.start(t)
	d := p.open(t)
	must(t, d.Write.Exec("UPDATE schedules SET paused = TRUE, next_at = NULL").Error)
	hour := time.Now().UTC().Add(-6 * time.Hour).Truncate(time.Hour)
	for _, missed := range []models.MissedPolicy{models.SkipMissed, models.RunOnce, models.RunAll} {
		s := models.Schedule{Name: string(missed), Kind: tasks.DeleteSessions{}.Kind(), Args: "{}", Spec: fmt.Sprintf("0 %d * * *", hour.Hour()), Zone: "UTC", Missed: missed}
		by := models.User{Username: string(missed), Email: string(missed) + "@superbook.test"}
		must(t, d.Tx(t.Context(), func(tx *gorm.DB) error {
			by, err := models.CreateUser(t.Context(), tx, by, models.Profile{Kind: models.Fan})
			if err != nil {
				return err
			}
			return models.CreateSchedule(t.Context(), tx, &s, by.ID, time.Now())
		}))
	}
	first.kill()
	// Two days earlier, which the program has not seen: three runs are missed.
	must(t, d.Write.Exec("UPDATE schedules SET next_at = ? WHERE NOT paused", hour.AddDate(0, 0, -2)).Error)
	for range 2 {
		next := p.start(t)
		awaitSchedules(t, d)
		next.kill()
		var added int
		must(t, d.Read.Raw("SELECT count(*) FROM river_job WHERE kind = ?", tasks.DeleteSessions{}.Kind()).Scan(&added).Error)
		rows, err := models.SchedulesIn(d.Read).Where("NOT paused").Find(t.Context())
		must(t, err)
		ran := map[models.MissedPolicy]bool{}
		for _, s := range rows {
			ran[s.Missed] = s.LastAt != nil
			if !s.NextAt.Equal(hour.AddDate(0, 0, 1)) {
				t.Errorf("%s: next at %s", s.Missed, s.NextAt)
			}
		}
		if added != 0+1+3 || ran[models.SkipMissed] || !ran[models.RunOnce] || !ran[models.RunAll] {
			t.Errorf("%d jobs, want one and three; of those that ran: %v", added, ran)
		}
	}
}

// awaitSchedules waits until nothing is due.
func awaitSchedules(t *testing.T, d *db.DB) {
	t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		n, err := db.Rows[models.Schedule](d.Read).Where("next_at <= ?", time.Now().UTC()).Count(t.Context(), "*")
		if must(t, err); n == 0 {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%d schedules stay due", n)
		}
	}
}
