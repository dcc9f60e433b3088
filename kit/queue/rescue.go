package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"github.com/tidwall/gjson"
	"gorm.io/gorm"

	"superbook/kit/db"
)

// rescueBatch bounds how many jobs one transaction puts back.
const rescueBatch = 500

// lockAndRescue takes the lock that every process holds while it works jobs.
// Who gets it alone knows that no job can be running, whatever the rows say.
func (q *Queue) lockAndRescue(ctx context.Context) error {
	lock, err := openLock(q.cfg.LockFile)
	if err != nil {
		return err
	}
	alone, err := lock.tryExclusive()
	if err == nil && alone {
		err = q.rescue(ctx)
	}
	if err == nil {
		err = lock.share(ctx)
	}
	if err != nil {
		return errors.Join(err, lock.close())
	}
	q.lock = lock
	return nil
}

func (q *Queue) unlock() error {
	if q.lock == nil {
		return nil
	}
	lock := q.lock
	q.lock = nil
	return lock.close()
}

// rescue puts every job that a crash has left running back, and deposes the
// leader, who is gone as well.
func (q *Queue) rescue(ctx context.Context) error {
	for after, more := int64(0), true; more; {
		err := q.db.Tx(ctx, func(tx *gorm.DB) error {
			stuck, err := q.rescueSome(tx.Statement.Context, tx, after)
			if more = len(stuck) == rescueBatch; more {
				after = stuck[len(stuck)-1].ID
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("rescue jobs after a crash: %w", err)
		}
	}
	return nil
}

func (q *Queue) rescueSome(ctx context.Context, tx *gorm.DB, after int64) ([]*rivertype.JobRow, error) {
	sqlTx, err := db.SQLTx(tx)
	if err != nil {
		return nil, err
	}
	x := q.driver.UnwrapExecutor(sqlTx)
	if err := x.Exec(ctx, "DELETE FROM river_leader"); err != nil {
		return nil, err
	}
	// Whatever the clock said when the job began, it began before this.
	horizon := time.Now().AddDate(100, 0, 0)
	stuck, err := x.JobGetStuck(ctx, &riverdriver.JobGetStuckParams{AfterID: after, Max: rescueBatch, StuckHorizon: horizon})
	if err != nil || len(stuck) == 0 {
		return nil, err
	}
	orders, discarded := ordersFor(stuck, horizon)
	if _, err := x.JobRescueMany(ctx, orders); err != nil {
		return nil, err
	}
	q.log.WarnContext(ctx, "jobs rescued after a crash", "jobs", len(stuck), "discarded", len(discarded))
	if len(discarded) > 0 && q.cfg.Discarded != nil {
		err = q.cfg.Discarded(ctx, tx, discarded)
	}
	return stuck, err
}

// ordersFor decides what becomes of each job: another attempt, or the end when
// it was the last or somebody had cancelled it.
func ordersFor(stuck []*rivertype.JobRow, horizon time.Time) (*riverdriver.JobRescueManyParams, []*rivertype.JobRow) {
	now := db.Now()
	p := &riverdriver.JobRescueManyParams{StuckHorizon: horizon}
	var discarded []*rivertype.JobRow
	for _, job := range stuck {
		state, finalized := rivertype.JobStateAvailable, (*time.Time)(nil)
		switch {
		case gjson.GetBytes(job.Metadata, "cancel_attempted_at").Exists():
			state, finalized = rivertype.JobStateCancelled, &now
		case job.Attempt >= job.MaxAttempts:
			state, finalized = rivertype.JobStateDiscarded, &now
			discarded = append(discarded, job)
		}
		p.ID = append(p.ID, job.ID)
		p.Error = append(p.Error, crashEntry(job, now))
		p.FinalizedAt = append(p.FinalizedAt, finalized)
		p.ScheduledAt = append(p.ScheduledAt, now)
		p.State = append(p.State, string(state))
	}
	return p, discarded
}

// crashEntry is what the job's list of errors says about it.
func crashEntry(job *rivertype.JobRow, now time.Time) []byte {
	text, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: job.Attempt, Error: "the process ended while this job ran"})
	if err != nil {
		panic(err) // plain values: cannot fail
	}
	return text
}
