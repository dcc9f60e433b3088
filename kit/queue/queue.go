// Package queue runs work after the answer: River jobs that are added in the
// transaction of the rows they are about, on SQLite and PostgreSQL alike.
package queue

import (
	"context"
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
	Workers    *river.Workers         // the kinds of job; may be nil where jobs are only added
	Queues     map[string]int         // name of a queue → jobs worked side by side
	Periodic   []*river.PeriodicJob   // jobs that run by the clock
	Middleware []rivertype.Middleware // around each job, the first outermost
	Hooks      []rivertype.Hook
	Log        *slog.Logger

	// LockFile lets processes that work jobs of one SQLite file know of each
	// other. Without it nothing is rescued at Start.
	LockFile string
	// Discarded is told, in the transaction that discards them, which jobs a
	// crash has ended in their last attempt.
	Discarded func(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error
	// RescueAfter is how long a job may run before it is taken for stuck; it
	// must be longer than any job. 5 minutes when zero.
	RescueAfter time.Duration
	// JobTimeout ends a job whose worker sets no limit of its own. 1 minute
	// when zero.
	JobTimeout time.Duration
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
}

const (
	defaultRescue = 5 * time.Minute
	hardStop      = 5 * time.Second // for jobs to notice that they are cancelled
)

// Open makes a queue on d, whose tables Migrate has made. It starts nothing.
func Open(_ context.Context, d *db.DB, cfg Config) (*Queue, error) {
	q := &Queue{db: d, cfg: cfg, log: cfg.Log, alarm: newAlarm()}
	if q.log == nil {
		q.log = slog.New(slog.DiscardHandler)
	}
	q.driver = newDriver(d, q.alarm)
	client, err := river.NewClient(q.driver, q.riverConfig())
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	q.client = client
	return q, nil
}

func (q *Queue) riverConfig() *river.Config {
	c := &river.Config{
		Workers: q.cfg.Workers, PeriodicJobs: q.cfg.Periodic,
		Middleware: q.cfg.Middleware, Hooks: q.cfg.Hooks,
		Logger: slog.New(quiet{q.log.Handler()}), ErrorHandler: reporter{q.log},
		JobTimeout:           q.cfg.JobTimeout,
		RescueStuckJobsAfter: max(q.cfg.RescueAfter, 0),
		FetchCooldown:        sqliteCooldown, FetchPollInterval: sqlitePoll,
	}
	if c.RescueStuckJobsAfter == 0 {
		c.RescueStuckJobsAfter = defaultRescue
	}
	if q.db.Dialect == db.Postgres {
		c.FetchCooldown, c.FetchPollInterval = postgresCooldown, postgresPoll
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
	if q.db.Dialect == db.SQLite && q.cfg.LockFile != "" {
		if err := q.lockAndRescue(ctx); err != nil {
			return err
		}
	}
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(fmt.Errorf("start the queue: %w", err), q.unlock())
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
	if err != nil {
		// Still working: the lock stays, it says so to others.
		return fmt.Errorf("stop the queue: jobs do not end: %w", err)
	}
	return q.unlock()
}

// Ready reports whether the queue's tables answer.
func (q *Queue) Ready(ctx context.Context) error {
	var n int
	err := q.db.Read.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM river_job LIMIT 1) AS t").Scan(&n).Error
	if err != nil {
		return fmt.Errorf("ask the queue: %w", err)
	}
	return nil
}
