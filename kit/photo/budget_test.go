package photo

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestBudgetBoundsAll(t *testing.T) {
	t.Parallel()
	file := asJPEG(t, scene(900, 700), 80)
	alone, need := NewBudget(1<<40), int64(0)
	if _, err := process(file, Options{Budget: alone, Progress: func(int) { need = max(need, alone.InUse()) }}); err != nil {
		t.Fatal(err)
	}
	budget := NewBudget(2*need + need/2)
	var inside, peak atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			entered := false
			_, err := process(file, Options{Budget: budget, Progress: func(p int) {
				if !entered {
					entered = true
					raise(&peak, inside.Add(1))
				}
				if used := budget.InUse(); used > budget.Size() {
					t.Errorf("%d of %d bytes taken", used, budget.Size())
				}
				if p == 100 {
					inside.Add(-1)
				}
			}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if peak.Load() > 2 {
		t.Errorf("%d at once in a budget for two", peak.Load())
	}
	if budget.InUse() != 0 {
		t.Errorf("%d bytes never came back", budget.InUse())
	}
}

func raise(peak *atomic.Int64, n int64) {
	for old := peak.Load(); n > old && !peak.CompareAndSwap(old, n); old = peak.Load() {
	}
}

func TestBudgetWaitsAndFrees(t *testing.T) {
	t.Parallel()
	file := asJPEG(t, scene(300, 200), 80)
	budget := NewBudget(1000) // less than any picture: each works alone
	release, err := budget.take(t.Context(), 5000)
	if err != nil || budget.InUse() != 1000 {
		t.Fatalf("took %d, %v", budget.InUse(), err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := Process(ctx, bytes.NewReader(file), int64(len(file)), Options{Budget: budget}); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrBusy) {
		t.Fatalf("a full budget let a picture in: %v", err)
	}
	release()
	if _, err := process(file, Options{Budget: budget}); err != nil {
		t.Fatal(err)
	}
	if _, err := process(testdata(t, "hostile/garbage-data.png"), Options{Budget: budget}); err == nil {
		t.Fatal("garbage was taken")
	}
	if budget.InUse() != 0 {
		t.Errorf("%d bytes never came back", budget.InUse())
	}
}
