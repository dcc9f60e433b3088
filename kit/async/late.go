package async

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// ErrLate says that the answer was not there in time, and comes later.
var ErrLate = errors.New("async: the answer is late")

// ErrCrowded says that a question was not asked: too many to the same service
// are without an answer.
var ErrCrowded = errors.New("async: too many questions wait for an answer")

// ErrStopped says that the program ends and takes no more questions.
var ErrStopped = errors.New("async: the program ends")

// Late keeps the questions to one service that may outlive whoever asked them.
// There is one Late for each service, so that a service that hangs takes no
// place away from the others. It is safe for use by many goroutines.
type Late struct {
	places chan struct{} // one for each question that is under way
	limit  time.Duration
	log    *slog.Logger
	ctx    context.Context // ends with Stop
	end    context.CancelCauseFunc

	mu      sync.Mutex
	stopped bool
	busy    sync.WaitGroup // questions, and those who wait for their answers
}

// NewLate lets at most so many questions be under way at once, each for as long
// as limit. A panic of what is done with a late answer goes to log.
func NewLate(most int, limit time.Duration, log *slog.Logger) *Late {
	ctx, end := context.WithCancelCause(context.Background())
	return &Late{places: make(chan struct{}, most), limit: limit, log: log, ctx: ctx, end: end}
}

// Soon asks a question and waits for the answer for as long as patience lasts.
// After that it returns ErrLate, the question goes on, and later is told what
// came of it: exactly once, in a goroutine of its own, and within l's limit even
// if ask heeds no context. That limit ends patience too. With a nil later nobody wants a late answer:
// the question is then told to stop.
//
// A panic in ask is a *PanicError. When all places stay taken for as long as
// patience lasts, the question is not asked at all, and the error is
// ErrCrowded: an ask that never returns keeps its place, so however long a
// service hangs, there are never more goroutines than places. When ctx ends,
// so does the question, whose later is not called.
func Soon[T any](ctx context.Context, l *Late, patience time.Duration, ask func(context.Context) (T, error), later func(context.Context, T, error)) (v T, err error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case l.places <- struct{}{}:
	case <-timer.C:
		return v, ErrCrowded
	case <-ctx.Done():
		return v, ctx.Err()
	case <-l.ctx.Done():
		return v, ErrStopped
	}
	q := question[T]{late: l, answered: make(chan answer[T], 1)}
	if !q.begin(ctx, ask) {
		return v, ErrStopped
	}
	select {
	case a := <-q.answered:
		q.stop(nil)
		return a.value, a.err
	case <-timer.C:
	case <-q.ctx.Done():
		a := q.last()
		return a.value, a.err
	case <-ctx.Done():
		q.stop(context.Cause(ctx))
		return v, ctx.Err() // not its cause: that is another's failure, who tells of it
	}
	if later == nil {
		q.stop(context.DeadlineExceeded)
		return v, context.DeadlineExceeded
	}
	if !l.run(func() { q.await(later) }) {
		return v, ErrStopped // which has stopped the question too
	}
	return v, ErrLate
}

// Stop ends all questions, takes no more of them, and waits until the last one
// has gone, or ctx ends.
func (l *Late) Stop(ctx context.Context) error {
	l.mu.Lock()
	l.stopped = true
	l.mu.Unlock()
	l.end(ErrStopped)
	gone := make(chan struct{})
	go func() { // a question that never returns keeps this one too, until the program ends
		l.busy.Wait()
		close(gone)
	}()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("async: a question does not end"), context.Cause(ctx))
	}
}

// run starts a goroutine that Stop waits for, unless Stop was called.
func (l *Late) run(fn func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stopped {
		l.busy.Go(fn)
	}
	return !l.stopped
}

type answer[T any] struct {
	value T
	err   error
}

// question is one that is under way.
type question[T any] struct {
	late     *Late
	answered chan answer[T] // has room, so that an answer which nobody wants holds up nobody
	ctx      context.Context
	stop     context.CancelCauseFunc
}

// begin asks in a goroutine of its own. The question has the values of ctx, such
// as the id of the request, but not its end.
func (q *question[T]) begin(ctx context.Context, ask func(context.Context) (T, error)) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.late.limit)
	q.ctx, q.stop = context.WithCancelCause(ctx)
	unhook := context.AfterFunc(q.late.ctx, func() { q.stop(ErrStopped) })
	free := func() { unhook(); cancel(); <-q.late.places }
	started := q.late.run(func() {
		defer free()
		v, err := Guard(q.ctx, ask)
		if q.ctx.Err() == nil {
			q.answered <- answer[T]{v, err}
		} else if p := (*PanicError)(nil); errors.As(err, &p) { // nobody listens any more
			q.late.log.ErrorContext(ctx, "a question that was given up", "error", err)
		}
	})
	if !started {
		free()
	}
	return started
}

// last is what there is when the question's context has ended, as it does with
// the answer too.
func (q *question[T]) last() (a answer[T]) {
	select {
	case a = <-q.answered:
	default:
		a.err = context.Cause(q.ctx)
	}
	return a
}

// await tells later of the answer, or that there was none in time.
func (q *question[T]) await(later func(context.Context, T, error)) {
	var a answer[T]
	select {
	case a = <-q.answered:
	case <-q.ctx.Done():
		a = q.last()
	}
	// Telling is not asking: it has the values of the question, and time of its own.
	ctx, stop := context.WithTimeout(context.WithoutCancel(q.ctx), q.late.limit)
	defer stop()
	_, err := Guard(ctx, func(ctx context.Context) (struct{}, error) { later(ctx, a.value, a.err); return struct{}{}, nil })
	if err != nil {
		q.late.log.ErrorContext(ctx, "what is done with a late answer", "error", err)
	}
	q.stop(nil)
}
