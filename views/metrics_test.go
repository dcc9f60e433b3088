package views_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"superbook/site"
	"superbook/site/sitetest"
)

const metricsToken = "a-token-of-some-length"

func withToken(set *site.Settings) { set.MetricsToken = metricsToken }

func askMetrics(b *sitetest.Browser, authorization string) *sitetest.Answer {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return b.Do(r)
}

// Without a token in the settings nobody is shown anything, staff neither.
func TestMetricsAreNotThere(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.Staff()
	for _, header := range []string{"", "Bearer ", "Bearer " + metricsToken} {
		askMetrics(s.As(t, stranger), header).Is(http.StatusNotFound).Hides("# HELP")
		askMetrics(s.As(t, staff), header).Is(http.StatusNotFound).Hides("# HELP")
	}
}

func TestMetricsNeedTheToken(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, withToken)
	staff := s.Staff()
	for _, header := range []string{"", "Bearer", "Bearer wrong", "Bearer " + metricsToken + "x", "Basic " + metricsToken, metricsToken} {
		a := askMetrics(s.As(t, staff), header).Is(http.StatusUnauthorized).Hides("# HELP", metricsToken)
		if got := a.Header.Get("WWW-Authenticate"); got != `Bearer realm="metrics"` {
			t.Errorf("%q: WWW-Authenticate %q", header, got)
		}
	}
	a := askMetrics(s.As(t, stranger), "Bearer "+metricsToken).Is(http.StatusOK)
	if got := a.Header.Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" || a.Queries > 1 {
		t.Errorf("%s after %d queries", got, a.Queries)
	}
	for _, name := range []string{"http_requests_total", "http_request_duration_seconds", "tasks_attempts_total", "tasks_duration_seconds", "tasks_wait_seconds", "queue_jobs",
		"photos_finished_total", "photo_duration_seconds", "live_streams", "live_sockets", "go_goroutines", "go_memory_bytes", "db_connections", "db_waits_total"} {
		if !strings.Contains(a.Body, "# TYPE "+name+" ") {
			t.Errorf("there is no %s", name)
		}
	}
	if again := askMetrics(s.As(t, stranger), "Bearer "+metricsToken).Is(http.StatusOK); again.Queries > 0 {
		t.Errorf("a second reading asks the database %d times", again.Queries)
	}
}

// However many paths strangers think of, they are one series.
func TestMetricsStayFew(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, withToken)
	b := s.As(t, stranger)
	for i := range 50 {
		b.Visit(fmt.Sprintf("/nowhere/%d", i)).Is(http.StatusNotFound)
		b.Visit(fmt.Sprintf("/users/nobody-%d", i)).Is(http.StatusNotFound)
		b.Do(httptest.NewRequest(fmt.Sprintf("ODD%d", i), "/", nil))
	}
	text := askMetrics(b, "Bearer "+metricsToken).Is(http.StatusOK).Body
	for _, want := range []string{`http_requests_total{route="unknown",method="GET",status="4xx"} 50`, `http_requests_total{route="user",method="GET",status="4xx"} 50`,
		`http_requests_total{route="unknown",method="other",status="4xx"} 50`} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("there is no %s", want)
		}
	}
	if n := strings.Count(text, "\nhttp_requests_total{"); n != 3 {
		t.Errorf("%d series of requests", n)
	}
	for _, raw := range []string{"nowhere", "nobody-", "ODD"} {
		if strings.Contains(text, raw) {
			t.Errorf("%s of a request is told", raw)
		}
	}
}

// What tasks do is counted under their kind, and photos by what became of them.
func TestMetricsOfTasksAndPhotos(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, withToken)
	b := s.As(t, s.Hero("nightheron"))
	b.Submit(sitetest.JPEG(t, sitetest.Picture(640, 400, 1)), nil).Is(http.StatusSeeOther)
	if text := askMetrics(b, "Bearer "+metricsToken).Body; !strings.Contains(text, `queue_jobs{queue="media",state="available"} 1`+"\n") {
		t.Errorf("the photo does not wait:\n%s", text)
	}
	s.Work()
	s.Settle()
	const done = `tasks_attempts_total{kind="photo.process",queue="media",outcome="done"} 1` + "\n"
	text := ""
	for end := time.Now().Add(10 * time.Second); !strings.Contains(text, done) && time.Now().Before(end); time.Sleep(time.Millisecond) {
		text = askMetrics(b, "Bearer "+metricsToken).Body // a job is counted after the commit that ends it
	}
	for _, want := range []string{strings.TrimSpace(done), `tasks_wait_seconds_count{kind="photo.process",queue="media"} 1`,
		`photos_finished_total{outcome="ready"} 1`, "photo_duration_seconds_count 1"} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
}
