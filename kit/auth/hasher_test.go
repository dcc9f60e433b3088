package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestHasher(t *testing.T) {
	t.Parallel()
	h := NewHasher(CheapParams(), 2)
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$") || h.Outdated(hash) {
		t.Fatal(hash, err)
	}
	for name, tc := range map[string]struct {
		password, hash string
		ok, fails      bool
	}{
		"right":        {"correct horse", hash, true, false},
		"wrong":        {"correct house", hash, false, false},
		"empty":        {"", hash, false, false},
		"no account":   {"correct horse", "", false, false},
		"both empty":   {"", "", false, false},
		"too long":     {strings.Repeat("x", MaxPassword+1), hash, false, false},
		"broken hash":  {"correct horse", "$argon2id$v=19$junk", false, true},
		"foreign hash": {"correct horse", "plain", false, true},
	} {
		ok, err := h.Verify(t.Context(), tc.password, tc.hash)
		if ok != tc.ok || (err != nil) != tc.fails {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
}

func TestHashBounds(t *testing.T) {
	t.Parallel()
	h := NewHasher(CheapParams(), 1)
	if _, err := h.Hash(t.Context(), strings.Repeat("x", MaxPassword)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Hash(t.Context(), strings.Repeat("x", MaxPassword+1)); !errors.Is(err, ErrPasswordTooLong) {
		t.Fatal(err)
	}
}

func TestOutdated(t *testing.T) {
	t.Parallel()
	hash, err := NewHasher(CheapParams(), 1).Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	dearer := CheapParams()
	dearer.Iterations++
	if !NewHasher(dearer, 1).Outdated(hash) || !NewHasher(CheapParams(), 1).Outdated("junk") {
		t.Fatal("a hash of other cost counts as up to date")
	}
}

func TestHasherWaitsForAPlace(t *testing.T) {
	t.Parallel()
	h := NewHasher(CheapParams(), 1)
	if err := h.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if _, err := h.Hash(ctx, "correct horse"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	if _, err := h.Verify(ctx, "correct horse", ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { _, err := h.Hash(t.Context(), "correct horse"); done <- err }()
	h.leave()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestHasherSideBySide(t *testing.T) {
	t.Parallel()
	h := NewHasher(CheapParams(), 3)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			hash, err := h.Hash(t.Context(), "correct horse")
			if err != nil {
				t.Error(err)
			}
			if ok, err := h.Verify(t.Context(), "correct horse", hash); !ok || err != nil {
				t.Error(ok, err)
			}
		})
	}
	all.Wait()
	if len(h.places) != 0 {
		t.Fatalf("%d places still taken", len(h.places))
	}
}

// A missing account must cost what a wrong password costs. BenchmarkVerify shows
// both at the real parameters.
func BenchmarkVerify(b *testing.B) {
	h := NewHasher(DefaultParams(), 1)
	hash, err := h.Hash(b.Context(), "correct horse")
	if err != nil {
		b.Fatal(err)
	}
	for name, stored := range map[string]string{"wrong password": hash, "no account": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if ok, err := h.Verify(b.Context(), "wrong", stored); ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}
