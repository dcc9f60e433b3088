package queue_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

func TestStopWaitsForRunningJobs(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		began, end := make(chan struct{}), make(chan struct{})
		q := open(t, d, queue.Config{}, func(ctx context.Context, _ *river.Job[task]) error {
			close(began)
			<-end
			return ctx.Err()
		})
		must(t, q.Start(t.Context()))
		add(t, d, q, task{})
		<-began
		stopped := make(chan error, 1)
		go func() { stopped <- stop(q, 20*time.Second) }()
		select {
		case <-stopped:
			t.Fatal("stopped under a running job")
		case <-time.After(100 * time.Millisecond):
		}
		close(end)
		must(t, <-stopped)
		if rows := jobs(t, d); rows[0].State != string(rivertype.JobStateCompleted) {
			t.Errorf("job is %v", rows[0])
		}
	})
}

func TestStopCancelsWhatTakesTooLong(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		began := make(chan struct{})
		q := open(t, d, queue.Config{}, func(ctx context.Context, _ *river.Job[task]) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		})
		must(t, q.Start(t.Context()))
		add(t, d, q, task{})
		<-began
		must(t, stop(q, 50*time.Millisecond))
		if state := jobs(t, d)[0].State; state != "available" && state != "retryable" {
			t.Errorf("job is %s, want it back in the queue", state)
		}
	})
}

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		began := make(chan struct{})
		q := start(t, d, queue.Config{}, func(ctx context.Context, _ *river.Job[task]) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		})
		running := add(t, d, q, task{})
		<-began
		later := add(t, d, q, task{}, &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)})
		must(t, errors.Join(q.Cancel(t.Context(), running), q.Cancel(t.Context(), later)))
		wait(t, q)
		for _, row := range jobs(t, d) {
			if row.State != "cancelled" {
				t.Errorf("job %+v", row)
			}
		}
		if err := q.Cancel(t.Context(), 999); !errors.Is(err, rivertype.ErrNotFound) {
			t.Errorf("an unknown job: %v", err)
		}
	})
}

func TestCompleteTx(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var attempts atomic.Int64
		q := start(t, d, queue.Config{}, func(ctx context.Context, job *river.Job[task]) error {
			fail := attempts.Add(1) == 1
			err := d.Tx(ctx, func(tx *gorm.DB) error {
				err := errors.Join(tx.Exec("INSERT INTO effects VALUES (?)", job.ID).Error, queue.CompleteTx(ctx, tx, job))
				if fail {
					err = errors.Join(err, errWanted)
				}
				return err
			})
			if fail {
				return river.JobSnooze(0) // the rollback has left the job running
			}
			return err
		})
		add(t, d, q, task{})
		deadline := time.Now().Add(20 * time.Second)
		for jobs(t, d)[0].State != "completed" && time.Now().Before(deadline) {
			wait(t, q)
		}
		if attempts.Load() != 2 || effects(t, d) != 1 {
			t.Errorf("%d attempts, %d effects: %v", attempts.Load(), effects(t, d), jobs(t, d))
		}
		if err := queue.CompleteTx(t.Context(), d.Write, &river.Job[task]{JobRow: &rivertype.JobRow{}}); err == nil {
			t.Error("completed outside a transaction")
		}
	})
}

func TestFailuresAreLoggedOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var text lockedBuffer
		log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelInfo}))
		q := start(t, d, queue.Config{Log: log}, func(_ context.Context, job *river.Job[task]) error {
			if job.Args.N == 1 {
				panic("boom")
			}
			return errWanted
		})
		last := &river.InsertOpts{MaxAttempts: 1}
		add(t, d, q, task{N: 1}, last)
		add(t, d, q, task{N: 2}, last)
		wait(t, q)
		got := text.String()
		for _, want := range []string{"job panicked", "panic=boom", "stop_test.go", "job failed", "err=wanted", "kind=task", "attempt=1"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q is missing in the log:\n%s", want, got)
			}
		}
		if strings.Count(got, "\n") != 2 {
			t.Errorf("want two lines:\n%s", got)
		}
	})
}

// lockedBuffer takes what several goroutines log.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
