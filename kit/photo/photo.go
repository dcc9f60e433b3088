// Package photo turns a stranger's picture into safe pictures: it refuses what is no
// picture or too much of one, decodes the rest within a budget of memory, and encodes
// fresh JPEGs that carry nothing of the original file but its looks.
package photo

import (
	"context"
	"image/color"
	"io"
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
	Background color.Color       // under transparent pictures; nil means light paper, #f3ecdd
	Crop       Crop              // the part that the squares show; the zero value is the middle
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

// Process makes all variants of the size bytes in r. It inspects them anew, so it may be
// given anything. A *Refusal means that these bytes will never do; other errors are the
// context's or the reader's. After ctx ends it returns at the next read of the decoder or
// the next band of rows, usually in milliseconds; the last pass of a large progressive JPEG
// and the frame of a lossy WebP run to their end first (about a second at 50 megapixels).
func Process(ctx context.Context, r io.ReaderAt, size int64, opt Options) (Result, error) {
	in, err := Inspect(r, size, "", opt.Limits)
	if err != nil {
		return Result{}, err
	}
	release, err := opt.Budget.take(ctx, in.DecodedBytes)
	if err != nil {
		return Result{}, err
	}
	defer release()
	j := job{in: in, progress: progress{tell: opt.Progress}}
	j.progress.to(5)
	img, err := decode(ctx, r, in, func(read int64) { j.progress.to(5 + int(45*read/in.end)) })
	if err != nil {
		return Result{}, err
	}
	j.progress.to(50)
	return j.make(ctx, source{img: img, background: backgroundOr(opt.Background)})
}

func backgroundOr(c color.Color) color.Color {
	if c == nil {
		return color.RGBA{0xf3, 0xec, 0xdd, 0xff}
	}
	// A background that lets light through would leave transparency in the result.
	r, g, b, _ := c.RGBA()
	return color.RGBA64{uint16(r), uint16(g), uint16(b), 0xffff}
}
