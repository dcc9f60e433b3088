// Package async lets one view do several slow things at the same time.
package async

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// PanicError is a panic in a goroutine, turned into an error with its stack.
type PanicError struct {
	Value any
	Stack []byte
}

// Error names the panic and keeps the stack for the log.
func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.Value, p.Stack) }

// Group runs functions side by side. When one fails, the rest are told to stop.
type Group struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup
	once   sync.Once
	err    error // the first
}

// NewGroup starts a group that ends with ctx.
func NewGroup(ctx context.Context) *Group {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Group{ctx: ctx, cancel: cancel}
}

// Go runs fn and keeps its result in *into, which may be read after Wait. An
// error, or a panic, stops the whole group.
func Go[T any](g *Group, into *T, fn func(context.Context) (T, error)) {
	g.wg.Go(func() {
		v, err := Guard(g.ctx, fn)
		if err != nil {
			g.once.Do(func() { g.err = err })
			g.cancel(err)
			return
		}
		*into = v
	})
}

// Maybe runs fn for something the page can do without: on an error *into keeps
// its value, and failed (called from fn's goroutine) is told why. Wait still
// waits for it, so fn must respect its context's deadline.
func Maybe[T any](g *Group, into *T, fn func(context.Context) (T, error), failed func(error)) {
	g.wg.Go(func() {
		v, err := Guard(g.ctx, fn)
		if err != nil {
			failed(err)
			return
		}
		*into = v
	})
}

// Wait waits for every function and returns the first error of those that Go
// has started. That the group's time ran out is no error of those that were done.
func (g *Group) Wait() error {
	g.wg.Wait()
	g.cancel(nil)
	return g.err
}

// Guard runs fn and turns a panic into a *PanicError. Echo's Recover protects
// only the goroutine it runs on; every other one needs this.
func Guard[T any](ctx context.Context, fn func(context.Context) (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return fn(ctx)
}
