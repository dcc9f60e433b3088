package queue_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/queue"
)

// On SQLite jobs of a worker that has died are put back by one that lives, and
// those of the living are not.
func TestJobsOfADeadWorkerBesideAreRescued(t *testing.T) {
	t.Parallel()
	d := openDB(t, sqliteURL(t))
	lock := filepath.Join(t.TempDir(), "jobs.lock")
	interrupted := func(_ context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) (err error) {
		for _, job := range jobs {
			err = errors.Join(err, tx.Exec("INSERT INTO effects VALUES (?)", job.ID).Error)
		}
		return err
	}
	start(t, d, queue.Config{LockFile: lock, Interrupted: interrupted}, nothing)
	lives := start(t, d, queue.Config{LockFile: lock, Interrupted: interrupted, Queues: map[string]int{"other": 1}}, nothing)
	for n := range 3 {
		add(t, d, lives, task{N: n}, &river.InsertOpts{MaxAttempts: 2, Queue: "elsewhere"})
	}
	runs := "UPDATE river_job SET state = 'running', attempt = 1, queue = 'default', attempted_at = CURRENT_TIMESTAMP, attempted_by = jsonb_array('old', ?)"
	must(t, d.Write.Exec(runs, lives.Name()).Error)
	must(t, d.Write.Exec(runs+", attempt = id WHERE id <= 2", "beside-GONE").Error)
	must(t, d.Write.Exec("INSERT OR REPLACE INTO river_leader (elected_at, expires_at, leader_id) VALUES (CURRENT_TIMESTAMP, '2099-01-01 00:00:00', 'beside-GONE')").Error)
	must(t, os.WriteFile(lock+".beside-GONE", nil, 0o600))
	want := []jobRow{{1, "completed", 2, 1}, {2, "discarded", 2, 1}, {3, "running", 1, 0}}
	poll(t, "those of the dead are put back", func() bool { return slices.Equal(jobs(t, d), want) })
	var told []int64
	if must(t, d.Read.Raw("SELECT job FROM effects").Scan(&told).Error); !slices.Equal(told, []int64{2}) {
		t.Errorf("told of %v", told)
	}
	var gone int64
	if must(t, d.Read.Table("river_leader").Where("leader_id = 'beside-GONE'").Count(&gone).Error); gone != 0 {
		t.Error("the dead leader still leads")
	}
	must(t, lives.FreeLock())
	poll(t, "the last one dies as well", func() bool { return jobs(t, d)[2] == jobRow{3, "completed", 2, 1} })
	poll(t, "the marks of the dead are taken away", func() bool {
		left, err := filepath.Glob(lock + ".*")
		must(t, err)
		return len(left) == 1
	})
}

// Who stops in good order leaves no mark, and can start again.
func TestAWorkerBesideStartsAgain(t *testing.T) {
	t.Parallel()
	d := openDB(t, sqliteURL(t))
	lock := filepath.Join(t.TempDir(), "jobs.lock")
	start(t, d, queue.Config{LockFile: lock, Queues: map[string]int{"other": 1}}, nothing)
	q := open(t, d, queue.Config{LockFile: lock}, nothing)
	for range 3 {
		must(t, q.Start(t.Context()))
		add(t, d, q, task{})
		wait(t, q)
		must(t, stop(q, testLimit))
		if _, err := os.Stat(lock + "." + q.Name()); !os.IsNotExist(err) {
			t.Errorf("its mark is still there: %v", err)
		}
	}
}
