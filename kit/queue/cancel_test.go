package queue_test

import (
	"context"
	"errors"
	"testing"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// That a job is cancelled and what else its transaction says are one.
func TestCancelTx(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		begun := make(chan struct{}, 1)
		q := open(t, d, queue.Config{}, func(ctx context.Context, _ *river.Job[task]) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		})
		kept, waits := add(t, d, q, task{N: 1}), add(t, d, q, task{N: 2})
		cancel := func(id int64, then error) (job *rivertype.JobRow, err error) {
			err = d.Tx(t.Context(), func(tx *gorm.DB) error {
				if job, err = q.CancelTx(t.Context(), tx, id); err != nil {
					return err
				}
				return then
			})
			return job, err
		}
		if _, err := cancel(kept, errWanted); !errors.Is(err, errWanted) {
			t.Errorf("rolled back with %v", err)
		}
		job, err := cancel(waits, nil)
		must(t, err)
		if string(job.EncodedArgs) == "" || job.State != rivertype.JobStateCancelled {
			t.Errorf("cancelled is %+v", job)
		}
		if _, err := cancel(999, nil); !errors.Is(err, rivertype.ErrNotFound) {
			t.Errorf("a job that is not there: %v", err)
		}
		must(t, q.Start(t.Context()))
		t.Cleanup(func() { must(t, stop(q, testLimit)) })
		<-begun
		if _, err = cancel(kept, nil); err != nil {
			t.Fatal(err)
		}
		wait(t, q)
		all, err := q.Jobs(t.Context(), []int64{kept, waits, 999})
		must(t, err)
		if len(all) != 2 || all[kept].State != rivertype.JobStateCancelled || all[waits].State != rivertype.JobStateCancelled || all[kept].Kind != "task" || len(all[waits].Args) == 0 {
			t.Errorf("the queue knows %+v", all)
		}
	})
}
