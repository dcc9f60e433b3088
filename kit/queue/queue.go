// Package queue runs work after the answer: River jobs that are added in the
// transaction of the rows they are about, on SQLite and PostgreSQL alike.
package queue

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
)

// Config says what a queue works on and how.
type Config struct {
	Workers    *Workers               // the kinds of task
	Queues     map[string]int         // name of a queue → jobs worked side by side
	Middleware []rivertype.Middleware // around each job, the first outermost
	Hooks      []rivertype.Hook
	Log        *slog.Logger

	// LockFile lets processes that work jobs of one SQLite file know of each
	// other, with files of that name and more beside it. Without it nothing is
	// rescued after a crash, at Start or beside the living, for RescueAfter.
	LockFile string
	// Interrupted is told, in the transaction that discards them, which jobs a
	// crash has ended in their last attempt.
	Interrupted Told
	// Discarded is told the same of jobs that somebody has discarded by hand.
	Discarded Told
	// Cancelled is told the same of jobs that somebody has cancelled. One that is
	// being worked may go on for a moment, until it notices.
	Cancelled Told
	// Retried is told the same of jobs that somebody has put back.
	Retried Told
	// RescueAfter is how long a job may run before it is taken for stuck, if it is
	// past the deadline of its kind as well. 5 minutes when zero.
	RescueAfter time.Duration
	// Grace is how long a worker may be out of the database's sight on PostgreSQL
	// before others put its jobs back, and 3/5 of it how long before it ends them
	// itself. 5 seconds when zero.
	Grace time.Duration
}

// Told hears of jobs, with their numbers, kinds, arguments and attempts, as part of
// the transaction that changes them.
type Told func(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error

func (t Told) of(ctx context.Context, tx *gorm.DB, jobs ...*rivertype.JobRow) error {
	if t == nil || len(jobs) == 0 {
		return nil
	}
	return t(ctx, tx, jobs)
}

// Queue adds jobs and, between Start and Stop, works them.
type Queue struct {
	db     *db.DB
	cfg    Config
	log    *slog.Logger
	driver riverdriver.Driver[*sql.Tx]
	client *river.Client[*sql.Tx]
	alarm  *alarm // wakes the workers on SQLite; PostgreSQL has LISTEN
	lock   *fileLock
	own    *fileLock // beside lock, of this worker alone
	name   string    // of the worker
	watch  *watch    // on SQLite; otherwise nil
	alive  *alive    // on PostgreSQL what lock is on SQLite
}

const (
	// Kept is how long jobs are kept after their end.
	Kept          = 7 * 24 * time.Hour
	defaultRescue = 5 * time.Minute
	hardStop      = 5 * time.Second // for jobs to notice that they are cancelled
)

// Open makes a queue on d, whose tables Migrate has made. It starts nothing.
func Open(_ context.Context, d *db.DB, cfg Config) (*Queue, error) {
	q := &Queue{db: d, cfg: cfg, log: cfg.Log, alarm: newAlarm()}
	if q.log == nil {
		q.log = slog.New(slog.DiscardHandler)
	}
	if cfg.Workers.err != nil {
		return nil, fmt.Errorf("open the queue: %w", cfg.Workers.err)
	}
	if d.Dialect == db.SQLite {
		q.watch, q.name = &watch{q: q, running: map[int64]string{}}, besidePrefix+rand.Text()
	}
	q.driver = newDriver(d, q.alarm)
	if d.Dialect == db.Postgres {
		q.alive = newAlive(d.Pool().Config().ConnConfig, cfg.Grace, q.log)
		q.name = q.alive.name
	}
	client, err := river.NewClient(q.driver, q.riverConfig())
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	q.client = client
	return q, nil
}

func (q *Queue) riverConfig() *river.Config {
	c := &river.Config{
		ID: q.name, Workers: q.cfg.Workers.river,
		Middleware: q.cfg.Middleware, Hooks: q.cfg.Hooks,
		Logger: slog.New(quiet{q.log.Handler()}), ErrorHandler: reporter{q.log},
		RescueStuckJobsAfter: max(q.cfg.RescueAfter, 0),
		FetchCooldown:        sqliteCooldown, FetchPollInterval: sqlitePoll,
		CompletedJobRetentionPeriod: Kept, CancelledJobRetentionPeriod: Kept, DiscardedJobRetentionPeriod: Kept,
	}
	if q.watch != nil {
		c.Middleware = append([]rivertype.Middleware{q.watch}, c.Middleware...)
	}
	c.RetryPolicy = retries(q.cfg.Workers.kinds)
	if c.RescueStuckJobsAfter == 0 {
		c.RescueStuckJobsAfter = defaultRescue
	}
	if q.db.Dialect == db.Postgres {
		c.FetchCooldown, c.FetchPollInterval = postgresCooldown, postgresPoll
		c.Middleware = append([]rivertype.Middleware{q.alive.around()}, c.Middleware...)
	}
	if len(q.cfg.Queues) > 0 {
		c.Queues = make(map[string]river.QueueConfig, len(q.cfg.Queues))
	}
	for name, workers := range q.cfg.Queues {
		c.Queues[name] = river.QueueConfig{MaxWorkers: workers}
	}
	return c
}

// Start begins to work jobs, after putting back those that a crash has left
// running. It ends with Stop, not with ctx.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.appear(ctx); err != nil {
		return err
	}
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(fmt.Errorf("start the queue: %w", err), q.unlock())
	}
	if q.watch != nil {
		q.watch.start(context.WithoutCancel(ctx))
	}
	return nil
}

// appear shows other processes that this one works jobs, and puts back those of
// the dead.
func (q *Queue) appear(ctx context.Context) error {
	if q.alive != nil {
		return q.alive.start(ctx, q.rescueOf)
	}
	if q.cfg.LockFile != "" {
		return q.lockAndRescue(ctx)
	}
	return nil
}

// Stop takes no more jobs and lets running ones finish until ctx ends; then
// their contexts are cancelled, and those that notice go back to the queue.
// It returns an error if a job still runs 5 s later.
func (q *Queue) Stop(ctx context.Context) error {
	err := q.client.Stop(ctx)
	if err != nil {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), hardStop)
		defer cancel()
		err = q.client.StopAndCancel(hard)
	}
	if q.watch != nil {
		q.watch.stop()
	}
	if err != nil {
		// Still working: the lock stays, it says so to others.
		return fmt.Errorf("stop the queue: jobs do not end: %w", err)
	}
	return q.unlock()
}

// Kinds lists the kinds of task that the queue knows, by name.
func (q *Queue) Kinds() []Kind { return q.cfg.Workers.Kinds() }

// Ready reports whether the queue's tables answer.
func (q *Queue) Ready(ctx context.Context) error {
	var n int
	err := q.db.Read.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM river_job LIMIT 1) AS t").Scan(&n).Error
	if err != nil {
		return fmt.Errorf("ask the queue: %w", err)
	}
	return nil
}
