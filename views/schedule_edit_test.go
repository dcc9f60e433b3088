package views_test

import (
	"net/http"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

func TestScheduleIsEdited(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	row := made(t, s, b)
	b.Get("dashboard.schedule", row.ID).Is(http.StatusOK).Shows("It runs by the clock from now on")
	page := b.Get("dashboard.schedule", row.ID).Is(http.StatusOK).AtMost(4).
		Shows("Delete expired sessions", "every day at 03:30, Europe/Berlin", "The next five runs")
	if n := page.HTML().Find(".next-runs li").Length(); n != 5 {
		t.Errorf("%d next runs", n)
	}
	if page.Value("zone") != "Europe/Berlin" || page.Value("missed") != "once" || page.Value("version") != "1" {
		t.Error("the form does not hold what is there")
	}
	edit := with(nightly(), "name", "Every quarter", "spec", "every 15m", "missed", "all", "version", "1", "paused", "true", "kind", "database.backup")
	b.Post("dashboard.schedule", edit, row.ID).Is(http.StatusSeeOther).GoesTo(s.Path("dashboard.schedule", row.ID))
	got := scheduleOf(t, s, row.ID)
	if got.Name != "Every quarter" || got.Spec != "every 15m" || got.Missed != models.RunAll || !got.Paused || got.NextAt != nil || got.Version != 2 || got.Kind != row.Kind {
		t.Errorf("it is %+v", got)
	}
	b.Get("dashboard.schedule", row.ID).Is(http.StatusOK).Shows("Saved.", "Paused", "changed When of “Every quarter” from 30 3 * * * to every 15m",
		"changed Name of “Every quarter” from Nightly to Every quarter", "changed Missed runs", "staff paused “Every quarter”")
	b.Post("dashboard.schedule", with(edit, "version", "2"), row.ID).Is(http.StatusSeeOther)
	if again := scheduleOf(t, s, row.ID); again.Version != 2 {
		t.Error("an edit that changes nothing counts as one")
	}
}

func TestScheduleFormKeepsWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	row := made(t, s, b)
	for field, tt := range map[string][2]string{
		"name": {strings.Repeat("x", 61), "60 characters"}, "spec": {"0 0 30 2 *", "never comes"}, "zone": {"Europe/Atlantis", "no time zone of that name"},
		"args": {`{"a": 1}`, "does not know these arguments"}, "missed": {"never", "Choose what becomes"},
	} {
		form := with(nightly(), "version", "1", field, tt[0])
		for _, page := range []*sitetest.Answer{b.Post("dashboard.schedule", form, row.ID), b.Post("dashboard.schedule.new", with(form, "name", form.Get("name")+"2"))} {
			page.Is(http.StatusUnprocessableEntity).Shows(tt[1])
			if field != "missed" && page.Value(field) != form.Get(field) && field != "name" {
				t.Errorf("%s is %q now, want %q", field, page.Value(field), form.Get(field))
			}
			if page.Value("zone") != form.Get("zone") || page.Value("spec") != form.Get("spec") {
				t.Errorf("with a wrong %s, the rest is not kept", field)
			}
		}
	}
	b.Post("dashboard.schedule", with(nightly(), "spec", "x", "zone", "y"), row.ID).Is(http.StatusUnprocessableEntity).Shows("Write five fields", "Name a time zone")
	b.Post("dashboard.schedule.new", with(nightly(), "kind", "photo.process", "name", "x")).Is(http.StatusUnprocessableEntity).Shows("Choose what is to run")
	b.Post("dashboard.schedule.new", with(nightly(), "name", "NIGHTLY")).Is(http.StatusUnprocessableEntity).Shows("There is a schedule of that name")
	if got := scheduleOf(t, s, row.ID); got.Version != 1 {
		t.Errorf("it is %+v", got)
	}
}

func TestNextRunsAreShownBeforeSaving(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	row := made(t, s, b)
	ask := with(nightly(), "version", "1", "spec", "0 8 * * mon", "only", "preview")
	b.Post("dashboard.schedule", ask, row.ID).Is(http.StatusOK).Shows("every Monday at 08:00, Europe/Berlin", "The next five runs", "UTC")
	b.Post("dashboard.schedule.new", with(ask, "name", "Another")).Is(http.StatusOK).Shows("every Monday at 08:00")
	if got := scheduleOf(t, s, row.ID); got.Spec != "30 3 * * *" {
		t.Errorf("asking has saved %q", got.Spec)
	}
}

// Two open the form, both save: the second is told, loses nothing, and may save
// over it.
func TestTwoEditAScheduleAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	one := s.As(t, s.Staff())
	other := s.Fan("second")
	s.Exec("UPDATE users SET staff = ? WHERE id = ?", true, other.ID)
	two := s.As(t, other)
	row := made(t, s, one)
	one.Post("dashboard.schedule", with(nightly(), "version", "1", "spec", "every 2h"), row.ID).Is(http.StatusSeeOther)
	late := with(nightly(), "version", "1", "spec", "every 3h", "name", "My name for it")
	told := two.Post("dashboard.schedule", late, row.ID).Is(http.StatusConflict).Shows("Somebody else was faster", "every 2 hours", "staff changed When")
	if told.Value("spec") != "every 3h" || told.Value("name") != "My name for it" || told.Value("version") != "2" {
		t.Error("what the second wrote is lost")
	}
	if got := scheduleOf(t, s, row.ID); got.Spec != "every 2h" {
		t.Errorf("the second won with %q", got.Spec)
	}
	two.Post("dashboard.schedule", with(late, "version", told.Value("version")), row.ID).Is(http.StatusSeeOther)
	if got := scheduleOf(t, s, row.ID); got.Spec != "every 3h" || *got.UpdatedBy != other.ID {
		t.Errorf("saved over, it is %+v", got)
	}
}
