// Package throttle limits how often somebody may try something.
package throttle

import (
	"container/list"
	"hash/maphash"
	"sync"
	"time"
)

// Rate allows Burst tries at once and one more after each Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// window is the time that an empty bucket takes to fill.
func (r Rate) window() time.Duration { return time.Duration(r.Burst) * r.Every }

const sharedBuckets = 1024

// Limiter is a token bucket for each key, with bounded memory, for one process.
//
// A key is forgotten only once its bucket is full again, when forgetting changes
// nothing. If all places are taken by keys that still owe tokens, newcomers share
// 1,024 spare buckets until some fill up. So nobody can wash out a limit by
// flooding us with other keys; the price is that under such a flood a newcomer
// may be asked to wait for what others did. Size maxKeys for that never to
// happen: one key takes about 200 bytes.
type Limiter struct {
	rate Rate
	max  int
	now  func() time.Time
	seed maphash.Seed

	mu     sync.Mutex
	keys   map[string]*list.Element
	order  *list.List // of *bucket, the longest unused in front
	shared [sharedBuckets]bucket
}

// bucket needs no count of tokens: the moment it is full says the same.
type bucket struct {
	key  string
	full time.Time
}

// New limits each key to rate, for at most maxKeys keys at a time. now is the
// clock, time.Now if nil. Values below one are taken as one.
func New(rate Rate, maxKeys int, now func() time.Time) *Limiter {
	if now == nil {
		now = time.Now
	}
	rate.Burst, rate.Every = max(rate.Burst, 1), max(rate.Every, 1)
	return &Limiter{
		rate: rate, max: max(maxKeys, 1), now: now, seed: maphash.MakeSeed(),
		keys: map[string]*list.Element{}, order: list.New(),
	}
}

// Allow takes one token of key. If there is none, it takes nothing and says
// when the next one comes.
func (l *Limiter) Allow(key string) (ok bool, retryAfter time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	place, known := l.keys[key]
	if known {
		ok, retryAfter = l.take(place.Value.(*bucket), now)
		if ok {
			l.order.MoveToBack(place)
		}
		return ok, retryAfter
	}
	return l.take(l.admit(key, now), now)
}

// Len is the number of keys that have a bucket of their own.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.keys)
}

func (l *Limiter) take(b *bucket, now time.Time) (bool, time.Duration) {
	full := b.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.rate.Every)
	if wait := full.Sub(now) - l.rate.window(); wait > 0 {
		return false, wait
	}
	b.full = full
	return true, 0
}

// admit gives a new key its bucket: its own if there is room, else a spare one.
func (l *Limiter) admit(key string, now time.Time) *bucket {
	if len(l.keys) >= l.max && !l.forget(now) {
		return &l.shared[maphash.String(l.seed, key)%sharedBuckets]
	}
	b := &bucket{key: key}
	l.keys[key] = l.order.PushBack(b)
	return b
}

// forget drops the longest unused key if its bucket is full again.
func (l *Limiter) forget(now time.Time) bool {
	oldest := l.order.Front()
	b := oldest.Value.(*bucket)
	if b.full.After(now) {
		return false
	}
	l.order.Remove(oldest)
	delete(l.keys, b.key)
	return true
}
