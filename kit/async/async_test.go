package async_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"superbook/kit/async"
)

var errDown = errors.New("down")

func value[T any](v T) func(context.Context) (T, error) {
	return func(context.Context) (T, error) { return v, nil }
}

func TestAllRunAtTheSameTime(t *testing.T) {
	t.Parallel()
	g := async.NewGroup(t.Context())
	here, there := make(chan int, 1), make(chan int, 1)
	var a, b int
	// Each waits for the other: one after the other, neither would end.
	meet := func(mine, theirs chan int, v int) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			mine <- v
			select {
			case got := <-theirs:
				return got, nil
			case <-ctx.Done():
				return 0, ctx.Err()
			case <-time.After(10 * time.Second):
				return 0, errors.New("the other never came")
			}
		}
	}
	async.Go(g, &a, meet(here, there, 1))
	async.Go(g, &b, meet(there, here, 2))
	if err := g.Wait(); err != nil || a != 2 || b != 1 {
		t.Errorf("got %d and %d, %v", a, b, err)
	}
}

func TestFirstErrorStopsTheRest(t *testing.T) {
	t.Parallel()
	g := async.NewGroup(t.Context())
	kept, told := 7, error(nil)
	var nothing int
	async.Go(g, &kept, func(ctx context.Context) (int, error) {
		<-ctx.Done()
		told = context.Cause(ctx)
		return 8, ctx.Err()
	})
	async.Go(g, &nothing, func(context.Context) (int, error) { return 9, errDown })
	if err := g.Wait(); !errors.Is(err, errDown) || !errors.Is(told, errDown) {
		t.Errorf("Wait says %v, the other heard %v", err, told)
	}
	if kept != 7 || nothing != 0 {
		t.Errorf("failed functions left %d and %d", kept, nothing)
	}
}

func TestPanicIsAnErrorWithItsStack(t *testing.T) {
	t.Parallel()
	g := async.NewGroup(t.Context())
	var n int
	async.Go(g, &n, func(context.Context) (int, error) { return burn() })
	var p *async.PanicError
	if err := g.Wait(); !errors.As(err, &p) || p.Value != "smoke" || !strings.Contains(string(p.Stack), "burn") {
		t.Errorf("Wait says %v", err)
	}
	if !strings.HasPrefix(p.Error(), "panic: smoke\n") {
		t.Errorf("the error reads %q", p.Error())
	}
}

func burn() (int, error) { panic("smoke") }

func TestWhatCanBeDoneWithoutFailsAlone(t *testing.T) {
	t.Parallel()
	for name, fn := range map[string]func(context.Context) (string, error){
		"error": func(context.Context) (string, error) { return "wrong", errDown },
		"panic": func(context.Context) (string, error) { panic("smoke") },
	} {
		g := async.NewGroup(t.Context())
		word, must := "unverified", 0
		var why error
		async.Maybe(g, &word, fn, func(err error) { why = err })
		async.Go(g, &must, value(3))
		if err := g.Wait(); err != nil || word != "unverified" || must != 3 || why == nil {
			t.Errorf("%s: %v, %q, %d, told %v", name, err, word, must, why)
		}
	}
	g, word := async.NewGroup(t.Context()), ""
	async.Maybe(g, &word, value("verified"), func(err error) { t.Errorf("told of %v", err) })
	if err := g.Wait(); err != nil || word != "verified" {
		t.Errorf("%v, %q", err, word)
	}
}

func TestGroupEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	g, n := async.NewGroup(ctx), 0
	async.Go(g, &n, func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() })
	cancel()
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait says %v", err)
	}
	if err := async.NewGroup(t.Context()).Wait(); err != nil {
		t.Errorf("a group of none says %v", err)
	}
}
