package queue_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

func TestStatuses(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		began := make(chan int64, 8)
		q := start(t, d, queue.Config{Queues: map[string]int{river.QueueDefault: 2, "idle": 3}}, blocks(began))
		add(t, d, q, task{})
		add(t, d, q, task{})
		<-began
		<-began
		oldest := add(t, d, q, task{})
		add(t, d, q, task{})
		add(t, d, q, task{}, &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)})
		put(t, d, add(t, d, q, task{}, &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)}), "retryable")
		must(t, d.Write.Exec("UPDATE river_job SET scheduled_at = (SELECT min(scheduled_at) FROM river_job) WHERE id = ?", oldest).Error)
		fill(t, d, 240) // over the last five minutes, but for the last: 240 jobs
		all, err := q.Statuses(t.Context())
		must(t, err)
		if len(all) != 2 || all[1].Name != "idle" || all[1].Workers != 3 || all[1].Waiting != 0 {
			if len(all) != 3 { // media, which only ended jobs name
				t.Fatalf("%+v", all)
			}
		}
		s := all[0]
		if s.Name != river.QueueDefault || s.Workers != 2 || s.Running != 2 || s.Waiting != 2 || s.Scheduled != 1 || s.Retrying != 1 || s.Oldest == nil || s.PausedAt != nil {
			t.Errorf("%+v", s)
		}
		if s.Done < 25 || s.Done > 32 || s.Failed < 2 || s.Failed > 4 { // 144 and 16 in five minutes
			t.Errorf("%.1f done and %.1f failed a minute", s.Done, s.Failed)
		}
		running, err := q.RunningNow(t.Context(), 10)
		must(t, err)
		if len(running) != 2 || running[0].AttemptedAt == nil || running[0].Attempt != 1 {
			t.Errorf("%+v", running)
		}
	})
}

// planned collects the statements that inspection asks, with their plans.
func planned(t *testing.T, d *db.DB, ask func(ctx context.Context)) (plans []string) {
	t.Helper()
	type key struct{}
	var sqls []string
	var args [][]any
	must(t, d.Read.Callback().Row().After("gorm:row").Register("plan", func(g *gorm.DB) {
		if g.Statement.Context.Value(key{}) != nil {
			sqls, args = append(sqls, g.Statement.SQL.String()), append(args, slices.Clone(g.Statement.Vars))
		}
	}))
	ask(context.WithValue(t.Context(), key{}, true))
	explain := "EXPLAIN QUERY PLAN "
	if d.Dialect == db.Postgres {
		explain = "EXPLAIN "
	}
	for i, sql := range sqls {
		rows, err := d.Read.Statement.ConnPool.QueryContext(t.Context(), explain+sql, args[i]...)
		must(t, err)
		columns, err := rows.Columns()
		must(t, err)
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range into {
			into[i] = &values[i]
		}
		var lines []string
		for rows.Next() {
			must(t, rows.Scan(into...))
			lines = append(lines, fmt.Sprintf("%s", values[len(values)-1]))
		}
		must(t, rows.Close())
		plans = append(plans, sql+"\n"+strings.Join(lines, "\n"))
	}
	if len(sqls) == 0 {
		t.Fatal("nothing was asked")
	}
	return plans
}

// However many jobs have ended, no question reads them all. The table is large
// enough for PostgreSQL to want an index by itself.
func TestInspectionGoesByIndexes(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{Queues: map[string]int{"default": 1, "media": 1}}, nothing)
		fill(t, d, 50_000)
		add(t, d, q, task{})
		must(t, d.Write.Exec("ANALYZE river_job").Error)
		for _, plan := range planned(t, d, func(ctx context.Context) {
			_, err := q.Statuses(ctx)
			must(t, err)
			_, err = q.RunningNow(ctx, 10)
			must(t, err)
			_, err = q.Ended(ctx, time.Now().Add(-time.Hour), time.Now())
			must(t, err)
			_, err = q.Job(ctx, 1)
			must(t, err)
			for _, f := range []queue.Filter{{}, {Search: "n=1"}, {Kind: "task"}, {Queue: "media"}, {State: queue.Failed, Search: "zzz"}, {State: queue.Waiting}, {State: queue.Done, Queue: "media", Kind: "task"}} {
				for _, after := range []queue.Mark{{}, {At: time.Now().Add(-time.Hour), ID: 30_000}} {
					_, err = q.History(ctx, f, after, 30)
					must(t, err)
				}
			}
		}) {
			for line := range strings.Lines(plan) {
				line = strings.TrimSpace(line)
				// SQLite reads its window as it goes by, which it calls a scan of it. A walk
				// along the numbers from the newest ends with its limit.
				window := strings.Contains(plan, "CO-ROUTINE river_job") || strings.Contains(plan, "ORDER BY id DESC LIMIT")
				if strings.Contains(line, "Seq Scan on river_job") || line == "SCAN river_job" && !window {
					t.Errorf("reads every job:\n%s", plan)
				}
			}
		}
	})
}
