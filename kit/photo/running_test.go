package photo

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func TestProgressRises(t *testing.T) {
	t.Parallel()
	var seen []int
	_, err := process(asJPEG(t, detailed(1400, 900), 90), Options{Progress: func(p int) { seen = append(seen, p) }})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(seen) || len(seen) < 8 || len(seen) > 21 || seen[0] < 0 || seen[len(seen)-1] != 100 {
		t.Errorf("got %v", seen)
	}
}

// cancelling ends a context once a reader has passed a place.
type cancelling struct {
	io.ReaderAt
	cancel context.CancelFunc
	after  int64
	reads  atomic.Int64
}

func (c *cancelling) ReadAt(p []byte, off int64) (int, error) {
	c.reads.Add(1)
	if off >= c.after {
		c.cancel()
	}
	return c.ReaderAt.ReadAt(p, off)
}

func TestCancelStopsDecoder(t *testing.T) {
	t.Parallel()
	for name, file := range map[string][]byte{
		"jpeg": asJPEG(t, detailed(1500, 1000), 90), "png": asPNG(t, detailed(900, 600)), "gif": asGIF(t, detailed(900, 600)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, err := inspect(file, "")
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			r := &cancelling{ReaderAt: bytes.NewReader(file), cancel: cancel, after: 64 << 10}
			var last int64
			if _, err = decodeImage(ctx, r, in, func(read int64) { last = read }); !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v after %d bytes", err, last)
			}
			var refusal *Refusal
			if errors.As(err, &refusal) {
				t.Errorf("a cancelled picture was refused: %v", err)
			}
			if last > 64<<10+32<<10 || last >= int64(len(file)) {
				t.Errorf("read on to %d of %d", last, len(file))
			}
		})
	}
}

func TestCancelBetweenSteps(t *testing.T) {
	t.Parallel()
	file := asJPEG(t, detailed(1300, 1000), 80)
	for _, at := range []int{5, 50, 70, 80, 95} {
		ctx, cancel := context.WithCancel(t.Context())
		budget := NewBudget(1 << 30)
		_, err := Process(ctx, bytes.NewReader(file), int64(len(file)), Options{Budget: budget, Progress: func(p int) {
			if p >= at {
				cancel()
			}
		}})
		cancel()
		if !errors.Is(err, context.Canceled) && at < 95 {
			t.Errorf("cancelled at %d%%: got %v", at, err)
		}
		if budget.InUse() != 0 {
			t.Errorf("cancelled at %d%%: %d bytes still taken", at, budget.InUse())
		}
	}
}

func TestHostileProgressiveObeysDeadline(t *testing.T) {
	t.Parallel()
	bomb := progressiveJPEG(7000, 7000, 64, 0x11)
	budget := NewBudget(1) // one picture at a time
	release, err := budget.take(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := process(bomb, Options{Budget: budget, Timeout: 20 * time.Millisecond})
		waiting <- err
	}()
	select {
	case err := <-waiting:
		t.Fatalf("waiting for memory was taken for work: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	release()
	if err := <-waiting; !errors.Is(err, ErrTooLong) {
		t.Fatalf("got %v", err)
	}
	if _, err := process(asJPEG(t, scene(900, 700), 80), Options{Budget: budget, Timeout: time.Minute}); err != nil {
		t.Errorf("the picture behind the bomb: %v", err)
	}
}

func TestPanicBecomesError(t *testing.T) {
	t.Parallel()
	_, err := recovered(func() (image.Image, error) { panic("index out of range") })
	wantReason(t, (&guard{}).blame(err), Unreadable)
}

func TestGIFBombReadsFirstFrameOnly(t *testing.T) {
	t.Parallel()
	one := asGIF(t, image.NewPaletted(image.Rect(0, 0, 600, 400), color.Palette{color.Black, color.White}))
	const header, twoColours = 13, 6
	frame := one[header+twoColours : len(one)-1]
	if frame[0] != 0x2c {
		t.Fatalf("no frame where it should be: % x", frame[:10])
	}
	bomb := append(bytes.Clone(one[:len(one)-1]), bytes.Repeat(frame, 10_000)...)
	bomb = append(bomb, ';')
	if in, err := inspect(bomb, ""); err != nil || in.end >= int64(len(one)) {
		t.Errorf("one frame of %d bytes ends at %d, %v", len(one), in.end, err)
	}
	r := &counting{ReaderAt: bytes.NewReader(bomb)}
	out, err := Process(t.Context(), r, int64(len(bomb)), Options{})
	if err != nil || out.Width != 600 {
		t.Fatalf("got %dx%d, %v", out.Width, out.Height, err)
	}
	if r.n > int64(4*len(one)+3*cursorWindow) {
		t.Errorf("read %d bytes for a first frame of %d", r.n, len(one))
	}
}
