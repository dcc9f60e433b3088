package async_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"superbook/kit/async"
)

func TestAnswersComeInTheirOwnOrder(t *testing.T) {
	t.Parallel()
	gates := []chan struct{}{make(chan struct{}), make(chan struct{}), make(chan struct{})}
	fns := make([]func(context.Context) (string, error), len(gates))
	for i, gate := range gates {
		fns[i] = held(gate, string(rune('a'+i)))
	}
	order := []int{2, 0, 1}
	close(gates[order[0]])
	var got []int
	for a := range async.AsTheyCome(t.Context(), fns...) {
		if got = append(got, a.N); a.Err != nil || a.Value != string(rune('a'+a.N)) {
			t.Errorf("came %+v", a)
		}
		if len(got) < len(order) {
			close(gates[order[len(got)]])
		}
	}
	if !slices.Equal(got, order) {
		t.Errorf("came in the order %v, want %v", got, order)
	}
}

func TestOneThatFailsLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	come := map[int]error{}
	for a := range async.AsTheyCome(t.Context(), value(1), func(context.Context) (int, error) { return 0, errDown }, func(context.Context) (int, error) { return burn() }) {
		come[a.N] = a.Err
	}
	var p *async.PanicError
	if len(come) != 3 || come[0] != nil || !errors.Is(come[1], errDown) || !errors.As(come[2], &p) {
		t.Errorf("came %v", come)
	}
}

func TestWhoStopsListeningEndsTheRest(t *testing.T) {
	t.Parallel()
	for name, listen := range map[string]func(ctx context.Context, leave func(), fns ...func(context.Context) (string, error)){
		"by a break": func(ctx context.Context, _ func(), fns ...func(context.Context) (string, error)) {
			for range async.AsTheyCome(ctx, fns...) {
				break
			}
		},
		"by the end of the context": func(ctx context.Context, leave func(), fns ...func(context.Context) (string, error)) {
			n := 0
			for range async.AsTheyCome(ctx, fns...) {
				n++
				leave()
			}
			if n != 1 {
				t.Errorf("%d answers came", n)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			ended := make(chan struct{}, 2)
			rest := func(ctx context.Context) (string, error) {
				defer func() { ended <- struct{}{} }()
				return held(nil, "")(ctx)
			}
			listen(ctx, leave, value("first"), rest, rest)
			if len(ended) != 2 {
				t.Errorf("after the loop %d of 2 have ended", len(ended))
			}
		})
	}
}
