package photo

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"superbook/kit/jpeg"
	"superbook/kit/planar"
)

// job is one picture on its way from bytes to files.
type job struct {
	in       Info
	r        io.ReaderAt
	opt      Options
	progress progress
	release  func()        // gives back what the budget lent; nil when it lent nothing
	tooLong  func()        // ends the work
	timer    *time.Timer   // calls tooLong
	last     *planar.Image // the picture encoded last, and its file
	file     []byte
}

// borrow waits for n bytes of the budget. Work begins when they are there.
func (j *job) borrow(ctx context.Context, n int64) (err error) {
	if j.release, err = j.opt.Budget.take(ctx, n); err != nil {
		return err
	}
	if j.opt.Timeout > 0 {
		j.timer = time.AfterFunc(j.opt.Timeout, j.tooLong)
	}
	j.progress.to(5)
	return nil
}

func (j *job) free() {
	if j.timer != nil {
		j.timer.Stop()
	}
	if j.release != nil {
		j.release()
	}
}

func (j *job) run(ctx context.Context) (Result, error) {
	m, err := j.decode(ctx)
	if err != nil {
		return Result{}, err
	}
	j.progress.to(50)
	return j.make(ctx, m)
}

// make cuts the decoded picture, which may be smaller than the original and lie on its side.
func (j *job) make(ctx context.Context, m *planar.Image) (Result, error) {
	display, err := j.cut(ctx, m, m.Bounds(), fit(j.in.raw, displaySide))
	if err != nil {
		return Result{}, err
	}
	out := Result{Width: j.in.Width, Height: j.in.Height, Variants: make([]Variant, len(squareSides)+1)}
	if out.Placeholder, err = placeholder(ctx, display); err != nil {
		return Result{}, err
	}
	j.progress.to(70)
	if out.Variants[len(squareSides)], err = j.encode(displaySide, display); err != nil {
		return Result{}, err
	}
	square, err := j.square(ctx, m, display)
	for i := 0; i < len(squareSides) && err == nil; i++ {
		j.progress.to(80 + 5*i)
		if square, err = smaller(ctx, square, squareSides[i]); err == nil {
			out.Variants[len(squareSides)-1-i], err = j.encode(squareSides[i], square)
		}
	}
	if err != nil {
		return Result{}, err
	}
	j.progress.to(100)
	return out, nil
}

// cut scales a part of the decoded picture, turns it upright and converts its colours.
func (j *job) cut(ctx context.Context, m *planar.Image, part planar.Rect, to size) (*planar.Image, error) {
	m, err := m.Resize(ctx, part, to.w, to.h)
	if err != nil {
		return nil, err
	}
	m = m.Orient(j.in.Orientation)
	return m, j.convert(ctx, m)
}

// square takes the largest square out of the display, or, where that is too small for it, as
// in a panorama or under zoom, out of the decoded picture.
func (j *job) square(ctx context.Context, m, display *planar.Image) (*planar.Image, error) {
	side := min(j.opt.Crop.pixels(j.in.raw), squareSides[0])
	if part := j.opt.Crop.in(display.W, display.H); part.W >= float64(side) {
		return display.Resize(ctx, part, side, side)
	}
	w, h := m.W, m.H
	if j.in.Orientation >= 5 {
		w, h = h, w
	}
	return j.cut(ctx, m, stored(j.opt.Crop.in(w, h), j.in.Orientation, m.W, m.H), size{side, side})
}

// smaller scales a square; one that is small enough stays as it is.
func smaller(ctx context.Context, m *planar.Image, side int) (*planar.Image, error) {
	if int(m.W) <= side {
		return m, ctx.Err()
	}
	return m.Resize(ctx, m.Bounds(), side, side)
}

func (j *job) encode(name int, m *planar.Image) (Variant, error) {
	if m != j.last {
		b, err := jpeg.Encode(m, quality)
		if err != nil {
			return Variant{}, fmt.Errorf("encode picture of side %d: %w", name, err)
		}
		j.last, j.file = m, b
	}
	return Variant{strconv.Itoa(name), int(m.W), int(m.H), j.file}, nil
}

// progress tells rising figures only, and in steps of five: each may end up on a page.
type progress struct {
	tell func(int)
	last int
}

func (p *progress) to(percent int) {
	percent -= percent % 5
	if p.tell == nil || percent <= p.last {
		return
	}
	p.last = percent
	p.tell(percent)
}
