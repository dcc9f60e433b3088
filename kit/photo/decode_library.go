package photo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"

	"superbook/kit/planar"
)

// guard feeds a decoder and ends it: decoders know no context, but all of them read.
type guard struct {
	ctx  context.Context
	r    *bufio.Reader
	step func(read int64)
	read int64
	err  error // the reader's own error, which is not the picture's fault
}

// sip is how much a decoder gets at once. Forty scans of a hostile JPEG fit into the
// 4,096 bytes that it asks for, and each may take a tenth of a second.
const sip = 64

func (g *guard) Read(p []byte) (int, error) {
	if err := g.ctx.Err(); err != nil {
		g.err = err
		return 0, err
	}
	n, err := g.r.Read(p[:min(len(p), sip)])
	g.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		g.err = err
	}
	g.step(g.read)
	return n, err
}

// decodeByLibrary decodes the whole picture, then averages it to a size near what is needed.
func (j *job) decodeByLibrary(ctx context.Context) (*planar.Image, error) {
	by := shrink(j.in.raw, j.opt.Crop)
	if err := j.borrow(ctx, j.in.libraryBytes+planesBytes(j.in.raw, by)+workingBytes(j.in)); err != nil {
		return nil, err
	}
	img, err := decodeImage(ctx, j.r, j.in, j.read)
	if err != nil {
		return nil, err
	}
	if whole := image.Rect(0, 0, j.in.raw.w, j.in.raw.h); img.Bounds() != whole {
		img = framed{img, whole}
	}
	return planar.FromImage(ctx, img, backgroundOr(j.opt.Background), by)
}

// framed is a picture on a larger, transparent canvas: the first frame of a GIF may be smaller
// than the GIF.
type framed struct {
	image.Image
	canvas image.Rectangle
}

func (f framed) Bounds() image.Rectangle { return f.canvas }
func (framed) ColorModel() color.Model   { return color.RGBAModel }

func (f framed) At(x, y int) color.Color {
	if !image.Pt(x, y).In(f.Image.Bounds()) {
		return color.RGBA{}
	}
	return f.Image.At(x, y)
}

// decodeImage decodes the picture that in describes, calling step with the bytes read so far.
func decodeImage(ctx context.Context, r io.ReaderAt, in Info, step func(int64)) (image.Image, error) {
	f := formatNamed(in.Format)
	// The decoder sees the file only up to the end that was inspected.
	section := func() *bufio.Reader { return bufio.NewReaderSize(io.NewSectionReader(r, 0, in.end), 32<<10) }
	g := &guard{ctx: ctx, r: section(), step: func(int64) {}}
	conf, err := recovered(func() (image.Config, error) { return f.config(g) })
	if err != nil {
		return nil, g.blame(err)
	}
	// Should the decoder ever read a header differently, the limits would not have held.
	if (size{conf.Width, conf.Height}) != in.raw {
		return nil, refuse(Unreadable, "inspected %v, decoder sees %dx%d", in.raw, conf.Width, conf.Height)
	}
	g = &guard{ctx: ctx, r: section(), step: step}
	m, err := recovered(func() (image.Image, error) { return f.decode(g) })
	if err != nil {
		return nil, g.blame(err)
	}
	return m, ctx.Err()
}

// blame tells whose fault a failed decoding is: the context's, the disk's or the picture's.
func (g *guard) blame(err error) error {
	if g.err != nil {
		return fmt.Errorf("read picture: %w", g.err)
	}
	reason := Unreadable
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		reason = Truncated
	}
	return &Refusal{Reason: reason, Err: err}
}
