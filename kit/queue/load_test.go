package queue_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

func TestThousandJobs(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var done atomic.Int64
		q := start(t, d, queue.Config{}, func(context.Context, *river.Job[task]) error { done.Add(1); return nil })
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for i := range 20 {
					err := d.Tx(t.Context(), func(tx *gorm.DB) error {
						for range 5 {
							if err := q.Add(t.Context(), tx, task{N: i}); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		wait(t, q, "task")
		if done.Load() != 1000 {
			t.Errorf("%d jobs ran, want 1000", done.Load())
		}
	})
}

func TestManyTransactionsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := start(t, d, queue.Config{}, nothing)
		var wg sync.WaitGroup
		var kept atomic.Int64
		for i := range 40 {
			wg.Go(func() {
				for n := range 10 {
					ctx, cancel := context.WithCancel(t.Context())
					err := d.Tx(ctx, func(tx *gorm.DB) error {
						if err := q.Add(ctx, tx, task{N: n}); err != nil {
							return err
						}
						if (i+n)%4 == 0 {
							cancel() // the visitor leaves; the connection must stay sound
						}
						if (i+n)%4 == 1 {
							return errWanted
						}
						return tx.Exec("INSERT INTO effects VALUES (?)", n).Error
					})
					if err == nil {
						kept.Add(1)
					}
					cancel()
				}
			})
		}
		wg.Wait()
		wait(t, q)
		if n := int64(len(jobs(t, d))); n != kept.Load() || effects(t, d) != n || n < 200 {
			t.Errorf("%d jobs and %d rows from %d commits", n, effects(t, d), kept.Load())
		}
	})
}
