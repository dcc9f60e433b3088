package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/riverqueue/river"
)

// Args are the arguments of one kind of task, which says how it is worked.
type Args interface {
	river.JobArgs
	Policy() Policy
}

// Policy is what a kind of task promises and how it is worked. Everything but
// Priority and Unique has to be said.
type Policy struct {
	Title    string        // for people: "Cut a photo to its sizes"
	Queue    string        // whose workers do it
	Priority int           // 1 is worked first, and meant when zero; 4 last, for what comes in crowds
	Attempts int           // how often it is tried, the first time included
	Backoff  Backoff       // how long it waits after a failed attempt
	Deadline time.Duration // of one attempt, after which its context ends
	// Unique says which jobs count as one while none of them has ended; the zero
	// value lets any number in.
	Unique river.UniqueOpts
	// Idempotence says in words by what a second run of the same job is known, so
	// that it does no harm. Every job may run twice: after a crash.
	Idempotence string
}

// Backoff is how long a job waits after its n-th attempt has failed; n begins
// at 1.
type Backoff func(n int) time.Duration

// Squares waits 1, 4, 9, 16 … units: soon, where somebody is watching.
func Squares(unit time.Duration) Backoff {
	return func(n int) time.Duration { return time.Duration(n*n) * unit }
}

// Doubling waits twice as long each time, from first up to most, less up to a
// half by chance, so that what failed together does not come back together.
func Doubling(first, most time.Duration) Backoff {
	return func(n int) time.Duration {
		d := min(most, first<<min(n-1, 30))
		if d < first { // the shift ran over
			d = most
		}
		return d - rand.N(d/2+1)
	}
}

// Kind is one kind of task with its policy.
type Kind struct {
	Name string // as the rows of jobs say it
	Policy
}

// Workers are the kinds of task that a queue can work.
type Workers struct {
	river *river.Workers
	kinds []Kind
	err   error
}

// NewWorkers is a set that knows no kind yet.
func NewWorkers() *Workers { return &Workers{river: river.NewWorkers()} }

// Kinds lists the kinds of task by name.
func (ws *Workers) Kinds() []Kind {
	return slices.SortedFunc(slices.Values(ws.kinds), func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
}

// Register has work do the jobs of A, as A's policy says. What is wrong with the
// policy, or a kind that is there twice, is told by Open.
func Register[A Args](ws *Workers, work func(context.Context, *river.Job[A]) error) {
	var a A
	k := Kind{a.Kind(), a.Policy()}
	err := errors.Join(k.check(), river.AddWorkerSafely(ws.river, &worker[A]{policy: k.Policy, work: work}))
	if err != nil {
		ws.err = errors.Join(ws.err, fmt.Errorf("task %s: %w", k.Name, err))
	}
	ws.kinds = append(ws.kinds, k)
}

var errUnsaid = errors.New("its policy has to say Title, Queue, Attempts, Backoff, Deadline and Idempotence")

func (k Kind) check() error {
	if k.Title == "" || k.Queue == "" || k.Attempts < 1 || k.Backoff == nil || k.Deadline <= 0 || k.Idempotence == "" {
		return errUnsaid
	}
	return nil
}

// worker is a function with a policy, in the shape that River takes.
type worker[A Args] struct {
	river.WorkerDefaults[A]
	policy Policy
	work   func(context.Context, *river.Job[A]) error
	waits  waits
}

func (w *worker[A]) Timeout(*river.Job[A]) time.Duration { return w.policy.Deadline }

// insertOpts is the policy as River takes it, where over does not say otherwise.
func (p Policy) insertOpts(over ...*river.InsertOpts) *river.InsertOpts {
	var o river.InsertOpts
	if len(over) > 0 && over[0] != nil {
		o = *over[0]
	}
	o.Queue = cmp.Or(o.Queue, p.Queue)
	o.Priority = cmp.Or(o.Priority, p.Priority)
	o.MaxAttempts = cmp.Or(o.MaxAttempts, p.Attempts)
	if u := o.UniqueOpts; !u.ByArgs && !u.ByQueue && u.ByPeriod == 0 {
		o.UniqueOpts = p.Unique
	}
	return &o
}
