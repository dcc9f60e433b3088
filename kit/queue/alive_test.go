package queue_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// poll waits until something is so.
func poll(t *testing.T, what string, so func() bool) {
	t.Helper()
	for limit := time.Now().Add(testLimit); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("it never comes that %s", what)
		}
	}
}

// On PostgreSQL jobs of a worker that is gone are put back, with what a crash
// means for each, and its leadership ends; jobs of others stay as they are.
func TestJobsOfADeadWorkerAreRescued(t *testing.T) {
	t.Parallel()
	d := openDB(t, postgresURL(t))
	idle := open(t, d, queue.Config{}, nothing)
	for n := range 6 {
		add(t, d, idle, task{N: n}, &river.InsertOpts{MaxAttempts: 2})
	}
	for _, sql := range []string{
		"UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{old,alive-GONE}' WHERE id <= 3",
		"UPDATE river_job SET attempt = 2 WHERE id = 2",
		`UPDATE river_job SET metadata = '{"cancel_attempted_at":"2026-01-01T00:00:00Z"}' WHERE id = 3`,
		// One that an older version works on, which shows no sign of life.
		"UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{host_2026}' WHERE id = 4",
		"INSERT INTO river_leader (elected_at, expires_at, leader_id) VALUES (now(), '2099-01-01', 'alive-GONE')",
	} {
		must(t, d.Write.Exec(sql).Error)
	}
	var ran atomic.Int64
	var told []int64
	cfg := queue.Config{Grace: 200 * time.Millisecond, Interrupted: func(_ context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error {
		for _, job := range jobs {
			told = append(told, job.ID)
		}
		return tx.Exec("INSERT INTO effects VALUES (2)").Error
	}}
	start(t, d, cfg, func(context.Context, *river.Job[task]) error { ran.Add(1); return nil })
	want := []jobRow{{1, "completed", 2, 1}, {2, "discarded", 2, 1}, {3, "cancelled", 1, 1}, {4, "running", 1, 0}, {5, "completed", 1, 0}, {6, "completed", 1, 0}}
	poll(t, "the jobs have ended", func() bool { return slices.Equal(jobs(t, d), want) })
	if !slices.Equal(told, []int64{2}) || effects(t, d) != 1 || ran.Load() != 3 {
		t.Errorf("told of %v, %d effects, %d jobs ran", told, effects(t, d), ran.Load())
	}
	var gone int64
	must(t, d.Read.Table("river_leader").Where("leader_id = 'alive-GONE'").Count(&gone).Error)
	if gone != 0 {
		t.Error("the dead leader still leads")
	}
}

// A worker that lives keeps its jobs, even while the server ends its connection
// again and again; once it has stopped, what it left on paper is put back.
func TestJobsOfALivingWorkerAreNotRescued(t *testing.T) {
	t.Parallel()
	d := openDB(t, postgresURL(t))
	const grace = 2 * time.Second
	release := make(chan struct{})
	defer close(release)
	first := start(t, d, queue.Config{Grace: grace, Queues: map[string]int{"first": 1}}, func(ctx context.Context, _ *river.Job[task]) error {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return ctx.Err()
	})
	add(t, d, first, task{}, &river.InsertOpts{Queue: "first"})
	poll(t, "the job runs", func() bool { return jobs(t, d)[0].State == "running" })
	start(t, d, queue.Config{Grace: grace, Queues: map[string]int{"second": 1}}, nothing)
	class, key, _ := first.AliveKey()
	holders := "FROM pg_locks WHERE locktype = 'advisory' AND classid = ?::bigint::oid AND objid = ?::bigint::oid AND granted"
	for began := time.Now(); time.Since(began) < 2*grace; time.Sleep(grace / 4) {
		must(t, d.Read.Exec("SELECT pg_terminate_backend(pid) "+holders, int64(class), int64(uint32(key))).Error)
		poll(t, "the worker shows itself again", func() bool {
			var n int
			must(t, d.Read.Raw("SELECT count(*) "+holders, int64(class), int64(uint32(key))).Scan(&n).Error)
			return n == 1
		})
		if got := jobs(t, d)[0]; got.State != "running" || got.Attempt != 1 {
			t.Fatalf("the job of a worker that lives is %+v", got)
		}
	}
}

// A worker that the database cannot see ends its jobs before others take them,
// whether its calls are refused or nobody ever answers.
func TestAWorkerOutOfSightEndsItsJobs(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"refused": "127.0.0.1:1", "no answer": mute(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openDB(t, postgresURL(t))
			var running atomic.Int64
			fenced := make(chan time.Time, 1)
			work := func(ctx context.Context, job *river.Job[task]) error {
				if n := running.Add(1); n != 1 {
					t.Errorf("%d workers at once", n)
				}
				defer running.Add(-1)
				if job.Attempt > 1 {
					return nil
				}
				<-ctx.Done()
				fenced <- time.Now()
				return context.Cause(ctx)
			}
			cfg := queue.Config{Grace: 2 * time.Second, Queues: map[string]int{"q": 1}}
			first := start(t, d, cfg, work)
			add(t, d, first, task{}, &river.InsertOpts{Queue: "q"})
			poll(t, "the job runs", func() bool { return running.Load() == 1 })
			start(t, d, cfg, work)
			nowhere, err := pgx.ParseConfig("postgres://nobody@" + address + "/nothing?sslmode=disable")
			must(t, err)
			first.Blind(nowhere)
			class, key, _ := first.AliveKey()
			must(t, d.Read.Exec("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = ?::bigint::oid AND objid = ?::bigint::oid",
				int64(class), int64(uint32(key))).Error)
			lost := time.Now()
			poll(t, "the job is done", func() bool { return jobs(t, d)[0].State == "completed" })
			if got := jobs(t, d)[0]; got.Attempt != 2 || got.Errors != 1 {
				t.Errorf("the job is %+v", got)
			}
			if took := (<-fenced).Sub(lost); took >= cfg.Grace {
				t.Errorf("it ends its job after %v, when others may have begun it", took)
			}
		})
	}
}

// mute is an address where calls are taken and never answered.
func mute(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) }) // the kernel takes calls by itself
	return l.Addr().String()
}

// A worker that takes long to put back the jobs of another shows that it lives
// all the same.
func TestAWorkerThatBuriesLives(t *testing.T) {
	t.Parallel()
	d := openDB(t, postgresURL(t))
	const grace = time.Second
	over, ended := make(chan struct{}), make(chan error, 1)
	burying := make(chan struct{})
	cfg := queue.Config{Grace: grace, Queues: map[string]int{"q": 1}, Interrupted: func(ctx context.Context, _ *gorm.DB, _ []*rivertype.JobRow) error {
		close(burying)
		select {
		case <-over:
		case <-ctx.Done():
		}
		return ctx.Err()
	}}
	q := start(t, d, cfg, func(ctx context.Context, _ *river.Job[task]) error {
		select {
		case <-ctx.Done():
			ended <- context.Cause(ctx)
		case <-over:
		}
		return nil
	})
	dead := add(t, d, q, task{}, &river.InsertOpts{Queue: "elsewhere"})
	add(t, d, q, task{}, &river.InsertOpts{Queue: "q"})
	must(t, d.Write.Exec("UPDATE river_job SET state = 'running', attempt = max_attempts, attempted_at = now(), attempted_by = '{alive-GONE}' WHERE id = ?", dead).Error)
	<-burying
	select {
	case err := <-ended:
		t.Errorf("its own job ends: %v", err)
	case <-time.After(2 * grace):
	}
	close(over)
	poll(t, "the dead one's job is put back", func() bool { return jobs(t, d)[0].State == "discarded" })
}

// A queue that never began to work has nothing to show.
func TestAnIdleQueueStops(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		t.Skip("TEST_DATABASE_URL is not set")
	}
	d, err := db.Open(t.Context(), postgresURL(t), slog.New(slog.DiscardHandler))
	must(t, err)
	defer d.Close()
	must(t, queue.Migrate(t.Context(), d))
	must(t, stop(open(t, d, queue.Config{}, nothing), testLimit))
}

// With a machine many workers die. None of them waits for the others' turns.
func TestAllTheDeadAreBuriedAtOnce(t *testing.T) {
	t.Parallel()
	names := []string{"alive-1", "alive-2", "alive-3"}
	together, left := queue.Buried(names...)
	if slices.Sort(together); !slices.Equal(together, names) || left != 0 {
		t.Errorf("%v are buried, %d are left", together, left)
	}
}
