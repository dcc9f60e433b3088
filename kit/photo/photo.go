// Package photo turns a stranger's picture into safe pictures: it refuses what is no
// picture or too much of one, decodes the rest within a budget of memory, and encodes
// fresh JPEGs that carry nothing of the original file but its looks.
//
// A picture goes through these stages, a file each: sniff and walk its structure (sniff.go,
// jpeg.go, png.go, webp.go, gif.go), plan how large it has to be decoded (plan.go), decode it to
// planes (decode.go; package jpeg for most JPEGs, the libraries for the rest), scale, turn, convert
// its colours and encode (job.go).
package photo

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"io"
	"time"
)

const (
	displaySide = 1280
	quality     = 82
)

// squareSides go from large to small, for each square is made from the one before.
var squareSides = [...]int{512, 256, 128, 64}

// Options say how Process works. The zero value is usable.
type Options struct {
	Limits     Limits            // zero fields mean the defaults
	Budget     *Budget           // shared by all pictures in work; nil means none
	Crop       Crop              // what the squares show
	Background color.Color       // under transparent pictures; nil means light paper, #f3ecdd
	Timeout    time.Duration     // for the work itself, not for the wait for memory; 0 means none
	Progress   func(percent int) // called with rising figures up to 100, by the goroutine of Process; may be nil
}

// Variant is one finished picture.
type Variant struct {
	Name          string // "64", "128", "256", "512" (squares) or "1280" (the whole picture)
	Width, Height int    // never larger than the original
	JPEG          []byte // not to be changed: small originals share it between variants
}

// Result is everything that was made of one picture.
type Result struct {
	Variants      []Variant // all five, smallest first
	Placeholder   string    // a data URI of a few hundred bytes: the picture in a dozen pixels
	Width, Height int       // of the original, the right way up
}

// ErrTooLong says that Options.Timeout was over before the picture was done.
var ErrTooLong = errors.New("photo: takes too long")

// Process makes all variants of the size bytes in r. It inspects them anew, so it may be
// given anything. A *Refusal means that these bytes will never do; other errors are ErrTooLong, ErrBusy,
// the context's or the reader's. After ctx ends it returns within milliseconds; only the frame of a
// lossy WebP and the last pass of a CMYK JPEG run to their end first.
func Process(ctx context.Context, r io.ReaderAt, size int64, opt Options) (Result, error) {
	in, err := Inspect(r, size, "", opt.Limits)
	if err != nil {
		return Result{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	j := &job{in: in, r: r, opt: opt, progress: progress{tell: opt.Progress}, tooLong: func() { cancel(ErrTooLong) }}
	defer j.free()
	out, err := j.run(ctx)
	if err != nil && errors.Is(context.Cause(ctx), ErrTooLong) {
		return Result{}, fmt.Errorf("%w: %v at most", ErrTooLong, opt.Timeout)
	}
	return out, err
}

func backgroundOr(c color.Color) color.Color {
	if c == nil {
		return color.RGBA{0xf3, 0xec, 0xdd, 0xff}
	}
	// A background that lets light through would leave transparency in the result.
	r, g, b, _ := c.RGBA()
	return color.RGBA64{uint16(r), uint16(g), uint16(b), 0xffff}
}
