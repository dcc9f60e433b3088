package photo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"strconv"
)

// job is one picture between decoding and its files.
type job struct {
	in       Info
	progress progress
	last     *image.RGBA // the picture encoded last, and its file
	file     []byte
}

func (j *job) make(ctx context.Context, src source) (Result, error) {
	display, square, err := j.reduce(ctx, src)
	if err != nil {
		return Result{}, err
	}
	out := Result{Width: j.in.Width, Height: j.in.Height}
	if out.Placeholder, err = placeholder(display); err != nil {
		return Result{}, err
	}
	out.Variants = make([]Variant, len(squareSides)+1)
	if out.Variants[len(squareSides)], err = j.encode(displaySide, display); err != nil {
		return Result{}, err
	}
	for i, side := range squareSides {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		j.progress.to(80 + 5*i)
		square = resize(square, fit(size{square.Rect.Dx(), square.Rect.Dy()}, side))
		if out.Variants[len(squareSides)-1-i], err = j.encode(side, square); err != nil {
			return Result{}, err
		}
	}
	j.progress.to(100)
	return out, nil
}

// reduce walks the full picture once for the display size and takes the largest square
// out of that; only when that is too low for it, as in a panorama, does it walk the middle again.
func (j *job) reduce(ctx context.Context, src source) (display, square *image.RGBA, err error) {
	whole := image.Rect(0, 0, j.in.raw.w, j.in.raw.h)
	middle := centre(whole)
	to := fit(j.in.raw, displaySide)
	if display, err = src.reduce(ctx, whole, to); err != nil {
		return nil, nil, err
	}
	j.progress.to(70)
	side := min(middle.Dx(), squareSides[0])
	if min(to.w, to.h) < side {
		square, err = src.reduce(ctx, middle, size{side, side})
	} else {
		square = display.SubImage(centre(display.Rect)).(*image.RGBA)
		square = resize(rebase(square), size{side, side})
	}
	if err != nil {
		return nil, nil, err
	}
	return orient(display, j.in.Orientation), orient(square, j.in.Orientation), nil
}

// rebase copies a part of a picture so that it begins at 0,0 and its rows touch.
func rebase(m *image.RGBA) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, m.Rect.Dx(), m.Rect.Dy()))
	for y := range m.Rect.Dy() {
		copy(out.Pix[y*out.Stride:(y+1)*out.Stride], m.Pix[y*m.Stride:])
	}
	return out
}

func (j *job) encode(name int, m *image.RGBA) (Variant, error) {
	if m != j.last {
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, m, &jpeg.Options{Quality: quality}); err != nil {
			return Variant{}, fmt.Errorf("encode picture of side %d: %w", name, err)
		}
		j.last, j.file = m, buf.Bytes()
	}
	return Variant{strconv.Itoa(name), m.Rect.Dx(), m.Rect.Dy(), j.file}, nil
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
