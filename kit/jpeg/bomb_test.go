package jpeg

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

// bomb is a progressive picture of 8,000×8,000 pixels in few bytes: its scans say that
// 32,767 blocks at a time have nothing.
func bomb(scans int) []byte {
	file := []byte{0xff, mSOI, 0xff, mSOF2, 0, 11, 8, 0x1f, 0x40, 0x1f, 0x40, 1, 1, 0x11, 0,
		0xff, mDHT, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe0}
	for i := range scans {
		ah := byte(0x10)
		if i == 0 {
			ah = 1
		}
		// One code of one bit, 0, and 14 bits of 1: 15 bits; 31 of them cover the picture.
		file = append(file, 0xff, mSOS, 0, 8, 1, 1, 0, 1, 63, ah)
		var acc, n uint64
		for range 31 {
			acc, n = acc<<15|0x3fff, n+15
			for ; n >= 8; n -= 8 {
				v := byte(acc >> (n - 8))
				if file = append(file, v); v == 0xff {
					file = append(file, 0)
				}
			}
		}
		file = append(file, byte(acc<<(8-n))|1<<(8-n)>>1)
	}
	return append(file, 0xff, mEOI)
}

func TestBombsAreCountedAndCancelled(t *testing.T) {
	t.Parallel()
	file := bomb(100)
	if _, err := decode(file, DecodeOptions{Eighths: Eighths{Y: 2}, MaxScans: 64}); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
	if _, err := decode(file[:len(file)-2], DecodeOptions{Eighths: Eighths{Y: 2}}); !errors.Is(err, ErrTruncated) {
		t.Error(err)
	}
	// The context ends when it was asked a few times: there are no bytes to read then.
	for _, after := range []int{1, 10, 500} {
		ctx := &expiring{Context: context.Background(), left: after}
		if _, err := Decode(ctx, bytes.NewReader(file), int64(len(file)), DecodeOptions{Eighths: Eighths{Y: 2}}); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d: %v", after, err)
		}
	}
}

// A context that ends anywhere in the work is noticed.
func TestCancelledAnywhere(t *testing.T) {
	t.Parallel()
	for name, file := range samples(t, "base-large", "prog-large") {
		for after := 0; ; after++ {
			ctx := &expiring{Context: context.Background(), left: after}
			_, err := Decode(ctx, bytes.NewReader(file), int64(len(file)), DecodeOptions{Eighths: Eighths{Y: 4}})
			if err == nil && ctx.left >= 0 {
				if after < 10 {
					t.Errorf("%s: the context was asked %d times only", name, after)
				}
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%s after %d: %v", name, after, err)
			}
		}
	}
}

// expiring is a context that is cancelled when it was asked so many times.
type expiring struct {
	context.Context
	left int
}

func (e *expiring) Err() error {
	if e.left--; e.left < 0 {
		return context.Canceled
	}
	return nil
}
