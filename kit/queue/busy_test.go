package queue_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// Transactions that are held for a while, jobs that write, readers, and River
// beside them: nobody may be told that the database is busy.
func TestNobodyIsBusyBesideTheQueue(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var log lockedBuffer
		write := func(n int) func(tx *gorm.DB) error {
			return func(tx *gorm.DB) error { return tx.Exec("INSERT INTO effects VALUES (?)", n).Error }
		}
		q := start(t, d, queue.Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, func(ctx context.Context, job *river.Job[task]) error {
			return d.Tx(ctx, write(job.Args.N))
		})
		done := make(chan struct{})
		var writers, readers sync.WaitGroup
		for range 6 {
			writers.Go(func() {
				for n := range 20 {
					if err := d.Tx(t.Context(), func(tx *gorm.DB) error { return addHeld(t.Context(), q, tx, n) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range 4 {
			readers.Go(func() { readUntil(t, d, done) })
		}
		writers.Wait()
		wait(t, q)
		close(done)
		readers.Wait()
		if n := effects(t, d); n != 120 || log.String() != "" {
			t.Errorf("%d effects, want 120; log:\n%s", n, log.String())
		}
	})
}

// addHeld adds a job in a transaction that stays open for a while.
func addHeld(ctx context.Context, q *queue.Queue, tx *gorm.DB, n int) error {
	var before int64
	if err := tx.Table("effects").Count(&before).Error; err != nil {
		return err
	}
	hold := time.NewTimer(3 * time.Millisecond)
	<-hold.C
	return q.Add(ctx, tx, task{N: n})
}

func readUntil(t *testing.T, d *db.DB, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
			var n int64
			if err := d.Read.Table("effects").Count(&n).Error; err != nil {
				t.Error(err)
			}
		}
	}
}
