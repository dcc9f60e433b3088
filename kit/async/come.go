package async

import (
	"context"
	"iter"
	"sync"
)

// Answer is what came of one of several functions.
type Answer[T any] struct {
	N     int // which one, from 0 on
	Value T
	Err   error // a *PanicError if it panicked
}

// AsTheyCome runs functions side by side and yields what comes of each as soon
// as it is there, in whatever order that is. Whoever stops listening, or whose
// ctx ends, ends the others: the functions are told to stop, and waited for, so
// that none outlives the loop. A function that may not heed its context belongs
// in Soon.
func AsTheyCome[T any](ctx context.Context, fns ...func(context.Context) (T, error)) iter.Seq[Answer[T]] {
	return func(yield func(Answer[T]) bool) {
		ctx, stop := context.WithCancel(ctx)
		var all sync.WaitGroup
		defer all.Wait()
		defer stop()
		come := make(chan Answer[T], len(fns)) // room for all: nobody waits for a listener who is gone
		for i, fn := range fns {
			all.Go(func() {
				v, err := Guard(ctx, fn)
				come <- Answer[T]{i, v, err}
			})
		}
		for range fns {
			select {
			case a := <-come:
				if !yield(a) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}
