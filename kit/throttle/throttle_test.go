package throttle

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock stands still until it is moved.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(1_000_000, c.at.Load()) }
func (c *clock) forward(d time.Duration) { c.at.Add(int64(d)) }

func TestAllow(t *testing.T) {
	t.Parallel()
	var c clock
	l := New(Rate{Burst: 3, Every: 10 * time.Second}, 100, c.now)
	for i, step := range []struct {
		after time.Duration
		ok    bool
		wait  time.Duration
	}{
		{0, true, 0}, {0, true, 0}, {0, true, 0},
		{0, false, 10 * time.Second},
		{4 * time.Second, false, 6 * time.Second},
		{6 * time.Second, true, 0},
		{0, false, 10 * time.Second},
		{time.Hour, true, 0}, {0, true, 0}, {0, true, 0}, // never more than the burst
		{0, false, 10 * time.Second},
	} {
		c.forward(step.after)
		if ok, wait := l.Allow("ana"); ok != step.ok || wait != step.wait {
			t.Fatalf("step %d: %v, %s", i, ok, wait)
		}
	}
	if ok, _ := l.Allow("ben"); !ok {
		t.Fatal("one key's tries count for another")
	}
}

func TestWaitingAsToldIsEnough(t *testing.T) {
	t.Parallel()
	var c clock
	l := New(Rate{Burst: 1, Every: 7 * time.Second}, 10, c.now)
	l.Allow("ana")
	_, wait := l.Allow("ana")
	c.forward(wait)
	if ok, _ := l.Allow("ana"); !ok {
		t.Fatal("refused after waiting as told")
	}
}

func TestOddRates(t *testing.T) {
	t.Parallel()
	var c clock
	l := New(Rate{}, 0, c.now)
	if ok, _ := l.Allow("ana"); !ok {
		t.Fatal("the first try was refused")
	}
	if ok, _ := l.Allow("ana"); ok {
		t.Fatal("a rate of zero limits nothing")
	}
}

func TestFloodingResetsNobody(t *testing.T) {
	t.Parallel()
	var c clock
	l := New(Rate{Burst: 2, Every: time.Minute}, 50, c.now)
	l.Allow("victim")
	l.Allow("victim")
	for i := range 10_000 {
		l.Allow(fmt.Sprint("flood ", i))
	}
	if l.Len() != 50 {
		t.Fatalf("%d keys kept", l.Len())
	}
	if ok, _ := l.Allow("victim"); ok {
		t.Fatal("other keys washed out a limit")
	}
	refused := 0
	for i := range 10_000 {
		if ok, _ := l.Allow(fmt.Sprint("more ", i)); !ok {
			refused++
		}
	}
	if refused == 0 {
		t.Fatal("keys without a place are not limited")
	}
}

func TestFullBucketsMakeRoom(t *testing.T) {
	t.Parallel()
	var c clock
	l := New(Rate{Burst: 1, Every: time.Minute}, 2, c.now)
	l.Allow("ana")
	l.Allow("ben")
	c.forward(time.Minute)
	l.Allow("ben") // so that ana is the longest unused
	l.Allow("cleo")
	for key, want := range map[string]bool{"ben": false, "cleo": false} {
		if ok, _ := l.Allow(key); ok != want {
			t.Errorf("%s: %v", key, ok)
		}
	}
	if l.Len() != 2 {
		t.Fatalf("%d keys", l.Len())
	}
}

func TestSideBySide(t *testing.T) {
	t.Parallel()
	var c clock
	l := New(Rate{Burst: 10, Every: time.Minute}, 20, c.now)
	var allowed [5]atomic.Int64
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 200 {
				key := (i + w) % len(allowed)
				if ok, _ := l.Allow(fmt.Sprint(key)); ok {
					allowed[key].Add(1)
				}
			}
		})
	}
	all.Wait()
	for key := range allowed {
		if n := allowed[key].Load(); n != 10 {
			t.Errorf("key %d was allowed %d times", key, n)
		}
	}
}

func BenchmarkAllow(b *testing.B) {
	l := New(Rate{Burst: 5, Every: time.Second}, 100_000, nil)
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprint("10.0.0.", i)
	}
	for i := 0; b.Loop(); i++ {
		l.Allow(keys[i%len(keys)])
	}
}
