package views_test

import (
	"net/http"
	"testing"

	"superbook/site/sitetest"
)

// What an older version of the program has left in the database: it says what to
// do, and offers only what works.
func TestScheduleThatIsNotUnderstoodAnyMore(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	row := made(t, s, b)
	for _, tt := range []struct {
		column, value string
		runs          bool // at least by hand
		words         string
	}{
		{"kind", "sweep.attic", false, "Delete the schedule"},
		{"args", `{"attic": true}`, false, "Edit them and save"},
		{"args", "", false, "Edit them and save"},
		{"spec", "whenever it rains", true, "Edit that and save"},
		{"zone", "Europe/Atlantis", true, "Edit that and save"},
	} {
		s.Exec("UPDATE schedules SET kind = ?, args = ?, spec = ?, zone = ?, paused = ?, next_at = NULL, last_job_id = NULL WHERE id = ?", row.Kind, row.Args, row.Spec, row.Zone, true, row.ID)
		s.Exec("DELETE FROM river_job")
		s.Exec("UPDATE schedules SET "+tt.column+" = ? WHERE id = ?", tt.value, row.ID)
		page := b.Get("dashboard.schedule", row.ID).Is(http.StatusOK).Shows("It does not run", tt.words)
		doc := page.HTML()
		if n := doc.Find(`form[action$="/run"]`).Length(); (n == 1) != tt.runs {
			t.Errorf("%s %q: %d buttons to run it", tt.column, tt.value, n)
		}
		if n := doc.Find(`form[action$="/resume"]`).Length(); n != 0 {
			t.Errorf("%s %q: there is a button to resume it", tt.column, tt.value)
		}
		b.Post("dashboard.schedule.resume", nil, row.ID).Is(http.StatusUnprocessableEntity).Shows(tt.words)
		if run := b.Post("dashboard.schedule.run", nil, row.ID); tt.runs {
			run.Is(http.StatusSeeOther)
		} else {
			run.Is(http.StatusUnprocessableEntity).Shows(tt.words)
		}
		if got := scheduleOf(t, s, row.ID); !got.Paused || (got.LastJobID != nil) != tt.runs {
			t.Errorf("%s %q: it is %+v", tt.column, tt.value, got)
		}
		b.Get("dashboard.schedules").Is(http.StatusOK)
	}
	var house int64
	if err := s.DB.Read.Raw("SELECT min(id) FROM schedules WHERE builtin IS NOT NULL").Scan(&house).Error; err != nil {
		t.Fatal(err)
	}
	s.Exec("UPDATE schedules SET kind = 'sweep.attic' WHERE id = ?", house)
	b.Get("dashboard.schedule", house).Shows("Leave the schedule paused").Hides("Run now")
	b.Post("dashboard.schedule.pause", nil, house).Is(http.StatusSeeOther)
	b.Get("dashboard.schedule", house).Hides("Run now", "Resume")
}
