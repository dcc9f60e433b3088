package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
)

// retryBatch bounds how many jobs one transaction puts back, retryLook how many are
// looked at in between; RetryMost and RetryLook how many RetryAll puts back and
// looks at.
const (
	retryBatch = 100
	retryLook  = 1000
	RetryMost  = 10_000
	RetryLook  = 2 * LookBack
)

// Retried is what came of RetryAll.
type Retried struct {
	Jobs int   // put back
	More *Mark // where to go on, or nil when all were looked at
}

// RetryAll has every failed job after a mark run again that the filter shows, the
// newest first, a hundred in each transaction. It stops when it has put back RetryMost,
// or looked at RetryLook, and says where. It answers how many it put
// back also when it ends with an error; those that are in the queue already are
// left out.
func (h Hand) RetryAll(ctx context.Context, f Filter, after Mark) (Retried, error) {
	r, err := h.retryUpTo(ctx, f, after, RetryLook, RetryMost)
	if err == nil {
		h.note(ctx, "failed jobs retried", slog.Int("jobs", r.Jobs), slog.String("kind", f.Kind), slog.String("queue", f.Queue), slog.String("search", f.Search))
	}
	return r, err
}

func (h Hand) retryUpTo(ctx context.Context, f Filter, after Mark, look, most int) (r Retried, err error) {
	f.State = Failed
	r.More = &after
	for r.More != nil && look > 0 && r.Jobs < most {
		few := min(retryLook, look, most-r.Jobs)
		look -= few
		page, err := h.q.historyOf(ctx, f, *r.More, few, few) // as many as are looked at: so none is left behind
		if err != nil {
			return r, fmt.Errorf("retry all: %w", err)
		}
		for batch := range slices.Chunk(page.Jobs, retryBatch) {
			n, err := h.retryMany(ctx, batch)
			r.Jobs += n
			if err != nil {
				return r, fmt.Errorf("retry all: %w", err)
			}
		}
		r.More = page.More
	}
	return r, nil
}

// retryMany puts a batch back in one transaction, or one by one when a job is in
// the queue already.
func (h Hand) retryMany(ctx context.Context, jobs []JobCard) (n int, err error) {
	err = h.q.db.Tx(ctx, func(tx *gorm.DB) error {
		n = 0
		for _, j := range jobs {
			row, err := h.q.hold(tx, j.ID)
			if errors.Is(err, rivertype.ErrNotFound) || row.RowState != string(rivertype.JobStateDiscarded) && err == nil {
				continue // somebody was faster
			}
			if err == nil {
				err = errors.Join(h.retry(tx.Statement.Context, tx, row), h.enter(tx, "retried", j.ID))
			}
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if !db.IsDuplicate(err) {
		return n, err
	}
	return h.retryEach(ctx, jobs)
}

func (h Hand) retryEach(ctx context.Context, jobs []JobCard) (n int, err error) {
	for _, j := range jobs {
		switch err := h.Retry(ctx, j.ID); {
		case err == nil:
			n++
		case !errors.Is(err, ErrSame) && !errors.Is(err, ErrState) && !errors.Is(err, rivertype.ErrNotFound):
			return n, err
		}
	}
	return n, nil
}

// Pause has no worker begin a job of the queue any more, in any process, within a
// second; what runs is finished. It is no error to pause twice. The error is
// rivertype.ErrNotFound when nobody has worked such a queue yet.
func (h Hand) Pause(ctx context.Context, name string) error { return h.pause(ctx, name, true) }

// Resume undoes Pause.
func (h Hand) Resume(ctx context.Context, name string) error { return h.pause(ctx, name, false) }

func (h Hand) pause(ctx context.Context, name string, paused bool) error {
	do, did := h.q.client.QueuePause, "queue paused"
	if !paused {
		do, did = h.q.client.QueueResume, "queue resumed"
	}
	if name == "*" { // which means all of them to River
		return fmt.Errorf("%s: %w", did, rivertype.ErrNotFound)
	}
	err := do(ctx, name, nil)
	if err == nil && h.q.db.Dialect == db.SQLite {
		err = h.q.sayPaused(ctx, name, paused)
	}
	if err == nil && paused {
		err = h.pausedBy(ctx, name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", did, err)
	}
	h.note(ctx, did, slog.String("queue", name))
	return nil
}

func (h Hand) pausedBy(ctx context.Context, name string) error {
	with := "jsonb(json_set(json(metadata), '$.paused_by', ?))"
	if h.q.db.Dialect == db.Postgres {
		with = "metadata || jsonb_build_object('paused_by', ?::text)"
	}
	return h.q.db.Write.WithContext(ctx).Exec("UPDATE river_queue SET metadata = "+with+" WHERE name = ?", h.who, name).Error
}
