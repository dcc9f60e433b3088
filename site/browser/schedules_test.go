package browser_test

import (
	"net/http"
	"net/url"
	"testing"
)

// fillSchedules makes a schedule of staff's own, with words that break nothing.
func (c *cast) fillSchedules(t *testing.T) {
	t.Helper()
	form := url.Values{"name": {"Disproportionatelylongnameofaschedulethatnobodycanbreak"}, "kind": {"sessions.delete_expired"}, "args": {"{}"},
		"spec": {"1,2,3,5,8,13,21,34,55 1,2,3,5,8,13,21 * jan-nov mon-fri"}, "zone": {"America/Argentina/Buenos_Aires"}, "missed": {"all"}}
	b := c.As(t, c.staff)
	c.schedule = b.Post("dashboard.schedule.new", form).Is(http.StatusSeeOther).Header.Get("Location")
	for _, what := range []string{"/pause", "/run"} {
		r := b.Request(http.MethodPost, "dashboard.schedules", nil)
		r.URL.Path = c.schedule + what
		b.Do(r).Is(http.StatusSeeOther)
	}
	c.Settle()
}

// scheduleExamples are the pages of what runs by the clock.
func (c *cast) scheduleExamples() map[string][]visit {
	return map[string][]visit{
		"dashboard.schedules":       {{who: c.staff}},
		"dashboard.schedule":        {{shows: "own", who: c.staff, path: c.schedule}, {shows: "of the house", who: c.staff, path: c.Path("dashboard.schedule", 1)}},
		"dashboard.schedule.new":    {{who: c.staff}},
		"dashboard.schedule.delete": {{who: c.staff, path: c.schedule + "/delete"}},
	}
}

// scheduleRefusals are its forms, filled in wrong.
func (c *cast) scheduleRefusals() map[string][]visit {
	wrong := map[string]string{"name": "", "spec": "0 0 30 2 *", "zone": "Europe/Atlantis", "args": `{"a": 1}`}
	return map[string][]visit{
		"dashboard.schedule":     {{form: ".form", who: c.staff, path: c.Path("dashboard.schedule", 1), fields: wrong}},
		"dashboard.schedule.new": {{form: ".form", who: c.staff, fields: wrong}},
	}
}
