package views_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// pulses has the site measure: three samples, with requests between them.
func pulses(t *testing.T, s *sitetest.Site) {
	t.Helper()
	at := time.Now().UTC().Add(-15 * time.Second)
	for i := range 4 {
		for range 10 * i {
			s.Figures.Requests.Total.With("home", "GET", "2xx").Inc()
			s.Figures.Requests.Seconds.With("home", "GET", "2xx").Observe(.004)
		}
		if _, err := s.Views.Pulse.Take(t.Context(), at.Add(time.Duration(i)*5*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPulseIsForStaff(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	pulses(t, s)
	hero, fan, staff := s.Hero("nightheron"), s.Fan("wren"), s.Staff()
	for _, tt := range []struct {
		who    models.User
		path   string
		status int
	}{
		{staff, "/dashboard/pulse", http.StatusOK}, {staff, "/dashboard/pulse?span=day", http.StatusOK}, {staff, "/dashboard/pulse?span=nonsense", http.StatusOK},
		{fan, "/dashboard/pulse", http.StatusNotFound}, {hero, "/dashboard/pulse", http.StatusNotFound}, {stranger, "/dashboard/pulse", http.StatusSeeOther},
		{staff, "/live?on=pulse:2", http.StatusNotFound}, {staff, "/live?on=pulse:-1", http.StatusNotFound}, {staff, "/live?on=pulse", http.StatusNotFound},
		{fan, "/live?on=pulse:0", http.StatusNotFound}, {hero, "/live?on=pulse:1", http.StatusNotFound}, {stranger, "/live?on=pulse:0", http.StatusNotFound},
	} {
		s.As(t, tt.who).Visit(tt.path).Is(tt.status)
	}
	if s.As(t, fan).JSON().Get("dashboard.pulse").Is(http.StatusNotFound); strings.Contains(s.As(t, fan).Get("dashboard.pulse").Body, "Goroutines") {
		t.Error("a fan sees figures")
	}
}

func TestPulseShowsWhatWasMeasured(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	pulses(t, s)
	page := s.As(t, s.Staff()).Get("dashboard.pulse").Is(http.StatusOK).Shows("Pulse", "This process since its start", "6/s", "3.8 ms", "Requests: the highest values", "Goroutines")
	page.AtMost(2) // who asks, twice: the samples are in memory
	doc := page.HTML()
	if n := doc.Find("svg.chart").Length(); n != 10 {
		t.Errorf("%d charts", n)
	}
	doc.Find("svg.chart").Each(func(_ int, svg *goquery.Selection) {
		if svg.Find("title").Text() == "" || svg.Find("desc").Text() == "" || svg.AttrOr("role", "") != "img" {
			t.Error("a chart says nothing to those who hear it")
		}
	})
	if got := doc.Find("section table").Length(); got != 10 {
		t.Errorf("%d tables", got)
	}
	if body := page.Body; strings.Contains(body, "style=") || !strings.Contains(body, `<meta http-equiv="refresh" content="10">`) {
		t.Error("an inline style, or no reload without scripts")
	}
	if tab := doc.Find(`nav[aria-label="Dashboard"] [aria-current=page]`); tab.Text() != "Pulse" {
		t.Errorf("the current tab is %q", tab.Text())
	}
	if follow := doc.Find("body").AttrOr("data-live", ""); !strings.Contains(follow, "pulse%3A0") {
		t.Errorf("it follows %q", follow)
	}
}

func TestPulseBeforeItsFirstSample(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	b.Get("dashboard.pulse").Is(http.StatusOK).Shows("The first ones come in a few seconds.")
	if got := b.JSON().Get("dashboard.pulse").Is(http.StatusOK).Body; !strings.Contains(got, `"times":[]`) || strings.Contains(got, "null") {
		t.Errorf("as JSON %s", got)
	}
}

func TestPulseAsJSON(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	pulses(t, s)
	var got struct {
		At      time.Time
		Seconds int
		Times   []int64
		Charts  []struct {
			ID     string
			Series []struct {
				Name   string
				Values []*float64
			}
		}
	}
	s.As(t, s.Staff()).JSON().Get("dashboard.pulse").Is(http.StatusOK).AtMost(2).Decode(&got)
	if len(got.Charts) != 10 || len(got.Times) == 0 || got.Seconds != 3600 || time.Since(got.At) > time.Minute {
		t.Fatalf("%+v", got)
	}
	for _, c := range got.Charts {
		for _, series := range c.Series {
			if len(series.Values) != len(got.Times) || series.Name == "" {
				t.Errorf("%s, %s has %d values for %d times", c.ID, series.Name, len(series.Values), len(got.Times))
			}
		}
	}
	if last := got.Charts[0].Series[0].Values[len(got.Times)-1]; last == nil || *last != 6 {
		t.Errorf("the newest rate of requests is %v", last)
	}
}

// Watchers get the very markup of the page, and nobody else's process is told.
func TestPulseGoesOnLive(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	pulses(t, s)
	told := make(chan string, 8)
	s.Live.Tap(func(topic, _, _ string) { // who is on patrol is told to all
		if strings.HasPrefix(topic, "pulse") {
			told <- topic
		}
	})
	srv := s.Server()
	b := s.As(t, s.Staff())
	body := b.Get("dashboard.pulse").HTML().Find("body")
	stream := b.Follow(srv, body.AttrOr("data-live", ""), body.AttrOr("data-live-last", ""))
	t.Cleanup(s.StartPulse(t.Context()))
	html := stream.Next().Data
	for _, want := range []string{`id="pulse-requests-now"`, `id="pulse-goroutines-now"`, `<svg class="chart"`} {
		if !strings.Contains(html, want) {
			t.Errorf("there is no %s in %.500s", want, html)
		}
	}
	tables, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	if n, m := tables.Find(".pulse-now").Length(), tables.Find("[id$=-table] table").Length(); n != 10 || m != 10 || len(html) > 60_000 {
		t.Errorf("%d charts and %d tables in %d bytes", n, m, len(html))
	}
	if len(told) > 0 {
		t.Errorf("other processes hear of %s", <-told)
	}
}

// A process that has measured for a week keeps an hour, and a day.
func TestPulseForgets(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	end := time.Now().UTC()
	for i := range 3000 {
		if _, err := s.Views.Pulse.Take(t.Context(), end.Add(time.Duration(i-3000)*2*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	for _, span := range []tasks.PulseSpan{tasks.LastHour, tasks.LastDay} {
		c := s.Views.Pulse.Charts(span)
		if n := len(c.Charts[0].Times); n > 720 || c.At.Sub(c.Charts[0].Times[0]) > 25*time.Hour {
			t.Errorf("span %d draws %d samples from %v", span, n, c.Charts[0].Times[0])
		}
	}
}

// Without the database there is less to show, not nothing.
func TestPulseWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	at := time.Now().UTC()
	for i := range 3 {
		if _, err := s.Views.Pulse.Take(gone, at.Add(time.Duration(i)*5*time.Second)); err == nil {
			t.Error("it does not say that the database is gone")
		}
	}
	for _, c := range s.Views.Pulse.Charts(tasks.LastHour).Charts {
		now := c.Keys()[0].Now
		if unknown := slices.Contains([]string{"pulse-waiting", "pulse-latency", "pulse-done", "pulse-photos"}, c.ID); unknown != (now == "–") {
			t.Errorf("%s says %s", c.ID, now)
		}
	}
}

// A process that works nothing shows what the others have done.
func TestPulseCountsTheWorkOfAllProcesses(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	owner := s.Fan("wren")
	const every = 20 // seconds: that is how far the chart gathers
	at := time.Now().UTC().Add(-5 * time.Minute).Truncate(every * time.Second)
	ends := func(seconds int) any {
		end := at.Add(time.Duration(seconds) * time.Second)
		if s.DB.Dialect == "sqlite" {
			return end.Format("2006-01-02 15:04:05.000") // as the queue writes it
		}
		return end
	}
	take := func(seconds int) {
		if _, err := s.Views.Pulse.Take(t.Context(), at.Add(time.Duration(seconds)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	now := func(id, series string) string {
		for _, c := range s.Views.Pulse.Charts(tasks.LastHour).Charts {
			for _, k := range c.Keys() {
				if c.ID == id && k.Name == series {
					return k.Now
				}
			}
		}
		return "not there"
	}
	first := addJobs(t, s, 15)
	s.Exec("UPDATE river_job SET state = 'completed', finalized_at = ? WHERE id < ?", ends(1), first+10)
	s.Exec("UPDATE river_job SET state = 'completed', finalized_at = ? WHERE id >= ?", ends(every+1), first+10)
	for i, state := range []models.TaskState{models.TaskDone, models.TaskDone, models.TaskFailed, models.TaskCancelled} {
		task := models.Task{UserID: owner.ID, JobID: first + int64(i), Kind: tasks.ProcessPhoto{}.Kind()}
		err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
			if err := models.CreateTask(t.Context(), tx, &task); err != nil {
				return err
			}
			_, _, err := models.EndTask(t.Context(), tx, task.JobID, state, "")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.Exec("UPDATE tasks SET finished_at = ?", at.Add(time.Second))
	for i, want := range [][3]string{{"0.5/s", "0.1/s", "0.05/s"}, {"0.25/s", "0/s", "0/s"}, {"0/s", "0/s", "0/s"}} {
		if i == 0 {
			take(0)
		}
		take(every * (i + 1))
		if got := [3]string{now("pulse-done", "media"), now("pulse-photos", "ready"), now("pulse-photos", "failed")}; got != want {
			t.Errorf("after %d s it is %v, want %v", every*(i+1), got, want)
		}
	}
}

// Pages count, and what the visitor's line decides does not.
func TestDossiersAndUploadsAreNotTimed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	path := b.Announce("fog.txt", "text/plain", 8)
	before := s.Figures.Requests.Seconds.Distribution().N()
	b.Get("user.dossier", hero.Username).Is(http.StatusOK)
	b.Piece(path, 0, []byte("Fog, fog")).Is(http.StatusNoContent)
	if n := s.Figures.Requests.Seconds.Distribution().N(); n != before {
		t.Errorf("%d more are timed", n-before)
	}
	b.Get("user", hero.Username).Is(http.StatusOK)
	if n := s.Figures.Requests.Seconds.Distribution().N(); n != before+1 {
		t.Error("a page is not timed")
	}
}

func BenchmarkPulsePage(b *testing.B) {
	s := sitetest.New(b)
	at := time.Now().UTC().Add(-time.Hour)
	for i := range 721 {
		s.Figures.Requests.Total.With("home", "GET", "2xx").Add(float64(i % 37))
		s.Figures.Requests.Seconds.With("home", "GET", "2xx").Observe(float64(i%37) / 1000)
		if _, err := s.Views.Pulse.Take(b.Context(), at.Add(time.Duration(i)*5*time.Second)); err != nil {
			b.Fatal(err)
		}
	}
	staff := s.As(b, s.Staff())
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			staff.Get("dashboard.pulse").Is(http.StatusOK)
		}
	})
	b.Run("sample", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Views.Pulse.Take(b.Context(), time.Now().UTC()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
