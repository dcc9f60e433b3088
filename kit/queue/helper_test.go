package queue_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

var (
	errWanted = errors.New("wanted")
	serial    atomic.Int64
)

// each runs a test on SQLite and, when TEST_DATABASE_URL names a server, on
// PostgreSQL, with the queue's tables and one more.
func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, openDB(t, sqliteURL(t)))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, openDB(t, postgresURL(t)))
	})
}

func sqliteURL(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

func openDB(t testing.TB, address string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), address, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	must(t, queue.Migrate(t.Context(), d))
	must(t, d.Write.Exec("CREATE TABLE IF NOT EXISTS effects (job BIGINT)").Error)
	return d
}

// postgresURL makes a database that is dropped with the test.
func postgresURL(t testing.TB) string {
	t.Helper()
	base := os.Getenv("TEST_DATABASE_URL")
	if base == "" {
		t.Skip("TEST_DATABASE_URL is not set")
	}
	name := fmt.Sprintf("queue_test_%d_%d", os.Getpid(), serial.Add(1))
	admin(t, base, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, base, "DROP DATABASE "+name+" WITH (FORCE)") })
	u, err := url.Parse(base)
	must(t, err)
	u.Path = name
	return u.String()
}

func admin(t testing.TB, base, sql string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, base)
	must(t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// task is a job whose worker is a function of the test.
type task struct {
	N    int       `json:"n"`
	Sent time.Time `json:"sent"`
}

func (task) Kind() string { return "task" }

func (task) Policy() queue.Policy { return policy() }

// policy is what the tests' tasks promise.
func policy() queue.Policy {
	return queue.Policy{Title: "A task", Queue: river.QueueDefault, Attempts: river.MaxAttemptsDefault,
		Backoff: queue.Squares(time.Second), Deadline: time.Minute, Idempotence: "its number"}
}

// start opens a queue that works tasks with fn, and stops it with the test.
func start(t testing.TB, d *db.DB, cfg queue.Config, fn func(context.Context, *river.Job[task]) error) *queue.Queue {
	t.Helper()
	q := open(t, d, cfg, fn)
	must(t, q.Start(t.Context()))
	t.Cleanup(func() { must(t, stop(q, 10*time.Second)) })
	return q
}

func open(t testing.TB, d *db.DB, cfg queue.Config, fn func(context.Context, *river.Job[task]) error) *queue.Queue {
	t.Helper()
	cfg.Workers = queue.NewWorkers()
	queue.Register(cfg.Workers, fn)
	if cfg.Queues == nil {
		cfg.Queues = map[string]int{river.QueueDefault: 8}
	}
	q, err := queue.Open(t.Context(), d, cfg)
	must(t, err)
	return q
}

func stop(q *queue.Queue, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return q.Stop(ctx)
}

func add(t testing.TB, d *db.DB, q *queue.Queue, args queue.Args, opts ...*river.InsertOpts) int64 {
	t.Helper()
	var id int64
	must(t, d.Tx(t.Context(), func(tx *gorm.DB) error {
		res, err := q.Insert(t.Context(), tx, args, opts...)
		if err == nil {
			id = res.Job.ID
		}
		return err
	}))
	return id
}

func wait(t testing.TB, q *queue.Queue, kinds ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	must(t, q.Wait(ctx, kinds...))
}

// jobRow is what the tests look at in a job.
type jobRow struct {
	ID      int64
	State   string
	Attempt int
	Errors  int
}

func jobs(t testing.TB, d *db.DB) (rows []jobRow) {
	t.Helper()
	count := "coalesce(json_array_length(errors), 0)"
	if d.Dialect == db.Postgres {
		count = "coalesce(cardinality(errors), 0)"
	}
	must(t, d.Read.Raw("SELECT id, state, attempt, "+count+" AS errors FROM river_job ORDER BY id").Scan(&rows).Error)
	return rows
}

func effects(t testing.TB, d *db.DB) (n int64) {
	t.Helper()
	must(t, d.Read.Table("effects").Count(&n).Error)
	return n
}

const testLimit = 10 * time.Second

func nothing(context.Context, *river.Job[task]) error { return nil }
