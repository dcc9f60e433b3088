package queue_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// crashed leaves a database as a killed process does: jobs that run on paper,
// and a leader whose term has years to go.
func crashed(t *testing.T, d *db.DB) {
	t.Helper()
	q := open(t, d, queue.Config{}, nothing)
	for n := range 6 {
		add(t, d, q, task{N: n}, &river.InsertOpts{MaxAttempts: 2})
	}
	for _, sql := range []string{
		"UPDATE river_job SET state = 'running', attempt = 1, attempted_at = CURRENT_TIMESTAMP WHERE id <= 4",
		"UPDATE river_job SET attempt = 2 WHERE id = 3",
		`UPDATE river_job SET metadata = jsonb('{"cancel_attempted_at":"2026-01-01T00:00:00Z"}') WHERE id = 4`,
		"INSERT OR REPLACE INTO river_leader (elected_at, expires_at, leader_id) VALUES (CURRENT_TIMESTAMP, '2099-01-01 00:00:00', 'gone')",
	} {
		must(t, d.Write.Exec(sql).Error)
	}
}

func TestRescueAfterCrash(t *testing.T) {
	t.Parallel()
	d := openDB(t, sqliteURL(t))
	crashed(t, d)
	var ran atomic.Int64
	var told []int64
	cfg := queue.Config{
		LockFile: filepath.Join(t.TempDir(), "jobs.lock"),
		Interrupted: func(_ context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error {
			for _, job := range jobs {
				told = append(told, job.ID)
			}
			return tx.Exec("INSERT INTO effects VALUES (3)").Error
		},
	}
	q := start(t, d, cfg, func(context.Context, *river.Job[task]) error { ran.Add(1); return nil })
	wait(t, q)
	if !slices.Equal(told, []int64{3}) || effects(t, d) != 1 || ran.Load() != 4 {
		t.Errorf("told of %v, %d effects, %d jobs ran", told, effects(t, d), ran.Load())
	}
	want := []jobRow{{1, "completed", 2, 1}, {2, "completed", 2, 1}, {3, "discarded", 2, 1}, {4, "cancelled", 1, 1}, {5, "completed", 1, 0}, {6, "completed", 1, 0}}
	if got := jobs(t, d); !slices.Equal(got, want) {
		t.Errorf("jobs\n%v, want\n%v", got, want)
	}
	var gone int64
	must(t, d.Read.Table("river_leader").Where("leader_id = 'gone'").Count(&gone).Error)
	if gone != 0 {
		t.Error("the dead leader still leads")
	}
}

func TestNoRescueBesideAnotherWorker(t *testing.T) {
	t.Parallel()
	d := openDB(t, sqliteURL(t))
	lock := filepath.Join(t.TempDir(), "jobs.lock")
	first := start(t, d, queue.Config{LockFile: lock, Queues: map[string]int{"first": 1}}, nothing)
	second := open(t, d, queue.Config{LockFile: lock, Queues: map[string]int{"second": 1}}, nothing)
	must(t, second.Start(t.Context()))
	crashed(t, d)
	third := start(t, d, queue.Config{LockFile: lock, Queues: map[string]int{"third": 1}}, nothing)
	running := func() (n int) {
		for _, row := range jobs(t, d) {
			if row.State == "running" {
				n++
			}
		}
		return n
	}
	if running() != 4 {
		t.Errorf("%d jobs run beside another worker, want 4", running())
	}
	// The one that was alone at its start leaves; two others still work.
	must(t, stop(first, testLimit))
	must(t, stop(second, testLimit))
	must(t, second.Start(t.Context()))
	if running() != 4 {
		t.Errorf("%d jobs run beside the third worker, want 4", running())
	}
	must(t, stop(second, testLimit))
	must(t, stop(third, testLimit))
	must(t, second.Start(t.Context()))
	if running() != 0 {
		t.Errorf("%d jobs run after everybody has left, want 0", running())
	}
	must(t, stop(second, testLimit))
}

// lengthy is a task that may take an hour.
type lengthy struct{ task }

func (lengthy) Kind() string { return "lengthy" }

func (lengthy) Policy() queue.Policy {
	p := policy()
	p.Deadline = time.Hour
	return p
}

// Among jobs that run for ten minutes one is stuck, and one may take longer.
func TestAJobWithinItsDeadlineIsNotTakenForStuck(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		workers := queue.NewWorkers()
		queue.Register(workers, func(context.Context, *river.Job[lengthy]) error { return nil })
		queue.Register(workers, nothing)
		q, err := queue.Open(t.Context(), d, queue.Config{Workers: workers, Queues: map[string]int{river.QueueDefault: 1}})
		must(t, err)
		add(t, d, q, lengthy{})
		add(t, d, q, task{})
		must(t, d.Write.Exec("UPDATE river_job SET state = 'running', attempt = 1, attempted_at = ?", db.Now().Add(-10*time.Minute)).Error)
		must(t, q.Start(t.Context()))
		t.Cleanup(func() { must(t, stop(q, testLimit)) })
		for limit := time.Now().Add(30 * time.Second); jobs(t, d)[1].State == "running"; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatal("the one that is stuck is not rescued")
			}
		}
		if got := jobs(t, d)[0]; got.State != "running" || got.Attempt != 1 {
			t.Errorf("the one that may take an hour is %+v", got)
		}
	})
}

func TestRescueThatFailsStartsNothing(t *testing.T) {
	t.Parallel()
	d := openDB(t, sqliteURL(t))
	crashed(t, d)
	lock := filepath.Join(t.TempDir(), "jobs.lock")
	refuse := func(context.Context, *gorm.DB, []*rivertype.JobRow) error { return errWanted }
	q := open(t, d, queue.Config{LockFile: lock, Interrupted: refuse}, nothing)
	if q.Start(t.Context()) == nil {
		t.Fatal("started")
	}
	if rows := jobs(t, d); rows[2].State != "running" {
		t.Errorf("job %v, want it as it was", rows[2])
	}
	again := start(t, d, queue.Config{LockFile: lock}, nothing)
	wait(t, again)
}
