package async_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"superbook/kit/async"
)

// soon and long are far apart, so that a busy machine does not take one for the other.
const (
	soon = time.Millisecond
	long = time.Minute
)

func newLate(t *testing.T, most int, limit time.Duration) (*async.Late, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	l := async.NewLate(most, limit, slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() {
		if err := l.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return l, log
}

// told is what came of a late question.
type told struct {
	word string
	err  error
}

func tell(to chan told) func(context.Context, string, error) {
	return func(ctx context.Context, word string, err error) {
		if ctx.Err() != nil {
			err = errors.Join(err, errors.New("told without time to do anything"))
		}
		to <- told{word, err}
	}
}

func never[T any](t *testing.T) func(context.Context, T, error) {
	return func(_ context.Context, v T, err error) { t.Errorf("told of %v, %v", v, err) }
}

// held answers when it is let go, and heeds its context.
func held(let <-chan struct{}, word string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		select {
		case <-let:
			return word, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func TestAnswerInTimeIsNotLate(t *testing.T) {
	t.Parallel()
	l, _ := newLate(t, 1, long)
	for range 3 { // one place is enough, one after the other
		word, err := async.Soon(t.Context(), l, long, value("yes"), never[string](t))
		if word != "yes" || err != nil {
			t.Fatalf("%q, %v", word, err)
		}
		var p *async.PanicError
		if _, err := async.Soon(t.Context(), l, long, func(context.Context) (int, error) { return burn() }, never[int](t)); !errors.As(err, &p) {
			t.Fatalf("a panic is %v", err)
		}
	}
}

func TestLateAnswerIsToldOnce(t *testing.T) {
	t.Parallel()
	l, _ := newLate(t, 1, long)
	ctx, leave := context.WithCancel(t.Context())
	let, heard := make(chan struct{}), make(chan told, 2)
	if _, err := async.Soon(ctx, l, soon, held(let, "yes"), tell(heard)); !errors.Is(err, async.ErrLate) {
		t.Fatalf("the first is told %v", err)
	}
	leave() // who asked has its page by now; the question goes on
	close(let)
	if got := <-heard; got.word != "yes" || got.err != nil {
		t.Errorf("told %+v", got)
	}
	if err := l.Stop(t.Context()); err != nil || len(heard) != 0 {
		t.Errorf("told once more, or %v", err)
	}
}

// An answer that comes just when patience ends is either returned or told,
// never both and never neither.
func TestAnswerOnTheBrinkIsHeardOnce(t *testing.T) {
	t.Parallel()
	l, _ := newLate(t, 64, long)
	var all sync.WaitGroup
	for range 500 {
		all.Go(func() {
			heard := make(chan told, 2)
			after := func(ctx context.Context) (string, error) {
				time.Sleep(soon) // as long as patience
				return "yes", nil
			}
			got := told{}
			got.word, got.err = async.Soon(t.Context(), l, soon, after, tell(heard))
			switch {
			case errors.Is(got.err, async.ErrCrowded):
				return
			case errors.Is(got.err, async.ErrLate):
				got = <-heard
			}
			if got.word != "yes" || got.err != nil || len(heard) != 0 {
				t.Errorf("heard %+v, and %d more", got, len(heard))
			}
		})
	}
	all.Wait()
}

func TestLateQuestionHasALimit(t *testing.T) {
	t.Parallel()
	l, _ := newLate(t, 2, 5*time.Millisecond)
	deaf := make(chan struct{})
	for name, ask := range map[string]func(context.Context) (string, error){
		"heeds its context": held(nil, ""),
		"heeds nothing":     func(context.Context) (string, error) { <-deaf; return "much too late", nil },
	} {
		heard := make(chan told, 1)
		if _, err := async.Soon(t.Context(), l, soon, ask, tell(heard)); !errors.Is(err, async.ErrLate) {
			t.Fatalf("%s: %v", name, err)
		}
		if got := <-heard; got.word != "" || !errors.Is(got.err, context.DeadlineExceeded) {
			t.Errorf("%s: told %+v", name, got)
		}
	}
	close(deaf)
}

func TestLatePanicIsTold(t *testing.T) {
	t.Parallel()
	l, log := newLate(t, 1, long)
	let, heard := make(chan struct{}), make(chan told, 1)
	ask := func(context.Context) (string, error) { <-let; panic("smoke") }
	if _, err := async.Soon(t.Context(), l, soon, ask, tell(heard)); !errors.Is(err, async.ErrLate) {
		t.Fatal(err)
	}
	close(let)
	var p *async.PanicError
	if got := <-heard; !errors.As(got.err, &p) || p.Value != "smoke" {
		t.Errorf("told %+v", got)
	}
	if err := l.Stop(t.Context()); err != nil || log.Len() > 0 {
		t.Errorf("%v; what is told is not logged too: %s", err, log)
	}
}

// A panic that nobody can be told of is logged, once, and the process lives.
func TestPanicsThatNobodyHears(t *testing.T) {
	t.Parallel()
	for name, burns := range map[string]func(t *testing.T, l *async.Late){
		"of a question that was given up": func(t *testing.T, l *async.Late) {
			ctx, leave := context.WithCancel(t.Context())
			_, err := async.Soon(ctx, l, long, func(ctx context.Context) (int, error) { leave(); <-ctx.Done(); return burn() }, never[int](t))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("who left is told %v", err)
			}
		},
		"of what is done with the answer": func(_ *testing.T, l *async.Late) {
			let := make(chan struct{})
			_, _ = async.Soon(t.Context(), l, soon, held(let, "yes"), func(context.Context, string, error) { _, _ = burn() })
			close(let)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, log := newLate(t, 1, long)
			burns(t, l)
			if err := l.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(log.String(), "panic: smoke"); n != 1 || !strings.Contains(log.String(), "burn") {
				t.Errorf("logged %d times: %s", n, log)
			}
		})
	}
}

// A service that hangs and heeds nothing costs as many goroutines as there are
// places, however often it is asked.
func TestAHangingServiceTakesNoMoreThanItsPlaces(t *testing.T) {
	t.Parallel()
	const most = 4
	l, _ := newLate(t, most, 5*time.Millisecond)
	deaf, heard, asked := make(chan struct{}), make(chan told, most), make(chan struct{}, 100)
	ask := func(context.Context) (string, error) { asked <- struct{}{}; <-deaf; return "", nil }
	for range most {
		if _, err := async.Soon(t.Context(), l, soon, ask, tell(heard)); !errors.Is(err, async.ErrLate) {
			t.Fatal(err)
		}
	}
	for range most {
		<-heard // by now the limit is over, and the places are still taken
	}
	for range 50 {
		if _, err := async.Soon(t.Context(), l, soon, ask, tell(heard)); !errors.Is(err, async.ErrCrowded) {
			t.Fatalf("one too many is told %v", err)
		}
	}
	if len(asked) != most {
		t.Errorf("asked %d times", len(asked))
	}
	close(deaf)
	if word, err := async.Soon(t.Context(), l, long, value("well again"), nil); word == "" || err != nil {
		t.Errorf("afterwards: %q, %v", word, err)
	}
}

func TestWithoutALaterTheQuestionIsStopped(t *testing.T) {
	t.Parallel()
	l, _ := newLate(t, 1, long)
	stopped := make(chan struct{})
	_, err := async.Soon(t.Context(), l, soon, func(ctx context.Context) (int, error) { <-ctx.Done(); close(stopped); return 0, nil }, nil)
	if <-stopped; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("told %v", err)
	}
}

func TestStopEndsLateQuestions(t *testing.T) {
	t.Parallel()
	l, _ := newLate(t, 8, long)
	heard := make(chan told, 8)
	for range 8 {
		_, _ = async.Soon(t.Context(), l, soon, held(nil, ""), tell(heard))
	}
	if err := l.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if got := <-heard; !errors.Is(got.err, async.ErrStopped) && !errors.Is(got.err, context.Canceled) {
			t.Errorf("told %+v", got)
		}
	}
	if _, err := async.Soon(t.Context(), l, long, value("x"), nil); !errors.Is(err, async.ErrStopped) {
		t.Errorf("asked after the end: %v", err)
	}
}

func TestStopDoesNotWaitForever(t *testing.T) {
	t.Parallel()
	l, _ := newLate(t, 1, long)
	deaf := make(chan struct{})
	_, _ = async.Soon(t.Context(), l, soon, func(context.Context) (int, error) { <-deaf; return 0, nil }, func(context.Context, int, error) {})
	ctx, stop := context.WithTimeout(t.Context(), soon)
	defer stop()
	if err := l.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Stop says %v", err)
	}
	close(deaf)
}
