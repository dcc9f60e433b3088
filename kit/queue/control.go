package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
)

// ErrState says that a job has come too far, or not far enough, for what is asked.
var ErrState = errors.New("not possible in the job's state")

// ErrSame says that a job which counts as the same one waits or runs already.
var ErrSame = errors.New("the same work is in the queue already")

// Hand changes jobs and queues in somebody's name, which the log and the job's
// own entries keep.
type Hand struct {
	q   *Queue
	who string
}

// By is the hand of somebody: a username.
func (q *Queue) By(who string) Hand { return Hand{q, who} }

// Cancel ends the job for good: at once when it waits, by cancelling its context
// when it runs, in whichever process. The error is rivertype.ErrNotFound when
// there is no such job, and ErrState when it has ended already.
func (h Hand) Cancel(ctx context.Context, id int64) error {
	return h.change(ctx, "cancelled", id, State.MayCancel, func(ctx context.Context, tx *gorm.DB, job jobRow) error {
		sqlTx, err := db.SQLTx(tx)
		if err != nil {
			return err
		}
		if _, err = h.q.client.JobCancelTx(ctx, sqlTx, id); err != nil {
			return err
		}
		if job.RowState == string(rivertype.JobStateRunning) {
			// What runs here is told at once. What runs elsewhere is told by its watch,
			// as is what does not hear of it now.
			db.AfterCommit(tx, func() { _ = h.q.alarm.cancelled(ctx, job.riverRow()) })
		}
		return h.q.cfg.Cancelled.of(ctx, tx, job.riverRow())
	})
}

// Discard ends a job that waits, retries or is scheduled, as failed. The error is
// rivertype.ErrNotFound, or ErrState in any other state.
func (h Hand) Discard(ctx context.Context, id int64) error {
	return h.change(ctx, "discarded", id, State.MayDiscard, func(ctx context.Context, tx *gorm.DB, job jobRow) error {
		err := tx.Exec("UPDATE river_job SET state = 'discarded', finalized_at = ? WHERE id = ?", h.q.time(db.Now()), id).Error
		return errors.Join(err, h.q.cfg.Discarded.of(ctx, tx, job.riverRow()))
	})
}

// Retry has a job run now that failed, was cancelled, or waits for its time. One
// that has no attempt left is given one more. The error is rivertype.ErrNotFound,
// ErrState in any other state, or ErrSame.
func (h Hand) Retry(ctx context.Context, id int64) error {
	err := h.change(ctx, "retried", id, State.MayRetry, h.retry)
	if db.IsDuplicate(err) {
		return fmt.Errorf("retry job %d: %w", id, ErrSame)
	}
	return err
}

func (h Hand) retry(ctx context.Context, tx *gorm.DB, job jobRow) error {
	forget := "jsonb(json_remove(json(metadata), '$.cancel_attempted_at'))" // or it would be cancelled again
	if h.q.db.Dialect == db.Postgres {
		forget = "metadata - 'cancel_attempted_at'"
	}
	err := tx.Exec("UPDATE river_job SET state = 'available', finalized_at = NULL, scheduled_at = ?, metadata = "+forget+
		", max_attempts = CASE WHEN attempt >= max_attempts THEN attempt + 1 ELSE max_attempts END WHERE id = ?", h.q.time(db.Now()), job.ID).Error
	if err != nil {
		return err
	}
	if err := h.q.announce(tx, job.Queue); err != nil {
		return err
	}
	return h.q.cfg.Retried.of(ctx, tx, job.riverRow())
}

// announce wakes the workers of a queue once tx commits.
func (q *Queue) announce(tx *gorm.DB, queue string) error {
	if q.db.Dialect == db.SQLite {
		db.AfterCommit(tx, func() { q.alarm.inserted(queue) })
		return nil
	}
	return tx.Exec("SELECT pg_notify(concat(current_schema(), '.', ?::text), ?::text)", topicInsert, message{Queue: queue}.on(topicInsert).Payload).Error
}

// change does something to one job, in a transaction of its own.
func (h Hand) change(ctx context.Context, did string, id int64, may func(State) bool, do func(context.Context, *gorm.DB, jobRow) error) error {
	var job jobRow
	err := h.q.db.Tx(ctx, func(tx *gorm.DB) (err error) {
		ctx := tx.Statement.Context
		if job, err = h.q.hold(tx, id); err != nil {
			return err
		}
		if !may(stateOf(rivertype.JobState(job.RowState))) {
			return ErrState
		}
		if err := do(ctx, tx, job); err != nil {
			return err
		}
		return h.enter(tx, did, id)
	})
	if err != nil {
		return fmt.Errorf("job %d is not %s: %w", id, did, err)
	}
	h.note(ctx, "job "+did, slog.Int64("id", id), slog.String("kind", job.Kind))
	return nil
}

// hold reads a job that nobody else changes until tx ends.
func (q *Queue) hold(tx *gorm.DB, id int64) (jobRow, error) {
	sql := "SELECT " + q.words().all() + " FROM river_job WHERE id = ?"
	if q.db.Dialect == db.Postgres {
		sql += " FOR UPDATE"
	}
	var rows []jobRow
	if err := scan(tx, sql, []any{id}, &rows); err != nil {
		return jobRow{}, err
	}
	if len(rows) == 0 {
		return jobRow{}, rivertype.ErrNotFound
	}
	return rows[0], nil
}

// enter keeps who did what in the job's own notes.
func (h Hand) enter(tx *gorm.DB, did string, id int64) error {
	if h.who == "" {
		return nil
	}
	entry, err := json.Marshal(Entry{At: db.Now(), Did: did, By: h.who})
	if err != nil {
		return fmt.Errorf("write an entry: %w", err)
	}
	with := "jsonb(json_set(json(metadata), '$.control', json_insert(json(coalesce(json_extract(metadata, '$.control'), '[]')), '$[#]', json(?))))"
	if h.q.db.Dialect == db.Postgres {
		with = "metadata || jsonb_build_object('control', coalesce(metadata->'control', '[]'::jsonb) || ?::jsonb)"
	}
	return tx.Exec("UPDATE river_job SET metadata = "+with+" WHERE id = ?", string(entry), id).Error
}

// note writes to the log what somebody did; what the program does by itself is
// told by who does it.
func (h Hand) note(ctx context.Context, did string, more ...slog.Attr) {
	if h.who != "" {
		h.q.log.LogAttrs(ctx, slog.LevelInfo, did, append(more, slog.String("by", h.who))...)
	}
}
