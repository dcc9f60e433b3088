package photo

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// ErrBusy says that other pictures had the memory for as long as the context
// lasted: no fault of the picture, which can be tried again.
var ErrBusy = errors.New("photo: other pictures are using the memory")

// Budget bounds the bytes that all pictures in work may take together. Who does not fit
// waits in line; a picture larger than the whole budget works alone.
type Budget struct {
	sem   *semaphore.Weighted
	size  int64
	inUse atomic.Int64
}

// NewBudget returns a budget of the given number of bytes, at least one.
func NewBudget(bytes int64) *Budget {
	bytes = max(bytes, 1)
	return &Budget{sem: semaphore.NewWeighted(bytes), size: bytes}
}

// InUse returns the bytes that are taken at this moment.
func (b *Budget) InUse() int64 { return b.inUse.Load() }

// Size returns the bytes of the whole budget.
func (b *Budget) Size() int64 { return b.size }

// take waits for n bytes and returns the function that gives them back. A nil budget has no end.
func (b *Budget) take(ctx context.Context, n int64) (release func(), err error) {
	if b == nil {
		return func() {}, nil
	}
	n = min(n, b.size)
	if err := b.sem.Acquire(ctx, n); err != nil {
		return nil, fmt.Errorf("wait for %d bytes: %w: %w", n, ErrBusy, err)
	}
	b.inUse.Add(n)
	return func() {
		b.inUse.Add(-n)
		b.sem.Release(n)
	}, nil
}
