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
	if err == nil {
		err = q.lockOwn(ctx)
	}
	if err != nil {
		return errors.Join(err, lock.close())
	}
	q.lock = lock
	return nil
}

func (q *Queue) unlock() error {
	if q.alive != nil {
		return q.alive.stop()
	}
	if q.lock == nil {
		return nil
	}
	lock, own := q.lock, q.own
	q.lock, q.own = nil, nil
	return errors.Join(own.drop(), lock.close())
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

// rescueOf puts back every job that a dead worker has left running. On PostgreSQL it
// holds the worker's own lock meanwhile: who holds that lives, or does the same.
func (q *Queue) rescueOf(ctx context.Context, worker string) error {
	last, lock := "json_extract(attempted_by, '$[#-1]')", "" // the one writer on SQLite needs no lock
	if q.db.Dialect == db.Postgres {
		last, lock = "attempted_by[array_upper(attempted_by, 1)]", " FOR UPDATE"
	}
	for more := true; more; {
		err := q.db.Tx(ctx, func(tx *gorm.DB) error {
			if dead, err := q.staysDead(tx, worker); err != nil || !dead {
				more = false
				return err
			}
			var ids []int64
			err := tx.Raw("SELECT id FROM river_job WHERE state = 'running' AND "+last+" = ? ORDER BY id LIMIT ?"+lock, worker, rescueBatch).Scan(&ids).Error
			if more = len(ids) == rescueBatch; err != nil || len(ids) == 0 {
				return err
			}
			return q.rescueThese(tx.Statement.Context, tx, worker, ids)
		})
		if err != nil {
			return fmt.Errorf("rescue the jobs of worker %s: %w", worker, err)
		}
	}
	return nil
}

// staysDead keeps a worker from coming back to life until tx ends. On SQLite the
// lock of its file does.
func (q *Queue) staysDead(tx *gorm.DB, worker string) (dead bool, err error) {
	if q.db.Dialect == db.SQLite {
		return true, nil
	}
	err = tx.Raw("SELECT pg_try_advisory_xact_lock(?, ?)", aliveClass, aliveKey(worker)).Scan(&dead).Error
	return dead, err
}

func (q *Queue) rescueThese(ctx context.Context, tx *gorm.DB, worker string, ids []int64) error {
	if err := tx.Exec("DELETE FROM river_leader WHERE leader_id = ?", worker).Error; err != nil {
		return err
	}
	sqlTx, err := db.SQLTx(tx)
	if err != nil {
		return err
	}
	x := q.driver.UnwrapExecutor(sqlTx)
	stuck, err := x.JobGetByIDMany(ctx, &riverdriver.JobGetByIDManyParams{ID: ids})
	if err != nil {
		return err
	}
	return q.putBack(ctx, tx, x, stuck, time.Now())
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
	return stuck, q.putBack(ctx, tx, x, stuck, horizon)
}

func (q *Queue) putBack(ctx context.Context, tx *gorm.DB, x riverdriver.Executor, stuck []*rivertype.JobRow, horizon time.Time) error {
	orders, discarded, cancelled := ordersFor(stuck, horizon)
	if _, err := x.JobRescueMany(ctx, orders); err != nil {
		return err
	}
	q.log.WarnContext(ctx, "jobs rescued after a crash", "jobs", len(stuck), "discarded", len(discarded))
	return errors.Join(q.cfg.Interrupted.of(ctx, tx, discarded...), q.cfg.Cancelled.of(ctx, tx, cancelled...))
}

// ordersFor decides what becomes of each job: another attempt, or the end when
// it was the last or somebody had cancelled it.
func ordersFor(stuck []*rivertype.JobRow, horizon time.Time) (p *riverdriver.JobRescueManyParams, discarded, cancelled []*rivertype.JobRow) {
	now := db.Now()
	p = &riverdriver.JobRescueManyParams{StuckHorizon: horizon}
	for _, job := range stuck {
		state, finalized := rivertype.JobStateAvailable, (*time.Time)(nil)
		switch {
		case gjson.GetBytes(job.Metadata, "cancel_attempted_at").Exists():
			state, finalized = rivertype.JobStateCancelled, &now
			cancelled = append(cancelled, job)
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
	return p, discarded, cancelled
}

// crashEntry is what the job's list of errors says about it.
func crashEntry(job *rivertype.JobRow, now time.Time) []byte {
	text, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: job.Attempt, Error: "the process ended while this job ran"})
	if err != nil {
		panic(err) // plain values: cannot fail
	}
	return text
}
