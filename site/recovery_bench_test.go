package site_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

// BenchmarkRecovery is the time from kill -9 and a start at once to the moment at
// which the job that ran then is running again: run it with -benchtime 10x.
func BenchmarkRecovery(b *testing.B) {
	binary := build(b)
	b.Run("sqlite", func(b *testing.B) { recovery(b, newProgram(b, binary)) })
	b.Run("postgres", func(b *testing.B) {
		p := newProgram(b, binary)
		if p.database = sitetest.Database(b); p.database == "" {
			b.Skip("TEST_DATABASE_URL is not set")
		}
		p.env = append(p.env, "DATABASE_URL="+p.database)
		recovery(b, p)
	})
}

func recovery(b *testing.B, p program) {
	p.run(b, "migrate")
	d := p.open(b)
	must(b, d.Tx(b.Context(), func(tx *gorm.DB) error { // who is no new site gets no demo content
		_, err := models.CreateUser(b.Context(), tx, models.User{Username: "wren", Email: "wren@superbook.test"}, models.Profile{Kind: models.Fan})
		return err
	}))
	p.env = append(p.env, "FAULTS=mail.newsletter_link:slow=50s", "LOG_LEVEL=error")
	runs := func(attempt int) func() bool {
		return func() bool {
			var n int
			must(b, d.Read.Raw("SELECT count(*) FROM river_job WHERE kind = 'mail.newsletter_link' AND state = 'running' AND attempt = ?", attempt).Scan(&n).Error)
			return n == 1
		}
	}
	var took []time.Duration
	for b.Loop() {
		r := p.start(b)
		v := newVisitor(b, r.url)
		resp, err := v.PostForm(v.url+"/newsletter", url.Values{"email": {"wren@superbook.test"}, "action": {"subscribe"}})
		must(b, err)
		must(b, resp.Body.Close())
		until(b, runs(1))
		began := time.Now()
		r.kill()
		again := p.launch(b)
		until(b, runs(2))
		took = append(took, time.Since(began))
		again.kill()
		must(b, d.Write.Exec("DELETE FROM river_job").Error)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "ms-median")
	b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "ms-worst")
}

func until(t testing.TB, so func() bool) {
	t.Helper()
	for limit := time.Now().Add(patience); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("it does not come")
		}
	}
}
