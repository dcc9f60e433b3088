package queue

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Blind has the worker lose sight of PostgreSQL, as a broken network would: its
// sign of life can only go to an address where nobody answers.
func (q *Queue) Blind(nowhere *pgx.ConnConfig) {
	q.alive.mu.Lock()
	defer q.alive.mu.Unlock()
	q.alive.config = nowhere
}

// AliveKey is the pair of keys of a worker's advisory lock, and its name.
func (q *Queue) AliveKey() (class, key int32, name string) {
	return aliveClass, aliveKey(q.alive.name), q.alive.name
}

// RetryUpTo is RetryAll with other bounds.
func RetryUpTo(ctx context.Context, h Hand, f Filter, after Mark, look, most int) (Retried, error) {
	return h.retryUpTo(ctx, f, after, look, most)
}

// Name is the worker's name.
func (q *Queue) Name() string { return q.name }

// FreeLock has the worker look as if it had died, on SQLite.
func (q *Queue) FreeLock() error { return unlock(q.own.file) }

// Buried are the workers that are handed over to be buried after one look at which
// all these have been out of sight for long, and how many are left for another.
func Buried(names ...string) (together []string, left int) {
	a := newAlive(nil, time.Nanosecond, nil)
	a.graves = make(chan []string, 1)
	gone, missing := map[string]bool{}, map[string]time.Time{}
	for _, name := range names {
		gone[name], missing[name] = true, time.Now().Add(-time.Hour)
	}
	a.bury(gone, missing)
	return <-a.graves, len(missing)
}
