package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"superbook/kit/async"
)

// defaultGrace is how long a worker may be out of sight on PostgreSQL.
const defaultGrace = 5 * time.Second

// aliveClass is the first half of the keys of the advisory locks by which workers
// know of each other; the second half is of the worker's name.
const aliveClass = 0x616c6976

// alivePrefix begins the names of workers that hold such a lock: of others, such
// as those of an older version, nobody may think that they are dead.
const alivePrefix = "alive-"

// alive is a worker's sign of life on PostgreSQL: a connection of its own with a
// shared advisory lock, which the server lets go of when the process dies.
type alive struct {
	name   string
	grace  time.Duration
	log    *slog.Logger
	end    context.CancelFunc
	ended  sync.WaitGroup
	conn   *pgx.Conn     // of the goroutine that beats; nil while the lock is lost
	graves chan []string // workers to bury, those of one look at a time

	mu     sync.Mutex
	config *pgx.ConnConfig
	term   context.Context // ends when the worker is out of sight
	out    context.CancelCauseFunc
	seen   time.Time   // by the database, for the last time
	late   *time.Timer // fences: what hangs cannot hold it up
}

func newAlive(config *pgx.ConnConfig, grace time.Duration, log *slog.Logger) *alive {
	if grace <= 0 {
		grace = defaultGrace
	}
	return &alive{name: alivePrefix + rand.Text(), config: config, grace: grace, log: log, graves: make(chan []string)}
}

func aliveKey(name string) int32 {
	h := fnv.New32a()
	h.Write([]byte(name)) // never fails
	return int32(h.Sum32())
}

// start shows the worker, then looks after others: dead is called, from one
// goroutine, with each worker that has been out of sight for the grace.
func (a *alive) start(ctx context.Context, dead func(ctx context.Context, name string) error) error {
	if err := a.show(ctx, a.grace); err != nil {
		return err
	}
	ctx, a.end = context.WithCancel(context.WithoutCancel(ctx))
	a.ended.Go(func() { a.watch(ctx) })
	a.ended.Go(func() { a.dig(ctx, dead) })
	return nil
}

func (a *alive) watch(ctx context.Context) {
	missing := map[string]time.Time{} // since when
	tick := time.NewTicker(a.grace / 5)
	defer tick.Stop()
	for ctx.Err() == nil {
		a.guarded(ctx, func(ctx context.Context) error { return a.beat(ctx, missing) })
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// guarded does something and logs what went wrong.
func (a *alive) guarded(ctx context.Context, do func(context.Context) error) {
	_, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) })
	if err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "signs of life among workers", "error", err)
	}
}

// stop lets go of the lock, if it was taken. Nothing of this worker runs any more.
func (a *alive) stop() error {
	if a.end == nil {
		return nil
	}
	a.end()
	a.end = nil
	a.ended.Wait()
	a.mu.Lock()
	a.late.Stop()
	a.out(nil)
	a.mu.Unlock()
	if a.conn == nil {
		return nil
	}
	if err := a.leave(context.Background()); err != nil {
		return fmt.Errorf("close the worker's sign of life: %w", err)
	}
	return nil
}

func (a *alive) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, a.grace/5)
	defer cancel()
	conn := a.conn
	a.conn = nil
	return conn.Close(ctx)
}

// show takes the lock, on a new connection. Shared, because the server may not
// know yet that the old connection is gone.
func (a *alive) show(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	a.mu.Lock()
	config := a.config
	a.mu.Unlock()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err == nil {
		_, err = conn.Exec(ctx, "SELECT pg_advisory_lock_shared($1, $2)", int32(aliveClass), aliveKey(a.name))
	}
	if err != nil {
		if conn != nil {
			err = errors.Join(err, conn.Close(ctx))
		}
		return fmt.Errorf("show that this worker lives: %w", err)
	}
	a.conn = conn
	a.saw(began)
	return nil
}

// beat makes sure of the own lock, and looks for workers without theirs.
func (a *alive) beat(ctx context.Context, missing map[string]time.Time) error {
	if a.conn == nil {
		if err := a.show(ctx, a.grace/5); err != nil {
			return err
		}
	}
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, a.grace/5)
	defer cancel()
	gone, err := a.gone(limited)
	if err != nil {
		clear(missing)                        // who has not looked does not know
		return errors.Join(err, a.leave(ctx)) // broken anyway; with it goes the lock
	}
	a.saw(began)
	a.bury(gone, missing)
	return nil
}
