package queue_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// fill adds n ended jobs in one statement: every tenth failed, of two kinds, a
// second after one another, the newest a minute ago.
func fill(t testing.TB, d *db.DB, n int) {
	t.Helper()
	sql := `INSERT INTO river_job (args, attempt, attempted_at, created_at, errors, finalized_at, kind, max_attempts, queue, state, scheduled_at, tags, metadata)
WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ?)
SELECT jsonb(json_object('n', i, 'name', 'job number ' || i)), 1, t, t, CASE WHEN i % 10 = 0 THEN jsonb('[{"at":"2026-01-01T00:00:00Z","attempt":1,"error":"it rained","trace":""}]') END, t,
CASE WHEN i % 2 = 0 THEN 'task' ELSE 'other' END, 3, CASE WHEN i % 3 = 0 THEN 'media' ELSE 'default' END, CASE WHEN i % 10 = 0 THEN 'discarded' ELSE 'completed' END, t, jsonb('[]'), jsonb('{}')
FROM (SELECT i, strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (? - i + 60) || ' seconds') AS t FROM s)`
	args := []any{n, n}
	if d.Dialect == db.Postgres {
		sql = `INSERT INTO river_job (args, attempt, attempted_at, created_at, errors, finalized_at, kind, max_attempts, queue, state, scheduled_at)
SELECT jsonb_build_object('n', i, 'name', 'job number ' || i), 1, t, t, CASE WHEN i % 10 = 0 THEN ARRAY['{"at":"2026-01-01T00:00:00Z","attempt":1,"error":"it rained","trace":""}'::jsonb] END, t,
CASE WHEN i % 2 = 0 THEN 'task' ELSE 'other' END, 3, CASE WHEN i % 3 = 0 THEN 'media' ELSE 'default' END, (CASE WHEN i % 10 = 0 THEN 'discarded' ELSE 'completed' END)::river_job_state, t
FROM (SELECT i, now() - make_interval(secs => ? - i + 60) AS t FROM generate_series(1, ?) AS i) AS s`
	}
	must(t, d.Write.Exec(sql, args...).Error)
	must(t, d.Write.Exec("ANALYZE river_job").Error)
}

func history(t testing.TB, q *queue.Queue, f queue.Filter, after queue.Mark, n int) queue.History {
	t.Helper()
	h, err := q.History(t.Context(), f, after, n)
	must(t, err)
	return h
}

func TestHistoryPagesAreWholeAndInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		fill(t, d, 250)
		add(t, d, q, task{N: 1000})
		for f, want := range map[queue.Filter]int{{}: 251, {State: queue.Failed}: 25, {State: queue.Done}: 225, {State: queue.Waiting}: 1, {State: queue.Running}: 0,
			{Kind: "task"}: 126, {Kind: "other"}: 125, {Kind: "nothing"}: 0, {Queue: "media"}: 83, {Kind: "task", State: queue.Failed}: 25, {Queue: "media", State: queue.Done}: 75,
			{Search: "n=30"}: 1, {Search: "N=30"}: 0, {Search: "number 24"}: 11, {Search: "NUMBER 240"}: 1, {Search: "100%"}: 0, {Search: "n=1000", State: queue.Waiting}: 1,
			{Search: `it's "odd"\`}: 0, {Search: "name=job number 9"}: 1} {
			seen, last, after := map[int64]bool{}, int64(math.MaxInt64), queue.Mark{}
			for {
				h := history(t, q, f, after, 40)
				for _, j := range h.Jobs {
					if seen[j.ID] || j.ID > last || f.State != "" && j.State != f.State || f.Kind != "" && j.Kind != f.Kind || f.Queue != "" && j.Queue != f.Queue {
						t.Fatalf("%+v shows %+v after %d", f, j, last)
					}
					seen[j.ID], last = true, j.ID
				}
				if h.More == nil {
					break
				}
				after = *h.More
			}
			if len(seen) != want {
				t.Errorf("%+v shows %d jobs, want %d", f, len(seen), want)
			}
		}
		if h := history(t, q, queue.Filter{State: queue.Failed}, queue.Mark{}, 1); h.Jobs[0].LastError != "it rained" || h.Jobs[0].ID != 250 || !strings.Contains(h.Jobs[0].Args, "job number 250") {
			t.Errorf("%+v", h.Jobs[0])
		}
	})
}

// A search ends after so many jobs, says so, and can be taken further.
func TestHistoryLooksBackABoundedWay(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		fill(t, d, queue.LookBack+100)
		f := queue.Filter{Search: "n=50"}
		h := history(t, q, f, queue.Mark{}, 30)
		if len(h.Jobs) != 0 || h.More == nil || h.LookedBackTo == nil {
			t.Fatalf("%+v", h)
		}
		if ago := time.Since(*h.LookedBackTo); ago < (queue.LookBack+50)*time.Second || ago > (queue.LookBack+200)*time.Second {
			t.Errorf("looked back %s", ago)
		}
		if h = history(t, q, f, *h.More, 30); len(h.Jobs) != 1 || h.More != nil || h.LookedBackTo != nil {
			t.Errorf("further back: %+v", h)
		}
	})
}

// Whatever somebody searches for is a search, and neither an error nor a command.
func FuzzHistorySearch(f *testing.F) {
	for _, s := range []string{"photo_id=12", "a=", "=", `%_\`, `"]') OR 1=1 --`, `x="y"`, "\x00", "\xff", "n=1\n2", `$."n"`} {
		f.Add(s)
	}
	d := openDB(f, sqliteURL(f))
	q := open(f, d, queue.Config{}, nothing)
	add(f, d, q, task{N: 1})
	f.Fuzz(func(t *testing.T, words string) {
		h, err := q.History(t.Context(), queue.Filter{Search: words}, queue.Mark{}, 5)
		if err != nil {
			t.Fatal(err)
		}
		if len(h.Jobs) == 1 && words != "" && words != "n=1" && !strings.Contains(strings.ToLower(h.Jobs[0].Args), strings.ToLower(words)) && !strings.HasPrefix(words, "sent=") {
			t.Errorf("%q finds %s", words, h.Jobs[0].Args)
		}
	})
}
