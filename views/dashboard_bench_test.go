package views_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"superbook/site/sitetest"
)

// endedJobs adds n jobs of the last week that have ended, every hundredth of them
// badly.
func endedJobs(b *testing.B, s *sitetest.Site, n int) {
	b.Helper()
	if n == 0 {
		return
	}
	sql := `INSERT INTO river_job (args, attempt, attempted_at, created_at, errors, finalized_at, kind, max_attempts, queue, state, scheduled_at, tags, metadata)
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ?)
SELECT jsonb(json_object('photo_id', i)), 1, t, t, CASE WHEN i % 100 = 0 THEN jsonb('[{"at":"2026-01-01T00:00:00Z","attempt":1,"error":"it rained","trace":""}]') END, t,
CASE WHEN i % 2 = 0 THEN 'photo.process' ELSE 'mail.reminder' END, 5, CASE WHEN i % 2 = 0 THEN 'media' ELSE 'mail' END, CASE WHEN i % 100 = 0 THEN 'discarded' ELSE 'completed' END, t, jsonb('[]'), jsonb('{}')
FROM (SELECT i, strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ((? - i) * 0.6) || ' seconds') AS t FROM s)`
	args := []any{n, n}
	if s.DB.Dialect == "postgres" {
		sql = `INSERT INTO river_job (args, attempt, attempted_at, created_at, errors, finalized_at, kind, max_attempts, queue, state, scheduled_at)
SELECT jsonb_build_object('photo_id', i), 1, t, t, CASE WHEN i % 100 = 0 THEN ARRAY['{"at":"2026-01-01T00:00:00Z","attempt":1,"error":"it rained","trace":""}'::jsonb] END, t,
CASE WHEN i % 2 = 0 THEN 'photo.process' ELSE 'mail.reminder' END, 5, CASE WHEN i % 2 = 0 THEN 'media' ELSE 'mail' END, (CASE WHEN i % 100 = 0 THEN 'discarded' ELSE 'completed' END)::river_job_state, t
FROM (SELECT i, now() - make_interval(secs => (? - i) * 0.6) AS t FROM generate_series(1, ?) AS i) AS s`
	}
	s.Exec(sql, args...)
	s.Exec("ANALYZE river_job")
}

// BenchmarkTasksDashboard measures the pages of staff, whole, with few jobs and
// with a million that have ended. Set TEST_DATABASE_URL for PostgreSQL.
func BenchmarkTasksDashboard(b *testing.B) {
	for _, n := range []int{0, 1_000, 1_000_000} {
		s := sitetest.New(b)
		endedJobs(b, s, n)
		staff := s.As(b, s.Staff())
		for _, page := range []struct{ name, path string }{
			{"queues", "/dashboard/tasks"},
			{"history", "/dashboard/tasks/history"},
			{"history of a kind", "/dashboard/tasks/history?kind=photo.process"},
			{"failures", "/dashboard/tasks/history?state=failed"},
			{"search that finds", "/dashboard/tasks/history?q=photo_id"},
			{"search that finds nothing", "/dashboard/tasks/history?q=photo_id%3D7"},
			{"failures searched", "/dashboard/tasks/history?state=failed&q=zzz"},
			{"deep page", fmt.Sprintf("/dashboard/tasks/history?before=%d", n/2)},
		} {
			b.Run(fmt.Sprintf("%d ended/%s", n, page.name), func(b *testing.B) {
				var took []time.Duration
				for b.Loop() {
					began := time.Now()
					if status := staff.Visit(page.path).Status; status != http.StatusOK {
						b.Fatal(status)
					}
					took = append(took, time.Since(began))
				}
				slices.Sort(took) // a machine that does other things spoils the mean
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			})
		}
	}
}
