package auth

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/alexedwards/argon2id"
)

// MaxPassword is the longest password in bytes that is hashed.
const MaxPassword = 1000

// ErrPasswordTooLong refuses a password over MaxPassword bytes.
var ErrPasswordTooLong = errors.New("auth: password over 1000 bytes")

// Params is the cost of one hash.
type Params = argon2id.Params

// DefaultParams is the least that OWASP recommends: 19 MiB, two passes, one lane.
func DefaultParams() Params {
	return Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// CheapParams makes tests fast. Never use it for people's passwords.
func CheapParams() Params {
	return Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// Hasher hashes passwords with argon2id, a bounded number at a time: each takes
// Params.Memory KiB, so a rush of logins waits instead of filling the memory.
type Hasher struct {
	params Params
	places chan struct{}
	done   atomic.Int64
}

// NewHasher runs at most parallel hashes at once, at least one.
func NewHasher(params Params, parallel int) *Hasher {
	return &Hasher{params: params, places: make(chan struct{}, max(parallel, 1))}
}

// Hash gives the string to store. It returns ErrPasswordTooLong, or the error of
// ctx when no place becomes free in time.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > MaxPassword {
		return "", ErrPasswordTooLong
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.hash(password)
}

// Done is how many hashes were computed so far, for hashing and for verifying.
func (h *Hasher) Done() int64 { return h.done.Load() }

func (h *Hasher) hash(password string) (string, error) {
	h.done.Add(1)
	hash, err := argon2id.CreateHash(password, &h.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Verify compares a password with a stored hash. An empty hash (no such account,
// or one without a password) costs the same time and is always false. A password
// that is too long is false at once, for every account alike.
func (h *Hasher) Verify(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > MaxPassword {
		return false, nil
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	if hash == "" {
		_, err := h.hash(password) // only for the time it takes
		return false, err
	}
	h.done.Add(1)
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("verify password: %w", err)
	}
	return ok, nil
}

// Outdated says whether a hash was made with other costs than today's and should
// be made anew while the password is at hand, at login.
func (h *Hasher) Outdated(hash string) bool {
	p, salt, key, err := argon2id.DecodeHash(hash)
	if err != nil {
		return true
	}
	p.SaltLength, p.KeyLength = uint32(len(salt)), uint32(len(key))
	return *p != h.params
}

func (h *Hasher) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("wait to hash a password: %w", err)
	}
	select {
	case h.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}

func (h *Hasher) leave() { <-h.places }
