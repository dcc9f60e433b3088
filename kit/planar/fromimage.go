package planar

import (
	"context"
	"fmt"
	"image"
	"image/color"
)

// FromImage returns a decoded picture over a background, which shows where the picture is
// transparent (of the background, its transparency is ignored). Each shrink by shrink pixels, of
// which shrink may be 1, 2, 4 or 8, become their mean; at the right and lower edge, that of as
// many as there are. W and H of the result are the size divided by shrink, with its fraction.
//
// The result is in 4:2:0, or grey when the picture's type or palette says so. But an *image.YCbCr
// or *image.Gray that is not shrunk shares its samples with the result and keeps its ratio.
// However large the picture is, no copy of its size is made when shrink is 2 or more.
// The error is the context's, or says what cannot be taken.
func FromImage(ctx context.Context, m image.Image, background color.Color, shrink int) (*Image, error) {
	b := m.Bounds()
	if b.Empty() {
		return nil, fmt.Errorf("planar: from an image of %v", b)
	}
	if shrink != 1 && shrink != 2 && shrink != 4 && shrink != 8 {
		return nil, fmt.Errorf("planar: shrink an image by %d", shrink)
	}
	var out *Image
	var err error
	if planes, ok := asPlanes(m); ok {
		out, err = planes, nil
		if shrink > 1 {
			out, err = planes.shrink(ctx, shrink)
		}
	} else {
		out, err = fromRows(ctx, newRows(m, background), shrink)
	}
	if err != nil {
		return nil, fmt.Errorf("planar: from %T: %w", m, err)
	}
	return out, nil
}

// asPlanes shares the samples of an image that is kept as planes.
func asPlanes(m image.Image) (*Image, bool) {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	out := &Image{W: float64(w), H: float64(h), SubX: 1, SubY: 1}
	switch m := m.(type) {
	case *image.Gray:
		out.Planes = []Plane{{m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, w, h}}
		return out, true
	case *image.YCbCr:
		x, y := subsampling(m.SubsampleRatio)
		if b.Min.X%x != 0 || b.Min.Y%y != 0 {
			return nil, false // a part of a larger image that cuts a sample of colour
		}
		cw, ch := (w+x-1)/x, (h+y-1)/y
		luma, colour := m.YOffset(b.Min.X, b.Min.Y), m.COffset(b.Min.X, b.Min.Y)
		out.SubX, out.SubY = float64(x), float64(y)
		out.Planes = []Plane{{m.Y[luma:], m.YStride, w, h}, {m.Cb[colour:], m.CStride, cw, ch}, {m.Cr[colour:], m.CStride, cw, ch}}
		return out, true
	}
	return nil, false
}

// subsampling is how many pixels a sample of colour spans, across and down.
func subsampling(r image.YCbCrSubsampleRatio) (x, y int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// newShrunk returns the picture that w by h pixels shrink to.
func newShrunk(w, h, shrink int, grey bool) *Image {
	picture := New420
	if grey {
		picture = NewGrey
	}
	out := picture((w+shrink-1)/shrink, (h+shrink-1)/shrink)
	out.W, out.H = float64(w)/float64(shrink), float64(h)/float64(shrink)
	return out
}

// shrink returns the picture in 4:2:0, its sides divided by n.
func (m *Image) shrink(ctx context.Context, n int) (*Image, error) {
	out := newShrunk(int(m.W), int(m.H), n, m.Grey())
	for i, to := range out.Planes {
		x, y := n, n
		if i > 0 {
			x, y = int(out.SubX)*n/int(m.SubX), int(out.SubY)*n/int(m.SubY)
		}
		if err := m.Planes[i].shrink(ctx, to, x, y); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shrink makes one sample of to from each block of w by h.
func (p Plane) shrink(ctx context.Context, to Plane, w, h int) error {
	sums := make([]int, to.W)
	for y := range to.H {
		if err := ctx.Err(); err != nil {
			return err
		}
		clear(sums)
		top, bottom := y*h, min(y*h+h, p.H)
		for v := top; v < bottom; v++ {
			addBlocks(sums, p.Row(v), w)
		}
		row := to.Row(y)
		for x, sum := range sums {
			n := min(w, p.W-x*w) * (bottom - top)
			row[x] = uint8(mean(sum+n/2, n))
		}
	}
	return nil
}

func addBlocks(sums []int, row []uint8, w int) {
	for x := range sums {
		block := row[x*w : min(x*w+w, len(row))]
		for _, v := range block {
			sums[x] += int(v)
		}
	}
}
