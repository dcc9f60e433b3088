package fault

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/queue"
)

// ErrWanted is in the chain of every failure that a switch has made.
var ErrWanted = errors.New("failed on purpose")

// Streams are the open streams of this process, as live.Hub has them.
type Streams interface {
	DropAll() // ends them; readers catch up
	Renew()   // ends them; readers are told that they have missed something
}

// Switches turn faults on and off while jobs run. They are safe for use by many
// goroutines, and are not made at all in production.
type Switches struct {
	streams   Streams
	log       *slog.Logger
	deadlines map[string]time.Duration // of each kind

	mu   sync.RWMutex
	plan Plan
}

// New makes switches for these kinds of task, as the plan has them.
func New(kinds []queue.Kind, plan Plan, streams Streams, log *slog.Logger) *Switches {
	s := &Switches{streams: streams, log: log, deadlines: map[string]time.Duration{}, plan: maps.Clone(plan)}
	for _, k := range kinds {
		s.deadlines[k.Name] = k.Deadline
	}
	if len(plan) > 0 {
		log.Warn("faults are on", "faults", plan.String())
	}
	return s
}

// Kinds lists the names of the kinds of task, in order.
func (s *Switches) Kinds() []string { return slices.Sorted(maps.Keys(s.deadlines)) }

// Plan is what is on now.
func (s *Switches) Plan() Plan {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.plan)
}

// Set puts a plan in the place of the one that was on; an empty one turns all
// off.
func (s *Switches) Set(plan Plan) {
	s.change(func(Plan) Plan { return maps.Clone(plan) })
}

// SetKind sets what goes wrong with one kind of task; the zero Fault is nothing.
func (s *Switches) SetKind(kind string, f Fault) {
	s.change(func(now Plan) Plan {
		now = maps.Clone(now)
		if now == nil {
			now = Plan{}
		}
		if now[kind] = f; f == (Fault{}) {
			delete(now, kind)
		}
		return now
	})
}

func (s *Switches) change(to func(Plan) Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = to(s.plan)
	s.log.Warn("faults are changed", "faults", s.plan.String())
}

// Cut ends every stream now; its readers come back and catch up.
func (s *Switches) Cut() { s.streams.DropAll() }

// Miss ends every stream now, and its readers are told to take their pages anew.
func (s *Switches) Miss() { s.streams.Renew() }

// Middleware goes around each job. River's deadline of an attempt begins only
// inside, so that waiting brings its own.
func (s *Switches) Middleware() rivertype.Middleware {
	return river.WorkerMiddlewareFunc(func(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
		s.mu.RLock()
		f, on := s.plan[job.Kind]
		s.mu.RUnlock()
		if !on {
			return work(ctx)
		}
		ctx, cancel := context.WithTimeout(ctx, s.deadlines[job.Kind])
		defer cancel()
		if err := s.strike(ctx, f, job); err != nil {
			return err
		}
		return work(ctx)
	})
}

func (s *Switches) strike(ctx context.Context, f Fault, job *rivertype.JobRow) error {
	if err := sleep(ctx, f.Slow); err != nil {
		return fmt.Errorf("%w: slowly: %w", ErrWanted, err)
	}
	if job.Attempt <= f.Cut {
		s.Cut()
	}
	if job.Attempt <= f.Miss {
		s.Miss()
	}
	if job.Attempt <= f.Kill {
		return s.kill(ctx, job)
	}
	if job.Attempt <= f.Panic {
		panic(fmt.Errorf("%w: panic of attempt %d of %d", ErrWanted, job.Attempt, f.Panic))
	}
	if job.Attempt <= f.Fail {
		return fmt.Errorf("%w: attempt %d of %d", ErrWanted, job.Attempt, f.Fail)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// kill ends the process in the middle of the job: nothing is closed, noted or
// finished.
func (s *Switches) kill(ctx context.Context, job *rivertype.JobRow) error {
	s.log.Warn("killed on purpose", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt)
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		return fmt.Errorf("end the process: %w", err)
	}
	<-ctx.Done() // the signal is on its way
	return ctx.Err()
}
