package fault_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/fault"
	"superbook/kit/queue"
)

// work is a task of the tests.
type work struct{}

func (work) Kind() string { return "work" }

func (work) Policy() queue.Policy {
	return queue.Policy{Title: "Work", Queue: river.QueueDefault, Attempts: 5, Backoff: func(int) time.Duration { return 20 * time.Millisecond },
		Deadline: time.Minute, Idempotence: "it does nothing"}
}

// streams counts what becomes of them.
type streams struct{ cut, renewed atomic.Int64 }

func (s *streams) DropAll() { s.cut.Add(1) }
func (s *streams) Renew()   { s.renewed.Add(1) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bench is a queue on a file, with switches.
type bench struct {
	t        testing.TB
	db       *db.DB
	jobs     *queue.Queue
	switches *fault.Switches
	streams  *streams
	log      *bytes.Buffer
	runs     atomic.Int64
}

func newBench(t testing.TB, dir, plan string) *bench {
	t.Helper()
	b := &bench{t: t, streams: &streams{}, log: &bytes.Buffer{}}
	var err error
	b.db, err = db.Open(t.Context(), "sqlite:"+filepath.Join(dir, "jobs.db"), slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { must(t, b.db.Close()) })
	must(t, queue.Migrate(t.Context(), b.db))
	ws := queue.NewWorkers()
	queue.Register(ws, func(context.Context, *river.Job[work]) error { b.runs.Add(1); return nil })
	p, err := fault.Parse(plan, []string{"work"})
	must(t, err)
	b.switches = fault.New(ws.Kinds(), p, b.streams, slog.New(slog.NewTextHandler(b.log, nil)))
	b.jobs, err = queue.Open(t.Context(), b.db, queue.Config{Workers: ws, Queues: map[string]int{river.QueueDefault: 1},
		LockFile: filepath.Join(dir, "lock"), Middleware: []rivertype.Middleware{b.switches.Middleware()}})
	must(t, err)
	must(t, b.jobs.Start(t.Context()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		must(t, b.jobs.Stop(ctx))
	})
	return b
}

func (b *bench) add() (id int64) {
	b.t.Helper()
	must(b.t, b.db.Tx(b.t.Context(), func(tx *gorm.DB) error {
		res, err := b.jobs.Insert(b.t.Context(), tx, work{})
		if err == nil {
			id = res.Job.ID
		}
		return err
	}))
	return id
}

func (b *bench) settle() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 30*time.Second)
	defer cancel()
	must(b.t, b.jobs.Wait(ctx))
}

// job is how a job stands, and what its errors say.
func (b *bench) job(id int64) (state string, attempt int, failures string) {
	b.t.Helper()
	row := b.db.Read.Raw("SELECT state, attempt, coalesce(json(errors), '') FROM river_job WHERE id = ?", id).Row()
	must(b.t, row.Scan(&state, &attempt, &failures))
	return state, attempt, failures
}

func TestFaultsStrikeTheFirstAttempts(t *testing.T) {
	t.Parallel()
	for plan, want := range map[string]struct {
		attempts     int
		cut, renewed int64
		words        string
	}{
		"":                            {attempts: 1},
		"work:fail=2":                 {attempts: 3, words: "failed on purpose: attempt 2 of 2"},
		"work:panic=1":                {attempts: 2, words: "failed on purpose: panic of attempt 1 of 1"},
		"work:panic=1,fail=2":         {attempts: 3, words: "failed on purpose: attempt 2 of 2"},
		"work:cut=1,miss=2":           {attempts: 1, cut: 1, renewed: 1},
		"work:slow=10ms,cut=1,fail=1": {attempts: 2, cut: 1, words: "attempt 1 of 1"},
	} {
		b := newBench(t, t.TempDir(), plan)
		id := b.add()
		b.settle()
		state, attempt, failures := b.job(id)
		if state != "completed" || attempt != want.attempts || b.runs.Load() != 1 || !strings.Contains(failures, want.words) {
			t.Errorf("%q: %s after %d attempts and %d runs: %s", plan, state, attempt, b.runs.Load(), failures)
		}
		if b.streams.cut.Load() != want.cut || b.streams.renewed.Load() != want.renewed {
			t.Errorf("%q: streams were cut %d times and renewed %d times", plan, b.streams.cut.Load(), b.streams.renewed.Load())
		}
		if on := strings.Contains(b.log.String(), `msg="faults are on" faults=`); on != (plan != "") {
			t.Errorf("%q: the log says %s", plan, b.log)
		}
	}
}

// The work waits no longer than its context allows, nor than its deadline.
func TestSlowObeysTheContext(t *testing.T) {
	t.Parallel()
	ws := queue.NewWorkers()
	queue.Register(ws, func(context.Context, *river.Job[work]) error { return nil })
	deadlines := ws.Kinds()
	deadlines[0].Deadline = time.Millisecond
	for name, ks := range map[string][]queue.Kind{"context": ws.Kinds(), "deadline": deadlines} {
		s := fault.New(ks, fault.Plan{"work": {Slow: time.Hour}}, &streams{}, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		if name == "context" {
			cancel()
		}
		run := s.Middleware().(rivertype.WorkerMiddleware)
		err := run.Work(ctx, &rivertype.JobRow{Kind: "work", Attempt: 1}, func(context.Context) error { t.Error("it worked"); return nil })
		cancel()
		if !errors.Is(err, fault.ErrWanted) || ctx.Err() == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSwitchesChangeWhileJobsRun(t *testing.T) {
	t.Parallel()
	b := newBench(t, t.TempDir(), "work:fail=1")
	if got := b.switches.Kinds(); !slices.Equal(got, []string{"work"}) {
		t.Errorf("the kinds are %v", got)
	}
	for plan, attempts := range map[string]int{"work:fail=3": 4, "": 1} {
		p, err := fault.Parse(plan, []string{"work"})
		must(t, err)
		b.switches.Set(p)
		if got := b.switches.Plan().String(); got != plan {
			t.Errorf("on is %q, want %q", got, plan)
		}
		id := b.add()
		b.settle()
		if _, attempt, failures := b.job(id); attempt != attempts {
			t.Errorf("%q: %d attempts: %s", plan, attempt, failures)
		}
	}
}
