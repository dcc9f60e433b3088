package views_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// nightly is a form for a schedule of staff's own.
func nightly() url.Values {
	return url.Values{"name": {"Nightly"}, "kind": {tasks.DeleteSessions{}.Kind()}, "args": {"{}"}, "spec": {"30 3 * * *"},
		"zone": {"Europe/Berlin"}, "missed": {"once"}, "version": {"0"}}
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// made is a schedule that staff have just made.
func made(t *testing.T, s *sitetest.Site, b *sitetest.Browser) models.Schedule {
	t.Helper()
	path := b.Post("dashboard.schedule.new", nightly()).Is(http.StatusSeeOther).Header.Get("Location")
	id, err := strconv.ParseInt(path[strings.LastIndex(path, "/")+1:], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return scheduleOf(t, s, id)
}

func scheduleOf(t *testing.T, s *sitetest.Site, id int64) models.Schedule {
	t.Helper()
	row, err := models.SchedulesIn(s.DB.Read).Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func TestSchedulesAreForStaff(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.As(t, s.Staff())
	id := made(t, s, staff).ID
	pages := map[string][]any{"dashboard.schedules": nil, "dashboard.schedule.new": nil, "dashboard.schedule": {id}, "dashboard.schedule.delete": {id}}
	posts := map[string][]any{"dashboard.schedule.new": nil, "dashboard.schedule": {id}, "dashboard.schedule.run": {id}, "dashboard.schedule.pause": {id},
		"dashboard.schedule.resume": {id}, "dashboard.schedule.delete": {id}}
	for name, b := range map[string]*sitetest.Browser{"hero": s.As(t, s.Hero("nightheron")), "fan": s.As(t, s.Fan("wren"))} {
		for page, args := range pages {
			b.Get(page, args...).Is(http.StatusNotFound).Hides("Nightly")
		}
		for page, args := range posts {
			b.Post(page, with(nightly(), "name", name), args...).Is(http.StatusNotFound)
		}
	}
	stranger := s.As(t, models.User{})
	for page, args := range pages {
		stranger.Get(page, args...).Is(http.StatusSeeOther)
	}
	for page, args := range posts {
		stranger.Post(page, nightly(), args...).Is(http.StatusSeeOther)
	}
	if got := scheduleOf(t, s, id); got.Name != "Nightly" || got.Version != 1 || got.LastJobID != nil {
		t.Errorf("others have made it %+v", got)
	}
	for page, args := range map[string][]any{"dashboard.schedule": {int64(999)}, "dashboard.schedule.delete": {int64(999)}} {
		staff.Get(page, args...).Is(http.StatusNotFound)
	}
}

func TestSchedulesAreListed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	made(t, s, b)
	b.Get("dashboard.schedules").Is(http.StatusOK).Shows("It runs by the clock from now on")
	page := b.Get("dashboard.schedules").Is(http.StatusOK).AtMost(4).
		Shows("Nightly", "every day at 03:30, Europe/Berlin", "Sweep pending uploads", "Delete expired sessions", "Verify heroes anew", "Mail the digest of the week",
			"Remove orphaned files", "every Monday at 08:00, UTC", "staff made “Nightly”")
	if s.DB.Dialect == "sqlite" {
		page.Shows("Back up the database")
	}
	if n := page.HTML().Find(".schedule").Length(); n != len(tasks.Builtin(s.DB.Dialect))+1 {
		t.Errorf("%d schedules", n)
	}
}

func TestScheduleRunsIsPausedAndResumed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	row := made(t, s, b)
	stream := b.Follow(s.Server(), "/live?on="+tasks.SchedulesTopic, "")
	b.Post("dashboard.schedule.pause", nil, row.ID).Is(http.StatusSeeOther)
	b.Post("dashboard.schedule.pause", nil, row.ID).Is(http.StatusSeeOther) // twice does no harm
	stream.Until(`class="tag paused"`)
	if got := scheduleOf(t, s, row.ID); !got.Paused || got.NextAt != nil || got.Version != 2 {
		t.Errorf("paused, it is %+v", got)
	}
	b.Post("dashboard.schedule.run", nil, row.ID).Is(http.StatusSeeOther)
	stream.Until("Waits for its turn")
	s.Work()
	stream.Until("Done: No sessions deleted")
	b.Post("dashboard.schedule.resume", nil, row.ID).Is(http.StatusSeeOther)
	b.Get("dashboard.schedule", row.ID).Is(http.StatusOK).Shows("Resumed.", "Done: No sessions deleted", "staff had “Nightly” run at once", "staff paused “Nightly”", "staff resumed “Nightly”")
	if got := scheduleOf(t, s, row.ID); got.Paused || got.NextAt == nil {
		t.Errorf("resumed, it is %+v", got)
	}
}

func TestOnlyOwnSchedulesAreDeleted(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	row := made(t, s, b)
	all, err := models.SchedulesIn(s.DB.Read).Where("builtin IS NOT NULL").Find(t.Context())
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	house := all[0]
	b.Get("dashboard.schedule.delete", house.ID).Is(http.StatusNotFound).Shows("Pause it instead")
	b.Post("dashboard.schedule.delete", nil, house.ID).Is(http.StatusNotFound)
	scheduleOf(t, s, house.ID)
	b.Get("dashboard.schedule.delete", row.ID).Is(http.StatusOK).Shows("Delete this schedule?", "Nightly")
	b.Post("dashboard.schedule.delete", nil, row.ID).Is(http.StatusSeeOther).GoesTo(s.Path("dashboard.schedules"))
	b.Get("dashboard.schedules").Is(http.StatusOK).Shows("staff deleted “Nightly”, which was 30 3 * * *, Europe/Berlin")
	b.Get("dashboard.schedule", row.ID).Is(http.StatusNotFound)
}

func TestOnlyStaffFollowSchedules(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Staff()
	address := "/live?on=" + tasks.SchedulesTopic
	for _, u := range []models.User{{}, s.Hero("nightheron"), s.Fan("wren")} {
		s.As(t, u).Visit(address).Is(http.StatusNotFound)
	}
	s.As(t, s.Fan("gull")).Visit("/live?on=schedules:1").Is(http.StatusNotFound)
}

// A registry that is late is answered for by what it said last.
func TestProfileShowsTheVerdictThatIsKnown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	s.Views.Registry = registry(func(ctx context.Context, _ models.Claim) (models.Verdict, error) {
		<-ctx.Done()
		return "", ctx.Err()
	})
	s.Views.Patience = 50 * time.Millisecond
	b := s.As(t, models.User{})
	b.Get("user", hero.Username).Is(http.StatusOK).Hides("Verified")
	s.Exec("UPDATE profiles SET verdict = 'verified' WHERE user_id = ?", hero.ID)
	b.Get("user", hero.Username).Is(http.StatusOK).Shows("Verified")
	form := url.Values{"name": {"Other"}, "kind": {"hero"}, "origin": {"Elsewhere"}, "powers": {"Flight"}}
	s.As(t, hero).Post("me.edit", form).Is(http.StatusSeeOther)
	b.Get("user", hero.Username).Is(http.StatusOK).Hides("Verified")
}
